"""Durations as exports write them, apart from times of day."""

from __future__ import annotations

import polars as pl

from sim.tables.numbers import read_numbers

__all__ = ["UNITS", "are_times_of_day", "read_minutes", "unit_named"]

UNITS = {"seconds": 1 / 60, "minutes": 1.0, "hours": 60.0}
"""Minutes in each unit of plain numbers."""

_NAMED = {
    "milliseconds": r"(?i)(^|[\W_])(ms|msecs?|millis(econds)?)([\W_]|$)|(Millis(econds)?|Ms)$",
    "seconds": r"(?i)(^|[\W_\d])(s|secs?|seconds|sek|sekunden)([\W_]|$)|(Secs?|Seconds)$",
    "minutes": r"(?i)(^|[\W_\d])(m|mins?|minutes|minuten)([\W_]|$)|(Mins?|Minutes)$",
    "hours": r"(?i)(^|[\W_\d])(h|hrs?|hours|stunden)([\W_]|$)|(Hrs?|Hours)$",
}
_PER = UNITS | {"milliseconds": 1 / 60_000}
_WORDS = (
    r"(?i)^(?:pt)?(?:(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?)?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*m(?:in(?:utes?|s)?)?)?\s*(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:onds?|s)?)?)?\.?$"
)
_FACE = r"^\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*([AaPp]\.?[Mm]\.?)?$"
_DATED = r"^\d{1,4}[-/.]\w{1,9}[-/.]\d{1,4}[ T]\d"
_MOSTLY = 0.95
_DAY, _LONG = 1440.0, 60.0  # minutes


def unit_named(column: str) -> str | None:
    """Return the unit that a column's name ends in or holds as a word, such as ``wait_s``.

    Returns
    -------
    {'milliseconds', 'seconds', 'minutes', 'hours'} or None
        None where it names none, or more than one.
    """
    found = [unit for unit, named in _NAMED.items() if pl.Series([column]).str.contains(named)[0]]
    return found[0] if len(found) == 1 else None


def read_minutes(text: pl.Series, unit: str, mark: str | None = None) -> pl.Series:
    """Read durations: numbers in a unit; ``h:mm:ss``, ``m:ss`` or ``1h 2m 3s`` whatever the unit.

    Parameters
    ----------
    text : polars.Series of str
    unit : {'milliseconds', 'seconds', 'minutes', 'hours'}
        Of plain numbers.
    mark : {'point', 'comma'}, optional
        The decimal mark; by default the one that reads the most, and the point if both do.

    Returns
    -------
    polars.Series of float
        Minutes; null where the text is no duration.
    """
    plain = read_numbers(text, mark, tie="point").values * _PER[unit]
    return plain.fill_null(_faces(text)).fill_null(_in_words(text))


def _faces(text: pl.Series) -> pl.Series:
    """Return the minutes of ``h:mm:ss`` and ``m:ss``."""
    parts = text.str.replace(",", ".", literal=True).str.split(":")
    numbers = parts.list.eval(pl.element().cast(pl.Float64, strict=False))
    last, before = numbers.list.get(-1, null_on_oob=True), numbers.list.get(-2, null_on_oob=True)
    hours = numbers.list.get(-3, null_on_oob=True)
    count = numbers.list.len()
    frame = pl.DataFrame({"count": count, "last": last, "before": before, "hours": hours})
    minutes = pl.col("before") + pl.col("last") / 60
    three = pl.when(pl.col("count") == 3).then(60 * pl.col("hours") + minutes)
    return frame.select(pl.when(pl.col("count") == 2).then(minutes).otherwise(three)).to_series()


def _in_words(text: pl.Series) -> pl.Series:
    """Return the minutes of ``2m 14s`` and of ISO 8601's ``PT2M14S``."""
    parts = pl.DataFrame({"text": text}).select(
        pl.col("text").str.strip_chars().str.extract(_WORDS, place).cast(pl.Float64).alias(unit)
        for place, unit in ((1, "hours"), (2, "minutes"), (3, "seconds"))
    )
    some = parts.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    total = parts.select(sum(pl.col(unit).fill_null(0.0) * UNITS[unit] for unit in parts.columns))
    return total.to_series().set(~some, None)


def are_times_of_day(text: pl.Series, arrival: pl.Series) -> bool:
    """Tell times of day from durations.

    They carry a date, or AM and PM; or nearly all, if read as durations, would last for an hour
    and more, and if read as times of day come no earlier than the arrival and within half a day.

    Parameters
    ----------
    text : polars.Series of str
    arrival : polars.Series of datetime
    """
    given = text.drop_nulls()
    marked = given.str.contains(_DATED) | given.str.contains(r"\d\s*[AaPp]\.?[Mm]\.?$")
    if _share(marked) > 0.5:
        return True
    if _share(given.str.contains(_FACE)) < _MOSTLY:
        return False
    minutes = _faces(text)
    after = (minutes - _minute_of(arrival)) % _DAY
    fits = ((after < _DAY / 2) & (minutes < _DAY) & (minutes > _LONG)).drop_nulls()
    return _share(fits) >= _MOSTLY


def _share(flags: pl.Series) -> float:
    return int(flags.sum()) / len(flags) if len(flags) else 0.0


def _minute_of(arrival: pl.Series) -> pl.Series:
    """Return the minute of the day, seconds as its fraction; a face without them is cut off."""
    return arrival.dt.hour().cast(pl.Float64) * 60 + arrival.dt.minute()
