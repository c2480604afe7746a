"""Fits against published numbers, and against laws from which samples were drawn."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.errors import DataError
from sim.studies.calibrate.arrivals import fit_arrivals
from sim.studies.calibrate.call_frequency import fit_call_frequency
from sim.studies.calibrate.handling import fit_handling
from sim.studies.calibrate.log import Log
from sim.studies.calibrate.patience import fit_patience, kaplan_meier
from sim.studies.calibrate.retrials import open_minutes
from sim.studies.calibrate.weekly_profile import fit_profile

# Freireich et al. (1963): weeks in remission on 6-MP; a plus is censored.
REMISSION = [
    "6",
    "6",
    "6",
    "6+",
    "7",
    "9+",
    "10",
    "10+",
    "11+",
    "13",
    "16",
    "17+",
    "19+",
    "20+",
    "22",
    "23",
    "25+",
    "32+",
    "32+",
    "34+",
    "35+",
]


def made_log(arrival, days, wait=None, service=None, served=None, customer=None):
    count = len(arrival)
    order = np.argsort(arrival, kind="stable")

    def given(values, usual):
        values = np.full(count, usual) if values is None else np.asarray(values)
        return values[order]

    return Log(
        "made", count, (), "", days, np.asarray(arrival)[order], given(wait, 0.0),
        given(service, 1.0), given(served, True), given(customer, ""), given(None, ""),
        given(None, ""), given(None, np.nan),
    )  # fmt: skip


def test_kaplan_and_meier_agree_with_the_published_leukaemia_trial():
    weeks = np.array([float(text.rstrip("+")) for text in REMISSION])
    ended = np.array([not text.endswith("+") for text in REMISSION])
    times, survival = kaplan_meier(weeks, ended)
    assert times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert survival == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("cv", [0.0, 0.6, 1.2])
def test_patience_is_recovered_from_those_who_left_and_those_who_were_answered(cv):
    chance = np.random.default_rng(5)
    sigma = math.sqrt(math.log1p(cv * cv))
    means = 8.0 * np.exp(sigma * chance.standard_normal(20_000) - sigma * sigma / 2)
    patience, offered = means * chance.exponential(size=20_000), chance.exponential(6.0, 20_000)
    found = fit_patience(np.minimum(patience, offered), patience < offered)
    error = found.mean_error if found.mean_error == found.mean_error else 0.2
    assert abs(found.mean - 8.0) < 3.5 * error
    assert found.cv == pytest.approx(cv, abs=0.2)
    assert found.gap < 0.02
    # The mean wait of those who left says something else altogether.
    assert patience[patience < offered].mean() < 0.6 * 8.0


def test_too_few_who_left_give_no_patience():
    assert fit_patience(np.ones(100), np.arange(100) < 9) is None


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("lognormal", stats.lognorm(0.9, scale=4.0)),
        ("gamma", stats.gamma(2.2, scale=2.0)),
        ("weibull", stats.weibull_min(1.7, scale=5.0)),
    ],
)
def test_the_law_of_handling_is_recovered(name, law):
    sample = law.rvs(5000, random_state=np.random.default_rng(8))
    best, *others = fit_handling(sample)
    assert best.law == name
    assert best.loglik > max(fit.loglik for fit in others) + 5
    assert abs(best.mean - law.mean()) < 3.5 * best.mean_error
    assert abs(best.cv - law.std() / law.mean()) < 3.5 * best.cv_error
    assert best.ks < 1.63 / math.sqrt(5000)
    assert best.cdf(np.array([law.median()]))[0] == pytest.approx(0.5, abs=0.02)


def test_too_few_services_are_refused():
    with pytest.raises(DataError, match="at least 10"):
        fit_handling(np.array([1.0, 2.0]))


def test_the_week_and_the_spread_of_days_are_recovered():
    chance = np.random.default_rng(4)
    days = np.arange(np.datetime64("2001-01-01"), np.datetime64("2001-01-01") + 7 * 60)
    profile = np.zeros((7, 24))
    profile[:5, 9:17] = 20.0
    profile[5, 10:14] = 5.0
    factor = chance.gamma(1 / 0.15**2, 0.15**2, len(days))
    arrival = []
    for place, day in enumerate(days):
        counts = chance.poisson(profile[place % 7] * factor[place])
        for hour, count in enumerate(counts):
            minutes = hour * 60 + chance.uniform(0, 60, count)
            arrival += (
                day.astype("datetime64[us]") + (minutes * 6e7).astype("timedelta64[us]")
            ).tolist()
    found = fit_arrivals(made_log(np.array(arrival, "datetime64[us]"), days))
    assert found.weights.reshape(7, 24)[:, :9].sum() == 0.0
    assert found.weights == pytest.approx(profile.ravel(), abs=3.5)
    assert abs(found.per_month - 4 * profile.sum()) < 3.5 * found.per_month_error
    assert found.day_cv == pytest.approx(0.15, abs=0.02)
    assert found.dispersion == pytest.approx(1 + 20 * 0.15**2, abs=0.15)


def test_empty_hours_of_a_sparse_log_are_not_closed():
    # One contact an hour, day and night, for two weeks: e^-2 of the 168 hours see none.
    chance = np.random.default_rng(4)
    minutes = np.cumsum(chance.exponential(60.0, 1000))
    days = np.arange(np.datetime64("2001-01-01"), np.datetime64("2001-01-15"))
    arrival = days[0].astype("datetime64[us]") + (minutes * 6e7).astype("timedelta64[us]")
    arrival = arrival[arrival < days[-1] + 1]
    fit = fit_arrivals(made_log(arrival, days))
    assert 10 < fit.smoothed < 40
    assert (fit.weights > 0.0).all()
    assert fit.weights.sum() == pytest.approx(len(arrival) / 2)


def test_hours_that_no_open_desk_would_leave_empty_are_closed_in_a_sparse_log_too():
    # The same by day alone, from 8 to 18, and not on Sundays.
    chance = np.random.default_rng(4)
    days = np.arange(np.datetime64("2001-01-01"), np.datetime64("2001-01-15"))
    counts = chance.poisson(1.0, (14, 24))
    counts[:, :8] = counts[:, 18:] = 0
    counts[[6, 13]] = 0
    hours = days[:, None].astype("datetime64[h]") + np.arange(24)
    arrival = np.repeat(hours.ravel(), counts.ravel()).astype("datetime64[us]")
    week = fit_arrivals(made_log(arrival, days)).weights.reshape(7, 24)
    assert (week[:6, 8:18] > 0.0).all()
    assert week[6].sum() == week[:, :8].sum() == week[:, 18:].sum() == 0.0


def test_noise_of_a_few_weeks_is_not_taken_for_structure_and_structure_is_kept():
    # Three weeks of a flat profile, and of one with busy mornings and a busy Monday.
    chance = np.random.default_rng(6)
    flat = np.zeros((7, 24))
    flat[:5, 8:18] = 30.0
    shaped = flat.copy()
    shaped[:5, 8:12] = 45.0
    shaped[0] *= 1.4
    counts = np.array([3] * 7)
    for true, kept in ((flat, 0.35), (shaped, 0.8)):
        sums = chance.poisson(3 * true).astype(float)
        fitted, smoothed = fit_profile(sums, counts)
        assert smoothed == 0
        assert fitted.sum() == pytest.approx(sums.sum() / 3)
        raw_error = ((sums / 3 - true) ** 2).sum()
        assert ((fitted - true) ** 2).sum() < kept * raw_error


def test_open_minutes_count_the_hours_in_which_anybody_calls():
    weights = np.zeros(168)
    weights[9:17] = 1.0

    class Arrivals:
        pass

    Arrivals.weights = weights
    times = np.array(
        ["2001-01-01T08:00", "2001-01-01T10:30", "2001-01-01T23:00", "2001-01-08T09:15"],
        "datetime64[us]",
    )
    passed = open_minutes(times, Arrivals)
    assert (passed - passed[0]).tolist() == [0.0, 90.0, 480.0, 495.0]


def test_people_who_never_called_are_counted_too():
    chance = np.random.default_rng(9)
    rates = chance.gamma(1 / 1.3**2, 1.5 * 1.3**2, 20_000)
    counts = chance.poisson(rates * 0.5)
    found = fit_call_frequency(counts[counts > 0], 0.5)
    assert found.seen == (counts > 0).sum()
    assert found.people == pytest.approx(20_000, rel=0.05)
    assert found.mean == pytest.approx(1.5, rel=0.06)
    assert found.cv == pytest.approx(1.3, rel=0.06)
    assert fit_call_frequency(counts[:10] + 1, 0.5) is None
