"""Yes and no in the words that exports use."""

from __future__ import annotations

import polars as pl

__all__ = ["NO", "YES", "read_truths"]

YES = ("1", "true", "t", "yes", "y", "ja", "j", "wahr", "oui", "vrai", "sí", "si", "sim", "x")
NO = ("0", "false", "f", "no", "n", "nein", "falsch", "non", "faux", "não", "nee", "-")

_WORDS = dict.fromkeys(YES, 1.0) | dict.fromkeys(NO, 0.0)


def read_truths(text: pl.Series) -> pl.Series:
    """Return 1 for yes and 0 for no, in English, German, French, Spanish or Portuguese.

    Parameters
    ----------
    text : polars.Series of str

    Returns
    -------
    polars.Series of float
        Null where the text is neither.
    """
    words = text.str.strip_chars().str.to_lowercase()
    known = words.replace_strict(_WORDS, default=None, return_dtype=pl.Float64)
    numbers = words.cast(pl.Float64, strict=False)
    return known.fill_null(numbers.set(~numbers.is_in([0.0, 1.0]).fill_null(value=True), None))
