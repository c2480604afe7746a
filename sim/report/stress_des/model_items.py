"""STRESS-DES 2.5: what the model is made of.

STRESS-DES 2.1 to 2.4: how the model works, and how the policies differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.measures.definitions import REASONS
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import MISSING, isolated
from sim.report.stress_des.blocks import (
    Block,
    Drawing,
    Grid,
    Listing,
    entry,
    prose,
    section,
    written,
)
from sim.scenario.schema.policies import Policy

__all__ = [
    "activities",
    "algorithms",
    "base_model",
    "diagram",
    "entities",
    "entry_and_exit",
    "policies",
    "queues",
    "resources",
]


def entities(frames: Frames) -> tuple[Block, ...]:
    """List what moves and changes."""
    people, customers = entry(frames, "people.count"), entry(frames, "people.customers")
    many = f"{people:,} people" if isinstance(people, int) else "People"
    first = f", {customers:,} of them customers at the start" if isinstance(customers, int) else ""
    person, contact = prose("entities")
    stories = f"Stories, which travel from person to person along {_network(frames)}."
    return (Listing((f"{many}{first}. {person}", contact, stories)),)


def _network(frames: Frames) -> str:
    kind = str(entry(frames, "network.kind") or "")
    if kind == "none":
        return "no ties: by public posts only"
    if kind in ("", "file"):
        return "the ties of a file" if kind else "a network"
    degree = written(entry(frames, "network.mean_degree"))
    return f"a network ({kind.replace('_', ' ')}) with {degree} ties a person on average"


def activities(frames: Frames) -> tuple[Block, ...]:
    """List what takes agents' time, and what happens besides."""
    needs, desk = entry(frames, "needs"), section(frames, "desk")
    rows = tuple(_need(one) for one in needs or () if isinstance(one, Mapping))
    rows += tuple(
        (kind, "", written(desk[f"{kind}_minutes"]), "")
        for kind in ("enquiry", "complaint")
        if f"{kind}_minutes" in desk
    )
    head = ("Kind of contact", "Share of needs", "Handling, minutes", "Resolved, probability")
    return (*prose("activities"), *([Grid("Kinds of contact", head, rows)] if rows else []))


def _need(one: Mapping[str, object]) -> tuple[str, ...]:
    cells = (written(one.get(key, "")) for key in ("share", "minutes", "resolved"))
    return (isolated(str(one.get("name", ""))), *cells)


def resources(frames: Frames) -> tuple[Block, ...]:
    """List the pools of agents."""
    pools = section(frames, "desk.pools")
    rows = tuple(_pool(name, one) for name, one in pools.items() if isinstance(one, Mapping))
    head = ("Pool", "Agents", "Wage an hour", "Serves", "Helps")
    return (*prose("resources"), *([Grid("Pools at the start", head, rows)] if rows else []))


def _pool(name: str, one: Mapping[str, object]) -> tuple[str, ...]:
    agents = one.get("agents", one.get("shifts"))
    serves = one.get("serves", "all that no other pool serves")
    told = (agents, one.get("wage_per_hour"), serves, one.get("helps", []))
    return (isolated(name), *(isolated(written(value)) for value in told))


def queues(frames: Frames) -> tuple[Block, ...]:
    """Say how contacts wait."""
    return (*prose("queues"), _patience(frames), *_special(frames))


def _patience(frames: Frames) -> str:
    if entry(frames, "people.patience_minutes") == "unlimited":
        return "Nobody hangs up: patience is unlimited."
    mean = section(frames, "people.patience_minutes").get("mean")
    told = f", whose mean over people is {written(mean)} minutes" if mean is not None else ""
    return (
        f"A waiting contact hangs up after an exponential time about its person's patience{told}."
    )


def _special(frames: Frames) -> Iterator[str]:
    for name, one in section(frames, "desk.pools").items():
        pool = one if isinstance(one, Mapping) else {}
        keys = ("queue_limit", "overflow", "overflow_minutes", "concurrency")
        told = [f"{key} {written(pool[key])}" for key in keys if pool.get(key) not in (None, 1)]
        told += ["kept overnight"] if pool.get("keeps_overnight") else []
        if told:
            yield f"{isolated(name)}: {', '.join(told)}."


def entry_and_exit(_frames: Frames) -> tuple[Block, ...]:
    """Say where contacts and customers come from and go to."""
    reasons = ", ".join(describe(name).title.lower() for name in REASONS)
    left = f"Customers leave at a month's end or at once; counted are: {reasons}."
    return (Listing((*prose("entry_and_exit"), left)),)


_SILENT = {"like", "describe"}


def diagram(_frames: Frames) -> tuple[Block, ...]:
    """Draw the base model."""
    return (*prose("diagram"), Drawing("overview.svg.j2"))


def base_model(frames: Frames) -> tuple[Block, ...]:
    """Tell the diagram in words."""
    return (*prose("base_model"), *_switched_off(frames))


def _switched_off(frames: Frames) -> Iterator[str]:
    names = [name for name in ("behaviour", "staff", "product") if entry(frames, name) == "none"]
    below = section(frames, "behaviour")
    names += [f"behaviour.{name}" for name, value in below.items() if value == "none"]
    if names:
        yield f"Switched off in this scenario: {', '.join(names)}."


def policies(frames: Frames) -> tuple[Block, ...]:
    """Say in what each policy departs from treating everybody alike."""
    rows = tuple(row for name in frames.policies for row in _departures(frames, name))
    grid = Grid("What sets each policy apart", ("Policy", "Key", "Value"), rows)
    return (*prose("policies"), *([grid] if rows else []), _switch(frames))


def _departures(frames: Frames, name: str) -> Iterator[tuple[str, ...]]:
    plain = Policy().as_written()
    usual = plain if isinstance(plain, Mapping) else {}
    own = section(frames, "policies").get(name)
    told = own if isinstance(own, Mapping) else {}
    found = [
        (isolated(name), path, isolated(written(value)))
        for key, given in told.items()
        if key not in _SILENT and given != usual.get(key)
        for path, value in _leaves(key, given)
    ]
    yield from found or [(isolated(name), MISSING, "everybody alike: all keys at their defaults")]


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Walk down to lines that a person can read: a tier, a voice, or a single value."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for one in value:
            rest = {key: inner for key, inner in one.items() if key != "name"}
            yield f"{path}.{isolated(str(one.get('name', '')))}", rest or "no more than everyone"
    elif isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values()):
        yield from ((f"{path}.{name}", inner) for name, inner in value.items())
    else:
        yield path, value


def _switch(frames: Frames) -> str:
    month = entry(frames, "switch_month")
    if isinstance(month, int):
        first = isolated(frames.reference)
        return f"All start under {first}; each policy takes over at the start of month {month}."
    return "Each policy is in force from the first month."


def algorithms(_frames: Frames) -> tuple[Block, ...]:
    """Give the rules and equations that decide, with their literature."""
    return (Listing(prose("algorithms")),)
