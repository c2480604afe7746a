"""The month's end: one atomic event over people in index order."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import allocating, entry, inlined, jitted
from sim.core.rng import fill_gammas
from sim.model.events.allocate import (
    flush_scheduled,
    month_tally,
)
from sim.model.events.billing import (
    bill_customer,
    noise_shape,
    observed_spend,
    observed_spend_from,
)
from sim.model.events.change_over import begin_regime
from sim.model.events.dismissal import dismiss_customers, may_dismiss
from sim.model.events.history import end_history
from sim.model.events.joining_and_leaving import (
    BETTER_FIT,
    DISSATISFIED,
    NATURAL,
    OFFER_END,
    forget_stories,
    hazard_of_better_fit,
    hazard_of_leaving,
    hazard_of_leaving_now,
    leave,
    update_customer_ties,
)
from sim.model.events.month_stats import NOBODY_YET, count_block, record_month_stats
from sim.model.events.next_month import schedule_month
from sim.model.events.offers import offer_has_ended, win_back
from sim.model.events.people_blocks import (
    BLOCK,
    CUSTOMERS,
    DRAWS,
    OTHERS,
    ask_for_customer,
    ask_for_next_block,
    draw_for,
    drawn,
    member,
    split_block,
)
from sim.model.events.staff import draw_agent, update_staff
from sim.model.events.tier_disclosure import (
    publish_tiers,
    shock_trust,
    tiers_are_known,
    tiers_leak,
)
from sim.model.laws.churn import (
    next_wallet_share,
    occurs,
)
from sim.model.laws.satisfaction import disconfirmation, drift, next_satisfaction
from sim.model.laws.service import fault_rate
from sim.model.laws.unfairness import delight
from sim.model.policy.placebo import pair_customers, pair_joiners
from sim.model.policy.tiering import follow_cohorts, rank_by_spend, review_tiers
from sim.model.policy.trial import keep_out
from sim.model.records import AT_RIVAL, CUSTOMER, MONTH, NEED, NOBODY_OUT, SILENCE
from sim.model.state import World, row_now, rules_now

__all__ = [
    "REVIEW",
    "close_month",
    "month_end",
    "open_month",
    "start_before_review",
    "start_run",
]

_BEFORE = (1 << 12) - 1  # the month before the first, for the noise of past spend
_FADE = 2.0 / 3.0  # of recent revenue and cost, per month


# How to continue after a month is closed: the run ends; the next month opens at once; after a
# review of tiers; after a review by a policy that takes over; or, at the start, after the first.
_RUN_ENDS, _CONTINUE, REVIEW, _SWITCH, _START = range(5)


@entry
def start_run(W: World) -> int:
    """Start the run: past spend is known, tiers are cut, the first needs are scheduled.

    Return as `flush_scheduled`.
    """
    step = start_before_review(W)
    review_tiers(W, W.run[0].start)
    return open_month(W, W.run[0].start, step)


@entry
def month_end(W: World, now: float) -> int:
    """Close a month and open the next. Return as `flush_scheduled`.

    In this order: bills, attitudes, leaks, churn, dismissals, wages and staff, product, measures,
    changes, switch of policy, review of tiers; then the needs and enquiries of the next month, if
    any.
    """
    step = close_month(W, now)
    if step >= REVIEW and _may_change_tiers(W, step):
        review_tiers(W, now)
    return open_month(W, now, step)


@inlined
def _may_change_tiers(W: World, step: int) -> bool:
    """Return whether a review can put anybody into another tier.

    It cannot under a policy of one tier that everybody lives under already.
    """
    rules = rules_now(W)
    return step > REVIEW or rules.first_tier < rules.last_tier or W.run[0].trial != NOBODY_OUT


@allocating
def start_before_review(W: World) -> int:
    """Compute the spend before the start; return how to continue."""
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER:
            W.run[0].customers += 1
            update_customer_ties(W, i, 1)
            person.spend = observed_spend(W, i, _BEFORE)
            months = max(W.run[0].start - person.joined_at, 0.0) / MONTH
            person.lifetime_revenue = person.spend * months
            person.recent_revenue = person.spend * _FADE / (1.0 - _FADE)
    rank_by_spend(W)
    for i in range(W.people.shape[0]):
        person = W.people[i]
        person.started_low = int(person.status != CUSTOMER or W.scratch[i] < 0.5)
    pair_customers(W)
    keep_out(W)
    follow_cohorts(W, W.run[0].start)
    for a in range(W.agents.shape[0]):
        if W.agents[a].seated:
            draw_agent(W, a)
    return _START


@jitted
def close_month(W: World, now: float) -> int:
    """Do what comes before a review of tiers; return how to continue.

    `REVIEW` and above mean that tiers are reviewed.
    """
    run = W.run[0]
    counted = _update_and_count(W, now)
    update_staff(W, now)
    _improve_product(W)
    record_month_stats(W, counted)
    if run.month >= 0:
        _book_profit(W)
    if run.month + 1 >= run.months:
        return _RUN_ENDS
    run.month += 1
    if run.month == 0:
        end_history(W, now)
    begin_regime(W, now)
    step = _next_step(W)
    if step == _SWITCH:
        pair_customers(W)
    elif run.month > 0:
        pair_joiners(W, now)
    follow_cohorts(W, now)
    return step


@jitted
def _update_and_count(W: World, now: float) -> tuple[int, float, float]:
    """Let a month pass for everybody, and dismiss some; return what `count_block` does in the end.

    People are counted while their records are at hand, unless some are dismissed afterwards.
    """
    leaked, at_once = tiers_leak(W), not may_dismiss(W)
    counted = NOBODY_YET
    for first in range(0, W.people.shape[0], BLOCK):
        before, parts = W.run[0].customers, split_block(W, first)
        _update_block(W, first, parts, now, leaked)
        if at_once:
            if W.run[0].customers != before:
                parts = split_block(W, first)
            counted = count_block(W, first, parts, now, counted)
    if not at_once:
        dismiss_customers(W, now)
        for first in range(0, W.people.shape[0], BLOCK):
            counted = count_block(W, first, split_block(W, first), now, counted)
    return counted


@jitted
def _next_step(W: World) -> int:
    """Let the policies that begin this month take over; return how to continue."""
    run = W.run[0]
    policy, control = run.policy, run.control
    for following in range(W.rules.shape[0]):
        if W.rules[following].since == run.month:
            run.policy = following
        if W.rules[following].control_since == run.month:
            run.control = following
    moved = keep_out(W)
    if run.policy != policy:
        for a in range(W.agents.shape[0]):
            if W.agents[a].seated:
                W.agents[a].pool = W.agent_pools[run.policy, a]
        return _SWITCH
    rules = rules_now(W)
    due = (run.month - rules.since) % rules.review_months == 0
    return REVIEW if due or moved or run.control != control else _CONTINUE


@jitted
def open_month(W: World, now: float, step: int) -> int:
    """Do what comes after a review of tiers; return as `flush_scheduled`."""
    if step in (REVIEW, _SWITCH) and _may_change_tiers(W, step):
        _notice_new_tiers(W)
    if step in (_SWITCH, _START):
        publish_tiers(W)
        _apply_product_repair(W, W.run[0].fault_rate)
    if step != _RUN_ENDS:
        schedule_month(W, now)
    return flush_scheduled(W)


# What is drawn for the customers of a block when a month is closed: the two numbers that their
# spend varies by, what is made of these, and the one that decides whether they leave.
_NOISE_1, _NOISE_2, _NOISE, _CHURN = range(DRAWS)


@jitted
def _update_block(W: World, first: int, parts: tuple[int, int], now: float, leaked: bool) -> None:
    """Let a month pass for the people of a block, of whom `parts` are customers and others."""
    customers, others = parts
    for i in range(first, min(first + BLOCK, W.people.shape[0])):
        _forget(W, i)
    for place in range(others):
        _update_other(W, member(W, OTHERS, place))
    month = W.run[0].month
    draw_for(W, _NOISE_1, CUSTOMERS, customers, streams.SPEND_NOISE, month, 1)
    draw_for(W, _NOISE_2, CUSTOMERS, customers, streams.SPEND_NOISE, month, 2)
    draw_for(W, _CHURN, CUSTOMERS, customers, streams.CHURN, month, 0)
    # Of a shape below 1 a draw needs a third number.
    shape = noise_shape(W)
    fill_gammas(W.draws, _NOISE_1, _NOISE_2, _NOISE, customers, shape if shape >= 1.0 else math.nan)
    for place in range(customers):
        ask_for_customer(W, place, customers)
        ask_for_next_block(W, first, place, customers)
        _update_customer(W, place, now, leaked)


@inlined
def _update_other(W: World, i: int) -> None:
    """Let a month pass for somebody who is no customer."""
    person, P = W.people[i], W.parameters[0]
    person.opinion *= 1.0 - P.talk_forget_per_month
    person.heard_good *= 1.0 - P.talk_forget_per_month
    person.heard_bad *= 1.0 - P.talk_forget_per_month
    if person.status == AT_RIVAL:
        person.expectation = drift(person.expectation, P.rival_adapt_per_month, P.rival_quality)


@jitted
def _update_customer(W: World, place: int, now: float, leaked: bool) -> None:
    """Let a month pass for the customer at a place of the block."""
    i, P, month = member(W, CUSTOMERS, place), W.parameters[0], W.run[0].month
    person = W.people[i]
    first, second = drawn(W, _NOISE_1, place), drawn(W, _NOISE_2, place)
    noise = drawn(W, _NOISE, place)
    bill_customer(W, i, observed_spend_from(W, i, month, first, second, noise), now)
    person.satisfaction = drift(
        person.satisfaction, P.satisfaction_drift_per_month, P.satisfaction_baseline
    )
    person.trust = drift(person.trust, P.satisfaction_trust_rate, person.satisfaction)
    if leaked:
        shock_trust(W, i, P.fairness_leak_shock)
    if month >= 0:
        person.wallet_share = next_wallet_share(
            person.wallet_share, P.growth_rate, person.satisfaction, person.trust
        )
    _stay_or_leave(W, i, drawn(W, _CHURN, place), now)


@inlined
def _forget(W: World, i: int) -> None:
    """Let what was long ago count less: money, and by the policy's window contacts and the like."""
    person, keep = W.people[i], rules_now(W).window_keep
    person.recent_revenue *= _FADE
    person.recent_cost *= _FADE
    person.contacts_lately *= keep
    person.complaints_lately *= keep
    person.returns_lately *= keep
    person.repeats_lately *= keep


@jitted
def _stay_or_leave(W: World, i: int, draw: float, now: float) -> None:
    person, P, run = W.people[i], W.parameters[0], W.run[0]
    if run.month < 0:
        W.scratch[i] = 0.0
        forget_stories(W, i)
        return
    hazard, elsewhere = hazard_of_leaving(W, i, now), hazard_of_better_fit(W, i)
    W.scratch[i] = hazard + elsewhere  # for customers' value, in the month's statistics
    before = P.churn_natural_per_month + elsewhere
    if occurs(P.churn_natural_per_month, draw):
        leave(W, i, NATURAL, now)
    elif person.deal_seeker and offer_has_ended(W, i, now):
        leave(W, i, OFFER_END, now)
        win_back(W, i, now)
    elif occurs(before, draw):
        leave(W, i, BETTER_FIT, now)
    elif _leaves_dissatisfied(W, i, before, hazard, draw):
        leave(W, i, DISSATISFIED, now)
    forget_stories(W, i)


@jitted
def _leaves_dissatisfied(W: World, i: int, before: float, hazard: float, draw: float) -> bool:
    """Return whether a customer leaves whom the hazards before have not taken; count by talk."""
    leaves = occurs(before + hazard_of_leaving_now(W, i, hazard), draw)
    alone = occurs(before + hazard, draw)
    month_tally(W).decided_by_good += alone and not leaves
    month_tally(W).decided_by_bad += leaves and not alone
    return leaves


@jitted
def _improve_product(W: World) -> None:
    run, P = W.run[0], W.parameters[0]
    rate = fault_rate(
        P.product_fault_floor,
        1000.0 * run.lessons / max(run.customers, 1),
        P.product_lesson_scale,
    )
    _apply_product_repair(W, rate)
    month_tally(W).fault_rate = run.fault_rate


@jitted
def _apply_product_repair(W: World, rate: float) -> None:
    """Set the fault rate to what lessons have left and the policy does not repair."""
    run = W.run[0]
    # What has been repaired stays repaired, though customers become more.
    run.fault_rate = min(run.fault_rate, rate * (1.0 - rules_now(W).mend_share))


@jitted
def _book_profit(W: World) -> None:
    """Book the month's profit, and record whether the company is ruined; the run continues."""
    run, P, tally = W.run[0], W.parameters[0], month_tally(W)
    tally.fixed = P.company_fixed_cost_per_month
    tally.mending = rules_now(W).mend_cost
    costs = tally.wages + tally.serving + tally.remedies + tally.offers
    costs += tally.acquisition + tally.hiring + tally.ombudsman_fees + tally.fixed
    costs += tally.mending + tally.returning
    run.cash += tally.revenue - costs
    tally.cash = run.cash
    ruined_before = run.month > 0 and W.months[row_now(W) - 1].ruined > 0.0
    tally.ruined = 1.0 if ruined_before or run.cash < 0.0 else 0.0


@jitted
def _notice_new_tiers(W: World) -> None:
    """Disappoint customers who know that they have lost a tier, and please the newly privileged.

    Each is a disconfirmation without an encounter.
    """
    P, known = W.parameters[0], tiers_are_known(W)
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status != CUSTOMER or person.tier == person.old_tier:
            continue
        d = delight(
            P.fairness_delight,
            W.entitlements[NEED, person.tier, SILENCE].privilege,
            W.entitlements[NEED, person.old_tier, SILENCE].privilege,
        )
        if known and _is_demoted(W, i):
            d += disconfirmation(0.0, P.fairness_demotion)
        person.satisfaction = next_satisfaction(
            person.satisfaction, d, P.satisfaction_gain, P.satisfaction_loss
        )


@jitted
def _is_demoted(W: World, i: int) -> bool:
    person = W.people[i]
    return W.tiers[person.tier].standing < W.tiers[person.old_tier].standing
