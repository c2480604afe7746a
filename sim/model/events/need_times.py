"""When a person's next need arises."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import draw_index, exponential_below, fill_streams, uniform
from sim.model.events.allocate import schedule
from sim.model.opening_clock import to_clock
from sim.model.records import NOBODY, SCHEDULE_NEED
from sim.model.state import World

__all__ = [
    "CAN_BE_MET",
    "FAULT",
    "HANDLING",
    "KIND",
    "NEXT",
    "PATIENCE",
    "RESOLUTION",
    "draw_need",
    "schedule_drawn_need",
    "schedule_first_need",
    "schedule_next_need",
]

# What is drawn as a need arises, in the order of the streams: when the next one comes after it, of
# what kind it is, whether the fault behind it is still there, whether it can be met, how long the
# person waits and is served at the first attempt, and whether that resolves it.
NEXT, KIND, FAULT, CAN_BE_MET, PATIENCE, HANDLING, RESOLUTION = range(7)


@jitted
def schedule_next_need(W: World, i: int, k: int, operational: float, after: float) -> None:
    """Schedule a person's first need after a time, stepping from need k on.

    Steps are exponential in operational time and keyed by month and k, so a person's needs fall at
    the same times under every policy, whenever they joined.
    """
    schedule_drawn_need(W, i, k, _number_of_need(W, i, k), operational, after)


@inlined
def draw_need(W: World, i: int, k: int) -> None:
    """Draw all numbers that need k of the month takes, at once, into the batch."""
    run = W.run[0]
    index, step = draw_index(run.month, k, 0), draw_index(0, 1, 0)
    fill_streams(W.batch, run.key, streams.NEED_STEP, i, index, step)


@inlined
def _number_of_need(W: World, i: int, k: int) -> float:
    """Return the number that says when need k of the month comes after the one before."""
    run = W.run[0]
    return uniform(run.key, streams.NEED_STEP, i, draw_index(run.month, k, 0))


@jitted
def schedule_first_need(W: World, i: int, draw: float) -> None:
    """Schedule a customer's first need of the month, whose number is drawn already."""
    begins = W.run[0].operational_month_start
    schedule_drawn_need(W, i, 0, draw, begins, begins)


@inlined
def schedule_drawn_need(
    W: World, i: int, k: int, draw: float, operational: float, after: float
) -> None:
    """Schedule as `schedule_next_need`, with the number of need k drawn already."""
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
