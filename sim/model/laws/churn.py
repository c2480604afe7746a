"""When customers leave, join and spend more.

References
----------
Bolton, R. N. (1998). A dynamic model of the duration of the customer's relationship with a
continuous service provider. Marketing Science 17(1), 45-65. https://doi.org/10.1287/mksc.17.1.45
Bass, F. M. (1969). A new product growth for model consumer durables. Management Science 15(5),
215-227. https://doi.org/10.1287/mnsc.15.5.215
Gupta, S., Lehmann, D. R. & Stuart, J. A. (2004). Valuing customers. Journal of Marketing Research
41(1), 7-18. https://doi.org/10.1509/jmkr.41.1.7.25084
"""

from __future__ import annotations

from sim.core.compile import inlined, jitted
from sim.core.ieee import exp, log

__all__ = [
    "conversion",
    "customer_value",
    "enquiry_hazard",
    "joiner_satisfaction",
    "leaver_opinion",
    "next_wallet_share",
    "occurs",
    "offer_conversion",
    "probability",
    "unhappy_hazard",
]


@jitted
def unhappy_hazard(
    s: float,
    t: float,
    tenure_years: float,
    complained: float,
    base: float,
    by_satisfaction: float,
    by_trust: float,
    by_tenure: float,
    by_complaint: float,
    lock_in: float,
) -> float:
    """Return the monthly hazard of leaving on top of the natural one (Bolton 1998).

    h0 exp(-b_s (s - 1/2) - b_t (t - 1/2) - b_tenure ln(1 + years) + b_complained c - lock_in).

    Parameters
    ----------
    s, t : float
        Satisfaction and trust, 0 to 1.
    tenure_years : float
        Years as a customer, 0 or more.
    complained : float
        1 if the person complained lately, else 0.
    base : float
        h0, a month, at s = t = 1/2 on the first day.
    by_satisfaction, by_trust, by_tenure, by_complaint, lock_in : float
        Coefficients.
    """
    if base <= 0.0:
        return 0.0
    return base * exp(
        -by_satisfaction * (s - 0.5)
        - by_trust * (t - 0.5)
        - by_tenure * log(1.0 + tenure_years)
        + by_complaint * complained
        - lock_in
    )


@jitted
def probability(hazard: float) -> float:
    """Return the chance that something of this hazard (0 or more) happens in a unit of time."""
    return 1.0 - exp(-hazard)


@inlined
def occurs(hazard: float, luck: float) -> bool:
    """Return whether something of this hazard happens in a unit of time, by a uniform draw.

    A chance is never above its hazard, so that most luck decides without the exponential.
    """
    return luck < hazard and luck < probability(hazard)


@jitted
def next_wallet_share(w: float, rate: float, s: float, t: float) -> float:
    """Return the share of wallet after a month: w + rate (s t - w), all 0 to 1."""
    return w + rate * (s * t - w)


@jitted
def enquiry_hazard(p: float, q: float, share: float, o: float, by_opinion: float) -> float:
    """Return the monthly hazard of an enquiry, (p + q share) exp(k o) (Bass 1969, on a graph).

    Parameters
    ----------
    p, q : float
        Spontaneous and imitative rate a month.
    share : float
        Share of neighbours who are customers, 0 to 1.
    o, by_opinion : float
        Opinion (-1 to 1) and its weight k.
    """
    return (p + q * share) * exp(by_opinion * o)


@jitted
def conversion(convert: float, without_service: float, p: float) -> float:
    """Return the chance that an enquiry of perceived quality p makes a customer, 0 to 1."""
    return convert * (without_service + (1.0 - without_service) * p)


@jitted
def offer_conversion(chance: float, boost: float, discount: float) -> float:
    """Return the chance to join with a newcomer offer, min(1, chance (1 + boost discount))."""
    return min(1.0, chance * (1.0 + boost * discount))


@jitted
def customer_value(margin: float, hazard: float, discount: float) -> float:
    """Return what a customer is worth, margin / (h + discount) (Gupta et al. 2004).

    A margin for ever, discounted, of one who may leave: margin and currency a month, `hazard` and
    `discount` a month, each 0 or more; infinite or undefined where both are 0.
    """
    return margin / (hazard + discount)


@jitted
def leaver_opinion(s: float) -> float:
    """Return the opinion that somebody of satisfaction s takes along: 2 s - 1."""
    return 2.0 * s - 1.0


@jitted
def joiner_satisfaction(baseline: float, o: float) -> float:
    """Return a joiner's first satisfaction, the baseline + o / 10, 0 to 1."""
    return min(max(baseline + 0.1 * o, 0.0), 1.0)
