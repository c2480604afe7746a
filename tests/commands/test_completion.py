"""The Tab key, by the protocol of each shell: what it offers, and that it is quick to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ["numba", "polars", "matplotlib", "scipy", "simpy"]
CALL = (
    "import sys\n"
    "from sim.cli import main\n"
    "try:\n    main()\n"
    "finally:\n"
    f"    heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
    "    sys.stderr.write(f'{heavy}' if heavy else '')\n"
)


def asked(shell: str, line: str) -> dict[str, str]:
    """Return the environment in which a shell asks how a line goes on."""
    words = line.split(" ")
    if shell == "bash":
        return {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    fish = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"} if shell == "fish" else {}
    return {"_TYPER_COMPLETE_ARGS": line, **fish}


def offered(line: str, folder: Path, shell: str = "bash") -> set[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "PYTHONPATH": str(ROOT),
        "_SIM_COMPLETE": f"complete_{shell}",
        **asked(shell, line),
    }
    ran = subprocess.run(
        [sys.executable, "-c", CALL],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stderr == "", "something went wrong, or something heavy was imported"
    if shell == "zsh":
        return set(re.findall(r'^(?:_arguments.*\(\()?"([^"]+)"', ran.stdout, re.MULTILINE))
    return {told.split("\t")[0] for told in ran.stdout.splitlines() if told}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(
        "name: Mine\npolicies: {equal: {}, my_own: {like: equal}}\n"
    )
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "results").mkdir()
    return tmp_path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_offered_commands_and_scenarios(folder, shell):
    assert {"sensitivity", "sweep"} <= offered("sim s", folder, shell)
    assert offered("sim run broadb", folder, shell) == {"broadband"}


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("sim check m", {"mobile_operator", "mine.yaml"}),
        ("sim report r", {"results/"}),
        ("sim run broadband --policy equ", {"equal", "equal_within_tier"}),
        ("sim run mine.yaml --policy my", {"my_own"}),
        ("sim run broken.yaml --policy my", set()),
        ("sim compare results --measure churn", {"churn_rate"}),
        ("sim run broadband --precision churn", {"churn_rate="}),
        ("sim explain behaviour.talk.ret", {"behaviour.talk.retell"}),
        ("sim explain opinion_b", {"opinion_bad"}),
        ("sim run broadband --set people.cou", {"people.count="}),
        (
            "sim run broadband --set policies.mine.score.lifetime_r",
            {"policies.mine.score.lifetime_revenue="},
        ),
        ("sim run broadband --set desk.pools.front.wage", {"desk.pools.front.wage_per_hour="}),
    ],
)
def test_what_is_offered(folder, line, there):
    assert offered(line, folder) == there


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_to_install_are_there(folder, shell):
    ran = subprocess.run(
        [sys.executable, "-c", CALL],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "_SIM_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert f"_SIM_COMPLETE=complete_{shell}" in ran.stdout
