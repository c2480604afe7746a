"""The compiled engine's agents: answering, taking the next, coming on and going off, hours."""

from __future__ import annotations

from sim.engine.calendar import push
from sim.engine.compiled_desk import next_for, rest, stop_resting
from sim.engine.flow import Flow
from sim.engine.rules import CLOSING, ENTITIES, OPENING, SERVICE_DONE, SHIFT_BEGINS, SHIFT_ENDS
from sim.jit import inlined, jitted
from sim.moments.contact import begin
from sim.moments.staff import comes_on as begins_shift
from sim.moments.staff import goes_off as ends_shift
from sim.world.records import NOBODY
from sim.world.whole import World

__all__ = [
    "answer",
    "await_opening",
    "await_shift",
    "comes_on",
    "due",
    "goes_off",
    "opens",
    "shift_begins",
    "shift_ends",
    "take_next",
]


@inlined
def answer(W: World, F: Flow, contact: int, slot: int, now: float) -> None:
    """Let an agent answer; the service is never interrupted."""
    F.slots[slot].busy, F.slots[slot].contact = 1, contact
    minutes = begin(W, contact, F.slots[slot].agent, now)
    due(W, F, now + minutes, SERVICE_DONE, slot)


@inlined
def take_next(W: World, F: Flow, slot: int, now: float) -> None:
    """Let an agent take the next contact, or be idle; one whose shift is over goes home."""
    if not W.agents[F.slots[slot].agent].on_shift:
        return
    contact = next_for(W, F, F.slots[slot].pool, now)
    if contact == NOBODY:
        rest(F, slot)
    else:
        answer(W, F, contact, slot, now)


@jitted
def await_shift(W: World, F: Flow, shift: int) -> None:
    """Put a shift's next beginning on the calendar."""
    row = F.pools.shape[0] + shift
    hour = F.hours_from[row] + F.shifts[shift].hour
    if hour < F.hours_from[row + 1]:
        due(W, F, F.hours[hour].begins, SHIFT_BEGINS, shift)


@jitted
def shift_begins(W: World, F: Flow, shift: int, now: float) -> None:
    """Begin a shift: its agents come on, by number."""
    hour = F.hours_from[F.pools.shape[0] + shift] + F.shifts[shift].hour
    F.shifts[shift].running = 1
    F.shifts[shift].hour += 1
    due(W, F, F.hours[hour].ends, SHIFT_ENDS, shift)
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift == shift:
            comes_on(W, F, a, now)


@jitted
def shift_ends(W: World, F: Flow, shift: int, now: float) -> None:
    """End a shift: its agents go off, and the next beginning is awaited."""
    F.shifts[shift].running = 0
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift == shift:
            goes_off(W, F, a, now)
    await_shift(W, F, shift)


@jitted
def comes_on(W: World, F: Flow, a: int, now: float) -> None:
    """Begin a shift, if the seat is not vacant; a contact still in hand is finished first."""
    if not begins_shift(W, a, now):
        return
    for slot in range(F.first_slot[a], F.first_slot[a + 1]):
        if not F.slots[slot].busy:
            take_next(W, F, slot, now)


@jitted
def goes_off(W: World, F: Flow, a: int, now: float) -> None:
    """End an agent's shift; a service begun is finished."""
    ends_shift(W, a, now)
    for slot in range(F.first_slot[a], F.first_slot[a + 1]):
        stop_resting(F, slot)


@jitted
def await_opening(W: World, F: Flow, pool: int) -> None:
    """Put a pool's next opening on the calendar."""
    hour = F.hours_from[pool] + F.pools[pool].hour
    if hour < F.hours_from[pool + 1]:
        due(W, F, F.hours[hour].begins, OPENING, pool)


@jitted
def opens(W: World, F: Flow, pool: int) -> None:
    """Open a pool until its hours end."""
    hour = F.hours_from[pool] + F.pools[pool].hour
    F.pools[pool].is_open = 1
    F.pools[pool].hour += 1
    due(W, F, F.hours[hour].ends, CLOSING, pool)


@inlined
def due(W: World, F: Flow, at: float, rank: int, entity: int) -> None:
    """Put something on the calendar, unless it lies on or beyond the horizon."""
    if at < W.run[0].horizon:
        push(F, at, rank << ENTITIES | entity)
