"""The first screen against differences that are known because the test made them."""

import dataclasses
import math

import polars as pl
import pytest
from scipy import stats

from sim.report.kit.frames import frames_of
from sim.report.run.first_screen import _deciles, answer_card, chosen_and_rival
from tests.report.test_answer import _plain, with_means
from tests.report.test_differences import frames, row


def headline(results):
    return _plain(answer_card(results).headline)


def card_rows(results):
    return {row.term: row for row in answer_card(results).rows}


def test_a_clear_winner_is_best():
    known = with_means(frames(row("a", "equal", 200.0)), equal=1000, a=1200, b=900)
    assert headline(known) == "“a” is best by profit."
    assert chosen_and_rival(known) == ("a", "equal")


def test_what_is_not_significant_is_not_called_best():
    known = with_means(frames(row("a", "equal", 200.0, p=0.2)), equal=1000, a=1200, b=900)
    assert headline(known) == "No policy is surely best. “a” had the highest profit."


def test_a_rival_that_is_level_is_named():
    known = frames(row("a", "equal", 200.0), row("b", "a", -10.0, p=0.3))
    told = headline(with_means(known, equal=1000, a=1200, b=1190))
    assert told == "“a” had the highest profit; “b” may have as much."


def test_what_is_too_little_to_care_about_is_said_to_be():
    known = with_means(frames(row("a", "equal", 2.0)), equal=1000, a=1002, b=900)
    known = dataclasses.replace(known, scenario={"worth": {"profit": 50}})
    assert headline(known) == "“a” or “equal”: they differ by too little to care about."


def test_the_practical_size_stands_beside_the_difference():
    known = with_means(frames(row("a", "equal", 200.0)), equal=1000, a=1200, b=900)
    said = dataclasses.replace(known, scenario={"worth": {"profit": 50}})
    assert "Less than 50 is too little to care about." in card_rows(said)["Profit"].text
    assert "Less than 10 is too little" in card_rows(known)["Profit"].text  # 1% of 1,000


def test_the_reference_is_compared_with_the_next_where_it_is_best():
    known = with_means(frames(row("b", "equal", -5.0)), equal=1000, a=900, b=995)
    assert chosen_and_rival(known) == ("equal", "b")
    assert headline(known) == "“equal” is best by profit."


def test_it_says_which_command_tells_how_sure_it_is(folder):
    rows = card_rows(frames_of(folder))
    assert rows["How sure"].command == "sim robust scenario.yaml"
    assert "8 runs of one world" in rows["How sure"].text


def _gaining(folder, deciles):
    """Return results in which some deciles are better off under value_tiers in every run."""
    known = frames_of(folder)
    gains = pl.when((pl.col("policy") == "value_tiers") & pl.col("decile").is_in(deciles))
    base = pl.col("replication") * 0.001 + 0.5
    own = gains.then(0.2 + pl.col("replication") * 0.0001).otherwise(0.0)
    table = known.group("decile").with_columns(satisfaction_mean=base + own)
    return dataclasses.replace(known, tables={**known.tables, "by_decile": table})


def _who_gains(known):
    """Return what is said where value_tiers has most money."""
    means = known.summary.with_columns(
        mean=pl.when(pl.col("policy") == "value_tiers").then(2e9).otherwise(pl.col("mean"))
    )
    known = dataclasses.replace(known, summary=means)
    return card_rows(known)["Who gains, who pays"].text


def test_who_gains_is_found(folder):
    kind = frames_of(folder).group("decile")["decile"]
    chosen = [one for one in kind.unique(maintain_order=True) if str(one) in ("2", "9", "10")]
    text = _plain(_who_gains(_gaining(folder, chosen)))
    assert "up in deciles 2, 9 and 10" in text
    assert "down" not in text


@pytest.mark.parametrize(("t", "named"), [(3.0, False), (12.0, True)])
def test_deciles_are_named_only_where_all_are_sure_together(folder, t, named):
    known = frames_of(folder)
    runs, deciles = known.replications, known.group("decile")["decile"].n_unique()
    alone, together = (stats.t.ppf(1 - 0.025 / n, runs - 1) for n in (1, 2 * deciles))
    assert alone < 3.0 < together < 12.0
    luck = pl.when(pl.col("replication") % 2 == 0).then(0.01).otherwise(-0.01)
    spread = 0.01 * math.sqrt(runs / (runs - 1))  # of as many 0.01 as -0.01
    mean = t * spread / math.sqrt(runs)
    treated = pl.col("policy") == "value_tiers"
    own = pl.when(treated & (pl.col("decile") == deciles)).then(mean + luck).otherwise(0.0)
    table = known.group("decile").with_columns(satisfaction_mean=0.5 + own, wait_mean=pl.lit(1.0))
    known = dataclasses.replace(known, tables={**known.tables, "by_decile": table})
    assert ("up in decile" in _who_gains(known)) == named


def test_parts_of_the_difference_have_intervals_and_the_sign_that_they_have_in_profit():
    rows = [
        ("a", "equal", measure, "currency", mean, low, high, 0.001, 0.001, 5)
        for measure, mean, low, high in (
            ("profit", 70.0, 40.0, 100.0),
            ("revenue", 100.0, 60.0, 140.0),
            ("remedies", 30.0, 20.0, 44.0),
            ("wages", 1.0, -2.0, 4.0),
        )
    ]
    known = with_means(frames(*rows), equal=1000, a=1070, b=900)
    text = card_rows(known)["Why"].text
    assert "revenue +100 (+60 to +140)" in text
    assert "remedies \u221230 (\u221244 to \u221220)" in text


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (["3"], "decile 3"),
        (["1", "2", "3", "7"], "deciles 1 to 3, 7"),
        (["10", "9"], "deciles 9 and 10"),
        (["low", "high"], "low, high"),
    ],
)
def test_deciles_are_told_in_spans(groups, told):
    assert _deciles(groups) == told


def test_without_money_there_is_no_card(results_folder):
    assert answer_card(frames_of(results_folder(months=0))) is None


def test_warnings_stand_on_it(folder):
    card = answer_card(frames_of(folder), ("73% hang up.",))
    assert card.warnings == ("73% hang up.",)
