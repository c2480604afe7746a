"""Tabulate the verdicts on hypotheses as text, for the page and for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.measures.expressions import Claim, Expression, Operation, Term, read_claim
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.number_format import (
    MISSING,
    FormattedEstimate,
    format_estimate,
    format_p,
)
from sim.report.kit.terminal import plain_signs, plain_table
from sim.results.read import Results

__all__ = [
    "HypothesisRow",
    "hypothesis_rows",
    "not_judged",
    "span_text",
    "unit_of",
    "verdicts_table",
]

_STYLES = {"supported": "green", "refuted": "red", "negligible": "dim", "undecided": "bold"}


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """One hypothesis and its verdict.

    Attributes
    ----------
    name, claim, verdict : str
        As in ``hypotheses.csv``.
    argument, because : str
        The claims of the argument that it tests, and the scenario's reason for it.
    estimate : FormattedEstimate
        Left minus right, with the interval adjusted over all hypotheses.
    alone : str
        The 95% interval of this hypothesis by itself.
    split : str
        How much of the difference is profit, and how much customer equity; empty for other claims.
    p, p_adjusted : str
    replications : int
        Number of replications in which both sides are defined.
    """

    name: str
    claim: str
    verdict: str
    argument: str
    because: str
    estimate: FormattedEstimate
    alone: str
    split: str
    p: str
    p_adjusted: str
    replications: int


def hypothesis_rows(frames: Frames) -> list[HypothesisRow]:
    """Return the hypotheses that these results judge, in the scenario's order."""
    entries = frames.scenario.get("hypotheses") or ()
    by_name = {entry.get("name"): entry for entry in entries if isinstance(entry, Mapping)}
    rows = frames.hypotheses.iter_rows(named=True)
    return [_row(row, by_name.get(row["name"], {})) for row in rows]


def _row(row: Mapping[str, Any], entry: Mapping[str, Any]) -> HypothesisRow:
    low, high = _adjusted(row)
    return HypothesisRow(
        name=row["name"],
        claim=row["claim"],
        verdict=row["verdict"],
        argument=", ".join(entry.get("argument") or ()),
        because=entry.get("because") or "",
        estimate=format_estimate(row["difference"], low, high, _unit(row), difference=True),
        alone=span_text(
            format_estimate(row["difference"], row["low"], row["high"], _unit(row), difference=True)
        ),
        split=_split(row),
        p=format_p(row["p"]),
        p_adjusted=format_p(row["p_adjusted"]),
        replications=row["replications"],
    )


def _adjusted(row: Mapping[str, Any]) -> tuple[float | None, float | None]:
    # Results that were written earlier have no adjusted interval.
    return row.get("low_adjusted", row["low"]), row.get("high_adjusted", row["high"])


def span_text(estimate: FormattedEstimate) -> str:
    """Return the ends of an interval as text."""
    return f"{estimate.low} to {estimate.high}" if estimate.has_interval else MISSING


def _split(row: Mapping[str, Any]) -> str:
    # Results that were written earlier do not have the parts.
    parts = [row[name] for name in ("profit_part", "equity_part") if row.get(name) is not None]
    if len(parts) < 2:
        return ""
    # Rounded like the difference whose parts they are.
    low, high = _adjusted(row)
    half = 0.0 if low is None or high is None else (high - low) / 2
    profit, equity = (
        format_estimate(part, part - half, part + half, "currency", difference=True).mean
        for part in parts
    )
    return f"profit {profit}, customer equity {equity}"


def _unit(row: Mapping[str, Any]) -> str:
    return unit_of(read_claim(row["claim"]))


def not_judged(frames: Frames) -> list[str]:
    """Return which hypotheses these results cannot judge, and why."""
    reasons = frames.manifest.get("hypotheses_left_out") or {}
    return [f"{name}: {reason}" for name, reason in reasons.items()]


def verdicts_table(source: Path | Results) -> RenderableType | None:
    """Tabulate the verdicts for the terminal; None if the scenario has no hypotheses.

    Parameters
    ----------
    source : Path or Results
        A results folder, by its path or opened.
    """
    frames = frames_of(source)
    rows, reasons = hypothesis_rows(frames), not_judged(frames)
    if not rows and not reasons:
        return None
    notes = [Text(f"Not judged: {plain_signs(reason)}.", style="dim") for reason in reasons]
    judged: list[RenderableType] = [_table(rows), _note(rows)] if rows else []
    return Group(*judged, *notes)


def _table(rows: list[HypothesisRow]) -> Table:
    table = plain_table()
    table.add_column("Hypothesis")
    table.add_column("Verdict")
    table.add_column("Difference", justify="right")
    table.add_column("95% interval", justify="right")
    for row in rows:
        estimate = row.estimate
        unit = f" {estimate.unit}" * bool(estimate.unit)
        table.add_row(
            Text(plain_signs(row.name)).append(f" ({row.argument})" * bool(row.argument), "dim"),
            Text(row.verdict, _STYLES[row.verdict]),
            Text(plain_signs(estimate.mean) + unit).append(_lines(row.split), "dim"),
            Text(plain_signs(span_text(estimate))).append(plain_signs(f"\n{row.alone}"), "dim"),
        )
    return table


def _lines(split: str) -> str:
    """Return the parts of a difference on lines of their own, short enough for the column."""
    parts = plain_signs(split).replace("customer equity", "equity").split(", ")
    return "".join(f"\n{part}" for part in parts if part)


def _note(rows: list[HypothesisRow]) -> Text:
    least = min(row.replications for row in rows)
    text = f"Differences are left side minus right side, paired over at least {least} replications."
    if len(rows) > 1:
        text += (
            f" Verdicts rest on intervals that cover together, 95% for all {len(rows)} hypotheses; "
            "beneath each, its 95% interval by itself."
        )
    return Text(text, style="dim")


_PURE = "1"  # unit of a bare number, which goes with any other


def unit_of(claim: Claim) -> str:
    """Return the unit of both sides of a claim; empty if they have no common unit."""
    unit = _joined(_unit_name(claim.left), _unit_name(claim.right))
    return "" if unit == _PURE else unit


def _unit_name(expression: Expression) -> str:
    if isinstance(expression, Term):
        return describe(expression.measure).unit
    if not isinstance(expression, Operation):
        return _PURE
    left, right = _unit_name(expression.left), _unit_name(expression.right)
    if expression.sign in "+-":
        return _joined(left, right)
    if right == _PURE:
        return left
    return right if left == _PURE and expression.sign == "*" else ""


def _joined(left: str, right: str) -> str:
    if left == _PURE or right == _PURE:
        return right if left == _PURE else left
    return left if left == right else ""
