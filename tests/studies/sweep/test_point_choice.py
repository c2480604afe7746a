"""What a sweep decides: planted runs in which choice, flip and loser are known by construction."""

from __future__ import annotations

import zlib
from pathlib import Path

import polars as pl
import pytest

from sim.core.rng import normal, run_key
from sim.errors import CommandError
from sim.studies.sweep.api import sweep_selection
from sim.studies.sweep.levers import LEVERS
from sim.studies.sweep.point_choice import CHOICE
from tests.other_model import command_on, execution_of, on
from tests.results import fake_sweep

AGENTS, TALK = "desk.pools.frontline.agents", "behaviour.talk.retell"
TEXT = """\
name: Planted
months: 1
replications: {replications}
worth: {worth}
policies:
  equal: {{}}
  value_tiers: {{}}
  own_line: {{like: dedicated_line}}
sweep: {sweep}
"""
LEAD = {4: 16_000.0, 5: 0.0, 6: -9_000.0}
"""By agents: what value_tiers has more than equal; own_line has 20,000 less than both."""

Q = f"{{vary: {{{AGENTS}: [4, 5, 6]}}}}"
TWO = f"{{vary: {{{AGENTS}: [4, 5, 6], {TALK}: [0.0, 0.1]}}}}"


def planted(scenario, policy, replication):
    agents = scenario.desk.pools["frontline"].agents
    place = zlib.crc32(f"{policy} {agents} {scenario.behaviour.talk.retell}".encode()) % 9999
    shared = normal(run_key(1, replication), 1, 0, 0) * 50_000
    own = normal(run_key(2, replication), 1, place, 0) * 30
    lead = {"equal": 0.0, "value_tiers": LEAD[agents], "own_line": min(LEAD[agents], 0) - 20_000}
    return fake_sweep.Lived(agents, 0.5, 1e6 + shared + own + lead[policy])


def whole(lived):
    return {"profit": lived.effect, "wait_mean": 1.0, "customers": 1.0}


MEASURING = fake_sweep.SimpleNamespace(
    MEASURES=fake_sweep.MEASURES, whole=whole, monthly=None, by_group=None
)
EXECUTION = execution_of(planted, MEASURING)
sweep_on_it = on(EXECUTION, sweep_selection)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def swept(sweep=Q, worth="{profit: 2000}", replications=8, **options):
    text = TEXT.format(sweep=sweep, worth=worth, replications=replications)
    Path("my.yaml").write_text(text)
    return sweep_on_it("my.yaml", **options)


def test_the_answer_begins_with_the_choice_at_each_value_and_who_loses():
    first, loser, flip, moved, size = swept().answer()
    assert first.startswith(f"By profit: with {AGENTS} 4 choose value_tiers (+16,000 over equal), ")
    assert "with 5 it makes no difference between equal and value_tiers, " in first
    assert first.endswith("with 6 choose equal (+9,000 over value_tiers).")
    assert loser == "own_line loses everywhere: equal and value_tiers are better at every point."
    assert flip == f"{AGENTS} flips the choice: value_tiers at 4, equal at 6."
    assert moved.startswith(f"{AGENTS} moves the difference value_tiers - equal by +2")
    assert size == ("Practical size: a difference below 2,000 in profit does not matter (worth).")


def test_with_two_policies_no_difference_is_said_as_such():
    first, *rest = swept(policies=["equal", "value_tiers"]).answer()
    assert first == (
        f"By profit: with {AGENTS} 4 choose value_tiers (+16,000), with 5 it makes no difference, "
        "with 6 choose equal (+9,000)."
    )
    assert not any("loses" in line for line in rest)


def test_the_command_and_the_page_lead_with_it():
    text = TEXT.format(sweep=Q, worth="{profit: 2000}", replications=8)
    Path("my.yaml").write_text(text)
    found = command_on(EXECUTION)("sweep", "my.yaml", "--out", "mine")
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith(f"By profit: with {AGENTS} 4 choose value_tiers (+16,000 ")
    page = Path("mine/report.html").read_text(encoding="utf-8")
    answer = page[page.index('id="answer"') : page.index("</section>")]
    assert "<bdi>Own line</bdi> loses everywhere: <bdi>Equal treatment</bdi> and " in answer
    assert 'id="levers"' in page


def test_over_two_settings_points_are_counted_and_the_setting_that_flips_is_named():
    found = swept(TWO)
    first, *rest = found.answer()
    assert first.startswith(
        "By profit, of 6 points: choose value_tiers (+16,000 over equal) at 2; "
    )
    assert "choose equal (+9,000 over value_tiers) at 2; " in first
    assert first.endswith("it makes no difference between equal and value_tiers at 2.")
    flips = [line for line in rest if "flips" in line]
    flip = f"{AGENTS} flips the choice: value_tiers at 4, equal at 6"
    assert flips == [f"{flip}, at 2 of 2 combinations of the others."]
    assert not any(line.startswith(TALK) for line in rest)


def test_without_points_that_differ_in_one_setting_the_flip_is_sought_on_average():
    ranges = f"{{{AGENTS}: {{from: 4, to: 6}}, {TALK}: {{from: 0, to: 0.5}}}}"
    found = swept(f"{{design: latin_hypercube, points: 12, vary: {ranges}}}")
    flips = [line for line in found.answer() if "flips" in line]
    flip = f"{AGENTS} flips the choice: value_tiers at 4, equal at 6"
    assert flips == [f"{flip}, on average over all other settings."]


def test_what_is_undecided_says_how_many_more_replications_would_do():
    # The planted spread of a difference is 30 * sqrt(2) = 42, so four replications are too few.
    found = swept(policies=["equal", "value_tiers"], worth="{profit: 25}", replications=4)
    lines = found.answer()
    choices = found.choices("profit")
    row = choices.filter(outcome="undecided").row(0, named=True)
    assert row[AGENTS] == 5
    assert row["choice"] is None
    [said] = [line for line in lines if line.startswith("Undecided at 1 of 3 points: about ")]
    assert f"-n {row['replications'] + row['more']}" in said
    more = swept(
        policies=["equal", "value_tiers"], worth="{profit: 25}",
        replications=4 * (row["replications"] + row["more"]), out="more",
    )  # fmt: skip
    assert more.choices("profit").filter(outcome="undecided").is_empty()


def test_without_a_practical_size_a_hundredth_stands_in_and_the_answer_says_so():
    found = swept(worth="{}")
    level = found.runs.filter(policy="equal")["profit"].mean()
    assert found.choices("profit")["worth"][0] == pytest.approx(level / 100)
    assert found.answer()[-1].startswith(
        "The scenario gives no practical size of profit (worth); a hundredth of equal's mean stands"
    )


def test_a_setting_that_moves_a_difference_by_less_than_its_worth_is_not_named():
    # Every agent moves the difference by thousands, significantly.
    lines = swept(worth="{profit: 40000}").answer()
    assert "No setting is shown to move a difference by more than 40,000." in lines
    assert "No setting flips the choice." in lines


def test_tables_are_written_as_they_are_declared_and_python_has_the_same():
    found = swept(TWO)
    written = pl.read_csv(found.folder / "sweep_choice.csv")
    assert written.columns == ["point", AGENTS, TALK, *CHOICE]
    assert written["choice"].to_list() == found.choices("profit")["choice"].to_list()
    levers = pl.read_csv(found.folder / "sweep_levers.csv")
    assert levers.columns == list(LEVERS)
    assert levers["mean"].to_list() == pytest.approx(found.levers("profit")["mean"].to_list())
    assert found.as_data()["answer"] == found.answer()


def test_levers_show_the_planted_difference_at_each_value():
    table = swept(TWO).levers("profit")
    rows = table.filter(setting=AGENTS, policy="value_tiers")
    assert rows["value"].to_list() == ["4", "5", "6"]
    for mean, low, high, lead in zip(
        *(rows[name] for name in ("mean", "low", "high")), LEAD.values(), strict=True
    ):
        assert low < lead < high
        assert mean == pytest.approx(lead, abs=60)
    assert rows["verdict"].to_list() == ["more", "negligible", "less"]
    other = (
        swept(TWO).levers("profit", reference="value_tiers").filter(setting=AGENTS, policy="equal")
    )
    assert other["mean"].to_list() == pytest.approx([-mean for mean in rows["mean"]])


def test_winners_agree_with_the_choices():
    found = swept(TWO)
    won = found.winners("profit").filter(pl.col("winner").is_not_null())
    sole = found.choices("profit").filter(pl.col("choice").is_in(["equal", "value_tiers"]))
    assert won["point"].to_list() == sole["point"].to_list()
    assert won["winner"].to_list() == sole["choice"].to_list()


def test_one_policy_has_nothing_to_choose_and_no_tables_of_it():
    found = swept(policies=["equal"])
    assert found.answer()[0] == "One policy, equal, so there is nothing to choose."
    assert not (found.folder / "sweep_choice.csv").exists()


def test_a_measure_of_which_neither_more_nor_less_is_better_is_refused():
    with pytest.raises(CommandError, match="no such measure"):
        swept().choices("nonsense")
