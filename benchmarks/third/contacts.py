"""Needs, enquiries and complaints from arising to their end. Section "A contact" of the page."""

from __future__ import annotations

from collections.abc import Generator
from math import exp, inf
from typing import Any

import simpy

from benchmarks.third import complaints, decisions, reactions, staff
from benchmarks.third.desk import Agent, Ticket
from benchmarks.third.matter import Contact, Matter
from benchmarks.third.people import VOICES, Person
from benchmarks.third.state import State

__all__ = ["schedule_enquiry", "schedule_needs"]

Process = Generator[simpy.Event, Any, None]


def schedule_needs(c: State, person: Person, after: float = -inf) -> None:
    """Schedule the needs of a month, or of what is left of it."""
    count = c.rng.poisson(person.contacts * c.busy.busyness)
    for at in c.busy.times(c.rng, count) if count else ():
        if at > after:
            c.env.process(_need(c, person, float(at)))


def schedule_enquiry(c: State, person: Person) -> None:
    """Schedule an enquiry of a month, if the person makes one."""
    friends = [tie.is_customer() for tie in person.ties]
    adoption = "behaviour.adoption."
    seen = c.keys[adoption + "imitation"] * (1 - c.keys[adoption + "talk_share"])
    hazard = c.keys[adoption + "spontaneous"] + seen * sum(friends) / max(len(friends), 1)
    hazard *= exp(c.keys[adoption + "opinion"] * person.opinion)
    asks = 1 - exp(-hazard)
    # A recommendation makes them decide; a warning alone waits until they would ask.
    decides = person.good > 0 or (person.bad > 0 and c.chance(asks))
    if decides:
        chance = asks if person.good > 0 else 1.0
        person.good = min(1.0, 2 * c.keys[adoption + "talk_share"] * person.good)
        asks = decisions.shifted(person, chance)
        decisions.use_up(person)
    elif person.bad > 0:
        return
    if c.chance(asks):
        c.env.process(_enquiry(c, person, float(c.busy.times(c.rng, 1)[0])))


def _need(c: State, person: Person, at: float) -> Process:
    yield c.env.timeout(at - c.env.now)
    if not person.is_customer():
        return
    kind = c.draw_kind()
    if kind.get("product_fault") and not c.chance(c.fault_rate):
        return
    c.count("needs")
    matter = Matter(person, "need", kind, True, can_be_met=not c.chance(person.demanding))
    yield from _pursue(c, matter)


def _enquiry(c: State, person: Person, at: float) -> Process:
    yield c.env.timeout(at - c.env.now)
    if person.is_customer() or not person.is_reachable():
        return
    c.count("enquiries")
    kind = {
        "name": "enquiry",
        "minutes": c.distribution("desk.enquiry_minutes"),
        "resolved": c.keys["desk.enquiry_resolved"],
    }
    yield from _pursue(c, Matter(person, "enquiry", kind, False))


def _pursue(c: State, matter: Matter) -> Process:
    """Contact the company about a matter until it ends, and about the complaints that it causes."""
    while True:
        contact = yield from _contact(c, matter)
        if contact is None or matter.person.is_customer() != matter.of_customer:
            return
        reactions.answer(c, matter, contact)
        back_in = reactions.comes_back(c, matter, contact)
        if back_in is None:
            choice, back_in = reactions.conclude(c, matter, contact)
            if choice == "join":
                schedule_needs(c, matter.person, after=c.env.now)
            if choice not in VOICES:
                return
            matter = complaints.file(c, matter, choice)
        yield c.env.timeout(c.calendar.later(c.env.now, back_in) - c.env.now)
        if matter.person.is_customer() != matter.of_customer:
            return


def _contact(c: State, matter: Matter) -> Generator[simpy.Event, Any, Contact | None]:
    """Reach the desk once: wait, and be served. None if it is withdrawn."""
    pool = c.desk.pool_for(matter.kind["name"])
    c.count("arrived")
    if not pool.is_open and not pool.keeps_overnight:
        c.count("contacts_closed_on")
        return Contact(None, inf)
    terms = c.policy.terms(matter.person, matter.voice)
    ticket = c.desk.join(pool, terms)
    contact = yield from _wait(c, matter, ticket)
    if contact is not None and contact.agent is not None:
        yield from _be_served(c, matter, contact.agent, terms)
    return contact


def _wait(c: State, matter: Matter, ticket: Ticket) -> Generator[simpy.Event, Any, Contact | None]:
    """Wait in a queue until an agent answers, patience ends or the desk closes."""
    env, pool = c.env, ticket.pool
    hangs_up = env.now + c.rng.exponential(matter.person.patience)
    overflows = inf if pool.overflow is None else env.now + pool.overflow_minutes
    offered = inf if pool.offer is None else env.now + pool.offer["minutes"]
    held, offers = inf, 0
    matter.person.waiting.append(ticket)
    while not ticket.answered.triggered:
        due = min(hangs_up, overflows, offered)
        yield ticket.answered | env.timeout(due - env.now) if due < inf else ticket.answered
        if ticket.answered.triggered:
            break
        if env.now >= offered:
            offered, offers = inf, 1
            if c.chance(c.keys["behaviour.waiting.accepts_callback"]):
                held, hangs_up = env.now - ticket.joined, inf
        elif env.now >= hangs_up:
            c.desk.leave(ticket)
            ticket.lost = "abandoned"
            break
        elif env.now >= overflows:
            overflows = c.desk.overflow(ticket)
    matter.person.waiting.remove(ticket)
    return _waited(c, ticket, held, offers)


def _waited(c: State, ticket: Ticket, held: float, offers: int) -> Contact | None:
    """Count a wait that is over."""
    wait = c.env.now - ticket.joined
    c.count("contacts_offered")
    c.count("wait_minutes", wait)
    c.count("delayed_contacts", wait > 0)
    c.count("callbacks_offered", offers)
    c.count("callbacks_accepted", held < inf)
    if ticket.lost == "withdrawn":
        c.count("contacts_withdrawn")
        return None
    felt = (
        wait if wait <= held else held + c.keys["behaviour.waiting.callback_felt"] * (wait - held)
    )
    if ticket.lost:
        c.count(f"contacts_{ticket.lost}")
        return Contact(None, felt)
    c.count("contacts_served")
    c.count("wait_served_minutes", wait)
    return Contact(ticket.answered.value, felt)


def _be_served(c: State, matter: Matter, agent: Agent, terms: dict[str, Any]) -> Process:
    drawn = c.draw(matter.kind["minutes"])
    excess = max(terms["courtesy"] - c.keys["staff.courtesy_standard"], 0)
    price = 1 + c.keys["staff.courtesy_price"] * excess
    minutes = drawn * matter.person.difficulty * terms["effort"] * price / staff.speed(c, agent)
    yield c.env.timeout(minutes)
    agent.busy += minutes
    agent.overtime += min(minutes, max(c.env.now - agent.shift_ends, 0))
    c.desk.release(agent)
