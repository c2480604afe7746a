"""How the cost of a run grows with the number of people, both on logarithmic axes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.compare_model import Measured
from sim.report.kit.style import MUTED, looks_of, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]


def draw(measured: Sequence[Measured], months: int, target: Path) -> None:
    """Draw seconds a run against people, a line an engine, and write the picture.

    Parameters
    ----------
    measured : sequence of Measured
    months : int
        Of a run.
    target : Path
        The picture; its suffix says of which kind.
    """
    with styled():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes = figure.add_subplot(xscale="log", yscale="log")
        engines = list(dict.fromkeys(each.size.engine for each in measured))
        for engine, look in looks_of(engines).items():
            points = sorted((e.size.people, e.seconds) for e in measured if e.size.engine == engine)
            people, seconds = zip(*points, strict=True)
            (line,) = axes.plot(people, seconds, look.marker, label=engine, color=look.colour)
            line.set_linestyle(look.linestyle)
            _in_proportion(axes, points, "in proportion to people" if engine == engines[-1] else "")
        # Powers of ten would be written as formulae, which the reports' style does not set.
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set(xlabel="people", ylabel="seconds a run", title=f"A run of {months} months")
        axes.legend()
        figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)


def _in_proportion(axes: Axes, points: Sequence[tuple[int, float]], label: str) -> None:
    """Draw where the line would go if the cost grew as the people do."""
    (fewest, seconds), (most, _) = points[0], points[-1]
    if most > fewest:
        grown = (seconds, seconds * most / fewest)
        axes.plot((fewest, most), grown, ":", color=MUTED, linewidth=1, label=label or None)
