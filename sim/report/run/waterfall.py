"""From the reference policy's profit to another's, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from sim.measures.definitions import COSTS
from sim.report.kit.canvas import Drawing, blank, caption, panel
from sim.report.kit.catalogue import Plot, describe
from sim.report.kit.differences import Contrast, against
from sim.report.kit.figure_grid import title_of
from sim.report.kit.frames import Frames
from sim.report.kit.lines import thousands
from sim.report.kit.number_format import quantity, shorten
from sim.report.kit.style import INK, MUTED, Look
from sim.report.kit.view import View, looks_in

__all__ = ["draw_waterfall"]

_PARTS = ("revenue", *COSTS)
_ROW = 0.235  # inches
_LEFT, _WIDE, _RIGHT, _HEAD, _FOOT = 1.75, 3.2, 3.0, 0.3, 0.42

Part = tuple[str, float, Contrast]
"""A measure, what it adds to profit (costs count against), and its difference."""


def draw_waterfall(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw what each part of the books adds to the difference in profit, a block a policy."""
    versus = view.versus or frames.reference
    looks = looks_in(frames, View(view.policies, versus))
    found = against(frames, versus)
    blocks = {policy: _parts(found, policy) for policy in looks}
    blocks = {policy: parts for policy, parts in blocks.items() if parts}
    if not blocks:
        return blank("Nothing to compare: these results hold no differences in profit.")
    sizes = [_HEAD + _ROW * (len(parts) + 1) + _FOOT for parts in blocks.values()]
    title = f"{plot.title} {shorten(versus)} to each other policy"
    figure = Drawing(_LEFT + _WIDE + _RIGHT, sum(sizes) + 0.95, title)
    title_of(figure, title)
    top = sum(sizes) + 0.45
    for (policy, parts), size in zip(blocks.items(), sizes, strict=True):
        axes = panel(figure, _LEFT, top - size + _FOOT, _WIDE, size - _HEAD - _FOOT)
        _block(axes, policy, parts, found["profit", policy], looks[policy])
        top -= size
    figure.said = _told(title, blocks, found)
    caption(figure, _basis(frames))
    return figure


def _parts(found: Mapping[tuple[str, str], Contrast], policy: str) -> list[Part]:
    """Give the parts that differ, in the order of the books; nothing without a profit."""
    if ("profit", policy) not in found:
        return []
    rows = [found[name, policy] for name in _PARTS if (name, policy) in found]
    sign = {name: 1.0 if name == "revenue" else -1.0 for name in _PARTS}
    return [(row.measure, sign[row.measure], row) for row in rows if row.mean]


def _block(axes: Axes, policy: str, parts: Sequence[Part], profit: Contrast, look: Look) -> None:
    at = 0.0
    ends = [0.0]
    for place, (_, sign, row) in enumerate(parts):
        step = sign * (row.mean or 0.0)
        _bar(axes, place, at, step, look)
        _whisker(axes, place, row, at, sign)
        at += step
        ends += [at, *_reach(row, at - step, sign)]
        axes.vlines(at, place, place + 1, color=MUTED, linewidth=0.7, zorder=1)
    _bar(axes, len(parts), 0.0, profit.mean or 0.0, look)
    _whisker(axes, len(parts), profit, 0.0, 1.0)
    ends += _reach(profit, 0.0, 1.0)
    _frame(axes, len(parts), min(ends), max(ends))
    _words(axes, parts, profit)
    axes.text(
        0, 1, shorten(policy), transform=axes.transAxes, color=look.text, weight="bold",
        fontsize=11, va="bottom",
    )  # fmt: skip


def _bar(axes: Axes, place: int, start: float, step: float, look: Look) -> None:
    # What is lost is hatched, so that a grey print tells it from what is gained.
    gain = step >= 0
    axes.barh(
        place, step, left=start, height=0.62, zorder=2, linewidth=0.9, edgecolor=look.colour,
        facecolor=look.colour if gain else "white", hatch=None if gain else "//////",
    )  # fmt: skip


def _reach(row: Contrast, start: float, sign: float) -> list[float]:
    ends = [value for value in (row.low, row.high) if value is not None]
    return [start + sign * value for value in (*ends, row.mean or 0.0)]


def _whisker(axes: Axes, place: int, row: Contrast, start: float, sign: float) -> None:
    if row.low is not None and row.high is not None:
        ends = start + sign * row.low, start + sign * row.high
        axes.hlines(place, min(ends), max(ends), color=INK, linewidth=1.3, zorder=3)
        axes.vlines(ends, place - 0.14, place + 0.14, color=INK, linewidth=1.3, zorder=3)


def _frame(axes: Axes, parts: int, low: float, high: float) -> None:
    room = 0.04 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(parts + 0.5, -0.7)
    axes.axvline(0, color=MUTED, linewidth=0.9, zorder=1)
    axes.axhline(parts - 0.5, color=MUTED, linewidth=0.7)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    thousands(axes.xaxis, low, high)
    axes.set_yticks([])


def _words(axes: Axes, parts: Sequence[Part], profit: Contrast) -> None:
    for place, (measure, sign, row) in enumerate([*parts, ("profit", 1.0, profit)]):
        total = place == len(parts)
        ends = [None if v is None else sign * v for v in (row.mean, row.low, row.high)]
        low, high = (ends[1], ends[2]) if sign > 0 else (ends[2], ends[1])
        said = quantity(ends[0], low, high, describe(measure).unit, difference=True)
        interval = f" ({said.low} to {said.high})" if said.certain else ""
        name = "Difference in profit" if total else describe(measure).title
        for x, text, side in ((-0.02, name, "right"), (1.03, said.mean + interval, "left")):
            axes.text(
                x, place, text, transform=axes.get_yaxis_transform(), ha=side, va="center",
                fontsize=9, color=INK, weight="bold" if total else "normal",
            )  # fmt: skip


def _told(
    title: str,
    blocks: Mapping[str, Sequence[Part]],
    found: Mapping[tuple[str, str], Contrast],
) -> str:
    told = [
        _policy_told(policy, parts, found["profit", policy]) for policy, parts in blocks.items()
    ]
    return f"{title}, in currency. {'; '.join(told)}."


def _policy_told(policy: str, parts: Sequence[Part], profit: Contrast) -> str:
    most = max(parts, key=lambda part: abs(part[2].mean or 0.0), default=None)
    told = f"{policy}: {_amount(profit.mean)} in all"
    if most is None:
        return told
    measure, sign, row = most
    return f"{told}, most by {describe(measure).title.lower()}, {_amount(sign * (row.mean or 0.0))}"


def _amount(value: float | None) -> str:
    return quantity(value, None, None, "currency", difference=True).mean


def _basis(frames: Frames) -> str:
    if frames.replications < 2:
        return "Currency over the whole horizon. One replication: no interval can be given."
    return (
        f"Currency over the whole horizon. {frames.replications} replications, paired by common "
        "random numbers; lines: 95% intervals.\nFilled: adds to profit; hatched: takes from it. "
        "Each policy has its own scale."
    )
