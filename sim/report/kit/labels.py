"""Label the values of a panel: title, unit, and numbers as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import decimal_places, display_factor, format_number, unit_label
from sim.report.kit.style import Look
from sim.report.kit.titles import title_of

__all__ = ["ValueLabel", "compact_number", "describe_values", "label_of"]


@dataclass(frozen=True, slots=True)
class ValueLabel:
    """Title, unit and scale of a panel's values.

    Attributes
    ----------
    title : str
        Title in plain words.
    unit : str
        Unit of the values as displayed.
    factor : float
        Factor from values in a table to values as displayed.
    signed : bool
        Whether values may be negative, as money and differences may.
    """

    title: str
    unit: str
    factor: float = 1.0
    signed: bool = False


def label_of(measure: str, *, versus: str = "") -> ValueLabel:
    """Return the label of a measure's values or of their differences from a policy."""
    declared, difference = describe(measure), bool(versus)
    return ValueLabel(
        declared.title,
        unit_label(declared.unit, difference=difference),
        display_factor(declared.unit),
        difference or declared.unit == "currency",
    )


def describe_values(table: pl.DataFrame, label: ValueLabel, looks: Mapping[str, Look]) -> str:
    """Write each policy's value as text for readers who cannot see the picture.

    Parameters
    ----------
    table : polars.DataFrame
        Columns policy and mean, one row per policy.
    label : ValueLabel
    looks : mapping of str to Look
        The policies drawn, in order.
    """
    means = dict(table.select("policy", "mean").iter_rows())
    values = [
        f"{title_of(policy)} {compact_number(means[policy] * label.factor)}"
        for policy in looks
        if policy in means
    ]
    unit = f" ({label.unit})" if label.unit else ""
    return f"{label.title}{unit}: {', '.join(values)}." if values else ""


def compact_number(value: float) -> str:
    """Write a number with about four digits."""
    return format_number(value, decimal_places(None, value))
