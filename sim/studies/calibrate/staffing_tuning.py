"""Tune how many agents there are to the waits that they have to explain, by simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.studies.calibrate.day_statistics import statistics_of
from sim.studies.calibrate.fitted_world import simulated_logs
from sim.studies.calibrate.log import part_of
from sim.studies.calibrate.result import CalibrationResult
from sim.studies.calibrate.staffing import Staffing

__all__ = ["tune_staffing"]

# Last days of the log, and how often they are simulated at most: for whole agents, and for a share
# of them that is to be known to a hundredth.
_FOR_AGENTS, _FOR_SHARES = (7, 6), (14, 12)
_PERIODS, _ENOUGH = 6, 120_000  # at least; and contacts that are enough
_CHANGES = 8  # agents more or fewer, at most
_EXPLAINED = 3.0  # standard errors between the waits of log and simulation
_ANSWERING = (0.5, 1.5)  # shares of those who are there; more than all if shifts began earlier
_HALVINGS = 7  # to within a hundredth


def tune_staffing(calibration: CalibrationResult) -> CalibrationResult:
    """Return a fit with as many agents as explain the mean wait of its log's last days.

    Teams are tuned one by one. Patience is never changed: those who were answered after longer
    waits identify it. Without waits that are all known, nothing is changed.

    Parameters
    ----------
    calibration : CalibrationResult
        Its days hold contacts.
    """
    if calibration.teams:
        tuned = {name: tune_staffing(team) for name, team in calibration.teams.items()}
        return replace(calibration, teams=tuned)
    if calibration.log.unknown_waits or not (calibration.log.wait > 0.0).any():
        return calibration
    if calibration.staffing.presence is not None:
        return _share_that_answers(calibration)
    return _more_or_fewer(calibration)


def _more_or_fewer(calibration: CalibrationResult) -> CalibrationResult:
    """Add agents, or take some away, in all open hours.

    Until the simulated wait is within three standard errors of the log's, or passes it; then the
    nearer of both is taken.
    """
    best, gap = calibration, _standardized(calibration)
    sign = np.sign(gap)
    for change in range(1, _CHANGES + 1):
        if abs(gap) <= _EXPLAINED:
            break
        other = _with(calibration, calibration.staffing.with_more(int(sign) * change))
        if other.staffing.most == best.staffing.most:
            break
        found = _standardized(other)
        if abs(found) < abs(gap):
            best, gap = other, found
        if np.sign(found) != sign:
            break
    return best


def _share_that_answers(calibration: CalibrationResult) -> CalibrationResult:
    """Halve the range of shares of those who are there until the simulated wait is the log's."""
    low, high = _ANSWERING
    tried = []
    for _ in range(_HALVINGS):
        share = (low + high) / 2.0
        other = _with(calibration, calibration.staffing.with_answering(share))
        gap, _ = _gap(other, *_FOR_SHARES)
        tried.append((abs(gap), -share, other))
        low, high = (share, high) if gap > 0.0 else (low, share)
    return min(tried, key=lambda one: one[:2])[2]


def _with(calibration: CalibrationResult, staffing: Staffing) -> CalibrationResult:
    return replace(calibration, staffing=staffing)


def _standardized(calibration: CalibrationResult) -> float:
    """Return by how many standard errors the simulated mean wait is above the log's."""
    gap, error = _gap(calibration, *_FOR_AGENTS)
    return gap / error


def _gap(calibration: CalibrationResult, days: int, periods: int) -> tuple[float, float]:
    """Return by how many minutes the simulated mean wait is above the log's, and the error."""
    log = part_of(calibration.log, calibration.whole_days[-days:])
    logged = next(one for one in statistics_of(log) if one.name == "wait")
    periods = max(min(periods, _ENOUGH // len(log.wait)), _PERIODS)
    runs = [
        next(one for one in statistics_of(run, log) if one.name == "wait")
        for run in simulated_logs(calibration, log.days, periods)
    ]
    values = np.array([run.value for run in runs])
    error = max(float(values.std(ddof=1)), 1e-9) * np.sqrt(1.0 + 1.0 / periods)
    return float(values.mean() - logged.value), float(error)
