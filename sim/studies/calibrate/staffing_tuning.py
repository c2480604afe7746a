"""Tune how many agents there are to the waits that they have to explain, by simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.studies.calibrate.day_statistics import statistics_of
from sim.studies.calibrate.fitted_world import simulated_logs
from sim.studies.calibrate.log import part_of
from sim.studies.calibrate.result import CalibrationResult

__all__ = ["tune_staffing"]

_DAYS = 7
_PERIODS = 6
_CHANGES = 8  # agents more or fewer, at most
_EXPLAINED = 3.0  # standard errors between the waits of log and simulation


def tune_staffing(calibration: CalibrationResult) -> CalibrationResult:
    """Return a fit with as many agents as explain the mean wait of its log's last days.

    Agents are added, or taken away, in all open hours until the simulated wait is within three
    standard errors of the log's, or passes it; then the nearer of both is taken. Patience is never
    changed: those who were answered after longer waits identify it. Without waits that are all
    known, nothing is changed.

    Parameters
    ----------
    calibration : CalibrationResult
        Its days hold contacts.
    """
    if calibration.log.unknown_waits or not (calibration.log.wait > 0.0).any():
        return calibration
    best, gap = calibration, _gap(calibration)
    sign = np.sign(gap)
    for change in range(1, _CHANGES + 1):
        if abs(gap) <= _EXPLAINED:
            break
        agents = int(sign) * change
        other = replace(calibration, staffing=calibration.staffing.with_more(agents))
        if other.staffing.most == best.staffing.most:
            break
        found = _gap(other)
        if abs(found) < abs(gap):
            best, gap = other, found
        if np.sign(found) != sign:
            break
    return best


def _gap(calibration: CalibrationResult) -> float:
    """Return by how many standard errors the simulated mean wait is above the log's."""
    log = part_of(calibration.log, calibration.whole_days[-_DAYS:])
    logged = next(one for one in statistics_of(log) if one.name == "wait")
    runs = [
        next(one for one in statistics_of(run, log) if one.name == "wait")
        for run in simulated_logs(calibration, log.days, _PERIODS)
    ]
    values = np.array([run.value for run in runs])
    error = max(float(values.std(ddof=1)), 1e-9) * np.sqrt(1.0 + 1.0 / _PERIODS)
    return float((values.mean() - logged.value) / error)
