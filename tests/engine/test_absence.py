"""Shrinkage thins the roster: binomial counts, and a mixture of exact queues."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.core import streams
from sim.core.rng import run_key, uniform
from sim.engine.simulate import simulate
from sim.model.records import DAY
from tests.engine.test_breaks import ERRORS, desk, one_pool

WEEK_LONG = {"mon-sat": "00:00-24:00"}
LENGTH = 6 * 1440.0
AGENTS, AWAY = 3, 0.3
RATE, SERVICE, PATIENCE = 0.5, 5.0, 4.0


def away_minutes(pool, replication=0):
    months = simulate(desk(**one_pool({"mon-fri": "09:00-17:00"}, **pool)), "equal", replication)
    return months.months[0]


def test_absent_days_are_a_binomial_share_and_are_paid():
    month = away_minutes({"agents": 40, "shrinkage": 0.15})
    days = (month["paid_minutes"] - month["present_minutes"]) / 480
    assert month["paid_minutes"] == 40 * 20 * 480
    assert days == round(days)
    assert days == pytest.approx(120, abs=ERRORS * math.sqrt(800 * 0.15 * 0.85))


def test_absence_may_be_unpaid():
    pool = {"agents": 40, "shrinkage": 0.15}
    paid, unpaid = (away_minutes({**pool, "shrinkage_paid": told}) for told in (True, False))
    assert unpaid["present_minutes"] == paid["present_minutes"] == unpaid["paid_minutes"]
    assert unpaid["wages"] == pytest.approx(paid["wages"] * unpaid["paid_minutes"] / (800 * 480))


def test_who_is_absent_in_the_morning_is_absent_in_the_afternoon():
    hours = {"mon-fri": ["09:00-12:00", "13:00-18:00"]}
    month = simulate(desk(**one_pool(hours, agents=1, shrinkage=0.5)), "equal", 0).months[0]
    days = (month["paid_minutes"] - month["present_minutes"]) / 480
    assert days == round(days)
    assert 0 < days < 20


def lost(agents):
    """Return the share that hangs up at a queue of exponential laws with so many agents."""
    longest = 200
    weights, busy = [1.0], range(1, longest)
    for inside in busy:
        leaving = min(inside, agents) / SERVICE + max(inside - agents, 0) / PATIENCE
        weights.append(weights[-1] * RATE / leaving)
    waiting = sum(w * max(n - agents, 0) for n, w in enumerate(weights)) / sum(weights)
    return waiting / PATIENCE / RATE


@pytest.mark.statistical
def test_weeks_with_whoever_is_there_lose_as_many_as_the_exact_queues():
    # Each week is a shift; who is there is known from the keyed draws.
    months, found, expected = 6, [], []
    people = {
        "count": 100,
        "customers": 100,
        "contacts_per_month": {"mean": 4 * LENGTH * RATE / 100, "cv": 0},
        "difficulty": {"cv": 0},
        "demanding_share": {"mean": 0, "cv": 0},
        "patience_minutes": {"mean": PATIENCE, "cv": 0},
    }
    given = desk(
        minutes={"law": "exponential", "mean": SERVICE},
        months=months,
        people=people,
        **one_pool(WEEK_LONG, agents=AGENTS, shrinkage=AWAY),
    )
    there = np.array([lost(agents) for agents in range(AGENTS + 1)])
    present = []
    for replication in range(6):
        key = run_key(given.seed, replication)
        days = range(0, 28 * months, 7)
        here = [sum(present_on(key, seat, day) for seat in range(AGENTS)) for day in days]
        present += here
        told = simulate(given, "equal", replication).months
        found.append(told["abandoned"].sum() / len(here) / LENGTH / RATE)
        expected.append(there[here].mean())
    errors = np.array(found) - np.array(expected)
    assert abs(errors.mean()) < ERRORS * errors.std(ddof=1) / math.sqrt(len(errors)) + 1e-3
    counts = np.bincount(present, minlength=AGENTS + 1)
    law = stats.binom(AGENTS, 1 - AWAY).pmf(range(AGENTS + 1)) * len(present)
    assert ((counts - law) ** 2 / law).sum() < stats.chi2(AGENTS).ppf(0.999)


def present_on(key, seat, day):
    assert DAY == 1440
    return uniform(key, streams.ABSENCE, seat, day) >= AWAY
