"""What a panel says of its values: a title, a unit, and the numbers as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import number, places_for, scale, unit_label
from sim.report.kit.style import Look

__all__ = ["Shown", "measured", "short", "values_told"]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a panel's values are written.

    Attributes
    ----------
    title : str
        What is shown, in plain words.
    unit : str
        Of the values that are written.
    factor : float
        From the values in a table to those written.
    signed : bool
        Whether they may be negative by their nature, as money and differences may.
    """

    title: str
    unit: str
    factor: float = 1.0
    signed: bool = False


def measured(measure: str, *, versus: str = "") -> Shown:
    """Say how a measure's values, or their differences from a policy, are shown."""
    declared, difference = describe(measure), bool(versus)
    return Shown(
        declared.title,
        unit_label(declared.unit, difference=difference),
        scale(declared.unit),
        difference or declared.unit == "currency",
    )


def values_told(table: pl.DataFrame, shown: Shown, looks: Mapping[str, Look]) -> str:
    """Write each policy's value for who cannot see the picture; empty where there are none.

    Parameters
    ----------
    table : polars.DataFrame
        policy, mean; a row a policy.
    shown : Shown
    looks : mapping of str to Look
        The policies that are drawn, in order.
    """
    means = dict(table.select("policy", "mean").iter_rows())
    told = [
        f"{policy} {short(means[policy] * shown.factor)}" for policy in looks if policy in means
    ]
    unit = f" ({shown.unit})" if shown.unit else ""
    return f"{shown.title}{unit}: {', '.join(told)}." if told else ""


def short(value: float) -> str:
    """Write a number in about four digits."""
    return number(value, places_for(None, value))
