"""Where a claim's verdict turns: values tried stand apart and are written as people write them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sim.stats.intervals import difference
from sim.stats.verdicts import Verdict
from sim.studies.claims.plots import draw_trials
from sim.studies.claims.tables import Trial

UNEVEN = [1, 10, 60, 1_000, 40_000, 1_000_000, 5_000_000]


def trials(values):
    return [Trial(value, _verdict(float(place))) for place, value in enumerate(values)]


def _verdict(place):
    values = [place - 1, place, place + 1.5]
    alone, adjusted = (difference(values, [0.0] * 3, level) for level in (0.95, 0.99))
    return Verdict("undecided", alone, adjusted, "undecided")


def labels(figure):
    return [label.get_text() for label in figure.axes[0].get_xticklabels()]


def test_large_values_are_written_out_or_in_millions():
    figure = draw_trials(trials(UNEVEN), "people.count", "people", ">")
    assert labels(figure) == ["1", "10", "60", "1,000", "40,000", "1M", "5M"]


@pytest.mark.parametrize(
    "values", [UNEVEN, [f"a rather long word {place}" for place in range(9)], [0.001, 0.0011, 500]]
)
def test_labels_do_not_touch(values):
    figure = draw_trials(trials(values), "desk.pools.frontline.agents", "currency", "<")
    figure.draw_without_rendering()
    found = figure.axes[0].get_xticklabels()
    if found[0].get_rotation():
        assert found[0].get_ha() == "right"
        return
    boxes = [label.get_window_extent() for label in found]
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_words_say_what_came_of_each_value():
    figure = draw_trials(trials([1, 2]), "a.b", "people", ">")
    assert "1 undecided, 2 undecided" in figure.alt


def test_the_scenarios_own_value_is_bold():
    tried = [*trials([1, 2]), Trial(3, _verdict(0.0), own=True)]
    figure = draw_trials(tried, "a.b", "people", ">")
    weights = [label.get_fontweight() for label in figure.axes[0].get_xticklabels()]
    assert weights == ["normal", "normal", "bold"]
