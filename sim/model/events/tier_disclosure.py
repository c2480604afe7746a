"""Tiers that are kept secret until they leak, and tiers that are published."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import jitted
from sim.core.rng import uniform
from sim.model.events.allocate import month_tally
from sim.model.laws.churn import probability
from sim.model.laws.talk import shaken_trust
from sim.model.records import CUSTOMER, PUBLISHED, SECRET
from sim.model.state import World, rules_now

__all__ = ["announce", "leaks", "raised", "shock"]

_MONTHS_A_YEAR = 13.0


@jitted
def announce(W: World) -> None:
    """Let published tiers come into force: who is below the top trusts the company less."""
    if rules_now(W).secrecy != PUBLISHED:
        return
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER:
            shock(W, i, W.P[0].fairness_published_shock)


@jitted
def leaks(W: World) -> bool:
    """Return whether the secret of the tiers gets out this month, which it does once at most."""
    rules, run = rules_now(W), W.run[0]
    if rules.secrecy != SECRET or rules.first_tier == rules.last_tier:
        return False
    chance = probability(W.P[0].fairness_leak_per_year / _MONTHS_A_YEAR)
    out = not run.leaked and uniform(run.key, streams.LEAK, 0, run.month) < chance
    run.leaked = int(run.leaked or out)
    month_tally(W).leaked = float(run.leaked)
    return out


@jitted
def shock(W: World, i: int, size: float) -> None:
    """Shake the trust of a customer who is below the top tier."""
    person, rules = W.people[i], rules_now(W)
    if person.tier > rules.first_tier:
        person.t = shaken_trust(person.t, size)


@jitted
def raised(W: World, i: int) -> float:
    """Return by how much a customer expects more for the tier that they know they are in."""
    secrecy = rules_now(W).secrecy
    known = secrecy == PUBLISHED or (secrecy == SECRET and W.run[0].leaked == 1)
    if not known:
        return 0.0
    return W.P[0].fairness_published_expectation * W.cuts[W.people[i].tier].standing
