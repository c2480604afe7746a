from dataclasses import replace

import polars as pl
import pytest

from sim.report.kit.differences import differences_from, differences_from_reference, differences_of
from sim.report.kit.frames import Frames, frames_of
from sim.results.difference_tables import DIFFERENCES, SUMMARY
from sim.stats.intervals import difference


def frames(*rows, policies=("equal", "a", "b")):
    summary = [(name, "profit", "currency", 1.0, None, None, 5, None) for name in policies]
    return Frames(
        summary=pl.DataFrame(summary, schema=SUMMARY, orient="row"),
        differences=pl.DataFrame(rows, schema=DIFFERENCES, orient="row"),
        monthly=pl.DataFrame(schema={"policy": pl.String, "month": pl.Int64}),
        hypotheses=pl.DataFrame(),
        scenario={},
        scenario_text="",
        manifest={},
        tables={},
    )


def row(policy, versus, mean, p=0.01, measure="profit"):
    return (policy, versus, measure, "currency", mean, mean - 1, mean + 2, p, p, 5)


@pytest.mark.parametrize(
    ("measure", "mean", "p", "verdict"),
    [
        ("profit", 3.0, 0.01, "better"),
        ("profit", -3.0, 0.01, "worse"),
        ("churn_rate", 3.0, 0.01, "worse"),
        ("utilisation", 3.0, 0.01, "differs"),
        ("profit", 3.0, 0.05, ""),
        ("profit", 3.0, None, ""),
    ],
)
def test_verdicts_follow_the_adjusted_p_and_the_direction(measure, mean, p, verdict):
    table = differences_from_reference(frames(row("a", "equal", mean, p, measure)))
    assert table[measure, "a"].verdict == verdict


def test_a_comparison_is_found_whichever_way_round_it_stands():
    known = frames(row("b", "a", 3.0))
    assert differences_of(known, "profit", "b")["a"].mean == 3
    turned = differences_of(known, "profit", "a")["b"]
    assert (turned.mean, turned.low, turned.high) == (-3, -5, -2)
    assert "a" not in differences_of(known, "profit", "equal")


def test_pairs_without_the_reference_are_computed_from_the_runs(results_folder):
    known = frames_of(results_folder(policies=("equal", "a", "b", "c")))
    assert set(known.differences["versus"]) == {"equal"}
    direct = difference(known.runs["c"]["profit"], known.runs["b"]["profit"])
    from_b = differences_from(known, "b")["profit", "c"]
    chosen = differences_of(known, "profit", "c")
    assert (from_b.mean, from_b.low) == (chosen["b"].mean, chosen["b"].low)
    assert from_b.mean == direct.mean
    # Chosen by the data: its p is adjusted for all six pairs, not for the three that it is in.
    assert chosen["b"].p_adjusted >= min(1.0, direct.p * 4)
    assert chosen["equal"].p_adjusted == differences_from_reference(known)["profit", "c"].p_adjusted


def test_rows_that_do_not_touch_the_reference_are_left_out():
    known = frames(row("a", "equal", 1.0), row("b", "a", 3.0), row("equal", "b", 2.0))
    assert {key: one.mean for key, one in differences_from_reference(known).items()} == {
        ("profit", "a"): 1.0,
        ("profit", "b"): -2.0,
    }


def test_a_difference_within_what_is_worth_caring_about_is_negligible():
    known = frames(row("a", "equal", 3.0), row("b", "equal", 3.5))  # 2 to 5, and 2.5 to 5.5
    known = replace(known, scenario={"worth": {"profit_discounted": 5.25}})
    table = differences_from_reference(known)
    assert table["profit", "a"].verdict == "negligible"
    assert table["profit", "b"].verdict == "better"
