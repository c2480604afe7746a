"""STRESS-DES 2, logic: how the model works, how policies differ, and the model's components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.measures.definitions import REASONS
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import MISSING, isolated
from sim.report.stress_des.blocks import (
    Block,
    BulletList,
    Diagram,
    TableBlock,
    format_value,
    mapping_at,
    prose,
    value_at,
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
    """List the entities."""
    people, customers = value_at(frames, "people.count"), value_at(frames, "people.customers")
    population = f"{people:,} people" if isinstance(people, int) else "People"
    at_start = (
        f", {customers:,} of them customers at the start" if isinstance(customers, int) else ""
    )
    person, contact = prose("entities")
    stories = f"Stories, which spread from person to person {_network(frames)}."
    return (BulletList((f"{population}{at_start}. {person}", contact, stories)),)


def _network(frames: Frames) -> str:
    kind = str(value_at(frames, "network.kind") or "")
    if kind == "none":
        return "by public posts only, because there are no ties"
    if kind in ("", "file"):
        return "along the ties from a file" if kind else "along a network"
    degree = format_value(value_at(frames, "network.mean_degree"))
    return f"along a network ({kind.replace('_', ' ')}) with {degree} ties per person on average"


def activities(frames: Frames) -> tuple[Block, ...]:
    """List the activities that take agents' time, and other events."""
    needs, desk = value_at(frames, "needs"), mapping_at(frames, "desk")
    rows = tuple(_need(need) for need in needs or () if isinstance(need, Mapping))
    rows += tuple(
        (kind, "", format_value(desk[f"{kind}_minutes"]), "")
        for kind in ("enquiry", "complaint")
        if f"{kind}_minutes" in desk
    )
    head = (
        "Kind of contact",
        "Share of needs",
        "Handling time (minutes)",
        "Probability of resolution",
    )
    return (*prose("activities"), *([TableBlock("Kinds of contact", head, rows)] if rows else []))


def _need(need: Mapping[str, object]) -> tuple[str, ...]:
    cells = (format_value(need.get(key, "")) for key in ("share", "minutes", "resolved"))
    return (isolated(str(need.get("name", ""))), *cells)


def resources(frames: Frames) -> tuple[Block, ...]:
    """List the pools of agents."""
    pools = mapping_at(frames, "desk.pools")
    rows = tuple(_pool(name, pool) for name, pool in pools.items() if isinstance(pool, Mapping))
    head = ("Pool", "Agents", "Wage per hour", "Serves", "Helps")
    return (*prose("resources"), *([TableBlock("Pools at the start", head, rows)] if rows else []))


def _pool(name: str, pool: Mapping[str, object]) -> tuple[str, ...]:
    agents = pool.get("agents", pool.get("shifts"))
    serves = pool.get("serves", "all kinds that no other pool serves")
    cells = (agents, pool.get("wage_per_hour"), serves, pool.get("helps", []))
    return (isolated(name), *(isolated(format_value(value)) for value in cells))


def queues(frames: Frames) -> tuple[Block, ...]:
    """Describe the queues."""
    return (*prose("queues"), _patience(frames), *_special(frames))


def _patience(frames: Frames) -> str:
    if value_at(frames, "people.patience_minutes") == "unlimited":
        return "Nobody abandons, because patience is unlimited."
    people = mapping_at(frames, "people.patience_minutes")
    mean, law = people.get("mean"), people.get("attempt_law", "exponential")
    average = (
        f", which averages {format_value(mean)} minutes over people" if mean is not None else ""
    )
    return (
        "A waiting contact abandons after a time whose mean is the person's "
        f"patience{average}; its distribution is {law}. Needs and pools with `patience_minutes` "
        "have their own."
    )


_OF_AGENTS = ("speed_cv", "quality_sd", "shrinkage")


def _special(frames: Frames) -> Iterator[str]:
    for name, entry in mapping_at(frames, "desk.pools").items():
        pool = entry if isinstance(entry, Mapping) else {}
        keys = (
            "queue_limit",
            "overflow",
            "overflow_minutes",
            "hands_on_to",
            "hand_over_minutes",
            "concurrency",
            "patience_minutes",
            "tolerable_wait_minutes",
            "announce",
            "callback_offer",
        )
        settings = [
            f"{key} {format_value(pool[key])}" for key in keys if pool.get(key) not in (None, 1)
        ]
        settings += [f"{key} {format_value(pool[key])}" for key in _OF_AGENTS if pool.get(key)]
        breaks = pool.get("breaks")
        if isinstance(breaks, Mapping) and breaks.get("share"):
            settings.append(f"breaks {format_value(breaks['share'])} of the time")
        settings += ["contacts stay overnight"] if pool.get("keeps_overnight") else []
        if settings:
            yield f"{isolated(name)}: {', '.join(settings)}."


def entry_and_exit(_frames: Frames) -> tuple[Block, ...]:
    """Say how contacts and customers enter and leave."""
    reasons = ", ".join(describe(name).title.lower() for name in REASONS)
    left = f"Customers leave at a month's end or immediately. Reasons that are counted: {reasons}."
    return (BulletList((*prose("entry_and_exit"), left)),)


_NOT_SHOWN = {"like", "describe"}


def diagram(_frames: Frames) -> tuple[Block, ...]:
    """Show the diagram of the base model."""
    return (*prose("diagram"), Diagram("overview.svg.j2"))


def base_model(frames: Frames) -> tuple[Block, ...]:
    """Describe the base model in words."""
    return (*prose("base_model"), *_switched_off(frames))


def _switched_off(frames: Frames) -> Iterator[str]:
    names = [name for name in ("behaviour", "staff", "product") if value_at(frames, name) == "none"]
    below = mapping_at(frames, "behaviour")
    names += [f"behaviour.{name}" for name, value in below.items() if value == "none"]
    if names:
        yield f"Switched off in this scenario: {', '.join(names)}."


def policies(frames: Frames) -> tuple[Block, ...]:
    """List how each policy differs from treating everybody equally."""
    rows = tuple(row for name in frames.policies for row in _departures(frames, name))
    grid = TableBlock(
        "Settings of each policy that differ from the defaults", ("Policy", "Key", "Value"), rows
    )
    return (*prose("policies"), *([grid] if rows else []), _switch(frames))


def _departures(frames: Frames, name: str) -> Iterator[tuple[str, ...]]:
    plain = Policy().as_written()
    defaults = plain if isinstance(plain, Mapping) else {}
    entry = mapping_at(frames, "policies").get(name)
    settings = entry if isinstance(entry, Mapping) else {}
    departures = [
        (isolated(name), path, isolated(format_value(value)))
        for key, given in settings.items()
        if key not in _NOT_SHOWN and given != defaults.get(key)
        for path, value in _leaves(key, given)
    ]
    yield from departures or [
        (isolated(name), MISSING, "treats everybody equally: all settings at their defaults")
    ]


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield readable entries: a tier, a kind of complaint, or a single value."""
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        for item in value:
            rest = {key: inner for key, inner in item.items() if key != "name"}
            yield f"{path}.{isolated(str(item.get('name', '')))}", rest or "same as everyone"
    elif isinstance(value, Mapping) and any(isinstance(item, Mapping) for item in value.values()):
        yield from ((f"{path}.{name}", inner) for name, inner in value.items())
    else:
        yield path, value


def _switch(frames: Frames) -> str:
    return " ".join([_first_months(frames), *_changes(frames)])


def _changes(frames: Frames) -> Iterator[str]:
    """Yield a sentence for each change on the way, as it is told, or what it sets."""
    for entry in value_at(frames, "changes") or ():
        months, month = entry.get("months"), entry["month"]
        paths = ", ".join(f"{path} = {_short(value)}" for path, value in entry["set"].items())
        span = f"From month {month} on" if months is None else _span(month, months)
        told = f"{entry['why']} ({paths})" if entry.get("why") else paths
        yield f"{span}: {isolated(told)}."


def _span(month: int, months: int) -> str:
    return f"In month {month}" if months == 1 else f"In months {month} to {month + months - 1}"


def _short(value: object) -> str:
    return str(value) if len(str(value)) <= 60 else "as in the scenario"


def _first_months(frames: Frames) -> str:
    month = value_at(frames, "switch_month")
    if isinstance(month, int):
        first = isolated(frames.reference)
        return (
            f"All runs start under {first}; each policy takes effect at the start of month {month}."
        )
    return "Each policy applies from the first month."


def algorithms(_frames: Frames) -> tuple[Block, ...]:
    """List the rules and equations with their literature."""
    return (BulletList(prose("algorithms")),)
