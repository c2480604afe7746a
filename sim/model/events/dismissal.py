"""Dismissal: at a month's end the company ends its relation with some customers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.compile import allocating, inlined, jitted
from sim.core.rng import draw_index
from sim.model.events.allocate import month_tally
from sim.model.events.joining_and_leaving import DISMISSAL, leave
from sim.model.events.word_of_mouth import start_story
from sim.model.records import CUSTOMER, NOBODY
from sim.model.state import World, decided_by, rules_of

__all__ = ["dismiss_customers", "may_dismiss"]

_DISMISSAL_NUMBER = (1 << 28) - 2  # as if it were a need of that number, which nobody reaches


@inlined
def may_dismiss(W: World) -> bool:
    """Return whether anybody lives under a policy that dismisses customers, and it does so yet."""
    run = W.run[0]
    dismisses = _dismisses(W.rules[run.policy]) or _dismisses(W.rules[run.control])
    return run.month >= 0 and dismisses


@jitted
def dismiss_customers(W: World, now: float) -> None:
    """Dismiss customers for strikes, or for costing more than they bring for some months in a row.

    Dismissals of customers whose potential is above the median are counted as wrong, though the
    company cannot know it.
    """
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER:
            _count_costly_month(W, i)
    due = 0
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER and _is_due(W, i):
            W.order[due] = i
            due += 1
    if due == 0:
        return
    median = _median_potential(W)
    for place in range(due):
        i = W.order[place]
        month_tally(W).dismissals_wrong += W.people[i].potential > median
        _dismiss(W, i, now)


@inlined
def _dismisses(rules: Any) -> bool:
    return rules.dismiss_strikes != NOBODY or rules.dismiss_cost_ratio < math.inf


@jitted
def _count_costly_month(W: World, i: int) -> None:
    person = W.people[i]
    if person.recent_cost > rules_of(W, i).dismiss_cost_ratio * person.recent_revenue:
        person.costly_months += 1
    else:
        person.costly_months = 0


@jitted
def _is_due(W: World, i: int) -> bool:
    """Return whether somebody is to be dismissed, by their own record or that of a partner."""
    judged, rules = W.people[decided_by(W, i)], rules_of(W, i)
    struck_out = rules.dismiss_strikes != NOBODY and judged.strikes >= rules.dismiss_strikes
    return struck_out or judged.costly_months >= rules.dismiss_months


@allocating
def _median_potential(W: World) -> float:
    customers = 0
    potential = np.empty(W.people.shape[0], np.float64)
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER:
            potential[customers] = W.people[i].potential
            customers += 1
    ascending = np.sort(potential[:customers])
    return 0.5 * (ascending[(customers - 1) // 2] + ascending[customers // 2])


@jitted
def _dismiss(W: World, i: int, now: float) -> None:
    """Dismiss a customer, which lowers satisfaction and starts a bad story."""
    person, lost = W.people[i], W.parameters[0].churn_dismissal
    person.satisfaction *= 1.0 - lost
    index = draw_index(W.run[0].month, _DISMISSAL_NUMBER, 0)
    start_story(W, i, index, -lost, 0, 0.0, now, False, now, NOBODY)
    leave(W, i, DISMISSAL, now)
