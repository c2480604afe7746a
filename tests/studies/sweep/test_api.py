import json
from pathlib import Path

import pytest

import sim
from sim.errors import CommandError
from sim.execution.execution import Execution, Model
from sim.studies.sweep.api import sweep_selection
from tests.other_model import command_on, execution_of, on
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


EXECUTION = execution_of(fake_sweep.simulate, fake_sweep.MEASURING)
sweep = on(EXECUTION, sweep_selection)
command = command_on(EXECUTION)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(TEXT)


def test_a_sweep_goes_into_a_folder_of_its_own():
    found = sweep("my.yaml")
    assert str(found.folder).startswith("results/my-sweep-sweep-")
    assert (len(found), found.runs.height) == (3, 3 * 2 * 4)
    assert sim.read_sweep(found.folder).points.equals(found.points)


def test_arguments_replace_what_the_sweep_says():
    found = sweep("my.yaml", replications=2, policies=["equal"], months=2)
    assert found.results.manifest["replications"] == 2
    assert set(found.runs["policy"]) == {"equal"}
    told = "sim sweep my.yaml --policy equal -n 2 --months 2"
    assert found.results.manifest["command"] == told


def test_points_can_be_looped_over():
    points = list(sweep("my.yaml"))
    assert [point.values for point in points] == [{AGENTS: 1}, {AGENTS: 2}, {AGENTS: 3}]
    assert points[1].number == 1
    profit = points[1].compare().filter(measure="profit")
    assert profit["policy"].to_list() == ["value_tiers"]
    assert profit["versus"].to_list() == ["equal"]
    assert points[2].summary().height == 2 * 3


def test_summaries_are_those_of_the_points():
    found = sweep("my.yaml")
    summary = found.summary("profit", "wait_mean")
    assert summary.columns[:3] == ["point", AGENTS, "policy"]
    for point in found:
        mine = summary.filter(point=point.number).drop("point", AGENTS)
        whole = point.summary()
        wanted = whole.filter(whole["measure"].is_in(["profit", "wait_mean"]))
        assert mine.equals(wanted)


def test_differences_are_from_the_policy_that_is_asked_for():
    found = sweep("my.yaml")
    table = found.compare("profit", reference="value_tiers")
    assert table["policy"].to_list() == ["equal"] * 3
    assert table["versus"].to_list() == ["value_tiers"] * 3
    assert (table["mean"] == -found.compare("profit")["mean"]).all()
    with pytest.raises(CommandError, match="no policy 'eqaul'"):
        found.compare("profit", reference="eqaul")
    with pytest.raises(CommandError, match="no such measure"):
        found.summary("proft")


def test_the_command_line():
    ran = command("sweep", "my.yaml", "--out", "out")
    assert ran.exit_code == 0
    assert ran.stdout.startswith(f"By profit: with {AGENTS} 1 to 3 choose value_tiers (+5.8).\n")
    assert ran.stdout.endswith("\n3 points, 24 runs: out\nReport: out/report.html\n")
    told = command("sweep", "my.yaml", "--out", "out", "--json", "-n", "5")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["runs"] == 30


def test_failed_points_are_exit_1():
    failing = command_on(execution_of(fake_sweep.failing_at_two, fake_sweep.MEASURING))
    ran = failing("sweep", "my.yaml", "--out", "out")
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
    ran = command("sweep", *words)
    assert ran.exit_code == 2
    assert "Traceback" not in ran.stderr
    assert not Path("results").exists()


def test_a_winner_is_named_only_where_it_is_significant():
    def simulate(scenario, policy, replication):
        """Let agents decide who is ahead, by luck that is not common."""
        lived = fake_sweep.simulate(scenario, policy, replication)
        ahead = {1: 8.0, 2: 0.0, 3: -8.0}[lived.agents] * (policy == "equal")
        return fake_sweep.Lived(lived.agents, lived.luck, ahead)

    execution = execution_of(simulate, fake_sweep.MEASURING)
    found = on(execution, sweep_selection)("my.yaml", replications=8)
    assert found.winners("profit")["winner"].to_list() == ["equal", None, "value_tiers"]
    assert found.winners("wait_mean")["winner"].to_list() == [None] * 3
    with pytest.raises(CommandError, match="no such measure"):
        found.winners("proft")


def test_one_path_is_drawn_as_lines_and_two_as_a_map():
    one = sweep("my.yaml")
    words = ["sweep", "my.yaml", "--measure", "profit", "--plot", "one.svg"]
    assert command(*words).exit_code == 0
    assert AGENTS in Path("one.svg").read_text()
    two = sweep("my.yaml", sets=["sweep.vary.months=[1, 2]"])
    labels = [text.get_text() for text in two.plot("profit").legends[0].get_texts()]
    assert "Undecided" in labels
    assert one.plot("profit").axes
    three = ["sweep.vary.months=[1, 2]", "sweep.vary.seed=[1, 2]"]
    with pytest.raises(CommandError, match="3 settings are varied"):
        sweep("my.yaml", sets=three).plot("profit")


@pytest.mark.parametrize(("policy", "threads"), [("{}", True), ('{python: "rules:Mine"}', False)])
def test_policies_in_python_go_in_processes(policy, threads):
    opened = []

    class Watched(Execution):
        def open_executor(self, model, runs=None):
            opened.append(model.threads)
            return super().open_executor(model, runs)

    Path("rules.py").write_text(RULES)
    Path("my.yaml").write_text(TEXT.replace("{equal: {}", f"{{equal: {policy}"))
    model = Model(fake_sweep.simulate, fake_sweep.MEASURING, threads=True)
    execution = Watched(workers=1, models=lambda engine: model)
    found = on(execution, sweep_selection)("my.yaml", allow_code=not threads)
    assert opened == [threads]
    assert ("--allow-code" in found.results.manifest["command"]) is not threads


def test_notebooks_show_a_sweep_and_its_points():
    found = sweep("my.yaml")
    assert AGENTS in found._repr_html_()
    for point in found:
        assert "value_tiers" in point._repr_html_()
