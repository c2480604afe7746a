"""Unfairness: how much worse one was treated than another in a like case, and how it is felt.

Every shortfall is 0 to 1, and exactly 0 between people who are given the same.

References
----------
Adams, J. S. (1965). Inequity in social exchange. Advances in Experimental Social Psychology 2,
267-299. https://doi.org/10.1016/S0065-2601(08)60108-2
Larson, R. C. (1987). Perspectives on queues: social justice and the psychology of queueing.
Operations Research 35(6), 895-905. https://doi.org/10.1287/opre.35.6.895
"""

from __future__ import annotations

from sim.core.compile import jitted
from sim.core.ieee import exp
from sim.model.laws.satisfaction import remedy_effect

__all__ = [
    "delight",
    "grievance_left",
    "manner_shortfall",
    "newly_felt",
    "order_shortfall",
    "promise_shortfall",
    "remedy_shortfall",
    "total_shortfall",
    "trust_after_shock",
    "unfairness",
]


@jitted
def order_shortfall(
    level: float,
    their_level: float,
    head_start: float,
    their_head_start: float,
    pace: float,
    their_pace: float,
    tolerable: float,
) -> float:
    """Return how much later one is served by rule, whatever the queue: 1 behind another's class.

    Within one class: ``1 - exp(-(their head start - own) / tolerable) min(1, pace / their pace)``,
    with head starts in minutes.
    """
    if level != their_level:
        return 1.0 if their_level < level else 0.0
    slower = min(1.0, pace / their_pace) if their_pace > 0.0 else 1.0
    return 1.0 - exp(-max(their_head_start - head_start, 0.0) / tolerable) * slower


@jitted
def promise_shortfall(promise: float, their_promise: float, tolerable: float) -> float:
    """Return how much longer a wait one is promised, in minutes; infinity is no promise."""
    if their_promise >= promise:
        return 0.0
    return 1.0 - exp(-(promise - their_promise) / tolerable)


@jitted
def remedy_shortfall(
    chance: float, months: float, their_chance: float, their_months: float, half_value: float
) -> float:
    """Return how much less a remedy is worth: the effect of each times the chance that it is given.

    Remedies are in months of the spend of the person who compares.
    """
    own = chance * remedy_effect(months, half_value)
    theirs = their_chance * remedy_effect(their_months, half_value)
    return max(theirs - own, 0.0)


@jitted
def manner_shortfall(
    courtesy: float, their_courtesy: float, effort: float, their_effort: float
) -> float:
    """Return how much less courtesy is shown and how much less effort made."""
    return 1.0 - (1.0 - max(their_courtesy - courtesy, 0.0)) * min(1.0, effort / their_effort)


@jitted
def total_shortfall(queue: float, pool: float, remedy: float, manner: float, perk: float) -> float:
    """Return the shortfall in all that was given, each part weighted; 0 to 1.

    ``1 - (1 - queue)(1 - pool)(1 - remedy)(1 - manner)(1 - perk)``
    """
    return 1.0 - (1.0 - queue) * (1.0 - pool) * (1.0 - remedy) * (1.0 - manner) * (1.0 - perk)


@jitted
def unfairness(fairness: float, shortfall: float, weight: float) -> float:
    """Return the unfairness of being given less than another in a like case (Adams 1965); 0 to 1.

    `weight` is `between_tiers` where the other is known to belong to another tier, else
    `within_tier`.
    """
    return min(fairness * shortfall * weight, 1.0)


@jitted
def grievance_left(held: float, fade: float, months: float) -> float:
    """Return what is left of a grievance after some months: held exp(-fade x months)."""
    return held * exp(-fade * months)


@jitted
def newly_felt(unfair: float, held: float) -> float:
    """Return by how much an unfairness exceeds the grievance that is held already."""
    return max(unfair - held, 0.0)


@jitted
def trust_after_shock(trust: float, shock: float) -> float:
    """Return trust after a shock such as felt unfairness: trust - shock x trust, 0 to 1."""
    return trust - shock * trust


@jitted
def delight(size: float, privilege: float, before: float) -> float:
    """Return the delight of a privilege when it is granted: its size times what is new of it."""
    return size * max(privilege - before, 0.0)
