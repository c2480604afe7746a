"""Waits and handling of a log, from durations or from the times at which they ended."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.errors import DataError
from sim.studies.calibrate.log_rows import Columns, Rows
from sim.tables.durations import are_times_of_day, read_minutes, unit_named
from sim.tables.faults import shorten
from sim.tables.moments import Moments, read_moments
from sim.tables.numbers import decided, read_numbers

__all__ = ["Spans", "read_spans"]

_LONG = 60.0  # minutes of handling, above which the unit must be said
_FACE = r"^\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?\s*([AaPp]\.?[Mm]\.?)?$"
_PLAIN = r"^\d+([.,]\d+)?$"
_STAMPS = {"wait": "answered", "service": "ended"}


@dataclass(frozen=True, eq=False)
class Spans:
    """How long contacts waited and were handled.

    Attributes
    ----------
    wait, service : polars.Series of float
        Minutes; null where the log does not say.
    shown : polars.Series of str
        What the wait was read from.
    readings : tuple of str
        What was assumed.
    """

    wait: pl.Series
    service: pl.Series
    shown: pl.Series
    readings: tuple[str, ...]


def read_spans(rows: Rows, arrival: Moments, columns: Columns) -> Spans:
    """Read waits and handling.

    Parameters
    ----------
    rows : Rows
    arrival : Moments
    columns : Columns

    Raises
    ------
    DataError
        If a column of durations holds times of day, or can be read two ways.
    """
    lasted, readings = _durations(rows, arrival, columns)
    answered, ended = (
        _stamps(rows, meaning, arrival, columns) if meaning in rows.names else None
        for meaning in ("answered", "ended")
    )
    if answered is None:
        wait = lasted["wait"]
        begun = arrival.times + (wait * 6e7).cast(pl.Int64).cast(pl.Duration("us"))
    else:
        # Who left has no answer; the wait ended with the contact.
        waited = answered if ended is None else answered.fill_null(ended)
        wait, begun = _minutes_between(arrival.times, waited), answered
    service = lasted["service"] if ended is None else _minutes_between(begun, ended)
    shown = rows.texts["wait" if answered is None else "answered"]
    return Spans(wait, service, shown, tuple(readings))


def _durations(
    rows: Rows, arrival: Moments, columns: Columns
) -> tuple[dict[str, pl.Series], list[str]]:
    """Return the columns of durations in minutes, and what was assumed of them."""
    texts = {meaning: rows.texts[meaning] for meaning in _STAMPS if meaning in rows.names}
    for meaning, text in texts.items():
        _refuse_times_of_day(rows, meaning, text, arrival.times)
    mark = columns.decimal or _mark(rows, texts)
    lasted, readings = {}, []
    for meaning, text in texts.items():
        unit = columns.unit or unit_named(rows.names[meaning])
        lasted[meaning] = read_minutes(text, unit or "minutes", mark)
        if not text.str.contains(_PLAIN).any():
            continue
        if unit is None:
            _refuse_long(rows, meaning, text, lasted[meaning])
        why = "" if columns.unit else ", as the name says" if unit else "; --unit says otherwise"
        readings.append(f"{rows.names[meaning]} is in {unit or 'minutes'}{why}")
    return lasted, readings


def _refuse_times_of_day(rows: Rows, meaning: str, text: pl.Series, arrival: pl.Series) -> None:
    if are_times_of_day(text, arrival):
        raise DataError(
            f"{rows.named(meaning)}: holds times of day such as {shorten(text.drop_nulls()[0])}, "
            f"not durations; name the column by --{_STAMPS[meaning]}, and the difference is taken."
        )


def _mark(rows: Rows, texts: dict[str, pl.Series]) -> str | None:
    """Return the decimal mark of durations.

    Raises
    ------
    DataError
        If nothing decides it.
    """
    numbers = {meaning: read_numbers(text) for meaning, text in texts.items()}
    sure = decided(list(numbers.values())) or rows.decimal
    for meaning, column in numbers.items():
        if column.tied and sure is None:
            text = texts[meaning]
            value = text.filter(text.str.contains(r"\d[.,]\d").fill_null(value=False))[0]
            raise DataError(
                f"{rows.named(meaning)}: may have decimals or groups of thousands (got "
                f"{shorten(value)}); give --decimal point or --decimal comma."
            )
    return sure


def _refuse_long(rows: Rows, meaning: str, text: pl.Series, minutes: pl.Series) -> None:
    """Refuse plain numbers that can only be minutes if handling takes more than an hour."""
    plain = minutes.filter(text.str.contains(_PLAIN).fill_null(value=False) & (minutes > 0))
    middle = plain.median()
    if meaning == "service" and isinstance(middle, float) and middle > _LONG:
        raise DataError(
            f"{rows.named(meaning)}: half of the services take more than {middle:.0f}: are these "
            f"minutes, or seconds ({middle / 60:.1f} minutes)? Give --unit minutes or "
            "--unit seconds."
        )


def _stamps(rows: Rows, meaning: str, arrival: Moments, columns: Columns) -> pl.Series:
    """Return times; those of day alone are of the arrival's day, or of the next past midnight."""
    text, name = rows.texts[meaning], rows.named(meaning)
    faces = text.str.contains(_FACE)
    if not faces.fill_null(value=True).all() or not faces.any():
        return read_moments(
            text, name, order=columns.dates, timezone=columns.timezone, form=columns.time_format
        ).times
    if columns.timezone is not None:
        raise DataError(f"{name}: must hold dates too, if --timezone is to move the times.")
    days = arrival.times.dt.strftime("%Y-%m-%d")
    times = read_moments(days + " " + text, name).times
    frame = pl.DataFrame({"arrival": arrival.times.dt.truncate("1m"), "time": times})
    late = pl.col("time") < pl.col("arrival")
    return frame.select(
        pl.when(late).then(pl.col("time").dt.offset_by("1d")).otherwise(pl.col("time"))
    ).to_series()


def _minutes_between(begin: pl.Series, end: pl.Series) -> pl.Series:
    return (end - begin).dt.total_microseconds().cast(pl.Float64) / 6e7
