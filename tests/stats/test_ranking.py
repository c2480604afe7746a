"""The procedure against problems of known answer."""

import math

import numpy as np
import pytest

from sim.stats.ranking import select


def problem(seed, policies, replications, gap, correlation, spread=1.0, skew=False):
    """Make policies whose means are `gap` below the last one's, with partly common luck."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=replications)
    own = rng.normal(size=(policies, replications))
    if skew:
        own = (rng.gamma(4.0, size=own.shape) - 4.0) / 2.0
    luck = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
    means = np.zeros(policies)
    means[-1] = gap
    table = means[:, None] + spread * luck
    return {f"p{i}": list(row) for i, row in enumerate(table)}


@pytest.mark.statistical
@pytest.mark.parametrize("policies", [2, 5, 10])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_the_best_is_found_at_least_as_often_as_stated(policies, correlation):
    found = [
        select(problem(seed, policies, 1200, 0.5, correlation), 0.5).best for seed in range(500)
    ]
    assert None not in found
    right = found.count(f"p{policies - 1}") / 500
    # Three standard errors of 500 trials at 0.95 are 0.029.
    assert right >= 0.95 - 0.029


@pytest.mark.statistical
def test_it_holds_for_skewed_luck_and_other_confidences():
    found = [select(problem(s, 4, 800, 0.5, 0.5, skew=True), 0.5, 0.8).best for s in range(500)]
    assert found.count("p3") / 500 >= 0.8 - 3 * math.sqrt(0.8 * 0.2 / 500)


def test_common_luck_settles_it_sooner():
    used = [
        np.mean([select(problem(s, 3, 2000, 0.5, rho), 0.5).used for s in range(60)])
        for rho in (0.0, 0.9)
    ]
    assert used[1] < used[0] / 3


def test_as_many_more_as_are_said_settle_it():
    for seed in range(60):
        whole = problem(seed, 4, 3000, 0.02, 0.3)
        few = {name: row[:25] for name, row in whole.items()}
        first = select(few, 0.2)
        if first.best is not None:
            continue
        assert len(first.contenders) > 1
        assert first.more > 0
        enough = {name: row[: 25 + first.more] for name, row in whole.items()}
        assert select(enough, 0.2).best in first.contenders


def test_what_is_settled_stays_settled():
    whole = problem(3, 3, 500, 1.0, 0.5)
    early = select({name: row[:100] for name, row in whole.items()}, 0.5)
    assert early.best == "p2"
    late = select(whole, 0.5)
    assert (late.best, late.used) == (early.best, early.used)


def test_smaller_may_be_better():
    whole = problem(3, 3, 500, -1.0, 0.5)
    assert select(whole, 0.5, larger=False).best == "p2"
    assert select(whole, 0.5).best != "p2"


def test_policies_that_are_the_same_are_as_good_as_each_other():
    row = list(np.random.default_rng(1).normal(size=30))
    found = select({"a": row, "b": row}, 0.1)
    assert (found.best, found.more) == ("a", 0)


def test_undefined_replications_are_left_out():
    whole = problem(3, 3, 500, 1.0, 0.5)
    holed = {name: [math.nan, *row] for name, row in whole.items()}
    assert select(holed, 0.5) == select(whole, 0.5)


@pytest.mark.parametrize(("rows", "more"), [([], 2), ([1.0], 1)])
def test_one_replication_says_nothing(rows, more):
    found = select({"a": rows, "b": rows}, 0.1)
    assert (found.best, found.contenders, found.more) == (None, ("a", "b"), more)


def test_one_policy_is_the_best():
    assert select({"a": [1.0, 2.0]}, 0.1).best == "a"


@pytest.mark.parametrize(("delta", "confidence"), [(0.0, 0.95), (1.0, 1.0), (1.0, 0.5)])
def test_nonsense_is_refused(delta, confidence):
    with pytest.raises(ValueError, match="in range"):
        select({"a": [1.0, 2.0], "b": [1.0, 2.0]}, delta, confidence)
