"""Fit spend to purchases: its mean, concentration and noise, and how soon people stop."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtr, ndtri

from sim.errors import DataError
from sim.studies.calibrate.bgnbd import BgNbd, fit_bgnbd
from sim.studies.calibrate.log import Unused
from sim.studies.calibrate.log_rows import Files
from sim.studies.calibrate.purchase_rows import PurchaseColumns, PurchaseRows, read_purchases
from sim.studies.calibrate.scenario_writer import write_lines

__all__ = ["PurchaseColumns", "Purchases", "calibrate_purchases", "fit_purchases"]

Floats = npt.NDArray[np.float64]

_MONTH, _WEEK = 28, 7.0  # days
_TOP = 0.2


@dataclass(frozen=True, slots=True)
class Purchases:
    """What is fitted to purchases.

    Attributes
    ----------
    path : str
    rows, used, customers : int
        Rows of the file, rows that could be used, and people in them.
    unused : tuple of Unused
        Rows left out, by reason.
    mean : float
        Spend per month from the first purchase on, over people, currency.
    seen_top20 : float
        Share of all spend by the fifth of people who spent most, random variation included.
    top20_share : float
        The same without random variation, by a lognormal distribution of mean spend.
    noise_cv : float
        Coefficient of variation of one person's spend from month to month.
    buying : BgNbd
        Repeat purchases, until people stop.
    """

    path: str
    rows: int
    used: int
    customers: int
    unused: tuple[Unused, ...]
    mean: float
    seen_top20: float
    top20_share: float
    noise_cv: float
    buying: BgNbd

    @property
    def natural_per_month(self) -> float:
        """Monthly hazard that a person who buys at the mean rate stops."""
        return 4.0 * self.buying.per_week * self.buying.stops

    def sections(self) -> dict[str, Any]:
        """Return the fitted part of a scenario as plain data."""
        spend = {"mean": self.mean, "top20_share": self.top20_share, "noise_cv": self.noise_cv}
        return {
            "name": f"Calibrated from {Path(self.path).name}",
            "people": {
                "count": self.customers,
                "customers": self.customers,
                "spend": {name: _rounded(value) for name, value in spend.items()},
            },
            "behaviour": {"churn": {"natural_per_month": _rounded(self.natural_per_month)}},
        }

    def write(self, file: str | os.PathLike[str], command: str = "") -> Path:
        """Write the scenario, with the evidence for each number in comments.

        Raises
        ------
        CommandError
            If the file cannot be written.
        """
        return write_lines(Path(file), self._lines(command))

    def _lines(self, command: str) -> list[str]:
        sections, buying = self.sections(), self.buying
        stops = sections["behaviour"]["churn"]["natural_per_month"]
        spend = sections["people"]["spend"]
        lines = [f"# {self.used:,} of {self.rows:,} purchases, {self.customers:,} customers."]
        lines += [f"# {command}"] if command else []
        lines += [f"# Not used: {one}." for one in self.unused]
        return [
            *lines,
            (
                f"# BG/NBD: r {buying.r:.3f}, alpha {buying.alpha:.3f} weeks, a {buying.a:.3f}, "
                f"b {buying.b:.3f}."
            ),
            f'name: "{sections["name"]}"',
            "people:",
            f"  count: {self.customers}",
            f"  customers: {self.customers}",
            f"  # The fifth who spent most spent {self.seen_top20:.1%}, noise included.",
            (
                f"  spend: {{mean: {spend['mean']}, top20_share: {spend['top20_share']}, "
                f"noise_cv: {spend['noise_cv']}}}"
            ),
            "behaviour:",
            f"  # {buying.per_week:.3f} purchases per week, {buying.stops:.1%} stop after each.",
            f"  churn: {{natural_per_month: {stops}}}",
        ]

    def as_data(self) -> dict[str, Any]:
        """Return the fits as plain data."""
        return {**asdict(self), "scenario": self.sections()}


def calibrate_purchases(
    file: Files,
    columns: PurchaseColumns | None = None,
) -> Purchases:
    """Fit spend and drop-out to purchases, one row each.

    Parameters
    ----------
    file : path or sequence of path
        Text, workbooks or Parquet.
    columns : PurchaseColumns, optional

    Raises
    ------
    DataError
        If a file cannot be read, can be read two ways, or holds too little to fit anything.
    """
    return fit_purchases(read_purchases(file, columns or PurchaseColumns()))


def fit_purchases(bought: PurchaseRows) -> Purchases:
    """Fit spend and drop-out to purchases that have been read.

    Raises
    ------
    DataError
        If they are too few to fit anything.
    """
    path, table = bought.path, bought.table
    # Several purchases on a day are one visit, as the model's authors count them.
    visits = table.group_by("customer", "day").agg(pl.col("amount").sum()).sort("customer", "day")
    last = visits["day"].max()
    people = (
        visits.group_by("customer")
        .agg(
            (pl.len() - 1).alias("repeats"),
            pl.col("day").min().alias("first"),
            pl.col("day").max().alias("latest"),
        )
        .sort("customer")
    )
    if people.height < 30 or people["repeats"].sum() == 0:
        raise DataError(f"{path}: needs at least 30 customers, some of whom buy twice.")
    weeks = people.select(
        (pl.col("latest") - pl.col("first")).dt.total_days() / _WEEK,
        ((pl.lit(last) - pl.col("first")).dt.total_days() / _WEEK).alias("age"),
    )
    buying = fit_bgnbd(
        people["repeats"].to_numpy().astype(np.float64),
        weeks["latest"].to_numpy(),
        weeks["age"].to_numpy(),
    )
    spent = _monthly(visits, last)
    fits = (*_spend(spent), buying)
    return Purchases(path, bought.rows, table.height, people.height, bought.unused, *fits)


def _monthly(visits: pl.DataFrame, last: Any) -> list[Floats]:
    """Return each customer's spend by month from the first purchase, whole months only."""
    placed = (
        visits.with_columns(
            first=pl.col("day").min().over("customer"),
        )
        .with_columns(
            month=(pl.col("day") - pl.col("first")).dt.total_days() // _MONTH,
            months=((pl.lit(last) - pl.col("first")).dt.total_days() + 1) // _MONTH,
        )
        .filter(pl.col("month") < pl.col("months"))
    )
    spent = []
    for _, own in placed.group_by("customer", maintain_order=True):
        months = np.zeros(int(own["months"][0]))
        np.add.at(months, own["month"].to_numpy().astype(np.int64), own["amount"].to_numpy())
        spent.append(months)
    return spent


def _spend(spent: list[Floats]) -> tuple[float, float, float, float]:
    """Return mean spend, the top fifth's share with and without random variation, and noise."""
    long = [own for own in spent if len(own) > 1]
    means = np.array([own.mean() for own in long])
    noise = np.array([own.var(ddof=1) for own in long])
    lengths = np.array([len(own) for own in long])
    totals = np.sort(np.array([own.sum() for own in long]))
    top = totals[len(totals) - round(_TOP * len(totals)) :].sum() / totals.sum()
    squares = (means**2 - noise / lengths).sum()
    noise_cv = math.sqrt(noise.sum() / squares) if squares > 0.0 else 0.0
    # Random variation inflates the spread of means over people, and is removed.
    between = max(float(means.var(ddof=1) - (noise / lengths).mean()), 0.0)
    sigma = math.sqrt(math.log1p(between / float(means.mean()) ** 2))
    latent = float(ndtr(sigma + ndtri(_TOP)))
    return float(means.mean()), float(top), latent, noise_cv


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
