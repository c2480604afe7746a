"""Judge a fit: run it, and compare with the last part of the log, which it has not seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim.errors import DataError
from sim.studies.calibrate.arrivals import fit_arrivals
from sim.studies.calibrate.day_statistics import Statistic, statistics_of
from sim.studies.calibrate.fitted_world import simulated_logs
from sim.studies.calibrate.log import Log, part_of
from sim.studies.calibrate.log_distances import Distance, distances
from sim.studies.calibrate.result import CalibrationResult
from sim.studies.calibrate.staffing import Tuning
from sim.studies.calibrate.staffing_tuning import tune_staffing

__all__ = ["Judged", "Judgement", "compare", "judge", "split_days"]

Days = npt.NDArray[np.datetime64]

_LEAST = 14  # days, of which the last part can be held out
_MOST = 28  # days held out
_CONTACTS = 40_000  # simulated in all: some seconds
_PERIODS = (10, 16)
_TOGETHER = 0.95
_SAYS_LITTLE = 0.5  # of the log's value, as half of a band


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of log against simulation.

    Attributes
    ----------
    name, unit : str
    log, simulated : float
        The log's value and the mean over simulated periods.
    low, high : float
        Where the log's value would lie if the fit were true; all lines together in 95% of logs.
    detail : bool
        Whether it is one of many hours.
    """

    name: str
    unit: str
    log: float
    simulated: float
    low: float
    high: float
    detail: bool = False

    @property
    def reproduced(self) -> bool:
        """Whether the log's value lies in the band."""
        return self.low <= self.log <= self.high

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.reproduced:
            return "NOT reproduced"
        wide = self.high - self.low > 2.0 * _SAYS_LITTLE * abs(self.log)
        return "reproduced, but the band is wide" if wide else "reproduced"


@dataclass(frozen=True, eq=False)
class Judgement:
    """Log against simulation.

    Attributes
    ----------
    lines : tuple of Judged
    fitted, judged : array of datetime64[D]
        The days that were fitted and those that were compared.
    periods : int
        How often the compared days were simulated.
    tunings : mapping of str to Tuning
        How agents were tuned to the waits of the fitted days, by team; '' for all.
    distances : tuple of Distance
        How far simulated logs are from the log, as process mining measures it.
    """

    lines: tuple[Judged, ...]
    fitted: Days
    judged: Days
    periods: int
    tunings: Mapping[str, Tuning] = field(default_factory=dict)
    distances: tuple[Distance, ...] = ()

    @property
    def held_out(self) -> bool:
        """Whether the days that were compared were not fitted."""
        return bool(self.judged[0] > self.fitted[-1])

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """The names of what is not reproduced."""
        return tuple(line.name for line in self.lines if not line.reproduced)

    @property
    def reproduced(self) -> bool:
        """Whether everything is."""
        return not self.shortfalls


def split_days(days: Days) -> tuple[Days, Days]:
    """Return the days to fit and those to compare: the last third, in whole weeks, at most four.

    Of less than two weeks, all are both.
    """
    if len(days) < _LEAST:
        return days, days
    weeks = min(max(round(len(days) / 21), 1), _MOST // 7)
    first = days[-1] - 7 * weeks + 1
    return days[days < first], days[days >= first]


def judge(log: Log, fit: Callable[[Log], CalibrationResult]) -> Judgement:
    """Fit the first part of a log, simulate the last part, and compare.

    The band of each line holds what simulated periods of as many days vary by, or what the log's
    own days do if that is more; that the simulation's mean is one of some periods; and that the fit
    is one to so many days. Bands are wide enough for all lines to hold together.

    Parameters
    ----------
    log : Log
    fit : callable
        Fits a log.

    Raises
    ------
    DataError
        If the log has too few services to fit a law.

    References
    ----------
    Law, A. M. (2015). Simulation modeling and analysis, 5th ed., section 5.6 (validation by
    comparing with the output of the system that is there), McGraw-Hill.
    """
    whole = _whole_days(log)
    first, last = split_days(whole)
    try:
        calibration = fit(part_of(log, first))
    except DataError:  # too few services in the first part
        calibration, last = fit(part_of(log, whole)), whole
    return compare(tune_staffing(calibration), part_of(log, last))


def _whole_days(log: Log) -> Days:
    left_out = np.array(fit_arrivals(log).left_out, "datetime64[D]")
    return log.days[~np.isin(log.days, left_out)]


def compare(calibration: CalibrationResult, seen: Log) -> Judgement:
    """Simulate the days of a log, and compare.

    Parameters
    ----------
    calibration : CalibrationResult
        Fitted to other days, or to the same.
    seen : Log
        With two contacts or more.
    """
    periods = int(np.clip(_CONTACTS // max(len(seen.wait), 1), *_PERIODS))
    logged = statistics_of(seen)
    made = list(simulated_logs(calibration, seen.days, periods))
    runs = [statistics_of(run, seen) for run in made]
    fitted = calibration.log.days
    weeks = _weeks(fitted, seen.days)
    hours = sum(_is_detail(one) for one in logged)
    families = len(logged) - hours + 1  # all hours together count as one line
    lines = []
    for place, one in enumerate(logged):
        alpha = (1.0 - _TOGETHER) / families / (hours if _is_detail(one) else 1)
        lines.append(_line(one, [run[place] for run in runs], weeks, alpha))
    desks = calibration.teams or {"": calibration}
    return Judgement(
        tuple(lines),
        fitted,
        seen.days,
        periods,
        tunings={name: desk.staffing.tuning for name, desk in desks.items()},
        distances=distances(seen, made),
    )


def _weeks(fitted: Days, seen: Days) -> tuple[float, float]:
    """Return the weeks that were fitted and those compared; none compared if they are the same."""
    return len(fitted) / 7.0, len(seen) / 7.0 if seen[0] > fitted[-1] else 0.0


def _is_detail(one: Statistic) -> bool:
    return one.name.startswith("contacts a day,")


def _line(
    logged: Statistic, runs: list[Statistic], weeks: tuple[float, float], alpha: float
) -> Judged:
    values = np.array([run.value for run in runs])
    values = values[~np.isnan(values)]
    if len(values) < 2 or np.isnan(logged.value):
        return Judged(logged.name, logged.unit, logged.value, np.nan, -np.inf, np.inf)
    mean, count = float(values.mean()), len(values)
    fitted, seen = weeks
    by_runs = float(values.std(ddof=1)) * math.sqrt(1.0 + 1.0 / count + seen / fitted)
    # A day beside its simulated ones differs by their own noise and by that of the fitted week.
    by_days = _error_of_days(logged, runs) * math.sqrt(
        (1.0 + seen / fitted) / (1.0 + min(seen, 1.0) / fitted)
    )
    freedom = count + len(logged.top) - 2
    half = float(stats.t.ppf(1.0 - alpha / 2.0, freedom)) * max(by_runs, by_days)
    low, high = max(mean - half, 0.0), mean + half
    if logged.unit == "share":
        high = min(high, 1.0)
    return Judged(logged.name, logged.unit, logged.value, mean, low, high, _is_detail(logged))


def _error_of_days(logged: Statistic, runs: list[Statistic]) -> float:
    """Return the standard error of a log's ratio from its days, each beside its simulated ones.

    Days differ by their weekday; what they differ by beyond that is noise. That the log's ratio is
    another than the simulation's is none.
    """
    rest, count = _over(logged) - np.mean([_over(run) for run in runs], axis=0), len(logged.top)
    return math.sqrt(count * float(rest.var(ddof=1))) if count > 1 else 0.0


def _over(one: Statistic) -> npt.NDArray[np.float64]:
    """Return what each day adds to the ratio beyond an equal share of it."""
    total = max(float(one.bottom.sum()), 1.0)
    return np.asarray((one.top - np.nan_to_num(one.value) * one.bottom) / total)
