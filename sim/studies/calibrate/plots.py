"""Plots of data against fit: arrivals over the week, handling and patience."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.kit.canvas import caption, panel, save_figure
from sim.report.kit.style import styled
from sim.studies.calibrate.result import CalibrationResult

__all__ = ["draw_all"]

_DATA, _FIT, _OTHER = "#123F86", "#CF7200", "#00735E"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def draw_all(calibration: CalibrationResult, folder: Path) -> list[Path]:
    """Draw every picture that the log allows, as SVG; return the files."""
    figures = {"arrivals": _arrivals(calibration), "handling": _handling(calibration)}
    if calibration.patience is not None:
        figures["patience"] = _patience(calibration)
    return [save_figure(figure, folder / f"{name}.svg") for name, figure in figures.items()]


def _canvas(title: str, note: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.2, 3.6))
    axes = panel(figure, 0.8, 0.85, 6.1, 2.35)
    axes.set_title(title)
    caption(figure, note)
    return figure, axes


def _arrivals(calibration: CalibrationResult) -> Figure:
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


def _handling(calibration: CalibrationResult) -> Figure:
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


def _patience(calibration: CalibrationResult) -> Figure:
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
