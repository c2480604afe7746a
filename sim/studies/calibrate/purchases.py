"""Fit purchases: who is still a customer, what those spend, and how soon they stop."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.errors import DataError
from sim.studies.calibrate.buying_forecast import Forecast, hold_out
from sim.studies.calibrate.buying_histories import BuyingModel
from sim.studies.calibrate.log import Unused
from sim.studies.calibrate.log_rows import Files
from sim.studies.calibrate.notation import comments, quoted, rounded, write_lines
from sim.studies.calibrate.purchase_rows import PurchaseColumns, PurchaseRows, read_purchases
from sim.studies.calibrate.spend_of_customers import (
    MONTH,
    Buyers,
    Fit,
    MonthlySpend,
    buyers_at,
    expected_spend,
    fit_buyers,
    monthly_spend,
    write_customers,
)

__all__ = ["PurchaseColumns", "Purchases", "calibrate_purchases", "fit_purchases"]

_YEAR = 13  # months of four weeks
_LEAST, _LEAST_REPEATERS = 30, 10
_ALIKE = 0.1  # share of customers by which the two models may differ unsaid


@dataclass(frozen=True, slots=True)
class Purchases:
    """What is fitted to purchases.

    Attributes
    ----------
    path : str
    rows, used : int
        Rows of the file, and rows that could be used.
    unused : tuple of Unused
        Rows left out, by reason.
    buyers : Buyers
        Everybody who ever bought.
    fit : Fit
        The models of buying and of amounts.
    spend : MonthlySpend
        Of those who are still customers.
    first_amount : float
        Mean of the first purchases, which are no monthly spend, currency.
    forecast : Forecast or None
        The last third, forecast from the rest; None if the period is too short.
    """

    path: str
    rows: int
    used: int
    unused: tuple[Unused, ...]
    buyers: Buyers = field(repr=False)
    fit: Fit
    spend: MonthlySpend
    first_amount: float
    forecast: Forecast | None

    @property
    def people(self) -> int:
        """How many ever bought."""
        return self.buyers.count

    @property
    def customers(self) -> float:
        """How many are expected to be customers still."""
        return self.still_by(self.fit.buying)

    @property
    def natural_per_month(self) -> float:
        """Monthly hazard that one who is still a customer stops, in the coming month."""
        return -math.log(self.kept(1))

    @property
    def correlation(self) -> float:
        """Of how often people bought again with what they spent each time, in logarithms."""
        known = self.buyers.histories.repeats, self.buyers.amount
        paid = (known[0] > 0) & (known[1] > 0)
        logs = np.log([values[paid] for values in known])
        return float(np.corrcoef(logs)[0, 1]) if logs.std(axis=1).all() else 0.0

    def still_by(self, model: BuyingModel) -> float:
        """Return how many are expected to be customers still, by a model of buying."""
        return float(model.alive(self.buyers.histories).sum())

    def spent_by(self, model: BuyingModel) -> float:
        """Return what all who are still customers are expected to spend a month, by a model."""
        fit = replace(self.fit, buying=model)
        alive = model.alive(self.buyers.histories)
        return float((alive * expected_spend(fit, self.buyers)).sum())

    def kept(self, months: int) -> float:
        """Return the share of those who are still customers that are so some months later."""
        alive = self.fit.buying.alive(self.buyers.histories)
        stays = self.fit.buying.stays(self.buyers.histories, months * MONTH)
        return float((alive * stays).sum() / alive.sum())

    def sections(self, people_file: str | None = None) -> dict[str, Any]:
        """Return the fitted part of a scenario as plain data.

        Parameters
        ----------
        people_file : str, optional
            The customer file, if one is written, as the scenario is to name it.
        """
        noise = {"noise_cv": rounded(self.spend.noise_cv)}
        law = {"mean": rounded(self.spend.mean), "top20_share": rounded(self.spend.top20_share)}
        drawn = {
            "count": self.people,
            "customers": round(self.customers),
            "spend": {**law, **noise},
        }
        return {
            "name": f"Calibrated from {Path(self.path).name}",
            "people": {"file": people_file, "spend": noise} if people_file else drawn,
            "behaviour": {"churn": {"natural_per_month": rounded(self.natural_per_month)}},
        }

    def write(
        self, file: str | os.PathLike[str], command: str = "", people_file: str | None = None
    ) -> Path:
        """Write the scenario, with the evidence for each number in comments.

        Raises
        ------
        CommandError
            If the file cannot be written.
        """
        return write_lines(Path(file), self._lines(command, people_file))

    def write_people(self, file: str | os.PathLike[str]) -> Path:
        """Write a customer file: who is still a customer, and what each spends a month.

        Raises
        ------
        CommandError
            If the file cannot be written.
        """
        return write_customers(self.fit, self.buyers, Path(file))

    def told(self) -> list[str]:
        """Return what was found, in lines: models, customers, spend, the part held out."""
        return [
            *self._models(),
            (
                f"Spend of those who are still customers: {self.spend.mean:,.2f} a month, the "
                f"first purchases ({self.first_amount:,.2f} on average) left out."
            ),
            *self._limits(),
            *(self.forecast.told() if self.forecast else [_TOO_SHORT]),
        ]

    def _models(self) -> Iterator[str]:
        best, other = self.fit.buying, self.fit.other
        yield (
            f"{best.name}: log likelihood {best.loglik:,.1f}, above {other.name} by "
            f"{best.loglik - other.loglik:,.1f}; {_letters(best)}."
        )
        yield (
            f"Of {self.people:,} who ever bought, {self.customers:,.0f} are expected to be "
            f"customers still; by {other.name}, {self.still_by(other):,.0f}."
        )
        if abs(self.customers - self.still_by(other)) > _ALIKE * self.people:
            yield (
                "How many they are depends on the model more than what they spend together: "
                f"{self.spent_by(best):,.0f} a month, by {other.name} {self.spent_by(other):,.0f}."
            )

    def _limits(self) -> Iterator[str]:
        """Yield what the scenario cannot express of what was found."""
        yield "What the scenario cannot express:"
        yield (
            f"  one hazard of stopping for all and ever: of today's customers {self.kept(1):.1%} "
            f"remain after a month and {self.kept(_YEAR):.0%} after 13, where that hazard would "
            f"leave {self.kept(1) ** _YEAR:.0%}"
        )
        yield (
            f"  months without a purchase, {self.spend.idle_share:.0%} of a customer's: everybody "
            "spends each month, and varies by one coefficient for all"
        )
        yield "  those who stopped: they begin as people who could be won"
        yield (
            "  why they stop: natural_per_month has all of it, and the dissatisfied "
            "(behaviour.churn) come on top, so lower one of them if too many leave"
        )
        yield (
            f"  that how often and how much go together: a correlation of {self.correlation:.2f} "
            "here, taken for 0"
        )

    def _lines(self, command: str, people_file: str | None) -> Iterator[str]:
        sections = self.sections(people_file)
        yield f"# {self.used:,} of {self.rows:,} purchases, {self.people:,} customers."
        if command:
            yield f"# {command}"
        yield from (f"# Not used: {one}." for one in self.unused)
        yield from comments(self.told())
        yield f"name: {quoted(sections['name'])}"
        yield "people:"
        yield from self._people_lines(sections["people"])
        yield "behaviour:"
        yield "  # Of those who are still customers, in the coming month."
        hazard = sections["behaviour"]["churn"]["natural_per_month"]
        yield f"  churn: {{natural_per_month: {hazard}}}"

    def _people_lines(self, people: dict[str, Any]) -> Iterator[str]:
        spend = people["spend"]
        amounts = self.fit.spending
        law = f"p {amounts.p:.3g}, q {amounts.q:.3g}, gamma {amounts.gamma:.3g}"
        if "file" in people:
            yield "  # Drawn for each from what is known of them: customer, spend."
            yield f"  file: {quoted(people['file'])}"
            yield f"  spend: {{noise_cv: {spend['noise_cv']}}}"
            return
        yield f"  count: {people['count']}"
        yield f"  customers: {people['customers']}  # expected; the others have stopped"
        yield f"  # Per active month; amounts are gamma-gamma: {law}."
        said = ", ".join(f"{name}: {value}" for name, value in spend.items())
        yield f"  spend: {{{said}}}"

    def as_data(self) -> dict[str, Any]:
        """Return the fits as plain data."""
        models = {
            model.name: {**dict(_named(model)), "loglik": model.loglik,
                         "customers": self.still_by(model)}
            for model in (self.fit.buying, self.fit.other)
        }  # fmt: skip
        return {
            "path": self.path,
            "rows": self.rows,
            "used": self.used,
            "unused": [asdict(one) for one in self.unused],
            "people": self.people,
            "customers": self.customers,
            "model": self.fit.buying.name,
            "models": models,
            "amounts": asdict(self.fit.spending),
            "spend": asdict(self.spend),
            "first_amount": self.first_amount,
            "correlation": self.correlation,
            "forecast": self.forecast.as_data() if self.forecast else None,
            "scenario": self.sections(),
        }


_TOO_SHORT = (
    "Nothing was held out: it takes twelve weeks, and ten who bought twice in the first two thirds."
)


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
    # Several purchases on a day are one visit, as the models' authors count them.
    visits = table.group_by("customer", "day").agg(pl.col("amount").sum()).sort("customer", "day")
    if not visits.height:
        raise DataError(f"{path}: holds no purchase that can be used.")
    buyers = buyers_at(visits, visits["day"].max())  # type: ignore[arg-type]  # a column of dates
    paid = (buyers.histories.repeats > 0) & (buyers.amount > 0)
    if buyers.count < _LEAST or paid.sum() < _LEAST_REPEATERS:
        raise DataError(
            f"{path}: needs at least {_LEAST} customers, {_LEAST_REPEATERS} of whom bought on "
            f"another day too (got {buyers.count} and {paid.sum()})."
        )
    fit = fit_buyers(buyers)
    first = visits.group_by("customer", maintain_order=True).first()["amount"].to_numpy()
    return Purchases(
        path, bought.rows, table.height, bought.unused, buyers, fit,
        monthly_spend(fit, buyers), float(first.mean()), hold_out(visits),
    )  # fmt: skip


def _named(model: BuyingModel) -> Iterator[tuple[str, float]]:
    return zip(model.letters, np.exp(model.logs).tolist(), strict=True)


def _letters(model: BuyingModel) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in _named(model))
