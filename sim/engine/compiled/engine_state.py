"""What the compiled engine knows beside the world: calendar, queues, slots and hours, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.arena import Held
from sim.engine.compiled.calendar_queue import EVENT, SOON, buckets_for, later_events
from sim.model.desk_arrays import pool_hours, shift_hours
from sim.model.records import MONTH, NOBODY, Integers, PolicyTables, Records
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["Flow", "build_flow", "with_room"]


def _counts(names: str) -> np.dtype[np.void]:
    return np.dtype([(name, "i8") for name in names.split()], align=True)


# `burst` is the most events that one event can put on the calendar, but a month's end.
STATE = _counts("begun turns burst span soon later free_event")

# A contact's place in a queue, a doubly linked list by arrival. An event is stale unless it is due
# at the very time that is noted here.
WAITER = np.dtype(
    [(name, "f8") for name in ("patience_until", "promised_by", "overflows_at")]
    + _counts("turn waiting pool place before after").descr,
    align=True,
)
DESK_POOL = _counts("length is_open first_idle last_idle hour")
SLOT = _counts("agent pool busy idle contact before after")
SHIFT = _counts("running hour")
HOURS = np.dtype([("begins", "f8"), ("ends", "f8")], align=True)


class Flow(Held):
    """The arrays of a compiled run.

    `queues` holds the first and last contact of each pool and class; `helps` and `helpers` are
    lists of pools by pool, each from its start to the next; `hours` are of pools, then of shifts.
    """

    state: Records
    soon: Records  # the calendar: events of the present span, a heap
    later: Records  # events of later spans
    buckets: Integers  # of which span: the first in each list
    waiters: Records  # one a contact
    pools: Records
    queues: Integers  # pool x class x (first, last)
    classes: Records
    slots: Records
    first_slot: Integers  # of each agent, and one more
    helps: Integers
    helps_from: Integers
    helpers: Integers
    helpers_from: Integers
    shifts: Records
    hours: Records
    hours_from: Integers  # of each pool, then of each shift, and one more


def build_flow(scenario: Scenario, tables: PolicyTables, world: World) -> Flow:
    """Return the flow of a world before time starts: nobody waits, nobody is on shift."""
    desk, names = tables.desk, list(tables.desk.pools)
    helps = [[names.index(other) for other in pool.helps] for pool in desk.pools.values()]
    helpers = [[p for p, theirs in enumerate(helps) if q in theirs] for q in range(len(names))]
    pools = np.zeros(len(names), DESK_POOL)
    pools["first_idle"] = pools["last_idle"] = NOBODY
    slots, first_slot = _slots(world)
    horizon = scenario.months * MONTH
    spans = [list(theirs) for theirs in pool_hours(desk, horizon)]
    shifts = [list(theirs) for theirs in shift_hours(scenario.desk, horizon)]
    hours, hours_from = _flat(spans + shifts, HOURS)
    helps_flat, helps_from = _flat(helps, np.dtype(np.int64))
    helpers_flat, helpers_from = _flat(helpers, np.dtype(np.int64))
    state = np.zeros(1, STATE)
    # Two letters' worth of tellings at most, and a service for every slot when a shift begins.
    state[0]["burst"] = 2 * world.run[0]["burst"] + 2 * len(slots) + len(shifts) + len(names) + 8
    room = _room(state, world)
    return Flow(
        state=state,
        soon=np.zeros(room, SOON),
        later=later_events(room, np.zeros(0, EVENT)),
        buckets=buckets_for(float(world.people["need_rate"].sum())),
        waiters=np.zeros(len(world.contacts), WAITER),
        pools=pools,
        queues=np.full((len(names), len(tables.classes), 2), NOBODY, np.int64),
        classes=tables.classes,
        slots=slots,
        first_slot=first_slot,
        helps=helps_flat,
        helps_from=helps_from,
        helpers=helpers_flat,
        helpers_from=helpers_from,
        shifts=np.zeros(len(shifts), SHIFT),
        hours=hours,
        hours_from=hours_from,
    )


def with_room(flow: Flow, world: World) -> Flow:
    """Return a flow in which every contact has a place to wait, and the calendar room to go on."""
    waiters = np.zeros(len(world.contacts), WAITER)
    waiters[: len(flow.waiters)] = flow.waiters
    inside = int(flow.state[0]["soon"] + flow.state[0]["later"])
    wanted = inside + _room(flow.state, world)
    calendar = _larger_calendar(flow, wanted + inside // 2) if wanted > len(flow.later) else {}
    return flow.with_arrays(waiters=waiters, **calendar)


def _larger_calendar(flow: Flow, size: int) -> dict[str, Records]:
    state = flow.state[0]
    soon = np.zeros(size, SOON)
    # What was never used need not be in memory.
    soon[: state["soon"]] = flow.soon[: state["soon"]]
    later = later_events(size, flow.later)
    later["next"][-1] = state["free_event"] - size
    state["free_event"] = len(flow.later)
    return {"soon": soon, "later": later}


def _room(state: Records, world: World) -> int:
    """Return the events that a calendar must have room for at a month's end, and no less ever."""
    return int(state[0]["burst"]) + len(world.people) + int(world.run[0]["months"])


def _slots(world: World) -> tuple[Records, Integers]:
    concurrency = world.pools["concurrency"][world.agents["pool"]]
    slots = np.zeros(int(concurrency.sum()), SLOT)
    slots["agent"] = np.repeat(np.arange(len(concurrency)), concurrency)
    slots["pool"] = world.agents["pool"][slots["agent"]]
    slots["before"] = slots["after"] = NOBODY
    return slots, np.concatenate([[0], np.cumsum(concurrency)]).astype(np.int64)


def _flat(lists: list[list[Any]], dtype: np.dtype[Any]) -> tuple[Any, Integers]:
    """Return lists end to end, and where each begins, with one more for the end of the last."""
    starts = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    return np.array([member for one in lists for member in one], dtype), starts
