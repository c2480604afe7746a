"""The practical size of a claim: what difference is too small to care about.

A scenario says it by measure, under ``worth``, for the whole run. Where it does not, a hundredth of
the level of what is compared stands in, as it does for `sim compare`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isfinite

from sim.measures.definitions import MEASURES
from sim.measures.expressions import Claim, Expression, Operation, Term

__all__ = ["NO_SIZES", "SHARE_OF_LEVEL", "PracticalSizes", "worth_of"]

SHARE_OF_LEVEL = 0.01
"""Practical size where a scenario says none: a share of the level of what is compared."""

_STANDS_IN = {"profit": "profit_discounted"}
"""Whose practical size counts where a measure has none of its own."""


def worth_of(worth: Mapping[str, float], measure: str) -> float | None:
    """Return what a scenario says is too little to care about in a measure; None if nothing."""
    return worth.get(measure, worth.get(_STANDS_IN.get(measure, "")))


@dataclass(frozen=True, slots=True)
class PracticalSizes:
    """What differences are too small to care about.

    Attributes
    ----------
    worth : mapping of str to float
        By measure, in its unit, over the whole run.
    months : int
        Length of the run.
    """

    worth: Mapping[str, float] = field(default_factory=dict)
    months: int = 0

    def of(self, claim: Claim, values: Mapping[Term, Sequence[float]]) -> float | None:
        """Return the practical size of the difference between a claim's sides.

        Only a contrast has one: a claim in which everything that one measure adds is taken away
        again, such as ``a - b > c - d``. A claim with a number in it has said its own size.

        Parameters
        ----------
        claim : Claim
        values : mapping of Term to sequence of float
            Values of its terms, one per replication.

        Returns
        -------
        float or None
            In the unit of the measure, above 0; None where the claim has no practical size.
        """
        measure = _contrasted(claim)
        if measure is None:
            return None
        said = worth_of(self.worth, measure)
        if said is not None:
            return said * self._part_of_run(measure, claim.terms())
        return SHARE_OF_LEVEL * _level(claim.terms(), values) or None

    def _part_of_run(self, measure: str, terms: Sequence[Term]) -> float:
        """Return the share of the run that a claim is about, for what adds up over months."""
        declared = MEASURES.get(measure)
        if declared is None or declared.horizon != "sum" or not self.months:
            return 1.0
        windows = [term.window(self.months) for term in terms]
        counts = [window.stop - window.start for window in windows if window is not None]
        return max(counts, default=self.months) / self.months


NO_SIZES = PracticalSizes()
"""Nothing is said to be too small to care about."""


def _level(terms: Sequence[Term], values: Mapping[Term, Sequence[float]]) -> float:
    """Return the largest mean of the terms, whatever its sign."""
    finite = ([value for value in values[term] if isfinite(value)] for term in terms)
    return max((abs(fsum(each)) / len(each) for each in finite if each), default=0.0)


def _contrasted(claim: Claim) -> str | None:
    """Return the one measure of which a claim is a contrast; None if it is none."""
    sides = [_coefficients(side) for side in (claim.left, claim.right)]
    if None in sides:
        return None
    left, right = sides
    both = dict(left or {})
    for term, factor in (right or {}).items():
        both[term] = both.get(term, 0.0) - factor
    measures = {term.measure for term in both if term is not None}
    contrast = both.pop(None, 0.0) == 0 and abs(fsum(both.values())) < 1e-9
    return measures.pop() if contrast and len(measures) == 1 else None


_Linear = dict[Term | None, float]  # the factor of each term; that of None is a number by itself


def _coefficients(expression: Expression) -> _Linear | None:
    """Return an expression as a sum of terms with factors; None if it is not one."""
    if isinstance(expression, Term):
        return {expression: 1.0}
    if not isinstance(expression, Operation):
        return {None: float(expression)}
    left, right = _coefficients(expression.left), _coefficients(expression.right)
    if left is None or right is None:
        return None
    if expression.sign in "+-":
        return _sum(left, right, -1.0 if expression.sign == "-" else 1.0)
    if expression.sign == "*" and set(left) == {None}:
        return {term: factor * left[None] for term, factor in right.items()}
    divides = expression.sign == "/"
    if set(right) != {None} or (divides and right[None] == 0):
        return None
    by = 1 / right[None] if divides else right[None]
    return {term: factor * by for term, factor in left.items()}


def _sum(left: _Linear, right: _Linear, sign: float) -> _Linear:
    both = dict(left)
    for term, factor in right.items():
        both[term] = both.get(term, 0.0) + sign * factor
    return both
