"""Cascades on ties that are given, as docs/real_ties.md says."""

from __future__ import annotations

from statistics import fmean

import numpy as np
import pytest

from sim.stats.intervals import estimate, holm
from sim.theory.cascades import independent_cascade_reached_mean
from sim.theory.percolation import cascade_threshold
from tests.docs.pages import ROOT, example

EDGES = ROOT.parent / "shared" / "data" / "facebook_edges.txt"
needs_data = pytest.mark.skipif(
    not EDGES.exists(), reason="no facebook_edges.txt in ../shared/data"
)

# A square with a roof, and a chimney that only the top of the roof knows.
HOUSE = np.array([(0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (3, 4), (4, 5)])


@pytest.fixture
def script():
    return example("real_ties")


def test_a_tie_that_is_somebody_knows_its_ends_and_the_ties_that_it_meets(script):
    path = np.array([(0, 1), (1, 2), (2, 3)])
    tied = {tuple(sorted(pair)) for pair in script.with_ties_as_people(path).tolist()}
    assert tied == {(0, 4), (1, 4), (1, 5), (2, 5), (2, 6), (3, 6), (4, 5), (5, 6)}


@pytest.mark.statistical
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_where_ties_are_people_the_engine_runs_an_independent_cascade(
    script, engine, monkeypatch, tmp_path
):
    monkeypatch.setattr(script, "STORIES", {0.4: 4000})
    wanted = [independent_cascade_reached_mean(HOUSE, 6, one, 0.4) for one in range(6)]
    for who, _, scenario in script.scenarios(HOUSE, "ties", tmp_path):
        values = script.by_engine(scenario, engine, 6)
        mean = fmean(wanted) if who == "anybody" else wanted[script.hub_of(HOUSE)]
        assert abs(fmean(values) - mean) < 4.5 * np.std(values, ddof=1) / 6**0.5
        assert np.std(values, ddof=1) < 0.1


@needs_data
def test_the_threshold_of_the_real_ties_is_that_published(script):
    ties = script.read(EDGES)
    assert ties.shape == (88234, 2)
    assert round(cascade_threshold(ties, 4039), 3) == 0.006


@needs_data
@pytest.mark.slow
@pytest.mark.statistical
@pytest.mark.parametrize("how", ["ties", "tellers"])
def test_the_engine_says_what_the_oracle_says_on_the_real_ties(script, how):
    rows = script.rows(script.read(EDGES), how, replications=5, thin=0.2)
    adjusted = holm([row.gap.p for row in rows])
    assert all(p is not None and p > script.LEVEL for p in adjusted)
    assert all(estimate(row.engine).low > 0 for row in rows)


@needs_data
def test_a_hub_is_ahead_by_as_much_as_published(script):
    ties = script.read(EDGES)
    for chance, published in script.FIGURES.items():
        reached = script.by_throws(ties, "ties", chance, 600)
        ahead, low, high = script.ratio(reached["hub"], reached["anybody"])
        assert low - 0.5 < published < high + 0.5
        assert abs(ahead - published) < 0.6
