"""The company, its people and its clock: one run of one policy."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy

from benchmarks.third import contacts, month_end, staff
from benchmarks.third.desk import Desk
from benchmarks.third.hours import DAY, MONTH, BusyMonth
from benchmarks.third.measures import measures
from benchmarks.third.people import draw_people
from benchmarks.third.policy import Policy
from benchmarks.third.scenario import Keys
from benchmarks.third.state import State

__all__ = ["live"]


def live(keys: Keys, policy: str, seed: tuple[int, int]) -> dict[str, float]:
    """Live a scenario under a policy, and return its measures over the reported months.

    Parameters
    ----------
    keys : Keys
        The scenario.
    policy : str
        The policy in force from month 1.
    seed : tuple of int
        The scenario's seed and the replication.

    Returns
    -------
    dict of str to float
        Measures by name.
    """
    rng = np.random.default_rng(seed)
    history = int(keys["history_months"])
    env = simpy.Environment(initial_time=-history * MONTH)
    before = Policy(keys, str(next(iter(keys.section("policies")))))
    c = State(keys, env, rng, draw_people(keys, rng), Desk(env, keys, rng), before)
    c.month = -history
    _begin(c)
    env.process(_months(c, Policy(keys, policy), int(keys["months"])))
    env.run(until=int(keys["months"]) * MONTH + 1e-3)
    return measures(c)


def _begin(c: State) -> None:
    """Let people and agents be as they are when the history begins."""
    start = c.keys["behaviour.satisfaction.start"]
    for person in c.people:
        person.satisfaction = person.trust = start
        person.expectation = c.keys["behaviour.expectation.market_norm"]
        person.rank = 0.5
        person.potential = person.spend / start**2
        if person.is_customer():
            person.wallet = start**2
            person.since = -c.rng.exponential(c.keys["people.tenure_months.mean"]) * MONTH
            month_end.observe_spend(c, person)
        elif c.rng.random() < c.keys["market.rival.share"]:
            person.at_rival = True
            person.expectation = c.keys["market.rival.quality"]
    c.customers = sum(person.is_customer() for person in c.people)
    month_end.rank_customers(c)
    staff.take_seats(c)


def _months(c: State, policy: Policy, months: int) -> Generator[simpy.Event, None, None]:
    """Live month after month; the run's own policy takes over at month 0."""
    since = c.month
    while c.month < months:
        if c.month == 0:
            month_end.end_history(c)
            if policy.name != c.policy.name:
                c.policy, since = policy, 0
        if (c.month - since) % c.policy.review_months == 0:
            month_end.review_tiers(c)
        _open_month(c)
        yield c.env.timeout((c.month + 1) * MONTH - c.env.now)
        month_end.close_month(c)
        c.month += 1


def _open_month(c: State) -> None:
    """Schedule the needs of customers and the enquiries of everybody else."""
    cv = c.keys["desk.day_cv"]
    days = int(MONTH // DAY)
    factors = c.rng.gamma(cv**-2, cv**2, size=days) if cv > 0 else np.ones(days)
    c.busy = BusyMonth(c.calendar, c.month * MONTH, factors)
    c.count("opening_customers", c.customers)
    for person in c.people:
        if person.is_customer():
            contacts.schedule_needs(c, person)
        elif person.is_reachable():
            contacts.schedule_enquiry(c, person)
