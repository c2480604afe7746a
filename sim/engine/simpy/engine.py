"""The reference engine: a contact's way through the desk, in SimPy events.

A need arises; the contact reaches the desk; an agent answers, or it waits until one does, until
patience ends, or until the pool closes; the agent finishes, and takes the next. Stories are told,
shifts begin and end, months end. What any of it does to people and to the books is decided by the
events of the model, which also request what the engine schedules next.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.core.compile import machine_code
from sim.engine.event_order import (
    ABANDONMENT,
    ARRIVAL,
    ENQUIRY,
    HEAD,
    MONTH_END,
    NEED,
    PROMISE_DUE,
    SERVICE_DONE,
    TELLING,
    hands_over,
    urgency,
)
from sim.engine.observer import Observer, with_observers
from sim.engine.python_policy.hook import PolicyHook
from sim.engine.simpy.clock import Clock, EventKind, TimedEvent
from sim.engine.simpy.desk import Desk, Ticket
from sim.engine.simpy.pool_hours import PoolHours
from sim.engine.simpy.roster import Roster, empty_pools, set_rules
from sim.engine.simpy.shifts import Shifts
from sim.engine.simpy.transfers import Transfers
from sim.model.build import grow_stores
from sim.model.desk_arrays import kind_names, pool_hours, shift_hours
from sim.model.events.arrival import contact_arrives, enquiry_arises, need_arises
from sim.model.events.contact import begin_service, finish_service, leave_unserved, withdraw_contact
from sim.model.events.hand_on import hand_on, hand_over, may_hand_over, second_line
from sim.model.events.month_end import month_end, start_run
from sim.model.events.waiting import begin_waiting
from sim.model.events.word_of_mouth import tell_story
from sim.model.policy_tables import PolicyTables, RegimeTables
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    MONTH,
    NOBODY,
    SCHEDULE_CONTACT,
    SCHEDULE_ENQUIRY,
    SCHEDULE_NEED,
    SCHEDULE_TELLING,
    TURNED_AWAY,
    WITHDRAW_CONTACT,
)
from sim.model.skills import skills_by_regime
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["SimpyEngine"]

Arrival = tuple[int, int, int, int]


class SimpyEngine:
    """Drives one world through its months.

    Parameters
    ----------
    scenario : Scenario
        For the shifts' hours.
    tables : PolicyTables
        For the desk's pools and their hours, and the queue classes.
    world : World
        Changed in place, or replaced when a store grows; `world` is the current one.
    observer : Observer, optional
        Is given every event of the model to call, and sees what it does.

    Notes
    -----
    CPython finds the attributes of an object faster while there are fewer than thirty: 3% of a run.
    """

    def __init__(
        self,
        scenario: Scenario,
        tables: PolicyTables,
        world: World,
        observer: Observer | None = None,
    ) -> None:
        self._hold(world)
        self._clock = Clock(float(world.run[0]["start"]), scenario.months * MONTH)
        skills = skills_by_regime(tables, kind_names(scenario))
        self._desk = Desk(empty_pools(tables.desk), urgency(tables.classes), skills)
        self._roster = Roster(world)
        self._regimes = tables.regimes
        self._pool_hours = PoolHours(
            self._clock, self._desk, pool_hours(tables, scenario.months), self._lose_queue
        )
        self._shifts = Shifts(
            world, self._clock, self._desk, self._roster, shift_hours(tables, scenario.months),
            self._take_next, self._pass_over if hands_over(tables.classes) else None,
        )  # fmt: skip
        self._transfers = Transfers(world, self._clock, self._desk, self._answer)
        self._may_hand_on = len(world.changing) > 0 or bool(world.hand_ons["share"].any())
        self._name_handlers()
        python = any(policy.python for policy in tables.policies)
        hooks = [PolicyHook(scenario, tables, self._desk)] if python else []
        self._bind_events([*hooks, *([] if observer is None else [observer])])

    def _hold(self, world: World) -> None:
        """Hold a world, and views of what is read of it all the time, as plain numbers."""
        self.world = world
        self._requests = [world.scheduled[name].data for name in ("at", "kind", "entity")]
        self._contact_kind = world.contacts["kind"].data

    def _name_handlers(self) -> None:
        """Say what happens when an event of each kind is due."""
        self._requested = {
            SCHEDULE_NEED: EventKind(NEED, self._on_need),
            SCHEDULE_CONTACT: EventKind(ARRIVAL, self._on_arrival),
            SCHEDULE_TELLING: EventKind(TELLING, self._on_telling),
            SCHEDULE_ENQUIRY: EventKind(ENQUIRY, self._on_enquiry),
        }
        self._patience_end = EventKind(ABANDONMENT, self._on_patience_end)
        self._promise_due = EventKind(PROMISE_DUE, self._on_promise_due)
        self._service_done = EventKind(SERVICE_DONE, self._on_service_done)

    def _bind_events(self, observers: Sequence[Observer]) -> None:
        """Compile the events of the model, each wrapped in the observers that are to see it."""
        world = self.world
        self._need_arises = with_observers(observers, need_arises, world, 0, 0.0)
        self._enquiry_arises = with_observers(observers, enquiry_arises, world, 0, 0.0)
        self._contact_arrives = with_observers(observers, contact_arrives, world, 0, 0.0)
        self._begin_waiting = machine_code(begin_waiting, world, 0, 0, 0.0)
        self._begin_service = with_observers(observers, begin_service, world, 0, 0, 0.0)
        self._second_line = machine_code(second_line, world, 0)
        self._hand_on = with_observers(observers, hand_on, world, 0, 0, 0.0)
        self._hand_over = with_observers(observers, hand_over, world, 0, 0.0, 0.0)
        self._finish_service = with_observers(observers, finish_service, world, 0, 0.0)
        self._leave_unserved = with_observers(observers, leave_unserved, world, 0, 0, 0.0)
        self._withdraw_contact = with_observers(observers, withdraw_contact, world, 0, 0.0)
        self._tell_story = with_observers(observers, tell_story, world, 0, 0.0)
        self._start_run = with_observers(observers, start_run, world)
        self._month_end = with_observers(observers, month_end, world, 0.0)

    def run(self) -> None:
        """Run up to the horizon, which is half open, and close the last month's books."""
        if self._clock.horizon == 0.0:
            return  # no month is reported
        self._schedule_month_ends()
        self._pool_hours.begin()
        self._shifts.begin()
        self._schedule_requests(self._start_run(self.world))
        self._clock.run(until=self._clock.horizon)
        # Its requests are not carried out: nothing happens on or beyond the horizon.
        self._month_end(self.world, float(self._clock.horizon))

    def _schedule_month_ends(self) -> None:
        start, month_over = self._clock.now, EventKind(MONTH_END, self._on_month_end)
        for number in range(1, round((self._clock.horizon - start) / MONTH)):
            self._clock.call_at(start + number * MONTH, month_over, number)

    # A contact's way through the desk.

    def _on_need(self, event: TimedEvent) -> None:
        self._reach_desk(self._need_arises(self.world, event.entity, event.at), event.at)

    def _on_enquiry(self, event: TimedEvent) -> None:
        self._reach_desk(self._enquiry_arises(self.world, event.entity, event.at), event.at)

    def _on_arrival(self, event: TimedEvent) -> None:
        self._reach_desk(self._contact_arrives(self.world, event.entity, event.at), event.at)

    def _reach_desk(self, arrival: Arrival, now: float) -> None:
        """Take a contact that reaches the desk: answer it at once, queue it, or turn it away."""
        count, contact, pool, queue_class = arrival
        if count:
            self._schedule_requests(count)
        if contact == NOBODY:
            return
        if self._desk.turns_away(pool):
            self._schedule_requests(self._leave_unserved(self.world, contact, TURNED_AWAY, now))
            return
        kind = self._contact_kind[contact]
        slot = self._desk.take_idle_slot(pool, kind)
        if slot is not None:
            self._start_service(contact, slot, now)
        elif self._desk.is_full(pool):
            self._schedule_requests(self._leave_unserved(self.world, contact, BLOCKED, now))
        else:
            self._wait(Ticket(contact, pool, queue_class, now, kind), now)

    def _wait(self, ticket: Ticket, now: float) -> None:
        """Join the queue; schedule the end of patience, the promise and the overflow."""
        ahead = self._desk.pools[ticket.pool].length
        self._desk.join(ticket)
        patience_until, promised_by = self._begin_waiting(self.world, ticket.contact, ahead, now)
        self._clock.call_at(patience_until, self._patience_end, ticket.contact, ticket)
        if promised_by < math.inf:
            self._clock.call_at(promised_by, self._promise_due, ticket.contact, ticket)
        self._transfers.await_overflow(ticket, now)

    def _on_promise_due(self, event: TimedEvent) -> None:
        if event.context.waiting:
            self._desk.move_to_front(event.context)

    def _on_patience_end(self, event: TimedEvent) -> None:
        ticket = event.context
        if ticket.waiting:
            self._desk.leave(ticket)
            self._schedule_requests(
                self._leave_unserved(self.world, ticket.contact, ABANDONED, event.at)
            )

    def _answer(self, ticket: Ticket, slot: int, now: float) -> None:
        """Start the service of a contact that waits."""
        self._desk.leave(ticket)
        self._start_service(ticket.contact, slot, now)

    def _start_service(self, contact: int, slot: int, now: float) -> None:
        """Start a service, which is interrupted only to hand it over."""
        roster = self._roster
        roster.busy[slot], roster.contact[slot] = True, contact
        done_at = now + self._begin_service(self.world, contact, roster.agent[slot], now)
        roster.done_at[slot] = done_at
        self._clock.call_at(done_at, self._service_done, slot)

    def _on_service_done(self, event: TimedEvent) -> None:
        """Finish a contact, or hand it on; the agent takes the next one or becomes idle."""
        slot, now, roster = event.entity, event.at, self._roster
        if roster.done_at[slot] != now:
            return
        roster.busy[slot], roster.done_at[slot] = False, math.inf
        contact = roster.contact[slot]
        if not (self._may_hand_on and self._hands_on(contact, now)):
            count = self._finish_service(self.world, contact, now)
            if count:
                self._schedule_requests(count)
        self._take_next(slot, now)

    def _hands_on(self, contact: int, now: float) -> bool:
        """Hand a contact on to the second line of its pool, if there is one with room for it."""
        pool = self._second_line(self.world, contact)
        if pool == NOBODY or self._desk.turns_away(pool):
            return False
        kind = self._contact_kind[contact]
        slot = self._desk.take_idle_slot(pool, kind)
        if slot is None and self._desk.is_full(pool):
            return False
        queue_class, arrived_at = self._hand_on(self.world, contact, pool, now)
        if slot is None:
            self._wait(Ticket(contact, pool, queue_class, arrived_at, kind), now)
        else:
            self._start_service(contact, slot, now)
        return True

    # Agents and pools.

    def _take_next(self, slot: int, now: float) -> None:
        """Give an agent the next contact, or make the slot idle; after the shift do neither.

        An agent who owes a break begins it as soon as nothing is in hand.
        """
        roster = self._roster
        agent, pool = roster.agent[slot], roster.pool[slot]
        if not roster.on_shift[agent]:
            return
        if roster.owes_break[agent] or roster.on_break[agent]:
            self._shifts.rest(agent, now)
            return
        ticket = self._desk.take_next_for(pool, now)
        if ticket is None:
            self._desk.become_idle(pool, slot)
        else:
            self._start_service(ticket.contact, slot, now)

    def _pass_over(self, slot: int, now: float) -> None:
        """Hand a contact over to an idle colleague, or else to the very head of the queue.

        If nobody can take it, the agent finishes it.
        """
        contact = self._roster.contact[slot]
        if not may_hand_over(self.world, contact):
            return
        pool, kind = int(self.world.contacts["pool"][contact]), self._contact_kind[contact]
        colleague = self._desk.take_idle_slot(pool, kind)
        if colleague is None and not self._may_wait_for_colleague(pool, kind, now):
            return
        left = self._roster.done_at[slot] - now
        self._roster.busy[slot], self._roster.done_at[slot] = False, math.inf
        arrived_at = self._hand_over(self.world, contact, left, now)
        if colleague is None:
            self._wait(Ticket(contact, pool, HEAD, arrived_at, kind), now)
        else:
            self._start_service(contact, colleague, now)

    def _may_wait_for_colleague(self, pool: int, kind: int, now: float) -> bool:
        """Return whether a pool takes contacts, and somebody who can take this one is there."""
        if self._desk.turns_away(pool):
            return False
        takers, pools = self._desk.takers(pool, kind), self.world.agents["pool"].tolist()
        return any(
            theirs in takers and self._shifts.is_there(a, now) for a, theirs in enumerate(pools)
        )

    def _lose_queue(self, pool: int) -> None:
        """Let all who wait for a pool that has closed leave unserved."""
        now = self._clock.now
        for ticket in self._desk.waiting(pool):
            self._desk.leave(ticket)
            self._schedule_requests(
                self._leave_unserved(self.world, ticket.contact, CLOSED_ON, now)
            )

    # Stories, months, requests.

    def _on_telling(self, event: TimedEvent) -> None:
        self._schedule_requests(self._tell_story(self.world, event.entity, event.at))

    def _on_month_end(self, _: TimedEvent) -> None:
        before = int(self.world.run[0]["regime"])
        self._schedule_requests(self._month_end(self.world, self._clock.now))
        if (regime := int(self.world.run[0]["regime"])) != before:
            self._desk.begin_regime(regime)
            self._begin_regime(self._regimes[regime])
        self._move_agents()
        for agent in list(self._roster.changed(self.world.agents)):
            if self._roster.on_shift[agent]:
                self._shifts.go_off(agent)
            else:
                self._shifts.come_on(agent)

    def _begin_regime(self, regime: RegimeTables) -> None:
        """Let the desk have the rules of a regime, and agents without a seat in it go off."""
        set_rules(self._desk.pools, regime.desk)
        self._transfers.note_overflows()
        for agent in self._roster.seat(self.world.agents):
            self._shifts.go_off(agent)

    def _move_agents(self) -> None:
        """Move agents to the pools that a switch of policy gives them.

        Contacts that wait for a pool left without agents, or for one that a change has taken away,
        are transferred.
        """
        moved = self._roster.move_agents(self.world.agents["pool"].tolist())
        for slot, before in moved.items():
            self._desk.remove_idle(before, slot)
        exists = self.world.pools["exists"].tolist()
        gone = [pool for pool, here in enumerate(exists) if not here]
        self._transfers.empty_queues({*set(moved.values()) - set(self._roster.pool), *gone})
        for slot in moved:
            if not self._roster.busy[slot]:
                self._take_next(slot, self._clock.now)

    def _schedule_requests(self, count: int) -> None:
        """Carry out an event's requests: schedule events, take leavers' contacts off queues.

        A count below 0 is the complement, and says that the stores of the world must grow.
        """
        at, kinds, entities = self._requests
        if count < 0:
            count = ~count
            self._grow()
        for place in range(count):
            kind, entity = kinds[place], entities[place]
            if kind == WITHDRAW_CONTACT:
                self._withdraw(entity)
            else:
                self._clock.call_at(at[place], self._requested[kind], entity)

    def _grow(self) -> None:
        """Let the stores of the world grow."""
        self._hold(grow_stores(self.world))
        self._shifts.world = self._transfers.world = self.world

    def _withdraw(self, contact: int) -> None:
        self._desk.leave(self._desk.tickets[contact])
        self._schedule_requests(self._withdraw_contact(self.world, contact, self._clock.now))
