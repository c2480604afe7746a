"""Agents by hour of the week as a pool of a scenario: one number, or shifts in layers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.scenario.schema.opening_hours import DAYS
from sim.studies.calibrate.staffing import Staffing

__all__ = ["pool_of", "staffing_lines"]


def pool_of(staffing: Staffing) -> dict[str, Any]:
    """Return the pool, with agents where their number is the same in all open hours, or shifts.

    The first shift is as many as there always are, each further one those who are there besides.
    """
    levels = np.unique(staffing.by_hour[staffing.by_hour > 0]).tolist()
    if len(levels) == 1:
        return {"agents": levels[0]}
    return {
        "shifts": [
            {"agents": level - before, "hours": _hours(staffing.by_hour >= level)}
            for before, level in pairwise([0, *levels])
        ]
    }


def staffing_lines(staffing: Staffing) -> Iterator[str]:
    """Yield the lines of `desk.pools`, with the evidence."""
    pool = pool_of(staffing)
    yield "  pools:"
    yield "    frontline:"
    if staffing.plan == "busy":
        yield "      # Most busy at once; hardly anybody waited, so there may be more."
    else:
        yield f"      # So many were busy in {staffing.explained:.0%} of the {staffing.queued:,.0f}"
        yield "      # minutes in which somebody waited."
    if staffing.tuned:
        yield f"      # {staffing.tuned:+d} in every hour explains the waits, in simulation."
    if "agents" in pool:
        yield f"      agents: {pool['agents']}"
        return
    yield "      shifts:"
    for shift in pool["shifts"]:
        hours = ", ".join(
            f"{day}: [{', '.join(repr(span) for span in spans)}]"
            for day, spans in shift["hours"].items()
        )
        yield f"        - {{agents: {shift['agents']}, hours: {{{hours}}}}}".replace("'", '"')


def _hours(at_work: npt.NDArray[np.bool_]) -> dict[str, list[str]]:
    """Return the days with the hours of each that are flagged."""
    week = {}
    for name, day in zip(DAYS, at_work.reshape(7, 24), strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], day, [False]])))
        spans = [f"{begin:02d}:00-{end:02d}:00" for begin, end in edges.reshape(-1, 2)]
        if spans:
            week[name] = spans
    return week
