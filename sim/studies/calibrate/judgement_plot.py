"""A picture of log against simulation."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes

from sim.report.kit.canvas import NARROW, Drawing, caption, is_narrow, panel
from sim.report.kit.figure_grid import figure_title
from sim.report.kit.style import styled
from sim.studies.calibrate.held_out import Judged, Judgement

__all__ = ["draw_judgement"]

_LOG, _BAND, _MISSED = "#123F86", "#CF7200", "#B3261E"
_NAMES, _SHORT_NAMES = 2.6, 1.5  # inches for the names of lines
_LETTERS = 18  # of a name in a line of them, where there is little room


def draw_judgement(judgement: Judgement) -> Drawing:
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
        axes.plot([start, start], [line.low, line.high], color=_BAND, linewidth=5, alpha=0.45)
        axes.plot(start, line.simulated, "_", color=_BAND, markersize=9)
        axes.plot(start, line.log, "o", color=_LOG if line.reproduced else _MISSED, markersize=4)
    axes.set_xlabel("hour of the day")
    axes.set_ylim(0, 1.05 * max((line.high for line in hours), default=1.0))


def _draw_lines(axes: Axes, lines: list[Judged]) -> None:
    axes.set_title("Log over simulated mean")
    for place, line in enumerate(reversed(lines)):
        low, high, log = (value / line.simulated for value in (line.low, line.high, line.log))
        axes.plot([low, high], [place, place], color=_BAND, linewidth=5, alpha=0.45)
        axes.plot(log, place, "o", color=_LOG if line.reproduced else _MISSED, markersize=5)
    axes.axvline(1.0, color=_BAND, linewidth=0.8)
    names = [line.name for line in reversed(lines)]
    if is_narrow():
        names = [textwrap.fill(name, _LETTERS) for name in names]
    axes.set_yticks(range(len(lines)), names)
    axes.set_ylim(-0.6, len(lines) - 0.4)
