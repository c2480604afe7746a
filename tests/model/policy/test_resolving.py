"""A policy resolved: inheritance, queue classes, promises, pools, enquiries and voices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.model.policy.entitlements import resolve
from sim.model.policy_tables import PolicyTables
from sim.model.records import COMPLAINT, ENQUIRY, ENTITLEMENT, NEED, NOBODY
from sim.scenario.schema.observables import OBSERVABLES
from tests.small_worlds import scenario

SILENT, POLITE, ANGRY, PUBLIC = range(4)
POOLS = {"front": {"agents": 1}, "gold": {"agents": 1, "serves": []}}
TIERS = [{"name": "top", "top_share": 0.2}, {"name": "rest"}]


def tables(**policy: Any) -> PolicyTables:
    given = scenario(desk={"pools": POOLS}, policies={"mine": {"describe": "A test.", **policy}})
    return resolve(given, given.policies["mine"])


def two_tiers(top: dict[str, Any], **policy: Any) -> PolicyTables:
    tiers = [{**TIERS[0], **top}, TIERS[1]]
    return tables(score={"spend": 1}, tiers=tiers, **policy)


def order(found: PolicyTables, *cell: int) -> tuple[int, float, float]:
    """Level, head start and pace of a cell."""
    place = found.classes[found.entitlements[cell]["queue_class"]]
    return int(place["level"]), float(place["head_start"]), float(place["pace"])


def test_where_a_policy_says_nothing_all_get_the_same():
    found = tables()
    assert found.entitlements.shape == (3, 1, 4)
    assert len(np.unique(found.entitlements)) == 1
    (row,) = np.unique(found.entitlements)
    assert dict(zip(ENTITLEMENT.names, row.tolist(), strict=True)) == {
        "rank_class": 2,
        "head_start_minutes": 0.0,
        "pace": 1.0,
        "effort": 1.0,
        "courtesy": 0.85,
        "wait_promise_minutes": math.inf,
        "remedy": 0.25,
        "remedy_amount": 0.0,
        "lenient": 0.0,
        "proactive_after_minutes": math.inf,
        "proactive_after_failure": 0,
        "proactive_remedy": 0.0,
        "proactive_amount": 0.0,
        "privilege": 0.0,
        "price": 1.0,
        "queue_class": 1,
        "pool": NOBODY,
        "explain": 1,
        "ignore": 0,
    }
    assert order(found, NEED, 0, SILENT) == (2, 0.0, 1.0)
    assert found.tier_names == ("everyone",)
    assert found.tiers["top_share"].tolist() == [-1.0]
    assert found.tiers["min_score"].tolist() == [-math.inf]
    assert not found.score_weights.any()
    assert not found.rules["overrule"]


def test_the_more_particular_wins():
    found = two_tiers(
        {"effort": 2.0, "remedy": 0.5},
        everyone={"effort": 1.5, "courtesy": 0.9, "lenient": 0.1},
        voices={"angry": {"remedy": 3.0}},
    )
    given = found.entitlements
    top, rest = given[COMPLAINT, 0, ANGRY], given[COMPLAINT, 1, ANGRY]
    # Of the voice, of the tier, of everyone, of nobody.
    assert (top["remedy"], top["effort"], top["courtesy"], top["privilege"]) == (3.0, 2.0, 0.9, 0.0)
    assert (rest["remedy"], rest["effort"], rest["courtesy"], rest["lenient"]) == (3, 1.5, 0.9, 0.1)
    assert given[COMPLAINT, 0, POLITE]["remedy"] == 0.5
    assert given[COMPLAINT, 1, POLITE]["remedy"] == 0.25


def test_nothing_said_differs_from_zero_or_false_said():
    found = two_tiers(
        {"effort": 1.0, "remedy": 0, "explain": False, "courtesy": 0},
        everyone={"effort": 3.0, "explain": True, "ignore": True},
    )
    top, rest = found.entitlements[NEED, :, SILENT]
    assert (top["effort"], top["remedy"], top["explain"], top["courtesy"]) == (1.0, 0.0, 0, 0.0)
    assert (top["ignore"], rest["ignore"]) == (1, 1)
    assert rest["explain"] == 1


def test_voices_matter_for_complaints_only():
    found = tables(voices={"public": {"remedy": 2.0, "class": 0}})
    given = found.entitlements
    assert given[COMPLAINT, 0, PUBLIC]["remedy"] == 2.0
    for phase in (NEED, ENQUIRY):
        assert (given[phase, 0]["remedy"] == 0.25).all()
        assert (given[phase, 0]["queue_class"] == 1).all()
    assert given[COMPLAINT, 0, POLITE]["remedy"] == 0.25


def test_enquiries_get_what_everyone_gets_and_no_tiers_privileges():
    found = two_tiers(
        {"effort": 2.0, "class": 1},
        everyone={"courtesy": 0.9, "effort": 1.2},
        enquiries={"effort": 0.5, "pool": "gold"},
        voices={"polite": {"effort": 5.0}},
    )
    enquiries = found.entitlements[ENQUIRY]
    assert (enquiries["effort"] == 0.5).all()
    assert (enquiries["courtesy"] == 0.9).all()
    assert (enquiries["pool"] == 1).all()
    assert order(found, ENQUIRY, 0, SILENT) == (2, 0.0, 1.0)
    assert (found.entitlements[NEED]["pool"] == NOBODY).all()


def test_the_front_comes_first_and_every_class_once():
    found = two_tiers(
        {"class": 1},
        voices={
            "polite": {"class": 2},
            "angry": {"class": 1},
            "public": {"class": 0},
        },
    )
    ways = [(c["level"], c["head_start"], c["pace"]) for c in found.classes]
    assert ways[0] == (0, 0.0, 1.0)
    assert len(set(ways)) == len(ways) == 3
    assert found.entitlements[COMPLAINT, 1, PUBLIC]["queue_class"] == 0
    assert order(found, NEED, 0, SILENT) == order(found, COMPLAINT, 1, ANGRY) == (1, 0.0, 1.0)


def test_head_start_and_pace_make_classes_of_their_own():
    found = two_tiers({"head_start_minutes": 1.5}, voices={"angry": {"pace": 2.0}})
    assert order(found, NEED, 0, SILENT) == (2, 1.5, 1.0)
    assert order(found, COMPLAINT, 0, ANGRY) == (2, 1.5, 2.0)
    assert order(found, COMPLAINT, 1, ANGRY) == (2, 0.0, 2.0)
    assert len(found.classes) == 5


def test_a_promise_and_a_pool_are_looked_up():
    found = two_tiers({"wait_promise_minutes": 2.5, "pool": "gold"}, everyone={"pool": "front"})
    top, rest = found.entitlements[NEED, :, SILENT]
    assert (top["wait_promise_minutes"], top["pool"]) == (2.5, 1)
    assert (rest["wait_promise_minutes"], rest["pool"]) == (math.inf, 0)


def test_scores_cuts_and_reviews_are_carried_over():
    found = tables(
        score={"tenure": 2.0, "complaints": -1.0},
        tiers=[
            {"name": "gold", "top_share": 0.1},
            {"name": "silver", "min_score": 0.5},
            {"name": "rest"},
        ],
        review_months=6,
        overrule=True,
    )
    weights = dict(zip(OBSERVABLES, found.score_weights[0], strict=True))
    assert {name: weight for name, weight in weights.items() if weight} == {
        "tenure": 2.0,
        "complaints": -1.0,
    }
    assert found.tiers["top_share"].tolist() == [0.1, -1.0, -1.0]
    assert found.tiers["min_score"].tolist() == [-math.inf, 0.5, -math.inf]
    assert found.tier_names == ("gold", "silver", "rest")
    assert found.rules[["review_months", "overrule"]].tolist() == [(6, 1)]


def test_everything_the_library_ships_resolves():
    given = scenario(policies={"equal": {}, "value_tiers": {}, "complaint_rewarding": {}})
    equal, tiers, rewarding = (resolve(given, policy) for policy in given.policies.values())
    assert equal.tier_names == rewarding.tier_names == ("everyone",)
    assert tiers.tier_names == ("top", "rest")
    assert (rewarding.entitlements[COMPLAINT, 0]["remedy"]).tolist() == [0.25, 0.25, 1.0, 1.5]
    assert (tiers.entitlements[COMPLAINT, :, POLITE]["remedy"]).tolist() == [0.6, 0.25]
    assert order(rewarding, COMPLAINT, 0, PUBLIC) == (0, 0.0, 1.0)


@pytest.mark.parametrize("name", OBSERVABLES)
def test_a_policy_may_score_by_whatever_the_company_sees(name):
    found = tables(score={name: 1.0}, tiers=TIERS)
    assert found.score_weights[0, list(OBSERVABLES).index(name)] == 1.0
    assert found.score_weights.sum() == 1.0


def test_rules_are_looked_up_and_say_never_where_nothing_is_said():
    never = tables().rules[0]
    assert never["dismiss_strikes"] == NOBODY
    assert math.isinf(never["dismiss_cost_ratio"])
    rules = tables(dismiss={"strikes": 3, "cost_ratio": 1.5, "months": 4}).rules[0]
    assert (rules["dismiss_strikes"], rules["dismiss_cost_ratio"]) == (3, 1.5)
    assert rules["dismiss_months"] == 4


def test_offers_and_escalation_are_looked_up():
    never = tables().rules[0]
    assert (never["newcomer_share"], never["loyalty_share"], never["goodwill_months"]) == (0, 0, 0)
    assert (never["escalate_below"], never["escalate_pool"]) == (0.0, NOBODY)
    rules = tables(
        offers={
            "newcomer": {"share": 0.5, "months": 5},
            "loyalty": {"share": 0.1, "after_months": 12},
            "goodwill_months": 0.25,
        },
        escalate={"below": 0.3, "pool": "gold"},
    ).rules[0]
    assert (rules["newcomer_share"], rules["newcomer_months"]) == (0.5, 5.0)
    assert (rules["loyalty_share"], rules["loyalty_after_months"]) == (0.1, 12.0)
    assert rules["goodwill_months"] == 0.25
    assert (rules["escalate_below"], rules["escalate_pool"]) == (0.3, 1)
