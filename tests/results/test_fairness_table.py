"""The table of fairness: means beside paired differences from the first policy, by hand."""

from __future__ import annotations

import math

import pytest

from sim.results.difference_tables import fairness_table

VALUES = {
    "equal": {"gini_waited": [0.5, 0.6, 0.7], "envy_free": [1.0, 1.0, 1.0]},
    "mine": {"gini_waited": [0.6, 0.7, 0.8], "envy_free": [0.0, 0.0, math.nan]},
}


def rows():
    table = fairness_table(VALUES)
    return {(row["policy"], row["measure"]): row for row in table.rows(named=True)}


def test_a_policy_has_its_mean_and_its_difference_from_the_first():
    mine, first = rows()["mine", "gini_waited"], rows()["equal", "gini_waited"]
    assert (mine["mean"], mine["unit"], mine["replications"]) == (pytest.approx(0.7), "index", 3)
    # Each of the pairs differs by a tenth.
    found = [mine[name] for name in ("difference", "difference_low", "difference_high")]
    assert found == pytest.approx([0.1, 0.1, 0.1])
    assert mine["versus"] == "equal"
    assert (first["versus"], first["difference"]) == (None, None)


def test_what_is_undefined_in_a_run_is_left_out_of_its_pair():
    assert rows()["mine", "envy_free"]["replications"] == 2
    assert rows()["mine", "envy_free"]["difference"] == -1.0


def test_one_policy_has_no_differences():
    table = fairness_table({"equal": VALUES["equal"]})
    assert table["mean"].to_list() == pytest.approx([0.6, 1.0])
