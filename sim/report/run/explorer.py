"""Provide the data and script of the page's explorer: any measure by month, with intervals."""

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
from sim.report.kit.number_format import display_factor, legible, unit_label
from sim.report.kit.style import MARKER_PATHS, looks_of, of_page
from sim.report.kit.titles import title_of
from sim.report.kit.view import policies_to_draw
from sim.stats.intervals import Difference, Estimate, estimate_each
from sim.stats.shares import YES_NO, difference_in, estimate_in

__all__ = ["explorer_data", "explorer_script", "script_hash"]

Floats = npt.NDArray[np.float64]

_MOST_POINTS = 40_000
"""Largest number of points (policies x months x measures), a little over a megabyte of JSON."""

_KIND_TITLES = {
    "people": "Customers",
    "money": "Money",
    "desk": "Contacts and waiting",
    "voice": "Complaints",
    "mind": "Satisfaction, trust and fairness",
    "talk": "Word of mouth",
    "equality": "Equality",
    "staff": "Staff",
    "product": "Product",
}
"""Headings of the list of measures, by the kinds of `BLOCKS`."""


def explorer_data(frames: Frames) -> dict[str, Any] | None:
    """Return what the explorer draws, ready for JSON; None where there is nothing to explore.

    Means are rounded to six significant digits and half-widths of intervals to three. If all
    measures would take too much space, the key measures are kept first and the last left out.
    """
    points = len(frames.policies) * frames.months
    names = _chosen(frames, _MOST_POINTS // points) if points else []
    if not names or frames.months < 2:
        return None
    runs = _runs(frames, names)
    differences = runs - runs[:1]
    levels, paired = estimate_each(runs, axis=1), estimate_each(differences, axis=1)
    return {
        "months": frames.months,
        "replications": frames.replications,
        "switch_month": _switch_month(frames),
        "policies": list(_policies(frames)),
        "shown": [frames.policies.index(name) for name in policies_to_draw(frames)],
        "measures": [
            _measure(name, *_shares(runs[..., index]))
            if describe(name).unit == YES_NO
            else _measure(name, _pairs(levels, index), _pairs(paired, index)[1:])
            for index, name in enumerate(names)
        ],
    }


def explorer_script() -> str:
    """Return the explorer's script."""
    return (files("sim.report") / "templates" / "explorer.js").read_text("utf-8")


def script_hash(text: str) -> str:
    """Return the hash with which the page's security policy allows a script."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _chosen(frames: Frames, most: int) -> list[str]:
    """Choose the key measures, then others up to the limit, in the order of the declarations."""
    available = [name for name in frames.measures if frames.monthly[name].dtype.is_numeric()]
    first = [name for name in KEY_MEASURES if name in available]
    chosen = set([*first, *(name for name in available if name not in first)][:most])
    declared = [measure.name for kind in BLOCKS.values() for measure in kind]
    return [name for name in dict.fromkeys([*declared, *available]) if name in chosen]


def _runs(frames: Frames, names: Sequence[str]) -> Floats:
    """Arrange the monthly table as policies by replications by months by measures."""
    table = frames.monthly
    replications = sorted(table["replication"].unique())
    indices = [
        _codes(table["policy"], frames.policies),
        _codes(table["replication"], replications),
        table["month"].to_numpy() - 1,
    ]
    sizes = (len(frames.policies), len(replications), frames.months, len(names))
    values = np.full(sizes, np.nan)
    values[tuple(indices)] = table.select(pl.col(*names).cast(pl.Float64)).to_numpy()
    return values


def _codes(column: pl.Series, values: Sequence[Any]) -> npt.NDArray[np.int64]:
    codes = {value: code for code, value in enumerate(values)}
    return np.array([codes[value] for value in column.to_list()], dtype=np.int64)


def _pairs(estimates: tuple[Floats, Floats], measure: int) -> list[list[list[float | None]]]:
    """Return each policy's means and half-widths of one measure, month by month."""
    means, halves = (table[:, :, measure] for table in estimates)
    return [
        [[_short(value, 6) for value in mean], [_short(value, 3) for value in half]]
        for mean, half in zip(means.tolist(), halves.tolist(), strict=True)
    ]


def _shares(runs: Floats) -> tuple[list[Any], list[Any]]:
    """Return how often something happened and the differences, whose intervals are not symmetric.

    By policy and month: the share or difference, and how far the interval reaches below and above.
    """
    first, *others = runs.transpose(0, 2, 1).tolist()
    levels = [[estimate_in(YES_NO, month) for month in months] for months in (first, *others)]
    paired = [
        [
            difference_in(YES_NO, own, reference)
            for own, reference in zip(months, first, strict=True)
        ]
        for months in others
    ]
    return [_reaches(row) for row in levels], [_reaches(row) for row in paired]


def _reaches(estimates: Sequence[Estimate | Difference]) -> list[list[float | None]]:
    parts = [(one.mean, *_below_and_above(one.mean, one.low, one.high)) for one in estimates]
    return [
        [None if v is None else _short(v, 6) for v in column] for column in zip(*parts, strict=True)
    ]


def _below_and_above(
    mean: float | None, low: float | None, high: float | None
) -> tuple[float | None, float | None]:
    if mean is None or low is None or high is None:
        return None, None
    return mean - low, high - mean


def _short(value: float, digits: int) -> float | None:
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _measure(name: str, values: list[Any], differences: list[Any]) -> dict[str, Any]:
    declared = describe(name)
    kinds = (_KIND_TITLES[kind] for kind, measures in BLOCKS.items() if declared in measures)
    return {
        "name": name,
        "title": declared.title,
        "kind": next(kinds, "Other"),
        "unit": unit_label(declared.unit),
        "difference_unit": unit_label(declared.unit, difference=True),
        "factor": display_factor(declared.unit),
        "values": values,
        "differences": differences,
    }


def _policies(frames: Frames) -> Iterator[dict[str, Any]]:
    for name, look in looks_of(frames.policies).items():
        yield {
            "name": legible(title_of(name)),
            "colour": of_page(look.colour),
            "text": of_page(look.text),
            "dashes": list(look.dashes),
            "marker": MARKER_PATHS[look.marker],
        }


def _switch_month(frames: Frames) -> int | None:
    """Return the month in which the policies start, if it is not the first."""
    month = frames.scenario.get("switch_month")
    return month if isinstance(month, int) and 1 < month <= frames.months else None
