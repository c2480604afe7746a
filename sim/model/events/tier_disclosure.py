"""What customers know of tiers: nothing, a secret until it leaks, or everything."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import uniform
from sim.model.events.allocate import month_tally
from sim.model.laws.churn import probability
from sim.model.laws.unfairness import trust_after_shock
from sim.model.records import CUSTOMER, PUBLISHED, SECRET
from sim.model.state import World, rules_now, rules_of

__all__ = ["disclosed_expectation", "publish_tiers", "shock_trust", "tiers_are_known", "tiers_leak"]

_MONTHS_A_YEAR = 13.0


@jitted
def publish_tiers(W: World) -> None:
    """Publish tiers, if the policy does and did not: customers below the top tier lose trust."""
    rules = rules_now(W)
    if rules.secrecy != PUBLISHED or not rules.announces:
        return
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER:
            shock_trust(W, i, W.parameters[0].fairness_published_shock)


@jitted
def tiers_leak(W: World) -> bool:
    """Return whether secret tiers become known this month, which happens once at most."""
    rules, run = rules_now(W), W.run[0]
    if rules.secrecy != SECRET or rules.first_tier == rules.last_tier:
        return False
    chance = probability(W.parameters[0].fairness_leak_per_year / _MONTHS_A_YEAR)
    out = not run.leaked and uniform(run.key, streams.LEAK, 0, run.month) < chance
    run.leaked = int(run.leaked or out)
    month_tally(W).leaked = float(run.leaked)
    return out


@jitted
def shock_trust(W: World, i: int, size: float) -> None:
    """Lower the trust of a customer who is below the top tier."""
    person, rules = W.people[i], rules_of(W, i)
    if person.tier > rules.first_tier:
        person.trust = trust_after_shock(person.trust, size)


@inlined
def tiers_are_known(W: World) -> bool:
    """Return whether everybody knows of the tiers: they are published, or have leaked."""
    secrecy = rules_now(W).secrecy
    return secrecy == PUBLISHED or (secrecy == SECRET and W.run[0].leaked == 1)


@jitted
def disclosed_expectation(W: World, i: int) -> float:
    """Return how much more a customer expects because of a tier that they know of."""
    if not tiers_are_known(W):
        return 0.0
    return W.parameters[0].fairness_published_expectation * W.tiers[W.people[i].tier].standing
