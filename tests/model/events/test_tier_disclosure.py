"""Secret tiers leak once and shake trust; published ones do so at once, and raise expectation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model.events.contact import finish_service
from sim.model.events.month_end import month_end, start_run
from sim.model.records import CUSTOMER, MONTH, PROSPECT
from sim.model.state import World
from tests.small_worlds import CERTAIN, in_hand, scenario, settled, world

SURELY = 1e6  # a rate
NOTHING_ELSE = {
    "churn": "none",
    "growth": "none",
    "adoption": "none",
    "talk": "none",
    "voice": "none",
    "contact": "none",
    "satisfaction": {"trust_rate": 0.0, "drift_per_month": 0.0, "entitlement": 0.0},
}


def desk(secrecy: str, months: int = 3, **fairness: float) -> World:
    """Return a world of value tiers, the first five people customers: one at the top."""
    given = scenario(
        months=months,
        needs=[CERTAIN],
        staff="none",
        behaviour=NOTHING_ELSE | {"fairness": fairness},
        people={"spend": {"noise_cv": 0.0}},
        policies={"mine": {"like": "value_tiers", "review_months": 99, "secrecy": secrecy}},
    )
    W = world(given)
    W.people["status"] = PROSPECT
    for i in range(5):
        settled(
            W,
            i,
            CUSTOMER,
            satisfaction=0.6,
            expectation=0.5,
            trust=0.8,
            wallet_share=0.5,
            potential=10.0,
            tier=min(i, 1),
        )
    return W


def trust(W: World) -> list[float]:
    return [float(t) for t in W.people["trust"][:5]]


@pytest.mark.parametrize("secrecy", ["none", "published"])
def test_only_a_secret_leaks(secrecy):
    W = desk(secrecy, leak_per_year=SURELY, leak_shock=0.5)
    month_end(W, MONTH)
    assert trust(W) == [0.8] * 5
    assert W.months[0]["leaked"] == 0


def test_a_leak_shakes_all_below_the_top_once():
    W = desk("secret", leak_per_year=SURELY, leak_shock=0.5)
    month_end(W, MONTH)
    assert trust(W) == pytest.approx([0.8, 0.4, 0.4, 0.4, 0.4])
    month_end(W, 2 * MONTH)
    assert trust(W) == pytest.approx([0.8, 0.4, 0.4, 0.4, 0.4])
    assert W.months["leaked"].tolist() == [1, 1, 0]


def test_a_secret_without_a_rate_is_kept():
    W = desk("secret", leak_per_year=0.0, leak_shock=0.5)
    month_end(W, MONTH)
    assert (trust(W), W.months[0]["leaked"]) == ([0.8] * 5, 0)


def test_leaks_come_at_their_rate():
    rate, months, runs = 1.3, 20, 400
    given = scenario(
        months=months,
        people={"count": 2, "customers": 2},
        network={"kind": "none"},
        staff="none",
        behaviour=NOTHING_ELSE | {"fairness": {"leak_per_year": rate}},
        policies={"mine": {"like": "value_tiers", "secrecy": "secret"}},
    )
    first = []
    for replication in range(runs):
        W = world(given, replication=replication)
        for month in range(1, months + 1):
            month_end(W, month * MONTH)
        first.append(int((W.months["leaked"] == 0).sum()))
    kept = np.mean(np.array(first) >= 5)
    theory = np.exp(-5 * rate / 13)
    assert abs(kept - theory) < 3 * np.sqrt(theory * (1 - theory) / runs)


def test_where_all_are_in_one_tier_there_is_no_secret():
    given = scenario(
        behaviour=NOTHING_ELSE | {"fairness": {"leak_per_year": SURELY, "leak_shock": 0.5}},
        policies={"mine": {"describe": "One.", "secrecy": "secret"}},
    )
    W = world(given)
    before = W.people["trust"].copy()
    month_end(W, MONTH)
    assert (W.people["trust"] == before).all()
    assert W.months[0]["leaked"] == 0


def test_published_tiers_shake_trust_at_the_start():
    W = desk("published", published_shock=0.25)
    start_run(W)
    customers = W.people["status"] == CUSTOMER
    lost = np.where(W.people["tier"] == 0, 0.8, 0.6)
    assert W.people["trust"][customers] == pytest.approx(lost[customers])
    assert (W.people["tier"][customers] == 0).sum() == 1
    month_end(W, MONTH)
    assert W.people["trust"][customers] == pytest.approx(lost[customers])


def disconfirmed(W: World, i: int) -> Any:
    """Return what a perfect answer does to somebody's satisfaction."""
    before = float(W.people[i]["satisfaction"])
    finish_service(W, in_hand(W, i, "need"), 100.0)
    return float(W.people[i]["satisfaction"]) - before


@pytest.mark.parametrize(
    ("secrecy", "leaked", "raised"),
    [("none", 1, 0.0), ("secret", 0, 0.0), ("secret", 1, 0.2), ("published", 0, 0.2)],
)
def test_who_knows_to_be_at_the_top_expects_more(secrecy, leaked, raised):
    W = desk(secrecy, published_expectation=0.2)
    W.run[0]["leaked"] = leaked
    # p = 0.9625, so d = 0.4625 less what is expected more; up 0.2 x d x (1 - 0.6)
    assert disconfirmed(W, 0) == pytest.approx(0.2 * (0.4625 - raised) * 0.4)
    assert disconfirmed(W, 1) == pytest.approx(0.2 * 0.4625 * 0.4)
