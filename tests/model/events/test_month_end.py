"""The month's end: bills, minds, leaving, staff, product, books, tiers, enquiries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.model.events.month_end import month_end, start_run
from sim.model.events.next_month import highest_hazard
from sim.model.records import (
    CUSTOMER,
    LAPSED,
    MONTH,
    PROSPECT,
    SCHEDULE_ENQUIRY,
    SCHEDULE_NEED,
    WAITING,
    WITHDRAW_CONTACT,
)
from sim.model.state import World
from tests.small_worlds import (
    counted,
    group,
    in_hand,
    in_queue,
    merged,
    requests,
    scenario,
    settled,
    tied,
    world,
)

STILL = {
    "churn": "none",
    "growth": "none",
    "adoption": "none",
    "talk": "none",
    "satisfaction": "none",
}
CERTAINLY = 1e6  # a hazard


def desk(**more: Any) -> World:
    """Return a world in which nothing happens at a month's end but what is switched on."""
    usual = {
        "staff": "none",
        "behaviour": STILL,
        "people": {"spend": {"noise_cv": 0.0}},
        "company": {"fixed_cost_per_month": 0.0},
    }
    return world(scenario(**merged(usual, more)))


def customer(W: World, i: int = 0, **state: Any) -> Any:
    usual = {
        "satisfaction": 0.6,
        "trust": 0.8,
        "wallet_share": 0.5,
        "potential": 100.0,
        "joined_at": -13 * MONTH,
        "tier": 0,
    }
    return settled(W, i, CUSTOMER, **usual | state)


def alone(W: World) -> Any:
    """Make person 0 the only customer and return the record."""
    W.people["status"] = PROSPECT
    return customer(W)


# Bills.


@pytest.mark.parametrize(
    ("joined", "month", "part"),
    [(-5 * MONTH, 0, 1.0), (MONTH / 4, 0, 0.75), (MONTH, 0, 0.0), (MONTH / 4, 1, 1.0)],
)
def test_customers_are_billed_for_the_time_that_they_were(joined, month, part):
    W = desk()
    person = alone(W)
    W.run[0]["month"] = month
    person["joined_at"], person["decile"] = joined, 6
    month_end(W, (month + 1) * MONTH)
    assert W.months[month]["revenue"] == pytest.approx(50.0 * part)
    assert W.months[month]["serving"] == pytest.approx(6.0 * part)
    assert group(W, "tier", 0, month)["revenue"] == pytest.approx(50.0 * part)
    assert group(W, "decile", 6, month)["revenue"] == pytest.approx(50.0 * part)
    assert person["spend"] == 50.0
    assert person["lifetime_revenue"] == person["recent_revenue"] == pytest.approx(50.0 * part)
    assert person["lifetime_cost"] == pytest.approx(6.0 * part)


def test_recent_revenue_fades_by_a_third_a_month():
    W = desk()
    person = alone(W)
    person["recent_revenue"], person["recent_cost"] = 30.0, 12.0
    month_end(W, MONTH)
    assert person["recent_revenue"] == pytest.approx(20.0 + 50.0)
    assert person["recent_cost"] == pytest.approx(8.0)


@pytest.mark.statistical
def test_spend_is_noisy_about_what_it_is():
    n, cv = 20_000, 0.5
    people = {"count": n, "customers": n, "spend": {"noise_cv": cv}}
    W = desk(people=people, network={"kind": "none"})
    start_run(W)
    noise = W.people["spend"] / (W.people["potential"] * W.people["wallet_share"])
    assert noise.mean() == pytest.approx(1.0, abs=4 * cv / math.sqrt(n))
    # Gamma of shape 4: kurtosis 3 + 6 / 4.
    assert noise.var() == pytest.approx(cv**2, abs=4 * cv**2 * math.sqrt(3.5 / n))
    before = W.people["spend"].copy()
    month_end(W, MONTH)
    assert (W.people["spend"] != before).mean() > 0.99
    assert abs(np.corrcoef(before / W.people["potential"], noise)[0, 1]) > 0.99


def test_past_spend_stands_for_past_revenue():
    W = desk()
    person = alone(W)
    start_run(W)
    assert person["spend"] == 50.0
    assert person["lifetime_revenue"] == pytest.approx(13 * 50.0)
    # 50 a month for ever, fading to two thirds: 50 (2/3 + 4/9 + ...) = 100
    assert person["recent_revenue"] == pytest.approx(100.0)
    assert (person["rank"], person["tier"]) == (0.5, 0)


# Minds.


def test_minds_drift():
    behaviour = {
        "satisfaction": {"baseline": 0.7, "drift_per_month": 0.03, "trust_rate": 0.08},
        "growth": {"rate": 0.04},
    }
    W = desk(behaviour=behaviour)
    person = alone(W)
    month_end(W, MONTH)
    s = 0.6 + 0.03 * 0.1
    t = 0.8 + 0.08 * (s - 0.8)
    assert person["satisfaction"] == pytest.approx(s)
    assert person["trust"] == pytest.approx(t)
    assert person["wallet_share"] == pytest.approx(0.5 + 0.04 * (s * t - 0.5))


def test_opinions_are_forgotten():
    W = desk(behaviour={"talk": {"forget_per_month": 0.03}})
    settled(W, 1, LAPSED, opinion=-0.5, heard_bad=0.1)
    month_end(W, MONTH)
    assert W.people[1]["opinion"] == pytest.approx(-0.485)
    assert W.people[1]["heard_bad"] == pytest.approx(0.097)


# Leaving.


def test_natural_leavers_take_no_grudge_along():
    W = desk(behaviour={"churn": {"natural_per_month": CERTAINLY, "base_per_month": 0.0}})
    person = alone(W)
    person["opinion"] = 0.1
    queued = in_queue(W, 0, "need")
    told = requests(W, month_end(W, MONTH))
    assert (WITHDRAW_CONTACT, queued) in [(kind, who) for _, kind, who in told]
    assert person["status"] == LAPSED
    assert (person["opinion"], person["wallet_share"]) == (0.1, 0.0)
    tally = W.months[0]
    assert (tally["left_natural"], tally["left_dissatisfied"]) == (1, 0)
    assert (tally["revenue"], tally["customers"], tally["lapsed"]) == (50.0, 0, 1)
    assert group(W, "tier", 0)["left"] == 1


def test_the_dissatisfied_take_their_opinion_along():
    W = desk(behaviour={"churn": {"natural_per_month": 0.0, "base_per_month": CERTAINLY}})
    person = alone(W)
    month_end(W, MONTH)
    assert person["opinion"] == pytest.approx(0.2)  # 2 x 0.6 - 1
    assert W.months[0]["left_dissatisfied"] == 1


def test_without_hazards_nobody_leaves():
    W = desk()
    month_end(W, MONTH)
    assert not any(name.startswith("left") for name in counted(W))


CHURN = {"natural_per_month": 0.1, "base_per_month": 0.15, "satisfaction": 4.0, "trust": 0.0}


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("changes", "state", "factor"),
    [
        ({}, {"satisfaction": 0.5}, 1.0),
        ({}, {"satisfaction": 0.25}, math.e),
        ({"trust": 2.0}, {"satisfaction": 0.5, "trust": 0.0}, math.e),
        (
            {"tenure": 1.0},
            {"satisfaction": 0.5, "joined_at": -12 * MONTH},
            0.5,
        ),  # a year with this month
        ({"complained": 1.0}, {"satisfaction": 0.5, "complained_at": -2 * MONTH}, math.e),
        ({"complained": 1.0}, {"satisfaction": 0.5, "complained_at": -2.1 * MONTH}, 1.0),
        ({"lock_in": 1.0}, {"satisfaction": 0.5}, 1.0 / math.e),
    ],
)
def test_people_leave_at_their_hazard(changes, state, factor):
    n = 4000
    churn = CHURN | {"tenure": 0.0} | changes
    W = desk(
        people={"count": n, "customers": n},
        network={"kind": "none"},
        behaviour={"churn": churn},
    )
    for name, value in state.items():
        W.people[name] = value
    month_end(W, MONTH)
    natural = 1 - math.exp(-0.1)
    unhappy = math.exp(-0.1) - math.exp(-0.1 - 0.15 * factor)
    for name, share in (("left_natural", natural), ("left_dissatisfied", unhappy)):
        error = math.sqrt(share * (1 - share) / n)
        assert W.months[0][name] / n == pytest.approx(share, abs=4 * error)


# Staff.


def staffed(**morale: Any) -> World:
    quiet = {"base": 0.75, "recovery": 0.0, "load": 0.0, "knee": 0.85}
    quits = {"base_per_month": 0.0}
    return desk(staff={"morale": quiet | morale, "quit": quits})


def test_agents_are_paid_by_the_hour():
    W = staffed()
    W.agents["on_shift"][:2] = 1
    month_end(W, MONTH)
    assert W.months[0]["wages"] == pytest.approx(2 * MONTH / 60 * 25)
    assert W.months[0]["paid_minutes"] == 2 * MONTH
    assert group(W, "pool", 0)["paid_minutes"] == 2 * MONTH
    assert (W.agents["paid_minutes"] == 0).all()


def test_whoever_works_late_is_paid_for_it():
    W = staffed()
    in_hand(W, 0, "need", agent=3)
    month_end(W, MONTH)
    assert W.months[0]["wages"] == pytest.approx(MONTH / 60 * 25)
    assert W.months[0]["busy_minutes"] == MONTH
    assert W.months[0]["in_service"] == 1


def test_morale_recovers_and_load_above_the_knee_wears_it_out():
    W = staffed(recovery=0.2, load=0.5, knee=0.8)
    W.agents["on_shift"] = 1
    W.agents["morale"] = 0.5
    in_hand(W, 0, "need", agent=0)
    month_end(W, MONTH)
    # 0.5 + 0.2 (0.75 - 0.5) = 0.55; with utilisation 1, less 0.5 (1 - 0.8)
    assert W.agents["morale"] == pytest.approx([0.45, 0.55, 0.55, 0.55])
    assert W.months[0]["morale"] == pytest.approx(0.45 + 3 * 0.55)


@pytest.mark.parametrize(("delay", "vacant"), [(0, 0), (1, 1), (2, 2)])
def test_leavers_are_replaced_by_novices_after_a_while(delay, vacant):
    W = world(
        scenario(
            months=6,
            behaviour=STILL,
            staff={
                "quit": {"base_per_month": CERTAINLY, "slope": 0.0},
                "hire_delay_months": delay,
                "hire_cost": 1000,
                "morale": {"base": 0.6},
            },
        )
    )
    W.agents["morale"], W.agents["trained_since"] = 0.9, -1e6
    present, hired = [], []
    for month in range(1, 5):
        month_end(W, month * MONTH)
        present.append(int(W.agents["present"].sum()))
        hired.append(float(W.months[month - 1]["hiring"]))
        W.parameters[0]["staff_quit_base_per_month"] = 0.0  # all quit at first, nobody later
    assert present == [0] * vacant + [4] * (4 - vacant)
    assert hired == [4000.0 * (month == vacant) for month in range(4)]
    assert W.months[0]["agents_quit"] == 4
    assert W.months[1]["agents_quit"] == 0
    assert (W.agents["trained_since"] == (vacant + 1) * MONTH).all()
    assert W.agents["morale"] == pytest.approx(0.6)


# Product, books and stock.


def test_lessons_mend_the_product_for_good():
    W = desk(product={"fault_floor": 0.4, "lesson_scale": 500.0})
    W.people["status"][:10] = CUSTOMER
    W.people["status"][10:] = PROSPECT
    W.run[0]["customers"] = 10
    W.run[0]["lessons"] = 5.0
    month_end(W, MONTH)
    # 500 lessons per thousand customers: 0.4 + 0.6 / e
    assert W.months[0]["fault_rate"] == pytest.approx(0.4 + 0.6 / math.e)
    W.people["status"] = CUSTOMER
    month_end(W, 2 * MONTH)
    assert W.months[1]["fault_rate"] == W.months[0]["fault_rate"]


def test_the_books_add_up_and_ruin_is_remembered():
    W = desk(company={"fixed_cost_per_month": 100.0, "cash": 60.0})
    alone(W)
    W.months[0]["remedies"], W.months[0]["acquisition"] = 3.0, 2.0
    month_end(W, MONTH)
    # 60 + 50 - 6 - 3 - 2 - 100
    assert (W.months[0]["cash"], W.months[0]["ruined"]) == (pytest.approx(-1.0), 1.0)
    W.people["potential"][0] = 10_000.0
    month_end(W, 2 * MONTH)
    assert W.months[1]["cash"] == pytest.approx(-1.0 + 5000.0 - 6.0 - 100.0)
    assert W.months[1]["ruined"] == 1.0
    assert W.run[0]["cash"] == W.months[1]["cash"]


def test_cash_of_zero_is_not_ruin():
    W = desk(company={"cash": 0.0, "serve_cost_per_month": 0.0})
    W.people["status"] = PROSPECT
    month_end(W, MONTH)
    assert W.months[0]["ruined"] == 0.0


def test_people_and_minds_are_counted():
    W = desk()
    W.people["status"] = PROSPECT
    customer(
        W, 0, satisfaction=0.6, trust=0.8, expectation=0.5, decile=3, voice_value=(0.1, 0.2, 0.3)
    )
    customer(W, 1, satisfaction=0.4, trust=0.6, expectation=0.7, decile=9)
    settled(W, 2, LAPSED, opinion=-0.5)
    in_queue(W, 0, "need")
    month_end(W, MONTH)
    tally = W.months[0]
    assert (tally["customers"], tally["prospects"], tally["lapsed"]) == (2, 17, 1)
    assert W.months[1]["opening_customers"] == 2
    assert tally["satisfaction"] == pytest.approx(1.0)
    assert tally["trust"] == pytest.approx(1.4)
    assert tally["expectation"] == pytest.approx(1.2)
    assert (tally["opinion"], tally["opinions"]) == (-0.5, 18)
    values = [tally[f"value_{voice}"] for voice in ("polite", "angry", "public")]
    assert values == pytest.approx([0.1, 0.2, 0.3])
    assert tally["waiting"] == 1
    assert group(W, "decile", 3)["customers"] == group(W, "decile", 9)["customers"] == 1
    assert group(W, "tier", 0)["satisfaction"] == pytest.approx(1.0)
    assert tally["top2_share"] == 1.0
    month_end(W, 2 * MONTH)
    assert W.months[1]["opening_customers"] == 2


def test_concentration():
    W = desk()
    W.people["status"] = PROSPECT
    for i in range(10):
        customer(W, i, potential=2.0 * (i + 1))
    month_end(W, MONTH)
    assert W.months[0]["top20_share"] == pytest.approx((9 + 10) / 55)
    assert W.months[0]["top2_share"] == pytest.approx((9 + 10) / 55)


def test_the_top_share_of_late_bloomers():
    W = desk(people={"count": 300})
    W.people["status"] = PROSPECT
    for i in range(200):
        customer(W, i, potential=2.0)
    for i, low in ((0, 0), (1, 1), (2, 1)):
        W.people[i]["potential"], W.people[i]["started_low"] = 2000.0, low
    month_end(W, MONTH)
    # The top fifth is 3 of 1000 and 37 of 1; the top 1% two of 1000.
    assert W.months[0]["top1_share"] == pytest.approx(2000 / (3000 + 197))
    assert W.months[0]["late_bloomers_share"] == pytest.approx(2000 / (3000 + 37))


def test_who_starts_low_spends_less_than_the_median_customer_or_nothing():
    W = desk()
    W.people["status"] = PROSPECT
    for i, potential in enumerate((10.0, 40.0, 20.0, 30.0, 50.0)):
        customer(W, i, potential=potential)
    start_run(W)
    assert W.people["started_low"][:7].tolist() == [1, 0, 1, 0, 0, 1, 1]


def test_equity_is_margin_over_hazard_and_discount():
    W = desk(behaviour={"churn": {"natural_per_month": 0.004, "base_per_month": 0.024}})
    W.parameters[0]["churn_natural_per_month"] = 1e-9  # nobody leaves in the month itself
    person = alone(W)
    W.run[0]["key"] = 3
    month_end(W, MONTH)
    assert person["status"] == CUSTOMER
    tally = W.months[0]
    hazard = 1e-9 + 0.024 * math.exp(-4 * 0.1 - 2.5 * 0.3 - 0.35 * math.log(1 + 14 / 13))
    margin = 50.0 - (tally["wages"] + tally["serving"])
    discount = 1.1 ** (1 / 13) - 1
    assert tally["customer_equity"] == pytest.approx(margin / (hazard + discount))


def test_costs_of_serving_are_a_years_in_the_mean():
    W = desk(company={"discount_rate_per_year": 1.0})
    alone(W)
    month_end(W, MONTH)
    first = W.months[0]["customer_equity"]
    W.months[0]["remedies"] = 20.0  # over two customer-months, 10 each
    month_end(W, 2 * MONTH)
    rate = 2.0 ** (1 / 13) - 1
    assert W.months[1]["customer_equity"] == pytest.approx(first - 10.0 / rate)


def test_equity_without_end_is_undefined():
    W = desk(company={"discount_rate_per_year": 0.0})
    alone(W)
    month_end(W, MONTH)
    assert not math.isfinite(W.months[0]["customer_equity"])


@pytest.mark.parametrize(
    ("joined", "at_risk", "left"), [(-MONTH, 0, 0), (MONTH / 2, 1, 1), (-14 * MONTH, 0, 0)]
)
def test_joiners_are_followed_for_a_year(joined, at_risk, left):
    behaviour = {"churn": {"natural_per_month": CERTAINLY, "base_per_month": 0.0}}
    for going in (False, True):
        W = desk(behaviour=behaviour) if going else desk()
        alone(W)["joined_at"] = joined
        month_end(W, MONTH)
        assert W.months[0]["joiners_at_risk"] == at_risk
        assert W.months[0]["joiners_left"] == (left if going else 0)


def test_a_groups_opening_customers_are_those_of_the_new_month():
    W = desk()
    W.people["status"] = PROSPECT
    for i in range(3):
        customer(W, i, decile=4)
    month_end(W, MONTH)
    assert group(W, "decile", 4, 1)["opening_customers"] == 3
    assert group(W, "tier", 0, 1)["opening_customers"] == W.months[1]["opening_customers"] == 3


def test_without_customers_or_remedies_shares_are_undefined():
    W = desk()
    W.people["status"] = PROSPECT
    month_end(W, MONTH)
    tally = W.months[0]
    assert math.isnan(tally["top20_share"])
    assert tally["revenue"] == 0.0


# Tiers.


def reviewed(secrecy: str, fairness: dict[str, float], **top: float) -> list[float]:
    """Return satisfaction after a review at which a customer of 0.6 loses a tier to another."""
    still = STILL | {
        "fairness": fairness | {"published_shock": 0.0},
        "satisfaction": {"gain": 0.2, "loss": 0.4, "drift_per_month": 0.0},
    }
    policy = {
        "describe": "A test.",
        "score": {"spend": 1},
        "tiers": [{"name": "top", "top_share": 0.2, **top}, {"name": "rest"}],
        "review_months": 1,
        "secrecy": secrecy,
    }
    people = {"spend": {"noise_cv": 0.0}}
    W = world(scenario(behaviour=still, people=people, policies={"mine": policy}))
    W.people["status"] = PROSPECT
    for i in range(5):
        customer(W, i, potential=10.0 * (i + 1), tier=1)
    W.people["tier"][0] = 0  # the poorest of five held the one place at the top
    W.parameters[0]["satisfaction_trust_rate"] = 0.0
    month_end(W, MONTH)
    assert W.people["tier"][:5].tolist() == [1, 1, 1, 1, 0]
    return W.people["satisfaction"][:5].tolist()


def test_losing_a_tier_that_one_knows_of_disappoints():
    after = reviewed("published", {"demotion": 0.5})
    assert after == pytest.approx([0.6 - 0.4 * 0.5 * 0.6, 0.6, 0.6, 0.6, 0.6])


@pytest.mark.parametrize("secrecy", ["none", "secret"])
def test_losing_a_tier_that_nobody_knows_of_does_not(secrecy):
    assert reviewed(secrecy, {"demotion": 0.5}) == [0.6] * 5


def test_who_is_granted_a_privilege_is_pleased():
    after = reviewed("none", {"delight": 0.3}, privilege=0.5)
    # 0.3 x 0.5 x 0.2 of what is missing, for the one who rose.
    assert after == pytest.approx([0.6, 0.6, 0.6, 0.6, 0.6 + 0.2 * 0.15 * 0.4])


def test_tiers_are_reviewed_when_the_policy_says():
    W = world(
        scenario(behaviour=STILL, policies={"mine": {"like": "value_tiers", "review_months": 2}})
    )
    W.people["tier"] = 1
    month_end(W, MONTH)
    assert (W.people["tier"] == 1).all()
    month_end(W, 2 * MONTH)
    assert (W.people["tier"][W.people["status"] == CUSTOMER] == 0).sum() == 2


# The next month.


@pytest.mark.parametrize("weight", [-6.0, -0.5, 0.0, 1.0, 8.0])
def test_nobody_enquires_more_than_the_highest_hazard(weight):
    W, chance = desk(), np.random.default_rng(5)
    P = W.parameters[0]
    for p, q, talk_share, share, opinion in chance.uniform(size=(300, 5)).tolist():
        P["adoption_spontaneous"], P["adoption_imitation"], P["adoption_opinion"] = p, q, weight
        o = 2.0 * round(opinion) - 1.0 if share < 0.5 else 2.0 * opinion - 1.0
        theirs = (p + q * (1.0 - talk_share) * share) * math.exp(weight * o)
        assert theirs <= highest_hazard(W)
    assert highest_hazard(W) == pytest.approx((p + q) * math.exp(abs(weight)))


def test_the_next_month_brings_needs_and_enquiries():
    behaviour = {"adoption": {"spontaneous": CERTAINLY}}
    W = desk(behaviour=behaviour, people={"contacts_per_month": {"mean": 50, "cv": 0}})
    told = requests(W, month_end(W, MONTH))
    assert all(MONTH <= at < 2 * MONTH for at, _, _ in told)
    needs = [who for _, kind, who in told if kind == SCHEDULE_NEED]
    enquiries = [who for _, kind, who in told if kind == SCHEDULE_ENQUIRY]
    assert needs == np.flatnonzero(W.people["status"] == CUSTOMER).tolist()
    assert enquiries == np.flatnonzero(W.people["status"] == PROSPECT).tolist()
    assert W.run[0]["month"] == 1


def test_the_last_month_opens_no_other():
    W = desk(months=1)
    assert month_end(W, MONTH) == 0
    assert W.run[0]["month"] == 0


def test_imitation_needs_customers_to_imitate():
    W = tied(desk(behaviour={"adoption": {"spontaneous": 0.0, "imitation": CERTAINLY}}), (0, 1))
    W.people["status"] = PROSPECT
    customer(W, 0, need_rate=0.0)
    assert [who for _, _, who in requests(W, start_run(W))] == [1]


@pytest.mark.statistical
@pytest.mark.parametrize(("o", "share"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (-1.0, 1.0)])
def test_enquiries_come_at_their_hazard(o, share):
    n = 4000
    adoption = {"spontaneous": 0.1, "imitation": 0.8, "talk_share": 0.5, "opinion": 1.0}
    W = desk(behaviour={"adoption": adoption}, people={"count": n + 2}, network={"kind": "none"})
    W.people["status"] = PROSPECT
    W.people["opinion"] = o
    if share:
        # Everybody knows the last two; one or both of them are customers.
        W = tied(W, *((i, friend) for i in range(n) for friend in (n, n + 1)))
        for friend in range(n, n + 1 + (share == 1.0)):
            customer(W, friend, need_rate=0.0)
    asked = sum(who < n for _, _, who in requests(W, start_run(W)))
    chance = 1 - math.exp(-(0.1 + 0.4 * share) * math.exp(o))
    assert asked / n == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / n))


@pytest.mark.statistical
def test_enquiries_are_spread_evenly_over_the_month():
    n = 400
    W = desk(behaviour={"adoption": {"spontaneous": CERTAINLY}}, people={"count": n})
    W.people["status"] = PROSPECT
    times = [at for at, _, _ in requests(W, start_run(W))]
    assert len(times) == n
    assert np.mean(times) == pytest.approx(MONTH / 2, abs=4 * MONTH / math.sqrt(12 * n))
    assert np.std(times) == pytest.approx(MONTH / math.sqrt(12), rel=0.15)


def test_who_waits_at_a_months_end_still_waits():
    W = desk()
    c = in_queue(W, 0, "need")
    month_end(W, MONTH)
    assert W.contacts[c]["state"] == WAITING


# What stories do, once.


def test_a_recommendation_prompts_an_enquiry_once():
    W = desk(behaviour={"adoption": {"spontaneous": 0.0, "imitation": 0.0, "talk_share": 0.5}})
    W.people["heard_good"] = np.where(W.people["status"] == PROSPECT, 1.0, 0.0)
    told = requests(W, start_run(W))
    asked = [who for _, kind, who in told if kind == SCHEDULE_ENQUIRY]
    assert asked == np.flatnonzero(W.people["status"] == PROSPECT).tolist()
    assert W.months[0]["decided_by_good"] == len(asked) == 10
    assert not W.people["heard_good"].any()
    assert not [one for one in requests(W, month_end(W, MONTH)) if one[1] == SCHEDULE_ENQUIRY]


def test_without_a_share_of_talk_nobody_is_prompted():
    W = desk(behaviour={"adoption": {"spontaneous": 0.0, "imitation": 0.0, "talk_share": 0.0}})
    W.people["heard_good"] = 1.0
    assert not [one for one in requests(W, start_run(W)) if one[1] == SCHEDULE_ENQUIRY]


def test_a_warning_waits_for_the_next_decision():
    W = desk(behaviour={"adoption": {"spontaneous": 0.0, "imitation": 0.0}})
    prospects = W.people["status"] == PROSPECT
    W.people["heard_bad"] = np.where(prospects, 1.0, 0.0)
    start_run(W)
    assert (W.people["heard_bad"] == prospects).all()  # nobody thought of asking
    W.parameters[0]["adoption_spontaneous"] = CERTAINLY
    assert not [one for one in requests(W, month_end(W, MONTH)) if one[1] == SCHEDULE_ENQUIRY]
    assert W.months[1]["decided_by_bad"] == 10
    assert not W.people["heard_bad"].any()
    told = requests(W, month_end(W, 2 * MONTH))
    assert len([one for one in told if one[1] == SCHEDULE_ENQUIRY]) == 10


def test_bad_stories_lose_a_customer_at_the_months_end_or_never():
    W = desk(behaviour={"churn": {"natural_per_month": 0.0, "base_per_month": 1e-12}})
    lost, kept = customer(W, 0, heard_bad=1.0), customer(W, 1, heard_good=1.0)
    month_end(W, MONTH)
    assert (lost["status"], kept["status"]) == (LAPSED, CUSTOMER)
    assert (lost["heard_bad"], kept["heard_good"]) == (0.0, 0.0)
    assert (W.months[0]["decided_by_bad"], W.months[0]["left_dissatisfied"]) == (1, 1)


def test_good_stories_keep_a_customer_once():
    W = desk(behaviour={"churn": {"natural_per_month": 0.0, "base_per_month": CERTAINLY}})
    kept = customer(W, 0, heard_good=1.0)
    month_end(W, MONTH)
    assert kept["status"] == CUSTOMER
    assert W.months[0]["decided_by_good"] == 1
    month_end(W, 2 * MONTH)
    assert kept["status"] == LAPSED


def test_stories_make_nobody_leave_where_nobody_leaves():
    W = desk()
    person = customer(W, 0, heard_bad=1.0)
    month_end(W, MONTH)
    assert (person["status"], person["heard_bad"]) == (CUSTOMER, 0.0)
