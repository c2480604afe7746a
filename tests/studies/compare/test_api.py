"""Comparing policies: the numbers, the sentences, the command."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy import stats

import sim
from sim.errors import CommandError, ResultsError
from sim.report.kit.number_format import format_estimate
from sim.results.read import Results
from sim.stats.intervals import unpaired_difference, variance_reduction
from sim.studies.compare.api import Question, compare_selection
from sim.studies.compare.plots import changes_text
from sim.studies.compare.scenario_diff import changes_between
from sim.studies.run.api import run_selection
from tests.other_model import command_on, execution_of, on
from tests.results import fake_model

TEXT = """\
name: Mine
months: 2
replications: 12
seed: {seed}
policies: {{equal: {{}}, value_tiers: {{}}, complaint_rewarding: {{}}}}
"""


def simulate(scenario, policy, replication):
    return fake_model.FakeTallies(policy, replication, scenario.months)


LUCK = np.random.default_rng(5).normal(size=(5, 4000))
AHEAD = {"equal": 0.0, "value_tiers": 4.0, "complaint_rewarding": -3.0}


def whole(tallies):
    """Common luck, some of its own for each policy, and a gap between them."""
    place = list(AHEAD).index(tallies.policy)
    luck = LUCK[place, tallies.replication] + 10 * LUCK[4, tallies.replication]
    return {"customers": 1.0, "wait_mean": 1.0, "profit": 100 + AHEAD[tallies.policy] + luck}


MEASURING = SimpleNamespace(**{**vars(fake_model.MEASURING), "whole": whole})
EXECUTION = execution_of(simulate, MEASURING)
run = on(EXECUTION, partial(run_selection, report=lambda *_: None))
command = command_on(EXECUTION)


def compare(source, other=None, *, execution=EXECUTION, **options):
    """Compare on a model of a few lines."""
    names = [name for name in Question.__slots__ if name in options]
    question = Question(**{name: options.pop(name) for name in names})
    study = partial(compare_selection, other=other, question=question)
    return on(execution, study)(source, **options)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for seed in (1, 2):
        Path(f"{seed}.yaml").write_text(TEXT.format(seed=seed))


def values(policy, replications=12):
    runs = [fake_model.FakeTallies(policy, r, 2) for r in range(replications)]
    return np.array([whole(run)["profit"] for run in runs])


def test_every_policy_is_compared_with_the_first_unless_another_is_named():
    found = compare("1.yaml", measures=["profit"]).pairs
    assert found.select("policy", "versus").rows() == [
        ("value_tiers", "equal"),
        ("complaint_rewarding", "equal"),
    ]
    other = compare("1.yaml", measures=["profit"], reference="value_tiers").pairs
    assert other.select("policy", "versus").rows() == [
        ("equal", "value_tiers"),
        ("complaint_rewarding", "value_tiers"),
    ]


def test_what_would_have_no_effect_is_refused():
    folder = run("1.yaml").folder
    for options in (
        {"all_pairs": True, "reference": "equal"},
        {"other": folder, "all_pairs": True},
        {"other": folder, "reference": "equal"},
    ):
        with pytest.raises(CommandError, match="all_pairs and reference"):
            compare(folder, **options)


def test_pairs_are_shown_page_by_page(monkeypatch):
    monkeypatch.setattr("sim.studies.compare.api.PAIRS_A_PAGE", 2)
    found = compare("1.yaml", all_pairs=True)
    assert found.pages == 2
    pages = [found.page(number).select("policy", "versus").unique() for number in (1, 2)]
    assert [page.height for page in pages] == [2, 1]
    assert (
        pl.concat([found.page(1), found.page(2)])
        .sort(found.pairs.columns)
        .equals(found.pairs.sort(found.pairs.columns))
    )
    assert "Pairs 1 to 2 of 3; --page 2 shows the next" in found.page_line(1)
    assert "--page" not in found.page_line(2)
    with pytest.raises(CommandError, match="page: must be 1 to 2"):
        found.page(3)


def test_the_command_pages_and_writes_all_pairs(monkeypatch):
    monkeypatch.setattr("sim.studies.compare.api.PAIRS_A_PAGE", 2)
    words = ["compare", "1.yaml", "--all-pairs", "--measure", "profit"]
    ran = command(*words, "--page", "2", "--csv", "pairs.csv")
    assert ran.exit_code == 0, ran.stderr
    assert "Pairs 3 to 3 of 3" in ran.stdout
    assert pl.read_csv("pairs.csv").height == 3
    assert len(json.loads(command(*words, "--json").stdout)["pairs"]) == 3
    assert len(json.loads(command(*words, "--json", "--page", "1").stdout)["pairs"]) == 2
    assert command(*words, "--page", "9").exit_code == 2


def test_every_pair_is_compared_by_common_luck():
    found = compare("1.yaml", measures=["profit"], all_pairs=True).pairs
    assert found.select("policy", "versus").rows() == [
        ("value_tiers", "equal"),
        ("complaint_rewarding", "equal"),
        ("complaint_rewarding", "value_tiers"),
    ]
    for row in found.iter_rows(named=True):
        test = stats.ttest_rel(values(row["policy"]), values(row["versus"]))
        interval = test.confidence_interval()
        assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))
        assert row["p"] == pytest.approx(test.pvalue)
        assert row["p"] <= row["p_adjusted"] <= 3 * row["p"] + 1e-12
        gain = (values(row["policy"]).var() + values(row["versus"]).var()) / (
            values(row["policy"]) - values(row["versus"])
        ).var()
        assert row["variance_reduction"] == pytest.approx(gain)
        assert gain > 20


def test_against_one_policy_fewer_tests_are_adjusted_for():
    every = compare("1.yaml", measures=["profit"], all_pairs=True).pairs
    one = compare("1.yaml", measures=["profit"], reference="equal").pairs
    assert set(one["versus"]) == {"equal"}
    assert one["p"].to_list() == every["p"].to_list()[:2]
    assert (one["p_adjusted"] <= every["p_adjusted"][:2]).all()


def test_the_best_is_named_when_that_can_be_said():
    found = compare("1.yaml", indifference=2.0, best="profit", replications=40)
    assert found.selection.best == "value_tiers"
    assert found.verdict().startswith("Best by profit: value_tiers, or within 2.0")
    assert "with 95% confidence" in found.verdict()


def test_else_it_says_how_many_more_would_do():
    found = compare("1.yaml", indifference=0.1, best="profit")
    assert found.selection.best is None
    more = found.selection.more
    assert f"{more} more replications are sure to settle it" in found.verdict()
    again = compare("1.yaml", indifference=0.1, best="profit", replications=12 + more)
    assert again.selection.best == "value_tiers"


def test_a_folder_is_compared_without_running():
    folder = run("1.yaml").folder
    compare = sim.compare
    assert compare(folder).pairs.equals(compare(folder).pairs)
    assert compare(folder).measure == "profit"


def test_two_folders_of_one_seed_are_paired():
    one, other = run("1.yaml").folder, run("1.yaml", months=3, replications=9).folder
    found = compare(one, other, measures=["profit"])
    assert found.paired
    assert found.pairs.select("policy", "versus").row(0) == ("B: equal", "A: equal")
    assert found.pairs["replications"].to_list() == [9] * 3
    assert found.pairs["mean"].to_list() == [0.0] * 3


def test_two_folders_of_two_seeds_are_not():
    found = compare(run("1.yaml").folder, run("2.yaml").folder, measures=["profit"])
    assert not found.paired
    assert found.pairs["variance_reduction"].to_list() == [None] * 3
    assert found.pairs["high"][0] == pytest.approx(
        stats.ttest_ind(values("equal"), values("equal"), equal_var=False)
        .confidence_interval()
        .high
    )


def test_other_people_are_not_paired_though_the_seed_agrees():
    Path("more.yaml").write_text(TEXT.format(seed=1) + "people: {count: 9000}\n")
    found = compare(run("1.yaml").folder, run("more.yaml").folder, measures=["profit"])
    assert not found.paired
    assert "Welch" in found.describe_changes()


def test_what_differs_is_listed_by_key():
    Path("dear.yaml").write_text(
        TEXT.format(seed=1) + "company: {acquisition_cost: 99}\nbehaviour: {talk: {retell: 0.3}}\n"
    )
    one, other = run("1.yaml").folder, run("dear.yaml", replications=9).folder
    found = compare(one, other, measures=["profit"])
    assert found.paired
    listed = [(one.key, one.second) for one in found.changes]
    assert listed == [("behaviour.talk.retell", "0.3"), ("company.acquisition_cost", "99")]
    assert "behaviour.talk.retell: 0.02 -> 0.3" in found.describe_changes()
    assert "company.acquisition_cost" in json.dumps(found.as_data())


def test_one_folder_differs_from_itself_in_nothing():
    folder = run("1.yaml").folder
    assert "Nothing differs" in compare(folder, folder, measures=["profit"]).describe_changes()
    assert compare(folder, measures=["profit"]).describe_changes() == ""


def test_members_of_lists_go_by_their_names_and_another_model_is_told():
    text = "needs:\n- {name: a, share: 1.0}\n"
    one = Results(Path("a"), {"model": "x"}, text, {})
    other = Results(Path("b"), {"model": "y"}, text.replace("1.0", "0.5"), {})
    found = [(one.key, one.first, one.second) for one in changes_between(one, other)]
    assert found == [("needs.a.share", "1", "0.5"), ("model", "x", "y")]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("''", None, "'' -> not set"),
        ("null", None, "null -> not set"),
        ("'3'", "3", "'3' -> 3"),
        ("0.1234567", "0.1234568", "0.1234567 -> 0.1234568"),
        (f"{'x' * 60}a", f"{'x' * 60}b", f"{'x' * 60}a -> {'x' * 60}b"),
        ("[1, 2]", "[]", "[1, 2] -> []"),
    ],
)
def test_two_values_that_differ_never_read_alike(first, second, said):
    texts = (
        "people: {}\n" if one is None else f"people: {{key: {one}}}\n" for one in (first, second)
    )
    one, other = (Results(Path("a"), {"model": "x"}, text, {}) for text in texts)
    lines = changes_text(changes_between(one, other), paired=True).splitlines()
    assert f"  people.key: {said}" in lines


def test_folders_that_are_not_paired_may_have_other_numbers_of_runs():
    one, other = run("1.yaml").folder, run("2.yaml", replications=20).folder
    found = compare(one, other, measures=["profit"])
    assert not found.paired
    assert found.selection.replications == 12


def test_each_policy_is_drawn_against_itself_in_its_own_look():
    one, other = run("1.yaml").folder, run("2.yaml").folder
    figure = compare(one, other, measures=["profit"]).plot()
    told = {text.get_text() for text in figure.axes[0].texts}
    assert {"Equal treatment", "Value tiers", "Rewarding complaints"} <= told
    assert any("not paired (Welch)" in text.get_text() for text in figure.texts)


def test_what_cannot_be_compared_is_told():
    folder = run("1.yaml").folder
    for options in (
        {"reference": "eqaul"},
        {"measures": ["proft"]},
        {"best": "proft"},
        {"indifference": 0.0},
        {"confidence": 1.0},
        {"replications": 3},
    ):
        with pytest.raises(CommandError):
            compare(folder, **options)
    (folder / "replications.parquet").unlink()
    with pytest.raises(ResultsError):
        compare(folder)


def test_welch_is_welch():
    a, b = LUCK[0, :20], 3 * LUCK[1, :35] + 1
    found, wanted = unpaired_difference(a, b), stats.ttest_ind(a, b, equal_var=False)
    interval = wanted.confidence_interval()
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.p == pytest.approx(wanted.pvalue)
    assert found.replications == 20
    assert unpaired_difference([1.0], b).low is None
    assert unpaired_difference([], b).mean is None


def test_pairing_of_independent_luck_gains_nothing():
    gain = variance_reduction(LUCK[0], LUCK[1])
    assert gain == pytest.approx(1.0, abs=0.1)
    assert variance_reduction([1.0, 2.0], [0.0, 1.0]) is None
    assert variance_reduction([1.0], [2.0]) is None


def test_the_page_says_the_verdict_and_every_difference():
    ran = command("compare", "1.yaml", "--report", "pairs.html", "--out", "here")
    assert ran.exit_code == 0, ran.stderr
    assert ran.stdout.endswith("Report: pairs.html\n")
    text = Path("pairs.html").read_text(encoding="utf-8")
    found = compare("here")
    assert "<bdi>Value tiers</bdi> is best by profit." in text
    assert text.count("<tr>") == 1 + found.page(1).height
    for row in found.pairs.filter(measure="profit").iter_rows(named=True):
        assert (
            format_estimate(row["mean"], row["low"], row["high"], "currency", difference=True).mean
            in text
        )


def test_a_page_of_two_folders_says_how_they_differ():
    one, other = (str(run(f"{seed}.yaml").folder) for seed in (1, 2))
    ran = command("compare", one, other, "--report", "two.html")
    assert ran.exit_code == 0, ran.stderr
    assert "How the two runs differ" in Path("two.html").read_text(encoding="utf-8")


def test_a_page_ends_in_html():
    ran = command("compare", "1.yaml", "--report", "pairs.txt", "--out", "here")
    assert ran.exit_code == 2
    assert "pairs.txt: a page must end in .html" in ran.stderr


@pytest.mark.parametrize("pairs", [[], ["--reference", "equal"], ["--all-pairs"]])
def test_the_command_line(pairs):
    words = ["compare", "1.yaml", *pairs, "--plot", "out.svg", "--indifference", "2"]
    ran = command(*words, env={"COLUMNS": "110"})
    assert ran.exit_code == 0, ran.stderr
    assert "value_tiers - equal" in ran.stdout
    assert (" - value_tiers" in ran.stdout) == (pairs == ["--all-pairs"])
    assert "Best by profit: value_tiers" in ran.stdout
    assert "Difference" in Path("out.svg").read_text()


def test_two_folders_on_the_command_line():
    one, other = (str(run(f"{seed}.yaml").folder) for seed in (1, 2))
    ran = command("compare", one, other, "--measure", "profit")
    assert ran.exit_code == 0, ran.stderr
    assert "Not paired" in ran.stdout
    assert "seed: 1 -> 2" in ran.stdout
    assert "value_tiers, B minus A" in ran.stdout


def test_json_stands_alone():
    told = json.loads(command("compare", "1.yaml", "--json").stdout)
    assert {"verdict", "best", "paired", "changes", "pairs", "implausible"} == set(told)
    assert told["best"]["measure"] == "profit"


@pytest.mark.parametrize(
    "words", [["1.yaml", "--reference", "x"], ["none"], ["1.yaml", "--best", "x"]]
)
def test_wrong_input_is_exit_2(words):
    ran = command("compare", *words)
    assert ran.exit_code == 2
    assert "Traceback" not in ran.stderr


def test_the_command_runs_a_scenario_with_the_flags_of_run():
    words = "compare 1.yaml --policy equal --policy value_tiers --months 1 --seed 3 --out mine"
    more = "--engine simpy --set people.count=700 --json"
    ran = command(*words.split(), *more.split(), "--precision", "profit=0.9")
    assert ran.exit_code == 0, ran.stderr
    manifest = json.loads(Path("mine/manifest.json").read_text())
    told = [manifest[name] for name in ("policies", "months", "seed")]
    assert told == [["equal", "value_tiers"], 1, 3]
    assert "--set people.count=700" in manifest["command"]
    assert "--precision profit=0.9" in manifest["command"]
    refused = command("compare", "mine", "--months", "2")
    assert refused.exit_code == 2
    assert "months: only for a scenario to run" in refused.stderr


def test_the_command_hands_a_cluster_on():
    ran = command("compare", "1.yaml", "--cluster", "nowhere")
    assert ran.exit_code == 2
    assert "cluster: no scheduler answers at nowhere" in ran.stderr
