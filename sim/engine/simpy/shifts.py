"""Shifts: when agents come on, take breaks, hand over and go off."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from sim.engine.event_order import BREAK_DUE, BREAK_ENDS, HAND_OVER, SHIFT_BEGINS, SHIFT_ENDS
from sim.engine.simpy.clock import Clock, EventKind, TimedEvent
from sim.engine.simpy.desk import Desk
from sim.engine.simpy.roster import Roster
from sim.model.events.breaks import begin_break, end_break, first_break, owe_break
from sim.model.events.staff import begin_shift, end_shift, plan_shift, will_come
from sim.model.state import World

__all__ = ["Shifts"]

OfSlot = Callable[[int, float], None]


class Shifts:
    """Lets agents come on, take breaks, hand over and go off.

    Parameters
    ----------
    world : World
    clock : Clock
    desk : Desk
        Whose idle slots lose those of agents who go off or owe a break.
    roster : Roster
    hours : sequence of iterators of (float, float)
        Of each shift: when it begins and ends, in minutes, again and again.
    take_next : callable
        Gives a slot the next contact, or makes it idle; takes the slot and the time.
    hand_over : callable, optional
        Hands over what a slot has in hand when the shift ends; takes the slot and the time. None
        if the agent finishes it.

    Attributes
    ----------
    world : World
        The current one, to be replaced when a store grows.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        desk: Desk,
        roster: Roster,
        hours: Sequence[Iterator[tuple[float, float]]],
        take_next: OfSlot,
        hand_over: OfSlot | None,
    ) -> None:
        self.world = world
        self._clock, self._desk, self._roster = clock, desk, roster
        self._hours = hours
        self._next_begins = [math.inf] * len(hours)
        self._take_next, self._hand_over = take_next, hand_over
        self._shift_begins = EventKind(SHIFT_BEGINS, self._on_shift_begin)
        self._shift_ends = EventKind(SHIFT_ENDS, self._on_shift_end)
        self._hands_over = EventKind(HAND_OVER, self._on_hand_over)
        self._break_due = EventKind(BREAK_DUE, self._on_break_due)
        self._break_ends = EventKind(BREAK_ENDS, self._on_break_end)

    def begin(self) -> None:
        """Schedule the first beginning of each shift."""
        for shift in range(len(self._hours)):
            self._schedule_shift(shift)

    def _schedule_shift(self, shift: int) -> None:
        span = next(self._hours[shift], None)
        self._next_begins[shift] = math.inf if span is None else span[0]
        if span is not None:
            self._clock.call_at(span[0], self._shift_begins, shift, span[1])

    def _on_shift_begin(self, event: TimedEvent) -> None:
        self._roster.running.add(event.entity)
        self._clock.call_at(event.context, self._shift_ends, event.entity)
        for agent in self._roster.agents_of(event.entity):
            plan_shift(self.world, agent, event.at, event.context)
            self.come_on(agent)

    def _on_shift_end(self, event: TimedEvent) -> None:
        self._roster.running.discard(event.entity)
        for agent in self._roster.agents_of(event.entity):
            self.go_off(agent)
        self._schedule_shift(event.entity)
        if self._hand_over is not None:
            self._clock.call_at(event.at, self._hands_over, event.entity, self._hand_over)

    def _on_hand_over(self, event: TimedEvent) -> None:
        """Let agents whose shift has ended hand over what they have in hand."""
        for agent in self._roster.agents_of(event.entity):
            if self.is_there(agent, event.at):
                continue
            for slot in self._roster.slots_of(agent):
                if self._roster.busy[slot]:
                    event.context(slot, event.at)

    def is_there(self, agent: int, now: float) -> bool:
        """Return whether an agent is on shift, or comes on in this very instant."""
        if self._roster.on_shift[agent]:
            return True
        shift = int(self.world.agents["shift"][agent])
        return self._next_begins[shift] == now and bool(will_come(self.world, agent, now))

    def come_on(self, agent: int) -> None:
        """Begin an agent's shift if anybody comes; a contact in hand is finished first."""
        if not begin_shift(self.world, agent, self._clock.now):
            return
        self._roster.on_shift[agent] = True
        self._await_break(agent, first_break(self.world, agent, self._clock.now))
        for slot in self._roster.slots_of(agent):
            if not self._roster.busy[slot]:
                self._take_next(slot, self._clock.now)

    def go_off(self, agent: int) -> None:
        """End an agent's shift; a contact in hand is still finished."""
        end_shift(self.world, agent, self._clock.now)
        self._roster.on_shift[agent] = False
        self._roster.owes_break[agent] = self._roster.on_break[agent] = False
        for slot in self._roster.slots_of(agent):
            self._desk.remove_idle(self._roster.pool[slot], slot)

    def _await_break(self, agent: int, due: float) -> None:
        self._clock.call_at(due, self._break_due, agent)

    def _on_break_due(self, event: TimedEvent) -> None:
        """Let an agent take no further contact; with nothing in hand the break begins."""
        agent = event.entity
        if self.world.agents["break_due"][agent] != event.at:
            return
        owe_break(self.world, agent)
        self._roster.owes_break[agent] = True
        for slot in self._roster.slots_of(agent):
            self._desk.remove_idle(self._roster.pool[slot], slot)
        self.rest(agent, event.at)

    def rest(self, agent: int, now: float) -> None:
        """Begin the break that an agent owes, unless something is in hand."""
        if not self._roster.owes_break[agent] or self._roster.has_contacts(agent):
            return
        self._roster.owes_break[agent], self._roster.on_break[agent] = False, True
        ends = begin_break(self.world, agent, now)
        self._clock.call_at(ends, self._break_ends, agent)

    def _on_break_end(self, event: TimedEvent) -> None:
        """Let an agent take contacts again."""
        agent = event.entity
        stale = self.world.agents["break_ends"][agent] != event.at
        if stale or not self._roster.on_break[agent]:
            return
        self._roster.on_break[agent] = False
        self._await_break(agent, end_break(self.world, agent, event.at))
        for slot in self._roster.slots_of(agent):
            self._take_next(slot, event.at)
