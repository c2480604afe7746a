"""Pairs, seconds and ratios of samples whose variances and differences are known.

Oracles: closed forms of Student's t of 1 and 2 degrees of freedom; t tables and arithmetic by hand;
the intervals of means, which the jackknife gives exactly; and coverage on drawn samples.
"""

from math import pi, sqrt, tan

import numpy as np
import pytest

from benchmarks.compare_precision import (
    _jackknifed,
    efficiency,
    half_width,
    has_spread,
    is_told_apart,
    most_precise,
    noise,
    pairs_needed,
    seconds_needed,
    speed,
    times_as_soon,
    whole_pairs,
)
from benchmarks.precision_agreement import gap, level_gap
from benchmarks.precision_evidence import (
    APART,
    COMPILED,
    CONTESTANTS,
    SIMPY,
    THIRD,
    THIRD_ONE_SEED,
    Evidence,
)
from sim.stats.intervals import estimate, unpaired_difference

T_OF_1 = tan(pi * 0.475)  # the quantile of 0.975 is tan(pi (0.975 - 0.5)): Cauchy's law
T_OF_2 = 0.95 / sqrt(2 * 0.975 * 0.025)
T_OF_5, T_OF_6 = 2.5706, 2.4469  # from the table
Z = 1.959964

SECONDS = {
    COMPILED.name: 0.1,
    APART.name: 0.2,
    SIMPY.name: 2.0,
    THIRD_ONE_SEED.name: 8.0,
    THIRD.name: 8.0,
}


def pairs_of(first: list[float], other: list[float]) -> np.ndarray:
    return np.array([first, other]).T


def evidence_of(ours: np.ndarray, third: np.ndarray, one_seed: np.ndarray | None = None):
    rounds = len(third)
    seconds = {one.name: np.full(rounds, SECONDS[one.name]) for one in CONTESTANTS}
    outcomes = {
        COMPILED.sample: ours,
        THIRD.sample: third,
        THIRD_ONE_SEED.sample: third if one_seed is None else one_seed,
    }
    return Evidence(outcomes, seconds)


# Both policies of ours swing by 10 together, their difference by 1 around 2. The third's swing by
# 10 each by itself. All means are exact.
OURS = pairs_of([-10, 10, -10, 10], [-9, 13, -7, 11])
OF_THIRD = pairs_of([-10, 10, -10, 10], [12, 12, -8, -8])
KNOWN = evidence_of(OURS, OF_THIRD)


@pytest.mark.parametrize(
    ("half", "pairs"),
    [
        (T_OF_1 / sqrt(2), 2),
        (T_OF_2 / sqrt(3), 3),
        (T_OF_5 / sqrt(6), 6),
        (T_OF_6 / sqrt(7), 7),
    ],
)
def test_pairs_are_those_whose_interval_is_as_wide_as_wanted(half: float, pairs: int) -> None:
    assert pairs_needed(1.0, half) == pytest.approx(pairs, rel=1e-3)
    assert whole_pairs(1.0, half * 1.001) == pairs
    assert whole_pairs(1.0, half * 0.999) == pairs + 1
    assert whole_pairs(50.0, 50.0 * half * 1.001) == pairs


def test_many_pairs_are_those_of_the_normal_law_and_hardly_more() -> None:
    # To first order Student's t is z (1 + (z ** 2 + 1) / 4 n).
    wanted = Z**2 * 100**2 + (Z**2 + 1) / 2
    assert pairs_needed(10.0, 0.1) == pytest.approx(wanted, abs=0.05)


@pytest.mark.parametrize("spread", [0.0, 1e-9, 0.1])
def test_fewer_than_two_pairs_have_no_interval(spread: float) -> None:
    assert pairs_needed(spread, 1.0) == whole_pairs(spread, 1.0) == 2


@pytest.mark.statistical
@pytest.mark.parametrize(("pairs", "is_enough"), [(7, True), (6, False)])
def test_drawn_intervals_are_as_narrow_as_wanted_from_there_on(pairs, is_enough) -> None:
    assert whole_pairs(3.0, 3.0) == 7
    draws = np.random.default_rng(21).normal(5.0, 3.0, (4000, pairs))
    found = [estimate(row) for row in draws]
    squares = np.array([((one.high - one.low) / 2) ** 2 for one in found])
    error = squares.std(ddof=1) / sqrt(len(squares))
    # A variance is estimated without bias, so the squares have the mean that is computed.
    gap_in_errors = (squares.mean() - 3.0**2) / error
    assert gap_in_errors < -4 if is_enough else gap_in_errors > 4


def test_standard_deviations_of_pairs_that_share_their_numbers_and_of_such_that_do_not() -> None:
    variance_of_ten = 4 * 10**2 / 3
    assert KNOWN.spread(COMPILED) == KNOWN.spread(SIMPY) == pytest.approx(sqrt(4 / 3))
    assert KNOWN.spread(THIRD) == pytest.approx(sqrt(2 * variance_of_ten))
    assert KNOWN.spread(THIRD_ONE_SEED) == pytest.approx(sqrt(2 * variance_of_ten))
    other = np.var([-9, 13, -7, 11], ddof=1)
    assert KNOWN.spread(APART) == pytest.approx(sqrt(variance_of_ten + other))


def test_known_variances_and_a_known_difference_give_known_pairs_seconds_and_ratios() -> None:
    half = half_width(KNOWN, COMPILED)
    assert half == pytest.approx(0.2)
    # Variances of 4 / 3 and 800 / 3: z ** 2 times them over 0.04, and 2.4 for Student's t.
    by_hand = [Z**2 * variance / 0.04 + (Z**2 + 1) / 2 for variance in (4 / 3, 800 / 3)]
    assert by_hand == pytest.approx([130.5, 25612.1], abs=0.1)
    ours, theirs = 131, 25613
    assert seconds_needed(KNOWN, COMPILED, half) == pytest.approx(0.1 * ours)
    assert seconds_needed(KNOWN, SIMPY, half) == pytest.approx(2.0 * ours)
    assert seconds_needed(KNOWN, THIRD, half) == pytest.approx(8.0 * theirs)
    soon = times_as_soon(KNOWN, COMPILED, THIRD, COMPILED)
    assert soon.value == pytest.approx(8.0 * theirs / (0.1 * ours))
    assert soon.low < soon.value < soon.high
    assert soon.low * soon.high == pytest.approx(soon.value**2)


def test_times_as_soon_is_speed_times_variance_times_common_random_numbers() -> None:
    factors = (
        speed(KNOWN, APART, THIRD),
        noise(KNOWN, APART, THIRD),
        efficiency(KNOWN, COMPILED, APART),
    )
    assert factors[0].value == pytest.approx(8.0 / 0.2)
    product = np.prod([one.value for one in factors])
    assert product == pytest.approx(8.0 / 0.1 * 200)
    soon = times_as_soon(KNOWN, COMPILED, THIRD, COMPILED)
    assert soon.value == pytest.approx(product, rel=0.03)  # but for Student's t of 131 pairs


def test_who_is_compared_with_themselves_is_once_as_soon() -> None:
    for ratio in (times_as_soon(KNOWN, THIRD, THIRD, COMPILED), speed(KNOWN, THIRD, THIRD)):
        assert (ratio.value, ratio.low, ratio.high) == pytest.approx((1.0, 1.0, 1.0))


def test_a_pair_more_makes_no_difference_where_two_are_enough() -> None:
    """Nothing is divided by less than two pairs, however precise one contestant is."""
    precise = evidence_of(pairs_of([0, 5, 9], [100, 105.01, 109.02]), OF_THIRD[:3])
    half = half_width(precise, COMPILED)
    assert seconds_needed(precise, COMPILED, half) == pytest.approx(2 * 0.1)


def test_the_difference_of_the_narrowest_interval_is_common() -> None:
    assert most_precise(KNOWN) == COMPILED
    assert most_precise(evidence_of(OF_THIRD, OF_THIRD, OURS)) == THIRD_ONE_SEED


def test_an_interval_that_holds_0_tells_nothing_apart() -> None:
    assert not is_told_apart(KNOWN.difference(THIRD))  # 2, plus or minus 20 and more
    many = evidence_of(np.tile(OURS, (10, 1)), OF_THIRD)
    assert is_told_apart(many.difference(COMPILED))
    backwards = evidence_of(np.tile(OURS[:, ::-1], (10, 1)), OF_THIRD)
    assert is_told_apart(backwards.difference(COMPILED))


@pytest.mark.parametrize("value", [2.0, np.nan])
def test_pairs_that_differ_in_one_round_only_or_lack_a_value_have_no_spread(value: float) -> None:
    assert has_spread(KNOWN)
    once = pairs_of([0, 0, 0, value], [0, 0, 0, 5 * value])
    assert not has_spread(evidence_of(once, OF_THIRD))
    assert not has_spread(evidence_of(OURS, once))


def test_the_gap_between_implementations_is_that_of_their_pairs_differences() -> None:
    found = gap(KNOWN, THIRD)
    by_hand = unpaired_difference([22.0, 2.0, 2.0, -18.0], [1.0, 3.0, 3.0, 1.0])
    assert found == by_hand
    assert found.mean == pytest.approx(0.0)


def test_the_gap_between_means_takes_every_run_of_the_third_implementation() -> None:
    apart = evidence_of(OURS, OF_THIRD + 3.0, pairs_of([1, 2, 4], [0, 0, 0]))
    theirs = [-7.0, 13.0, -7.0, 13.0, 1.0, 2.0, 4.0]
    found = level_gap(apart, 0)
    assert found.mean == pytest.approx(sum(theirs) / 7)
    assert found.p == pytest.approx(unpaired_difference(theirs, [-10.0, 10.0, -10.0, 10.0]).p)
    assert level_gap(apart, 1).mean == pytest.approx((15.0 + 15.0 - 5.0 - 5.0) / 7 - 2.0)


def test_time_before_the_first_pair_is_added_once() -> None:
    half = half_width(KNOWN, COMPILED)
    theirs, own = (seconds_needed(KNOWN, one, half) for one in (THIRD, COMPILED))
    found = times_as_soon(KNOWN, COMPILED, THIRD, COMPILED, 70.0)
    assert found.value == pytest.approx(theirs / (70.0 + own))


def drawn(rng: np.random.Generator, ours: int, rounds: int, draw, delta: float = 5.0) -> Evidence:
    """Draw differences of standard deviation 2, and runs of the third implementation of 9."""
    common = rng.normal(0.0, 30.0, ours)
    outcomes = {
        COMPILED.sample: np.stack([common, common + delta + 2.0 * draw(rng, ours)], axis=1),
        THIRD.sample: np.stack([9.0 * draw(rng, rounds), delta + 9.0 * draw(rng, rounds)], axis=1),
        THIRD_ONE_SEED.sample: np.stack(
            [9.0 * draw(rng, rounds), delta + 9.0 * draw(rng, rounds)], axis=1
        ),
    }
    seconds = {one.name: SECONDS[one.name] * rng.gamma(100.0, 0.01, rounds) for one in CONTESTANTS}
    return Evidence(outcomes, seconds)


def normal(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.normal(size=size)


def test_the_jackknife_of_means_is_students_interval_and_welchs() -> None:
    found = drawn(np.random.default_rng(22), 40, 15, normal)
    own = estimate(np.diff(found.outcomes[COMPILED.sample]).ravel())
    half = _jackknifed(lambda kept: kept.mean(COMPILED), found)
    assert half == pytest.approx((own.high - own.low) / 2)
    both = gap(found, THIRD)
    half = _jackknifed(lambda kept: kept.mean(THIRD) - kept.mean(COMPILED), found)
    assert half == pytest.approx((both.high - both.low) / 2)


def laplace(rng: np.random.Generator, size: int) -> np.ndarray:
    return rng.laplace(0.0, sqrt(0.5), size)


@pytest.mark.statistical
@pytest.mark.parametrize("draw", [normal, laplace])
def test_intervals_of_ratios_hold_the_truth_as_often_as_they_say(draw) -> None:
    experiments = 200
    rng = np.random.default_rng(23)
    found = [drawn(rng, 60, 30, draw) for _ in range(experiments)]
    soon = [times_as_soon(each, COMPILED, THIRD, COMPILED) for each in found]
    wide = [noise(each, COMPILED, THIRD) for each in found]
    truth = 8.0 * whole_pairs(9.0 * sqrt(2), 0.5) / (0.1 * whole_pairs(2.0, 0.5))
    for ratios, true in ((soon, truth), (wide, 2 * 81 / 4)):
        covering = sum(one.low <= true <= one.high for one in ratios) / experiments
        assert covering == pytest.approx(0.95, abs=0.046)  # three standard errors
