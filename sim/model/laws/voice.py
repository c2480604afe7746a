"""Whether and how a disappointed person complains, and what they learn from it.

References
----------
Hirschman, A. O. (1970). Exit, Voice, and Loyalty. Harvard University Press.
McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In Frontiers in
Econometrics, 105-142. Academic Press.
Rescorla, R. A. & Wagner, A. R. (1972). A theory of Pavlovian conditioning. In Classical
Conditioning II, 64-99. Appleton-Century-Crofts.
Wirtz, J. & McColl-Kennedy, J. R. (2010). Opportunistic customer claiming during service recovery.
Journal of the Academy of Marketing Science 38, 654-675. https://doi.org/10.1007/s11747-009-0177-6
"""

from __future__ import annotations

from sim.core.compile import inlined, jitted
from sim.core.ieee import exp, log

__all__ = [
    "abuse_chance",
    "appeal_chance",
    "exit_utility",
    "log_audience",
    "next_voice_value",
    "opportunist_utility",
    "voice_utility",
]

_LN_10 = 2.302585092994046


@jitted
def log_audience(audience: float) -> float:
    """Return log10(1 + audience), by which followers make a public complaint likelier."""
    return log(1.0 + audience) / _LN_10


@inlined
def voice_utility(
    base: float, slope: float, x: float, loudness: float, extra: float, voice_value: float
) -> float:
    """Return the utility of a voice, b + c x + loudness + extra + rho, against 0 for silence.

    Parameters
    ----------
    base, slope : float
        b and c of this voice.
    x : float
        Disappointment, 0 to 1.
    loudness : float
        The person's readiness to complain, weighted.
    extra : float
        Temper (angry) or reach (public), weighted; 0 for polite.
    voice_value : float
        rho, the learned value of this voice: what it has brought, or is said to bring.
    """
    return base + slope * x + loudness + extra + voice_value


@inlined
def exit_utility(base: float, slope: float, x: float, lock_in: float) -> float:
    """Return the utility of leaving at once, b + c x - lock_in (Hirschman 1970)."""
    return base + slope * x - lock_in


@jitted
def opportunist_utility(
    honesty: float, base: float, polite_base: float, extra: float, voice_value: float
) -> float:
    """Return the utility of a complaint without cause, -honesty + (b - b_polite) + extra + rho.

    `honesty` is what a complaint without cause costs this person; extra and rho as in
    `voice_utility` (Wirtz & McColl-Kennedy 2010).
    """
    return -honesty + (base - polite_base) + extra + voice_value


@jitted
def appeal_chance(share: float, loudness: float) -> float:
    """Return the probability of an appeal to the ombudsman, logit^-1(logit a + l), 0 to 1.

    A logit shifted by loudness l (McFadden 1974): it is a, `share`, at an average loudness of 0.
    """
    if share <= 0.0 or share >= 1.0:
        return share
    return 1.0 / (1.0 + exp(log(1.0 - share) - log(share) - loudness))


@jitted
def abuse_chance(share: float, heat: float) -> float:
    """Return the probability that an angry complaint is abusive, logit^-1(logit a + heat), 0 to 1.

    `share` is a, that of people of average temper; `heat` is temper times its weight.
    """
    return appeal_chance(share, heat)


@jitted
def next_voice_value(
    voice_value: float, rate: float, reward_value: float, remedy_months: float, effort_cost: float
) -> float:
    """Return the next value of a voice, rho + rate (kappa r - effort - rho).

    The rule is that of Rescorla & Wagner (1972). `remedy_months` is 0 after a refusal, which can
    make the value negative.
    """
    return voice_value + rate * (reward_value * remedy_months - effort_cost - voice_value)
