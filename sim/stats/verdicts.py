"""What replications say of a claim: supported, refuted or undecided.

The two sides of a claim are worked out replication by replication. The same replication has the
same people and the same luck under every policy, so left minus right is a paired difference, and
far less noisy than either side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.measures.expressions import Claim, Expression, Operation, Term
from sim.stats.intervals import ALPHA, Difference, difference, holm

__all__ = ["Verdict", "Word", "judge", "judge_all"]

Word = Literal["supported", "refuted", "undecided"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a claim.

    Attributes
    ----------
    word : {'supported', 'refuted', 'undecided'}
        Supported if the 95% interval of the difference lies wholly on the claimed side of 0,
        refuted if wholly on the other. Where every replication differs by the same amount there is
        no interval, and the exact sign test has to be below 5%.
    found : Difference
        Left less right, paired; p is two-sided.
    p_adjusted : float or None
        By Holm over the claims that were judged together.
    """

    word: Word
    found: Difference
    p_adjusted: float | None = None


def judge(claim: Claim, values: Mapping[Term, Sequence[float]]) -> Verdict:
    """Judge a claim.

    Parameters
    ----------
    claim : Claim
    values : mapping of Term to sequence of float
        What each of its terms was, one a replication in the same order; NaN where undefined, which
        leaves the replication out of account.

    Returns
    -------
    Verdict
        Of this claim alone.

    Raises
    ------
    ValueError
        If terms have unequal numbers of replications.
    """
    terms = claim.terms()
    rows = [
        dict(zip(terms, row, strict=True))
        for row in zip(*(values[term] for term in terms), strict=True)
    ]
    found = difference(
        [_worked(claim.left, row) for row in rows], [_worked(claim.right, row) for row in rows]
    )
    return Verdict(_word(claim, found), found)


def judge_all(claims: Sequence[Claim], values: Mapping[Term, Sequence[float]]) -> list[Verdict]:
    """Judge claims as one family; see `judge`."""
    verdicts = [judge(claim, values) for claim in claims]
    adjusted = holm([one.found.p for one in verdicts])
    return [Verdict(one.word, one.found, p) for one, p in zip(verdicts, adjusted, strict=True)]


def _word(claim: Claim, found: Difference) -> Word:
    # p is below 5% just where the interval leaves out 0, and is there also where it has no width.
    if found.mean is None or found.p is None or found.p >= ALPHA:
        return "undecided"
    return "supported" if (found.mean > 0.0) == (claim.sign == ">") else "refuted"


def _worked(expression: Expression, values: Mapping[Term, float]) -> float:
    """Work out one side of a claim; NaN where a term is undefined or a divisor is 0."""
    if isinstance(expression, Term):
        return values[expression]
    if not isinstance(expression, Operation):
        return expression
    left, right = _worked(expression.left, values), _worked(expression.right, values)
    if expression.sign == "+":
        return left + right
    if expression.sign == "-":
        return left - right
    if expression.sign == "*":
        return left * right
    return left / right if right != 0.0 else math.nan
