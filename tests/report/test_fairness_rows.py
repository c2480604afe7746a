"""The page's table of fairness: words of a verdict follow the interval and what is better."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl

from sim.report.run.page_tables import fairness_rows
from sim.results.difference_tables import fairness_table

VALUES = {
    "equal": {
        "treatment_gap_mean": [0.0, 0.0, 0.0],
        "gini_waited": [0.5, 0.6, 0.7],
        "surplus_mean": [1.0, 2.0, 4.0],
        "four_fifths_stayed_tier": [float("nan")] * 3,
    },
    "mine": {
        "treatment_gap_mean": [0.2, 0.21, 0.2],
        "gini_waited": [0.61, 0.70, 0.79],
        "surplus_mean": [2.0, 1.0, 4.0],
        "four_fifths_stayed_tier": [float("nan")] * 3,
    },
}


def frames(table):
    return SimpleNamespace(tables={"fairness": table}, policies=("equal", "mine"))


def test_verdicts_say_which_way_is_better():
    found = {row.name: row for row in fairness_rows(frames(fairness_table(VALUES)))}
    verdicts = {name: [cell.verdict for cell in row.cells] for name, row in found.items()}
    assert verdicts == {
        "treatment_gap_mean": ["", "worse"],
        "gini_waited": ["", "differs"],
        "surplus_mean": ["", ""],
    }
    assert found["surplus_mean"].better == "more is better"


def test_folders_without_the_table_have_no_rows():
    assert fairness_rows(frames(pl.DataFrame())) == []
    assert fairness_rows(SimpleNamespace(tables={}, policies=())) == []
