"""The page's tables as plain rows of text, so that the template only lays them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.differences import Contrast, against_reference
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import Quantity, p_value, quantity, unit_label

__all__ = [
    "Cell",
    "DifferenceRow",
    "MeasureRow",
    "differences",
    "side_by_side",
]

_HORIZONS = {
    "sum": "sum over all months",
    "last": "in the last month",
    "mean": "mean over months",
    "ratio": "over all months",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A quantity and its verdict against the reference: better, worse, differs or empty."""

    said: Quantity
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure over all policies.

    Attributes
    ----------
    name, title, unit, over, better, formula : str
        The measure in words; `over` says how months are brought together, `better` which way is up.
    cells : tuple of Cell
        In the order of the policies.
    """

    name: str
    title: str
    unit: str
    over: str
    better: str
    formula: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One paired difference, with its p-values as text."""

    policy: str
    title: str
    said: Quantity
    p: str
    p_adjusted: str
    verdict: str


def side_by_side(frames: Frames) -> dict[str, MeasureRow]:
    """Lay out the summary: every measure, by its name, over all policies."""
    levels = _levels(frames)
    names = dict.fromkeys(frames.summary["measure"])
    verdicts = {key: row.verdict for key, row in against_reference(frames).items()}
    return {name: _measure_row(frames, name, levels, verdicts) for name in names}


def differences(frames: Frames, names: Sequence[str] = KEY_MEASURES) -> list[DifferenceRow]:
    """Lay out the paired differences from the reference policy, measure by measure."""
    table = against_reference(frames)
    ordered = [(name, policy) for name in names for policy in frames.policies]
    return [_difference_row(table[key]) for key in ordered if key in table]


def _levels(frames: Frames) -> dict[tuple[str, str], Quantity]:
    said = {}
    for row in frames.summary.iter_rows(named=True):
        unit = describe(row["measure"]).unit or row["unit"]
        said[row["measure"], row["policy"]] = quantity(row["mean"], row["low"], row["high"], unit)
    return said


def _measure_row(
    frames: Frames,
    name: str,
    levels: Mapping[tuple[str, str], Quantity],
    verdicts: Mapping[tuple[str, str], str],
) -> MeasureRow:
    declared = describe(name)
    nothing = quantity(None, None, None, declared.unit)
    said = [levels.get((name, policy), nothing) for policy in frames.policies]
    return MeasureRow(
        name=name,
        title=declared.title,
        unit=next((one.unit for one in said if one.unit), unit_label(declared.unit)),
        over=_HORIZONS.get(declared.horizon, ""),
        better={"up": "more is better", "down": "less is better"}.get(declared.direction, ""),
        formula=declared.formula,
        cells=tuple(
            Cell(one, verdicts.get((name, policy), ""))
            for policy, one in zip(frames.policies, said, strict=True)
        ),
    )


def _difference_row(row: Contrast) -> DifferenceRow:
    declared = describe(row.measure)
    return DifferenceRow(
        policy=row.policy,
        title=declared.title,
        said=quantity(row.mean, row.low, row.high, declared.unit or row.unit, difference=True),
        p=p_value(row.p),
        p_adjusted=p_value(row.p_adjusted),
        verdict=row.verdict,
    )
