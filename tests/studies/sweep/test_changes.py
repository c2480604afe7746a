"""The largest change that a setting makes, with an interval that allows for the search."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
import scipy.stats

from sim.studies.sweep.changes import largest_changes
from sim.studies.sweep.panels import SweepView

A, B = "a.b", "c.d"


def view(values, replications):
    """Make a view of a grid of two settings, from values by (a, b) and replication."""
    grid = [(a, b) for a in values["a"] for b in values["b"]]
    points = pl.DataFrame(
        {"point": range(len(grid)), A: [g[0] for g in grid], B: [g[1] for g in grid]}
    )
    rows = [
        (point, "equal", replication, values["profit"](a, b, replication))
        for point, (a, b) in enumerate(grid)
        for replication in range(replications)
    ]
    runs = pl.DataFrame(rows, schema=["point", "policy", "replication", "profit"], orient="row")
    sweep = SimpleNamespace(points=points, paths=(A, B), manifest={"design": "grid"})
    return SweepView(sweep, runs, points, frozenset())


def noise(seed):
    draws = np.random.default_rng(seed).normal(size=(64, 64, 64))
    return lambda a, b, replication: float(draws[a, b, replication])


def test_an_interval_is_that_of_the_paired_t_test_at_bonferronis_level():
    drawn = noise(1)
    values = {"a": [0, 1, 2], "b": [0, 1], "profit": lambda a, b, r: 9.0 * a + drawn(a, b, r)}
    [change, _] = largest_changes(view(values, 6), "profit", "equal")
    means = [
        [np.mean([values["profit"](a, b, r) for b in (0, 1)]) for r in range(6)] for a in (0, 2)
    ]
    expected = scipy.stats.ttest_rel(means[1], means[0]).confidence_interval(1 - 0.05 / (3 + 1))
    assert (change.path, change.low, change.high) == (A, 0, 2)
    assert change.interval.low == pytest.approx(expected.low)
    assert change.interval.high == pytest.approx(expected.high)


def test_noise_alone_rarely_passes_for_a_change():
    # With eight values each a plain 95% interval of the largest change excludes 0 most of the time.
    significant = 0
    for seed in range(200):
        values = {"a": range(8), "b": range(8), "profit": noise(seed)}
        found = largest_changes(view(values, 5), "profit", "equal")
        significant += any(change.exceeds(0.0) for change in found)
    assert scipy.stats.binomtest(significant, 200, 0.05, "greater").pvalue > 0.001


def test_a_change_exceeds_a_size_only_with_its_whole_interval():
    drawn = noise(2)
    values = {"a": [0, 1], "b": [0, 1], "profit": lambda a, b, r: 9.0 * a + drawn(a, b, r)}
    one, other = largest_changes(view(values, 6), "profit", "equal")
    assert one.exceeds(5.0)
    assert not one.exceeds(one.interval.mean)
    assert not other.exceeds(0.0)


def test_the_change_of_a_paired_difference_holds_nothing_that_policies_share():
    # Every replication has its own shift, common to both policies; only their difference moves by 7
    # per step of a.
    drawn = noise(3)
    values = {"a": [0, 1], "b": [0], "profit": lambda a, b, r: 1000.0 * r + 50.0 * a}
    alone = view(values, 6)
    other = alone.runs.with_columns(
        policy=pl.lit("other"),
        profit=pl.col("profit")
        + 7.0 * pl.col("point")
        + pl.Series([drawn(1, 1, n) for n in range(alone.runs.height)]) / 100,
    )
    both = SweepView(alone.sweep, pl.concat([alone.runs, other]), alone.levels, frozenset())
    [change] = largest_changes(both, "profit", "other", "equal")
    assert change.interval.mean == pytest.approx(7.0, abs=0.05)
    [wider] = largest_changes(both, "profit", "other", "equal", families=4)
    assert wider.interval.low < change.interval.low


def test_a_replication_that_a_value_lacks_is_left_out():
    values = {"a": [0, 1], "b": [0], "profit": lambda a, b, r: 5.0 * a + r * (1 + a)}
    whole = view(values, 5)
    lacking = whole.runs.filter(~((pl.col("point") == 1) & (pl.col("replication") == 4)))
    [change] = largest_changes(
        SweepView(whole.sweep, lacking, whole.levels, frozenset()), "profit", "equal"
    )
    assert change.by_replication == {0: 5.0, 1: 6.0, 2: 7.0, 3: 8.0}
