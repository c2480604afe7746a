"""Ranking customers and cutting them into tiers."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.policy.tiering import rank_by_spend, review_tiers
from sim.model.records import CUSTOMER, LAPSED, MONTH, PERSON, PROSPECT, RULES, RUN, TIER
from sim.scenario.schema.observables import OBSERVABLES


class Ranked(NamedTuple):
    """What ranking looks at."""

    people: np.ndarray
    score_weights: np.ndarray
    tiers: np.ndarray
    rules: np.ndarray
    run: np.ndarray
    order: np.ndarray
    scratch: np.ndarray
    partners: np.ndarray


def ranked(
    count: int, tiers: tuple[tuple[float, float], ...] = ((0.2, -math.inf),), **score: float
) -> Ranked:
    """Return customers to rank; each tier but the last as (top share or -1, least score)."""
    people = np.zeros(count, PERSON)
    people["status"] = CUSTOMER
    rules = np.zeros(1, RULES)
    rules["last_tier"] = len(tiers)
    return Ranked(
        people,
        np.array([[float(score.get(name, 0.0)) for name in OBSERVABLES]]),
        np.array([(*cut, 0.0, 0) for cut in (*tiers, (-1.0, -math.inf))], TIER),
        rules,
        np.zeros(1, RUN),
        np.zeros(max(count, 1), np.int64),
        np.zeros(max(count, 1)),
        np.arange(max(count, 1)),
    )


def cut(W: Ranked, now: float = 0.0) -> list[int]:
    review_tiers(W, now)
    return W.people["tier"].tolist()


def test_spend_is_ranked_among_customers_from_0_to_1():
    W = ranked(5)
    W.people["spend"] = [30, 10, 99, 20, 40]
    W.people["status"][2] = PROSPECT
    assert rank_by_spend(W).tolist() == [10, 20, 30, 40]
    customers = W.people["status"] == CUSTOMER
    assert W.scratch[customers].tolist() == [2 / 3, 0.0, 1 / 3, 1.0]
    assert W.order[:4].tolist() == [1, 3, 0, 4]


def test_equal_spend_is_ranked_by_index():
    W = ranked(4)
    W.people["spend"] = [5, 1, 5, 5]
    rank_by_spend(W)
    assert W.order.tolist() == [1, 0, 2, 3]


def test_one_customer_is_in_the_middle_and_nobody_in_no_place():
    W = ranked(1)
    assert len(rank_by_spend(W)) == 1
    assert W.scratch.tolist() == [0.5]
    assert len(rank_by_spend(ranked(0))) == 0


@pytest.mark.parametrize(
    ("count", "share", "wanted"), [(10, 0.2, 2), (10, 0.25, 3), (3, 0.1, 0), (7, 1.0, 7)]
)
def test_a_top_share_is_rounded_to_whole_customers(count, share, wanted):
    W = ranked(count, ((share, -math.inf),), spend=1)
    W.people["spend"] = range(count)
    assert cut(W) == [1] * (count - wanted) + [0] * wanted


def test_ties_go_to_the_lower_index():
    W = ranked(5, ((0.4, -math.inf),), spend=1)
    W.people["spend"] = [7, 7, 1, 7, 7]
    assert cut(W) == [0, 0, 1, 1, 1]


def test_a_least_score_is_reached_or_not():
    W = ranked(5, ((-1.0, 0.5),), spend=1)
    W.people["spend"] = [10, 20, 30, 40, 50]  # ranks 0, 1/4, 1/2, 3/4, 1
    assert cut(W) == [1, 1, 0, 0, 0]


def test_equal_values_share_their_mean_rank():
    W = ranked(5, ((-1.0, 0.625),), favourite=1)
    W.people["favourite"] = [0, 1, 0, 1, 0]  # ranks (0 + 1 + 2) / 3 / 4 and (3 + 4) / 2 / 4 = 0.875
    assert cut(W) == [1, 0, 1, 0, 1]
    alike = ranked(4, ((-1.0, 0.5),), complaints=1)
    assert cut(alike) == [0, 0, 0, 0]  # all have rank 1/2


def test_several_tiers_are_cut_from_the_top():
    W = ranked(10, ((0.1, -math.inf), (0.2, -math.inf), (-1.0, 0.5)), spend=1)
    W.people["spend"] = range(10)  # ranks 0, 1/9, ... 1
    assert cut(W) == [3, 3, 3, 3, 3, 2, 2, 1, 1, 0]


def test_weights_add_and_may_be_negative():
    W = ranked(3, ((0.34, -math.inf),), spend=1, complaints=-2)
    W.people["spend"] = [30, 20, 10]
    W.people["complaints_lately"] = [5, 0, 1]
    # Scores: 1 - 2, 1/2 - 0, 0 - 1.
    assert cut(W) == [1, 0, 1]


SEEN = {
    "spend": ("spend", 1.0),
    "recent_revenue": ("recent_revenue", 1.0),
    "lifetime_revenue": ("lifetime_revenue", 1.0),
    "recent_cost": ("recent_cost", 1.0),
    "lifetime_cost": ("lifetime_cost", 1.0),
    "tenure": ("joined_at", -MONTH),
    "audience": ("audience", 1.0),
    "contacts": ("contacts_lately", 1),
    "complaints": ("complaints_lately", 1),
    "favourite": ("favourite", 1),
    "referrals": ("referrals", 1),
    "returns": ("returns_lately", 1),
    "repeats": ("repeats_lately", 1),
    "leaving_risk": ("complaints_lately", 1),
    "retention_lift": ("contacts_lately", 1),
    "strikes": ("strikes", 1),
    "paying": ("spend", 0.01),
}


@pytest.mark.parametrize("name", OBSERVABLES)
def test_each_observable_is_what_its_name_says(name):
    W = ranked(5, ((0.2, -math.inf),), **{name: 1.0})
    field, value = SEEN[name]
    W.people[field][3] = value
    assert cut(W) == [1, 1, 1, 0, 1]


def test_who_is_no_customer_is_in_the_last_tier():
    W = ranked(4, ((0.5, -math.inf),), spend=1)
    W.people["spend"] = [9, 8, 7, 6]
    W.people["status"][:2] = PROSPECT, LAPSED
    W.people["tier"] = 0
    assert cut(W) == [1, 1, 0, 1]


def test_the_tier_before_is_remembered():
    W = ranked(4, ((0.25, -math.inf),), spend=1)
    W.people["spend"] = [1, 2, 3, 4]
    W.people["tier"] = [0, 1, 1, 1]
    assert cut(W) == [1, 1, 1, 0]
    assert W.people["old_tier"].tolist() == [0, 1, 1, 1]
    cut(W)
    assert W.people["old_tier"].tolist() == [1, 1, 1, 0]


def test_with_one_tier_all_are_in_it():
    W = ranked(3, ())
    assert cut(W) == [0, 0, 0]


@given(st.lists(st.integers(0, 5), max_size=12), st.floats(0.01, 1.0))
def test_nobody_below_outscores_anybody_above(spends, share):
    W = ranked(len(spends), ((share, -math.inf),), spend=1)
    W.people["spend"] = spends
    tiers = np.array(cut(W), int)
    assert (tiers == 0).sum() == int(share * len(spends) + 0.5)
    above = [s for s, tier in zip(spends, tiers, strict=True) if tier == 0]
    below = [s for s, tier in zip(spends, tiers, strict=True) if tier == 1]
    assert not above or not below or min(above) >= max(below)
