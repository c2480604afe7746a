"""Verdicts on hypotheses as rows of text, for the page and for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.measures.expressions import Claim, Expression, Operation, Term, read_claim
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.number_format import MINUS, MISSING, Quantity, p_value, quantity
from sim.results.read import Results

__all__ = ["HypothesisRow", "hypotheses", "left_out", "unit_of", "verdicts_table"]

_STYLES = {"supported": "green", "refuted": "red", "undecided": "bold"}


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """One hypothesis and what came of it.

    Attributes
    ----------
    name, claim, verdict : str
        As in ``hypotheses.csv``.
    argument, because : str
        The claims of the argument that it tests, and what the scenario says of it.
    said : Quantity
        Left less right.
    p, p_adjusted : str
    replications : int
        In how many both sides were defined.
    """

    name: str
    claim: str
    verdict: str
    argument: str
    because: str
    said: Quantity
    p: str
    p_adjusted: str
    replications: int


def hypotheses(frames: Frames) -> list[HypothesisRow]:
    """Lay out the hypotheses that these results judge, in the scenario's order."""
    written = frames.scenario.get("hypotheses")
    told = {one.get("name"): one for one in written or () if isinstance(one, Mapping)}
    return [_row(row, told.get(row["name"], {})) for row in frames.hypotheses.iter_rows(named=True)]


def _row(row: Mapping[str, Any], told: Mapping[str, Any]) -> HypothesisRow:
    return HypothesisRow(
        name=row["name"],
        claim=row["claim"],
        verdict=row["verdict"],
        argument=", ".join(told.get("argument") or ()),
        because=told.get("because") or "",
        said=quantity(row["difference"], row["low"], row["high"], _unit(row), difference=True),
        p=p_value(row["p"]),
        p_adjusted=p_value(row["p_adjusted"]),
        replications=row["replications"],
    )


def _unit(row: Mapping[str, Any]) -> str:
    return unit_of(read_claim(row["claim"]))


def left_out(frames: Frames) -> list[str]:
    """Say which hypotheses these results cannot judge, and why."""
    why = frames.manifest.get("hypotheses_left_out") or {}
    return [f"{name}: {lacking}" for name, lacking in why.items()]


def verdicts_table(source: Path | Results) -> RenderableType | None:
    """Lay out the verdicts for the terminal; None if the scenario has no hypotheses.

    Parameters
    ----------
    source : Path or Results
        A results folder, by its path or opened.
    """
    frames = frames_of(source)
    rows, missed = hypotheses(frames), left_out(frames)
    if not rows and not missed:
        return None
    notes = [Text(f"Not judged: {_plain(one)}.", style="dim") for one in missed]
    judged: list[RenderableType] = [_table(rows), _note(rows)] if rows else []
    return Group(*judged, *notes)


def _table(rows: list[HypothesisRow]) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("Hypothesis", overflow="fold")
    table.add_column("Verdict")
    table.add_column("Difference", justify="right")
    table.add_column("95% interval", justify="right")
    for row in rows:
        span = f"{row.said.low} to {row.said.high}" if row.said.certain else MISSING
        unit = f" {row.said.unit}" * bool(row.said.unit)
        table.add_row(
            Text(_plain(row.name)).append(f" ({row.argument})" * bool(row.argument), "dim"),
            Text(row.verdict, _STYLES[row.verdict]),
            Text(_plain(row.said.mean) + unit),
            Text(_plain(span)),
        )
    return table


def _plain(text: str) -> str:
    # The hyphen, since a piped Windows terminal cannot encode the true minus.
    return text.replace(MINUS, "-").replace(MISSING, "-")


def _note(rows: list[HypothesisRow]) -> Text:
    least = min(row.replications for row in rows)
    text = f"Left side less right side of each claim, paired over {least} replications or more."
    return Text(text, style="dim")


_PURE = "1"  # of a number, which takes any unit


def unit_of(claim: Claim) -> str:
    """Return the unit of both sides of a claim; empty where they are no one unit's."""
    found = _joined(_unit_name(claim.left), _unit_name(claim.right))
    return "" if found == _PURE else found


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
