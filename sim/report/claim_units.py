"""In which unit a claim's difference is."""

from __future__ import annotations

from sim.report.catalogue import describe
from sim.scenario import Claim, Expression, Operation, Term

__all__ = ["unit_of"]

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
