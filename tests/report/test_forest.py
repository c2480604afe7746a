"""A forest of differences: names and numbers of a row stay apart, however long they are."""

from __future__ import annotations

from itertools import combinations

import pytest

from sim.report.kit.canvas import narrow
from sim.report.kit.differences import PairedDifference
from sim.report.kit.forest import Forest, draw_forest
from sim.report.kit.style import looks_of, styled

NAME = "Placebo of value tiers by load"


@pytest.mark.parametrize("p", [0.5, 0.0001])
@pytest.mark.parametrize("size", [1e-6, 0.0018387, 12.0, 1234567.0])
def test_a_name_and_the_numbers_of_its_row_do_not_touch(size, p):
    row = PairedDifference(
        "mine", "equal", "satisfaction_mean", "index", size, 0.95 * size, 1.05 * size, p, p
    )
    with narrow():
        figure = draw_forest(
            Forest("Title", "", {"satisfaction_mean": [row]}, looks_of(["mine"]), lambda _: NAME)
        )
    with styled():
        boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]
