"""Draw a claim's difference against a setting, to show where its verdict changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from sim.report.kit.canvas import Drawing, blank, caption, panel
from sim.report.kit.lines import round_ticks
from sim.report.kit.number_format import display_factor, shorten, unit_label
from sim.report.kit.style import INK, MUTED, styled
from sim.studies.claims.tables import Tested, Trial, value_text

__all__ = ["draw_map", "draw_trials"]

# Dark enough to read on white; markers differ as well.
_LOOKS = {"supported": ("#00735E", "o"), "refuted": ("#CF7200", "s"), "negligible": (MUTED, "_"),
          "undecided": (MUTED, "D")}  # fmt: skip
_LEFT, _WIDE, _HIGH, _LOW, _TOP = 0.95, 4.3, 2.1, 1.4, 0.35
_LETTER = 0.075  # inches


def draw_trials(trials: Sequence[Trial], path: str, unit: str, sign: str) -> Drawing:
    """Draw the difference with its interval at each value tried, and a line of no difference.

    Parameters
    ----------
    trials : sequence of Trial
    path : str
        The setting that is varied.
    unit : str
        Of the difference.
    sign : str
        ``>`` or ``<``: on which side of the line the claim is true.
    """
    with styled():
        if not any(trial.verdict.difference.mean is not None for trial in trials):
            return blank(f"No difference is defined at any value of {path}.")
        title = f"Where the verdict changes over {shorten(path, 60)}"
        figure = Drawing(
            _LEFT + _WIDE + 0.25, _LOW + _HIGH + _TOP, title, _description(title, trials)
        )
        axes = panel(figure, _LEFT, _LOW, _WIDE, _HIGH)
        # In the order tried, equally far apart: what was tried is often spread over many powers.
        _points(axes, trials, range(len(trials)), display_factor(unit))
        axes.axhline(0, color=MUTED, linewidth=0.9, zorder=1)
        axes.set_xlim(-0.5, len(trials) - 0.5)
        _tick_labels(axes, trials)
        axes.set_xlabel(shorten(path, 60), loc="left", fontsize=8.5)
        _title(axes, unit_label(unit, difference=True))
        round_ticks(axes.yaxis, *axes.get_ylim())
        caption(figure, _basis(trials, sign))
        return figure


def _tick_labels(axes: Axes, trials: Sequence[Trial]) -> None:
    """Label the values tried, the scenario's own in bold; aslant where they would overlap."""
    labels = [_short(trial.value) for trial in trials]
    needed = sum(len(label) + 2 for label in labels) * _LETTER
    aslant: dict[str, Any] = {}
    if needed > _WIDE:
        aslant = {"rotation": 25, "ha": "right", "rotation_mode": "anchor"}
    axes.set_xticks(range(len(trials)), labels, fontsize=8.5, **aslant)
    for trial, label in zip(trials, axes.get_xticklabels(), strict=True):
        label.set_fontweight("bold" if trial.own else "normal")


def _short(value: object) -> str:
    """Return a value as short text: large numbers with separators, or in millions."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return shorten(value_text(value), 16)
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.4g}M"
    return f"{value:,.0f}" if abs(value) >= 1e3 and value == int(value) else f"{value:.4g}"


def _points(axes: Axes, trials: Sequence[Trial], places: Sequence[float], factor: float) -> None:
    for position, trial in zip(places, trials, strict=True):
        difference, (colour, marker) = trial.verdict.difference, _LOOKS[trial.verdict.word]
        if difference.mean is None:
            continue
        for one, width in ((trial.verdict.adjusted, 0.9), (difference, 2.4)):
            if one.low is not None and one.high is not None:
                axes.vlines(
                    position, one.low * factor, one.high * factor, color=colour, linewidth=width
                )
        axes.plot(
            [position], [difference.mean * factor], marker=marker, color=colour, markersize=5.6
        )


def _description(title: str, trials: Sequence[Trial]) -> str:
    verdicts = (f"{value_text(trial.value)} {trial.verdict.word}" for trial in trials)
    return f"{title}: {', '.join(verdicts)}."


def _title(axes: Axes, unit: str) -> None:
    text = f"Left minus right ({unit})" if unit else "Left minus right"
    axes.set_title(text, color=INK, fontsize=9.5, weight="normal", loc="left")


def _basis(trials: Sequence[Trial], sign: str) -> str:
    side = "above" if sign == ">" else "below"
    least = min(trial.verdict.difference.replications for trial in trials)
    return (
        f"The claim holds {side} the line. Circles: supported; squares: refuted; dashes:\n"
        f"negligible; diamonds: undecided. Paired over at least {least} replications. Thin: the\n"
        "interval of the verdict, as all of a page cover together; thick: 95% by itself.\n"
        "Bold: the scenario's own value."
    )


_MAP_LEFT, _MAP_WIDE, _MAP_HIGH, _MAP_LOW = 0.95, 6.2, 4.6, 1.25
_MOST_SIZES = 1000.0  # practical sizes: what is larger is drawn at the edge


def draw_map(claims: Sequence[tuple[str, Tested]]) -> Drawing:
    """Draw each claim's chance of being true over plausible worlds against its size.

    Parameters
    ----------
    claims : sequence of (str, Tested)
        Number in the argument, or nothing, and a hypothesis that tests it. Those without a chance
        or without a practical size are left out, and counted in the caption.
    """
    title = "How likely claims are true over plausible worlds, and how much is at stake"
    placed = [(number, *place) for number, one in claims for place in _place_of(one)]
    with styled():
        figure = Drawing(_MAP_LEFT + _MAP_WIDE + 0.4, _MAP_LOW + _MAP_HIGH + 0.4, title)
        axes = panel(figure, _MAP_LEFT, _MAP_LOW, _MAP_WIDE, _MAP_HIGH)
        axes.axvspan(0.1, 0.9, color=MUTED, alpha=0.08, linewidth=0)
        axes.axhline(1, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
        for number, chance, size, word in placed:
            colour, marker = _LOOKS[word]
            axes.plot([chance], [size], marker=marker, color=colour, markersize=4.6)
            axes.annotate(number or "-", (chance, size), (4, 3), textcoords="offset points",
                          fontsize=7.5, color=INK)  # fmt: skip
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda size, _: f"{size:,.4g}")
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_xlim(-0.03, 1.06)
        axes.set_xlabel("chance of being true over plausible worlds", loc="left", fontsize=8.5)
        axes.set_title("Difference, in practical sizes", color=INK, fontsize=9.5, loc="left")
        caption(figure, _map_basis(len(claims) - len(placed)))
        names = ", ".join(f"{number or '-'} {chance:.0%}" for number, chance, *_ in placed)
        figure.description = f"{title}: {names}."
    return figure


def _place_of(one: Tested) -> Iterator[tuple[float, float, str]]:
    """Yield where a claim lies on the map, if it has a place there."""
    over, verdict = one.over_worlds, one.verdict
    if over is None or not isfinite(over.true) or not verdict.worth:
        return
    size = abs(over.ends[1]) / verdict.worth
    yield over.true, min(max(size, 0.01), _MOST_SIZES), verdict.word


def _map_basis(left_out: int) -> str:
    missing = f" {left_out} without a practical size or a chance are left out." * bool(left_out)
    return (
        "The median expected difference over worlds, in practical sizes: below the dashed line\n"
        "it is too small to care about. Shaded: neither likely true nor likely false. Marks as in\n"
        f"the plots below, of the verdict in the scenario's own world.{missing}"
    )
