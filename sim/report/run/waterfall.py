"""Plot how revenue and each cost add up to the difference in profit from the reference policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matplotlib.axes import Axes

from sim.measures.definitions import COSTS
from sim.report.kit.canvas import NARROW, Drawing, blank, caption, is_narrow, panel
from sim.report.kit.catalogue import Plot, describe
from sim.report.kit.differences import PairedDifference, differences_from
from sim.report.kit.figure_grid import figure_title, stacked, zero_line
from sim.report.kit.frames import Frames
from sim.report.kit.lines import round_ticks
from sim.report.kit.number_format import format_estimate
from sim.report.kit.style import INK, MUTED, Look
from sim.report.kit.titles import short_title
from sim.report.kit.view import View, looks_in

__all__ = ["components_of", "draw_waterfall"]

_COMPONENTS = ("revenue", *COSTS)
_HEAD, _FOOT = 0.3, 0.42  # inches
_SPACIOUS = (0.235, 1.75, 3.2, 3.0)  # a row; left of, across and right of the bars
_SLIM = (0.42, 0.12, NARROW - 0.24, 0.12)  # names and numbers stand above the bars
_ABOVE, _BELOW = 0.24, 0.2  # rows

Component = tuple[str, float, PairedDifference]
"""A measure, its sign in profit (-1 for costs), and its paired difference."""


def draw_waterfall(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw what revenue and each cost add to the difference in profit, one block per policy."""
    versus = view.versus or frames.reference
    looks = looks_in(frames, View(view.policies, versus))
    differences = differences_from(frames, versus)
    blocks = {policy: _components(differences, policy) for policy in looks}
    blocks = {policy: components for policy, components in blocks.items() if components}
    if not blocks:
        return blank("Nothing to compare: these results contain no differences in profit.")
    line, left, wide, right = _SLIM if is_narrow() else _SPACIOUS
    heights = [_HEAD + line * (len(components) + 1) + _FOOT for components in blocks.values()]
    columns = min(2, len(blocks)) if is_narrow() else 1
    boxes = stacked(heights, left + wide + right, columns, bottom=0.45)
    title = f"{plot.title} from {short_title(versus)}"
    figure = Drawing(columns * boxes[0][2], boxes[0][1] + boxes[0][3] + 0.5, title)
    figure_title(figure, title)
    for (policy, components), (start, low, _, high) in zip(blocks.items(), boxes, strict=True):
        axes = panel(figure, start + left, low + _FOOT, wide, high - _HEAD - _FOOT)
        _block(axes, policy, components, differences["profit", policy], looks[policy])
    if is_narrow():
        figure.cells, figure.columns = boxes, columns
    figure.description = _in_words(title, blocks, differences)
    caption(figure, _caption(frames))
    return figure


def components_of(frames: Frames, policy: str, versus: str) -> list[tuple[str, PairedDifference]]:
    """Return what revenue and each cost add to a policy's difference in profit from another.

    Returns
    -------
    list of (str, PairedDifference)
        The measure and its part in currency: negative where it takes from profit.
    """
    parts = _components(differences_from(frames, versus), policy)
    return [(measure, _in_profit(sign, row)) for measure, sign, row in parts]


def _in_profit(sign: float, row: PairedDifference) -> PairedDifference:
    """Return a difference as a part of profit: a cost that rises takes from it."""
    mean, low, high = (None if end is None else sign * end for end in (row.mean, row.low, row.high))
    return replace(row, mean=mean, low=low if sign > 0 else high, high=high if sign > 0 else low)


def _components(
    differences: Mapping[tuple[str, str], PairedDifference], policy: str
) -> list[Component]:
    """Return the components that differ, in the order of the accounts; none without profit."""
    if ("profit", policy) not in differences:
        return []
    rows = [differences[name, policy] for name in _COMPONENTS if (name, policy) in differences]
    sign = {name: 1.0 if name == "revenue" else -1.0 for name in _COMPONENTS}
    return [(row.measure, sign[row.measure], row) for row in rows if row.mean]


def _block(
    axes: Axes, policy: str, components: Sequence[Component], profit: PairedDifference, look: Look
) -> None:
    at = 0.0
    ends = [0.0]
    for index, (_, sign, row) in enumerate(components):
        step = sign * (row.mean or 0.0)
        _bar(axes, index, at, step, look)
        _whisker(axes, index, row, at, sign)
        at += step
        ends += [at, *_reach(row, at - step, sign)]
        axes.vlines(at, _low(index), _low(index + 1), color=MUTED, linewidth=0.7, zorder=1)
    _bar(axes, len(components), 0.0, profit.mean or 0.0, look)
    _whisker(axes, len(components), profit, 0.0, 1.0)
    ends += _reach(profit, 0.0, 1.0)
    _frame(axes, len(components), min(ends), max(ends))
    _write_values(axes, components, profit)
    axes.text(
        0, 1, short_title(policy), transform=axes.transAxes, color=look.text, weight="bold",
        fontsize=11, va="bottom",
    )  # fmt: skip


def _bar(axes: Axes, index: int, start: float, step: float, look: Look) -> None:
    # Losses are hatched, so that a grey print distinguishes them from gains.
    gain = step >= 0
    axes.barh(
        _low(index), step, left=start, height=_thick(), zorder=2, linewidth=0.9,
        edgecolor=look.colour,
        facecolor=look.colour if gain else "white", hatch=None if gain else "//////",
    )  # fmt: skip


def _low(index: int) -> float:
    """Return where a row's bar is: below its name on a phone."""
    return index + (_BELOW if is_narrow() else 0.0)


def _thick() -> float:
    return 0.42 if is_narrow() else 0.62


def _reach(row: PairedDifference, start: float, sign: float) -> list[float]:
    ends = [value for value in (row.low, row.high) if value is not None]
    return [start + sign * value for value in (*ends, row.mean or 0.0)]


def _whisker(axes: Axes, index: int, row: PairedDifference, start: float, sign: float) -> None:
    if row.low is not None and row.high is not None:
        ends = start + sign * row.low, start + sign * row.high
        at = _low(index)
        axes.hlines(at, min(ends), max(ends), color=INK, linewidth=1.3, zorder=3)
        axes.vlines(ends, at - 0.14, at + 0.14, color=INK, linewidth=1.3, zorder=3)


def _frame(axes: Axes, count: int, low: float, high: float) -> None:
    room = 0.04 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(count + 0.5, -0.7)
    zero_line(axes, count + 1, _BELOW)
    axes.axhline(count - 0.5, color=MUTED, linewidth=0.7)
    axes.yaxis.set_visible(False)
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    round_ticks(axes.xaxis, low, high)


def _write_values(axes: Axes, components: Sequence[Component], profit: PairedDifference) -> None:
    for index, (measure, sign, row) in enumerate([*components, ("profit", 1.0, profit)]):
        total = index == len(components)
        part, unit = _in_profit(sign, row), describe(measure).unit
        estimate = format_estimate(part.mean, part.low, part.high, unit, difference=True)
        interval = f" ({estimate.low} to {estimate.high})" if estimate.has_interval else ""
        name = "Difference in profit" if total else describe(measure).title
        places = ((0, "left"), (1, "right")) if is_narrow() else ((-0.02, "right"), (1.03, "left"))
        for (x, side), text in zip(places, (name, estimate.mean + interval), strict=True):
            axes.text(
                x, index - (_ABOVE if is_narrow() else 0.0), text,
                transform=axes.get_yaxis_transform(), ha=side, va="center", fontsize=9,
                color=INK, weight="bold" if total else "normal",
            )  # fmt: skip


def _in_words(
    title: str,
    blocks: Mapping[str, Sequence[Component]],
    differences: Mapping[tuple[str, str], PairedDifference],
) -> str:
    policies = [
        _policy_in_words(policy, components, differences["profit", policy])
        for policy, components in blocks.items()
    ]
    return f"{title}, in currency. {'; '.join(policies)}."


def _policy_in_words(policy: str, components: Sequence[Component], profit: PairedDifference) -> str:
    largest = max(components, key=lambda component: abs(component[2].mean or 0.0), default=None)
    words = f"{policy}: {_amount(profit.mean)} in total"
    if largest is None:
        return words
    measure, sign, row = largest
    amount = _amount(sign * (row.mean or 0.0))
    return f"{words} (largest part: {describe(measure).title.lower()}, {amount})"


def _amount(value: float | None) -> str:
    return format_estimate(value, None, None, "currency", difference=True).mean


def _caption(frames: Frames) -> str:
    if frames.replications < 2:
        return "Currency over the whole horizon. One replication: no intervals."
    return (
        f"Currency over the whole horizon. {frames.replications} replications, paired by common "
        "random numbers; lines: 95% intervals.\nFilled: adds to profit; hatched: reduces it. "
        "Each policy has its own scale."
    )
