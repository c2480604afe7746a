"""Retrials against people whose calls are drawn one by one, with no part of the engine."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.studies.calibrate.arrivals import fit_arrivals
from sim.studies.calibrate.profile_likelihood import modes, profile_interval
from sim.studies.calibrate.retrial_likelihood import misfit
from sim.studies.calibrate.retrials import fit_retrials, histories_of
from tests.studies.calibrate.test_fitting import made_log

pytestmark = pytest.mark.statistical

MINUTES = 28 * 1440  # open day and night


def drawn(seed, people=1500, usual=4.0, cv=1.0, retry=0.5, retry_delay=20.0, back=0.15,
          back_delay=200.0, left=0.15):  # fmt: skip
    """Draw people who call at a gamma rate of their own, and again because of an ending."""
    chance = np.random.default_rng(seed)
    calls = []
    for person in range(people):
        rate = usual * (chance.gamma(1 / cv**2, cv**2) if cv else 1.0) / MINUTES
        waiting = chance.uniform(0, MINUTES, chance.poisson(rate * MINUTES)).tolist()
        while waiting:
            at = waiting.pop()
            served = chance.random() >= left
            calls.append((at, person, served))
            share, delay = (back, back_delay) if served else (retry, retry_delay)
            again = at + chance.exponential(delay)
            if chance.random() < share and again < MINUTES:
                waiting.append(again)
    times, who, served = (np.array(one) for one in zip(*calls, strict=True))
    days = np.arange(np.datetime64("2001-01-01"), np.datetime64("2001-01-29"))
    arrival = days[0].astype("datetime64[us]") + (times * 6e7).astype("timedelta64[us]")
    return made_log(
        arrival, days, service=np.zeros(len(times)), served=served, customer=who.astype(str)
    )


def fitted(log):
    return fit_retrials(log, fit_arrivals(log))


def holds(interval, truth):
    """Tell whether the truth lies in an interval made half as wide again, of 99.7%."""
    middle, half = sum(interval) / 2, 0.75 * (interval[1] - interval[0])
    return abs(truth - middle) <= half


def test_who_comes_again_because_of_it_is_told_from_who_comes_anyway():
    found = fitted(drawn(2))
    for one, share, delay in (
        (found.after_leaving, 0.5, 20.0),
        (found.after_service, 0.15, 200.0),
    ):
        assert one.told
        assert holds(one.chance_interval, share)
        assert holds(one.delay_interval, delay)
        assert one.chance_interval[0] < one.chance < one.chance_interval[1]
    assert found.callers.mean == pytest.approx(4.0, rel=0.08)
    assert found.callers.cv == pytest.approx(1.0, abs=0.1)
    assert found.callers.people == pytest.approx(1500, rel=0.05)


def test_people_who_call_often_anyway_are_not_taken_for_call_backs():
    found = fitted(drawn(3, back=0.0, cv=1.5))
    assert found.after_service.chance == 0.0 or found.after_service.chance_interval[0] < 0.02
    assert found.after_service.chance < 0.1


def test_what_cannot_be_told_from_the_usual_calls_is_said_so():
    # They call about as soon for the one reason as for the other.
    found = fitted(drawn(4, people=150, usual=6.0, cv=0.5, back=0.3, back_delay=5000.0))
    low, high = found.after_service.chance_interval
    assert not found.after_service.told or low < 0.3 < high


def test_without_usual_rates_that_differ_the_likelihood_is_a_poisson_process():
    """Theory: with no retrials, of n calls in T at a gamma rate, negative binomial in number."""
    log = drawn(5, people=200, retry=0.0, back=0.0)
    histories = histories_of(log, fit_arrivals(log))
    counts = np.diff(histories.starts)
    usual, shape = 4.0, 0.8
    law = stats.nbinom(shape, shape / (shape + usual))
    # Given their number, calls are spread over the open minutes as the profile's levels say.
    known = law.logpmf(counts) - np.log1p(-law.pmf(0))
    orders = [math.lgamma(count + 1) - count * math.log(histories.exposure) for count in counts]
    expected = -(known.sum() + sum(orders) + np.log(histories.level).sum())
    none = np.zeros(2)
    assert misfit(histories, none, np.ones(2), usual, shape) == pytest.approx(expected, abs=0.05)


def test_the_profile_of_a_mean_of_normals_is_students_shape():
    """Theory: with the deviation refitted, n/2 log(1 + (m - x)^2/s^2) is lost."""
    sample = np.random.default_rng(1).normal(3.0, 2.0, 40)

    def of_normals(at):
        mean, log_sd = at
        return 40 * log_sd + ((sample - mean) ** 2).sum() / (2 * math.exp(2 * log_sd))

    bounds = [(-50.0, 50.0), (-5.0, 5.0)]
    best = modes(of_normals, [np.zeros(2), np.array([9.0, 1.0])], bounds)
    assert len(best) == 1
    half = sample.std() * math.sqrt(math.expm1(2 * 1.9207 / 40))
    ends = profile_interval(of_normals, best[0], 0, bounds, 0.1)
    assert ends == pytest.approx((sample.mean() - half, sample.mean() + half), rel=0.02)


def test_both_of_two_maxima_are_found_and_the_better_comes_first():
    def wells(at):
        x = float(at[0])
        return min((x - 1.0) ** 2, (x + 3.0) ** 2 + 1.0)

    found = modes(wells, [np.array([x]) for x in (-4.0, -2.5, 0.5, 4.0)], [(-9.0, 9.0)])
    assert [round(float(mode.at[0]), 3) for mode in found] == [1.0, -3.0]


@pytest.mark.parametrize("start", [(0.0, 0.0), (9.0, 1.0), (-20.0, 3.0)])
def test_a_maximum_is_known_to_more_digits_than_processors_agree_on(start):
    """Theory: the likeliest normal has the sample's mean and its mean squared deviation."""
    sample = np.random.default_rng(2).normal(3.0, 2.0, 500)

    def of_normals(at):
        mean, log_sd, _ = at  # the third says nothing, as a delay does of those who never come back
        return 500 * log_sd + ((sample - mean) ** 2).sum() / (2 * math.exp(2 * log_sd))

    bounds = [(-50.0, 50.0), (-5.0, 5.0), (-1.0, 1.0)]
    best = modes(of_normals, [np.array([*start, 0.5])], bounds)[0]
    assert best.at[:2] == pytest.approx((sample.mean(), math.log(sample.std())), abs=1e-6)
    again = modes(of_normals, [np.array([2.0, 0.5, 0.0])], bounds)[0]
    assert best.at[:2] == pytest.approx(again.at[:2], abs=1e-10)
