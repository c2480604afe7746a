"""Placebos: each customer gets what the policy would give a partner, drawn once.

What a policy decides by somebody's merits (tiers, dismissals, the discount of the loyal, whom it
escalates) it then decides by the partner's. As many are chosen as before, and they get the same,
but they are no longer those whom the policy means. What remains of its effect is due to favours;
what is gone was due to choosing. A complaint gets what the complaint before it would have got.
"""

from __future__ import annotations

import numpy as np

from sim.core import streams
from sim.core.compile import allocating, jitted
from sim.core.rng import uniform
from sim.model.radix_sort import argsort
from sim.model.records import CUSTOMER, MONTH, OF_LIKE_LOAD, Floats, Integers
from sim.model.state import World, rules_now, rules_of

__all__ = ["pair_customers", "pair_joiners", "treated_voice"]

_STRATA = 10
_LEAST = 5  # people in a stratum, so that hardly anybody is their own partner


@jitted
def pair_customers(W: World) -> None:
    """Give every customer a partner among all of them, where a placebo comes into force."""
    if rules_now(W).placebo:
        for i in range(W.people.shape[0]):
            W.partners[i] = i
        _pair(W, -1.0)


@jitted
def pair_joiners(W: World, now: float) -> None:
    """Give everybody who joined in the month that ends a partner among those who did."""
    if rules_now(W).placebo:
        _pair(W, now - MONTH)


@jitted
def treated_voice(W: World, i: int, voice: int) -> int:
    """Return the voice by which a person's complaint is treated: its own, or of the one before."""
    run = W.run[0]
    if not rules_of(W, i).placebo:
        return voice
    before, run.last_voice = run.last_voice, voice
    return before if before else voice


@allocating
def _pair(W: World, since: float) -> None:
    """Permute the customers who joined after a time, within strata of load if so asked."""
    run = W.run[0]
    members = np.empty(W.people.shape[0], np.int64)
    n = 0
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER and (since < 0.0 or W.people[i].joined_at > since):
            members[n] = i
            n += 1
    stratum = _strata(W, members[:n])
    drawn = np.empty(n, np.float64)
    for place in range(n):
        draw = uniform(run.key, streams.PARTNER, members[place], run.month)
        drawn[place] = stratum[place] + draw
    in_order, shuffled = argsort(stratum), argsort(drawn)
    for place in range(n):
        W.partners[members[in_order[place]]] = members[shuffled[place]]


@allocating
def _strata(W: World, members: Integers) -> Floats:
    """Return the tenth of contact rate that each member is in, or 0 where load is not asked."""
    n = members.shape[0]
    stratum = np.zeros(n, np.float64)
    strata = min(_STRATA, n // _LEAST)
    if rules_now(W).placebo != OF_LIKE_LOAD or strata < 2:
        return stratum
    rate = np.empty(n, np.float64)
    for place in range(n):
        rate[place] = W.people[members[place]].need_rate
    order = argsort(rate)
    for rank in range(n):
        stratum[order[rank]] = float(rank * strata // n)
    return stratum
