"""When a person's next need arises."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import draw_index, exponential_below, uniform
from sim.model.events.allocate import (
    schedule,
)
from sim.model.opening_clock import to_clock
from sim.model.records import (
    NOBODY,
    SCHEDULE_NEED,
)
from sim.model.state import World

__all__ = ["schedule_first_need", "schedule_next_need"]


@jitted
def schedule_next_need(W: World, i: int, k: int, operational: float, after: float) -> None:
    """Schedule a person's first need after a time, stepping from need k on.

    Steps are exponential in operational time and keyed by month and k, so a person's needs fall at
    the same times under every policy, whenever they joined.
    """
    _schedule_need(W, i, k, _number_of_need(W, i, k), operational, after)


@inlined
def _number_of_need(W: World, i: int, k: int) -> float:
    """Return the number that says when need k of the month comes after the one before."""
    run = W.run[0]
    return uniform(run.key, streams.NEED_STEP, i, draw_index(run.month, k, 0))


@jitted
def schedule_first_need(W: World, i: int, draw: float) -> None:
    """Schedule a customer's first need of the month, whose number is drawn already."""
    begins = W.run[0].operational_month_start
    _schedule_need(W, i, 0, draw, begins, begins)


@jitted
def _schedule_need(W: World, i: int, k: int, draw: float, operational: float, after: float) -> None:
    person, run = W.people[i], W.run[0]
    person.need_number = NOBODY
    rate = person.need_rate * W.parameters[0].contacts_factor
    if rate <= 0.0:
        return
    minutes = run.minutes_per_month / rate
    while True:
        left = run.operational_month_end - operational
        operational += exponential_below(left / minutes, draw) * minutes
        if operational >= run.operational_month_end:
            return
        if operational > after:
            break
        k += 1
        draw = _number_of_need(W, i, k)
    person.need_number, person.need_at = k, operational
    schedule(W, SCHEDULE_NEED, i, to_clock(W, operational))
