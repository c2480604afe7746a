"""Absurd but valid scenarios end in the right numbers, in either engine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.model.measuring import by_group, monthly, whole
from sim.scenario.reading.load import from_mapping
from sim.theory.erlang import erlang_b_blocking
from tests.small_worlds import merged

ENGINES = ("simpy", "compiled")
MONTH = 40_320.0

# A desk that is always open, at which everything takes ten minutes; nobody minds anything.
PLAIN = {
    "name": "Absurd",
    "months": 2,
    "seed": 4,
    "people": {
        "count": 100,
        "customers": 100,
        "spend": {"mean": 40, "top20_share": 0.2, "noise_cv": 0},
        "contacts_per_month": {"mean": 20, "cv": 0},
        "difficulty": {"cv": 0},
    },
    "network": {"kind": "none"},
    "needs": [{"name": "question", "share": 1, "minutes": 10, "resolved": 1}],
    "behaviour": "none",
    "staff": "none",
    "product": "none",
    "company": {
        "fixed_cost_per_month": 1000,
        "serve_cost_per_month": 0,
        "acquisition_cost": 0,
        "cash": 0,
    },
    "policies": {"equal": {}},
}


FRONT = {"agents": 1, "wage_per_hour": 30}
# All of behaviour but leaving.
OFF = (
    *("satisfaction", "expectation", "contact", "voice", "recovery", "talk"),
    *("fairness", "growth", "adoption"),
)


@pytest.fixture(params=ENGINES)
def run(request):
    """Return what runs a changed scenario and gives its tallies, and measures it besides."""

    def run(front=FRONT, **changes):
        mapping = merged(PLAIN, changes) | {"desk": {"pools": {"front": front}}}
        tallies = simulate(from_mapping(mapping), "equal", 0, request.param)
        monthly(tallies)
        whole(tallies)
        for sort in tallies.group_names:
            by_group(tallies, sort)
        return tallies

    return run


def sums(tallies, *names):
    return [float(tallies.months[name].sum()) for name in names]


def test_with_no_agents_everybody_hangs_up_and_nobody_is_paid(run):
    told = run(front={"agents": 0}, people={"patience_minutes": {"mean": 5, "cv": 0}})
    needs, arrived, served, abandoned = sums(told, "needs", "arrived", "served", "abandoned")
    assert needs == arrived > 3000
    assert served == 0
    assert abandoned + told.months["waiting"][-1] == arrived
    assert sums(told, "wages", "paid_minutes", "busy_minutes", "agents_present") == [0, 0, 0, 0]
    # Each waits out a patience of five minutes in the mean.
    assert sums(told, "wait_minutes")[0] / abandoned == pytest.approx(5.0, rel=0.1)


@pytest.mark.parametrize("people", [{"count": 100}, {"count": 0}])
def test_with_no_customers_there_is_nothing_but_rent(run, people):
    told = run(people=people | {"customers": 0}, front={"agents": 1, "wage_per_hour": 0})
    busy = {
        name: told.months[name].tolist()
        for name in told.months.dtype.names
        if told.months[name].any() and not np.isnan(told.months[name]).any()
    }
    assert busy.pop("fixed") == [1000, 1000]
    assert busy.pop("cash") == [-1000, -2000]
    assert busy.pop("ruined") == [1, 1]
    assert busy.pop("paid_minutes") == [MONTH, MONTH]
    assert busy.pop("present_minutes") == [MONTH, MONTH]
    assert busy.pop("agents_present") == [1, 1]
    if people["count"]:
        assert busy.pop("prospects") == [100, 100]
        assert busy.pop("opinions") == [100, 100]
    assert busy.keys() <= {"morale", "fault_rate"}


def test_one_person_alone_is_served_and_billed(run):
    told = run(people={"count": 1, "customers": 1}, months=4)
    needs, arrived, served, abandoned = sums(told, "needs", "arrived", "served", "abandoned")
    assert needs == arrived == served + abandoned + told.months["waiting"][-1]
    assert 40 < needs < 120  # Poisson of mean 80, within four and a half standard errors
    assert sums(told, "customers") == [4]
    assert told.months["revenue"] == pytest.approx([40.0] * 4)
    assert told.months["top20_share"].tolist() in ([0.0] * 4, [1.0] * 4)
    assert told.months["top2_share"].tolist() == [1.0] * 4


def test_without_patience_the_desk_is_a_loss_system(run):
    told = run(
        people={"patience_minutes": {"mean": 0}, "contacts_per_month": {"mean": 80}}, months=4
    )
    arrived, served, abandoned = sums(told, "arrived", "served", "abandoned")
    assert arrived == served + abandoned
    assert sums(told, "wait_minutes", "delayed", "waiting") == [0, 0, 0]
    load = 100 * 80 * 10 / MONTH
    lost = erlang_b_blocking(load, 1)
    error = math.sqrt(lost * (1 - lost) / arrived)
    assert abandoned / arrived == pytest.approx(lost, abs=5 * error)


def test_with_endless_patience_an_overloaded_agent_is_never_idle_and_nobody_leaves(run):
    told = run(people={"patience_minutes": "unlimited", "contacts_per_month": {"mean": 200}})
    arrived, served, abandoned = sums(told, "arrived", "served", "abandoned")
    assert abandoned == 0
    # From the first arrival on, an answer every ten minutes, of twice two months' minutes of work.
    assert 2 * MONTH / 10 - 2 <= served <= 2 * MONTH / 10
    assert told.months["waiting"][-1] == arrived - served > 30_000
    assert told.months["in_service"].tolist() == [1, 1]
    assert told.months["busy_minutes"].sum() == pytest.approx(2 * MONTH, abs=20)


def test_no_months_are_no_rows(run):
    told = run(months=0)
    assert told.months.shape == (0,)
    assert told.waits.shape[0] == told.groups.shape[0] == 0
    assert all(len(column) == 0 for column in monthly(told).values())


def test_without_needs_money_still_comes_and_nobody_calls(run):
    told = run(people={"contacts_per_month": {"mean": 0}})
    assert sums(told, "needs", "arrived", "served", "busy_minutes") == [0, 0, 0, 0]
    assert told.months["customers"].tolist() == [100, 100]
    assert told.months["revenue"] == pytest.approx([4000.0, 4000.0])
    assert told.months["wages"] == pytest.approx([30 * MONTH / 60] * 2)
    assert told.months["cash"] == pytest.approx([4000 - 1000 - 20160, 2 * (4000 - 1000 - 20160)])


def test_everybody_leaves_at_once_with_the_queue_full_of_them(run):
    told = run(
        behaviour=dict.fromkeys(OFF, "none") | {"churn": {"natural_per_month": 1000}},
        people={"patience_minutes": "unlimited"},
        front={"agents": 0},
        months=3,
    )
    months = told.months
    assert months["opening_customers"].tolist() == [100, 0, 0]
    assert months["left_natural"].tolist() == [100, 0, 0]
    assert months["customers"].tolist() == [0, 0, 0]
    assert months["lapsed"].tolist() == [100, 100, 100]
    assert months["revenue"] == pytest.approx([4000, 0, 0])
    first = months["arrived"][0]
    assert months["arrived"].tolist() == [first, 0, 0]
    assert first > 1500
    # Whoever leaves at the month's end is still counted in its queue, and out of the next one's.
    assert months["waiting"].tolist() == [first, 0, 0]
    assert months["withdrawn"].tolist() == [0, first, 0]


@pytest.mark.parametrize(
    ("count", "rate"), [(100, 10), pytest.param(20_000, 50, marks=pytest.mark.whole)]
)
def test_a_queue_of_up_to_a_million_loses_nobody_and_is_served_in_its_turn(run, count, rate):
    """One agent comes on Sundays from 23:00 to midnight, for a million contacts of a minute."""
    shift = {"agents": 1, "hours": {"sun": "23:00-24:00"}}
    told = run(
        months=1,
        people={
            "count": count,
            "customers": count,
            "patience_minutes": "unlimited",
            "contacts_per_month": {"mean": rate},
        },
        needs=[{"name": "question", "share": 1, "minutes": 1, "resolved": 1}],
        front={"shifts": [shift], "keeps_overnight": True},
    )
    arrived, served = sums(told, "arrived", "served")
    assert arrived == pytest.approx(count * rate, abs=5 * math.sqrt(count * rate))
    # A service that ends at closing takes the next one queued; the month ends before the last does.
    assert served == 3 * 61 + 60
    assert told.months["waiting"][-1] == arrived - served
    assert told.waits.sum() == served
    assert told.months["paid_minutes"].sum() == pytest.approx(4 * 60 + 3)
