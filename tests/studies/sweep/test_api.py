import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import CommandError
from sim.execution.executors import open_executor
from sim.studies.run import api
from tests.results import fake_sweep

AGENTS = "desk.pools.frontline.agents"
TEXT = f"""\
name: My sweep
months: 1
replications: 4
policies: {{equal: {{}}, value_tiers: {{}}}}
sweep: {{vary: {{{AGENTS}: [1, 2, 3]}}}}
"""
RULES = """\
class Mine:
    def entitle(self, contact, customer):
        return None
"""


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch, tmp_path):
    model = (fake_sweep.simulate, fake_sweep.MEASURING, False)
    monkeypatch.setattr(api, "_model", lambda engine: model)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(TEXT)


def test_a_sweep_goes_into_a_folder_of_its_own():
    found = sim.sweep("my.yaml", workers=1)
    assert str(found.folder).startswith("results/my-sweep-sweep-")
    assert (len(found), found.runs.height) == (3, 3 * 2 * 4)
    assert sim.read_sweep(found.folder).points.equals(found.points)


def test_arguments_replace_what_the_sweep_says():
    found = sim.sweep("my.yaml", replications=2, policies=["equal"], months=2, workers=1)
    assert found.results.manifest["replications"] == 2
    assert set(found.runs["policy"]) == {"equal"}
    command = "sim sweep my.yaml --policy equal --set sweep.replications=2 --set months=2"
    assert found.results.manifest["command"] == command


def test_points_can_be_looped_over():
    points = list(sim.sweep("my.yaml", workers=1))
    assert [point.values for point in points] == [{AGENTS: 1}, {AGENTS: 2}, {AGENTS: 3}]
    assert points[1].number == 1
    profit = points[1].compare().filter(measure="profit")
    assert profit["policy"].to_list() == ["value_tiers"]
    assert profit["versus"].to_list() == ["equal"]
    assert points[2].summary().height == 2 * 3


def test_summaries_are_those_of_the_points():
    found = sim.sweep("my.yaml", workers=1)
    summary = found.summary("profit", "wait_mean")
    assert summary.columns[:3] == ["point", AGENTS, "policy"]
    for point in found:
        mine = summary.filter(point=point.number).drop("point", AGENTS)
        whole = point.summary()
        wanted = whole.filter(whole["measure"].is_in(["profit", "wait_mean"]))
        assert mine.equals(wanted)


def test_differences_are_from_the_policy_that_is_asked_for():
    found = sim.sweep("my.yaml", workers=1)
    table = found.compare("profit", reference="value_tiers")
    assert table["policy"].to_list() == ["equal"] * 3
    assert table["versus"].to_list() == ["value_tiers"] * 3
    assert (table["mean"] == -found.compare("profit")["mean"]).all()
    with pytest.raises(CommandError, match="no policy 'eqaul'"):
        found.compare("profit", reference="eqaul")
    with pytest.raises(CommandError, match="no such measure"):
        found.summary("proft")


def test_the_command_line():
    ran = CliRunner().invoke(app, ["sweep", "my.yaml", "--out", "out", "--workers", "1"])
    assert (ran.exit_code, ran.stdout) == (
        0,
        "3 points, 24 runs: out\nReport: out/report.html\n",
    )
    told = CliRunner().invoke(app, ["sweep", "my.yaml", "--out", "out", "--json", "-n", "5"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)["runs"] == 30


def test_failed_points_are_exit_1(monkeypatch):
    model = (fake_sweep.failing_at_two, fake_sweep.MEASURING, False)
    monkeypatch.setattr(api, "_model", lambda engine: model)
    ran = CliRunner().invoke(app, ["sweep", "my.yaml", "--out", "out", "--workers", "1"])
    assert ran.exit_code == 1
    assert "1 of 3 points failed" in ran.stderr
    assert str(Path("out", "failed.csv")) in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["none.yaml"],
        ["my.yaml", "--points", "3"],
        ["my.yaml", "-n", "0"],
        ["my.yaml", "--set", "x=1"],
    ],
)
def test_wrong_input_is_exit_2_and_leaves_nothing(words):
    ran = CliRunner().invoke(app, ["sweep", *words])
    assert ran.exit_code == 2
    assert "Traceback" not in ran.stderr
    assert not Path("results").exists()


def test_the_winner_is_told_only_beyond_doubt(monkeypatch):
    def simulate(scenario, policy, replication):
        """Let agents decide who is ahead, by luck that is not common."""
        lived = fake_sweep.simulate(scenario, policy, replication)
        ahead = {1: 8.0, 2: 0.0, 3: -8.0}[lived.agents] * (policy == "equal")
        return fake_sweep.Lived(lived.agents, lived.luck, ahead)

    monkeypatch.setattr(api, "_model", lambda engine: (simulate, fake_sweep.MEASURING, False))
    found = sim.sweep("my.yaml", workers=1, replications=8)
    assert found.winners("profit")["winner"].to_list() == ["equal", None, "value_tiers"]
    assert found.winners("wait_mean")["winner"].to_list() == [None] * 3
    with pytest.raises(CommandError, match="no such measure"):
        found.winners("proft")


def test_one_path_is_drawn_as_lines_and_two_as_a_map():
    one = sim.sweep("my.yaml", workers=1)
    words = ["sweep", "my.yaml", "--measure", "profit", "--plot", "one.svg"]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert AGENTS in Path("one.svg").read_text()
    two = sim.sweep("my.yaml", sets=["sweep.vary.months=[1, 2]"], workers=1)
    labels = [text.get_text() for text in two.plot("profit").legends[0].get_texts()]
    assert "undecided" in labels
    assert one.plot("profit").axes
    three = ["sweep.vary.months=[1, 2]", "sweep.vary.seed=[1, 2]"]
    with pytest.raises(CommandError, match="3 paths are varied"):
        sim.sweep("my.yaml", sets=three, workers=1).plot("profit")


@pytest.mark.parametrize(("policy", "threads"), [("{}", True), ('{python: "rules:Mine"}', False)])
def test_policies_in_python_go_in_processes(policy, threads, monkeypatch):
    opened = []

    def watched(*given, **options):
        opened.append(options["threads"])
        return open_executor(1)

    Path("rules.py").write_text(RULES)
    Path("my.yaml").write_text(TEXT.replace("{equal: {}", f"{{equal: {policy}"))
    model = (fake_sweep.simulate, fake_sweep.MEASURING, True)
    monkeypatch.setattr(api, "_model", lambda engine: model)
    monkeypatch.setattr("sim.studies.sweep.api.open_executor", watched)
    found = sim.sweep("my.yaml", allow_code=not threads)
    assert opened == [threads]
    assert ("--allow-code" in found.results.manifest["command"]) is not threads


def test_notebooks_show_a_sweep_and_its_points():
    found = sim.sweep("my.yaml", workers=1)
    assert AGENTS in found._repr_html_()
    for point in found:
        assert "value_tiers" in point._repr_html_()
