"""People's traits, and which of them may be correlated."""

from __future__ import annotations

from collections.abc import Iterable

from sim.errors import nearest
from sim.scenario.schema.fields import Violation, raise_violations

__all__ = ["CORRELATED", "TRAITS", "correlated_pairs", "sound_correlations"]

TRAITS = (
    "spend",
    "contacts_per_month",
    "difficulty",
    "patience_minutes",
    "demanding_share",
    "loudness",
    "temper",
    "honesty",
    "audience",
    "fairness",
    "understanding",
)
"""Traits of people, in the order of their draws."""

CORRELATED = (*TRAITS, "ties")
"""What may be correlated, in the order of the correlation matrix: traits and number of ties."""


def sound_correlations(correlations: dict[str, float]) -> dict[str, float]:
    """Refuse pairs that are none, are given twice, or contradict each other."""
    violations = list(_pair_violations(correlations))
    if correlations and not violations and not _positive_definite(correlations):
        rule = "contradict each other: the matrix of correlations is not positive definite"
        violations = [Violation((), rule)]
    raise_violations(violations)
    return correlations


def _pair_violations(correlations: dict[str, float]) -> Iterable[Violation]:
    seen: set[frozenset[str]] = set()
    for name in correlations:
        traits = name.split("~")
        rule, hint = _pair_rule(traits, seen)
        if rule:
            yield Violation((name,), rule, hint)
        seen.add(frozenset(traits))


def _pair_rule(traits: list[str], seen: set[frozenset[str]]) -> tuple[str, str]:
    """Return the rule that a pair of traits breaks and a suggestion, or two empty texts."""
    wrong = [trait for trait in traits if trait not in CORRELATED]
    if len(traits) != 2:
        return "must name two traits, written trait~trait", ""
    if wrong:
        return f"knows no trait {wrong[0]!r}", nearest(wrong[0], CORRELATED)
    if traits[0] == traits[1]:
        return "pairs a trait with itself", ""
    return ("is a pair given before", "") if frozenset(traits) in seen else ("", "")


def correlated_pairs(correlations: dict[str, float]) -> dict[tuple[str, str], float]:
    """Return correlations by pair of traits, as written."""
    split = ((name.partition("~"), value) for name, value in correlations.items())
    return {(first, second): value for (first, _, second), value in split}


def _positive_definite(correlations: dict[str, float]) -> bool:
    # Only here: most scenarios correlate nothing, and checking should start fast.
    import numpy as np

    matrix = np.eye(len(CORRELATED))
    for (first, second), value in correlated_pairs(correlations).items():
        i, j = CORRELATED.index(first), CORRELATED.index(second)
        matrix[i, j] = matrix[j, i] = value
    return bool(np.linalg.eigvalsh(matrix)[0] > 1e-9)
