"""Fit arrivals: the profile of the week, and the variation between days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.log import Log
from sim.studies.calibrate.weekly_profile import fit_profile, is_rare

__all__ = ["Arrivals", "closed_days", "fit_arrivals", "fit_counts"]

Floats = npt.NDArray[np.float64]
_WEEKS = 4.0  # in a month


@dataclass(frozen=True, eq=False)
class Arrivals:
    """When contacts arrive.

    Attributes
    ----------
    weights : array of float, shape (168,)
        Mean contacts in each hour of the week from Monday 00:00; 0 where the desk was closed.
    per_month : float
        Contacts in four such weeks.
    per_month_error : float
        Its standard error, busy and quiet days included.
    day_cv : float
        Coefficient of variation of the factor by which whole days are busier.
    dispersion : float
        Variance over mean of hourly counts about the profile; 1 would be Poisson.
    days : int
        Whole days observed.
    by_day : array of float, shape (days, 24)
        Contacts by day and hour.
    smoothed : int
        Hours of the week without a contact that chance explains, so that they are not closed.
    in_part : tuple of str
        The first or last day, if the log holds a part of it only: left out of all this.
    closed : tuple of str
        Days without a contact that chance does not explain: left out too.
    """

    weights: Floats
    per_month: float
    per_month_error: float
    day_cv: float
    dispersion: float
    days: int
    by_day: Floats
    smoothed: int = 0
    in_part: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The days that are not ordinary ones."""
        return self.in_part + self.closed


def fit_arrivals(log: Log) -> Arrivals:
    """Fit the weekly profile and the day factor to the arrivals of a log; see `fit_counts`."""
    day = log.arrival.astype("datetime64[D]")
    hour = (log.arrival - day).astype("timedelta64[h]").astype(np.int64)
    by_day = np.zeros((len(log.days), 24))
    np.add.at(by_day, (np.searchsorted(log.days, day), hour), 1.0)
    in_part, closed = _in_part(by_day, log.days), closed_days(by_day.sum(axis=1), log.days)
    fit = fit_counts(by_day, log.days, in_part | closed)
    return replace(fit, in_part=_texts(log.days[in_part]), closed=_texts(log.days[closed]))


def fit_counts(
    by_day: Floats,
    days: npt.NDArray[np.datetime64],
    left_out: npt.NDArray[np.bool_] | None = None,
) -> Arrivals:
    """Fit the weekly profile and the day factor to counts by day and hour.

    The profile is the mean by hour of the week over the days observed, drawn towards what weekdays
    and hours of the day have in common (`sim.studies.calibrate.weekly_profile`). A day's total is
    Poisson about the profile times the day's factor, so ``Var = m + m^2 cv^2``; cv^2 is estimated
    by moments over days of the same weekday, and set to 0 if their spread is less than Poisson.

    Parameters
    ----------
    by_day : array of float, shape (days, 24)
    days : array of datetime64[D]
    left_out : array of bool, optional
        Days that are not ordinary.

    References
    ----------
    Jongbloed, G. & Koole, G. (2001). Managing uncertainty in call centres using Poisson mixtures.
    Applied Stochastic Models in Business and Industry 17(4), 307-318. doi:10.1002/asmb.444
    """
    whole = np.ones(len(days), np.bool_)
    if left_out is not None:
        whole = np.asarray(~left_out)
    weekday = _weekday(days[whole])
    counts = np.bincount(weekday, minlength=7)
    sums = np.zeros((7, 24))
    np.add.at(sums, weekday, by_day[whole])
    weights, smoothed = fit_profile(sums, counts)
    spread = _day_cv(by_day[whole].sum(axis=1), weekday)
    means = weights.sum(axis=1)
    variance = (means + (means * spread) ** 2) / np.maximum(counts, 1)
    return Arrivals(
        weights=weights.ravel(),
        per_month=float(_WEEKS * weights.sum()),
        per_month_error=float(_WEEKS * np.sqrt(variance.sum())),
        day_cv=spread,
        dispersion=_dispersion(by_day[whole], weekday),
        days=int(whole.sum()),
        by_day=by_day,
        smoothed=smoothed,
    )


def closed_days(totals: Floats, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Return the days without a contact that chance would hardly leave so: holidays, outages.

    Parameters
    ----------
    totals : array of float, shape (days,)
        Contacts of each day.
    days : array of datetime64[D]
    """
    flags, weekday = np.zeros(len(days), np.bool_), _weekday(days)
    for place in np.flatnonzero(totals == 0.0):
        others = totals[(weekday == weekday[place]) & (totals > 0.0)]
        flags[place] = len(others) > 0 and bool(is_rare(float(others.mean())))
    return flags


def _texts(days: npt.NDArray[np.datetime64]) -> tuple[str, ...]:
    return tuple(str(day) for day in days)


def _in_part(by_day: Floats, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Return whether the log begins, or ends, in the middle of its first and last day.

    It does if the silence from its end to midnight is one that chance would hardly leave, by the
    other days of that weekday, or by all if there are none.
    """
    flags = np.zeros(len(days), np.bool_)
    busy = np.asarray(by_day.any(axis=1))
    for place, after in ((0, False), (len(days) - 1, True)):
        others = np.flatnonzero(busy & (np.arange(len(days)) != place))
        same = others[_weekday(days)[others] == _weekday(days)[place]]
        others = same if len(same) else others
        if len(others) and busy[place]:
            seen = np.flatnonzero(by_day[place])
            usual = np.asarray(by_day[others].mean(axis=0))
            silent = usual[seen[-1] + 1 :] if after else usual[: seen[0]]
            flags[place] = bool(is_rare(float(silent.sum())))
    return flags


def _day_cv(totals: Floats, weekday: npt.NDArray[np.int64]) -> float:
    """Return the spread of days of the same weekday beyond Poisson, 0 if there is none."""
    excess = weight = 0.0
    for number in range(7):
        here = totals[weekday == number]
        if len(here) > 1:
            mean = float(here.mean())
            excess += (len(here) - 1) * (float(here.var(ddof=1)) - mean)
            # The square of a mean is larger than the mean's square, by its variance.
            weight += (len(here) - 1) * (mean * mean - float(here.var(ddof=1)) / len(here))
    return float(np.sqrt(max(excess, 0.0) / weight)) if weight > 0.0 else 0.0


def _dispersion(by_day: Floats, weekday: npt.NDArray[np.int64]) -> float:
    """Return the variance over the mean of counts of the same hour of the week."""
    variance = mean = 0.0
    for number in range(7):
        here = by_day[weekday == number]
        if len(here) > 1:
            variance += float(here.var(axis=0, ddof=1).sum())
            mean += float(here.mean(axis=0).sum())
    return variance / mean if mean > 0.0 else float("nan")


def _weekday(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Return 0 for Monday to 6; 1970 began on a Thursday."""
    return np.asarray((days.astype("datetime64[D]").astype(np.int64) + 3) % 7)
