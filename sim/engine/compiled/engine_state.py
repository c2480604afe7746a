"""The state of the compiled engine besides the world: calendar, queues, slots and hours."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.arena import Arena
from sim.core.kept import kept
from sim.engine.compiled.calendar_queue import EVENT, SOON, buckets_for, later_events
from sim.model.desk_arrays import helping_pools, kind_names, pool_hours, shift_hours
from sim.model.policy_tables import PolicyTables
from sim.model.records import MONTH, NOBODY, Integers, Records
from sim.model.skills import kinds_alike, skills_by_regime
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["EngineState", "build_engine_state", "with_capacity"]


def _counts(names: str) -> np.dtype[np.void]:
    return np.dtype([(name, "i8") for name in names.split()], align=True)


# `reserve` is the most events that one event other than a month's end can schedule. `people` have
# the first places among the later events. `lists` is where the regime's lists of helping pools
# begin: regime x pools.
COUNTERS = _counts("begun turns idle_turns reserve span soon later people free_event lists")

# A contact in a queue, which is a doubly linked list by arrival. An event for it is stale unless it
# is due at exactly the time that is noted here.
WAITER = np.dtype(
    [(name, "f8") for name in ("patience_until", "promised_by", "overflows_at")]
    + _counts("turn waiting pool queue_class group before after").descr,
    align=True,
)
DESK_POOL = _counts("length is_open first_idle last_idle hour")
# The end of a service is stale unless it is due at exactly the time that is noted here.
SLOT = np.dtype(
    [("done_at", "f8"), *_counts("agent pool busy idle idle_turn contact before after").descr],
    align=True,
)
SHIFT = _counts("running hour")
HOURS = np.dtype([("begins", "f8"), ("ends", "f8")], align=True)


class EngineState(Arena):
    """The arrays of the compiled engine.

    `queues` holds the first and last contact of each pool, class and group of kinds; kinds that the
    same pools can do are one group, so there is one only unless agents lack skills. `helps` and
    `helpers` list pools by regime and pool, each list from its start to the next; `hours` are of
    pools, then of shifts.
    """

    counters: Records
    soon: Records  # the calendar: events of the current span, as a heap
    later: Records  # events of later spans: the next need of each person, and then all others
    buckets: Integers  # the first of each list of later events
    waiters: Records  # one per contact
    pools: Records
    queues: Integers  # pool x class x group x (first, last)
    group_of: Integers  # of each kind
    can: Integers  # regime x pool, x group: whether its agents can do it
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


def build_engine_state(scenario: Scenario, tables: PolicyTables, world: World) -> EngineState:
    """Return an engine's state before time starts: nobody waits, nobody is on shift."""
    names = list(tables.desk.pools)
    lists = [helping_pools(regime.desk) for regime in tables.regimes]
    helps, helpers = ([row for pair in lists for row in pair[side]] for side in (0, 1))
    group_of, can = kinds_alike(skills_by_regime(tables, kind_names(scenario)))
    pools = np.zeros(len(names), DESK_POOL)
    pools["first_idle"] = pools["last_idle"] = NOBODY
    slots, first_slot = _slots(world)
    hours, hours_from = _hours(tables, scenario.months)
    shifts = len(hours_from) - 1 - len(names)
    helps_flat, helps_from = _concatenated(helps, np.dtype(np.int64))
    helpers_flat, helpers_from = _concatenated(helpers, np.dtype(np.int64))
    counters = np.zeros(1, COUNTERS)
    # At most two events' requests of tellings, and when a shift begins, a service for every slot
    # and a break for every agent; when it ends, for every slot all that a wait schedules.
    counters[0]["reserve"] = (
        2 * world.run[0]["reserve"]
        + 4 * len(slots)
        + 2 * len(world.agents)
        + shifts
        + len(names)
        + 8
    )
    buckets = buckets_for(float(world.people["need_rate"].sum(dtype=np.float64)))
    counters[0]["people"] = counters[0]["free_event"] = len(world.people)
    counters[0]["span"] = int(world.run[0]["start"] * (len(buckets) / MONTH))
    room = _calendar_size(counters, world)
    return EngineState(
        counters=counters,
        soon=np.zeros(room, SOON),
        later=later_events(len(world.people) + room, np.zeros(0, EVENT)),
        buckets=buckets,
        waiters=np.zeros(len(world.contacts), WAITER),
        pools=pools,
        queues=np.full((len(names), len(tables.classes), can.shape[1], 2), NOBODY, np.int64),
        group_of=group_of,
        can=can,
        classes=tables.classes,
        slots=slots,
        first_slot=first_slot,
        helps=helps_flat,
        helps_from=helps_from,
        helpers=helpers_flat,
        helpers_from=helpers_from,
        shifts=np.zeros(shifts, SHIFT),
        hours=hours,
        hours_from=hours_from,
    )


@kept(64)
def _hours(tables: PolicyTables, months: int) -> tuple[Records, Integers]:
    """Return the hours of all pools and then of all shifts, and where each one's begin."""
    both = pool_hours(tables, months) + shift_hours(tables, months)
    return _concatenated([list(theirs) for theirs in both], HOURS)


def with_capacity(engine: EngineState, world: World) -> EngineState:
    """Return a state with a waiter for every contact, and room on the calendar to go on."""
    waiters = engine.waiters
    if len(waiters) < len(world.contacts):
        waiters = np.zeros(len(world.contacts), WAITER)
        waiters[: len(engine.waiters)] = engine.waiters
    inside = int(engine.counters[0]["soon"] + engine.counters[0]["later"])
    wanted = inside + _calendar_size(engine.counters, world)
    calendar = _larger_calendar(engine, wanted + inside // 2) if wanted > len(engine.soon) else {}
    return engine.with_arrays(waiters=waiters, **calendar)


def _larger_calendar(engine: EngineState, size: int) -> dict[str, Records]:
    counters = engine.counters[0]
    soon = np.zeros(size, SOON)
    # Only what is in use is copied, so that the rest takes no memory yet.
    soon[: counters["soon"]] = engine.soon[: counters["soon"]]
    later = later_events(int(counters["people"]) + size, engine.later)
    return {"soon": soon, "later": later}


def _calendar_size(counters: Records, world: World) -> int:
    """Return how many events a calendar must always have room for: those of a month's end."""
    return int(counters[0]["reserve"]) + len(world.people) + len(world.months)


def _slots(world: World) -> tuple[Records, Integers]:
    concurrency = world.pools["concurrency"][world.agents["pool"]]
    slots = np.zeros(int(concurrency.sum()), SLOT)
    slots["agent"] = np.repeat(np.arange(len(concurrency)), concurrency)
    slots["pool"] = world.agents["pool"][slots["agent"]]
    slots["before"] = slots["after"] = NOBODY
    return slots, np.concatenate([[0], np.cumsum(concurrency)]).astype(np.int64)


def _concatenated(lists: list[list[Any]], dtype: np.dtype[Any]) -> tuple[Any, Integers]:
    """Return lists concatenated, with the start of each and the end of the last."""
    starts = np.concatenate([[0], np.cumsum([len(members) for members in lists])]).astype(np.int64)
    return np.array([member for members in lists for member in members], dtype), starts
