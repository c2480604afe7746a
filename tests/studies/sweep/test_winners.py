"""Who wins a point: significantly better than all others, whoever is looked at."""

import numpy as np
import pytest

from sim.stats.intervals import ALPHA, difference, holm
from sim.studies.sweep.summaries import winner_of

LUCK = np.random.default_rng(21).normal(size=(6, 12))


def policies(*means, spread=1.0):
    rows = zip(means, LUCK, strict=False)
    return {f"p{n}": (mean + spread * row).tolist() for n, (mean, row) in enumerate(rows)}


@pytest.mark.parametrize("larger", [True, False])
def test_a_clear_winner_is_named(larger):
    sign = 1 if larger else -1
    assert winner_of(policies(0, 5 * sign, 1, 2), larger=larger) == "p1"


def test_nobody_wins_by_luck_alone_or_with_a_rival_as_good():
    assert winner_of(policies(0, 0, 0), larger=True) is None
    assert winner_of(policies(0, 9, 9, 0), larger=True) is None
    assert winner_of(policies(3), larger=True) is None
    assert winner_of({"a": [float("nan")] * 3, "b": [1.0, 2.0, 3.0]}, larger=True) is None


def test_who_wins_would_also_win_if_all_pairs_were_compared():
    rng = np.random.default_rng(22)
    named = 0
    for _ in range(300):
        values = policies(*rng.normal(0, 1.2, 4))
        winner = winner_of(values, larger=True)
        if winner is None:
            continue
        named += 1
        pairs = [(a, b) for a in values for b in values if a < b]
        tests = [difference(values[a], values[b]) for a, b in pairs]
        adjusted = dict(zip(pairs, holm([test.p for test in tests]), strict=True))
        own = [p for pair, p in adjusted.items() if winner in pair]
        assert len(own) == 3
        assert max(own) < ALPHA
    assert named > 20
