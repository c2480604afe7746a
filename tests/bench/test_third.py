"""The third implementation, written from the page alone, measures what the model measures.

Oracle: an independent implementation. It shares no code and no random numbers with the model, so
both are samples of one distribution if the page, the model and the third say the same.
"""

import re
from pathlib import Path

import numpy as np
import pytest
import simpy

from benchmarks.third import month_end
from benchmarks.third.compare import agreements, run_third
from benchmarks.third.desk import Agent, Desk
from benchmarks.third.hours import MONTH, Calendar
from benchmarks.third.people import draw_people
from benchmarks.third.policy import Policy
from benchmarks.third.scenario import read_scenario
from benchmarks.third.state import State
from sim.engine.simulate import simulate
from sim.model.measuring import whole
from sim.scenario.reading.load import load

SCENARIO = Path("scenarios/broadband.yaml")
POLICY = "value_tiers"
REPLICATIONS = 10
STANDARD_ERRORS = 4.0
# In little: one agent for the phone, as busy as the four, and people who call more often.
SMALL = [
    "people.count=600",
    "people.customers=240",
    "people.contacts_per_month.mean=3",
    "people.patience_minutes.mean=5",
    "desk.pools.frontline.agents=1",
    "company.fixed_cost_per_month=4800",
    # A desk without its one agent would drown all else in noise.
    "staff.quit.base_per_month=0.0005",
    "history_months=3",
    "months=3",
    "seed=11",
]
AGGREGATES = [
    *("needs", "enquiries", "contacts_offered", "contacts_retried", "contacts_called_back"),
    *("wait_mean", "delayed", "abandonment", "utilisation", "first_contact_resolution"),
    *("callbacks_offered", "complaints_polite", "complaints_angry", "complaints_public"),
    *("complaints_granted", "refusals", "messages_good", "messages_bad"),
    *("reached_good", "reached_bad", "joined", "left_dissatisfied", "left_at_once"),
    *("satisfaction_mean", "expectation_mean", "trust_mean", "opinion_mean", "voice_value_angry"),
    *("unfairness_mean", "morale_mean", "fault_rate", "customers", "at_rival"),
    *("revenue", "wages", "remedies", "profit"),
]


@pytest.fixture(scope="module")
def both():
    scenario = load(SCENARIO, sets=SMALL, policies=["equal", POLICY])
    runs = [whole(simulate(scenario, POLICY, r)) for r in range(REPLICATIONS)]
    ours = {name: np.array([run[name] for run in runs]) for name in AGGREGATES}
    third = run_third(SCENARIO, POLICY, SMALL, 11, REPLICATIONS, workers=1)
    return {row.measure: row for row in agreements(ours, third)}


@pytest.mark.statistical
def test_aggregates_agree_within_standard_errors(both):
    assert sorted(both) == sorted(AGGREGATES)
    apart = {name: row.z for name, row in both.items() if abs(row.z) > STANDARD_ERRORS}
    assert apart == {}


def test_the_comparison_is_not_about_nothing(both):
    assert all(row.ours > 0 for name, row in both.items() if name not in ("profit", "opinion_mean"))
    # Precise enough to show four tenths of most of them, and a fifth of many.
    errors = [np.hypot(row.ours_error, row.third_error) / row.ours for row in both.values()]
    assert np.median(np.abs(errors)) < 0.4 / STANDARD_ERRORS
    assert np.quantile(np.abs(errors), 0.25) < 0.2 / STANDARD_ERRORS


def test_it_shares_no_code_with_the_model():
    for file in Path("benchmarks/third").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) sim\b(?!py)", text, re.MULTILINE)


def test_defaults_are_those_of_the_reference():
    keys = read_scenario(SCENARIO, ["desk.pools.frontline.agents=7"])
    assert keys["desk.pools.frontline.agents"] == 7
    assert keys["desk.pools.complaints.breaks.minutes"] == 15
    assert keys["behaviour.churn.tenure"] == 0.35


def test_open_time_stops_at_night():
    calendar = Calendar({"mon-fri": "08:00-18:00"})
    friday_evening = 4 * 1440 + 17.5 * 60
    assert calendar.later(friday_evening, 60) == 7 * 1440 + 8.5 * 60


@pytest.mark.parametrize("month", [-12, 0])
def test_customers_use_up_what_they_heard_at_each_months_end(month):
    keys = read_scenario(SCENARIO, SMALL)
    env = simpy.Environment(initial_time=month * MONTH)
    rng = np.random.default_rng(1)
    people = draw_people(keys, rng)
    c = State(keys, env, rng, people, Desk(env, keys, rng), Policy(keys, "equal"))
    c.month = month
    customers = c.all_customers()
    for person in people:
        person.good = person.bad = 0.5
    month_end.close_month(c)
    assert {(person.good, person.bad) for person in customers} == {(0.0, 0.0)}
    others = [person for person in people if person not in customers]
    assert {person.bad for person in others} == {0.5 * (1 - 0.03)}


def test_a_contact_that_an_agent_took_in_the_instant_its_person_leaves_is_served():
    keys = read_scenario(SCENARIO, [])
    desk = Desk(simpy.Environment(), keys, np.random.default_rng(1))
    pool = desk.pools["frontline"]
    taken, waiting = (desk.join(pool, terms_of_class(number)) for number in (0, 1))
    agent = Agent(pool, morale=1.0, since=0.0)
    agent.shift_ends = 60.0
    desk.release(agent)
    for ticket in (taken, waiting):  # their person is no customer any more
        desk.withdraw(ticket)
    assert (taken.answered.value, taken.lost) == (agent, "")
    assert (waiting.answered.value, waiting.lost) == (None, "withdrawn")
    assert pool.queue == []


def terms_of_class(number):
    return {"class": number, "head_start_minutes": 0.0, "pace": 1.0}


@pytest.mark.parametrize(
    ("setting", "unknown"),
    [
        ("desk.pools.frontline.skills.fault=0.8", "skills"),
        ("people.favourite_share=0.1", "favourite_share"),
        ("changes=[]", "changes"),
    ],
)
def test_what_the_third_implementation_does_not_know_is_refused_by_name(setting, unknown):
    with pytest.raises(SystemExit, match=f"does not know .*{unknown}"):
        read_scenario(SCENARIO, [setting])
