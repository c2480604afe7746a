"""Word of mouth: who is told, what hearing does, and unfairness that travels on it.

References
----------
East, R., Hammond, K. & Wright, M. (2007). The relative incidence of positive and negative word of
mouth. International Journal of Research in Marketing 24(2), 175-184.
https://doi.org/10.1016/j.ijresmar.2006.12.004
Adams, J. S. (1965). Inequity in social exchange. Advances in Experimental Social Psychology 2,
267-299. https://doi.org/10.1016/S0065-2601(08)60108-2
"""

from __future__ import annotations

from sim.core.compile import jitted

__all__ = [
    "mean_told",
    "opinion_after_hearing",
    "readers",
    "satisfaction_after_hearing",
    "trust_after_shock",
    "unfairness",
]


@jitted
def mean_told(strength: float, tells_bad: float, tells_good: float) -> float:
    """Return how many people a story of this strength (-1 to 1) is told to in the mean."""
    return tells_good * strength if strength > 0.0 else -tells_bad * strength


@jitted
def readers(audience: float, exposure: float, cap: float) -> int:
    """Return how many people at large see a public post, min(audience x exposure, cap)."""
    return int(min(audience * exposure, cap))


@jitted
def opinion_after_hearing(o: float, listen: float, strength: float) -> float:
    """Return a non-customer's opinion after hearing: o + listen |v| (sign v - o), -1 to 1."""
    goal = 1.0 if strength > 0.0 else -1.0
    return o + listen * abs(strength) * (goal - o)


@jitted
def satisfaction_after_hearing(s: float, listen: float, strength: float) -> float:
    """Return a customer's satisfaction after hearing: s + listen |v| (1[v > 0] - s), 0 to 1."""
    goal = 1.0 if strength > 0.0 else 0.0
    return s + listen * abs(strength) * (goal - s)


@jitted
def unfairness(fairness: float, own_regard: float, their_regard: float, weight: float) -> float:
    """Return the unfairness felt by one who was treated worse for the like (Adams 1965).

    fairness (their_regard - own_regard) weight, and 0 for one treated no worse; 0 to 1. `weight` is
    `within` for somebody of the same tier, else `between`.
    """
    return min(fairness * max(their_regard - own_regard, 0.0) * weight, 1.0)


@jitted
def trust_after_shock(t: float, u: float) -> float:
    """Return trust after unfairness u: t - u t, 0 to 1."""
    return t - u * t
