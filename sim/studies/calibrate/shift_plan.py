"""Agents by hour of the week as a pool of a scenario: one number, or shifts in layers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.scenario.schema.opening_hours import DAYS
from sim.studies.calibrate.notation import flow, quoted
from sim.studies.calibrate.staffing import Staffing

__all__ = ["pool_of", "staffing_lines"]

_LONGEST = 9  # hours of an agent's day
_WIDTH = 98  # columns of a shift


def pool_of(staffing: Staffing) -> dict[str, Any]:
    """Return the pool, with agents where their number is the same in all open hours, or shifts.

    The first shift is as many as there always are, each further one those who are there besides.
    Where agents are known by presence, nobody's day is longer than nine hours: others relieve them.
    """
    levels = np.unique(staffing.by_hour[staffing.by_hour > 0]).tolist()
    presence = staffing.presence
    if len(levels) == 1 and presence is None:
        return {"agents": levels[0]}
    pool: dict[str, Any] = {
        "shifts": [
            {"agents": level - before, "hours": hours}
            for before, level in pairwise([0, *levels])
            for hours in _days_of(staffing.by_hour >= level, relieved=presence is not None)
        ]
    }
    absent = 0.0 if presence is None else round(presence.absent, 3)
    return pool | ({"shrinkage": absent} if absent > 0.0 else {})


def staffing_lines(staffing: Staffing) -> Iterator[str]:
    """Yield the lines of agents or shifts of a pool, with the evidence."""
    pool = pool_of(staffing)
    if staffing.plan == "busy":
        yield "      # Most busy at once; hardly anybody waited, so there may be more."
    elif staffing.presence is not None:
        yield f"      # {staffing.answering:.2f} times those between first and last service, with"
        yield "      # the absent, and fewer at hours of the day when fewer are busy while somebody"
        yield f"      # waits. One number explains only {staffing.explained:.0%} of the"
        yield f"      # {staffing.queued:,.0f} minutes in which somebody waited."
    else:
        yield f"      # So many were busy in {staffing.explained:.0%} of the {staffing.queued:,.0f}"
        yield "      # minutes in which somebody waited."
    if staffing.tuned:
        yield f"      # {staffing.tuned:+d} in every hour explains the waits, in simulation."
    if "agents" in pool:
        yield f"      agents: {pool['agents']}"
        return
    yield "      shifts:"
    yield from _shift_lines(pool["shifts"])
    if staffing.presence is not None and "shrinkage" in pool:
        ends = f"{staffing.presence.low:.3f} to {staffing.presence.high:.3f}"
        yield "      # Variance over mean of how many are there on days of the same weekday"
        yield f"      # (90%: {ends}), as if each were absent from so many days."
        yield f"      shrinkage: {pool['shrinkage']}"


def _shift_lines(shifts: list[dict[str, Any]]) -> Iterator[str]:
    for shift in shifts:
        text = f"{{agents: {shift['agents']}, hours: {flow(_like_days(shift['hours']))}}}"
        yield from textwrap.wrap(
            text, _WIDTH, initial_indent=8 * " " + "- ", subsequent_indent=12 * " ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _like_days(hours: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return hours of days, with days of the same hours in one entry."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for day, spans in hours.items():
        alike.setdefault(tuple(spans), []).append(day)
    return {
        _name_of(days): spans[0] if len(spans) == 1 else list(spans)
        for spans, days in alike.items()
    }


def _name_of(days: Sequence[str]) -> str:
    """Return what days are called together: mon-wed, or quoted, for its comma, "mon-wed,fri"."""
    places = [DAYS.index(day) for day in days]
    runs = [[places[0]]]
    for place in places[1:]:
        if place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    names = [DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs]
    return names[0] if len(names) == 1 else quoted(",".join(names))


def _days_of(at_work: npt.NDArray[np.bool_], *, relieved: bool) -> Iterator[dict[str, list[str]]]:
    """Yield the hours that are flagged; if agents are relieved, those of one after the other."""
    turn = _turns(at_work.reshape(7, 24)) if relieved else np.zeros((7, 24), np.int64)
    for number in range(int(turn.max()) + 1):
        hours = _hours(at_work & (turn.ravel() == number))
        if hours:
            yield hours


def _turns(week: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return which agent of a day an hour falls to: days are cut into equal parts."""
    done = np.cumsum(week, axis=1) - 1
    hours = np.maximum(week.sum(axis=1), 1)
    parts = -(-hours // _LONGEST)
    return np.asarray(np.maximum(done, 0) * parts[:, None] // hours[:, None])


def _hours(at_work: npt.NDArray[np.bool_]) -> dict[str, list[str]]:
    """Return the days with the hours of each that are flagged."""
    week = {}
    for name, day in zip(DAYS, at_work.reshape(7, 24), strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], day, [False]])))
        spans = [f"{begin:02d}:00-{end:02d}:00" for begin, end in edges.reshape(-1, 2)]
        if spans:
            week[name] = spans
    return week
