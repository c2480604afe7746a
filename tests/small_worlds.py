"""Small scenarios and worlds that tests of rooms below the engine are built on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.policy import resolve
from sim.scenario import Scenario, from_mapping
from sim.world.build import build_world
from sim.world.records import (
    AWAITED,
    COMPLAINT,
    ENQUIRY,
    IN_SERVICE,
    NEED,
    NOBODY,
    WAITING,
    World,
)

PHASES = {"need": NEED, "enquiry": ENQUIRY, "complaint": COMPLAINT}

# One kind of need that always takes nine minutes and is always resolved.
CERTAIN = {"name": "question", "share": 1, "minutes": 9, "resolved": 1}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested data with everything that `above` says."""
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[name] = merged(old, value) if both else value
    return result


def scenario(**sections: Any) -> Scenario:
    """Return a small scenario: 20 people, 10 of them customers, one policy for all."""
    usual = {
        "name": "Small",
        "months": 3,
        "people": {"count": 20, "customers": 10},
        "network": {"mean_degree": 4},
        "policies": {"equal": {}},
    }
    return from_mapping(merged(usual, sections))


def world(given: Scenario, policy: str | None = None, replication: int = 0) -> World:
    """Return the world of a scenario before time starts, under its first policy unless named."""
    chosen = policy or next(iter(given.policies))
    return build_world(given, resolve(given, given.policies[chosen]), replication)


def settled(W: World, i: int, status: int, **state: Any) -> Any:
    """Set a person's record and return it."""
    person = W.people[i]
    person["status"] = status
    for name, value in state.items():
        person[name] = value
    return person


def taken(W: World, person: int, phase: str, **state: Any) -> int:
    """Take a contact out of the store by hand, as something that this person wants; return it."""
    run = W.run[0]
    c = int(run["free_contact"])
    contact = W.contacts[c]
    run["free_contact"] = contact["next"]
    run["contacts_left"] -= 1
    blank = np.zeros((), W.contacts.dtype)
    for name in ("refused_by", "seat", "pool"):
        blank[name] = NOBODY
    W.contacts[c] = blank
    contact = W.contacts[c]
    contact["person"], contact["phase"], contact["can_be_met"] = person, PHASES[phase], 1
    contact["next"] = W.people[person]["visits"]
    W.people[person]["visits"] = c
    kinds = {"enquiry": run["enquiry_kind"], "complaint": run["complaint_kind"]}
    contact["kind"] = kinds.get(phase, 0)
    contact["state"] = AWAITED
    for name, value in state.items():
        contact[name] = value
    return c


def in_hand(W: World, person: int, phase: str, agent: int = 0, **state: Any) -> int:
    """Return a contact that an agent has in hand, having begun it at time 0."""
    c = taken(W, person, phase, state=IN_SERVICE, seat=agent, pool=W.agents[agent]["pool"], **state)
    W.agents[agent]["busy"] += 1
    return c


def in_queue(W: World, person: int, phase: str, pool: int = 0, **state: Any) -> int:
    """Return a contact that waits in a queue."""
    return taken(W, person, phase, state=WAITING, pool=pool, **state)


def letters(W: World, count: int) -> list[tuple[float, int, int]]:
    """Return what the last moment asked for: (at, kind, who)."""
    read = W.outbox[: max(count, ~count)]
    return [(float(one["at"]), int(one["kind"]), int(one["who"])) for one in read]


def chain(W: World, store: str) -> list[int]:
    """Return the free records of a store, in the order in which they will be taken."""
    records = getattr(W, store)
    link = "next" if "next" in records.dtype.names else "next_of_story"
    singular = {"contacts": "contact", "stories": "story", "tellings": "telling"}
    place = int(W.run[0][f"free_{singular.get(store, 'hearing')}"])
    found: list[int] = []
    while place != NOBODY:
        found.append(place)
        assert len(found) <= len(records), f"the free chain of {store} runs in a circle"
        place = int(records[place][link])
    return found
