"""Word of mouth: who is told, and what hearing does.

References
----------
East, R., Hammond, K. & Wright, M. (2007). The relative incidence of positive and negative word of
mouth. International Journal of Research in Marketing 24(2), 175-184.
https://doi.org/10.1016/j.ijresmar.2006.12.004
"""

from __future__ import annotations

from sim.core.compile import jitted

__all__ = [
    "mean_told",
    "opinion_after_hearing",
    "readers",
    "satisfaction_after_hearing",
]


@jitted
def mean_told(strength: float, tells_bad: float, tells_good: float) -> float:
    """Return the mean number of people who are told a story of this strength (-1 to 1)."""
    return tells_good * strength if strength > 0.0 else -tells_bad * strength


@jitted
def readers(audience: float, exposure: float, cap: float) -> int:
    """Return how many people see a public post, min(audience x exposure, cap)."""
    return int(min(audience * exposure, cap))


@jitted
def opinion_after_hearing(opinion: float, listen: float, strength: float) -> float:
    """Return a non-customer's opinion o after hearing: o + listen |v| (sign v - o), -1 to 1."""
    goal = 1.0 if strength > 0.0 else -1.0
    return opinion + listen * abs(strength) * (goal - opinion)


@jitted
def satisfaction_after_hearing(satisfaction: float, listen: float, strength: float) -> float:
    """Return a customer's satisfaction s after hearing: s + listen |v| (1[v > 0] - s), 0 to 1."""
    goal = 1.0 if strength > 0.0 else 0.0
    return satisfaction + listen * abs(strength) * (goal - satisfaction)
