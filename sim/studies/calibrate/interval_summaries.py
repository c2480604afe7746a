"""Fit arrivals and mean handling to counts by interval, such as half-hourly summaries."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import DataError
from sim.studies.calibrate.arrivals import Arrivals, fit_counts
from sim.studies.calibrate.log import Unused
from sim.studies.calibrate.log_rows import Columns, Files, Rows, read_rows
from sim.studies.calibrate.notation import quoted, rounded, week_lines, write_lines
from sim.studies.calibrate.understood import unused_lines
from sim.tables.durations import read_minutes, unit_named
from sim.tables.moments import read_moments
from sim.tables.numbers import read_numbers

__all__ = ["IntervalFit", "calibrate_intervals"]

Floats = npt.NDArray[np.float64]

_PEOPLE, _CV = 10_000, 1.0  # assumed; a summary shows neither
_LONGEST = 60.0  # minutes of an interval
_ROWS = 3  # shown as read


@dataclass(frozen=True, eq=False)
class IntervalFit:
    """What counts by interval say.

    Attributes
    ----------
    path : str
    rows, used : int
        Rows of the files, and those that could be used.
    unused : tuple of Unused
    days : array of datetime64[D]
        Every day from the first to the last, but those skipped.
    minutes : float
        Length of an interval.
    arrivals : Arrivals
    left : float or None
        Share of contacts that left unanswered; None if the summary does not say.
    handling : float or None
        Mean minutes over answered contacts; None if the summary does not say.
    shown : tuple of str
        The first rows as read.
    """

    path: str
    rows: int
    used: int
    unused: tuple[Unused, ...]
    days: npt.NDArray[np.datetime64]
    minutes: float
    arrivals: Arrivals
    left: float | None
    handling: float | None
    shown: tuple[str, ...]

    @property
    def agents(self) -> int:
        """The agents that the busiest hour of the week keeps busy on average, 1 or more."""
        load = float(self.arrivals.weights.max()) * (self.handling or 0.0) / 60.0
        return max(math.ceil(load), 1)

    def understood(self) -> list[str]:
        """Return what was understood, a sentence or a row a line."""
        by_day = self.arrivals.by_day.sum(axis=1)
        left = "not known" if self.left is None else f"{self.left:.1%}"
        handling = "not known" if self.handling is None else f"{self.handling:.3g} minutes"
        quiet = [str(day) for day in self.days[by_day == 0.0]]
        return [
            f"{self.path}: {self.used:,} of {self.rows:,} intervals used, of {self.minutes:g} min.",
            *unused_lines(self.unused),
            "The first rows as read:",
            *(f"  {row}" for row in self.shown),
            (
                f"Period: {self.days[0]} to {self.days[-1]}, {len(self.days):,} days; "
                f"{by_day.mean():,.1f} contacts a day."
            ),
            *([f"Days without a contact: {', '.join(quiet[:6])}."] if quiet else []),
            f"Left unanswered: {left}; handling: {handling} on average.",
            "Not known: the spread of handling, patience, and who called again.",
        ]

    def sections(self) -> dict[str, Any]:
        """Return the fitted part of a scenario as plain data."""
        rate = rounded(self.arrivals.per_month / _PEOPLE)
        people = {"count": _PEOPLE, "customers": _PEOPLE, "difficulty": {"cv": 0}}
        sections: dict[str, Any] = {
            "name": f"Calibrated from {Path(self.path).name}",
            "people": people | {"contacts_per_month": {"mean": rate, "cv": 0}},
            "desk": {
                "opening": [rounded(weight) for weight in self.arrivals.weights.tolist()],
                "day_cv": rounded(self.arrivals.day_cv),
                "pools": {"frontline": {"agents": self.agents}},
            },
        }
        if self.handling is not None:
            minutes = {"mean": rounded(self.handling), "cv": _CV}
            sections["needs"] = [{"name": "call", "share": 1, "minutes": minutes, "resolved": 1}]
        return sections

    def as_data(self) -> dict[str, Any]:
        """Return the fits as plain data."""
        return {
            "log": self.path,
            "rows": self.rows,
            "used": self.used,
            "unused": [asdict(one) for one in self.unused],
            "understood": self.understood(),
            "scenario": self.sections(),
        }

    def write(self, file: str | os.PathLike[str], command: str = "") -> Path:
        """Write the scenario, with the evidence for each number in comments.

        Raises
        ------
        CommandError
            If the file cannot be written.
        """
        return write_lines(Path(file), self._lines(command))

    def _lines(self, command: str) -> Iterator[str]:
        sections = self.sections()
        yield f"# {self.used:,} of {self.rows:,} intervals of {self.minutes:g} minutes."
        yield from [f"# {command}"] if command else []
        yield from (f"# Not used: {one}." for one in self.unused)
        yield f"name: {quoted(sections['name'])}"
        yield "people:"
        yield f"  count: {_PEOPLE}  # assumed, since a summary names nobody"
        yield f"  customers: {_PEOPLE}"
        error = f"+- {1.96 * self.arrivals.per_month_error:,.0f}"
        month = f"{self.arrivals.per_month:,.0f} {error}"
        yield f"  # {month} contacts per month, repeated ones included"
        rate = sections["people"]["contacts_per_month"]["mean"]
        yield f"  contacts_per_month: {{mean: {rate}, cv: 0}}"
        yield "  difficulty: {cv: 0}"
        if self.handling is not None:
            yield "needs:"
            yield "  # The mean is of answered contacts; its spread and what was resolved: assumed."
            law = sections["needs"][0]["minutes"]
            minutes = f"{{mean: {law['mean']}, cv: {law['cv']}}}"
            yield f"  - {{name: call, share: 1, minutes: {minutes}, resolved: 1}}"
        yield "desk:"
        yield f"  day_cv: {sections['desk']['day_cv']}"
        yield f"  pools: {{frontline: {{agents: {self.agents}}}}}  # busy in the busiest hour"
        yield "  opening:  # contacts per hour, a line for each day from Monday"
        yield from week_lines(sections["desk"]["opening"])


def calibrate_intervals(
    files: Files, columns: Columns, offered: str, left: str | None = None
) -> IntervalFit:
    """Fit arrivals and mean handling to counts by interval.

    Parameters
    ----------
    files : path or sequence of path
    columns : Columns
        Of which `arrival` is the start of the interval, and `service`, where the files have it, the
        mean handling time.
    offered : str
        Column of the contacts that came in.
    left : str, optional
        Column of those that left unanswered.

    Raises
    ------
    DataError
        If a file cannot be read, can be read two ways, or has no interval that can be used.
    """
    rows = read_rows(files, columns, counts={"offered": offered, "left": left})
    moments = read_moments(
        rows.texts["arrival"], rows.named("arrival"), order=columns.dates,
        timezone=columns.timezone, form=columns.time_format,
    )  # fmt: skip
    unit = columns.unit or unit_named(rows.names.get("service", "")) or "minutes"
    table = pl.DataFrame(
        {
            "start": moments.times,
            "offered": _counts(rows, "offered"),
            "left": _counts(rows, "left"),
            "service": read_minutes(rows.texts["service"], unit, columns.decimal or rows.decimal),
            "row": range(len(moments.times)),
        }
    )
    good, unused = _sorted_out(table, rows, columns)
    return _fitted(rows, table.height, good, unused, columns)


def _counts(rows: Rows, meaning: str) -> pl.Series:
    return read_numbers(rows.texts[meaning], tie="point").values


def _sorted_out(
    table: pl.DataFrame, rows: Rows, columns: Columns
) -> tuple[pl.DataFrame, tuple[Unused, ...]]:
    """Return the intervals that can be used, and why the others cannot."""
    offered = pl.col("offered")
    reasons = {
        "no start of an interval that could be read": pl.col("start").is_null(),
        "a day left out by --skip": pl.col("start").dt.date().is_in(list(columns.skipped)),
        "no count, or a negative one": offered.is_null() | (offered < 0),
        "an interval that was there already": ~pl.col("start").is_first_distinct(),
    }
    unused = []
    for reason, wrong in reasons.items():
        out = table.filter(wrong)
        if out.height:
            line, file = rows.place(int(out["row"][0]))
            unused.append(Unused(reason, out.height, line, file))
        table = table.filter(~wrong)
    return table.sort("start"), tuple(unused)


def _fitted(
    rows: Rows,
    count: int,
    table: pl.DataFrame,
    unused: tuple[Unused, ...],
    columns: Columns,
) -> IntervalFit:
    if table.height < 2:
        reasons = "; ".join(f"{one.rows:,} rows: {one.reason}" for one in unused)
        raise DataError(f"{rows.path}: needs at least two intervals ({reasons or 'it has none'}).")
    start = table["start"].to_numpy().astype("datetime64[m]")
    minutes = float(np.diff(start).astype(np.int64).min())
    if minutes > _LONGEST:
        raise DataError(
            f"{rows.named('arrival')}: intervals are {minutes:g} minutes long; a week's profile "
            "needs an hour or less."
        )
    days = np.arange(start[0].astype("datetime64[D]"), start[-1].astype("datetime64[D]") + 1)
    days = days[~np.isin(days, np.array(columns.skipped, "datetime64[D]"))]
    offered = table["offered"].to_numpy()
    day = start.astype("datetime64[D]")
    by_day = np.zeros((len(days), 24))
    hour = (start - day).astype("timedelta64[h]").astype(np.int64)
    np.add.at(by_day, (np.searchsorted(days, day), hour), offered)
    left = table["left"]
    answered = table.select(
        (pl.col("offered") - pl.col("left").fill_null(0.0)).clip(0.0).alias("answered"), "service"
    ).drop_nulls()
    weight = float(answered["answered"].sum())
    total = float((answered["answered"] * answered["service"]).sum())
    return IntervalFit(
        path=rows.path,
        rows=count,
        used=table.height,
        unused=unused,
        days=days,
        minutes=minutes,
        arrivals=fit_counts(by_day, days),
        left=float(left.sum()) / float(offered.sum()) if left.count() else None,
        handling=total / weight if weight > 0.0 else None,
        shown=tuple(_shown(table)),
    )


def _shown(table: pl.DataFrame) -> Iterator[str]:
    for start, offered, left, service, _ in table.head(_ROWS).iter_rows():
        told = f"{start}  {offered:g} came"
        told += "" if left is None else f"  {left:g} left"
        yield told + ("" if service is None else f"  handled in {service:.2f} minutes")
