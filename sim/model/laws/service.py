"""How long handling takes, whether it resolves the need, and how work changes morale.

References
----------
Grandey, A. A., Dickter, D. N. & Sin, H.-P. (2004). The customer is not always right: customer
aggression and emotion regulation of service employees. Journal of Organizational Behavior 25(3),
397-418. https://doi.org/10.1002/job.252
Gans, N., Liu, N., Mandelbaum, A., Shen, H. & Ye, H. (2010). Service times in call centers: agent
heterogeneity and learning with some operational consequences. In Borrowing Strength: Theory
Powering Applications, IMS Collections 6, 99-123. https://doi.org/10.1214/10-IMSCOLL608
Holman, D., Batt, R. & Holtgrewe, U. (2007). The Global Call Center Report. Cornell University.
"""

from __future__ import annotations

import math

from sim.core.compile import inlined, jitted
from sim.core.ieee import exp, log

__all__ = [
    "courtesy_given",
    "courtesy_price",
    "fault_rate",
    "handling_minutes",
    "load_on_morale",
    "own_time",
    "quit_hazard",
    "resolution",
    "resolution_by_agent",
    "speed",
    "speed_at",
]


@inlined
def speed(months: float, start_speed: float, learning_months: float) -> float:
    """Return an agent's speed, 1 - (1 - v0) exp(-months / learning): v0 for a novice, then to 1."""
    if learning_months <= 0.0 or start_speed >= 1.0:
        return 1.0
    return 1.0 - (1.0 - start_speed) * exp(-months / learning_months)


@jitted
def own_time(cv: float, z: float) -> float:
    """Return an agent's own factor on handling time, lognormal of mean 1 (Gans et al. 2010).

    Parameters
    ----------
    cv : float
        Coefficient of variation over agents, 0 or more; at 0 all are alike.
    z : float
        The agent's standard normal draw.
    """
    if cv <= 0.0:
        return 1.0
    variance = log(1.0 + cv * cv)
    return exp(math.sqrt(variance) * z - 0.5 * variance)


@inlined
def speed_at(speed: float, skill: float, own: float) -> float:
    """Return an agent's speed at a kind of contact: by experience x skill / their own factor."""
    return speed * skill / own


@inlined
def courtesy_price(courtesy: float, standard: float, price: float) -> float:
    """Return the factor on handling time of courtesy above the standard, 1 or more."""
    return 1.0 + price * max(courtesy - standard, 0.0)


@inlined
def handling_minutes(
    drawn: float, difficulty: float, effort: float, price: float, pace: float
) -> float:
    """Return minutes of handling: drawn x difficulty x effort x price of courtesy / speed."""
    return drawn * difficulty * effort * price / pace


@inlined
def resolution(p: float, effort: float, morale: float, by_morale: float) -> float:
    """Return the probability that a contact is resolved, 1 - (1 - p)^(effort (q0 + (1 - q0) m)).

    Parameters
    ----------
    p : float
        The probability for this kind of need at full morale and effort 1, 0 to 1.
    effort, morale : float
        The tier's effort; the agent's morale, 0 to 1.
    by_morale : float
        1 - q0: the share of quality that depends on morale.
    """
    if p >= 1.0:
        return 1.0
    return 1.0 - exp(effort * (1.0 - by_morale + by_morale * morale) * log(1.0 - p))


@inlined
def resolution_by_agent(p: float, q: float) -> float:
    """Return the probability of resolution p, 0 to 1, whose log odds an agent shifts by q."""
    if q == 0.0:
        return p
    return p * exp(q) / (1.0 - p + p * exp(q))


@inlined
def courtesy_given(courtesy: float, morale: float, by_morale: float) -> float:
    """Return the courtesy received, the tier's x (1 - k (1 - m)), 0 to 1."""
    return courtesy * (1.0 - by_morale * (1.0 - morale))


@jitted
def load_on_morale(utilisation: float, knee: float, weight: float) -> float:
    """Return the loss of morale in a month: weight x utilisation above the knee."""
    return weight * max(utilisation - knee, 0.0)


@jitted
def quit_hazard(base: float, slope: float, morale: float) -> float:
    """Return an agent's monthly hazard of leaving, q0 exp(b (1 - m)) (Holman et al. 2007)."""
    return base * exp(slope * (1.0 - morale))


@jitted
def fault_rate(floor: float, lessons_per_thousand: float, scale: float) -> float:
    """Return the share of product faults left, floor + (1 - floor) exp(-lessons / scale)."""
    if scale <= 0.0:
        return floor
    return floor + (1.0 - floor) * exp(-lessons_per_thousand / scale)
