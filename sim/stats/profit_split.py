"""Take a difference in what a policy is worth apart: profit so far, and customers kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.measures.expressions import Claim, Term, evaluated
from sim.stats.intervals import Difference, difference

__all__ = ["EQUITY", "PROFIT", "ProfitSplit", "profit_split", "without_equity"]

EQUITY = "customer_equity"
"""Measure of what the customers at the end of a run are still worth."""

PROFIT = ("profit", "profit_discounted")
"""Measures of what has been earned."""


@dataclass(frozen=True, slots=True)
class ProfitSplit:
    """The two parts of a difference; they add up to it.

    Attributes
    ----------
    profit, equity : Difference
        In currency: of profit, which has been earned, and of customer equity, which is expected.
    """

    profit: Difference
    equity: Difference


def profit_split(claim: Claim, rows: Sequence[Mapping[Term, float]]) -> ProfitSplit | None:
    """Split the difference of a claim that adds customer equity to profit; None for any other.

    Parameters
    ----------
    claim : Claim
    rows : sequence of mapping of Term to float
        The values of its terms, one mapping a replication.
    """
    measures = {term.measure for term in claim.terms()}
    if EQUITY not in measures or not measures & set(PROFIT):
        return None
    whole = [_gap(claim, row) for row in rows]
    profit = [_gap(claim, without_equity(row)) for row in rows]
    nothing = [0.0] * len(rows)
    return ProfitSplit(difference(profit, nothing), difference(whole, profit))


def _gap(claim: Claim, row: Mapping[Term, float]) -> float:
    return evaluated(claim.left, row) - evaluated(claim.right, row)


def without_equity(row: Mapping[Term, float]) -> dict[Term, float]:
    """Return the values of terms with 0 for customer equity."""
    return {term: 0.0 if term.measure == EQUITY else value for term, value in row.items()}
