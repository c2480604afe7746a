"""Times and durations as logs write them."""

from __future__ import annotations

import polars as pl

__all__ = ["FORMATS", "read_minutes", "read_times"]

FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%Y%m%d %H:%M:%S",
    "%y%m%d %H:%M:%S",
    "%Y%m%d %H:%M",
)
"""Tried in this order; the first that reads the most rows is taken."""

_SECONDS = {"seconds": 1 / 60, "minutes": 1.0, "hours": 60.0}


def read_times(text: pl.Series, form: str | None = None) -> tuple[pl.Series, str]:
    """Read times of day and date from text.

    Parameters
    ----------
    text : polars.Series of str
    form : str, optional
        The format in strftime's letters; by default the one of `FORMATS` that reads the most, or
        seconds since 1970.

    Returns
    -------
    polars.Series of datetime
        Null where the text is no such time.
    str
        The format.
    """
    best, best_times = "", pl.Series(text.name, [None] * len(text), pl.Datetime("us"))
    # Fractions of a second, and what stands for Greenwich, say nothing that a fit could use.
    plain = text.str.replace(r"(\.\d+)?(Z|[+-]00:?00)?$", "")
    for candidate in (form,) if form else FORMATS:
        times = plain.str.to_datetime(candidate, strict=False, time_unit="us")
        if times.is_not_null().sum() > best_times.is_not_null().sum():
            best, best_times = candidate, times
    if not best and not form:
        numbers = text.cast(pl.Float64, strict=False)
        if numbers.is_not_null().any():
            return pl.from_epoch((numbers * 1e6).cast(pl.Int64), "us"), "seconds since 1970"
    return best_times, best


def read_minutes(text: pl.Series, unit: str) -> pl.Series:
    """Read durations: numbers in a unit, or ``h:mm:ss`` and ``m:ss`` whatever the unit.

    Parameters
    ----------
    text : polars.Series of str
    unit : {'seconds', 'minutes', 'hours'}
        Of plain numbers.

    Returns
    -------
    polars.Series of float
        Minutes; null where the text is no duration.
    """
    parts = text.str.split(":")
    numbers = parts.list.eval(pl.element().cast(pl.Float64, strict=False))
    count = numbers.list.len()
    last, before = numbers.list.get(-1, null_on_oob=True), numbers.list.get(-2, null_on_oob=True)
    hours = numbers.list.get(-3, null_on_oob=True)
    frame = pl.DataFrame({"count": count, "last": last, "before": before, "hours": hours})
    return frame.select(
        pl.when(pl.col("count") == 1)
        .then(pl.col("last") * _SECONDS[unit])
        .when(pl.col("count") == 2)
        .then(pl.col("before") + pl.col("last") / 60)
        .when(pl.col("count") == 3)
        .then(60 * pl.col("hours") + pl.col("before") + pl.col("last") / 60)
    ).to_series()
