"""How much time breaks take, by counting and by an independent simulation."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping

ERRORS = 4.0
DAYS = 20


def desk(per_month=0.0, minutes=1.0, months=1, **sections):
    people = 100
    return from_mapping(
        {
            "name": "Breaks",
            "months": months,
            "people": {
                "count": people,
                "customers": people,
                "contacts_per_month": {"mean": per_month / people, "cv": 0},
                "difficulty": {"cv": 0},
                "patience_minutes": "unlimited",
            },
            "network": {"kind": "none"},
            "needs": [{"name": "call", "share": 1, "minutes": minutes, "resolved": 1}],
            "behaviour": "none",
            "staff": "none",
            "product": "none",
            "policies": {"equal": {}},
            **sections,
        }
    )


def one_pool(opening="always", **pool):
    return {"desk": {"opening": opening, "pools": {"front": {"agents": 1, **pool}}}}


def on_break(scenario, replication=0):
    month = simulate(scenario, "equal", replication).months[0]
    return float(month["paid_minutes"] - month["present_minutes"])


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_who_never_works_is_on_break_for_the_share(share):
    # Whole stretches have one break each; what is left over has one at most.
    breaks = {"share": share, "minutes": 12}
    assert on_break(desk(**one_pool(breaks=breaks))) == pytest.approx(share * 40_320, abs=12)


@pytest.mark.statistical
def test_shifts_that_are_no_whole_stretches_keep_the_share():
    # 480 minutes are two stretches of 187.5 and 105 minutes, which have a break with 0.56.
    pool = {"agents": 10, "breaks": {"share": 0.08, "minutes": 15}}
    found = on_break(desk(**one_pool({"mon-fri": "09:00-17:00"}, **pool)))
    shifts = 10 * DAYS
    more = (found - 30 * shifts) / 15
    assert more == round(more)
    assert more == pytest.approx(0.56 * shifts, abs=ERRORS * math.sqrt(shifts * 0.56 * 0.44))


def test_a_shift_shorter_than_a_break_is_all_break_or_none():
    pool = {"agents": 50, "breaks": {"share": 0.25, "minutes": 30}}
    found = on_break(desk(**one_pool({"mon": "09:00-09:10"}, **pool))) / 10
    assert found == round(found)
    assert found == pytest.approx(0.25 * 200, abs=ERRORS * math.sqrt(200 * 0.25 * 0.75))


def mean_wait(chance, rate, service, share, minutes, length):
    """Return the mean wait at one agent with breaks, from the definition of both."""
    stretch, number = minutes / share, 0
    due = chance.uniform(0, stretch - minutes)
    now = free = total = count = 0.0
    while (now := now + chance.expovariate(rate)) < length:
        while due <= max(free, now):
            free = max(free, due) + minutes
            number += 1
            due = number * stretch + chance.uniform(0, stretch - minutes)
        total += max(free - now, 0.0)
        count += 1
        free = max(free, now) + chance.expovariate(1 / service)
    return total / count


@pytest.mark.statistical
def test_waits_with_breaks_are_those_of_an_independent_simulation():
    # Every 20 minutes a call of 9; a third of the waiting is for breaks.
    months, calls = 6, 40_320 / 20
    given = desk(
        calls,
        {"law": "exponential", "mean": 9},
        months,
        **one_pool(breaks={"share": 0.1, "minutes": 20}),
    )
    found = []
    for replication in range(12):
        told = simulate(given, "equal", replication).months
        found.append(told["wait_served_minutes"].sum() / told["served"].sum())
    chance = random.Random(1)
    other = [mean_wait(chance, 1 / 20, 9, 0.1, 20, months * 40_320) for _ in range(48)]
    error = math.sqrt(np.var(found, ddof=1) / len(found) + np.var(other, ddof=1) / len(other))
    assert error < 0.03 * np.mean(other)
    assert np.mean(found) == pytest.approx(np.mean(other), abs=ERRORS * error)
    without = 9 * 0.45 / 0.55
    assert np.mean(other) > without + 10 * error


def test_utilisation_is_of_the_time_at_work():
    pool = {"breaks": {"share": 0.2}}
    months = simulate(desk(500, 10.0, **one_pool(**pool)), "equal", 0).months
    assert months["busy_minutes"].sum() < months["present_minutes"].sum()
    assert months["present_minutes"].sum() == pytest.approx(0.8 * 40_320, rel=0.02)
