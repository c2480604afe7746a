"""A picture of log against simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.kit.canvas import caption, panel, save_figure
from sim.report.kit.style import styled
from sim.studies.calibrate.held_out import Judged, Judgement

__all__ = ["draw_judgement"]

_LOG, _BAND, _MISSED = "#123F86", "#CF7200", "#B3261E"


def draw_judgement(judgement: Judgement, folder: Path) -> Path:
    """Draw contacts by hour, and each other line as a share of its simulated mean, as SVG."""
    hours = [line for line in judgement.lines if line.detail]
    others = [line for line in judgement.lines if not line.detail and line.simulated > 0.0]
    height = 0.3 * len(others) + 1.5
    with styled():
        figure = Figure(figsize=(7.2, height + 3.4))
        _draw_hours(panel(figure, 0.8, height + 0.6, 6.1, 2.3), hours)
        _draw_lines(panel(figure, 2.6, 0.95, 4.3, height - 1.2), others)
        seen = "days not seen by the fit" if judgement.held_out else "the days fitted"
        caption(
            figure,
            f"Dots: the log, {judgement.judged[0]} to {judgement.judged[-1]}, {seen}. Bars: where "
            "it would be if the fit were true; red: outside",
        )
    return save_figure(figure, folder / "check.svg")


def _draw_hours(axes: Axes, hours: list[Judged]) -> None:
    axes.set_title("Contacts a day by hour")
    starts = np.array([int(line.name.split(", ")[1][:2]) for line in hours]) + 0.5
    for start, line in zip(starts, hours, strict=True):
        axes.plot([start, start], [line.low, line.high], color=_BAND, linewidth=5, alpha=0.45)
        axes.plot(start, line.simulated, "_", color=_BAND, markersize=9)
        axes.plot(start, line.log, "o", color=_LOG if line.reproduced else _MISSED, markersize=4)
    axes.set_xlabel("hour of the day")
    axes.set_ylim(0, 1.05 * max((line.high for line in hours), default=1.0))


def _draw_lines(axes: Axes, lines: list[Judged]) -> None:
    axes.set_title("Log as a share of the simulated mean")
    for place, line in enumerate(reversed(lines)):
        low, high, log = (value / line.simulated for value in (line.low, line.high, line.log))
        axes.plot([low, high], [place, place], color=_BAND, linewidth=5, alpha=0.45)
        axes.plot(log, place, "o", color=_LOG if line.reproduced else _MISSED, markersize=5)
    axes.axvline(1.0, color=_BAND, linewidth=0.8)
    axes.set_yticks(range(len(lines)), [line.name for line in reversed(lines)])
    axes.set_ylim(-0.6, len(lines) - 0.4)
