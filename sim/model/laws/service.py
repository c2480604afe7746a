"""How long handling takes, whether it resolves the need, and how work changes morale.

References
----------
Grandey, A. A., Dickter, D. N. & Sin, H.-P. (2004). The customer is not always right: customer
aggression and emotion regulation of service employees. Journal of Organizational Behavior 25(3),
397-418. https://doi.org/10.1002/job.252
Holman, D., Batt, R. & Holtgrewe, U. (2007). The Global Call Center Report. Cornell University.
"""

from __future__ import annotations

from sim.core.compile import inlined, jitted
from sim.core.ieee import exp, log

__all__ = [
    "courtesy_given",
    "courtesy_price",
    "fault_rate",
    "handling_minutes",
    "load_on_morale",
    "quit_hazard",
    "resolution",
    "speed",
]


@inlined
def speed(months: float, start_speed: float, learning_months: float) -> float:
    """Return an agent's speed, 1 - (1 - v0) exp(-months / learning): v0 for a novice, then to 1."""
    if learning_months <= 0.0 or start_speed >= 1.0:
        return 1.0
    return 1.0 - (1.0 - start_speed) * exp(-months / learning_months)


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
