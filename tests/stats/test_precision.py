import math
from itertools import pairwise
from statistics import NormalDist

import pytest

from sim.stats.intervals import estimate
from sim.stats.precision import Precision, relative_half_width

LUCK = [NormalDist().inv_cdf((i * 0.6180339887 + 0.5) % 1) for i in range(4000)]


def values(mean, spread, replications):
    return {
        "equal": {
            "profit": [mean + spread * z for z in LUCK[:replications]],
            "customers": [5.0] * replications,
        }
    }


def grown(precision, mean, spread, start=5):
    """Follow the advice until there is none, and return all sizes."""
    sizes = [start]
    while wanted := precision.next_replications(values(mean, spread, sizes[-1]), sizes[-1]):
        sizes.append(wanted)
    return sizes


def test_it_goes_on_until_the_target_is_reached_and_no_further():
    sizes = grown(Precision({"profit": 0.02}), 10.0, 2.0)
    assert all(later > earlier for earlier, later in pairwise(sizes))
    assert all(later <= 2 * earlier for earlier, later in pairwise(sizes))
    reached = [
        relative_half_width(estimate(values(10.0, 2.0, n)["equal"]["profit"])) for n in sizes
    ]
    assert reached[-1] <= 0.02 < min(reached[:-1])
    # (1.96 x 2 / 0.2)^2 = 384 would do on average
    assert 300 < sizes[-1] < 480


def test_it_gives_up_at_the_most():
    assert grown(Precision({"profit": 0.001}, max_replications=50), 10.0, 2.0)[-1] == 50


def test_all_measures_and_policies_count():
    precision = Precision({"customers": 0.01, "profit": 0.02})
    assert precision.next_replications(values(10.0, 2.0, 5), 5) is not None
    assert Precision({"customers": 0.01}).next_replications(values(10.0, 2.0, 5), 5) is None
    both = {**values(10.0, 0.0, 5), "tiers": values(10.0, 2.0, 5)["equal"]}
    assert Precision({"profit": 0.02}).next_replications(both, 5) is not None


def test_a_mean_that_is_nothing_or_unknown_is_never_known_well():
    nothing = {"equal": {"profit": [-1.0, 1.0, math.nan]}}
    assert Precision({"profit": 0.5}, max_replications=8).next_replications(nothing, 3) == 6
    assert Precision({"profit": 0.5}).facts(nothing) == {
        "precision": {"profit": {"wanted": 0.5, "reached": None}}
    }


def test_what_was_reached_is_the_worst_policys():
    both = {**values(10.0, 0.0, 5), "tiers": values(10.0, 2.0, 5)["equal"]}
    told = Precision({"profit": 0.5}).facts(both)["precision"]["profit"]
    assert told["reached"] == pytest.approx(relative_half_width(estimate(both["tiers"]["profit"])))
