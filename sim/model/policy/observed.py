"""How each observable is computed: one small compiled function for each.

The functions are named like the observables that `sim.scenario.schema.observables` declares. Where
one has no function, or a function has no declaration, this module cannot be imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.core.compile import jitted
from sim.model.records import MONTH
from sim.scenario.schema.observables import OBSERVABLES

__all__ = ["dispatcher", "observed"]

Expression = Callable[[Any, float], float]

_EXPRESSIONS: dict[str, Expression] = {}


def _observable(function: Expression) -> Expression:
    """Compile a function and keep it under its name."""
    _EXPRESSIONS[function.__name__] = compiled = jitted(function)
    return compiled


@_observable
def spend(person: Any, now: float) -> float:  # noqa: ARG001 - all expressions take the time
    return person.spend


@_observable
def recent_revenue(person: Any, now: float) -> float:  # noqa: ARG001
    return person.recent_revenue


@_observable
def lifetime_revenue(person: Any, now: float) -> float:  # noqa: ARG001
    return person.lifetime_revenue


@_observable
def recent_cost(person: Any, now: float) -> float:  # noqa: ARG001
    return person.recent_cost


@_observable
def lifetime_cost(person: Any, now: float) -> float:  # noqa: ARG001
    return person.lifetime_cost


@_observable
def tenure(person: Any, now: float) -> float:
    return (now - person.joined_at) / MONTH


@_observable
def audience(person: Any, now: float) -> float:  # noqa: ARG001
    return person.audience


@_observable
def contacts(person: Any, now: float) -> float:  # noqa: ARG001
    return person.contacts_lately


@_observable
def complaints(person: Any, now: float) -> float:  # noqa: ARG001
    return person.complaints_lately


@_observable
def favourite(person: Any, now: float) -> float:  # noqa: ARG001
    return float(person.favourite)


@_observable
def referrals(person: Any, now: float) -> float:  # noqa: ARG001
    return float(person.referrals)


@_observable
def returns(person: Any, now: float) -> float:  # noqa: ARG001
    return person.returns_lately


@_observable
def repeats(person: Any, now: float) -> float:  # noqa: ARG001
    return person.repeats_lately


@_observable
def strikes(person: Any, now: float) -> float:  # noqa: ARG001
    return float(person.strikes)


@_observable
def paying(person: Any, now: float) -> float:  # noqa: ARG001
    return 1.0 if person.spend > 0.0 else 0.0


@_observable
def leaving_risk(person: Any, now: float) -> float:
    months = (now - person.joined_at) / MONTH
    trouble = 1.0 + person.complaints_lately + person.repeats_lately
    # Recent revenue is two months' worth where spend is steady.
    usual, lately = 2.0 * person.lifetime_revenue, person.recent_revenue * max(months, 1.0)
    falls = 1.0 if usual <= 0.0 else min(max(usual / max(lately, 1e-9), 0.5), 2.0)
    return trouble * falls / (1.0 + months / 13.0)


@_observable
def retention_lift(person: Any, now: float) -> float:
    return leaving_risk(person, now) * person.contacts_lately


def dispatcher(
    expressions: Mapping[str, Expression], declared: Iterable[str]
) -> Callable[[Any, float, int], float]:
    """Return a compiled function that computes an observable by its place in the declaration.

    Parameters
    ----------
    expressions : mapping of str to compiled function
        Of a person's record and the time (min), by name.
    declared : iterable of str
        The names, in order.

    Returns
    -------
    compiled function
        Of a person's record, the time (min) and the place from 0; it raises IndexError beyond the
        last.

    Raises
    ------
    ValueError
        If the two do not name the same observables.
    """
    names = list(declared)
    if unmatched := sorted(set(names) ^ set(expressions)):
        raise ValueError(f"observables without a declaration or an expression: {unmatched}")
    chosen: Callable[[Any, float, int], float] = _unknown
    for index in reversed(range(len(names))):
        chosen = _choice(index, expressions[names[index]], chosen)
    return chosen


@jitted
def _unknown(person: Any, now: float, index: int) -> float:  # noqa: ARG001
    raise IndexError("no such observable")


def _choice(
    mine: int, expression: Expression, others: Callable[[Any, float, int], float]
) -> Callable[[Any, float, int], float]:
    """Return a compiled function that computes one observable, and leaves others to the rest."""

    @jitted
    def choice(person: Any, now: float, index: int) -> float:
        if index == mine:
            return expression(person, now)
        return others(person, now, index)

    return choice


observed = dispatcher(_EXPRESSIONS, OBSERVABLES)
