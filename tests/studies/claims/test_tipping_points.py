"""Values are tried in an order that a reader expects, and turns are told between neighbours."""

from __future__ import annotations

import pytest

from sim.stats.intervals import Difference
from sim.stats.verdicts import Verdict
from sim.studies.claims.tables import AS_IT_IS, Trial, tipping_points, values_to_try


def trial(value, word):
    found = Difference(1.0, 0.5, 1.5, 0.01, 20)
    return Trial(value, Verdict(word, found, found, word))


@pytest.mark.parametrize(
    ("values", "own", "found"),
    [
        ([3, 1], 2, [1, 2, 3]),
        ([0.5, 0, 0.5], 0.5, [0, 0.5]),
        (["b", "a"], "c", ["c", "b", "a"]),
        ([True], False, [False, True]),
        ([5, 1], AS_IT_IS, [AS_IT_IS, 5, 1]),
        (["unlimited"], 3, [3, "unlimited"]),
    ],
)
def test_the_scenarios_own_value_is_among_those_tried(values, own, found):
    assert values_to_try(values, own) == found


def test_a_verdict_turns_between_neighbours():
    trials = [
        trial(1, "supported"),
        trial(2, "supported"),
        trial(3, "undecided"),
        trial(4, "refuted"),
    ]
    assert [(a.value, b.value) for a, b in tipping_points(trials)] == [(2, 3), (3, 4)]
    assert tipping_points(trials[:2]) == tipping_points(trials[:1]) == tipping_points([]) == []
