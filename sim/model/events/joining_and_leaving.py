"""Joining, leaving and being billed; and the chain of needs of those who belong."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import draw_index, exponential, gamma
from sim.model.events.allocate import account, month_tally, post, tier_account, withdraw_waiting
from sim.model.events.offers import months_given, welcome
from sim.model.laws.churn import (
    boosted,
    conversion,
    joiner_satisfaction,
    leaver_opinion,
    unhappy_hazard,
)
from sim.model.opening_clock import to_clock, to_operational
from sim.model.records import CUSTOMER, DISMISSED, LAPSED, MONTH, NOBODY, OUT_NEED
from sim.model.state import World, rules_now

__all__ = [
    "AT_ONCE",
    "DISMISSAL",
    "DISSATISFIED",
    "FIRST_YEAR",
    "LEFT_FOR",
    "NATURAL",
    "OFFER_END",
    "OMBUDSMAN",
    "bill",
    "chance_to_join",
    "charge",
    "hazard_of_leaving",
    "join",
    "leave",
    "next_need",
    "spend_seen",
    "tell_ties",
]

# Why a customer is one no more.
NATURAL, DISSATISFIED, AT_ONCE, OFFER_END, OMBUDSMAN, DISMISSAL = range(6)
LEFT_FOR = (
    "natural",
    "dissatisfied",
    "at once",
    "the end of an offer",
    "the ombudsman's ruling",
    "dismissed",
)
FIRST_YEAR = 13.0 * MONTH
_LATELY_MONTHS = 3.0  # how long a complaint counts as one made lately


@jitted
def spend_seen(W: World, i: int, month: int) -> float:
    """Return what a person spends in a month, as the company sees it: potential x share x noise."""
    person = W.people[i]
    spend = person.potential * person.w
    cv = W.P[0].noise_cv
    if cv <= 0.0:
        return spend
    shape = 1.0 / (cv * cv)
    return spend * gamma(W.run[0].key, streams.SPEND_NOISE, i, month, shape) / shape


@jitted
def bill(W: World, i: int, now: float) -> None:
    """Bill a customer for the part of this month that they were one, and book the cost to serve."""
    person, month, tally = W.people[i], W.run[0].month, month_tally(W)
    begins = max(person.joined_at, month * MONTH)
    part = (now - begins) / MONTH
    person.spend = spend_seen(W, i, month)
    revenue = person.spend * part
    discount = person.spend * months_given(W, i, begins, now)
    person.recent_revenue += revenue - discount
    person.lifetime_revenue += revenue - discount
    tally.revenue += revenue
    tally.offers += discount
    tier_account(W, person.tier).revenue += revenue
    account(W, W.run[0].decile_groups, person.decile).revenue += revenue
    serving = W.P[0].company_serve_cost_per_month * part
    tally.serving += serving
    charge(W, i, serving)


@inlined
def charge(W: World, i: int, cost: float) -> None:
    """Book what a person costs, in currency."""
    W.people[i].recent_cost += cost
    W.people[i].lifetime_cost += cost


@jitted
def chance_to_join(W: World, p: float) -> float:
    """Return the chance that an enquiry of perceived quality p makes a customer, 0 to 1."""
    P = W.P[0]
    chance = conversion(P.adoption_convert, P.adoption_convert_without_service, p)
    return boosted(chance, P.adoption_offer_boost, rules_now(W).newcomer_share)


@jitted
def _credit_recommender(W: World, i: int) -> None:
    """Credit a joiner to whoever told them last with a good story, if anybody did."""
    person = W.people[i]
    if person.told_by != NOBODY:
        W.people[person.told_by].referrals += 1
        month_tally(W).referrals += 1.0
        person.told_by = NOBODY


@jitted
def tell_ties(W: World, i: int, more: int) -> None:
    """Let everybody tied to a person count one customer more, or one less, among their ties."""
    for tie in range(W.starts[i], W.starts[i + 1]):
        W.people[W.ties[tie]].customer_ties += more


@jitted
def join(W: World, i: int, now: float) -> None:
    """Make a prospect or lapsed person a customer, with needs from now on."""
    person, P, tally = W.people[i], W.P[0], month_tally(W)
    person.status = CUSTOMER
    W.run[0].customers += 1
    tell_ties(W, i, 1)
    person.joined_at = now
    person.s = person.t = joiner_satisfaction(P.satisfaction_baseline, person.o)
    person.w = P.growth_joiner_share
    person.spend = person.potential * person.w
    person.rank = 0.5
    person.tier = rules_now(W).last_tier
    person.regard = 0.0
    person.costly_months = 0
    tally.joined += 1.0
    tier_account(W, person.tier).joined += 1.0
    account(W, W.run[0].decile_groups, person.decile).joined += 1.0
    tally.acquisition += P.company_acquisition_cost
    # Not among recent costs, by which customers are judged: it is none of their doing.
    person.lifetime_cost += P.company_acquisition_cost
    _credit_recommender(W, i)
    welcome(W, i, now)
    if person.need_k == NOBODY:
        begins = W.run[0].oper_now_begins
        next_need(W, i, 0, begins, to_operational(W, now))


@jitted
def hazard_of_leaving(W: World, i: int, now: float) -> float:
    """Return a customer's monthly hazard of leaving, natural causes apart."""
    person, P = W.people[i], W.P[0]
    return unhappy_hazard(
        person.s,
        person.t,
        (now - person.joined_at) / FIRST_YEAR,
        1.0 if now - person.complained_at <= _LATELY_MONTHS * MONTH else 0.0,
        P.churn_base_per_month,
        P.churn_satisfaction,
        P.churn_trust,
        P.churn_tenure,
        P.churn_complained,
        P.churn_lock_in,
    )


@jitted
def leave(W: World, i: int, reason: int, now: float) -> None:
    """Let a customer go, with an opinion unless they left for natural causes."""
    person = W.people[i]
    if person.joined_at > 0.0 and now - person.joined_at < FIRST_YEAR:
        month_tally(W).joiners_left += 1.0
    person.status = DISMISSED if reason == DISMISSAL else LAPSED
    W.run[0].customers -= 1
    tell_ties(W, i, -1)
    person.left_for = reason
    if reason != NATURAL:
        person.o = leaver_opinion(person.s)
    _count_leaver(W, reason)
    tier_account(W, person.tier).left += 1.0
    account(W, W.run[0].decile_groups, person.decile).left += 1.0
    person.tier = rules_now(W).last_tier
    person.w = 0.0
    withdraw_waiting(W, i)


@jitted
def _count_leaver(W: World, reason: int) -> None:
    tally = month_tally(W)
    if reason == NATURAL:
        tally.left_natural += 1.0
    elif reason == DISSATISFIED:
        tally.left_dissatisfied += 1.0
    elif reason == AT_ONCE:
        tally.left_at_once += 1.0
    elif reason == OFFER_END:
        tally.left_offer_end += 1.0
    elif reason == OMBUDSMAN:
        tally.left_ombudsman += 1.0
    else:
        tally.dismissals += 1.0


@jitted
def next_need(W: World, i: int, k: int, operational: float, after: float) -> None:
    """Walk a person's chain of needs from the k-th step to the first after a time.

    Steps are unit exponential over the rate, keyed by month and k, in operational time: a person's
    needs fall at the same times under every policy, whenever they joined.
    """
    person, run = W.people[i], W.run[0]
    person.need_k = NOBODY
    if person.need_rate <= 0.0:
        return
    minutes = run.month_oper / person.need_rate
    while True:
        step = exponential(run.key, streams.NEED_STEP, i, draw_index(run.month, k, 0))
        operational += step * minutes
        if operational >= run.oper_now_ends:
            return
        if operational > after:
            break
        k += 1
    person.need_k, person.need_at = k, operational
    post(W, OUT_NEED, i, to_clock(W, operational))
