"""The fast engine: the flow of `sim.engine.simpy.engine` as one compiled loop over arrays.

The same moments of truth, the same rules of time; only what drives time is another. So the two give
the same numbers to the last bit, and each checks the other's calendar, queues and dispatch.
"""

from __future__ import annotations

from typing import Any

from sim.core.cancel import heed
from sim.core.compile import entry, inlined, jitted
from sim.engine.compiled.calendar_queue import first_event, pop, room
from sim.engine.compiled.desk import (
    first_waiting,
    idle_slot,
    is_full,
    join_queue,
    leave_queue,
    to_front,
    turns_away,
)
from sim.engine.compiled.engine_state import Flow, build_flow, with_room
from sim.engine.compiled.service import (
    answer,
    await_opening,
    await_overflow,
    await_shift,
    comes_on,
    due,
    goes_off,
    opens,
    overflow,
    reseat,
    shift_begins,
    shift_ends,
    take_next,
)
from sim.engine.event_order import (
    ABANDONMENT,
    ARRIVAL,
    CLOSING,
    ENQUIRY,
    ENTITIES,
    MONTH_END,
    NEED,
    OPENING,
    OVERFLOW_DUE,
    PROMISE_DUE,
    SERVICE_DONE,
    SHIFT_BEGINS,
    SHIFT_ENDS,
    TELLING,
)
from sim.model.build import grown
from sim.model.events.arrival import arrives, enquires, need_arises, waits
from sim.model.events.contact import finish, gives_up, withdraw
from sim.model.events.month_end import month_ends, starts
from sim.model.events.word_of_mouth import tell
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    MONTH,
    NOBODY,
    OUT_CONTACT,
    OUT_ENQUIRY,
    OUT_NEED,
    OUT_TELLING,
    OUT_WITHDRAW,
    TURNED_AWAY,
    PolicyTables,
)
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["CompiledEngine"]

# Events between two looks at Ctrl-C: a few hundredths of a second.
_SLICE = 50_000
_DONE, _MORE, _SHORT = range(3)


class CompiledEngine:
    """Drives one world through its months, as `SimpyEngine` does.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
    world : World
        Changed in place; `world` afterwards is what it has become.
    """

    def __init__(self, scenario: Scenario, tables: PolicyTables, world: World) -> None:
        self.world = world
        self._months = scenario.months
        self._flow = build_flow(scenario, tables, world)

    def run(self) -> None:
        """Run up to the horizon, which is half open, and close the last month's books."""
        if self._months == 0:
            return
        while (state := _advance(self.world, self._flow, _SLICE)) != _DONE:
            heed()
            if state == _SHORT:
                self._grow()

    def _grow(self) -> None:
        self.world = grown(self.world)
        self._flow = with_room(self._flow, self.world)


@jitted
def _begin_time(W: World, F: Flow) -> bool:
    """Put the first of everything on the calendar; return whether a store of the world is short."""
    for month in range(1, W.run[0].months):
        due(W, F, month * MONTH, MONTH_END, month)
    for pool in range(F.pools.shape[0]):
        await_opening(W, F, pool)
    for shift in range(F.shifts.shape[0]):
        await_shift(W, F, shift)
    return _post(W, F, starts(W), 0.0)


@entry
def _advance(W: World, F: Flow, most: int) -> int:
    """Let up to so many events happen; return whether that is all, or a store has become short."""
    if not F.state[0].begun:
        F.state[0].begun = 1
        if _begin_time(W, F):
            return _SHORT
    for _ in range(most):
        if not first_event(F):
            # What the last month's end asks for lies beyond the horizon; nothing of it is posted.
            month_ends(W, W.run[0].horizon)
            return _DONE
        at, key = F.soon[0].at, F.soon[0].key
        rank, entity = key >> ENTITIES, key & ((1 << ENTITIES) - 1)
        if _lacks_room(W, F, rank):
            return _SHORT
        if rank == CLOSING and _lose_one(W, F, entity):
            # One of those who wait for a closed pool is lost at a time, so that stores may grow.
            short = _give_up(W, F, first_waiting(F, entity), CLOSED_ON, at)
        else:
            pop(F)
            short = _happen(W, F, rank, entity, at)
        if short:
            return _SHORT
    return _MORE


@inlined
def _lacks_room(W: World, F: Flow, rank: int) -> bool:
    """Return whether the calendar may not hold all that one more event can put on it."""
    left = room(F) - F.state[0].burst
    return left < 0 or (rank == MONTH_END and left < W.run[0].people)


@inlined
def _happen(W: World, F: Flow, rank: int, entity: int, now: float) -> bool:
    """Let one event happen; return whether a store of the world is short afterwards."""
    if rank == NEED:
        return _reach_desk(W, F, need_arises(W, entity, now), now)
    if rank == SERVICE_DONE:
        return _finishes(W, F, entity, now)
    if rank == ABANDONMENT:
        waiter = F.waiters[entity]
        if not waiter.waiting or waiter.patience_until != now:
            return False
        return _give_up(W, F, entity, ABANDONED, now)
    if rank == ARRIVAL:
        return _reach_desk(W, F, arrives(W, entity, now), now)
    if rank == TELLING:
        return _post(W, F, tell(W, entity, now), now)
    if rank == ENQUIRY:
        return _reach_desk(W, F, enquires(W, entity, now), now)
    if rank == PROMISE_DUE:
        if F.waiters[entity].waiting and F.waiters[entity].promised_by == now:
            to_front(W, F, entity)
    elif rank == OVERFLOW_DUE:
        if F.waiters[entity].waiting and F.waiters[entity].overflows_at == now:
            overflow(W, F, entity, now)
    elif rank == SHIFT_BEGINS:
        shift_begins(W, F, entity, now)
    elif rank == SHIFT_ENDS:
        shift_ends(W, F, entity, now)
    elif rank == OPENING:
        opens(W, F, entity)
    elif rank == CLOSING:
        F.pools[entity].is_open = 0
        await_opening(W, F, entity)
    elif rank == MONTH_END:
        return _month_ends(W, F, now)
    return False


# A contact's story.


@jitted
def _reach_desk(W: World, F: Flow, visit: Any, now: float) -> bool:
    """Reach the desk: be answered at once, wait, or find it closed or full."""
    letters, contact, pool, place = visit
    short = _post(W, F, letters, now)
    if contact == NOBODY:
        return short
    if turns_away(W, F, pool):
        return _post(W, F, gives_up(W, contact, TURNED_AWAY, now), now)
    slot = idle_slot(F, pool)
    if slot != NOBODY:
        answer(W, F, contact, slot, now)
    elif is_full(W, F, pool):
        return _post(W, F, gives_up(W, contact, BLOCKED, now), now)
    else:
        _wait(W, F, contact, pool, place, now)
    return short


@inlined
def _wait(W: World, F: Flow, contact: int, pool: int, place: int, now: float) -> None:
    """Wait in the queue, until patience ends, with a promise and an overflow on the way."""
    waiter = F.waiters[contact]
    F.state[0].turns += 1
    waiter.turn = F.state[0].turns
    waiter.patience_until, waiter.promised_by = waits(W, contact, now)
    join_queue(W, F, contact, pool, place)
    due(W, F, waiter.patience_until, ABANDONMENT, contact)
    due(W, F, waiter.promised_by, PROMISE_DUE, contact)
    await_overflow(W, F, contact, now)


@jitted
def _give_up(W: World, F: Flow, contact: int, how: int, now: float) -> bool:
    leave_queue(F, contact)
    return _post(W, F, gives_up(W, contact, how, now), now)


@inlined
def _finishes(W: World, F: Flow, slot: int, now: float) -> bool:
    """Finish a contact; the agent takes the next one or rests."""
    F.slots[slot].busy = 0
    short = _post(W, F, finish(W, F.slots[slot].contact, now), now)
    take_next(W, F, slot, now)
    return short


@inlined
def _lose_one(W: World, F: Flow, pool: int) -> bool:
    """Close a pool; return whether somebody waits there who is lost with that."""
    F.pools[pool].is_open = 0
    return F.pools[pool].length > 0 and not W.pools[pool].keeps_overnight


# Months and letters.


@jitted
def _month_ends(W: World, F: Flow, now: float) -> bool:
    short = _post(W, F, month_ends(W, now), now)
    reseat(W, F, now)
    for a in range(W.agents.shape[0]):
        agent = W.agents[a]
        should = agent.present == 1 and F.shifts[agent.shift].running == 1
        if should and not agent.on_shift:
            comes_on(W, F, a, now)
        elif agent.on_shift and not should:
            goes_off(W, F, a, now)
    return short


@jitted
def _post(W: World, F: Flow, sealed: int, now: float) -> bool:
    """Do what a moment's letters ask; return whether a store of the world is short."""
    letters = sealed if sealed >= 0 else ~sealed
    leavers = 0
    for place in range(letters):
        letter = W.outbox[place]
        if letter.kind == OUT_NEED:
            due(W, F, letter.at, NEED, letter.who)
        elif letter.kind == OUT_CONTACT:
            due(W, F, letter.at, ARRIVAL, letter.who)
        elif letter.kind == OUT_TELLING:
            due(W, F, letter.at, TELLING, letter.who)
        elif letter.kind == OUT_ENQUIRY:
            due(W, F, letter.at, ENQUIRY, letter.who)
        else:
            leavers += 1
    if leavers > 0:
        _withdraw(W, F, letters, now)
    return sealed < 0


@jitted
def _withdraw(W: World, F: Flow, letters: int, now: float) -> None:
    """Take what leavers have in queues out of them; that asks for nothing further."""
    for place in range(letters):
        if W.outbox[place].kind == OUT_WITHDRAW:
            leave_queue(F, W.outbox[place].who)
            withdraw(W, W.outbox[place].who, now)
