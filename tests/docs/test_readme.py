"""What the README promises, done as it says, shortened."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.shipped import shipped
from tests.docs.pages import ROOT, block

SHORT = ["--months", "1", "-n", "1", "--workers", "1", "--quiet"]
FEW = ["--set", "people.count=600", "--set", "people.customers=240"]


def sim(*words: str) -> str:
    ran = CliRunner().invoke(app, list(words))
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in an empty folder that has the scenarios."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_command_is_one_line_from_python_to_a_report(folder):
    steps = [shlex.split(step) for step in block("README.md", "run").split(" && ")]
    assert [step[0] for step in steps] == ["python3.11", ".venv/bin/pip", ".venv/bin/sim"]
    said = sim(*steps[-1][1:], *SHORT, *FEW)
    assert Path(said.removeprefix("Report: ").strip()).stat().st_size > 100_000


def test_what_was_found_is_what_the_pages_say():
    readme, claims, answer = (
        " ".join((ROOT / page).read_text(encoding="utf-8").split())
        for page in ("README.md", "docs/claims.md", "docs/answer.md")
    )
    said = re.search(r"79 comparisons, .*?: (\d+ supported[^.]*)\.", readme)
    assert said
    assert f"Of 79 comparisons: {said[1]}." in claims
    chances = re.search(r"Over 300 plausible worlds each, (\d+ of 79 [^.]*)\.", readme)
    assert chances
    assert f"Over all that is assumed, {chances[1]}." in claims
    assert "Over 300 plausible worlds it is true with a chance of" in claims
    shares = re.search(r"In (\d+% to \d+%) of the plausible worlds of a company", readme)
    assert shares
    assert f"In {shares[1]} of the plausible worlds of a company" in answer
    assert "In 7 of 8 made-up companies" in readme
    assert "Of 8 companies, equality costs something in 7," in answer


def test_the_second_command_is_one_line_from_python_to_tests():
    steps = [shlex.split(step) for step in block("README.md", "tests").split(" && ")]
    assert steps[0] == ["python3.11", "-m", "venv", ".venv"]
    assert steps[-1][:3] == [".venv/bin/python", "-m", "pytest"]


def test_ci_runs_the_readmes_own_test_command():
    script = (ROOT / ".ci" / "run").read_text()
    function = script[script.index("readme_tests() {") : script.index("python=")]
    ran = subprocess.run(
        ["bash", "-c", f"{function}\nreadme_tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == block("README.md", "tests")


SAMPLE = ("antique_shop", "bank_1999")


@pytest.mark.parametrize(
    "name",
    [
        one if one in SAMPLE else pytest.param(one, marks=pytest.mark.whole)
        for one in sorted(shipped())
    ],
)
def test_every_shipped_scenario_runs(folder, name):
    sim("check", name)
    assert sim("run", name, *SHORT).startswith("Report: ")
