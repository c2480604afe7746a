"""The command that a search's page prints makes that page again, in the same folder."""

from pathlib import Path

from sim.execution.execution import Execution
from sim.execution.selection import ScenarioSelection
from sim.studies.best.plan_of_search import plan_of

MINE = """\
name: Mine
months: 2
people: {count: 300}
desk: {pools: {frontline: {agents: 1}}}
policies: {equal: {}}
best: {policy: equal, objective: customers, vary: {desk.pools.frontline.agents: [1, 2]}}
"""


def test_it_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(MINE, encoding="utf-8")
    selection = ScenarioSelection("my.yaml")
    assert plan_of(selection, Execution(), 80, Path("found")).facts["command"] == (
        "sim best my.yaml --runs 80 --out found"
    )
    assert (
        plan_of(selection, Execution(), 80, None).facts["command"] == "sim best my.yaml --runs 80"
    )
