"""Draw forest plots of paired differences: one row per comparison, one scale per measure.

Measures differ in unit and size, and standardised effects mean little to most readers. So each
measure has its own scale around a common zero line, with the numbers beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.kit.canvas import Drawing, blank, caption, panel
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.differences import PairedDifference, differences_from
from sim.report.kit.figure_grid import figure_title
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import format_estimate, shorten, unit_label
from sim.report.kit.style import INK, MUTED, Look, styled
from sim.report.kit.view import View, looks_in

__all__ = ["Forest", "draw_differences", "draw_forest"]

_ROW = 0.215  # inches
_HEAD = 0.27
_GAP = 0.12
_LEFT, _WIDE, _RIGHT = 2.15, 3.4, 3.2


@dataclass(frozen=True, slots=True)
class Forest:
    """Content of a forest plot.

    Attributes
    ----------
    title, caption : str
        Title above the plot and caption below it.
    blocks : mapping of str to sequence of PairedDifference
        By measure, one row each.
    looks : mapping of str to Look
        Look of each row's policy.
    label : callable
        Returns the name of a row.
    """

    title: str
    caption: str
    blocks: Mapping[str, Sequence[PairedDifference]]
    looks: Mapping[str, Look]
    label: Callable[[PairedDifference], str] = field(default=lambda row: row.policy)


def draw_differences(frames: Frames, view: View = View()) -> Drawing:  # noqa: B008 - frozen
    """Draw the paired differences of the key measures from the reference policy, or another."""
    versus = view.versus or frames.reference
    looks = looks_in(frames, View(view.policies, versus))
    table = differences_from(frames, versus)
    blocks = {
        name: [row for (measure, policy), row in table.items()
               if measure == name and policy in looks]
        for name in KEY_MEASURES
    }  # fmt: skip
    return draw_forest(
        Forest(f"Difference from {shorten(versus)}", _caption(frames), blocks, looks)
    )


def draw_forest(forest: Forest) -> Drawing:
    """Draw differences, measure below measure; rows without a number are left out."""
    blocks = {
        name: [row for row in rows if row.mean is not None] for name, rows in forest.blocks.items()
    }
    blocks = {name: rows for name, rows in blocks.items() if rows}
    with styled():
        if not blocks:
            return blank(
                "Nothing to compare: these results contain no differences between policies."
            )
        return _drawn(forest, blocks)


def _drawn(forest: Forest, blocks: Mapping[str, Sequence[PairedDifference]]) -> Drawing:
    height = sum(_HEAD + _GAP + _ROW * len(rows) for rows in blocks.values())
    figure = Drawing(_LEFT + _WIDE + _RIGHT, height + 1.15, forest.title)
    figure.description = f"{forest.title}: {'; '.join(_in_words(blocks, forest))}."
    at = height + 0.62
    _title(figure, forest.title)
    for measure, rows in blocks.items():
        at -= _HEAD + _GAP + _ROW * len(rows)
        axes = panel(figure, _LEFT, at, _WIDE, _ROW * len(rows))
        _block(axes, measure, rows, forest)
    caption(figure, forest.caption)
    return figure


def _in_words(blocks: Mapping[str, Sequence[PairedDifference]], forest: Forest) -> Iterator[str]:
    for measure, rows in blocks.items():
        unit = unit_label(describe(measure).unit, difference=True)
        each = [
            f"{forest.label(row)} "
            + format_estimate(row.mean, None, None, describe(measure).unit, difference=True).mean
            + (" (significant)" if row.significant else "")
            for row in rows
        ]
        yield f"{describe(measure).title}{f' ({unit})' if unit else ''} {', '.join(each)}"


def _title(figure: Figure, title: str) -> None:
    figure_title(figure, title)
    across, up = figure.get_size_inches()
    for x, text, side in ((_LEFT, "← less", "left"), (_LEFT + _WIDE, "more →", "right")):
        figure.text(x / across, 1 - 0.46 / up, text, color=MUTED, ha=side, va="top", fontsize=8.5)


def _block(axes: Axes, measure: str, rows: Sequence[PairedDifference], forest: Forest) -> None:
    ends = [abs(v) for row in rows for v in (row.mean, row.low, row.high) if v is not None]
    reach = max(ends) * 1.08 or 1.0
    axes.set_xlim(-reach, reach)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.axvline(0, color=MUTED, linewidth=0.9, zorder=1)
    _plain_background(axes)
    _heading(axes, measure)
    for index, row in enumerate(rows):
        look = forest.looks[row.policy]
        _interval(axes, index, row, look)
        _write_values(axes, index, row, look, forest.label(row))


def _plain_background(axes: Axes) -> None:
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor("#f6f7f9")
    for spine in axes.spines.values():
        spine.set_visible(False)


def _heading(axes: Axes, measure: str) -> None:
    declared = describe(measure)
    axes.annotate(
        declared.title,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-(_LEFT - 0.12) * 72, 4),
        textcoords="offset points",
        weight="bold",
        color=INK,
    )
    better = {"up": "more is better", "down": "less is better"}.get(declared.direction, "")
    unit = unit_label(declared.unit, difference=True)
    axes.annotate(
        "; ".join(part for part in (unit, better) if part),
        (1, 1),
        xycoords="axes fraction",
        xytext=(7.5, 4),
        textcoords="offset points",
        color=MUTED,
        fontsize=8.5,
    )


def _interval(axes: Axes, index: int, row: PairedDifference, look: Look) -> None:
    mean = [] if row.mean is None else [row.mean]
    if row.low is not None and row.high is not None:
        axes.hlines(index, row.low, row.high, color=look.colour, linewidth=1.9, zorder=2)
    axes.plot(
        mean,
        [index] * len(mean),
        marker=look.marker,
        markersize=5.6,
        color=look.colour,
        markerfacecolor=look.colour if row.significant else "white",
        markeredgewidth=1.3,
        zorder=3,
    )


def _write_values(axes: Axes, index: int, row: PairedDifference, look: Look, label: str) -> None:
    estimate = format_estimate(
        row.mean, row.low, row.high, describe(row.measure).unit, difference=True
    )
    interval = f" ({estimate.low} to {estimate.high})" if estimate.has_interval else ""
    for x, text, side, colour in (
        (-0.02, shorten(label), "right", look.text),
        (1.03, estimate.mean + interval, "left", INK),
    ):
        axes.text(
            x,
            index,
            text,
            transform=axes.get_yaxis_transform(),
            ha=side,
            va="center",
            fontsize=9,
            color=colour,
            weight="bold" if row.significant and side == "left" else "normal",
        )


def _caption(frames: Frames) -> str:
    if frames.replications < 2:
        return "One replication: no intervals. Each measure has its own scale."
    return (
        f"{frames.replications} replications, paired by common random numbers; "
        "lines: 95% intervals. Each measure has its own scale.\n"
        "Filled and bold: significant (p < 0.05 after Holm's adjustment)."
    )
