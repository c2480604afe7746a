"""Word of mouth: who tells, how many hear it, and what it does to a decision.

References
----------
East, R., Hammond, K. & Wright, M. (2007). The relative incidence of positive and negative word of
mouth. International Journal of Research in Marketing 24(2), 175-184.
https://doi.org/10.1016/j.ijresmar.2006.12.004
East, R., Hammond, K. & Lomax, W. (2008). Measuring the impact of positive and negative word of
mouth on brand purchase probability. International Journal of Research in Marketing 25(3), 215-224.
https://doi.org/10.1016/j.ijresmar.2008.04.001
"""

from __future__ import annotations

from sim.core.compile import jitted
from sim.core.ieee import exp, log

__all__ = [
    "HIGHEST_SCORE",
    "combined_shift",
    "number_told",
    "readers",
    "shifted_decision",
    "story_shift",
    "telling_chance",
]

HIGHEST_SCORE = 4.0
"""Largest normal score of the number told; one draw in 30,000 is cut to it."""


@jitted
def telling_chance(
    chance: float,
    strength: float,
    satisfaction: float,
    tenure_years: float,
    by_strength: float,
    by_satisfaction: float,
    by_tenure: float,
) -> float:
    """Return the probability that somebody tells others of an event, 0 to 1.

    Logistic in the event's strength v. The satisfied tell of good events more and of bad ones less,
    and customers of long standing tell of good ones more::

        1 / (1 + (1 - chance) / chance exp(-b_v (|v| - 1/2) - tilt))
        tilt = b_s (s - 1/2) + b_y ln(1 + years) if v > 0 else -b_s (s - 1/2)

    Parameters
    ----------
    chance : float
        Probability at half strength, s = 1/2 and on the first day; 0 and 1 are certain.
    strength, satisfaction : float
        v, -1 to 1, and s, 0 to 1.
    tenure_years : float
        Years as a customer, 0 or more.
    by_strength, by_satisfaction, by_tenure : float
        b_v, b_s and b_y.
    """
    if chance <= 0.0 or chance >= 1.0:
        return chance
    tilt = by_satisfaction * (satisfaction - 0.5)
    tilt = tilt + by_tenure * log(1.0 + tenure_years) if strength > 0.0 else -tilt
    against = exp(-by_strength * (abs(strength) - 0.5) - tilt)
    return 1.0 / (1.0 + (1.0 - chance) / chance * against)


@jitted
def number_told(mean: float, sigma: float, score: float) -> float:
    """Return how many people are told, before rounding: lognormal of the given mean.

    ``mean exp(sigma z - sigma^2 / 2)``, exactly the mean where sigma is 0. The median is
    ``mean exp(-sigma^2 / 2)``: most people tell few, and some tell very many.

    Parameters
    ----------
    mean, sigma : float
        Mean number of people and standard deviation of its logarithm, 0 or more.
    score : float
        A standard normal score z, cut at `HIGHEST_SCORE`.
    """
    return mean * exp(sigma * min(score, HIGHEST_SCORE) - 0.5 * sigma * sigma)


@jitted
def readers(audience: float, exposure: float, cap: float) -> int:
    """Return how many people see a public post, min(audience x exposure, cap)."""
    return int(min(audience * exposure, cap))


@jitted
def story_shift(
    published: float, strength: float, typical: float, resists: float, conviction: float
) -> float:
    """Return by how much a story shifts the probability of its hearer's next decision, 0 to 1.

    ``published |v| / typical (1 + conviction (1 - 2 resists))``. Hearers resist bad news of what
    they are likely to choose, and good news of what they are not (East, Hammond & Lomax 2008).

    Parameters
    ----------
    published : float
        Mean shift by a story, 0 to 1.
    strength, typical : float
        v, -1 to 1, and the mean strength of such stories, above 0.
    resists : float
        How far the hearer's own attitude speaks against the story, 0 to 1; 1/2 is indifferent.
    conviction : float
        Weight of that attitude, 0 to 1.
    """
    shift = published * abs(strength) / typical * (1.0 + conviction * (1.0 - 2.0 * resists))
    return min(shift, 1.0)


@jitted
def combined_shift(heard: float, shift: float) -> float:
    """Return the shift by several stories: 1 - (1 - heard) (1 - shift), so 1 - prod(1 - x)."""
    return 1.0 - (1.0 - heard) * (1.0 - shift)


@jitted
def shifted_decision(chance: float, good: float, bad: float) -> float:
    """Return the probability of a decision in our favour after the stories heard before it.

    ``(p + good (1 - p)) (1 - bad)``: good stories win a share of what was against, bad stories lose
    a share of what is then for; all 0 to 1.
    """
    return (chance + good * (1.0 - chance)) * (1.0 - bad)
