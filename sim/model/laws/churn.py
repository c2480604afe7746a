"""When customers leave, join and spend more.

References
----------
Bolton, R. N. (1998). A dynamic model of the duration of the customer's relationship with a
continuous service provider. Marketing Science 17(1), 45-65. https://doi.org/10.1287/mksc.17.1.45
Bass, F. M. (1969). A new product growth for model consumer durables. Management Science 15(5),
215-227. https://doi.org/10.1287/mnsc.15.5.215
Thibaut, J. W. & Kelley, H. H. (1959). The Social Psychology of Groups. New York: Wiley.
Rusbult, C. E. (1980). Commitment and satisfaction in romantic associations: a test of the
investment model. Journal of Experimental Social Psychology 16(2), 172-186.
https://doi.org/10.1016/0022-1031(80)90007-4
Keaveney, S. M. (1995). Customer switching behavior in service industries. Journal of Marketing
59(2), 71-82. https://doi.org/10.1177/002224299505900206
Gupta, S., Lehmann, D. R. & Stuart, J. A. (2004). Valuing customers. Journal of Marketing Research
41(1), 7-18. https://doi.org/10.1509/jmkr.41.1.7.25084
"""

from __future__ import annotations

import math

from sim.core.compile import inlined, jitted
from sim.core.ieee import exp, log
from sim.model.laws.talk import shifted_decision

__all__ = [
    "attraction",
    "conversion",
    "customer_value",
    "enquiry_hazard",
    "hazard_after_stories",
    "joiner_satisfaction",
    "leaver_opinion",
    "next_wallet_share",
    "occurs",
    "offer_conversion",
    "probability",
    "prompting",
    "switching_conversion",
    "unhappy_hazard",
]


@jitted
def unhappy_hazard(
    satisfaction: float,
    trust: float,
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
    satisfaction, trust : float
        s and t, 0 to 1.
    tenure_years : float
        Years as a customer, 0 or more.
    complained : float
        1 if the person complained recently, else 0.
    base : float
        h0, per month, at s = t = 1/2 on the first day.
    by_satisfaction, by_trust, by_tenure, by_complaint, lock_in : float
        Coefficients.
    """
    if base <= 0.0:
        return 0.0
    return base * exp(
        -by_satisfaction * (satisfaction - 0.5)
        - by_trust * (trust - 0.5)
        - by_tenure * log(1.0 + tenure_years)
        + by_complaint * complained
        - lock_in
    )


@jitted
def probability(hazard: float) -> float:
    """Return the probability that an event of this hazard (0 or more) occurs in a unit of time."""
    return 1.0 - exp(-hazard)


@inlined
def occurs(hazard: float, draw: float) -> bool:
    """Return whether an event of this hazard occurs within a unit of time, by a uniform draw.

    A probability is never above its hazard, so most draws decide without the exponential.
    """
    return draw < hazard and draw < probability(hazard)


@jitted
def next_wallet_share(share: float, rate: float, satisfaction: float, trust: float) -> float:
    """Return the share of wallet w after a month: w + rate (s t - w), all 0 to 1."""
    return share + rate * (satisfaction * trust - share)


@jitted
def hazard_after_stories(hazard: float, good: float, bad: float, lock_in: float) -> float:
    """Return the hazard of leaving at a month's end whose decision to stay stories have shifted.

    ``-ln((S + good (1 - S)) (1 - bad exp(-lock_in)))`` with S = exp(-h), `shifted_decision`; 0
    stays 0. What holds customers holds them against stories too. Infinite where nobody stays.

    Parameters
    ----------
    hazard : float
        h without the stories, per month, 0 or more.
    good, bad : float
        What the stories heard since the last decision amount to, 0 to 1.
    lock_in : float
        As of `unhappy_hazard`.
    """
    if hazard <= 0.0 or (good <= 0.0 and bad <= 0.0):
        return hazard
    stays = shifted_decision(exp(-hazard), good, bad * exp(-lock_in))
    return -log(stays) if stays > 0.0 else math.inf


@jitted
def prompting(good: float, talk_share: float) -> float:
    """Return how far good stories prompt an enquiry: min(1, good talk_share / 0.5), 0 to 1.

    Bass's q contains talk (Bass 1969). Where half of imitation is talk, a story shifts the decision
    to enquire by what was measured; where less is, by as much less.
    """
    return min(1.0, 2.0 * talk_share * good)


@jitted
def enquiry_hazard(
    spontaneous: float,
    imitation: float,
    talk_share: float,
    share: float,
    opinion: float,
    by_opinion: float,
) -> float:
    """Return the monthly hazard of an enquiry that no story prompts.

    ``(p + q (1 - talk_share) share) exp(k o)`` (Bass 1969, on a graph).

    Parameters
    ----------
    spontaneous, imitation : float
        p and q, per month.
    talk_share : float
        Share of q that is talk, which prompts enquiries itself, 0 to 1.
    share : float
        Share of neighbours who are customers, 0 to 1.
    opinion, by_opinion : float
        Opinion o (-1 to 1) and its weight k.
    """
    seen = imitation * (1.0 - talk_share) * share
    return (spontaneous + seen) * exp(by_opinion * opinion)


@jitted
def conversion(convert: float, without_service: float, quality: float) -> float:
    """Return the probability that an enquiry of this perceived quality makes a customer."""
    return convert * (without_service + (1.0 - without_service) * quality)


@jitted
def offer_conversion(base: float, boost: float, discount: float) -> float:
    """Return the probability of joining with an offer, min(1, base (1 + boost discount))."""
    return min(1.0, base * (1.0 + boost * discount))


@jitted
def attraction(better: float, price_ratio: float, by_quality: float, by_price: float) -> float:
    """Return how much an alternative attracts, exp(b_alt (Q - e) - b_price ln(price ratio)).

    People compare what they have with what they could have elsewhere, the comparison level for
    alternatives (Thibaut & Kelley 1959; Rusbult 1980), and its price (Keaveney 1995). It is 1 where
    the alternative is as good and as dear.

    Parameters
    ----------
    better : float
        Q - e, the quality of the alternative less that which one has or expects, -1 to 1.
    price_ratio : float
        Price of the alternative over the price that one pays, above 0.
    by_quality, by_price : float
        b_alt and the elasticity b_price, each 0 or more.
    """
    return exp(by_quality * better - by_price * log(price_ratio))


@jitted
def switching_conversion(base: float, attracted: float) -> float:
    """Return the probability that somebody joins from a rival, min(1, base x attraction)."""
    return min(1.0, base * attracted)


@jitted
def customer_value(margin: float, hazard: float, discount: float) -> float:
    """Return a customer's value, margin / (h + discount) (Gupta et al. 2004).

    The discounted margin of a customer who may leave: `margin` in currency per month, `hazard` and
    `discount` per month, each 0 or more; infinite or undefined if both are 0.
    """
    return margin / (hazard + discount)


@jitted
def leaver_opinion(satisfaction: float) -> float:
    """Return the opinion of a leaver of satisfaction s: 2 s - 1."""
    return 2.0 * satisfaction - 1.0


@jitted
def joiner_satisfaction(baseline: float, opinion: float) -> float:
    """Return a joiner's first satisfaction, the baseline + o / 10, 0 to 1."""
    return min(max(baseline + 0.1 * opinion, 0.0), 1.0)
