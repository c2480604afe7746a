"""Who is still a customer, what those who are spend a month, and both as a customer file."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import CommandError
from sim.studies.calibrate.bgnbd import fit_bgnbd
from sim.studies.calibrate.buying_histories import BuyingModel, Histories
from sim.studies.calibrate.gamma_gamma import GammaGamma, fit_gamma_gamma
from sim.studies.calibrate.keyed_draws import uniforms
from sim.studies.calibrate.pareto_nbd import fit_pareto_nbd

__all__ = [
    "MONTH",
    "WEEK",
    "Buyers",
    "Fit",
    "MonthlySpend",
    "buyers_at",
    "expected_spend",
    "fit_buyers",
    "monthly_spend",
    "write_customers",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MONTH, WEEK = 4.0, 7  # weeks, days
_TOP = 0.2
_LAPS = 20  # draws of everybody from which shares and spreads are taken
_LAP_OF_FILE = 2**20  # of the draws for the customer file; no other use has as many
_ALIVE, _RATE, _AMOUNT = 0, 1, 3  # purposes of draws


@dataclass(frozen=True, eq=False)
class Buyers:
    """The customers who had bought by a day.

    Attributes
    ----------
    ids : list of str
    day : datetime.date
        The last one looked at.
    first : array of float, shape (customers,)
        Weeks from the first purchase of anybody to that of each.
    histories : Histories
    amount : array of float, shape (customers,)
        Mean amount of the purchases after the first, currency; 0 where there were none.
    """

    ids: list[str]
    day: datetime.date
    first: Floats
    histories: Histories
    amount: Floats

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Fit:
    """What is fitted to buyers.

    Attributes
    ----------
    buying, other : BuyingModel
        The likelier model of how often people buy and when they stop, and the one not taken.
    spending : GammaGamma
        Of what a purchase costs.
    """

    buying: BuyingModel
    other: BuyingModel
    spending: GammaGamma

    @property
    def weight(self) -> float:
        """Probability of the likelier model, if both were equally so before; 0.5 to 1.

        Both have four parameters, so no penalty sets them apart.
        """
        return 1.0 / (1.0 + math.exp(self.other.loglik - self.buying.loglik))


@dataclass(frozen=True, slots=True)
class MonthlySpend:
    """Spend a month of those who are still customers.

    Attributes
    ----------
    mean : float
        Currency per four weeks, over customers.
    top20_share : float
        Share of the fifth who spend most, without random variation.
    noise_cv : float
        Coefficient of variation of one customer's spend from month to month.
    idle_share : float
        Share of customer-months without a purchase.
    """

    mean: float
    top20_share: float
    noise_cv: float
    idle_share: float


def buyers_at(visits: pl.DataFrame, day: datetime.date) -> Buyers:
    """Return the customers who had bought by a day, and what they had bought.

    Parameters
    ----------
    visits : polars.DataFrame
        `customer`, `day`, `amount`; one row for each customer and day, ordered by both.
    day : datetime.date
        The last to look at.
    """
    repeated = pl.col("amount").filter(pl.col("day") > pl.col("day").min())
    people = (
        visits.filter(pl.col("day") <= day)
        .group_by("customer", maintain_order=True)
        .agg(
            (pl.len() - 1).alias("repeats"),
            pl.col("day").min().alias("first"),
            pl.col("day").max().alias("last"),
            repeated.mean().fill_null(0.0).alias("amount"),
        )
    )
    start = visits["day"].min()

    def weeks(days: pl.Expr) -> Floats:
        return people.select(days.dt.total_days()).to_series().to_numpy() / WEEK

    first, last = pl.col("first"), pl.col("last")
    histories = Histories.of(
        people["repeats"].to_numpy().astype(np.float64),
        weeks(last - first),
        weeks(pl.lit(day) - first),
    )
    return Buyers(
        people["customer"].to_list(),
        day,
        weeks(first - pl.lit(start)),
        histories,
        people["amount"].to_numpy(),
    )


def fit_buyers(buyers: Buyers) -> Fit:
    """Fit both models of buying, and the model of amounts, to buyers some of whom bought again."""
    fits: tuple[BuyingModel, BuyingModel] = (
        fit_bgnbd(buyers.histories), fit_pareto_nbd(buyers.histories),
    )  # fmt: skip
    best, other = sorted(fits, key=lambda fit: -fit.loglik)
    # Who was given what was bought says nothing of amounts, and a gamma law has no zeros.
    paid = (buyers.histories.repeats > 0) & (buyers.amount > 0)
    spending = fit_gamma_gamma(buyers.histories.repeats[paid], buyers.amount[paid])
    return Fit(best, other, spending)


def _drawn(fit: Fit, buyers: Buyers, lap: int) -> tuple[Bools, Floats, Floats]:
    """Draw who is still a customer, how often each buys a month, and what a purchase costs."""
    count, known = buyers.count, buyers.histories
    alive = uniforms(lap, _ALIVE, 1, count)[0] < fit.buying.alive(known)
    rates = MONTH * fit.buying.rates(known, alive, uniforms(lap, _RATE, 2, count))
    draws = uniforms(lap, _AMOUNT, 1, count)[0]
    return alive, rates, fit.spending.drawn(known.repeats, buyers.amount, draws)


def monthly_spend(fit: Fit, buyers: Buyers) -> MonthlySpend:
    """Return what those who are still customers spend a month."""
    rates, amounts = np.concatenate(list(_of_customers(fit, buyers)), axis=1)
    means = rates * amounts
    # Of one customer the month's spend is compound Poisson: its variance is the rate times the
    # mean square of an amount.
    noise = (1.0 + 1.0 / fit.spending.p) * (rates * amounts**2).sum()
    return MonthlySpend(
        mean=_expected_mean(fit, buyers),
        top20_share=_top_share(means),
        noise_cv=math.sqrt(noise / (means**2).sum()),
        idle_share=float(np.exp(-rates).mean()),
    )


def expected_spend(fit: Fit, buyers: Buyers) -> Floats:
    """Return what each may be expected to spend in a month as a customer, currency."""
    known = buyers.histories
    rate = (fit.buying.r + known.repeats) / (fit.buying.alpha + known.age)
    return MONTH * rate * fit.spending.expected(known.repeats, buyers.amount)


def _expected_mean(fit: Fit, buyers: Buyers) -> float:
    alive = fit.buying.alive(buyers.histories)
    return float((alive * expected_spend(fit, buyers)).sum() / alive.sum())


def _of_customers(fit: Fit, buyers: Buyers) -> Iterator[Floats]:
    for lap in range(_LAPS):
        alive, rates, amounts = _drawn(fit, buyers, lap)
        yield np.stack([rates[alive], amounts[alive]])


def _top_share(spend: Floats) -> float:
    ordered = np.sort(spend)
    return float(ordered[len(ordered) - round(_TOP * len(ordered)) :].sum() / ordered.sum())


def write_customers(fit: Fit, buyers: Buyers, file: Path) -> Path:
    """Write a customer file, with a row for each who ever bought.

    Raises
    ------
    CommandError
        If the file cannot be written.
    """
    try:
        _customer_table(fit, buyers).write_csv(file)
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None
    return file


def _customer_table(fit: Fit, buyers: Buyers) -> pl.DataFrame:
    """Return a row for each who ever bought, with columns as `people.file` reads them.

    A customer file says yes or no, so who is still a customer is drawn with the probability that
    stands beside it. Spend is drawn too, from what is known of each: expected values would be more
    alike than people are.

    Parameters
    ----------
    fit : Fit
    buyers : Buyers

    Returns
    -------
    polars.DataFrame
        `id`; `customer`, 0 or 1; `spend`, currency per month of four weeks while a customer;
        `tenure_months` since the first purchase; `probability`, that one is still a customer;
        `expected_spend`, if so. A scenario passes the last two over.
    """
    alive, rates, amounts = _drawn(fit, buyers, _LAP_OF_FILE)
    return pl.DataFrame(
        {
            "id": buyers.ids,
            "customer": alive.astype(np.int64),
            "spend": np.round(rates * amounts, 4),
            "tenure_months": np.round(buyers.histories.age / MONTH, 2),
            "probability": np.round(fit.buying.alive(buyers.histories), 4),
            "expected_spend": np.round(expected_spend(fit, buyers), 4),
        }
    )
