"""The month's end: one atomic event over people in index order."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import allocating, entry, jitted
from sim.core.rng import draw_index, uniform
from sim.model.events.allocate import account, month_tally, post, sealed, tier_account
from sim.model.events.dismissal import dismiss_customers
from sim.model.events.joining_and_leaving import (
    DISSATISFIED,
    NATURAL,
    OFFER_END,
    bill,
    hazard_of_leaving,
    leave,
    next_need,
    spend_seen,
    tell_ties,
)
from sim.model.events.month_stats import take_stock
from sim.model.events.offers import discount_now, offer_has_ended
from sim.model.events.staff import month_of_staff
from sim.model.events.tier_disclosure import announce, leaks, shock
from sim.model.laws.churn import comes_about, enquiry_hazard, grown_share
from sim.model.laws.satisfaction import disconfirmation, drifted, satisfied
from sim.model.laws.service import fault_rate
from sim.model.opening_clock import to_clock, to_operational
from sim.model.policy.tiering import rank_by_spend, review_tiers
from sim.model.records import CUSTOMER, DISMISSED, MONTH, OUT_ENQUIRY
from sim.model.state import World, rules_now

__all__ = ["REVIEW", "close_books", "look_back", "month_ends", "open_books", "starts"]

_BEFORE = (1 << 12) - 1  # the month before the first, whose noise past spend has
_FADE = 2.0 / 3.0  # of recent revenue and cost, a month


# How it goes on after the books are closed: the run is over, or the next month opens, at once,
# after a review of tiers, after one by a policy that takes over, or after the first one of all.
_OVER, _NEXT, REVIEW, _SWITCH, _START = range(5)


@entry
def starts(W: World) -> int:
    """Let time start: past spend is seen, tiers are cut, the first needs fall.

    Return the outbox's state.
    """
    step = look_back(W)
    review_tiers(W, 0.0)
    return open_books(W, 0.0, step)


@entry
def month_ends(W: World, now: float) -> int:
    """Close the books of a month and open the next. Return the outbox's state.

    Bills, minds, leaks, churn, dismissals, wages and staff, product, measures, switch of policy,
    review of tiers, then the next month's needs and enquiries, if there is a next month.
    """
    step = close_books(W, now)
    if step >= REVIEW:
        review_tiers(W, now)
    return open_books(W, now, step)


@allocating
def look_back(W: World) -> int:
    """See the spend of the time before the start; return how to go on."""
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER:
            W.run[0].customers += 1
            tell_ties(W, i, 1)
            person.spend = spend_seen(W, i, _BEFORE)
            months = (0.0 - person.joined_at) / MONTH
            person.lifetime_revenue = person.spend * months
            person.recent_revenue = person.spend * _FADE / (1.0 - _FADE)
    rank_by_spend(W)
    for i in range(W.people.shape[0]):
        person = W.people[i]
        person.started_low = int(person.status != CUSTOMER or person.rank < 0.5)
    return _START


@jitted
def close_books(W: World, now: float) -> int:
    """Do all of a month's end that comes before a review of tiers; return how to go on.

    From `REVIEW` on, with a review of tiers.
    """
    run = W.run[0]
    leaked = leaks(W)
    for i in range(W.people.shape[0]):
        _month_of_person(W, i, now, leaked)
    dismiss_customers(W, now)
    month_of_staff(W, now)
    _improve_product(W)
    take_stock(W, now)
    _close_accounts(W)
    if run.month + 1 >= run.months:
        return _OVER
    run.month += 1
    return _next_step(W)


@jitted
def _next_step(W: World) -> int:
    """Let the run's own policy take over if this is its month; return whether to review tiers."""
    run = W.run[0]
    following = run.policy + 1
    if following < W.rules.shape[0] and W.rules[following].since == run.month:
        run.policy = following
        for a in range(W.agents.shape[0]):
            W.agents[a].pool = W.seats[following, a]
        return _SWITCH
    rules = rules_now(W)
    return REVIEW if (run.month - rules.since) % rules.review_months == 0 else _NEXT


@jitted
def open_books(W: World, now: float, step: int) -> int:
    """Do all that comes after a review of tiers; return the outbox's state."""
    if step in (REVIEW, _SWITCH):
        _feel_demotions(W)
    if step in (_SWITCH, _START):
        announce(W)
        _mend(W, W.run[0].fault_rate)
    if step != _OVER:
        _open_month(W, now)
    return sealed(W)


@jitted
def _month_of_person(W: World, i: int, now: float, leaked: bool) -> None:
    person, P = W.people[i], W.P[0]
    person.recent_revenue *= _FADE
    person.recent_cost *= _FADE
    if person.status != CUSTOMER:
        person.o *= 1.0 - P.talk_forget_per_month
        return
    bill(W, i, now)
    person.s = drifted(person.s, P.satisfaction_drift_per_month, P.satisfaction_baseline)
    person.t = drifted(person.t, P.satisfaction_trust_rate, person.s)
    if leaked:
        shock(W, i, P.fairness_leak_shock)
    person.w = grown_share(person.w, P.growth_rate, person.s, person.t)
    privilege = W.entitlements[0, person.tier, 0].privilege
    given = max(privilege, discount_now(W, i, now))
    person.regard = max(person.regard * (1.0 - P.fairness_regard_fade_per_month), given)
    _stay_or_leave(W, i, now)


@jitted
def _stay_or_leave(W: World, i: int, now: float) -> None:
    person, P, run = W.people[i], W.P[0], W.run[0]
    hazard = hazard_of_leaving(W, i, now)
    W.scratch[i] = hazard  # for what customers are worth, when stock is taken
    luck = uniform(run.key, streams.CHURN, i, run.month)
    if comes_about(P.churn_natural_per_month, luck):
        leave(W, i, NATURAL, now)
    elif person.deal_seeker and offer_has_ended(W, i, now):
        leave(W, i, OFFER_END, now)
    elif comes_about(P.churn_natural_per_month + hazard, luck):
        leave(W, i, DISSATISFIED, now)


@jitted
def _improve_product(W: World) -> None:
    run, P = W.run[0], W.P[0]
    rate = fault_rate(
        P.product_fault_floor,
        1000.0 * run.lessons / max(run.customers, 1),
        P.product_lesson_scale,
    )
    _mend(W, rate)
    month_tally(W).fault_rate = run.fault_rate


@jitted
def _mend(W: World, rate: float) -> None:
    """Leave of the product's faults those that lessons have left and the policy does not mend."""
    run = W.run[0]
    # What has been mended stays mended, though customers grow more.
    run.fault_rate = min(run.fault_rate, rate * (1.0 - rules_now(W).mend_share))


@jitted
def _close_accounts(W: World) -> None:
    """Book the month's profit and see whether the company is ruined; the run goes on."""
    run, P, tally = W.run[0], W.P[0], month_tally(W)
    tally.fixed = P.company_fixed_cost_per_month
    tally.mending = rules_now(W).mend_cost
    costs = tally.wages + tally.serving + tally.remedies + tally.offers
    costs += tally.acquisition + tally.hiring + tally.ombudsman_fees + tally.fixed
    costs += tally.mending
    run.cash += tally.revenue - costs
    tally.cash = run.cash
    ruined_before = run.month > 0 and W.months[run.month - 1].ruined > 0.0
    tally.ruined = 1.0 if ruined_before or run.cash < 0.0 else 0.0


@jitted
def _feel_demotions(W: World) -> None:
    """Let those who have lost a tier feel it: a moment with a disconfirmation of its own."""
    P = W.P[0]
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER and _has_fallen(W, i):
            d = disconfirmation(0.0, P.fairness_demotion)
            person.s = satisfied(person.s, d, P.satisfaction_gain, P.satisfaction_loss)


@jitted
def _has_fallen(W: World, i: int) -> bool:
    person = W.people[i]
    return W.cuts[person.tier].standing < W.cuts[person.old_tier].standing


@jitted
def _open_month(W: World, now: float) -> None:
    """Let the next month's needs and enquiries fall."""
    run = W.run[0]
    run.oper_now_begins = to_operational(W, now)
    run.oper_now_ends = to_operational(W, now + MONTH)
    for i in range(W.people.shape[0]):
        status = W.people[i].status
        if status == CUSTOMER:
            _count_at_opening(W, i)
            next_need(W, i, 0, run.oper_now_begins, run.oper_now_begins)
        elif status != DISMISSED:
            _perhaps_enquire(W, i)


@jitted
def _count_at_opening(W: World, i: int) -> None:
    person, run = W.people[i], W.run[0]
    month_tally(W).opening_customers += 1.0
    tier_account(W, person.tier).opening_customers += 1.0
    account(W, run.decile_groups, person.decile).opening_customers += 1.0


@jitted
def _perhaps_enquire(W: World, i: int) -> None:
    """Let a non-customer enquire this month, the likelier the more ties are customers."""
    person, P, run = W.people[i], W.P[0], W.run[0]
    hazard = enquiry_hazard(
        P.adoption_spontaneous,
        P.adoption_imitation,
        person.customer_ties / max(W.starts[i + 1] - W.starts[i], 1),
        person.o,
        P.adoption_opinion,
    )
    index = draw_index(run.month, 0, 0)
    if not comes_about(hazard, uniform(run.key, streams.ENQUIRY, i, index)):
        return
    luck = uniform(run.key, streams.ENQUIRY_TIME, i, index)
    when = run.oper_now_begins + luck * (run.oper_now_ends - run.oper_now_begins)
    post(W, OUT_ENQUIRY, i, to_clock(W, when))
