"""Numbers as spreadsheets write them: currency signs, and either decimal mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

__all__ = ["MARKS", "Numbers", "decided", "read_numbers"]

MARKS = ("point", "comma")
"""What may stand before decimals; the other one groups thousands."""

_MONEY = (
    r"\p{Sc}|(?:us|ca|au|nz|hk)\$|usd|eur|euros?|gbp|chf|sek|nok|dkk|kr\.?|cad|aud|jpy|inr|pln|"
    r"zł|kč"
)
_SIGNED = rf"(?i)^([-+]?)\s*(?:{_MONEY})\s*([-+]?)"
_AFTER = rf"(?i)\s*(?:{_MONEY})$"
_GROUPED = "(\\d)[\\s'\u2019](\\d{3})"
_SHAPE = r"^[+-]?(?:[1-9]\d{{0,2}}(?:{group}\d{{3}})+|\d+)(?:{mark}\d*)?(?:[eE][+-]?\d+)?$"
_BARE = r"^[+-]?{mark}\d+$"


class Numbers(NamedTuple):
    """A column of numbers.

    Attributes
    ----------
    values : polars.Series of float
        Null where the text is no number.
    mark : {'point', 'comma', ''}
        What stands before decimals; empty where no value has a mark.
    tied : bool
        Whether every value can be read with either mark, such as ``1.234``, and nothing decided.
    """

    values: pl.Series
    mark: str
    tied: bool


def read_numbers(text: pl.Series, mark: str | None = None, tie: str | None = None) -> Numbers:
    """Read numbers with or without a currency, in the mark that reads the most of them.

    Signs stand before, after, or are parentheses round the number, as in accounts.

    Parameters
    ----------
    text : polars.Series of str
    mark : {'point', 'comma'}, optional
        The decimal mark, if it is known.
    tie : {'point', 'comma'}, optional
        What decides if either mark reads every value.
    """
    plain = _plain(text)
    if mark is not None:
        return Numbers(_by_mark(plain, mark), mark, tied=False)
    point, comma = (_by_mark(plain, one) for one in MARKS)
    reads = point.count() - comma.count()
    if reads:
        return Numbers(point, "point", False) if reads > 0 else Numbers(comma, "comma", False)
    if point.equals(comma):
        return Numbers(point, "", tied=False)
    if tie is not None:
        return Numbers(point if tie == "point" else comma, tie, tied=False)
    return Numbers(point, "point", tied=True)


def _plain(text: pl.Series) -> pl.Series:
    """Return signs and digits with their marks alone."""
    cleaned = text.str.strip_chars().str.replace("\u2212", "-", literal=True)
    cleaned = cleaned.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^(.*\d)-$", "-$1")
    cleaned = cleaned.str.replace(_SIGNED, "$1$2").str.replace(_AFTER, "")
    for _ in range(2):  # groups share digits, and a match takes them
        cleaned = cleaned.str.replace_all(_GROUPED, "$1$2")
    return cleaned


def _by_mark(plain: pl.Series, mark: str) -> pl.Series:
    group, point = (",", ".") if mark == "point" else (".", ",")
    shape = _SHAPE.format(group=rf"\{group}", mark=rf"\{point}")
    right = plain.str.contains(shape) | plain.str.contains(_BARE.format(mark=rf"\{point}"))
    digits = plain.str.replace_all(group, "", literal=True).str.replace(point, ".", literal=True)
    return _kept(digits, right).cast(pl.Float64, strict=False)


def _kept(values: pl.Series, right: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"values": values, "right": right})
    return frame.select(pl.when(pl.col("right")).then(pl.col("values"))).to_series()


def decided(columns: Sequence[Numbers]) -> str | None:
    """Return the mark of the columns that leave no doubt, if they agree."""
    sure = {column.mark for column in columns if column.mark and not column.tied}
    return sure.pop() if len(sure) == 1 else None
