"""How an encounter is perceived, and what it does to satisfaction, expectation and trust.

References
----------
Oliver, R. L. (1980). A cognitive model of the antecedents and consequences of satisfaction
decisions. Journal of Marketing Research 17(4), 460-469. https://doi.org/10.1177/002224378001700405
Mittal, V., Ross, W. T. & Baldasare, P. M. (1998). The asymmetric impact of negative and positive
attribute-level performance. Journal of Marketing 62(1), 33-47.
de Matos, C. A., Henrique, J. L. & Rossi, C. A. V. (2007). Service recovery paradox: a
meta-analysis. Journal of Service Research 10(1), 60-77. https://doi.org/10.1177/1094670507303012
"""

from __future__ import annotations

from sim.core.compile import inlined, jitted
from sim.core.ieee import exp

__all__ = [
    "after_gesture",
    "clip",
    "disconfirmation",
    "drift",
    "expected_quality",
    "explained_outcome",
    "next_expectation",
    "next_satisfaction",
    "perceived_quality",
    "remedy_effect",
    "remedy_worth",
    "satisfaction_after_remedy",
    "wait_comfort",
]


@inlined
def clip(x: float, low: float, high: float) -> float:
    """Return x, no less than low and no more than high."""
    return min(max(x, low), high)


@inlined
def wait_comfort(wait: float, tolerable: float) -> float:
    """Return the score for a short wait, exp(-wait / tolerable), 0 to 1.

    Both in minutes; the wait is infinity for a contact that was never let in.
    """
    if wait <= 0.0:
        return 1.0
    return exp(-wait / tolerable) if tolerable > 0.0 else 0.0


@inlined
def explained_outcome(explained_no: float, understanding: float) -> float:
    """Return the outcome of an explained refusal, 1 - (1 - explained_no) (1 - understanding).

    Both 0 to 1: what it is worth to anybody, and how much more to this person.
    """
    return 1.0 - (1.0 - explained_no) * (1.0 - understanding)


@inlined
def after_gesture(score: float, worth: float) -> float:
    """Return a score after a remedy that makes up for a share of what it lacks; all 0 to 1."""
    return score + (1.0 - score) * worth


@inlined
def perceived_quality(
    comfort: float,
    outcome: float,
    courtesy: float,
    wait_weight: float,
    outcome_weight: float,
    courtesy_weight: float,
) -> float:
    """Return the perceived quality p = a comfort + b outcome + c courtesy.

    Parameters
    ----------
    comfort, outcome, courtesy : float
        0 to 1.
    wait_weight, outcome_weight, courtesy_weight : float
        Sum to 1.

    Returns
    -------
    float
        0 to 1.
    """
    return wait_weight * comfort + outcome_weight * outcome + courtesy_weight * courtesy


@inlined
def expected_quality(expectation: float, entitlement: float, rank: float) -> float:
    """Return the quality a person expects, clip(e + entitlement (rank - 1/2), 0, 1).

    `rank` is the rank of spend among customers, 0 (least) to 1: big spenders expect more.
    """
    return clip(expectation + entitlement * (rank - 0.5), 0.0, 1.0)


@inlined
def disconfirmation(quality: float, expectation: float) -> float:
    """Return d = p - expectation, -1 to 1: negative disappoints (Oliver 1980)."""
    return quality - expectation


@inlined
def next_satisfaction(satisfaction: float, d: float, gain: float, loss: float) -> float:
    """Return satisfaction after a disconfirmation d; bad is stronger than good.

    s + gain d (1 - s) for d >= 0, s + loss d s for d < 0; 0 to 1 (Mittal et al. 1998: loss is about
    twice gain).
    """
    if d >= 0.0:
        return satisfaction + gain * d * (1.0 - satisfaction)
    return satisfaction + loss * d * satisfaction


@inlined
def next_expectation(
    expectation: float, quality: float, adapt: float, market_weight: float, norm: float
) -> float:
    """Return expectation after an encounter: it adapts to the quality, anchored to the market.

    e + adapt ((1 - market_weight) p + market_weight norm - e); all 0 to 1. Without the anchor
    people get used to anything, and service stops mattering.
    """
    target = (1.0 - market_weight) * quality + market_weight * norm
    return expectation + adapt * (target - expectation)


@jitted
def drift(x: float, rate: float, goal: float) -> float:
    """Return x moved a share `rate` (0 to 1) of the way to its goal: s to its base, trust to s."""
    return x + rate * (goal - x)


@jitted
def satisfaction_after_remedy(satisfaction: float, worth: float, lost: float, heal: float) -> float:
    """Return satisfaction after a remedy: s + heal worth lost, at most 1.

    Parameters
    ----------
    satisfaction : float
        s, 0 to 1.
    worth : float
        Of the remedy to this person, 0 to 1.
    lost : float
        The satisfaction lost at the cause.
    heal : float
        Share that a large remedy restores; above 1 is the recovery paradox (de Matos et al. 2007).
    """
    return min(1.0, satisfaction + heal * worth * lost)


@jitted
def remedy_worth(effect: float, repeat: float, before: int) -> float:
    """Return what a remedy is worth after others of late: effect x repeat^before, 0 to 1.

    Parameters
    ----------
    effect : float
        That of a first remedy, 0 to 1.
    repeat : float
        Share of its worth that each remedy before it leaves, 0 to 1.
    before : int
        How many remedies the person has had lately.
    """
    worth = effect
    for _ in range(before):
        worth *= repeat
    return worth


@jitted
def remedy_effect(remedy_months: float, half_value: float) -> float:
    """Return the share of its full effect that a remedy has, 1 - exp(-r / r0), 0 to 1."""
    if half_value <= 0.0:
        return 1.0 if remedy_months > 0.0 else 0.0
    return 1.0 - exp(-remedy_months / half_value)
