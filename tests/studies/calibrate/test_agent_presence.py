"""Agents by presence: shifts worked by hand, absences drawn, and a desk whose agents are known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.studies.calibrate.agent_presence import agents_on_shift, fit_presence
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.arrivals import fit_arrivals
from sim.studies.calibrate.differing_agents import fit_agents
from sim.studies.calibrate.log import Columns
from sim.studies.calibrate.shift_plan import pool_of
from sim.studies.calibrate.staffing import fit_staffing
from tests.studies.calibrate.desk_oracle import desk_log, joined
from tests.studies.calibrate.queue_oracle import MONDAY
from tests.studies.calibrate.test_fitting import made_log


def services(days, rows):
    """Return a log of services: day, minute of the day, minutes taken, and by whom."""
    day, at, minutes, agent = (np.array(one) for one in zip(*rows, strict=True))
    arrival = (MONDAY + day).astype("datetime64[us]") + at * np.timedelta64(1, "m")
    order = np.argsort(arrival, kind="stable")
    count = len(rows)
    log = made_log(arrival[order], MONDAY + np.arange(days), np.zeros(count), minutes[order] * 1.0)
    return replace(log, agent=agent[order].astype(str))


def test_a_shift_goes_from_the_first_service_to_the_last_before_an_hour_without_any():
    log = services(
        1,
        [
            (0, 480, 20, "ann"),  # 8:00 to 8:20
            (0, 540, 30, "ann"),  # 9:00 to 9:30, after 40 minutes
            (0, 660, 30, "ann"),  # 11:00 to 11:30, after 90 minutes: another shift
            (0, 510, 120, "bob"),  # 8:30 to 10:30, and
            (0, 520, 5, "bob"),  # a second contact beside it
        ],
    )
    there = agents_on_shift(log, log.days)[0]
    assert there[8:12].tolist() == pytest.approx([1.5, 1.5, 0.5, 0.5])
    assert there.sum() == pytest.approx(4.0)


def absences(seed, chance, agents=8, weeks=8):
    """Draw a log of agents of whom each is absent from a day with some probability."""
    random = np.random.default_rng(seed)
    return services(
        7 * weeks,
        [
            (day, 480 + 30 * turn, 20, f"agent {agent}")
            for day in range(7 * weeks)
            for agent in range(agents)
            if random.uniform() >= chance
            for turn in range(16)
        ],
    )


def test_absences_are_the_variance_over_the_mean():
    held = 0
    for seed in range(20):
        log = absences(seed, 0.2)
        found = fit_presence(log, log.days)
        held += found.low <= 0.2 <= found.high
        assert found.mean.reshape(7, 24)[:, 9].mean() == pytest.approx(8 * 0.8, rel=0.1)
    assert held >= 15  # of 20 with 90%, but once in 90


def test_agents_who_are_always_there_are_never_absent():
    log = absences(1, 0.0)
    found = fit_presence(log, log.days)
    assert found.high == pytest.approx(0.0, abs=1e-12)
    assert found.mean.reshape(7, 24)[0, 9:15] == pytest.approx(np.full(6, 8.0))


def test_one_week_tells_nothing_of_absences_and_unknown_agents_nothing_at_all():
    log = absences(1, 0.3, weeks=1)
    assert fit_presence(log, log.days).absent == 0.0
    assert fit_presence(replace(log, agent=np.full(len(log.wait), "")), log.days) is None


@pytest.fixture(scope="module")
def two_desks():
    """A desk of two classes of which each has agents of its own: they queue side by side."""
    return joined(desk_log(5, 7, 40, 2), desk_log(6, 7, 40, 6))


def test_agents_who_do_not_take_every_contact_are_counted_by_presence(two_desks):
    unnamed = replace(two_desks, agent=np.full(len(two_desks.wait), ""))
    by_busy = fit_staffing(unnamed, fit_arrivals(unnamed))
    assert by_busy.explained < 0.5
    assert by_busy.most < 8  # while somebody waits for the two, some of the six are idle
    found = fit_staffing(two_desks, fit_arrivals(two_desks))
    assert found.plan == "presence"
    assert found.presence.mean.reshape(7, 24)[0, 9:17] == pytest.approx(np.full(8, 8.0), abs=0.2)


def test_those_who_are_at_the_phones_are_tuned_to_the_waits(two_desks):
    fit = fit_log(two_desks, Columns())
    judged = fit.check()
    # One queue for eight agents needs fewer of them for the same waits.
    answering = judged.tunings[""].answering
    assert 0.5 < answering < 1.0
    wait = next(line for line in judged.lines if line.name == "wait")
    assert wait.simulated == pytest.approx(wait.log, rel=0.5)
    assert wait.reproduced
    assert fit.tuned(judged).staffing.answering == answering


def test_nobody_works_longer_than_nine_hours(two_desks):
    found = fit_staffing(two_desks, fit_arrivals(two_desks))
    shifts = pool_of(found)["shifts"]
    assert sum(shift["agents"] for shift in shifts) > found.most
    for shift in shifts:
        for spans in shift["hours"].values():
            hours = [span.split("-") for span in spans]
            assert sum(int(end[:2]) - int(begin[:2]) for begin, end in hours) <= 9


def test_who_is_fast_serves_more_so_that_agents_are_slower_than_their_services():
    # Always busy: 60 services of 2 minutes an agent, or 30 of 4; a service takes 8/3 on average.
    random = np.random.default_rng(3)
    minutes, agent = [], []
    for number in range(20):
        mean = 2.0 if number % 2 else 4.0
        many = 60 if number % 2 else 30
        minutes += (mean * random.gamma(4.0, 0.25, many)).tolist()
        agent += [f"agent {number}"] * many
    found = fit_agents(np.array(minutes), np.array(agent))
    assert found.slower == pytest.approx(3.0 / (8.0 / 3.0), rel=0.03)
    assert found.cv == pytest.approx(1.0 / 3.0, rel=0.1)
