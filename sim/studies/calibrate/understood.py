"""What was understood of a log or of purchases, said before anything is fitted or written."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.arrivals import closed_days
from sim.studies.calibrate.log import Columns, Log, Unused

__all__ = ["coverage", "understood_log", "unused_lines"]

_ROWS = 3  # shown as read
_LISTED = 6  # days named at once
_USUAL = 10.0  # contacts in an hour that chance leaves empty fewer than once in 20,000 times
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def understood_log(log: Log, columns: Columns) -> list[str]:
    """Return what was understood of a log, a sentence or a row a line.

    Parameters
    ----------
    log : Log
    columns : Columns
        As they were given.
    """
    return [
        f"{log.path}: {len(log.wait):,} of {log.rows:,} rows used.",
        *unused_lines(log.unused),
        *(f"  {reading}." for reading in log.readings),
        f"The first rows as read (dates: {log.time_format}; durations: minutes):",
        *_first_rows(log),
        *coverage(log),
        *_level(log),
        *(f"Not known: {text}." for text in _not_known(log, columns)),
    ]


def unused_lines(unused: Sequence[Unused]) -> list[str]:
    """Return the rows that cannot be used, a reason a line."""
    return [f"  not used: {one}" for one in unused]


def _first_rows(log: Log) -> Iterator[str]:
    for place in range(min(_ROWS, len(log.wait))):
        when = str(log.arrival[place].astype("datetime64[s]")).replace("T", " ")
        wait = "unknown" if np.isnan(log.wait[place]) else f"{log.wait[place]:.2f}"
        ending = f"served, {log.service[place]:.2f}" if log.served[place] else "left"
        yield f"  {when}  waited {wait}  {ending}"


def coverage(log: Log) -> Iterator[str]:
    """Yield the period, the days and weekdays without a contact, and the hours with any."""
    days, counts = log.days, _by_day(log)
    yield (
        f"Period: {days[0]} to {days[-1]}, {len(days):,} days; "
        f"{counts.mean():,.1f} contacts a day, {int(counts.min()):,} to {int(counts.max()):,}."
    )
    outside, unseen = _unseen_weekdays(log)
    if outside:
        yield f"The period has no {_or(outside)}: not known, and written as closed."
    if unseen:
        yield f"No contact on any {_or(unseen)}: written as closed."
    empty = (counts == 0) & ~np.isin(_weekday(days), [_DAYS.index(one) for one in unseen])
    closed = closed_days(counts.astype(np.float64), days)
    if (empty & closed).any():
        told = _listed(days[empty & closed])
        yield f"Days without a contact: {told}; closed, as chance leaves none so, and left out."
    if (empty & ~closed).any():
        told = _listed(days[empty & ~closed])
        yield f"Days without a contact: {told}; they count as quiet, unless --skip leaves them out."
    yield f"Hours with contacts: {_hours(log)}."
    silent = _silent_hours(log)
    if silent:
        more = f" and {len(silent) - _LISTED} more" if len(silent) > _LISTED else ""
        told = ", ".join(silent[:_LISTED]) + more
        yield f"Hours without a contact where {_USUAL:.0f} or more are usual (an outage?): {told}."


def _listed(days: npt.NDArray[np.datetime64]) -> str:
    more = f" and {len(days) - _LISTED} more" if len(days) > _LISTED else ""
    return ", ".join(map(str, days[:_LISTED])) + more


def _unseen_weekdays(log: Log) -> tuple[list[str], list[str]]:
    """Return the days of the week outside of the period, and those in it without a contact."""
    covered = set(_weekday(log.days).tolist())
    seen = set(_weekday(log.arrival.astype("datetime64[D]")).tolist())
    outside = [name for place, name in enumerate(_DAYS) if place not in covered]
    return outside, [name for place, name in enumerate(_DAYS) if place in covered - seen]


def _level(log: Log) -> Iterator[str]:
    left = ~log.served
    known = log.wait[~np.isnan(log.wait)]
    yield f"{left.sum():,} of {len(left):,} left unanswered ({left.mean():.1%})."
    wait = f"Wait: {known.mean():.3g} minutes on average" if len(known) else "Wait: unknown"
    service = log.service[log.served]
    handling = f"handling: {service.mean():.3g}" if len(service) else "handling: unknown"
    yield f"{wait}; {handling}."


def _not_known(log: Log, columns: Columns) -> Iterator[str]:
    left = int((~log.served).sum())
    if log.unknown_waits == left > 0:
        yield f"how long any of the {left:,} who left had waited, and therefore patience"
    elif log.unknown_waits:
        yield (
            f"how long {log.unknown_waits:,} of the {left:,} who left had waited, and therefore "
            "patience but for the others"
        )
    if not (log.customer != "").any():
        named = f"column '{columns.customer}' names nobody" if columns.customer else "--customer"
        yield f"who called, and therefore who called again ({named})"
    if log.utc:
        yield "the desk's own hours, as times are in UTC (--timezone, such as Europe/Berlin)"
    changes = _clock_changes(log, columns.timezone)
    if changes:
        yield f"what an hour that clocks skip or repeat would have been: {', '.join(changes)}"
    elif len(log.offsets) > 1 and columns.timezone is None:
        yield f"which zone has the offsets {', '.join(log.offsets)} (--timezone)"


def _clock_changes(log: Log, timezone: str | None) -> list[str]:
    """Return the days on which clocks changed."""
    if timezone is None:
        return []
    zone = zoneinfo.ZoneInfo(timezone)
    nights = [day.astype("datetime64[s]").item() for day in [*log.days, log.days[-1] + 1]]
    offsets = [night.replace(tzinfo=zone).utcoffset() for night in nights]
    return [
        str(night.date())
        for night, before, after in zip(nights, offsets, offsets[1:], strict=False)
        if before != after
    ]


def _hours(log: Log) -> str:
    """Return the hours of the day with contacts as ranges."""
    hour = (log.arrival - log.arrival.astype("datetime64[D]")).astype("timedelta64[h]")
    seen = np.bincount(hour.astype(np.int64), minlength=24) > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]])))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return ", ".join(f"{begin:02d}:00-{end:02d}:00" for begin, end in pairs)


def _silent_hours(log: Log) -> list[str]:
    """Return the hours that are empty, though those of other days of that weekday are not."""
    day = np.searchsorted(log.days, log.arrival.astype("datetime64[D]"))
    hour = (log.arrival - log.arrival.astype("datetime64[D]")).astype("timedelta64[h]")
    counts = np.zeros((len(log.days), 24))
    np.add.at(counts, (day, hour.astype(np.int64)), 1.0)
    weekday, open_ = _weekday(log.days), counts.any(axis=1)
    silent = []
    for place in np.flatnonzero(open_):
        others = open_ & (weekday == weekday[place])
        others[place] = False
        if others.any():
            usual = counts[others].mean(axis=0)
            for empty in np.flatnonzero((counts[place] == 0) & (usual >= _USUAL)):
                silent.append(f"{log.days[place]} {empty:02d}:00")
    return silent


def _by_day(log: Log) -> npt.NDArray[np.int64]:
    place = np.searchsorted(log.days, log.arrival.astype("datetime64[D]"))
    return np.bincount(place, minlength=len(log.days))


def _weekday(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Return 0 for Monday to 6; 1970 began on a Thursday."""
    return np.asarray((days.astype("datetime64[D]").astype(np.int64) + 3) % 7)


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
