"""Hold the last part of the purchases out, forecast it, and judge the forecast."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import chdtri, ndtri

from sim.studies.calibrate.buying_histories import BuyingModel, uncertain
from sim.studies.calibrate.gamma_gamma import GammaGamma, amounts_of
from sim.studies.calibrate.gamma_gamma import misfit as misfit_of_amounts
from sim.studies.calibrate.keyed_draws import normals, uniforms
from sim.studies.calibrate.spend_of_customers import WEEK, Buyers, Fit, buyers_at, fit_buyers

__all__ = ["Forecast", "Judged", "forecast", "hold_out"]

Floats = npt.NDArray[np.float64]

LEVEL = 0.9
"""How often a forecast's interval should hold what comes."""

_HELD = 1 / 3  # of the period
_LEAST_WEEKS, _LEAST_REPEATERS = 8, 10  # before the part held out
_LAPS = 200
_ALIVE, _FUTURE, _AMOUNT, _PARAMETERS = 10, 11, 14, 20  # purposes of draws
_COMMON, _MODEL, _SPREAD = 30, 31, 32
_LEAST_EXPECTED = 10.0  # repeat purchases in a week for it to tell what weeks share


@dataclass(frozen=True, slots=True)
class Judged:
    """A forecast beside what came.

    Attributes
    ----------
    name : {'purchases', 'sales'}
    mean, low, high : float
        The forecast, and its 90% interval.
    actual : float
    """

    name: str
    mean: float
    low: float
    high: float
    actual: float

    @property
    def holds(self) -> bool:
        """Whether what came lies within the interval."""
        return self.low <= self.actual <= self.high

    def __str__(self) -> str:
        """Return the forecast, what came, and a verdict."""
        verdict = "within the interval" if self.holds else "OUTSIDE the interval"
        return (
            f"{self.name}: {self.mean:,.0f} forecast ({self.low:,.0f} to {self.high:,.0f}), "
            f"{self.actual:,.0f} came: {verdict}"
        )


@dataclass(frozen=True, slots=True)
class Common:
    """What moves the purchases of all customers together, such as seasons, sales and holidays.

    Attributes
    ----------
    variance, chance : float
        Variance of weeks about what is expected, relative to it; and the part that is the chance of
        each customer.
    freedom : int
        Degrees of freedom of that variance; 0 where too few weeks tell it.
    weeks : float
        Weeks without a common cause in their order that vary as the mean of those to be forecast.
    dispersion : float
        Variance of a week's purchases in that of a model without it, at least 1.
    """

    variance: float = 0.0
    chance: float = 0.0
    freedom: int = 0
    weeks: float = 1.0
    dispersion: float = 1.0

    @property
    def cv(self) -> float:
        """Coefficient of variation of the mean over the weeks that are forecast."""
        return sqrt(max(self.variance - self.chance, 0.0) / self.weeks)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The last part of the purchases, forecast from the part before.

    Attributes
    ----------
    since, until : datetime.date
        First and last day held out.
    customers : int
        Who had bought before; only their purchases are forecast.
    model : str
        The likelier of the models of buying on the part before.
    weight : float
        Its share of the draws, by the likelihoods of both; 0.5 to 1.
    common_cv : float
        Coefficient of variation of what all weeks held out share, such as a season or a sale.
    lines : tuple of Judged
    """

    since: datetime.date
    until: datetime.date
    customers: int
    model: str
    weight: float
    common_cv: float
    lines: tuple[Judged, ...]

    @property
    def holds(self) -> bool:
        """Whether all that came lies within the intervals."""
        return all(line.holds for line in self.lines)

    def as_data(self) -> dict[str, Any]:
        """Return the forecast as plain data."""
        days = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {**asdict(self), **days, "holds": self.holds}

    def told(self) -> list[str]:
        """Return the forecast and its verdict in lines."""
        weeks = ((self.until - self.since).days + 1) / WEEK
        return [
            (
                f"Held out: {self.since} to {self.until} ({weeks:.1f} weeks), of "
                f"{self.customers:,} customers who had bought before, by {self.model} (weight "
                f"{self.weight:.0%}). Intervals of {LEVEL:.0%}:"
            ),
            *(f"  {line}" for line in self.lines),
        ]


def hold_out(visits: pl.DataFrame) -> Forecast | None:
    """Fit all but the last third of the purchases, forecast the rest, and compare.

    Parameters
    ----------
    visits : polars.DataFrame
        `customer`, `day`, `amount`; one row for each customer and day, ordered by both.

    Returns
    -------
    Forecast or None
        None if the part before is shorter than eight weeks, or fewer than ten bought twice in it.
    """
    first, last = _days(visits)
    held = round(((last - first).days + 1) * _HELD)
    cut = last - datetime.timedelta(days=held)
    buyers = buyers_at(visits, cut)
    before = (cut - first).days + 1
    paid = (buyers.histories.repeats > 0) & (buyers.amount > 0)
    if before < _LEAST_WEEKS * WEEK or paid.sum() < _LEAST_REPEATERS:
        return None
    fit = fit_buyers(buyers)
    common = common_to_all(fit, buyers, visits, held // WEEK)
    came = visits.filter(
        (pl.col("day") > cut) & pl.col("customer").is_in(buyers.ids)
    )  # fmt: skip
    actual = (float(came.height), float(came["amount"].sum()))
    futures = forecast(fit, buyers, held / WEEK, common)
    lines = tuple(map(_judged, ("purchases", "sales"), futures, actual))
    since = cut + datetime.timedelta(days=1)
    return Forecast(since, last, buyers.count, fit.buying.name, fit.weight, common.cv, lines)


def _judged(name: str, drawn: Floats, actual: float) -> Judged:
    ends = ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0)
    # Of so many draws alike, the next lies between these in 90%.
    low, high = np.quantile(drawn, ends, method="weibull")
    return Judged(name, float(drawn.mean()), float(low), float(high), actual)


def forecast(fit: Fit, buyers: Buyers, weeks: float, common: Common) -> Floats:
    """Draw purchases and sales of the weeks after the last day, shape (2, draws).

    Each draw has one of the two models of buying, by their likelihoods; parameters as the data
    leave them uncertain; who is still a customer, how often each buys and for how much; and what
    all weeks share.

    Parameters
    ----------
    fit : Fit
    buyers : Buyers
    weeks : float
    common : Common
        What all weeks share. It moves what the parameters were fitted to as well, so their
        covariance is multiplied by the dispersion, as in quasi-likelihood.

    References
    ----------
    McCullagh, P. & Nelder, J. A. (1989). Generalized linear models, 2nd ed., chapter 9. Chapman &
    Hall. doi:10.1201/9780203753736
    """
    scores = normals(0, _PARAMETERS, 7, _LAPS).T
    models = (fit.buying, fit.other)
    buying = [
        uncertain(model.misfit, model.logs, buyers.histories, scores[:, :4], common.dispersion)
        for model in models
    ]
    which = (uniforms(0, _MODEL, 1, _LAPS)[0] >= fit.weight).astype(np.int64)
    paid = amounts_of(buyers.histories.repeats, buyers.amount)
    spending = uncertain(misfit_of_amounts, fit.spending.logs, paid, scores[:, 4:])
    shared = _shared(common)
    return np.array(
        [
            shared[lap]
            * _future(
                models[which[lap]].at(buying[which[lap]][lap]),
                GammaGamma.at(spending[lap]),
                buyers,
                weeks,
                lap,
            )
            for lap in range(_LAPS)
        ]
    ).T


def _future(
    model: BuyingModel, amounts: GammaGamma, buyers: Buyers, weeks: float, lap: int
) -> Floats:
    """Return the purchases and the sales of one draw."""
    alive = uniforms(lap, _ALIVE, 1, buyers.count)[0] < model.alive(buyers.histories)
    draws = uniforms(lap, _FUTURE, 3, buyers.count)[:, alive]
    bought = model.purchases(buyers.histories.of_those(alive), weeks, draws)
    # What they spend is drawn for those alone who buy.
    buys = np.flatnonzero(alive)[bought > 0]
    of_amount, of_total = uniforms(lap, _AMOUNT, 2, buyers.count)[:, buys]
    mean = amounts.drawn(buyers.histories.repeats[buys], buyers.amount[buys], of_amount)
    spent = amounts.total(mean, bought[bought > 0], of_total)
    return np.array([bought.sum(), spent.sum()])


def _shared(common: Common) -> Floats:
    """Draw the factor that all weeks share, of mean 1; its spread is known from some weeks only."""
    if common.freedom == 0:
        return np.ones(_LAPS)
    squares = chdtri(common.freedom, uniforms(0, _SPREAD, 1, _LAPS)[0])
    total = common.variance * common.freedom / squares
    sigma = np.sqrt(np.log1p(np.maximum(total - common.chance, 0.0) / common.weeks))
    scores = ndtri(uniforms(0, _COMMON, 1, _LAPS)[0])
    return np.asarray(np.exp(sigma * scores - sigma * sigma / 2.0))


def common_to_all(fit: Fit, buyers: Buyers, visits: pl.DataFrame, weeks: int) -> Common:
    """Estimate how much what comes in common moves the purchases of some weeks together.

    Weeks differ from what the model expects by more than chance of each customer: seasons, sales
    and holidays move all. The variance between weeks beyond the expected number (as of Poisson) is
    attributed to it, and what follows each other is taken as autoregressive of the first order.

    Parameters
    ----------
    fit, buyers
    visits : polars.DataFrame
    weeks : int
        How many weeks are to be forecast.
    """
    seen, expected = weekly_repeats(fit, buyers, visits)
    told = expected >= _LEAST_EXPECTED
    if told.sum() < 4:
        return Common()
    scatter = float(((seen - expected)[told] ** 2 / expected[told]).mean())
    apart = seen[told] / expected[told] - 1.0
    freedom = int(told.sum()) - 1
    apart = apart - apart.mean()
    follows = float((apart[1:] * apart[:-1]).sum() / (apart**2).sum())
    follows = min(max(follows, 0.0), 0.9)
    count = max(weeks, 1)
    lags = np.arange(1, count)
    inflation = 1.0 + 2.0 * ((1.0 - lags / count) * follows**lags).sum()
    lasting = (1.0 + follows) / (1.0 - follows)
    return Common(
        variance=float((apart**2).sum() / freedom),
        chance=float((1.0 / expected[told]).mean()),
        freedom=freedom,
        weeks=count / float(inflation),
        dispersion=max(scatter * lasting, 1.0),
    )


def weekly_repeats(fit: Fit, buyers: Buyers, visits: pl.DataFrame) -> tuple[Floats, Floats]:
    """Return the repeat purchases of each whole week up to the last day, and those expected."""
    start = _days(visits)[0]
    weeks = ((buyers.day - start).days + 1) // WEEK
    repeats = visits.filter(
        (pl.col("day") <= buyers.day) & (pl.col("day") > pl.col("day").min().over("customer"))
    )
    place = (repeats["day"] - start).dt.total_days().to_numpy() // WEEK
    seen = np.bincount(place[place < weeks], minlength=weeks).astype(np.float64)
    first, people = np.unique(buyers.first, return_counts=True)
    passed = np.maximum(np.arange(weeks + 1)[:, None] - first, 0.0)
    reached = fit.buying.expected(passed) @ people
    return seen, np.diff(reached)


def _days(visits: pl.DataFrame) -> tuple[datetime.date, datetime.date]:
    first, last = visits.select(pl.col("day").min(), pl.col("day").max().alias("last")).row(0)
    return first, last
