"""A file that says which columns of a log mean what: guessed by the command, corrected by hand."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import DataError, nearest_name
from sim.scenario.reading.yaml_nodes import read_text
from sim.studies.calibrate.headerless import read_table
from sim.studies.calibrate.log_rows import Columns, text_of
from sim.studies.calibrate.notation import write_lines
from sim.tables.cells import Cells, listed
from sim.tables.faults import shorten
from sim.tables.truths import read_truths

__all__ = ["read_mapping", "write_mapping"]

_NAMES = {"class": "group", "skip": "skipped"}  # as flags are named, where it is not as `Columns`
_LISTS = ("served", "abandoned", "skip")
_NONE = "none"
_TIME_OF_DAY = r"^\d{1,2}:\d{2}(:\d{2})?\s*([AaPp]\.?[Mm]\.?)?$"
_LIKELY = {
    "wait": r"wait|queue.*(time|dur|sec)|sec.*answer|answer.*(sec|time|delay)|warte",
    "service": r"service|talk|handl|\baht\b|duration|gespr|dauer",
    "answered": r"answered|picked|connected|angenommen",
    "ended": r"ended|hung|\bend|disconnect|beendet",
    "outcome": r"outcome|result|status|dispos|taken|abandon|ergebnis",
    "customer": r"customer|caller|client|account|\bani\b|phone|kunde|anrufer",
    "agent": r"agent|server|\brep\b|advisor|operator|mitarbeiter|bearbeiter",
    "resolved": r"resolved|solved|\bfcr\b|first.contact|gel(ö|oe)st|erledigt",
    "class": r"class|segment|queue.?name|skill|priority|gruppe",
    "date": r"date|\bday\b|datum|\btag\b",
    "arrival": r"arriv|enqueue|start|rang|offered|time|\bat\b|begin|date|eingang|uhrzeit",
}
_ORDER = (
    "arrival", "date", "wait", "answered", "service", "ended", "outcome", "customer", "class",
    "agent", "resolved",
)  # fmt: skip
_COMMENTS = {
    "date": "of the date, if it is separate from the time of arrival",
    "answered": "the time of the answer, in place of the wait",
    "ended": "the time of the end, in place of the service",
    "class": "of the class of contact",
    "agent": "of who served",
    "resolved": "whether it was resolved: yes or no",
}
_READING = (
    ("unit", "of plain numbers: seconds, minutes, hours or milliseconds"),
    ("dates", "dmy, mdy or ymd, if dates can be read two ways"),
    ("timezone", "the desk's, such as Europe/Berlin, if times are in UTC"),
    ("decimal", "point or comma, if numbers can be read two ways"),
    ("time_format", "of arrivals, as of strftime, if it cannot be detected"),
)


def write_mapping(file: Path, log: str | Path, header: bool = True) -> None:
    """Write a guess at what a log's columns mean, for a person to correct.

    Parameters
    ----------
    file, log : path
    header : bool
        Whether the log's first row names the columns; if not, they have numbers.

    Raises
    ------
    CommandError
        If the file cannot be written.
    DataError
        If the log cannot be read.
    """
    cells = read_table(log, header)
    write_lines(file, _lines(log, cells, header))


def read_mapping(file: Path) -> Columns:
    """Read what a log's columns mean.

    Raises
    ------
    DataError
        If the file cannot be read, or has a key that is none or a value of the wrong kind.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: cannot be read: {error}.") from None
    found = read_text(text, str(file)).plain()
    if not isinstance(found, dict):
        raise DataError(f"{file}: must map what is meant to columns, such as arrival: Started.")
    known = [*_all_names(), *_NAMES]
    given: dict[str, Any] = {}
    for name, value in found.items():
        key = str(name)
        if key not in known:
            near = nearest_name(key, known)
            hint = f" Did you mean '{near}'?" if near else ""
            raise DataError(f"{file}: {key}: is not a key; use {', '.join(known)}.{hint}")
        given[_NAMES.get(key, key)] = _value(file, key, value)
    return Columns(**_without_defaults(given))


def _all_names() -> list[str]:
    return [one.name for one in fields(Columns) if one.name not in _NAMES.values()]


def _without_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said; a wait, service or arrival that is none is that of `Columns`."""
    needed = ("arrival", "wait", "service")
    return {name: value for name, value in given.items() if value is not None or name not in needed}


def _value(file: Path, key: str, value: object) -> object:
    if key in _LISTS:
        words = value if isinstance(value, list) else [] if value in (None, _NONE) else [value]
        if key != "skip":
            return tuple(map(str, words))
        try:
            return tuple(datetime.date.fromisoformat(str(word)) for word in words)
        except ValueError:
            raise DataError(f"{file}: skip: must hold dates such as 2031-05-31.") from None
    if key == "header":
        return _yes_or_no(file, value)
    if value is None or value == _NONE:
        return None
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise DataError(f"{file}: {key}: must be one name, in quotes where it is yes or no.")
    return str(value)


def _yes_or_no(file: Path, value: object) -> bool:
    (truth,) = read_truths(pl.Series([str(value)]))
    if truth is None:
        raise DataError(f"{file}: header: must be yes or no.")
    return bool(truth)


def _lines(log: str | Path, cells: Cells, header: bool) -> Iterator[str]:
    held = [name for name in cells.table.columns if name[:1] != "\0"]
    found = _guessed(cells, held)
    if not header:
        held = [f"{name} ({_first(cells, name)})" for name in held]
    yield f"# What the columns of {Path(log).name} mean: {listed(held, most=100)}."
    yield "# This is guessed by their names. Correct it, and run the same command again."
    for meaning in _ORDER:
        name = found.get(meaning)
        comment = f"  # {_COMMENTS[meaning]}" if meaning in _COMMENTS else ""
        yield f"{meaning}: {_NONE if name is None else _quoted(name)}{comment}"
    words = _words(cells, found.get("outcome"))
    yield f"served: []  # words of the outcome{words}; empty for the usual ones"
    yield "abandoned: []"
    yield from (f"{key}: {_NONE}  # {comment}" for key, comment in _READING)
    yield "skip: []  # days that were not ordinary"
    yield f"header: {'yes' if header else 'no'}  # whether the first row names the columns"


def _first(cells: Cells, name: str) -> str:
    """Return the first value of a column, to tell columns without names by."""
    values = text_of(cells.table[name]).drop_nulls()
    return shorten(values[0]) if len(values) else "empty"


def _guessed(cells: Cells, held: Sequence[str]) -> dict[str, str]:
    """Return the column that each meaning is likely to have, none twice."""
    found: dict[str, str] = {}
    for meaning, likely in _LIKELY.items():
        free = [name for name in held if name not in found.values()]
        near = [name for name in free if re.search(likely, name.replace("_", " ").lower())]
        if near:
            found[meaning] = near[0]
    if "date" in found and not _is_time_of_day(cells, found.get("arrival")):
        date = found.pop("date")
        found.setdefault("arrival", date)
    return found


def _is_time_of_day(cells: Cells, name: str | None) -> bool:
    text = text_of(cells.table[name]).drop_nulls() if name else pl.Series([], dtype=pl.String)
    return len(text) > 0 and bool(text.str.contains(_TIME_OF_DAY).all())


def _words(cells: Cells, outcome: str | None) -> str:
    if outcome is None:
        return ""
    counts = text_of(cells.table[outcome]).drop_nulls().value_counts(sort=True).head(8)
    return ": " + ", ".join(f"{word} ({count:,})" for word, count in counts.iter_rows())


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
