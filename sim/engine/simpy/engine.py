"""The reference engine: the customer's story told in SimPy events.

A need arises; the contact reaches the desk; an agent answers, or it waits until one does, until
patience ends, or until the pool closes; the agent finishes, and takes the next. Stories are told,
shifts begin and end, months close. What any of it does to people's minds and to the books is no
business of this file: the moments of truth decide, and leave letters of what should happen when.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.core.compile import machine_code
from sim.engine.event_order import (
    ABANDONMENT,
    ARRIVAL,
    CLOSING,
    ENQUIRY,
    MONTH_END,
    NEED,
    OPENING,
    OVERFLOW_DUE,
    PROMISE_DUE,
    SERVICE_DONE,
    SHIFT_BEGINS,
    SHIFT_ENDS,
    TELLING,
    urgency,
)
from sim.engine.observer import Observer, observed
from sim.engine.python_policy.hook import Counsel
from sim.engine.simpy.clock import Clock, Due
from sim.engine.simpy.desk import Desk, Ticket
from sim.engine.simpy.roster import Roster, empty_pools
from sim.model.build import grown
from sim.model.desk_arrays import pool_hours, shift_hours
from sim.model.events.arrival import arrives, enquires, need_arises, waits
from sim.model.events.contact import begin, finish, gives_up, withdraw
from sim.model.events.month_end import month_ends, starts
from sim.model.events.staff import comes_on, goes_off
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

__all__ = ["SimpyEngine"]

Visit = tuple[int, int, int, int]


class SimpyEngine:
    """Drives one world through its months.

    Parameters
    ----------
    scenario : Scenario
        For the shifts' hours.
    tables : PolicyTables
        For the desk's pools and their hours, and the queue classes.
    world : World
        Changed in place; `world` afterwards is what it has become.
    observer : Observer, optional
        Lets every moment of truth happen, and sees what it does.
    """

    def __init__(
        self,
        scenario: Scenario,
        tables: PolicyTables,
        world: World,
        observer: Observer | None = None,
    ) -> None:
        self.world = world
        self._clock = Clock()
        self._horizon = scenario.months * MONTH
        self._months = scenario.months
        self._desk = Desk(empty_pools(tables.desk, len(tables.classes)), urgency(tables.classes))
        self._roster = Roster(world)
        self._pool_hours = pool_hours(tables.desk, self._horizon)
        self._shift_hours = shift_hours(scenario.desk, self._horizon)
        self._overflow_to: list[int] = world.pools["overflow"].tolist()
        self._overflow_minutes: list[float] = world.pools["overflow_minutes"].tolist()
        self._queued: dict[int, Ticket] = {}
        self._answers = {
            OUT_NEED: (NEED, self._need_arises),
            OUT_CONTACT: (ARRIVAL, self._arrives),
            OUT_TELLING: (TELLING, self._tell),
            OUT_ENQUIRY: (ENQUIRY, self._enquires),
        }
        python = any(policy.python for policy in tables.policies)
        counsel = [Counsel(scenario, tables, self._desk)] if python else []
        watching = [*counsel, *([] if observer is None else [observer])]
        self._need_arises_for = observed(watching, need_arises, world, 0, 0.0)
        self._enquires_for = observed(watching, enquires, world, 0, 0.0)
        self._arrives_for = observed(watching, arrives, world, 0, 0.0)
        self._waits = machine_code(waits, world, 0, 0.0)
        self._begin = observed(watching, begin, world, 0, 0, 0.0)
        self._finish = observed(watching, finish, world, 0, 0.0)
        self._gives_up_on = observed(watching, gives_up, world, 0, 0, 0.0)
        self._withdraw_from = observed(watching, withdraw, world, 0, 0.0)
        self._tell_on = observed(watching, tell, world, 0, 0.0)
        self._starts = observed(watching, starts, world)
        self._month_ends_at = observed(watching, month_ends, world, 0.0)

    def run(self) -> None:
        """Run up to the horizon, which is half open, and close the last month's books."""
        if self._months == 0:
            return
        for month in range(1, self._months):
            self._due(month * MONTH, MONTH_END, month, self._month_ends)
        for pool in range(len(self._desk.pools)):
            self._await_opening(pool)
        for shift in range(len(self._shift_hours)):
            self._await_shift(shift)
        self._post(self._starts(self.world))
        self._clock.run(until=self._horizon)
        # Whoever leaves now stays in the queue that the last month was counted with.
        self._month_ends_at(self.world, float(self._horizon))

    # A contact's story.

    def _need_arises(self, due: Due) -> None:
        self._reach_desk(self._need_arises_for(self.world, due.entity, due.at), due.at)

    def _enquires(self, due: Due) -> None:
        self._reach_desk(self._enquires_for(self.world, due.entity, due.at), due.at)

    def _arrives(self, due: Due) -> None:
        self._reach_desk(self._arrives_for(self.world, due.entity, due.at), due.at)

    def _reach_desk(self, visit: Visit, now: float) -> None:
        """Reach the desk: be answered at once, wait, or find it closed or full."""
        letters, contact, pool, place = visit
        if letters:
            self._post(letters)
        if contact == NOBODY:
            return
        if self._desk.turns_away(pool):
            self._post(self._gives_up_on(self.world, contact, TURNED_AWAY, now))
            return
        slot = self._desk.idle_slot(pool)
        if slot is not None:
            self._answer(contact, slot, now)
        elif self._desk.is_full(pool):
            self._post(self._gives_up_on(self.world, contact, BLOCKED, now))
        else:
            self._wait(Ticket(contact, pool, place, now))

    def _wait(self, ticket: Ticket) -> None:
        """Wait in the queue, until patience ends, with a promise and an overflow on the way."""
        self._desk.join(ticket)
        self._queued[ticket.contact] = ticket
        patience_until, promised_by = self._waits(self.world, ticket.contact, ticket.joined)
        self._due(patience_until, ABANDONMENT, ticket.contact, self._gives_up, ticket)
        self._due(promised_by, PROMISE_DUE, ticket.contact, self._promise_due, ticket)
        self._await_overflow(ticket, ticket.joined)

    def _await_overflow(self, ticket: Ticket, now: float) -> None:
        at = now + self._overflow_minutes[ticket.pool]
        self._due(at, OVERFLOW_DUE, ticket.contact, self._overflow, ticket)

    def _promise_due(self, due: Due) -> None:
        if due.about.waiting:
            self._desk.to_front(due.about)

    def _overflow(self, due: Due) -> None:
        """Move to another pool after so long: to an idle agent or into its queue, unless full."""
        ticket = due.about
        if not ticket.waiting:
            return
        target = self._overflow_to[ticket.pool]
        # A switch of policy may have taken it to a pool from which nothing overflows.
        if target == NOBODY or not self._desk.pools[target].is_open:
            return
        slot = self._desk.idle_slot(target)
        if slot is not None or not self._desk.is_full(target):
            self._go_over(ticket, target, slot, due.at)
        if ticket.waiting and ticket.pool == target:
            self._await_overflow(ticket, due.at)

    def _go_over(self, ticket: Ticket, target: int, slot: int | None, now: float) -> None:
        """Go over to another pool: to an agent who is idle, if any, else into its queue."""
        if slot is None:
            self._desk.move(ticket, target, ticket.place)
        else:
            self._leave_queue(ticket)
            self._answer(ticket.contact, slot, now)

    def _gives_up(self, due: Due) -> None:
        ticket = due.about
        if ticket.waiting:
            self._leave_queue(ticket)
            self._post(self._gives_up_on(self.world, ticket.contact, ABANDONED, due.at))

    def _leave_queue(self, ticket: Ticket) -> None:
        self._desk.leave(ticket)
        del self._queued[ticket.contact]

    def _answer(self, contact: int, slot: int, now: float) -> None:
        """Let an agent answer; the service is never interrupted."""
        self._roster.busy[slot] = True
        minutes = self._begin(self.world, contact, self._roster.agent[slot], now)
        self._due(now + minutes, SERVICE_DONE, slot, self._finishes, contact)

    def _finishes(self, due: Due) -> None:
        """Finish a contact; the agent takes the next one or rests."""
        self._roster.busy[due.entity] = False
        letters = self._finish(self.world, due.about, due.at)
        if letters:
            self._post(letters)
        self._take_next(due.entity, due.at)

    # Agents and pools.

    def _take_next(self, slot: int, now: float) -> None:
        """Let an agent take the next contact, or be idle; one whose shift is over goes home."""
        if not self._roster.on_shift[self._roster.agent[slot]]:
            return
        pool = self._roster.pool[slot]
        ticket = self._desk.next_for(pool, now)
        if ticket is None:
            self._desk.pools[pool].idle.append(slot)
        else:
            del self._queued[ticket.contact]
            self._answer(ticket.contact, slot, now)

    def _await_shift(self, shift: int) -> None:
        span = next(self._shift_hours[shift], None)
        if span is not None:
            self._due(span[0], SHIFT_BEGINS, shift, self._shift_begins, span[1])

    def _shift_begins(self, due: Due) -> None:
        self._roster.running.add(due.entity)
        self._due(due.about, SHIFT_ENDS, due.entity, self._shift_ends)
        for agent in self._roster.agents_of(due.entity):
            self._comes_on(agent)

    def _shift_ends(self, due: Due) -> None:
        self._roster.running.discard(due.entity)
        for agent in self._roster.agents_of(due.entity):
            self._goes_off(agent)
        self._await_shift(due.entity)

    def _comes_on(self, agent: int) -> None:
        """Begin a shift, if the seat is not vacant; a contact still in hand is finished first."""
        if not comes_on(self.world, agent, self._clock.now):
            return
        self._roster.on_shift[agent] = True
        for slot in self._roster.slots_of(agent):
            if not self._roster.busy[slot]:
                self._take_next(slot, self._clock.now)

    def _goes_off(self, agent: int) -> None:
        goes_off(self.world, agent, self._clock.now)
        self._roster.on_shift[agent] = False
        for slot in self._roster.slots_of(agent):
            idle = self._desk.pools[self._roster.pool[slot]].idle
            if slot in idle:
                idle.remove(slot)

    def _await_opening(self, pool: int) -> None:
        span = next(self._pool_hours[pool], None)
        if span is not None:
            self._due(span[0], OPENING, pool, self._opens, span[1])

    def _opens(self, due: Due) -> None:
        self._desk.pools[due.entity].is_open = True
        self._due(due.about, CLOSING, due.entity, self._closes)

    def _closes(self, due: Due) -> None:
        """Close a pool: whoever waits is lost, unless the pool keeps them until it opens again."""
        pool = self._desk.pools[due.entity]
        pool.is_open = False
        if not pool.keeps_overnight:
            for ticket in self._desk.waiting(due.entity):
                self._leave_queue(ticket)
                self._post(
                    self._gives_up_on(self.world, ticket.contact, CLOSED_ON, self._clock.now)
                )
        self._await_opening(due.entity)

    # Stories, months, letters.

    def _tell(self, due: Due) -> None:
        self._post(self._tell_on(self.world, due.entity, due.at))

    def _month_ends(self, _: Due) -> None:
        self._post(self._month_ends_at(self.world, self._clock.now))
        self._reseat()
        for agent in list(self._roster.changed(self.world.agents["present"].tolist())):
            if self._roster.on_shift[agent]:
                self._goes_off(agent)
            else:
                self._comes_on(agent)

    def _reseat(self) -> None:
        """Let agents whom a switch of policy has moved sit where they belong from now on.

        Whoever waits for a pool in which nobody sits any more goes over to that of their kind.
        """
        moved = self._roster.reseat(self.world.agents["pool"].tolist())
        for slot, before in moved.items():
            if slot in self._desk.pools[before].idle:
                self._desk.pools[before].idle.remove(slot)
        for pool in sorted(set(moved.values()) - set(self._roster.pool)):
            for ticket in list(self._desk.waiting(pool)):
                target = int(self.world.kinds[self.world.contacts[ticket.contact]["kind"]]["pool"])
                self._go_over(ticket, target, self._desk.idle_slot(target), self._clock.now)
        for slot in moved:
            if not self._roster.busy[slot]:
                self._take_next(slot, self._clock.now)

    def _post(self, letters: int) -> None:
        """Do what a moment's letters ask: fill the calendar, take leavers out of queues."""
        read = self.world.outbox[: letters if letters >= 0 else ~letters].tolist()
        if letters < 0:
            self.world = grown(self.world)
        for at, kind, who in read:
            if kind == OUT_WITHDRAW:
                self._withdraw(self._queued[who])
            else:
                rank, what = self._answers[kind]
                Due(self._clock, at, rank, who, what)

    def _withdraw(self, ticket: Ticket) -> None:
        self._leave_queue(ticket)
        self._post(self._withdraw_from(self.world, ticket.contact, self._clock.now))

    def _due(
        self, at: float, rank: int, entity: int, what: Callable[[Any], None], about: Any = None
    ) -> None:
        """Put something on the calendar, unless it lies on or beyond the horizon."""
        if at < self._horizon:
            Due(self._clock, at, rank, entity, what, about)
