"""Choices between policies at several places: planted truths, seeded nulls and closed forms."""

from math import ceil, log2

import numpy as np
import pytest
import scipy.stats

from sim.stats.choices import choose, compare_in, replications_to_decide
from sim.stats.intervals import ALPHA
from sim.stats.shares import YES_NO, share_difference

RUNS = 12


def place(rng, means, spread=1.0, runs=RUNS):
    """Draw policies with these means, which share most of their luck as paired runs do."""
    shared = rng.normal(0, 20, runs)
    return {
        f"p{n}": (shared + mean + rng.normal(0, spread, runs)).tolist()
        for n, mean in enumerate(means)
    }


@pytest.mark.parametrize("larger", [True, False])
def test_the_planted_best_is_chosen_and_policies_alike_are_no_choice(larger):
    rng, sign = np.random.default_rng(3), 1 if larger else -1
    planted = {
        "one": place(rng, [0, 9 * sign, 0]),
        "two": place(rng, [9 * sign, 9 * sign, 0]),
        "none": place(rng, [0, 0, 0]),
        "open": place(rng, [0, 6 * sign, 6 * sign], spread=12.0),
    }
    found = choose(planted, "currency", 6.0, larger=larger)
    assert (found["one"].outcome, found["one"].chosen) == ("choose", ("p1",))
    assert (found["two"].outcome, found["two"].chosen) == ("choose", ("p0", "p1"))
    assert found["two"].rival == "p2"
    assert (found["none"].outcome, len(found["none"].chosen)) == ("no difference", 3)
    assert (found["open"].outcome, found["open"].chosen) == ("undecided", ())
    assert found["open"].more > 0
    assert found["one"].more is None


def test_intervals_and_p_are_those_of_scipy_adjusted_over_all_places():
    rng = np.random.default_rng(4)
    places = {n: place(rng, [0, n]) for n in range(4)}
    found = compare_in(places, {n: [("p1", "p0")] for n in places}, "currency", None)
    tests = {n: scipy.stats.ttest_rel(one["p1"], one["p0"]) for n, one in places.items()}
    ranked = sorted(tests, key=lambda n: tests[n].pvalue)
    highest = 0.0
    for rank, n in enumerate(ranked):
        interval = tests[n].confidence_interval(1 - 0.05 / 4)
        apart = found[n]["p1", "p0"]
        highest = max(highest, min(1.0, (4 - rank) * tests[n].pvalue))
        assert apart.p_adjusted == pytest.approx(highest)
        assert apart.difference.low == pytest.approx(interval.low)
        assert apart.difference.high == pytest.approx(interval.high)
        assert apart.word == ("more" if highest < ALPHA else "undecided")


@pytest.mark.parametrize("policies", [2, 3])
@pytest.mark.parametrize("worth", [None, 0.5])
def test_where_policies_are_alike_one_is_chosen_on_at_most_the_stated_share_of_pages(
    worth, policies
):
    wrong = 0
    for seed in range(300):
        rng = np.random.default_rng([5, seed])
        pages = {n: place(rng, [0] * policies, runs=6) for n in range(5)}
        found = choose(pages, "currency", worth, larger=True)
        wrong += any(one.outcome == "choose" for one in found.values())
    assert scipy.stats.binomtest(wrong, 300, ALPHA, "greater").pvalue > 0.001


def test_a_difference_of_the_practical_size_is_called_negligible_on_as_few_pages():
    wrong = 0
    for seed in range(300):
        rng = np.random.default_rng([6, seed])
        pages = {n: place(rng, [0, 2.0], runs=8) for n in range(5)}
        found = choose(pages, "currency", 2.0, larger=True)
        wrong += any(one.outcome == "no difference" for one in found.values())
    assert scipy.stats.binomtest(wrong, 300, ALPHA, "greater").pvalue > 0.001


def test_a_replication_that_a_policy_does_not_define_counts_for_none():
    values = {"a": [1.0, 2.0, 3.0, float("nan")], "b": [0.0, 1.0, 2.1, 99.0]}
    found = choose({0: values}, "currency", None, larger=True)[0]
    assert found.replications == 3
    assert found.best == "a"


def test_one_policy_and_no_runs_are_undecided():
    assert choose({0: {"a": [1.0, 2.0]}}, "", None, larger=True)[0].outcome == "undecided"
    empty = choose({0: {"a": [], "b": []}}, "", None, larger=True)[0]
    assert (empty.outcome, empty.best, empty.more) == ("undecided", None, None)
    single = choose({0: {"a": [1.0], "b": [0.0]}}, "", 5.0, larger=True)[0]
    assert (single.outcome, single.more) == ("undecided", None)


def test_replications_that_all_agree_decide_as_the_sign_test_does():
    # 2 ** (1 - n) < 0.05 from six on; of two places together, < 0.025 from seven on.
    for runs, outcome in ((5, "undecided"), (6, "choose")):
        found = choose({0: {"a": [1.0] * runs, "b": [0.0] * runs}}, "", None, larger=True)[0]
        assert found.outcome == outcome
    same = {n: {"a": [3.0] * 6, "b": [3.0] * 6} for n in range(2)}
    found = choose(same, "", 1.0, larger=True)[0]
    assert (found.outcome, found.needed) == ("undecided", 7)
    more = {n: {"a": [3.0] * 7, "b": [3.0] * 7} for n in range(2)}
    assert choose(more, "", 1.0, larger=True)[0].outcome == "no difference"


@pytest.mark.parametrize("mean", [0.5, -2.0, 0.01])
def test_with_many_replications_the_number_is_the_normal_sample_size(mean):
    # n = (z * sd / d) ** 2 where the difference itself has to be told from 0.
    spread, z = 60.0, scipy.stats.norm.ppf(0.975)
    found = replications_to_decide(mean, spread, 5, None)
    assert found == pytest.approx((z * spread / mean) ** 2, rel=2e-3)


@pytest.mark.parametrize(
    ("mean", "worth", "margin"),
    [(0.0, 4.0, 4.0), (1.0, 4.0, 3.0), (3.0, 4.0, 3.0), (9.0, 4.0, 9.0)],
)
def test_the_number_is_the_first_whose_interval_decides_by_either_way(mean, worth, margin):
    spread, runs = 10.0, 4

    def half(n):
        return scipy.stats.t.ppf(1 - 0.01 / 2, n - 1) * spread / n**0.5

    found = replications_to_decide(mean, spread, runs, worth, level=0.01)
    assert half(found) <= margin < half(found - 1)


def test_nothing_tells_equal_policies_apart_without_a_practical_size():
    assert replications_to_decide(0.0, 3.0, 10, None) is None
    assert replications_to_decide(0.0, 0.0, 3, 1.0, level=0.01) == ceil(1 - log2(0.01))


def test_as_many_replications_as_are_said_to_be_needed_decide_about_half_of_the_time_or_more():
    decided = 0
    for seed in range(200):
        rng = np.random.default_rng([7, seed])
        needed = replications_to_decide(1.0, 5.0, 10, None)
        found = choose({0: place(rng, [0, 1.0], 5 / 2**0.5, needed)}, "", None, larger=True)
        decided += found[0].outcome == "choose"
    assert 80 <= decided <= 140


def test_what_happens_or_not_is_compared_by_the_test_and_interval_for_shares():
    ruin = {"a": [1.0] * 9 + [0.0] * 3, "b": [0.0] * 12, "c": [1.0] * 8 + [0.0] * 4}
    found = compare_in({0: ruin}, {0: [("a", "b"), ("a", "c")]}, YES_NO, None)[0]
    expected = share_difference(ruin["a"], ruin["b"], 1 - 0.05 / 2)
    assert found["a", "b"].difference == expected
    assert found["a", "b"].p_adjusted == pytest.approx(2 * 2 * 0.5**9)  # McNemar's, then Holm's
    assert (found["a", "b"].word, found["a", "c"].word) == ("more", "undecided")
