"""One picture a family: how far the simulation is from theory, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.canvas import caption, panel
from sim.report.style import INK, MUTED, styled
from sim.verification.judging import Finding

__all__ = ["draw_family"]

_ROW = 0.26  # inches
_LEFT, _WIDE, _RIGHT = 3.6, 4.2, 0.4
_HEAD, _FOOT = 0.5, 0.95
_RIGHT_COLOUR, _WRONG_COLOUR = "#123F86", "#CF7200"


def draw_family(title: str, findings: Sequence[Finding]) -> Figure:
    """Draw each case's difference from theory, in percent of it, with its 95% interval.

    Parameters
    ----------
    title : str
    findings : sequence of Finding
        Of one family, at least one.
    """
    with styled():
        height = _ROW * len(findings)
        figure = Figure(figsize=(_LEFT + _WIDE + _RIGHT, _HEAD + height + _FOOT))
        axes = panel(figure, _LEFT, _FOOT, _WIDE, height)
        for place, one in enumerate(findings):
            _row(axes, place, one)
        _scale(axes, findings)
        up = figure.get_size_inches()[1]
        figure.text(
            0.12 / (_LEFT + _WIDE + _RIGHT), 1.0 - 0.28 / up, title, weight="bold", color=INK
        )
        runs = sorted({one.replications for one in findings})
        span = f"{runs[0]}" if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"
        caption(figure, f"95% intervals over {span} replications; theory is the line at 0.")
    return figure


def _row(axes: Axes, place: int, one: Finding) -> None:
    gap = 100.0 * (one.simulated / one.case.theory - 1.0)
    colour = _RIGHT_COLOUR if one.passed else _WRONG_COLOUR
    axes.errorbar(
        gap,
        place,
        xerr=100.0 * one.half_width,
        fmt="o" if one.passed else "X",
        color=colour,
        elinewidth=1.6,
        capsize=2.5,
    )


def _scale(axes: Axes, findings: Sequence[Finding]) -> None:
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=0)
    axes.set_ylim(len(findings) - 0.4, -0.6)
    axes.set_yticks(range(len(findings)), [one.case.quantity for one in findings], fontsize=8.5)
    axes.tick_params(axis="y", colors=INK)
    furthest = max(abs(one.simulated / one.case.theory - 1.0) + one.half_width for one in findings)
    most = max(110.0 * furthest, 0.1)
    axes.set_xlim(-most, most)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.set_xlabel("difference of the simulation from theory, % of theory", color=MUTED)
