"""The needs and enquiries of a month that begins."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.ieee import ROUNDED_UP
from sim.core.rng import draw_index, uniform
from sim.model.events.allocate import (
    month_tally,
    person_tallies,
    schedule,
)
from sim.model.events.joining_and_leaving import (
    decide,
)
from sim.model.events.need_times import schedule_first_need
from sim.model.events.people_blocks import (
    BLOCK,
    CUSTOMERS,
    OTHERS,
    ask_for_next_block,
    ask_for_next_need,
    draw_for,
    drawn,
    member,
    split_block,
)
from sim.model.laws.churn import (
    enquiry_hazard,
    occurs,
    probability,
    prompting,
)
from sim.model.opening_clock import to_clock, to_operational
from sim.model.records import DISMISSED, MONTH, SCHEDULE_ENQUIRY
from sim.model.state import World

__all__ = ["highest_hazard", "schedule_month"]


@jitted
def schedule_month(W: World, now: float) -> None:
    """Schedule the next month's needs and enquiries; note ranks, which `scratch` has."""
    run = W.run[0]
    run.operational_month_start = to_operational(W, now)
    run.operational_month_end = to_operational(W, now + MONTH)
    for first in range(0, W.people.shape[0], BLOCK):
        _schedule_block(W, first)


@jitted
def _schedule_block(W: World, first: int) -> None:
    """Schedule the first need or the enquiry of everybody in a block."""
    run = W.run[0]
    customers, others = split_block(W, first)
    index = draw_index(run.month, 0, 0)
    draw_for(W, 0, CUSTOMERS, customers, streams.NEED_STEP, index, 0)
    for place in range(customers):
        ask_for_next_need(W, place, customers)
        ask_for_next_block(W, first, place, customers)
        i = member(W, CUSTOMERS, place)
        W.people[i].rank = W.scratch[i]
        _count_at_opening(W, i)
        if run.month == 0:
            W.people[i].first_tier = W.people[i].tier
        schedule_first_need(W, i, drawn(W, 0, place))
    draw_for(W, 0, OTHERS, others, streams.ENQUIRY, index, 0)
    highest = highest_hazard(W)
    for place in range(others):
        i = member(W, OTHERS, place)
        # Most decide not to ask, whatever they think of us, unless somebody recommends us.
        may_ask = drawn(W, 0, place) < highest or W.people[i].heard_good > 0.0
        if may_ask and W.people[i].status != DISMISSED and not W.people[i].coming_back:
            _schedule_enquiry(W, i, drawn(W, 0, place))


@inlined
def highest_hazard(W: World) -> float:
    """Return a monthly hazard of an enquiry that no story prompts, which nobody's exceeds.

    It is that of who has customers for all neighbours and the opinion that counts most.
    """
    P = W.parameters[0]
    weight = abs(P.adoption_opinion)
    return ROUNDED_UP * enquiry_hazard(
        P.adoption_spontaneous, P.adoption_imitation, 0.0, 1.0, 1.0, weight
    )


@jitted
def _count_at_opening(W: World, i: int) -> None:
    month_tally(W).opening_customers += 1.0
    for group in person_tallies(W, i):
        group.opening_customers += 1.0


@jitted
def _schedule_enquiry(W: World, i: int, draw: float) -> None:
    """Schedule an enquiry of a non-customer who decides to ask, by the number that was drawn."""
    person, P, run = W.people[i], W.parameters[0], W.run[0]
    hazard = enquiry_hazard(
        P.adoption_spontaneous,
        P.adoption_imitation,
        P.adoption_talk_share,
        person.customer_ties / max(W.tie_starts[i + 1] - W.tie_starts[i], 1),
        person.opinion,
        P.adoption_opinion,
    )
    if not _decides_to_ask(W, i, hazard, draw):
        return
    index = draw_index(run.month, 0, 0)
    when = run.operational_month_start + uniform(run.key, streams.ENQUIRY_TIME, i, index) * (
        run.operational_month_end - run.operational_month_start
    )
    schedule(W, SCHEDULE_ENQUIRY, i, to_clock(W, when))


@jitted
def _decides_to_ask(W: World, i: int, hazard: float, draw: float) -> bool:
    """Return whether a non-customer decides to enquire this month.

    A recommendation makes its hearer decide. A warning alone waits for the next decision.
    """
    person = W.people[i]
    good = prompting(person.heard_good, W.parameters[0].adoption_talk_share)
    if good <= 0.0 and (person.heard_bad <= 0.0 or not occurs(hazard, draw)):
        return occurs(hazard, draw)
    return decide(W, i, probability(hazard), good, person.heard_bad, draw)
