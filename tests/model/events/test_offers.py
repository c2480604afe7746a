"""Offers: discounts on bills, bargains told of, deal seekers, goodwill for the polite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model.build import build_world
from sim.model.events.arrival import enquiry_arises
from sim.model.events.contact import finish_service
from sim.model.events.lookups import current_discount, offer_until
from sim.model.events.month_end import month_end
from sim.model.policy.entitlements import policy_tables
from sim.model.records import (
    ANGRY,
    CUSTOMER,
    LAPSED,
    MONTH,
    POLITE,
    PROSPECT,
    PUBLIC,
    SCHEDULE_ENQUIRY,
    SCHEDULE_TELLING,
)
from sim.model.state import World
from tests.small_worlds import in_hand, merged, requests, scenario, settled

STILL = {
    "churn": "none",
    "growth": "none",
    "satisfaction": "none",
    "adoption": {"spontaneous": 0.0, "imitation": 0.0},
    "talk": "none",
}
HALF = {"newcomer": {"share": 0.5, "months": 2.0}}


def desk(offers: dict[str, Any], policy: str = "mine", **more: Any) -> World:
    """Return a world whose person 0 is the only customer, of 50 a month, under these offers."""
    usual = {
        "staff": "none",
        "months": 5,
        "behaviour": STILL,
        "people": {"spend": {"noise_cv": 0.0}},
        "policies": {"mine": {"describe": "A test.", "offers": offers}},
    }
    given = scenario(**merged(usual, more))
    W = build_world(given, policy_tables(given, policy), 0)
    W.people["status"] = PROSPECT
    state = {
        "satisfaction": 0.6,
        "trust": 0.8,
        "wallet_share": 0.5,
        "potential": 100.0,
        "joined_at": -13 * MONTH,
    }
    settled(W, 0, CUSTOMER, deal_seeker=0, **state)
    return W


def joined(W: World, at: float, i: int = 0) -> Any:
    """Let a person join without asking; return the record."""
    W.people[i]["status"], W.people[i]["potential"] = PROSPECT, 100.0
    W.parameters[0]["adoption_never_asks_share"] = W.parameters[0]["adoption_convert"] = 1.0
    W.parameters[0]["adoption_convert_without_service"], W.parameters[0]["growth_joiner_share"] = (
        1.0,
        0.5,
    )
    enquiry_arises(W, i, at)
    assert W.people[i]["status"] == CUSTOMER
    return W.people[i]


def bills(W: World, months: int = 4) -> np.ndarray:
    """Return revenue and offers of the months to come."""
    for month in range(months):
        month_end(W, (month + 1) * MONTH)
    told = W.months[:months]
    return np.column_stack([told["revenue"], told["offers"]])


def test_a_newcomer_pays_less_until_the_offer_ends():
    W = desk(HALF)
    person = joined(W, MONTH / 4)
    found = bills(W)
    # 3/4 of a month, then until 1/4 of the third.
    assert found == pytest.approx(np.array([(37.5, 18.75), (50, 25), (50, 6.25), (50, 0)]))
    assert person["lifetime_revenue"] == pytest.approx(187.5 - 50.0)
    costs = 60.0 + W.months["serving"].sum() + W.months["fixed"].sum()
    assert W.run[0]["cash"] == pytest.approx(187.5 - 50.0 - costs)


def test_a_newcomer_may_pay_nothing_at_first():
    W = desk({"newcomer": {"share": 1.0, "months": 1.0}})
    joined(W, MONTH / 2)
    assert bills(W, 3) == pytest.approx(np.array([(25, 25), (50, 25), (50, 0)]))


def test_a_newcomer_keeps_the_offer_when_another_policy_takes_over():
    other = {"describe": "Another.", "offers": {"newcomer": {"share": 0.2, "months": 4.0}}}
    W = desk(HALF, "another", policies={"another": other}, switch_month=2)
    joined(W, MONTH / 2)
    assert bills(W, 3) == pytest.approx(np.array([(25, 12.5), (50, 25), (50, 12.5)]))
    joined(W, 3 * MONTH, 1)
    assert [current_discount(W, i, 4 * MONTH) for i in (0, 1)] == [0.0, 0.2]


def test_who_was_a_customer_before_gets_no_newcomer_offer():
    assert bills(desk(HALF)) == pytest.approx(np.array([(50, 0)] * 4))


def test_the_loyal_pay_less_after_so_many_months():
    W = desk({"loyalty": {"share": 0.1, "after_months": 15}})
    assert bills(W) == pytest.approx(np.array([(50, 0), (50, 5), (50, 5), (50, 5)]))


def test_a_newcomer_is_not_loyal_as_well():
    W = desk({**HALF, "loyalty": {"share": 0.1, "after_months": 0}})
    joined(W, 0.0)
    assert bills(W) == pytest.approx(np.array([(50, 25), (50, 25), (50, 5), (50, 5)]))


@pytest.mark.parametrize(("seeker", "left"), [(0, 0), (1, 1)])
def test_deal_seekers_leave_at_its_end(seeker, left):
    W = desk(HALF)
    person = joined(W, 10.0)
    person["deal_seeker"] = seeker
    bills(W, 3)
    assert [W.months[m]["left_offer_end"] for m in range(3)] == [0, 0, left]
    assert person["status"] == (LAPSED if left else CUSTOMER)
    assert W.months[2]["joiners_left"] == left


def test_deal_seekers_are_won_back_within_weeks_for_another_offer():
    W = desk({**HALF, "win_back": {"share": 1.0, "weeks": 1.0}})
    person = joined(W, 10.0)
    person["deal_seeker"] = 1
    for month in range(2):
        month_end(W, (month + 1) * MONTH)
    ((at, kind, who),) = requests(W, month_end(W, 3 * MONTH))
    assert (kind, who, person["status"]) == (SCHEDULE_ENQUIRY, 0, LAPSED)
    assert at > 3 * MONTH
    assert person["coming_back"] == 1
    enquiry_arises(W, 0, at)
    row = W.months[3]
    assert (person["status"], row["won_back"], row["enquiries"]) == (CUSTOMER, 1, 0)
    assert row["won_back_minutes"] == at - 10.0
    assert offer_until(W, 0) == at + 2 * MONTH
    assert person["coming_back"] == 0


def test_deal_seekers_who_never_had_an_offer_stay():
    W = desk(HALF)
    W.people[0]["deal_seeker"] = 1
    bills(W)
    assert W.people[0]["status"] == CUSTOMER


def test_who_comes_back_is_a_newcomer_again():
    W = desk(HALF)
    joined(W, 0.0)
    bills(W, 3)
    W.people[0]["status"] = LAPSED
    enquiry_arises(W, 0, 3 * MONTH)
    month_end(W, 4 * MONTH)
    assert W.months[3]["offers"] == pytest.approx(25.0)


def test_a_bargain_is_told():
    talk = {"chance_good": 1.0, "delay_minutes": 0.0}
    W = desk(HALF, behaviour={"talk": talk})
    W.people[0]["status"] = PROSPECT
    W.parameters[0]["adoption_never_asks_share"] = W.parameters[0]["adoption_convert"] = 1.0
    W.parameters[0]["adoption_convert_without_service"] = 1.0
    told = requests(W, enquiry_arises(W, 0, 10.0)[0])
    (telling,) = [who for _, kind, who in told if kind == SCHEDULE_TELLING]
    assert W.tellings[telling]["strength"] == 0.5
    assert W.stories[W.tellings[telling]["story"]]["discount"] == 0.5


@pytest.mark.statistical
@pytest.mark.parametrize(("boost", "chance"), [(0.0, 0.3), (1.0, 0.45), (10.0, 1.0)])
def test_an_offer_raises_the_chance_to_join(boost, chance):
    n = 4000
    adoption = {
        "convert": 0.3,
        "convert_without_service": 1.0,
        "never_asks_share": 1.0,
        "offer_boost": boost,
    }
    W = desk(HALF, people={"count": n, "customers": 0}, behaviour={"adoption": adoption})
    W.people["status"] = PROSPECT
    for i in range(n):
        enquiry_arises(W, i, 10.0)
    found = W.months[0]["joined"] / n
    assert found == pytest.approx(chance, abs=4 * (chance * (1 - chance) / n) ** 0.5)


@pytest.mark.parametrize(
    ("voice", "state", "given"),
    [
        (POLITE, {}, 0.5),
        (ANGRY, {}, 0.0),
        (PUBLIC, {}, 0.0),
        (POLITE, {"justified": 1}, 0.0),
        (POLITE, {"already_remedied": 1}, 0.0),
    ],
    ids=["polite", "angry", "public", "granted", "once"],
)
def test_goodwill_is_for_the_polite_who_are_refused(voice, state, given):
    W = desk({"goodwill_months": 0.5}, policies={"mine": {"everyone": {"lenient": 0.0}}})
    W.parameters[0]["voice_on"] = 0.0
    person = W.people[0]
    person["spend"] = 50.0
    finish_service(
        W,
        in_hand(W, 0, "complaint", voice=voice, complaint_level=1, satisfaction_loss=0.2, **state),
        10.0,
    )
    assert W.months[0]["offers"] == 50.0 * given
    assert W.months[0]["granted"] == (1 if state.get("justified") else 0)
    if given:
        # 0.3 (2 x 0.5 - 0.3): it teaches as a remedy does, and the ruling stands.
        assert person["voice_value"][0] == pytest.approx(0.21)
        assert W.months[0]["remedies"] == 0.0
        assert person["lifetime_cost"] == 25.0
