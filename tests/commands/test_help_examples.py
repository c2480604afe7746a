"""Every command helps with an example, and what the example says can be done."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import chdir
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import COMMANDS, app
from tests.docs.page_givens import calls_and_purchases
from tests.docs.pages import ROOT
from tests.other_model import command_on, execution_of
from tests.results import fake_model

NAMES = sorted(one.__name__ for panel in COMMANDS.values() for one in panel)
SCENARIO = (
    "sweep: {design: grid, vary: {months: [1, 2]}, replications: 2}\n"
    "best: {policy: equal, objective: customers, vary: {desk.pools.frontline.agents: [1, 2]}}\n"
)
DEAR = {"claims", "effects", "verify", "story"}  # the pages run them, tests of their own hold them
# What the model of a few lines has: no hypotheses, and one measure for all.
TAKES = {"churn_rate": "customers", "calls.csv": "log.csv"} | dict.fromkeys(
    ("broadband", "saas"), "my.yaml"
)


def example_of(name: str) -> list[str]:
    """Return the words of the example in a command's help."""
    helped = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).stdout
    found = re.search(r"Example: sim (.+)", helped)
    assert found, f"sim {name} --help has no example"
    return [TAKES.get(word, word) for word in shlex.split(found[1])]


def simulate(scenario, policy, replication):
    return fake_model.FakeTallies(policy, replication, scenario.months)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make the files that examples name, with a model of a few lines."""
    there = tmp_path_factory.mktemp("examples")
    with chdir(there):
        for name in ("capacity.yaml", "my.yaml"):
            Path(name).write_text(f"name: Mine\nmonths: 2\nreplications: 2\n{SCENARIO}")
        calls_and_purchases()
        Path("log.csv").write_text(Path("calls.csv").read_text().replace("caller", "id", 1))
        shutil.copytree(ROOT / "results" / "example", "results/example")
        out = "results/broadband-provider-0123456789ab"
        words = ["run", "my.yaml", "--out", out, "--months", "8", "-n", "12"]
        assert sim(*words).exit_code == 0
    return there


sim = command_on(execution_of(simulate, fake_model.MEASURING))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_works(folder, name, monkeypatch):
    monkeypatch.chdir(folder)
    words = example_of(name)
    assert words[0] == name
    if name in DEAR:
        return
    if name == "new":
        words[1] = "another.yaml"  # my.yaml is there
    ran = sim(*(words[: words.index(">")] if ">" in words else words))
    assert ran.exit_code == 0, ran.output


def test_the_help_of_all_names_each_with_the_sentence_of_its_own_help():
    group = typer.main.get_command(app)
    told = CliRunner().invoke(app, ["--help"], terminal_width=200).stdout.splitlines()
    rows = dict(line.split(maxsplit=1) for line in told if line.startswith("  "))
    for name in NAMES:
        helped = " ".join(group.get_command(None, name).help.partition("\n\n")[0].split())
        assert rows[name] == helped.replace("`", "")
    assert group.list_commands(None) == [one.__name__ for p in COMMANDS.values() for one in p]
