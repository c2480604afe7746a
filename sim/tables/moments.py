"""Times and dates in every common order; what can be read two ways is refused."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass

import polars as pl

from sim.errors import DataError

__all__ = ["ORDERS", "Moments", "read_moments"]

ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
"""Orders of day, month and year, by the names that say them."""

_MONTHS = {
    "jan": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "avr": 4,
    "may": 5, "mai": 5, "jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aoû": 8, "aou": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "déc": 12, "dez": 12,
}  # fmt: skip
_LATIN = r"[a-zà-ÿ]"
_WEEKDAY = rf"^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so){_LATIN}*\.?,? "
_TH = "(?:st|nd|rd|th)?"
_END = r"(?:$|[t ,]+)"
_DATES = (
    # How a date is written, and the places of year, month and day; without them, the order decides.
    (rf"^(\d{{4}})[-/. ](\d{{1,2}})[-/. ](\d{{1,2}}){_END}", (1, 2, 3)),
    (rf"^((?:19|20)\d\d)(0[1-9]|1[0-2])(\d\d){_END}", (1, 2, 3)),
    (rf"^(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}|\d\d){_END}", (3, 2, 1)),
    (rf"^(\d{{1,2}}){_TH}[-./ ]{{0,2}}({_LATIN}{{3,}})[-./, ]{{1,2}}(\d{{2,4}}){_END}", (3, 2, 1)),
    (rf"^({_LATIN}{{3,}})[. -]{{1,2}}(\d{{1,2}}){_TH}[, -]{{1,2}}(\d{{4}}){_END}", (3, 1, 2)),
    (rf"^(\d{{4}})[-/. ]({_LATIN}{{3,}})[-/. ](\d{{1,2}}){_END}", (1, 2, 3)),
    (rf"^(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}){_END}", None),
    (rf"^(\d{{2}})[-/.](\d{{1,2}})[-/.](\d{{2}}){_END}", None),
    (rf"^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{2}}){_END}", None),
    (rf"^(\d\d)(\d\d)(\d{{4}}|\d\d){_END}", None),
)  # fmt: skip
_PLACES = {"dmy": (3, 2, 1), "mdy": (3, 1, 2), "ymd": (1, 2, 3)}
_TIME = r"^(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?([ap])?\.?m?\.?$"
_SHORT_TIME = r"^(\d{2})(\d{2})(\d{2})$"
_OFFSET = r"(:\d\d|t\d{4,6})(?:[.,]\d+)? ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)$"
_WORKBOOK = "a workbook's days"
_EPOCHS = (
    (r"^\d{9,10}(\.\d+)?$", 1e6, 0.0, "seconds since 1970"),
    (r"^\d{12,13}$", 1e3, 0.0, "milliseconds since 1970"),
    (r"^\d{5}(\.\d+)?$", 864e8, 25_569.0, _WORKBOOK),
)
_MOSTLY = 0.95
_MIXED = 0.01  # share of rows that only another order reads, above which the file mixes orders
_CENTURY = 69  # two digits from here on are of the last century, as in POSIX
_UTC = ("z", "utc", "gmt")


@dataclass(frozen=True, eq=False)
class Moments:
    """Times as a desk's own clock showed them.

    Attributes
    ----------
    times : polars.Series of datetime
        Without a zone; null where the text is no time.
    reading : str
        How they were read, for people.
    offsets : tuple of str
        The offsets from UTC that were written beside them.
    utc : bool
        Whether they are still in UTC, because no time zone was named.
    """

    times: pl.Series
    reading: str
    offsets: tuple[str, ...] = ()
    utc: bool = False


def read_moments(
    text: pl.Series,
    name: str,
    *,
    order: str | None = None,
    timezone: str | None = None,
    form: str | None = None,
    flag: str = "--dates",
) -> Moments:
    """Read times, with or without a time of day and an offset, in any common way of writing.

    Parameters
    ----------
    text : polars.Series of str
    name : str
        File and column, for errors.
    order : {'dmy', 'mdy', 'ymd'}, optional
        Of dates such as 03/04/31.
    timezone : str, optional
        An IANA name, such as Europe/Berlin: what the desk's clock shows. Stamps without an offset
        are then in UTC. By default the clock is as written, whatever the offset beside it.
    form : str, optional
        The format, in strftime's letters, in place of all that is detected.
    flag : str
        What decides the order, for the error.

    Raises
    ------
    DataError
        If dates can be read two ways, or there is no such zone.
    """
    if timezone is not None:
        _require_zone(name, timezone)
    if form is not None:
        plain = text.str.replace(r"(\.\d+)?(Z|[+-]00:?00)?$", "")
        times = plain.str.to_datetime(form, strict=False, time_unit="us")
        return Moments(_in_zone(times, timezone), form)
    since = _since_an_epoch(text)
    if since is not None:
        moments, reading = since
        if reading == _WORKBOOK:  # workbooks know no zones
            return Moments(moments, reading)
        return Moments(_in_zone(moments, timezone), reading, utc=timezone is None)
    plain, written = _without_offsets(text)
    times, reading = _in_order(plain, name, order, flag)
    offsets = tuple(sorted(set(written.drop_nulls().str.to_uppercase())))
    if timezone is not None:
        times = _in_zone(times - _offset(written), timezone)
    utc = timezone is None and _are_utc(written)
    return Moments(times, reading, offsets, utc)


def _require_zone(name: str, timezone: str) -> None:
    try:
        zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise DataError(
            f"{name}: there is no time zone {timezone!r}; name one as Europe/Berlin is named."
        ) from None


def _in_zone(times: pl.Series, timezone: str | None) -> pl.Series:
    """Return what a clock in the zone showed at times in UTC."""
    if timezone is None:
        return times
    return (
        times.dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    )


def _since_an_epoch(text: pl.Series) -> tuple[pl.Series, str] | None:
    """Return times written as one number, and since when they count, if nearly all are."""
    for shape, scale, start, reading in _EPOCHS:
        right = text.str.contains(shape)
        if int(right.sum() or 0) >= _MOSTLY * max(int(text.count()), 1):
            numbers = text.cast(pl.Float64, strict=False).set(~right.fill_null(value=False), None)
            return ((numbers - start) * scale).round().cast(pl.Int64).cast(
                pl.Datetime("us")
            ), reading
    return None


def _without_offsets(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return times in small letters without their offsets, and the offsets."""
    plain = text.str.to_lowercase().str.strip_chars().str.replace_all(r"\s+", " ")
    plain = plain.str.replace(_WEEKDAY, "")
    frame = pl.DataFrame({"plain": plain, "offset": plain.str.extract(_OFFSET, 2)})
    cut = frame.select(
        pl.when(pl.col("offset").is_null())
        .then(pl.col("plain"))
        .otherwise(pl.col("plain").str.replace(_OFFSET, "$1"))
    )
    return cut.to_series(), frame["offset"]


def _offset(written: pl.Series) -> pl.Series:
    """Return offsets as durations, 0 where there is none."""
    parts = written.str.replace(":", "", literal=True)
    hours = parts.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = parts.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    sign = pl.Series([-1 if one == "-" else 1 for one in parts.str.slice(0, 1)], dtype=pl.Int64)
    return (sign * (hours * 60 + minutes) * 60_000_000).cast(pl.Duration("us"))


def _are_utc(written: pl.Series) -> bool:
    known = written.drop_nulls()
    return len(known) > 0 and bool(
        (known.is_in(list(_UTC)) | (known.str.strip_chars("+-:0") == "")).all()
    )


def _in_order(plain: pl.Series, name: str, order: str | None, flag: str) -> tuple[pl.Series, str]:
    """Return times in the order that reads them, and how they were read."""
    parts = _parts(plain)
    if order is not None:
        return _times(parts, order), ORDERS[order]
    read = {one: _times(parts, one) for one in ORDERS}
    best = max(ORDERS, key=lambda one: read[one].count())
    rivals = [one for one in ORDERS if one != best and not read[one].equals(read[best])]
    for rival in rivals:
        if read[rival].count() == read[best].count() and read[best].count():
            raise DataError(_tied(plain, name, {one: read[one] for one in (best, rival)}, flag))
        only = (read[rival].is_not_null() & read[best].is_null()).sum()
        if only > _MIXED * read[best].count():
            raise DataError(
                f"{name}: has dates of more than one order: {read[best].count():,} can be "
                f"read {ORDERS[best]}, {only:,} others only {ORDERS[rival]}; write them alike, or "
                f"give {flag} {best} to leave the others out."
            )
    return read[best], ORDERS[best] if rivals else "in an order that leaves no doubt"


def _tied(plain: pl.Series, name: str, read: dict[str, pl.Series], flag: str) -> str:
    first, second = read.values()
    place = (first != second).fill_null(value=False).arg_true()[0]
    days = {one: times.drop_nulls().dt.date().sort() for one, times in read.items()}
    spans = "; ".join(
        f"{ORDERS[one]} they run from {some[0]} to {some[-1]}" for one, some in days.items()
    )
    flags = " or ".join(f"{flag} {one}" for one in read)
    return f"{name}: dates such as {plain[place]!r} can be read two ways: {spans}. Give {flags}."


def _parts(plain: pl.Series) -> pl.DataFrame:
    """Return how each date is written, its three parts, and the time of day after it."""
    frame = pl.DataFrame({"plain": plain})
    text = pl.col("plain")
    kind = pl.coalesce(
        pl.when(text.str.contains(shape)).then(number) for number, (shape, _) in enumerate(_DATES)
    )
    frame = frame.with_columns(kind.alias("kind"))
    chosen = [
        pl.coalesce(
            pl.when(pl.col("kind") == number).then(text.str.extract(shape, place))
            for number, (shape, _) in enumerate(_DATES)
        ).alias(str(place))
        for place in (1, 2, 3)
    ]
    rest = pl.coalesce(
        pl.when(pl.col("kind") == number).then(text.str.replace(shape, ""))
        for number, (shape, _) in enumerate(_DATES)
    )
    return frame.select("kind", *chosen, rest.alias("rest"))


def _times(parts: pl.DataFrame, order: str) -> pl.Series:
    """Return times if dates that can be read two ways are in an order."""
    year, month, day = (
        pl.coalesce(
            pl.when(pl.col("kind") == number).then(pl.col(str((places or _PLACES[order])[which])))
            for number, (_, places) in enumerate(_DATES)
        )
        for which in range(3)
    )
    stamp = pl.concat_str(
        [_full_year(year), _month_number(month), day.str.zfill(2), *_clock()], separator=" "
    )
    return parts.select(
        stamp.str.to_datetime("%Y %m %d %H %M %S", strict=False, time_unit="us")
    ).to_series()


def _full_year(year: pl.Expr) -> pl.Expr:
    number = year.cast(pl.Int64, strict=False)
    century = pl.when(number < _CENTURY).then(2000).otherwise(1900)
    full = pl.when(year.str.len_chars() <= 2).then(number + century).otherwise(number)
    return full.cast(pl.String).str.zfill(4)


def _month_number(month: pl.Expr) -> pl.Expr:
    letters = month.str.contains(r"^\d+$").not_()
    long = month.str.slice(0, 4).replace_strict(_MONTHS, default=None, return_dtype=pl.Int64)
    short = month.str.slice(0, 3).replace_strict(_MONTHS, default=None, return_dtype=pl.Int64)
    named = pl.coalesce(long, short).cast(pl.String)
    return pl.when(letters).then(named).otherwise(month).str.zfill(2)


def _clock() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return hour, minute and second after a date; midnight where there is none."""
    rest = pl.col("rest").str.replace(_SHORT_TIME, "$1:$2:$3")
    none = rest == ""
    hour = rest.str.extract(_TIME, 1).cast(pl.Int64, strict=False)
    half = rest.str.extract(_TIME, 4)
    of_twelve = pl.when(hour.is_between(1, 12)).then(hour % 12)
    hour = (
        pl.when(half.is_null()).then(hour)
        .when(half == "p").then(of_twelve + 12)
        .otherwise(of_twelve)
    )  # fmt: skip
    minute = rest.str.extract(_TIME, 2)
    second = pl.when(minute.is_not_null()).then(rest.str.extract(_TIME, 3).fill_null("00"))
    return (
        pl.when(none).then(pl.lit("00")).otherwise(hour.cast(pl.String).str.zfill(2)),
        pl.when(none).then(pl.lit("00")).otherwise(minute),
        pl.when(none).then(pl.lit("00")).otherwise(second),
    )
