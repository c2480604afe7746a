import math
from itertools import pairwise
from statistics import NormalDist

import pytest

from sim.stats.intervals import estimate
from sim.stats.precision import Precision, Target, read_target, shortfall
from sim.stats.shares import estimate_share

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
    sizes = grown(Precision({"profit": Target(0.02)}), 10.0, 2.0)
    assert all(later > earlier for earlier, later in pairwise(sizes))
    assert all(later <= 2 * earlier for earlier, later in pairwise(sizes))
    reached = [
        Target(0.02).half_width(estimate(values(10.0, 2.0, n)["equal"]["profit"])) for n in sizes
    ]
    assert reached[-1] <= 0.02 < min(reached[:-1])
    # (1.96 x 2 / 0.2)^2 = 384 would do on average
    assert 300 < sizes[-1] < 480


def test_it_gives_up_at_the_most():
    assert grown(Precision({"profit": Target(0.001)}, max_replications=50), 10.0, 2.0)[-1] == 50


def test_all_measures_and_policies_count():
    precision = Precision({"customers": Target(0.01), "profit": Target(0.02)})
    assert precision.next_replications(values(10.0, 2.0, 5), 5) is not None
    easy = Precision({"profit": Target(1.0)})
    assert easy.next_replications(values(10.0, 2.0, 5), 5) is None
    both = {**values(10.0, 0.1, 5), "tiers": values(10.0, 2.0, 5)["equal"]}
    assert Precision({"profit": Target(0.02)}).next_replications(both, 5) is not None


def test_a_mean_that_is_nothing_or_unknown_is_never_known_well():
    nothing = {"equal": {"profit": [-1.0, 1.0, math.nan]}}
    assert Precision({"profit": Target(0.5)}, max_replications=8).next_replications(nothing, 3) == 6
    assert Precision({"profit": Target(0.5)}).facts(nothing) == {
        "precision": {"profit": {"wanted": 0.5, "reached": None}}
    }


def test_what_was_reached_is_the_worst_policys():
    both = {**values(10.0, 0.1, 5), "tiers": values(10.0, 2.0, 5)["equal"]}
    told = Precision({"profit": Target(0.5)}).facts(both)["precision"]["profit"]
    assert told["reached"] == pytest.approx(
        Target(1.0).half_width(estimate(both["tiers"]["profit"]))
    )


def test_replications_that_all_agree_show_no_spread_and_so_reach_nothing():
    constant = {"equal": {"customers": [5.0] * 40}}
    precision = Precision({"customers": Target(0.5)}, max_replications=100)
    assert precision.next_replications(constant, 40) == 80
    fact = precision.facts(constant)["precision"]["customers"]
    assert fact == {"wanted": 0.5, "reached": None, "tied": True}
    assert "gave the same number" in shortfall("customers", fact, 40)


def test_a_yes_or_no_that_always_says_yes_has_wilsons_interval():
    # Half of Wilson's interval at n of n is z^2 / (n + z^2) / 2: 0.139 at ten, 0.044 at forty.
    precision = Precision({"ruined": Target(0.05)}, max_replications=100)
    z2 = NormalDist().inv_cdf(0.975) ** 2
    assert precision.next_replications({"equal": {"ruined": [1.0] * 10}}, 10) == 20
    assert precision.next_replications({"equal": {"ruined": [1.0] * 20}}, 20) == 40
    assert precision.next_replications({"equal": {"ruined": [1.0] * 40}}, 40) is None
    fact = precision.facts({"equal": {"ruined": [1.0] * 10}})["precision"]["ruined"]
    assert fact["reached"] == pytest.approx(z2 / (10 + z2) / 2)


def test_a_yes_or_no_that_never_says_yes_can_reach_an_absolute_width_only():
    never = {"equal": {"ruined": [0.0] * 40}}
    assert Precision({"ruined": Target(0.05)}).next_replications(never, 40) == 80
    assert Precision({"ruined": Target(0.05, absolute=True)}).next_replications(never, 40) is None
    assert Target(0.05, absolute=True).half_width(estimate_share([0.0] * 40)) < 0.05


def test_an_absolute_width_is_in_the_measures_unit():
    # (1.96 x 2 / 0.5)^2 = 61 would do on average
    precision = Precision({"profit": Target(0.5, absolute=True)})
    sizes = grown(precision, 0.0, 2.0)
    assert 45 < sizes[-1] < 80
    fact = precision.facts(values(0.0, 2.0, sizes[-1]))["precision"]["profit"]
    assert fact["absolute"] is True
    assert fact["reached"] <= 0.5
    assert shortfall("profit", fact, sizes[-1]) == ""
    wide = precision.facts(values(0.0, 2.0, 10))["precision"]["profit"]
    assert "precision +-0.5 was not reached in 10 replications; it is +-1" in shortfall(
        "profit", wide, 10
    )


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("0.02", Target(0.02)),
        (0.02, Target(0.02)),
        ("+-5", Target(5.0, absolute=True)),
        (" ±1e3 ", Target(1000.0, absolute=True)),
    ],
)
def test_widths_are_read_and_written(text, target):
    assert read_target(text) == target
    assert read_target(str(target)) == target


@pytest.mark.parametrize("text", ["", "+-", "5u", "-5", "+5-", "+--5", "0", "+-0", "nan", "inf"])
def test_what_is_no_width_is_refused(text):
    with pytest.raises(ValueError, match=r"must be a number above 0"):
        read_target(text)
