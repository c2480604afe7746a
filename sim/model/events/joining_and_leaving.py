"""Customers join, are billed, have needs and leave."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import jitted
from sim.core.rng import happens, uniform
from sim.model.events.allocate import (
    month_tally,
    person_tallies,
    withdraw_waiting,
)
from sim.model.events.billing import bill_customer, expected_spend, observed_spend, price_of_tier
from sim.model.events.need_times import schedule_next_need
from sim.model.events.offers import give_newcomer_offer
from sim.model.laws.churn import (
    attraction,
    conversion,
    hazard_after_stories,
    joiner_satisfaction,
    leaver_opinion,
    offer_conversion,
    switching_conversion,
    unhappy_hazard,
)
from sim.model.laws.talk import shifted_decision
from sim.model.opening_clock import to_operational
from sim.model.records import (
    AT_RIVAL,
    CUSTOMER,
    DISMISSED,
    LAPSED,
    MONTH,
    NOBODY,
)
from sim.model.state import World, rules_of

__all__ = [
    "AT_ONCE",
    "BETTER_FIT",
    "DISMISSAL",
    "DISSATISFIED",
    "FIRST_YEAR",
    "LEAVING_REASONS",
    "NATURAL",
    "OFFER_END",
    "OMBUDSMAN",
    "decide",
    "decides_to_join",
    "forget_stories",
    "has_complained_lately",
    "hazard_of_better_fit",
    "hazard_of_leaving",
    "hazard_of_leaving_now",
    "join",
    "leave",
    "leave_at_once",
    "update_customer_ties",
]

# Why a customer left.
NATURAL, DISSATISFIED, AT_ONCE, OFFER_END, OMBUDSMAN, DISMISSAL, BETTER_FIT = range(7)
LEAVING_REASONS = (
    "natural",
    "dissatisfied",
    "at once",
    "the end of an offer",
    "the ombudsman's ruling",
    "dismissed",
    "a better fit elsewhere",
)
FIRST_YEAR = 13.0 * MONTH
_LATELY_MONTHS = 3.0  # how long a complaint counts as one made lately


@jitted
def forget_stories(W: World, i: int) -> None:
    """Let the stories that a person has heard be spent: they act at one decision."""
    W.people[i].heard_good = W.people[i].heard_bad = 0.0


@jitted
def decide(W: World, i: int, chance: float, good: float, bad: float, draw: float) -> bool:
    """Return whether a person decides in our favour; the stories heard are spent, and counted.

    Parameters
    ----------
    i : int
        Who decides.
    chance : float
        Probability without stories, 0 to 1.
    good, bad : float
        What good and bad stories amount to in this decision, 0 to 1.
    draw : float
        The uniform number that decides, with stories and without.
    """
    decides, alone = draw < shifted_decision(chance, good, bad), draw < chance
    month_tally(W).decided_by_good += decides and not alone
    month_tally(W).decided_by_bad += alone and not decides
    forget_stories(W, i)
    return decides


@jitted
def decides_to_join(W: World, i: int, p: float, d: float, index: int) -> bool:
    """Return whether an enquiry makes a customer; `p` and `d` are as of the chance to join.

    Stories do not win whom nothing would win.
    """
    person, chance = W.people[i], _chance_to_join(W, i, p, d)
    if chance <= 0.0:
        forget_stories(W, i)
        return False
    draw = uniform(W.run[0].key, streams.CONVERSION, i, index)
    return decide(W, i, chance, person.heard_good, person.heard_bad, draw)


@jitted
def _chance_to_join(W: World, i: int, p: float, d: float) -> float:
    """Return the chance that an enquiry makes a customer, 0 to 1.

    Parameters
    ----------
    i : int
        Who enquires.
    p, d : float
        Perceived quality of the enquiry, and that less what they expected.
    """
    P = W.parameters[0]
    chance = conversion(P.adoption_convert, P.adoption_convert_without_service, p)
    chance = offer_conversion(chance, P.adoption_offer_boost, rules_of(W, i).newcomer_share)
    if W.people[i].status != AT_RIVAL:
        return chance
    return switching_conversion(chance, _attraction_of_us(W, i, d))


@jitted
def _attraction_of_us(W: World, i: int, d: float) -> float:
    """Return how much we attract a customer of the rival; 0 whom it fits better."""
    P = W.parameters[0]
    if W.people[i].fits_rival:
        return 0.0
    ratio = price_of_tier(W, rules_of(W, i).last_tier) / P.rival_price
    return attraction(d, ratio, P.rival_comparison, P.rival_price_sensitivity)


@jitted
def _attraction_of_rival(W: World, i: int) -> float:
    """Return how much the rival attracts a customer of ours; 1 where there is none."""
    person, P = W.people[i], W.parameters[0]
    if P.rival_share <= 0.0:
        return 1.0
    return attraction(
        P.rival_quality - person.expectation,
        P.rival_price / price_of_tier(W, person.tier),
        P.rival_comparison,
        P.rival_price_sensitivity,
    )


@jitted
def hazard_of_better_fit(W: World, i: int) -> float:
    """Return the monthly hazard with which a customer leaves for a rival that fits them better."""
    return W.parameters[0].rival_better_fit_per_month if W.people[i].fits_rival else 0.0


@jitted
def _credit_recommender(W: World, i: int) -> None:
    """Credit a joiner to the last person who told them a good story, if anybody did."""
    person = W.people[i]
    if person.recommender != NOBODY:
        W.people[person.recommender].referrals += 1
        month_tally(W).joined_after_recommendation += 1.0
        person.recommender = NOBODY


@jitted
def update_customer_ties(W: World, i: int, more: int) -> None:
    """Update the number of customers among the ties of everybody tied to a person."""
    for tie in range(W.tie_starts[i], W.tie_starts[i + 1]):
        W.people[W.ties[tie]].customer_ties += more


@jitted
def join(W: World, i: int, now: float) -> None:
    """Make somebody who is no customer one, with needs from now on; not in the history."""
    if W.run[0].month < 0:
        return
    person, P, tally = W.people[i], W.parameters[0], month_tally(W)
    tally.joined_from_rival += person.status == AT_RIVAL
    person.status = CUSTOMER
    W.run[0].customers += 1
    update_customer_ties(W, i, 1)
    person.joined_at = now
    person.satisfaction = person.trust = joiner_satisfaction(
        P.satisfaction_baseline, person.opinion
    )
    person.wallet_share = P.growth_joiner_share
    person.spend = expected_spend(W, i)
    person.rank = 0.5
    person.tier = person.first_tier = rules_of(W, i).last_tier
    person.costly_months = 0
    person.coming_back = 0
    forget_stories(W, i)
    tally.joined += 1.0
    for group in person_tallies(W, i):
        group.joined += 1.0
    tally.acquisition += P.company_acquisition_cost
    # Not a recent cost, by which the company judges customers: they did not cause it.
    person.lifetime_cost += P.company_acquisition_cost
    _credit_recommender(W, i)
    give_newcomer_offer(W, i, now)
    if person.need_number == NOBODY:
        begins = W.run[0].operational_month_start
        schedule_next_need(W, i, 0, begins, to_operational(W, now))


@jitted
def hazard_of_leaving(W: World, i: int, now: float) -> float:
    """Return a customer's monthly hazard of leaving dissatisfied."""
    person, P = W.people[i], W.parameters[0]
    hazard = unhappy_hazard(
        person.satisfaction,
        person.trust,
        (now - person.joined_at) / FIRST_YEAR,
        1.0 if has_complained_lately(W, i, now) else 0.0,
        P.churn_base_per_month,
        P.churn_satisfaction,
        P.churn_trust,
        P.churn_tenure,
        P.churn_complained,
        P.churn_lock_in,
    )
    return hazard * _attraction_of_rival(W, i)


@jitted
def has_complained_lately(W: World, i: int, now: float) -> bool:
    """Return whether somebody complained within the last three months."""
    return now - W.people[i].complained_at <= _LATELY_MONTHS * MONTH


@jitted
def hazard_of_leaving_now(W: World, i: int, hazard: float) -> float:
    """Return a customer's hazard of leaving dissatisfied after the stories heard this month."""
    person = W.people[i]
    return hazard_after_stories(
        hazard, person.heard_good, person.heard_bad, W.parameters[0].churn_lock_in
    )


@jitted
def leave_at_once(W: World, i: int, reason: int, now: float) -> None:
    """End a customer's relation within a month, with a last bill; nobody leaves in the history."""
    if W.run[0].month >= 0:
        bill_customer(W, i, observed_spend(W, i, W.run[0].month), now)
        leave(W, i, reason, now)


@jitted
def leave(W: World, i: int, reason: int, now: float) -> None:
    """End a customer's relation; their opinion follows satisfaction unless the cause is natural."""
    person = W.people[i]
    if person.joined_at > 0.0 and now - person.joined_at < FIRST_YEAR:
        month_tally(W).joiners_left += 1.0
    month_tally(W).complainers_left += has_complained_lately(W, i, now)
    person.status = _status_after(W, i, reason)
    W.run[0].customers -= 1
    update_customer_ties(W, i, -1)
    person.leaving_reason = reason
    if reason != NATURAL:
        person.opinion = leaver_opinion(person.satisfaction)
    _count_leaver(W, reason)
    for group in person_tallies(W, i):
        group.left += 1.0
    person.tier = rules_of(W, i).last_tier
    person.wallet_share = 0.0
    forget_stories(W, i)
    withdraw_waiting(W, i)


@jitted
def _status_after(W: World, i: int, reason: int) -> int:
    """Return the status of a leaver, some of whom go to the rival; count those."""
    run, P = W.run[0], W.parameters[0]
    if reason == DISMISSAL:
        return DISMISSED
    if P.rival_share <= 0.0 or reason == NATURAL:
        return LAPSED
    share = 1.0 if reason == BETTER_FIT else P.rival_leavers_share
    if not happens(share, run.key, streams.TO_RIVAL, i, run.month):
        return LAPSED
    month_tally(W).left_to_rival += 1.0
    return AT_RIVAL


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
    elif reason == BETTER_FIT:
        tally.left_better_fit += 1.0
    else:
        tally.dismissals += 1.0
