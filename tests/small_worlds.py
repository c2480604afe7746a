"""Small scenarios and worlds that tests of rooms below the engine are built on."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain as joined
from typing import Any

import numpy as np

from sim.core import streams
from sim.core.rng import draw_index, uniform
from sim.model.build import build_world
from sim.model.policy.entitlements import resolve
from sim.model.records import COMPLAINT, ENQUIRY, IN_SERVICE, NEED, NOBODY, NOT_AT_DESK, WAITING
from sim.model.state import World
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario

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
    """Return a small scenario: 20 people, 10 of them customers; one policy unless given."""
    usual = {
        "name": "Small",
        "months": 3,
        "people": {"count": 20, "customers": 10},
        "network": {"mean_degree": 4},
        "policies": {} if "policies" in sections else {"equal": {}},
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
    run["free_contact"] = c + 1 + contact["next"]
    run["contacts_left"] -= 1
    blank = np.zeros((), W.contacts.dtype)
    for name in ("refused_by", "agent"):
        blank[name] = NOBODY
    blank["offered_after"] = np.inf
    W.contacts[c] = blank
    contact = W.contacts[c]
    contact["person"], contact["phase"], contact["can_be_met"] = person, PHASES[phase], 1
    contact["next"] = W.people[person]["first_contact"]
    W.people[person]["first_contact"] = c
    kinds = {"enquiry": run["enquiry_kind"], "complaint": run["complaint_kind"]}
    contact["kind"] = kinds.get(phase, 0)
    contact["state"] = NOT_AT_DESK
    for name, value in state.items():
        contact[name] = value
    index = draw_index(int(contact["month"]), int(contact["need_number"]), 0)
    for name in ("patience", "handling", "resolution"):
        stream = getattr(streams, name.upper())
        contact[f"{name}_draw"] = uniform(int(run["key"]), stream, person, index)
    return c


def in_hand(W: World, person: int, phase: str, agent: int = 0, **state: Any) -> int:
    """Return a contact that an agent has in hand, having begun it at time 0."""
    c = taken(
        W, person, phase, state=IN_SERVICE, agent=agent, pool=W.agents[agent]["pool"], **state
    )
    W.agents[agent]["busy"] += 1
    return c


def in_queue(W: World, person: int, phase: str, pool: int = 0, **state: Any) -> int:
    """Return a contact that waits in a queue."""
    return taken(W, person, phase, state=WAITING, pool=pool, **state)


def requests(W: World, count: int) -> list[tuple[float, int, int]]:
    """Return what the last event asked for: (at, kind, entity)."""
    asked = W.scheduled[: max(count, ~count)]
    return [(float(r["at"]), int(r["kind"]), int(r["entity"])) for r in asked]


def chain(W: World, store: str) -> list[int]:
    """Return the free records of a store, in the order in which they will be taken."""
    records = getattr(W, store)
    link = "next" if "next" in records.dtype.names else "next_of_story"
    singular = {"contacts": "contact", "stories": "story", "tellings": "telling"}
    place = int(W.run[0][f"free_{singular.get(store, 'hearing')}"])
    found: list[int] = []
    while place != len(records):
        found.append(place)
        assert len(found) <= len(records), f"the free chain of {store} runs in a circle"
        place += 1 + int(records[place][link])
    return found


def story(W: World, origin: int, **state: Any) -> int:
    """Take a story out of the store by hand; return it."""
    run = W.run[0]
    y = int(run["free_story"])
    run["free_story"] = y + 1 + W.stories[y]["next"]
    run["stories_left"] -= 1
    W.stories[y] = np.zeros((), W.stories.dtype)
    W.stories[y]["origin"], W.stories[y]["hearings"] = origin, NOBODY
    for name, value in state.items():
        W.stories[y][name] = value
    return y


def telling(W: World, y: int, strength: float, teller: int, **state: Any) -> int:
    """Take a telling of a story out of the store by hand; return it."""
    run = W.run[0]
    m = int(run["free_telling"])
    run["free_telling"] = m + 1 + W.tellings[m]["next"]
    run["tellings_left"] -= 1
    W.stories[y]["pending_tellings"] += 1
    W.tellings[m] = np.zeros((), W.tellings.dtype)
    W.tellings[m]["story"], W.tellings[m]["teller"] = y, teller
    W.tellings[m]["strength"], W.tellings[m]["heard_from"] = strength, NOBODY
    for name, value in state.items():
        W.tellings[m][name] = value
    return m


def tied(W: World, *pairs: tuple[int, int]) -> World:
    """Return the world with these ties and no others."""
    rows: list[list[int]] = [[] for _ in range(len(W.people))]
    for one, other in pairs:
        rows[one].append(other)
        rows[other].append(one)
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return W.with_arrays(tie_starts=starts, ties=np.array(list(joined(*rows)), dtype=np.int64))


def group(W: World, sort: str, place: int, month: int = 0) -> Any:
    """Return a group's tally."""
    return W.groups[month, int(W.run[0][f"{sort}_groups"]) + place]


def counted(W: World, month: int = 0) -> dict[str, float]:
    """Return everything that a month's tally has counted at all."""
    tally = W.months[month]
    return {name: float(tally[name]) for name in tally.dtype.names if tally[name] != 0.0}
