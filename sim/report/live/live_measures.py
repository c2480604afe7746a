"""The measures of a page as trees of numbers, names and operators, read from their formulas.

A page computes what `sim.model.measuring` computes, from the same declarations: nothing about a
measure is written twice. It leaves out what is reduced over people (both Gini coefficients) and
what is yes or no in a run, whose intervals are others.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from sim.measures.definitions import COSTS, GROUP_MEASURES, MEASURES, REASONS
from sim.measures.expressions import Claim, Expression, Operation, Term
from sim.measures.measure import Measure, with_limits
from sim.model.tallies import wait_of_bin
from sim.scenario.schema.scenario import Scenario
from sim.stats.shares import YES_NO

__all__ = ["claim_data", "formula_tree", "is_live", "measures_of", "tally_data"]

_OVER_PEOPLE = ("gini_waited", "gini_remedies")
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def formula_tree(formula: str) -> Any:
    """Return a formula as nested lists: a number, a name, or [sign or function, operands...].

    Raises
    ------
    ValueError
        If it has anything but sums, products, names, numbers and calls of one number.
    """
    return _tree(ast.parse(formula, mode="eval").body, formula)


def _tree(node: ast.expr, formula: str) -> Any:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        return [_SIGNS[type(node.op)], _tree(node.left, formula), _tree(node.right, formula)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return [node.func.id, _tree(node.args[0], formula)]
    raise ValueError(f"cannot be computed in a page: {formula}")


def is_live(measure: Measure) -> bool:
    """Return whether a page can compute a measure and give its intervals."""
    return measure.unit != YES_NO and not any(one in measure.formula for one in _OVER_PEOPLE)


def measures_of(scenario: Scenario) -> dict[str, Measure]:
    """Return the measures of a scenario's runs that a page can compute, by name."""
    known = with_limits(MEASURES, scenario.desk.answer_within_seconds)
    return {name: measure for name, measure in known.items() if is_live(measure)}


def tally_data(scenario: Scenario) -> dict[str, Any]:
    """Return what measures are computed with besides a run's tallies, ready for JSON."""
    return {
        "history": scenario.history_months,
        "limits": list(scenario.desk.answer_within_seconds),
        "wait_of_bin": wait_of_bin().tolist(),
        "reasons": list(REASONS),
        "costs": list(COSTS),
        "measures": {
            name: [formula_tree(measure.formula), measure.horizon]
            for name, measure in measures_of(scenario).items()
        },
    }


def claim_data(
    claim: Claim, policies: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    """Return a claim for a page; None if it is about what the page has not.

    Parameters
    ----------
    claim : Claim
    policies : sequence of str
        Those that the page has.
    groups : mapping of str to sequence of str
        By policy, in the order of the tally's columns: ``sort name`` of each group.
    """
    terms = claim.terms()
    if any(term.policy not in policies or not is_live(MEASURES[term.measure]) for term in terms):
        return None
    return {
        "left": _side(claim.left),
        "right": _side(claim.right),
        "sign": claim.sign,
        "terms": [_term(term, groups[term.policy]) for term in terms],
    }


def _side(expression: Expression) -> Any:
    if isinstance(expression, Term):
        return {"term": _key(expression)}
    if isinstance(expression, Operation):
        return [expression.sign, _side(expression.left), _side(expression.right)]
    return expression


def _key(term: Term) -> str:
    return f"{term.measure} {term.policy} {term.span} {term.months} {term.sort} {term.group}"


def _term(term: Term, groups: Sequence[str]) -> dict[str, Any]:
    """Return what a term is the value of: months of a run, of everybody or of some columns."""
    found: dict[str, Any] = {
        "key": _key(term), "measure": term.measure, "policy": term.policy, "span": term.span,
        "months": term.months, "horizon": MEASURES[term.measure].horizon,
    }  # fmt: skip
    if not term.sort:
        return found | {"formula": formula_tree(MEASURES[term.measure].formula)}
    # A cohort of one policy is in several columns where those of others are followed too.
    columns = [
        place
        for place, (sort, _, name) in enumerate(one.partition(" ") for one in groups)
        if sort == term.sort and term.group in name.split(" & ")
    ]
    formula = formula_tree(GROUP_MEASURES[term.sort][term.measure])
    return found | {"formula": formula, "columns": columns}
