"""A claim's difference against what is varied: where its verdict turns."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiment import Trial
from sim.report.canvas import blank, caption, panel
from sim.report.style import INK, MUTED, styled
from sim.report.words import scale, unit_label
from sim.results import shown_value

__all__ = ["draw_trials"]

# Dark enough to read on white, and told apart by marker as well.
_LOOKS = {"supported": ("#00735E", "o"), "refuted": ("#CF7200", "s"), "undecided": (MUTED, "D")}
_LEFT, _WIDE, _HIGH, _LOW, _TOP = 0.95, 4.3, 2.1, 1.05, 0.35


def draw_trials(trials: Sequence[Trial], path: str, unit: str, sign: str) -> Figure:
    """Draw the difference with its interval at each value tried, about a line of no difference.

    Parameters
    ----------
    trials : sequence of Trial
    path : str
        What is varied.
    unit : str
        Of the difference.
    sign : str
        ``>`` or ``<``: on which side of the line the claim is true.
    """
    with styled():
        if not any(trial.verdict.found.mean is not None for trial in trials):
            return blank(f"No difference is defined at any value of {path}.")
        figure = Figure(figsize=(_LEFT + _WIDE + 0.25, _LOW + _HIGH + _TOP))
        axes = panel(figure, _LEFT, _LOW, _WIDE, _HIGH)
        places = _places(trials)
        _points(axes, trials, places, scale(unit))
        axes.axhline(0, color=MUTED, linewidth=0.9, zorder=1)
        axes.set_xticks(places, [shown_value(trial.value) for trial in trials])
        axes.set_xlabel(path, loc="left", fontsize=8.5)
        _title(axes, unit_label(unit, difference=True))
        caption(figure, _basis(trials, sign))
        return figure


def _places(trials: Sequence[Trial]) -> list[float]:
    values = [trial.value for trial in trials]
    numbers = [
        float(one) for one in values if isinstance(one, (int, float)) and not isinstance(one, bool)
    ]
    return numbers if len(numbers) == len(values) else [float(i) for i in range(len(values))]


def _points(axes: Axes, trials: Sequence[Trial], places: Sequence[float], factor: float) -> None:
    for place, trial in zip(places, trials, strict=True):
        found, (colour, marker) = trial.verdict.found, _LOOKS[trial.verdict.word]
        if found.mean is None:
            continue
        if found.low is not None and found.high is not None:
            axes.vlines(place, found.low * factor, found.high * factor, color=colour, linewidth=1.9)
        axes.plot([place], [found.mean * factor], marker=marker, color=colour, markersize=5.6)


def _title(axes: Axes, unit: str) -> None:
    text = f"Left less right ({unit})" if unit else "Left less right"
    axes.set_title(text, color=INK, fontsize=9.5, weight="normal", loc="left")


def _basis(trials: Sequence[Trial], sign: str) -> str:
    side = "above" if sign == ">" else "below"
    least = min(trial.verdict.found.replications for trial in trials)
    return (
        f"The claim holds {side} the line. Circles: supported; squares: refuted; diamonds:\n"
        f"undecided. 95% intervals, paired over at least {least} replications."
    )
