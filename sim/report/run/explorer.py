"""The numbers behind the page's explorer: every measure by policy and month, with intervals."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.measures.definitions import BLOCKS
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.frames import Frames
from sim.report.kit.lines import MARKS
from sim.report.kit.number_format import legible, scale, unit_label
from sim.report.kit.style import looks_of
from sim.stats.intervals import estimate_each

__all__ = ["digest", "explorer", "script"]

Floats = npt.NDArray[np.float64]

_ROOM = 40_000
"""Most points (policies x months x measures), which take a little over a megabyte."""


def explorer(frames: Frames) -> dict[str, Any] | None:
    """Give what the explorer draws, ready for JSON; None where there is nothing to explore.

    Means and halves of intervals are rounded to six and three significant digits. Where all
    measures would take too much room, the key measures come first and the last are left out.
    """
    points = len(frames.policies) * frames.months
    names = _chosen(frames, _ROOM // points) if points else []
    if not names or frames.months < 2:
        return None
    runs = _runs(frames, names)
    gaps = runs - runs[:1]
    levels, apart = estimate_each(runs, axis=1), estimate_each(gaps, axis=1)
    return {
        "months": frames.months,
        "replications": frames.replications,
        "parts": _parts_in(frames),
        "policies": list(_policies(frames)),
        "measures": [
            _measure(name, _pairs(levels, place), _pairs(apart, place)[1:])
            for place, name in enumerate(names)
        ],
    }


def script() -> str:
    """Give the explorer's script."""
    return (files("sim.report") / "templates" / "explorer.js").read_text("utf-8")


def digest(text: str) -> str:
    """Give the hash by which the page's security policy lets a script run, and no other."""
    found = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(found).decode()}"


def _chosen(frames: Frames, most: int) -> list[str]:
    """Take the key measures and then the others, as many as there is room for, by their kinds."""
    known = [name for name in frames.measures if frames.monthly[name].dtype.is_numeric()]
    first = [name for name in KEY_MEASURES if name in known]
    kept = set([*first, *(name for name in known if name not in first)][:most])
    declared = [one.name for kind in BLOCKS.values() for one in kind]
    return [name for name in dict.fromkeys([*declared, *known]) if name in kept]


def _runs(frames: Frames, names: Sequence[str]) -> Floats:
    """Lay the monthly table out by policy, replication, month and measure."""
    table = frames.monthly
    replications = sorted(table["replication"].unique())
    places = [
        _codes(table["policy"], frames.policies),
        _codes(table["replication"], replications),
        table["month"].to_numpy() - 1,
    ]
    sizes = (len(frames.policies), len(replications), frames.months, len(names))
    laid = np.full(sizes, np.nan)
    laid[tuple(places)] = table.select(pl.col(*names).cast(pl.Float64)).to_numpy()
    return laid


def _codes(column: pl.Series, values: Sequence[Any]) -> npt.NDArray[np.int64]:
    codes = {value: place for place, value in enumerate(values)}
    return np.array([codes[value] for value in column.to_list()], dtype=np.int64)


def _pairs(found: tuple[Floats, Floats], measure: int) -> list[list[list[float | None]]]:
    """Give each policy's means and halves of one measure, month by month."""
    means, halves = (table[:, :, measure] for table in found)
    return [
        [[_short(value, 6) for value in mean], [_short(value, 3) for value in half]]
        for mean, half in zip(means.tolist(), halves.tolist(), strict=True)
    ]


def _short(value: float, digits: int) -> float | None:
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _measure(name: str, values: list[Any], gaps: list[Any]) -> dict[str, Any]:
    found = describe(name)
    kinds = (kind.capitalize() for kind, measures in BLOCKS.items() if found in measures)
    return {
        "name": name,
        "title": found.title,
        "kind": next(kinds, "Others"),
        "unit": unit_label(found.unit),
        "gap_unit": unit_label(found.unit, difference=True),
        "factor": scale(found.unit),
        "values": values,
        "gaps": gaps,
    }


def _policies(frames: Frames) -> Iterator[dict[str, Any]]:
    for name, look in looks_of(frames.policies).items():
        yield {
            "name": legible(name),
            "colour": look.colour,
            "text": look.text,
            "dashes": list(look.dashes),
            "mark": MARKS[look.marker],
        }


def _parts_in(frames: Frames) -> int | None:
    """Give the month in which policies part, if they do not from the start."""
    month = frames.scenario.get("switch_month")
    return month if isinstance(month, int) and 1 < month <= frames.months else None
