"""The practical size of a claim: what difference is too small to care about.

A scenario says it by measure, under ``worth``, for the whole run. Where it does not, a hundredth of
the level of what is compared stands in, as it does for `sim compare`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isfinite

from sim.measures.definitions import MEASURES
from sim.measures.expressions import Claim, Expression, Operation, Term, evaluated

__all__ = ["NO_SIZES", "SHARE_OF_LEVEL", "PracticalSizes", "worth_of", "worth_or_share"]

SHARE_OF_LEVEL = 0.01
"""Practical size where a scenario says none: a share of the level of what is compared."""

_STANDS_IN = {"profit": "profit_discounted"}
"""Whose practical size counts where a measure has none of its own."""


def worth_of(worth: Mapping[str, float], measure: str) -> float | None:
    """Return what a scenario says is too little to care about in a measure; None if nothing."""
    return worth.get(measure, worth.get(_STANDS_IN.get(measure, "")))


def worth_or_share(
    worth: Mapping[str, float], measure: str, level: float
) -> tuple[float | None, bool]:
    """Return the practical size of a measure's differences, and whether the scenario says it.

    Parameters
    ----------
    worth : mapping of str to float
        What the scenario says, by measure.
    measure : str
    level : float
        Of what is compared, in the measure's unit, of which a hundredth stands in; without a level
        (0 or undefined) there is no practical size.
    """
    said = worth_of(worth, measure)
    if said is not None:
        return said, True
    return (SHARE_OF_LEVEL * abs(level) or None) if isfinite(level) else None, False


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

        Only a contrast has one: a claim in which everything that a measure adds is taken away
        again, such as ``a - b > c - d``; of several measures, if they have one unit, as profit and
        customer equity have. A claim with a number in it has said its own size.

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
        measures = _contrasted(claim)
        for measure in measures:
            said = worth_of(self.worth, measure)
            if said is not None:
                return said * self._part_of_run(measure, claim.terms())
        if not measures:
            return None
        level = _level(claim.terms(), values) if len(measures) == 1 else _side(claim, values)
        return SHARE_OF_LEVEL * level or None

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
    return max((abs(_mean(values[term])) for term in terms), default=0.0)


def _mean(values: Sequence[float]) -> float:
    finite = [value for value in values if isfinite(value)]
    return fsum(finite) / len(finite) if finite else 0.0


def _side(claim: Claim, values: Mapping[Term, Sequence[float]]) -> float:
    """Return the mean of the larger side, whatever its sign."""
    means = {term: _mean(values[term]) for term in claim.terms()}
    return max(abs(evaluated(side, means)) for side in (claim.left, claim.right))


def _contrasted(claim: Claim) -> list[str]:
    """Return the measures of which a claim is a contrast, all in one unit; none if it is none."""
    left, right = (_coefficients(side) for side in (claim.left, claim.right))
    if left is None or right is None:
        return []
    both = _sum(left, right, -1.0)
    if both.pop(None, 0.0) != 0:
        return []
    factors: dict[str, list[float]] = {}
    for term, factor in both.items():
        if term is not None:
            factors.setdefault(term.measure, []).append(factor)
    units = {MEASURES[name].unit if name in MEASURES else name for name in factors}
    balanced = all(abs(fsum(each)) < 1e-9 for each in factors.values())
    return list(factors) if balanced and len(units) == 1 else []


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
