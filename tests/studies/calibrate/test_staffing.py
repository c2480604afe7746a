"""How many agents there are, from logs of a queue that no part of the engine made."""

import numpy as np
import pytest
import yaml

from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.opening_hours import DAYS
from sim.studies.calibrate.arrivals import fit_arrivals
from sim.studies.calibrate.shift_plan import pool_of, staffing_lines
from sim.studies.calibrate.staffing import Staffing, fit_staffing
from tests.studies.calibrate.queue_oracle import MONDAY, queue_log
from tests.studies.calibrate.test_fitting import made_log


def fitted(log):
    return fit_staffing(log, fit_arrivals(log))


def test_the_queue_of_these_tests_is_that_of_erlang_a():
    """Theory: M/M/4+M, whose chance of n in the system is a product of rates."""
    rate, ends, leaves = 37.0 / 60, 1 / 5.0, 1 / 3.0
    chance = [1.0]
    for n in range(1, 120):
        chance.append(chance[-1] * rate / (min(n, 4) * ends + max(n - 4, 0) * leaves))
    queue = np.maximum(np.arange(120) - 4, 0) @ np.array(chance) / sum(chance)
    log = queue_log(8, 100, 37.0, [4] * 24, handling=5.0, patience=3.0, hours=range(24))
    assert (~log.served).mean() == pytest.approx(queue * leaves / rate, rel=0.05)
    assert log.wait.mean() == pytest.approx(queue / rate, rel=0.05)


def test_rounded_times_make_no_agents():
    log = queue_log(1, 14, per_hour=60, agents=[5] * 24)
    rounded = made_log(
        log.arrival.astype("datetime64[s]").astype("datetime64[us]"), log.days, log.wait,
        log.service, log.served,
    )  # fmt: skip
    found = fitted(rounded)
    assert found.plan == "constant"
    assert found.most == 5
    assert found.explained > 0.85
    assert pool_of(found) == {"agents": 5}


def test_a_change_of_shifts_is_found():
    agents = [3] * 12 + [6] * 12
    log = queue_log(2, 28, per_hour=60, agents=agents)
    found = fitted(log)
    assert found.plan == "hour of the day"
    # In the first hour of more agents the queue of the fewer is still served.
    assert found.by_hour.reshape(7, 24)[0, 8:12].tolist() == [3] * 4
    assert found.by_hour.reshape(7, 24)[0, 13:18].tolist() == [6] * 5
    assert found.by_hour.reshape(7, 24)[6].sum() == 0


def test_where_nobody_waits_the_number_busy_is_only_the_least():
    found = fitted(queue_log(3, 14, per_hour=10, agents=[30] * 24))
    assert found.plan == "busy"
    assert found.most < 30
    assert "may be more" in "\n".join(staffing_lines(found))


def test_two_agents_and_one_in_the_queue_worked_by_hand():
    # Two are served from 9:00 to 9:20, a third waits 20 minutes, and so does the next pair's third.
    start = MONDAY.astype("datetime64[us]") + np.timedelta64(9, "h")
    minutes = np.array([0, 0, 0, 40, 40, 40])
    log = made_log(
        start + minutes * np.timedelta64(1, "m"), MONDAY + np.arange(1),
        np.array([0.0, 0, 20, 0, 0, 20]), np.full(6, 20.0), np.full(6, True),
    )  # fmt: skip
    found = fitted(log)
    assert (found.most, found.queued, found.explained) == (2, 40.0, 1.0)


def test_shifts_are_layers_that_a_scenario_reads():
    week = np.zeros((7, 24), np.int64)
    week[:5, 8:18] = 2
    week[:5, 10:12] = 5
    week[5, 9:12] = 2
    found = Staffing(week.ravel(), "hour of the week", 0.9, 100.0)
    first, second = pool_of(found)["shifts"]
    assert (first["agents"], second["agents"]) == (2, 3)
    assert first["hours"]["sat"] == ["09:00-12:00"]
    assert second["hours"] == {day: ["10:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    scenario_data = {"name": "x", "policies": {"equal": {}}}
    scenario = from_mapping({**scenario_data, "desk": {"pools": {"frontline": pool_of(found)}}})
    assert [shift.agents for shift in scenario.desk.pools["frontline"].shifts] == [2, 3]
    assert "sat" in "\n".join(staffing_lines(found))
    written = yaml.safe_load("\n".join(staffing_lines(found)))
    assert list(written["shifts"][0]["hours"]) == ["mon-fri", "sat"]
    again = from_mapping({**scenario_data, "desk": {"pools": {"frontline": written}}})
    assert again == scenario


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (("mon",), "mon"),
        (("mon", "tue"), "mon-tue"),
        (("mon", "tue", "wed", "fri"), '"mon-wed,fri"'),
        (("tue", "sat", "sun"), '"tue,sat-sun"'),
    ],
)
def test_days_of_the_same_hours_are_written_once(days, name):
    week = np.zeros((7, 24), np.int64)
    week[[DAYS.index(day) for day in days], 8:18] = 1
    week[3, 9] = 2  # so that there are two layers
    found = Staffing(week.ravel(), "hour of the week", 0.9, 100.0)
    first = "\n".join(staffing_lines(found)).partition("hours: {")[2]
    assert f'{name}: "08:00-18:00"' in first


def test_more_agents_are_more_in_open_hours_only_and_never_none():
    found = Staffing(np.array([0, 2] * 84), "constant", 1.0, 50.0)
    assert found.with_more(1).by_hour[:2].tolist() == [0, 3]
    assert found.with_more(-5).by_hour[:2].tolist() == [0, 1]


@pytest.mark.parametrize(("last_hour", "in_part"), [(18, ()), (11, ("2001-01-12",))])
def test_a_last_day_that_breaks_off_is_left_out_of_arrivals(last_hour, in_part):
    log = queue_log(4, 12, per_hour=30, agents=[9] * 24)
    kept = log.arrival < log.days[-1].astype("datetime64[us]") + np.timedelta64(last_hour, "h")
    found = fit_arrivals(log.only(kept))
    assert found.in_part == in_part
    assert found.weights.reshape(7, 24)[:5, 8:18].mean() == pytest.approx(30, rel=0.06)


def test_a_holiday_is_left_out_and_makes_no_busier_and_quieter_days():
    log = queue_log(5, 26, per_hour=30, agents=[9] * 24)
    holiday = log.days[9]
    found = fit_arrivals(log.only(log.arrival.astype("datetime64[D]") != holiday))
    assert found.closed == (str(holiday),)
    assert found.day_cv < 0.05
    assert found.weights.reshape(7, 24)[2, 8:18].mean() == pytest.approx(30, rel=0.1)
    # Where a day sees a contact or two, none is no holiday.
    thin = queue_log(5, 26, per_hour=0.1, agents=[9] * 24)
    assert fit_arrivals(thin).closed == ()
