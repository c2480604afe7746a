"""Scripted callers at a real desk, and what happened to them as a table.

Nobody calls of their own accord, and nothing that happens changes a mind. The script plants
contacts when time starts, by the letters that any moment may post, and writes down the moments
that the engine then calls. Times are minutes from Monday, 0:00.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import pytest

from sim.core import streams
from sim.core.rng import draw_index, uniform
from sim.engine.simpy import engine
from sim.engine.simpy.engine import SimpyEngine
from sim.model.build import build_world
from sim.model.events.allocate import allocate_contact, flush_scheduled, schedule_contact
from sim.model.policy.entitlements import resolve
from sim.model.records import ABANDONED, BLOCKED, CLOSED_ON, TURNED_AWAY
from sim.model.state import World
from sim.scenario.reading.load import from_mapping

KINDS = ("phone", "mail", "chat")
_ENDS = {
    ABANDONED: "abandons",
    BLOCKED: "blocked",
    CLOSED_ON: "closed_on",
    TURNED_AWAY: "turned_away",
}


@dataclass(frozen=True)
class Call:
    """One contact: when it arrives, how long it takes, how long it is willing to wait."""

    name: str
    at: float
    takes: float
    patience: float = math.inf
    tier: int = 0
    kind: str = "phone"


@dataclass(frozen=True)
class Played:
    """The engine after the play, and the table: a line an event, without arrivals."""

    engine: SimpyEngine
    lines: tuple[str, ...]


# The number of which patience is drawn as its mean; a little less, since it is moved up to the
# clock's grid.
_MEAN_PATIENCE = math.exp(-(1.0 - 1e-12))


@numba.njit
def _plant(W: World, person: int, kind: int, at: float) -> None:
    c = allocate_contact(W, person)
    contact = W.contacts[c]
    contact.phase, contact.month, contact.need_number, contact.kind = 0, 0, 0, kind
    key, index = W.run[0].key, draw_index(0, 0, 0)
    contact.patience_draw = _MEAN_PATIENCE
    contact.handling_draw = uniform(key, streams.HANDLING, person, index)
    contact.resolution_draw = uniform(key, streams.RESOLUTION, person, index)
    schedule_contact(W, c, at)


@numba.njit
def _letters(W: World) -> int:
    return flush_scheduled(W)


def scenario(callers: int, pools: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a scenario in which nobody calls and nobody minds."""
    shares = (1.0, 0.0, 0.0)
    policy = more.pop("policy", {"describe": "Everybody alike."})
    return {
        "name": "Script",
        "months": 1,
        "people": {
            "count": callers,
            "customers": callers,
            "spend": {"mean": 40, "noise_cv": 0},
            "contacts_per_month": {"mean": 0},
            **more.pop("people", {}),
        },
        "network": {"kind": "none"},
        "needs": [
            {"name": kind, "share": share, "minutes": 1, "resolved": 1}
            for kind, share in zip(KINDS, shares, strict=True)
        ],
        "desk": {"pools": pools, **more.pop("desk", {})},
        "behaviour": "none",
        "staff": "none",
        "product": "none",
        "policies": {"scripted": policy},
        **more,
    }


def tiers(*given: dict[str, Any]) -> dict[str, Any]:
    """Return a policy of tiers, best first; who is in which, the calls say."""
    cuts = [{"top_share": 0.1} for _ in given[:-1]] + [{}]
    named = [
        {"name": f"tier{place}", **cut, **entitlement}
        for place, (cut, entitlement) in enumerate(zip(cuts, given, strict=True))
    ]
    return {"score": {"spend": 1}, "tiers": named}


def play(pools: dict[str, Any], calls: Iterable[Call], **more: Any) -> Played:
    """Let the calls come to the desk; return what happened."""
    cast = list(calls)
    spec = from_mapping(scenario(len(cast), pools, **more))
    tables = resolve(spec, spec.policies["scripted"])
    with pytest.MonkeyPatch.context() as patch:
        lines = _recording(patch, cast)
        engine = SimpyEngine(spec, tables, build_world(spec, tables, 0))
        engine.run()
    return Played(engine, tuple(lines))


def happens(pools: dict[str, Any], calls: Iterable[Call], **more: Any) -> list[list[str]]:
    """Return the table of a play: time, event, call and agent of each line."""
    return [line.split() for line in play(pools, calls, **more).lines]


def began(pools: dict[str, Any], calls: Iterable[Call], **more: Any) -> list[str]:
    """Return the calls of a play in the order in which agents took them."""
    return [call for _, event, call, *_ in happens(pools, calls, **more) if event == "begins"]


def table(text: str) -> list[list[str]]:
    """Return a table written as text."""
    return [line.split() for line in text.strip().splitlines()]


def _recording(patch: pytest.MonkeyPatch, cast: list[Call]) -> list[str]:
    lines: list[str] = []
    real = {
        name: getattr(engine, name)
        for name in (
            "start_run",
            "begin_service",
            "hand_on",
            "hand_over",
            "finish_service",
            "leave_unserved",
            "withdraw_contact",
        )
    }

    def note(world: World, c: int, now: float, event: str, agent: int | None = None) -> None:
        name = cast[int(world.contacts[c]["person"])].name
        seat = "" if agent is None else f"agent{agent}"
        lines.append(f"{now:.17g} {event} {name} {seat}")

    def start_run(world: World) -> int:
        assert real["start_run"](world) == 0
        _set_the_stage(world, cast)
        return _letters(world)

    def begin_service(world: World, c: int, a: int, now: float) -> float:
        note(world, c, now, "begins", a)
        return float(real["begin_service"](world, c, a, now))

    def hand_on(world: World, c: int, pool: int, now: float) -> Any:
        note(world, c, now, "hands_on")
        return real["hand_on"](world, c, pool, now)

    def hand_over(world: World, c: int, left: float, now: float) -> float:
        note(world, c, now, "hands_over", int(world.contacts[c]["agent"]))
        return float(real["hand_over"](world, c, left, now))

    def finish_service(world: World, c: int, now: float) -> int:
        note(world, c, now, "finishes", int(world.contacts[c]["agent"]))
        return int(real["finish_service"](world, c, now))

    def leave_unserved(world: World, c: int, how: int, now: float) -> int:
        note(world, c, now, _ENDS[how])
        return int(real["leave_unserved"](world, c, how, now))

    def withdraw_contact(world: World, c: int, now: float) -> int:
        note(world, c, now, "withdraws")
        return int(real["withdraw_contact"](world, c, now))

    stand_ins: list[Callable[..., Any]] = [
        start_run,
        begin_service,
        hand_on,
        hand_over,
        finish_service,
        leave_unserved,
        withdraw_contact,
    ]
    for stand_in in stand_ins:
        patch.setattr(engine, stand_in.__name__, stand_in)
    return lines


def _set_the_stage(world: World, cast: list[Call]) -> None:
    """Give every caller the patience, difficulty and tier of the script, and let them call."""
    for person, call in enumerate(cast):
        world.people[person]["patience"] = call.patience
        world.people[person]["difficulty"] = call.takes
        world.people[person]["tier"] = call.tier
        _plant(world, person, KINDS.index(call.kind), np.float64(call.at))
