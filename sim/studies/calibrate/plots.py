"""Plots of data against fit: arrivals over the week, handling, patience, and the simulation."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from sim.report.kit.canvas import NARROW, Drawing, caption, is_narrow, panel
from sim.report.kit.figure_grid import figure_title
from sim.report.kit.style import styled
from sim.studies.calibrate.held_out import Judged, Judgement
from sim.studies.calibrate.result import CalibrationResult

__all__ = ["pictures_of"]

_DATA, _FIT, _OTHER, _MISSED = "#123F86", "#CF7200", "#00735E", "#B3261E"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES, _SHORT_NAMES = 2.6, 1.5  # inches for the names of lines
_LETTERS = 18  # of a name in a line of them, where there is little room


def pictures_of(
    calibration: CalibrationResult, judgement: Judgement | None = None
) -> dict[str, Callable[[], Drawing]]:
    """Return what draws each picture that the log allows, by its name.

    Log against simulation is one of them where they were compared.
    """
    pictures: dict[str, Callable[[], Drawing]] = {"arrivals": partial(_arrivals, calibration)}
    pictures["handling"] = partial(_handling, calibration)
    if calibration.patience is not None:
        pictures["patience"] = partial(_patience, calibration)
    if judgement is not None:
        pictures["check"] = partial(_judgement, judgement)
    return pictures


def _canvas(title: str, note: str) -> tuple[Drawing, Axes]:
    width = NARROW if is_narrow() else 7.2
    figure = Drawing(width, 3.6, title)
    axes = panel(figure, 0.8, 0.85, width - 1.1, 2.35)
    figure_title(figure, title)
    caption(figure, note)
    return figure, axes


def _arrivals(calibration: CalibrationResult) -> Drawing:
    arrivals = calibration.arrivals
    weekday = (calibration.log.days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    with styled():
        note = (
            f"{arrivals.days} days; variance over mean of hourly counts {arrivals.dispersion:.2f}, "
        )
        figure, axes = _canvas(
            "Contacts per hour", note + f"coefficient of variation of days {arrivals.day_cv:.2f}"
        )
        for day, counts in zip(weekday, arrivals.by_day, strict=True):
            axes.plot(24 * day + np.arange(24) + 0.5, counts, ".", color=_DATA, markersize=2.5)
        axes.step(
            np.arange(169), [*arrivals.weights, arrivals.weights[-1]], where="post", color=_FIT
        )
        axes.set_xticks(24 * np.arange(7) + 12, _DAYS)
        axes.set_xlim(0, 168)
        axes.set_ylim(bottom=0)
    return figure


def _handling(calibration: CalibrationResult) -> Drawing:
    minutes = np.sort(calibration.log.service[calibration.log.served])
    shares = (np.arange(len(minutes)) + 0.5) / len(minutes)
    with styled():
        figure, axes = _canvas(
            "Handling, share finished within so many minutes",
            f"{len(minutes):,} services (dots at most 400); the likeliest law is drawn thick",
        )
        drawn = np.unique(np.linspace(0, len(minutes) - 1, 400).astype(int))
        axes.plot(minutes[drawn], shares[drawn], ".", color=_DATA, markersize=3, label="log")
        grid = np.linspace(minutes[0], np.quantile(minutes, 0.99), 300)
        for rank, fit in enumerate(calibration.handling):
            axes.plot(
                grid,
                fit.cdf(grid),
                color=_FIT if rank == 0 else _OTHER,
                linewidth=2.0 if rank == 0 else 0.9,
                linestyle="-" if rank < 2 else (0, (5, 1.6)),
                label=f"{fit.law}, K-S {fit.ks:.3f}",
            )
        axes.set_xlim(0, float(grid[-1]))
        axes.set_xlabel("minutes")
        axes.legend(fontsize=8)
    return figure


def _patience(calibration: CalibrationResult) -> Drawing:
    patience = calibration.patience
    assert patience is not None  # the caller has looked
    with styled():
        figure, axes = _canvas(
            "Patience, share who would still wait",
            f"{patience.left:,} of {patience.waited:,} who waited left; those who were answered "
            "count as more patient than their wait",
        )
        axes.step(
            [0.0, *patience.times],
            [1.0, *patience.survival],
            where="post",
            color=_DATA,
            label="Kaplan-Meier",
        )
        last = float(patience.times[np.searchsorted(-patience.survival, -0.02) - 1])
        grid = np.linspace(0.0, last, 200)
        axes.plot(grid, patience.survives(grid), color=_FIT, label="fitted law")
        axes.set_xlim(0, last)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("minutes")
        axes.legend(fontsize=8)
    return figure


def _judgement(judgement: Judgement) -> Drawing:
    """Draw contacts by hour, and each other line as a share of its simulated mean."""
    hours = [line for line in judgement.lines if line.detail]
    others = [line for line in judgement.lines if not line.detail and line.simulated > 0.0]
    width = NARROW if is_narrow() else 7.2
    height, names = 0.3 * len(others) + 1.5, _NAMES if width > _NAMES + 2.5 else _SHORT_NAMES
    seen = "days not seen by the fit" if judgement.held_out else "the days fitted"
    with styled():
        figure = Drawing(width, height + 3.8, "Log against simulation")
        figure_title(figure, figure.title)
        _draw_hours(panel(figure, 0.8, height + 0.6, width - 1.1, 2.3), hours)
        _draw_lines(panel(figure, names, 0.95, width - names - 0.3, height - 1.2), others)
        caption(
            figure,
            f"Dots: the log, {judgement.judged[0]} to {judgement.judged[-1]}, {seen}. Bars: where "
            "it would be if the fit were true; red: outside",
        )
    return figure


def _draw_hours(axes: Axes, hours: list[Judged]) -> None:
    axes.set_title("Contacts a day by hour")
    starts = np.array([int(line.name.split(", ")[1][:2]) for line in hours]) + 0.5
    for start, line in zip(starts, hours, strict=True):
        axes.plot([start, start], [line.low, line.high], color=_FIT, linewidth=5, alpha=0.45)
        axes.plot(start, line.simulated, "_", color=_FIT, markersize=9)
        axes.plot(start, line.log, "o", color=_DATA if line.reproduced else _MISSED, markersize=4)
    axes.set_xlabel("hour of the day")
    axes.set_ylim(0, 1.05 * max((line.high for line in hours), default=1.0))


def _draw_lines(axes: Axes, lines: list[Judged]) -> None:
    axes.set_title("Log over simulated mean")
    for place, line in enumerate(reversed(lines)):
        low, high, log = (value / line.simulated for value in (line.low, line.high, line.log))
        axes.plot([low, high], [place, place], color=_FIT, linewidth=5, alpha=0.45)
        axes.plot(log, place, "o", color=_DATA if line.reproduced else _MISSED, markersize=5)
    axes.axvline(1.0, color=_FIT, linewidth=0.8)
    names = [line.name for line in reversed(lines)]
    if is_narrow():
        names = [textwrap.fill(name, _LETTERS) for name in names]
    axes.set_yticks(range(len(lines)), names)
    axes.set_ylim(-0.6, len(lines) - 0.4)
