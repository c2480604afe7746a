"""Read a log of contacts: the rows that can be used, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import DataError
from sim.studies.calibrate.log_rows import Columns, Files, Rows, read_rows
from sim.studies.calibrate.spans import read_spans
from sim.tables.faults import shorten
from sim.tables.moments import Moments, read_moments
from sim.tables.truths import NO, YES, read_truths

__all__ = ["Columns", "Log", "Unused", "left_before_queue", "part_of", "read_log"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SERVED = (
    "served", "answered", "handled", "completed", "connected", "taken", "agent", *YES,
)  # fmt: skip
_ABANDONED = (
    "abandoned", "abandon", "left", "hang", "hung up", "hangup", "lost", "missed", "unanswered",
    "not answered", "no answer", *NO,
)  # fmt: skip

_NOBODY = ("0", "0.0", "none", "unknown", "n/a", "no_server")  # names of nobody known
_OF_ROWS = ("arrival", "wait", "service", "served", "customer", "group", "agent", "resolved")

_FEWEST = 10  # contacts left after no wait, below which they are taken as they are
_AS_OFTEN = 0.25  # of how often while others wait: who leaves because of a queue leaves with one


@dataclass(frozen=True, slots=True)
class Unused:
    """Rows that cannot be used, for one reason.

    Attributes
    ----------
    reason : str
    rows : int
        How many, 1 or more.
    line : int
        The first of them.
    file : str
        Where it is; empty if there is but one file.
    """

    reason: str
    rows: int
    line: int
    file: str = ""

    def __str__(self) -> str:
        where = f" of {self.file}" if self.file else ""
        return f"{self.rows:,}, the first on line {self.line}{where}: {self.reason}"


@dataclass(frozen=True, eq=False)
class Log:
    """The rows that can be used, in order of arrival.

    Attributes
    ----------
    path : str
    rows : int
        How many rows the file has.
    unused : tuple of Unused
        Rows left out, by reason; every other row is used.
    time_format : str
        In which arrivals were read.
    days : array of datetime64[D]
        Every day from the first to the last, but those skipped.
    arrival : array of datetime64[us]
    wait, service : array of float
        Minutes, >= 0; service is 0 where not served, and the wait NaN where somebody left and the
        log does not hold how long they had waited.
    served : array of bool
    customer, group, agent : array of str
        Empty where unknown.
    resolved : array of float
        1 where the matter was resolved, 0 where not, NaN where the log does not say.
    readings : tuple of str
        What was assumed in reading the files.
    offsets : tuple of str
        The offsets from UTC that arrivals were written with.
    utc : bool
        Whether arrivals are still in UTC, because no time zone was named.
    """

    path: str
    rows: int
    unused: tuple[Unused, ...]
    time_format: str
    days: npt.NDArray[np.datetime64]
    arrival: npt.NDArray[np.datetime64]
    wait: Floats
    service: Floats
    served: Flags
    customer: npt.NDArray[np.str_]
    group: npt.NDArray[np.str_]
    agent: npt.NDArray[np.str_]
    resolved: Floats
    readings: tuple[str, ...] = ()
    offsets: tuple[str, ...] = ()
    utc: bool = False

    @property
    def unknown_waits(self) -> int:
        """How many left after a wait that the log does not hold."""
        return int(np.isnan(self.wait).sum())

    def only(self, kept: Flags | npt.NDArray[np.int64]) -> Log:
        """Return the log of some of its rows, by flag or number; what was unused stays said."""
        parts = {name: getattr(self, name)[kept] for name in _OF_ROWS}
        return replace(self, **parts)


def part_of(log: Log, days: npt.NDArray[np.datetime64]) -> Log:
    """Return the log of some of its days."""
    return replace(log.only(np.isin(log.arrival.astype("datetime64[D]"), days)), days=days)


@dataclass
class _Sieve:
    """Leaves rows out, one reason after another; the first that holds is counted."""

    rows: Rows
    kept: Flags
    unused: list[Unused] = field(default_factory=list)

    def drop(self, reason: str, wrong: pl.Series, shown: pl.Series | None = None) -> None:
        """Leave out the rows that are wrong and still in; show a value of the first."""
        out = wrong.fill_null(value=True).to_numpy() & self.kept
        if out.any():
            first = int(np.flatnonzero(out)[0])
            value = None if shown is None else shown[first]
            reason += "" if value is None else f" (got {shorten(value)})"
            line, file = self.rows.place(first)
            self.unused.append(Unused(reason, int(out.sum()), line, file))
        self.kept = self.kept & ~out


def read_log(path: Files, columns: Columns) -> Log:
    """Read a log of contacts, from one file or several with the same columns.

    Parameters
    ----------
    path : path or sequence of path
        As for `sim.tables.cells.read_cells`.
    columns : Columns

    Raises
    ------
    DataError
        If a file cannot be read, lacks a column, can be read two ways, or has no row that can be
        used.
    """
    rows = read_rows(path, columns)
    texts = rows.texts
    moments = read_moments(
        texts["arrival"], rows.named("arrival"), order=columns.dates, timezone=columns.timezone,
        form=columns.time_format,
    )  # fmt: skip
    times = moments.times
    sieve = _Sieve(rows, np.ones(len(times), np.bool_))
    sieve.drop("no arrival time that could be read", times.is_null(), texts["arrival"])
    sieve.drop("a day left out by --skip", times.dt.date().is_in(list(columns.skipped)))
    spans = read_spans(rows, moments, columns)
    served = _outcomes(sieve, rows, columns)
    wait = _known_waits(spans.wait, served)
    wrong = (wait.is_null() & served) | (wait < 0).fill_null(value=False)
    sieve.drop("no wait, or a negative one", wrong, spans.shown)
    without = served & (spans.service.is_null() | (spans.service <= 0))
    sieve.drop("served without a service time", without)
    unqueued = _before_queue(sieve.kept, times, wait, served)
    sieve.drop("left after no wait, as often while nobody waited: before the queue", unqueued)
    return _sorted(rows, columns, sieve, moments, spans.readings, wait, spans.service, served)


def _outcomes(sieve: _Sieve, rows: Rows, columns: Columns) -> pl.Series:
    """Return who was served; leave out the outcomes that are neither."""
    outcome = rows.texts["outcome"]
    if columns.outcome is None:
        return outcome == "served"
    words = outcome.str.to_lowercase()
    served = _is_one_of(outcome, words, columns.served, _SERVED)
    left = _is_one_of(outcome, words, columns.abandoned, _ABANDONED) & ~served
    known = (served | left).fill_null(value=False)
    for word in outcome.filter(~known).drop_nulls().unique(maintain_order=True):
        reason = f"outcome {word!r}, neither --served nor --abandoned"
        sieve.drop(reason, outcome == word)
    sieve.drop("no outcome", outcome.is_null())
    return served.fill_null(value=False)


def _is_one_of(
    outcome: pl.Series, words: pl.Series, given: Sequence[str], known: Sequence[str]
) -> pl.Series:
    return outcome.is_in(list(given)) if given else words.is_in(list(known))


def _known_waits(wait: pl.Series, served: pl.Series) -> pl.Series:
    """Return the waits, unknown for all who left if the log has nothing or 0 for every one.

    Who hangs up has waited. A phone system that notes the time until an answer writes 0 where
    there was none.
    """
    left = wait.filter(~served).fill_null(0.0)
    if len(left) and not (left > 0).any():
        return wait.set(~served, None)
    return wait


def _before_queue(kept: Flags, times: pl.Series, wait: pl.Series, served: pl.Series) -> pl.Series:
    """Return who left before there was a queue, of the rows that are still in."""
    flags = np.zeros(len(kept), np.bool_)
    flags[kept] = left_before_queue(
        times.to_numpy().astype("datetime64[us]")[kept],
        wait.fill_null(np.nan).to_numpy()[kept],
        served.fill_null(value=False).to_numpy()[kept],
    )
    return pl.Series(flags)


def left_before_queue(arrival: npt.NDArray[np.datetime64], wait: Floats, served: Flags) -> Flags:
    """Return who left after no wait though nobody had to wait: in a menu, before the queue.

    Who leaves at once because of a queue does so while others wait too. Where contacts leave after
    no wait as well while those before and after are answered at once, waiting is not the reason.
    Then all that left after no wait are taken for such.

    Parameters
    ----------
    arrival : array of datetime64
    wait : array of float
        Minutes; NaN where not known.
    served : array of bool
    """
    gone = ~served & (wait == 0.0)
    if gone.sum() < _FEWEST:
        return np.zeros(len(wait), np.bool_)
    order = np.argsort(arrival, kind="stable")
    gone_in_order = gone[order]
    others = np.flatnonzero(~gone_in_order)
    at_once = (served & (wait == 0.0))[order][others]
    place = np.searchsorted(others, np.arange(len(order)))  # the next that did not leave so
    ends = np.concatenate([[False], at_once, [False]])
    before, after = ends[place], ends[place + 1 + ~gone_in_order]
    idle, busy = before & after, ~before & ~after
    rates = [float(gone_in_order[these].mean()) if these.any() else 0.0 for these in (idle, busy)]
    return gone if rates[0] > _AS_OFTEN * rates[1] else np.zeros(len(wait), np.bool_)


def _sorted(
    rows: Rows,
    columns: Columns,
    sieve: _Sieve,
    moments: Moments,
    readings: tuple[str, ...],
    wait: pl.Series,
    service: pl.Series,
    served: pl.Series,
) -> Log:
    """Return the rows that are still in, by arrival."""
    if not sieve.kept.any():
        reasons = "; ".join(f"{one.rows:,} rows: {one.reason}" for one in sieve.unused)
        raise DataError(f"{rows.path}: holds no row that can be used ({reasons or 'it is empty'}).")
    arrival = moments.times.to_numpy().astype("datetime64[us]")[sieve.kept]
    order = np.argsort(arrival, kind="stable")
    first, last = arrival.min().astype("datetime64[D]"), arrival.max().astype("datetime64[D]")
    days = np.arange(first, last + 1)
    skipped = np.array(columns.skipped, "datetime64[D]")

    def kept(values: pl.Series, empty: object) -> npt.NDArray[np.generic]:
        return values.fill_null(empty).to_numpy()[sieve.kept][order]

    is_served = kept(served, False).astype(np.bool_)
    return Log(
        path=rows.path,
        rows=len(served),
        unused=tuple(sieve.unused),
        time_format=moments.reading,
        days=days[~np.isin(days, skipped)],
        arrival=arrival[order],
        wait=kept(wait, np.nan).astype(np.float64),
        service=np.where(is_served, kept(service, 0.0).astype(np.float64), 0.0),
        served=is_served,
        customer=_named(kept(rows.texts["customer"], "")),
        group=_named(kept(rows.texts["group"], "")),
        agent=_named(kept(rows.texts["agent"], "")),
        resolved=kept(read_truths(rows.texts["resolved"]), np.nan).astype(np.float64),
        readings=(*rows.notes, *readings),
        offsets=moments.offsets,
        utc=moments.utc,
    )


def _named(values: npt.NDArray[np.generic]) -> npt.NDArray[np.str_]:
    text = values.astype(np.str_)
    return np.where(np.isin(np.char.lower(text), _NOBODY), "", text)
