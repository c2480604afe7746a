"""STRESS-DES 2.5: what the model is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.measures.definitions import REASONS
from sim.report.catalogue import describe
from sim.report.checklist.blocks import Block, Grid, Listing, entry, prose, section, written
from sim.report.folder import Frames
from sim.report.words import isolated

__all__ = ["activities", "entities", "entry_and_exit", "queues", "resources"]


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
