"""Placebos: partners are a permutation, drawn once, and decide in one's place."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.model.events.month_end import month_end, start_run
from sim.model.policy.placebo import pair_customers, pair_joiners, treated_voice
from sim.model.policy.tiering import review_tiers
from sim.model.records import ANGRY, CUSTOMER, MONTH, POLITE, PROSPECT, PUBLIC
from sim.model.state import World
from tests.small_worlds import scenario, settled, world

TOP = {"score": {"spend": 1}, "tiers": [{"name": "top", "top_share": 0.2}, {"name": "rest"}]}
STILL = {"churn": "none", "adoption": {"spontaneous": 0.0, "imitation": 0.0}}


def under(placebo: str = "people", count: int = 200, **more: object) -> World:
    """Return a world under a placebo in which everybody is a customer."""
    policy = {"describe": "A test.", "placebo": placebo, **(more or TOP)}
    given = scenario(
        people={"count": count, "customers": count}, behaviour=STILL, policies={"mine": policy}
    )
    return world(given, "mine")


def customers(W: World) -> list[int]:
    return np.flatnonzero(W.people["status"] == CUSTOMER).tolist()


def test_partners_are_a_permutation_of_the_customers():
    W = under()
    W.people["status"][::3] = PROSPECT
    pair_customers(W)
    members = customers(W)
    assert sorted(W.partners[members].tolist()) == members
    assert (W.partners[::3] == np.arange(0, 200, 3)).all()
    # About one of a permutation is where it was (the matching problem, de Montmort 1713).
    assert (W.partners[members] == members).sum() < 8


def test_partners_are_others_under_another_key_and_the_same_under_the_same():
    W, again, other = under(), under(), under()
    other.run[0]["key"] += 1
    for each in (W, again, other):
        pair_customers(each)
    assert (W.partners == again.partners).all()
    assert (W.partners != other.partners).mean() > 0.9


def test_partners_of_like_load_are_of_the_same_tenth_of_contact_rate():
    W = under("load")
    pair_customers(W)
    tenth = np.argsort(np.argsort(W.people["need_rate"], kind="stable")) // 20
    assert (tenth == tenth[W.partners]).all()
    assert (W.partners != np.arange(200)).mean() > 0.8
    few = under("load", count=9)  # too few to tell apart by load
    pair_customers(few)
    assert sorted(few.partners.tolist()) == list(range(9))


def test_joiners_are_paired_among_those_who_joined_in_the_same_month():
    W = under()
    pair_customers(W)
    before = W.partners.copy()
    joined = [3, 50, 51, 120, 199]
    W.people["joined_at"][joined] = 1.5 * MONTH
    pair_joiners(W, 2 * MONTH)
    assert sorted(W.partners[joined].tolist()) == joined
    rest = np.setdiff1d(np.arange(200), joined)
    assert (W.partners[rest] == before[rest]).all()


def test_tiers_are_those_of_the_partners():
    W, own = under(), under("none")
    for each in (W, own):
        each.people["spend"] = (np.arange(200) * 7919) % 200
        pair_customers(each)
        review_tiers(each, 0.0)
    assert (W.people["tier"] == 0).sum() == (own.people["tier"] == 0).sum() == 40
    assert (W.people["tier"] == own.people["tier"][W.partners]).all()


def test_the_partners_strikes_dismiss():
    W = under(dismiss={"strikes": 2})
    start_run(W)
    W.people["strikes"][:20] = 2
    wanted = np.flatnonzero(np.isin(W.partners, np.arange(20)))
    month_end(W, MONTH)
    gone = np.setdiff1d(np.arange(200), customers(W))
    assert gone.tolist() == wanted.tolist()
    assert len(gone) == 20


def test_the_partners_loyalty_is_rewarded():
    W = under(offers={"loyalty": {"share": 0.5, "after_months": 12}})
    W.parameters[0]["noise_cv"] = 0.0
    W.people["joined_at"] = 0.0
    W.people["joined_at"][:30] = -20 * MONTH
    start_run(W)
    month_end(W, MONTH)
    loyal = np.isin(W.partners, np.arange(30))
    assert W.months[0]["offers"] == pytest.approx(0.5 * W.people["spend"][loyal].sum())


def test_a_complaint_is_treated_like_the_one_before():
    W = under(voices={"public": {"remedy": 3}})
    told = [POLITE, ANGRY, ANGRY, PUBLIC, POLITE]
    treated = [treated_voice(W, 0, voice) for voice in told]
    assert treated == [POLITE, *told[:-1]]
    assert Counter(treated[1:]) == Counter(told[:-1])
    own = under("none", voices={"public": {"remedy": 3}})
    assert [treated_voice(own, 0, voice) for voice in told] == told


def test_who_joins_later_keeps_a_partner_until_they_join_again():
    W = under(count=20)
    start_run(W)
    settled(W, 4, CUSTOMER, joined_at=0.5 * MONTH)
    settled(W, 9, CUSTOMER, joined_at=0.5 * MONTH)
    month_end(W, MONTH)
    assert sorted(W.partners[[4, 9]].tolist()) == [4, 9]
    kept = W.partners.copy()
    month_end(W, 2 * MONTH)
    assert (W.partners == kept).all()
