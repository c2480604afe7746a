"""Draw forest plots of paired differences: one row per comparison, one scale per measure.

Measures differ in unit and size, and standardised effects mean little to most readers. So each
measure has its own scale around a common zero line, with the numbers beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.report.kit.canvas import NARROW, Drawing, blank, caption, is_narrow, panel
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.differences import PairedDifference, differences_from
from sim.report.kit.figure_grid import figure_title, stacked, zero_line
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import format_estimate, shorten, unit_label
from sim.report.kit.style import INK, MUTED, WASH, Look, styled
from sim.report.kit.titles import short_title, title_of
from sim.report.kit.view import View, looks_in

__all__ = ["Forest", "draw_differences", "draw_forest"]

_HEAD, _GAP = 0.27, 0.12  # inches


@dataclass(frozen=True, slots=True)
class _Room:
    """Inches of a row, and left of, across and right of the intervals."""

    row: float
    left: float
    wide: float
    right: float

    @property
    def across(self) -> float:
        """All of them."""
        return self.left + self.wide + self.right


_SPACIOUS = _Room(0.215, 2.15, 3.4, 3.2)
_SLIM = _Room(0.4, 0.12, NARROW - 0.24, 0.12)  # names and numbers stand above the intervals


def _room() -> _Room:
    return _SLIM if is_narrow() else _SPACIOUS


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
    label: Callable[[PairedDifference], str] = field(default=lambda row: title_of(row.policy))


def draw_differences(
    frames: Frames,
    view: View = View(),  # noqa: B008 - frozen
    measures: Sequence[str] = KEY_MEASURES,
) -> Drawing:
    """Draw the paired differences of measures from the reference policy, or another."""
    versus = view.versus or frames.reference
    looks = looks_in(frames, View(view.policies, versus))
    table = differences_from(frames, versus)
    blocks = {
        name: [row for (measure, policy), row in table.items()
               if measure == name and policy in looks]
        for name in measures
    }  # fmt: skip
    return draw_forest(
        Forest(f"Difference from {short_title(versus)}", _caption(frames), blocks, looks)
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
    room, columns = _room(), min(2, len(blocks)) if is_narrow() else 1
    heights = [_HEAD + _GAP + room.row * len(rows) for rows in blocks.values()]
    boxes = stacked(heights, room.across, columns, bottom=0.62)
    _, low, _, high = boxes[0]
    figure = Drawing(columns * room.across, low + high + 0.53, forest.title)
    figure.description = f"{forest.title}: {'; '.join(_in_words(blocks, forest))}."
    figure_title(figure, forest.title)
    for (left, low, _, _), (measure, rows) in zip(boxes, blocks.items(), strict=True):
        axes = panel(figure, left + room.left, low, room.wide, room.row * len(rows))
        _block(axes, measure, rows, forest)
    for axes in figure.axes[:columns]:
        _name_directions(axes)
    if is_narrow():
        figure.cells, figure.columns = boxes, columns
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


def _name_directions(axes: Axes) -> None:
    for x, text, side in ((0, "← less", "left"), (1, "more →", "right")):
        axes.annotate(
            text,
            (x, 1),
            xycoords="axes fraction",
            xytext=(0, 17),
            textcoords="offset points",
            ha=side,
            color=MUTED,
            fontsize=8.5,
        )


def _block(axes: Axes, measure: str, rows: Sequence[PairedDifference], forest: Forest) -> None:
    ends = [abs(v) for row in rows for v in (row.mean, row.low, row.high) if v is not None]
    reach = max(ends) * 1.08 or 1.0
    axes.set_xlim(-reach, reach)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    zero_line(axes, len(rows), _BELOW)
    _plain_background(axes)
    _heading(axes, measure)
    _intervals(axes, rows, forest.looks)
    for index, row in enumerate(rows):
        look = forest.looks[row.policy]
        _mean(axes, index, row, look)
        _write_values(axes, index, row, look, forest.label(row))


def _plain_background(axes: Axes) -> None:
    axes.set_axis_off()  # as fast again as without ticks
    axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, color=WASH, lw=0, zorder=0))


def _heading(axes: Axes, measure: str) -> None:
    declared = describe(measure)
    axes.annotate(
        declared.title,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-(_room().left - 0.12) * 72, 4),
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
        xytext=(0, 4) if is_narrow() else (7.5, 4),
        ha="right" if is_narrow() else "left",
        textcoords="offset points",
        color=MUTED,
        fontsize=8.5,
    )


_ABOVE, _BELOW = 0.2, 0.22  # rows: texts above and intervals below, where there is no room beside


def _intervals(axes: Axes, rows: Sequence[PairedDifference], looks: Mapping[str, Look]) -> None:
    below = _BELOW if is_narrow() else 0.0
    lines = [
        (index + below, row.low, row.high, looks[row.policy].colour)
        for index, row in enumerate(rows)
        if row.low is not None and row.high is not None
    ]
    if lines:
        places, low, high, colours = zip(*lines, strict=True)
        axes.hlines(places, low, high, colors=colours, linewidth=1.9, zorder=2)


def _mean(axes: Axes, index: float, row: PairedDifference, look: Look) -> None:
    mean = [] if row.mean is None else [row.mean]
    index += _BELOW if is_narrow() else 0.0
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
    numbers = estimate.mean + interval
    name = (
        shorten(label, _letters_beside(numbers, row.significant)) if is_narrow() else shorten(label)
    )
    texts = ((name, look.text, False), (numbers, INK, row.significant))
    places = ((0, "left"), (1, "right")) if is_narrow() else ((-0.02, "right"), (1.03, "left"))
    for (text, colour, bold), (x, side) in zip(texts, places, strict=True):
        axes.text(
            x,
            index - (_ABOVE if is_narrow() else 0.0),
            text,
            transform=axes.get_yaxis_transform(),
            ha=side,
            va="center",
            fontsize=9,
            color=colour,
            weight="bold" if bold else "normal",
        )


# Widths of a letter of a name and of a number, plain and bold, as parts of a slim row; at most so.
_LETTER, _DIGIT, _BOLD_DIGIT = 0.016, 0.0175, 0.0192
_MOST_LETTERS = 26


def _letters_beside(numbers: str, bold: bool) -> int:
    """Return how many letters of a name fit into a slim row beside its numbers."""
    left = 1.0 - len(numbers) * (_BOLD_DIGIT if bold else _DIGIT)
    return max(min(_MOST_LETTERS, int(left / _LETTER) - 1), 1)


def _caption(frames: Frames) -> str:
    if frames.replications < 2:
        return "One replication: no intervals. Each measure has its own scale."
    return (
        f"{frames.replications} replications, paired by common random numbers; "
        "lines: 95% intervals. Each measure has its own scale.\n"
        "Filled and bold: significant (p < 0.05 after Holm's adjustment)."
    )
