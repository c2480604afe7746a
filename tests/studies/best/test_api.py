"""The whole of `sim best` on a model with a planted best policy."""

from pathlib import Path

import pytest

import sim
from sim.errors import CommandError
from sim.scenario.reading.load import load
from sim.studies.best.api import best_selection
from sim.studies.best.final_choice import MEASURED, SELECTED
from tests.other_model import command_on, on
from tests.studies.best.planted import EXECUTION, MADE, TEXT, worth_of

best = on(EXECUTION, best_selection)
command = command_on(EXECUTION)
COURTESY = "policies.equal.everyone.courtesy"
HEAD_START = "policies.equal.everyone.head_start_minutes"
AGENTS = "desk.pools.frontline.agents"
GIVEN = ["equal", "courteous"]


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(TEXT)
    MADE.clear()


def written(change, text=TEXT):
    old, new = change
    assert old in text
    Path("my.yaml").write_text(text.replace(old, new))


def contents(folder):
    return {
        path.name: path.read_bytes()
        for path in Path(folder).iterdir()
        if path.name.startswith("best") or path.name == "scenario.yaml"
    }


def test_it_finds_the_planted_policy_and_says_how_much_better_it_is():
    found = best("my.yaml", policies=GIVEN, runs=300, out="search")
    assert found.settings[AGENTS] == 4
    assert found.settings[COURTESY] == pytest.approx(0.8, abs=0.05)
    assert found.settings[HEAD_START] == pytest.approx(3, abs=1)
    best_file = load("search/best.yaml", policies=["best"])
    value = worth_of(best_file, "best")
    assert value > 99.8
    scenario = load("my.yaml")
    truth = value - max(worth_of(scenario, name) for name in GIVEN)
    row = found.differences.filter(measure="objective").row(0, named=True)
    assert row["versus"] == "courteous"  # it is courteous
    assert row["low"] <= truth <= row["high"]
    assert row["low"] > 0
    assert "better" in "\n".join(found.answer())


def test_each_stage_has_random_numbers_of_its_own():
    best("my.yaml", policies=GIVEN, runs=150)
    numbers = {number for _, number in MADE}
    search = {number for number in numbers if number < SELECTED}
    assert search == {0, 1, 2}
    assert SELECTED in numbers
    assert MEASURED in numbers
    assert max(number for number in numbers if number < MEASURED) < SELECTED + 1000


def test_the_same_call_runs_nothing_again_and_a_larger_budget_begins_with_the_smaller():
    best("my.yaml", policies=GIVEN, runs=150, out="search")
    first, runs = contents("search"), len(MADE)
    assert runs <= 150
    best("my.yaml", policies=GIVEN, runs=150, out="search")
    assert len(MADE) == runs
    assert contents("search") == first
    best("my.yaml", policies=GIVEN, runs=240, out="search")
    assert len(MADE) <= 240 + 20  # what is measured of another choice is run anew


def test_it_continues_where_it_was_stopped_to_the_same_bytes(monkeypatch):
    whole = best("my.yaml", policies=GIVEN, runs=150, out="whole")
    done = len(MADE)

    def stopped(completed, total):
        if completed >= 70:
            raise KeyboardInterrupt

    MADE.clear()
    with pytest.raises(KeyboardInterrupt, match="kept"):
        best("my.yaml", policies=GIVEN, runs=150, out="parts", progress=stopped)
    best("my.yaml", policies=GIVEN, runs=150, out="parts")
    assert len(MADE) == done
    assert contents("parts") == contents("whole")
    assert sim.read_best("parts").settings == whole.settings


def test_a_given_policy_that_nothing_beats_is_the_answer():
    vary = TEXT[TEXT.index("  vary:") :]
    worse = "  vary:\n    policies.equal.everyone.courtesy: {from: 0.5, to: 0.6}\n"
    written((vary, worse))
    found = best("my.yaml", policies=GIVEN, runs=150)
    assert found.facts["is_given"]
    assert found.facts["policy"] == "courteous"
    assert "Nothing better was found than courteous" in "\n".join(found.answer())


def test_constraints_are_kept_and_judged_on_runs_of_their_own():
    # A wait of at most 11.5 takes a courtesy of 0.85 where 0.8 would pay most.
    written(("  vary:", "  constraints: [wait_p95 <= 11.5]\n  vary:"))
    found = best("my.yaml", policies=GIVEN, runs=300)
    assert found.settings[COURTESY] == pytest.approx(0.85, abs=0.03)
    row = found.constraints.filter(policy="best").row(0, named=True)
    assert row["mean"] == pytest.approx(20 - 10 * found.settings[COURTESY], abs=0.5)
    assert "Constraint wait_p95 <= 11.5" in "\n".join(found.answer())


def test_constraints_that_nothing_keeps_are_said():
    written(("  vary:", "  constraints: [wait_p95 <= 1]\n  vary:"))
    found = best("my.yaml", policies=GIVEN, runs=150)
    assert found.settings.get(COURTESY, 0) > 0.9
    assert "No candidate keeps all constraints" in "\n".join(found.answer())


def test_costs_of_a_key_move_the_optimum_to_where_it_pays():
    # d/dc of 60 (c - 0.8)^2 is 12 where c = 0.7: a cost of 12 a month takes it there.
    cost = "{from: 0.5, to: 1, cost_per_month: 12, cost_from: 0.7}"
    written(("courtesy: {from: 0.5, to: 1}", f"courtesy: {cost}"))
    found = best("my.yaml", policies=GIVEN, runs=300)
    assert found.settings[COURTESY] == pytest.approx(0.7, abs=0.05)
    assert "At an end" not in "\n".join(found.answer())


def test_a_choice_at_the_end_of_a_range_is_said_to_be_there():
    written(("agents: {from: 1, to: 6}", "agents: {from: 1, to: 3}"))
    found = best("my.yaml", policies=GIVEN, runs=150)
    assert f"beyond which better may lie: {AGENTS}" in "\n".join(found.answer())


def test_the_number_of_workers_changes_nothing():
    best("my.yaml", policies=GIVEN, runs=150, out="one")
    best("my.yaml", policies=GIVEN, runs=150, out="two", workers=2)
    assert contents("one") == contents("two")


def test_the_command_prints_the_answer_and_writes_the_page():
    done = command("best", "my.yaml", "--policy", "equal", "-n", "120", "--out", "search")
    assert done.exit_code == 0, done.output
    assert "Best found, from equal" in done.stdout
    shown = Path("search/report.html").read_text(encoding="utf-8")
    assert "A better policy was found than <bdi>Equal treatment</bdi>" in shown
    again = command(
        "best", "my.yaml", "--policy", "equal", "-n", "120", "--out", "search", "--json"
    )
    assert again.stdout.startswith("{")
    page = Path("search/report.html").read_bytes()
    from sim.studies.report.api import build

    build(Path("search"))
    assert Path("search/report.html").read_bytes() == page


def test_by_default_the_policies_to_beat_are_the_scenarios_and_the_librarys():
    found = best("my.yaml", runs=400)
    assert {"equal", "courteous", "value_tiers", "prompt_for_all"} <= set(found.facts["given"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"runs": 59}, "runs: must be at least 60"),
        ({"runs": 60}, "too few to search 3 keys"),
        ({"replications": 1}, "replications: must be at least 2"),
    ],
)
def test_budgets_that_do_not_reach_are_refused(options, said):
    with pytest.raises(CommandError, match=said):
        best("my.yaml", policies=GIVEN, **options)
    assert not MADE


def test_a_scenario_without_the_section_is_refused():
    Path("my.yaml").write_text(TEXT[: TEXT.index("best:")])
    with pytest.raises(CommandError, match="sim explain best"):
        best("my.yaml")


def test_a_folder_of_another_search_is_refused():
    best("my.yaml", policies=GIVEN, runs=120, out="search")
    with pytest.raises(CommandError, match="another scenario"):
        best("my.yaml", policies=["equal"], runs=120, out="search")
