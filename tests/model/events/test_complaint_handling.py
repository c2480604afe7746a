"""A complaint handled: remedy or refusal, what it heals, costs and teaches."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.model.events.arrival import contact_arrives
from sim.model.events.contact import begin_service, finish_service
from sim.model.records import ANGRY, CUSTOMER, MONTH, POLITE, PUBLIC, SCHEDULE_CONTACT
from sim.model.state import World
from tests.small_worlds import (
    chain,
    counted,
    group,
    in_hand,
    in_queue,
    merged,
    requests,
    scenario,
    settled,
    world,
)

MUTE = {"base": -1000.0, "slope": 0.0}
# Nobody complains again or tells, and encounters do not move minds: only the handling does.
QUIET = {
    "voice": {"polite": MUTE, "angry": MUTE, "public": MUTE, "exit": MUTE},
    "satisfaction": {"gain": 0.0, "loss": 0.0, "entitlement": 0.0},
    "expectation": "none",
    "talk": "none",
}
NOW = 5 * MONTH / 8
REACH = 0.7134952031398099  # 1 - exp(-0.5 / 0.4)


def desk(everyone: dict[str, Any] | None = None, **more: Any) -> World:
    """Return a world with one unhappy customer, number 0, whose spend is 100 a month."""
    usual = {"remedy": 0.5, "lenient": 0.0}
    given = merged(
        {"behaviour": QUIET, "policies": {"mine": {"everyone": {**usual, **(everyone or {})}}}},
        more,
    )
    given["policies"]["mine"]["describe"] = "A test."
    W = world(scenario(**given), "mine")
    settled(
        W,
        0,
        CUSTOMER,
        spend=100.0,
        satisfaction=0.5,
        expectation=0.7,
        decile=3,
        remedied_at=-1e9,
    )
    return W


def handled(W: World, voice: int = ANGRY, now: float = NOW, **contact: Any) -> Any:
    """Let agent 1 handle a complaint of person 0; return the person."""
    cause = {
        "justified": 1,
        "complaint_level": 1,
        "satisfaction_loss": 0.2,
        "voice": voice,
    } | contact
    c = in_hand(W, 0, "complaint", agent=1, **cause)
    finish_service(W, c, now)
    return W.people[0]


def test_a_justified_complaint_is_remedied():
    W = desk()
    person = handled(W)
    assert person["satisfaction"] == pytest.approx(0.5 + 0.6 * REACH * 0.2)
    assert person["remedied_at"] == NOW
    # 0.3 (2 x 0.5 - 0.3 - 0)
    assert person["voice_value"].tolist() == pytest.approx([0, 0.21, 0])
    tally = W.months[0]
    assert (tally["handled"], tally["granted"], tally["overrulings"]) == (1, 1, 0)
    assert W.run[0]["lessons"] == 1


def test_its_cost_is_booked_everywhere_once():
    W = desk(everyone={"remedy_amount": 7.0})
    person = handled(W)
    assert W.months[0]["remedies"] == 57.0  # half of 100, and 7
    assert group(W, "tier", 0)["remedies"] == 57.0
    assert group(W, "decile", 3)["remedies"] == 57.0
    assert group(W, "cohort", 0)["remedies"] == 57.0
    assert W.groups["remedies"].sum() == 3 * 57.0
    assert person["remedies"] == 57.0
    assert (person["recent_cost"], person["lifetime_cost"]) == (57.0, 57.0)
    # Money counts as months of this person's spend: 0.3 (2 x 0.57 - 0.3).
    assert person["voice_value"][ANGRY - POLITE] == pytest.approx(0.252)


def test_who_spends_nothing_still_feels_the_months():
    W = desk()
    W.people[0]["spend"] = 0.0
    assert handled(W)["satisfaction"] == pytest.approx(0.5 + 0.6 * REACH * 0.2)
    assert W.months[0]["remedies"] == 0.0


def test_the_contact_is_over():
    W = desk()
    free = chain(W, "contacts")
    handled(W)
    assert sorted(chain(W, "contacts")) == sorted(free)
    assert W.run[0]["contacts_left"] == len(free)
    assert W.people[0]["first_contact"] == -1
    assert W.agents[1]["busy"] == 0
    assert W.agents[1]["busy_minutes"] == NOW


def test_an_unjustified_complaint_is_refused():
    W = desk()
    person = handled(W, justified=0, opportunistic=1)
    assert person["satisfaction"] == 0.5
    assert person["remedied_at"] == -1e9
    assert person["voice_value"][ANGRY - POLITE] == pytest.approx(-0.09)  # 0.3 (0 - 0.3 - 0)
    assert (W.months[0]["handled"], W.months[0]["granted"], W.months[0]["remedies"]) == (1, 0, 0)
    assert W.run[0]["lessons"] == 0


def test_a_lenient_desk_grants_it_all_the_same():
    W = desk(everyone={"lenient": 1.0})
    person = handled(W, justified=0, opportunistic=1)
    assert W.months[0]["granted"] == 1
    assert person["satisfaction"] > 0.5
    assert W.run[0]["lessons"] == 0


@pytest.mark.parametrize(("explain", "outcome"), [(True, 0.3), (False, 0.0)])
def test_an_explained_refusal_is_half_a_comfort(explain, outcome):
    behaviour = {"satisfaction": {"gain": 1.0, "loss": 1.0}, "expectation": {"adapt": 1.0}}
    behaviour["expectation"] |= {"market_weight": 0.0}
    W = desk(everyone={"explain": explain, "courtesy": 0.8}, behaviour=behaviour, staff="none")
    W.people[0]["understanding"] = 0.3
    # Expectation becomes what was met: 0.25 x 1 + 0.5 x outcome + 0.25 x 0.8.
    assert handled(W, justified=0)["expectation"] == pytest.approx(0.45 + 0.5 * outcome)


def test_the_frontlines_no_stands_unless_the_policy_overrules():
    stands = desk(everyone={"lenient": 1.0})
    handled(stands, justified=0, refused_by=0)
    assert (stands.months[0]["granted"], stands.months[0]["overrulings"]) == (0, 0)
    overrules = desk(policies={"mine": {"overrule": True, "everyone": {"lenient": 1.0}}})
    before = overrules.agents["morale"].copy()
    handled(overrules, justified=0, refused_by=0, voice=POLITE)
    assert (overrules.months[0]["granted"], overrules.months[0]["overrulings"]) == (1, 1)
    assert overrules.agents["morale"] - before == pytest.approx([-0.003, 0, 0, 0])


def test_anger_sours_whoever_handles_it():
    for voice, loss in ((ANGRY, 0.002), (POLITE, 0.0), (PUBLIC, 0.0)):
        W = desk()
        before = W.agents["morale"].copy()
        handled(W, voice=voice)
        assert before - W.agents["morale"] == pytest.approx([0, loss, 0, 0])


def test_thanks_cheer_whoever_delights():
    W = desk()
    before = W.agents["morale"].copy()
    W.people[0]["expectation"] = (
        0.5  # 0.25 + 0.5 x 0.88 + 0.25 x 0.74375 exceeds it by more than the threshold
    )
    handled(W, voice=POLITE)
    assert W.agents["morale"] - before == pytest.approx([0, 0.002, 0, 0])


def test_morale_keeps_within_bounds():
    W = desk(staff={"morale": {"angry": 0.9}})
    handled(W)
    assert W.agents[1]["morale"] == 0.0


def test_a_second_failure_is_paid_for_but_mended_by_half():
    W = desk()
    W.people[0]["remedied_at"], W.people[0]["remedies_lately"] = NOW - 2.9 * MONTH, 1
    person = handled(W)
    assert person["satisfaction"] == pytest.approx(0.5 + 0.6 * 0.5 * REACH * 0.2)
    assert W.months[0]["remedies"] == 50.0
    assert person["remedies_lately"] == 2
    later = desk()
    later.people[0]["remedied_at"], later.people[0]["remedies_lately"] = NOW - 3.0 * MONTH, 5
    assert handled(later)["satisfaction"] == pytest.approx(0.5 + 0.6 * REACH * 0.2)


TEACHABLE = {
    "satisfaction": {"gain": 1.0, "loss": 1.0},
    "expectation": {"adapt": 1.0, "market_weight": 0.0},
}


def met(W: World, **complaint: Any) -> float:
    """Return what a complaint handled was felt to be, which is then expected."""
    W.people[0]["satisfaction"] = 0.0  # so that nothing else moves
    return float(handled(W, **complaint)["expectation"])


def test_a_complaint_granted_is_worth_relief_and_the_more_money_the_more():
    # 0.25 + 0.25 x 0.8 = 0.45, and half of the outcome: 0.58 alone, 0.58 + 0.42 x REACH with money.
    for remedy, outcome in ((0.0, 0.58), (0.5, 0.58 + 0.42 * REACH)):
        W = desk(everyone={"remedy": remedy, "courtesy": 0.8}, behaviour=TEACHABLE, staff="none")
        assert met(W) == pytest.approx(0.45 + 0.5 * outcome)


def test_a_refusal_is_judged_after_goodwill_in_months_or_in_money():
    for goodwill in ({"goodwill_months": 0.5}, {"goodwill_amount": 50.0}):
        W = desk(
            everyone={"courtesy": 0.8},
            behaviour=TEACHABLE,
            staff="none",
            policies={"mine": {"offers": goodwill}},
        )
        W.people[0]["understanding"] = 0.4
        # 0.4 + 0.6 x REACH of the outcome; courtesy counts for itself.
        assert met(W, voice=POLITE, justified=0) == pytest.approx(0.45 + 0.5 * (0.4 + 0.6 * REACH))
        assert W.months[0]["offers"] == 50.0


def test_the_same_money_is_worth_less_to_who_spends_more():
    W = desk(everyone={"remedy": 0.0, "remedy_amount": 20.0})
    W.people[0]["spend"] = 50.0
    little = handled(W)["satisfaction"]
    W = desk(everyone={"remedy": 0.0, "remedy_amount": 20.0})
    much = handled(W)["satisfaction"]
    assert W.months[0]["remedies"] == 20.0
    # 1 - exp(-0.2 / 0.4) of the loss for a spend of 100, 1 - exp(-0.4 / 0.4) for one of 50.
    assert much == pytest.approx(0.5 + 0.6 * (1 - math.exp(-0.5)) * 0.2)
    assert little == pytest.approx(0.5 + 0.6 * (1 - math.exp(-1.0)) * 0.2)


@pytest.mark.parametrize(("voice", "turned"), [(ANGRY, 1), (PUBLIC, 1), (POLITE, 0)])
def test_facts_turn_the_angry_round(voice, turned):
    W = desk(
        everyone={"courtesy": 0.8},
        behaviour=TEACHABLE | {"voice": {"turns_round": 1.0}},
        staff="none",
    )
    W.people[0]["understanding"] = 1.0
    W.parameters[0]["perception_explained_no"] = 0.0
    met(W, voice=voice, justified=0)
    assert W.months[0]["turned_round"] == turned
    silent = desk(everyone={"explain": False}, behaviour={"voice": {"turns_round": 1.0}})
    silent.people[0]["understanding"] = 1.0
    handled(silent, voice=voice, justified=0)
    assert silent.months[0]["turned_round"] == 0


# Abuse.


def test_only_abuse_is_a_strike():
    for justified in (0, 1):
        for voice in (POLITE, ANGRY, PUBLIC):
            W = desk()
            assert handled(W, voice=voice, justified=justified)["strikes"] == 0
    W = desk()
    before = W.agents["morale"].copy()
    assert handled(W, abusive=1)["strikes"] == W.months[0]["abusive"] == 1
    assert before - W.agents["morale"] == pytest.approx([0, 0.002 + 0.006, 0, 0])


def test_the_abusive_come_back_when_calm():
    W = desk(policies={"mine": {"abuse": {"postpone_minutes": 60.0, "warning_minutes": 2.0}}})
    c = in_queue(W, 0, "complaint", voice=ANGRY, justified=1, complaint_level=1, abusive=1)
    assert begin_service(W, c, 1, NOW) == 2.0
    ((at, kind, who),) = requests(W, finish_service(W, c, NOW + 2.0))
    assert (at, kind, who) == (NOW + 62.0, SCHEDULE_CONTACT, c)
    assert W.people[0]["strikes"] == W.months[0]["postponed"] == 1
    assert W.months[0]["handled"] == 0
    contact_arrives(W, c, at)
    assert begin_service(W, c, 1, at) > 2.0
    finish_service(W, c, at + 9.0)
    assert (W.months[0]["handled"], W.months[0]["granted"], W.people[0]["strikes"]) == (1, 1, 1)


def test_nothing_is_granted_twice():
    W = desk(everyone={"lenient": 1.0})
    handled(W, complaint_level=2, already_remedied=1)
    assert (W.months[0]["handled"], W.months[0]["granted"]) == (1, 0)


def test_a_complaint_about_a_complaint_is_no_second_lesson():
    W = desk()
    handled(W, complaint_level=2)
    assert W.run[0]["lessons"] == 0
    assert W.months[0]["granted"] == 1


def test_voices_are_remedied_and_learned_apart():
    W = desk(policies={"mine": {"voices": {"public": {"remedy": 2.0}}}})
    person = handled(W, voice=PUBLIC)
    assert W.months[0]["remedies"] == 200.0
    assert person["voice_value"].tolist() == pytest.approx([0, 0, 0.3 * (2 * 2.0 - 0.3)])


def leniencies(order: list[int]) -> dict[int, bool]:
    """Which of one person's unjustified complaints are granted, by need, handled in this order."""
    W = desk(everyone={"lenient": 0.3})
    granted = {}
    for k in order:
        before = W.months[0]["granted"]
        handled(W, justified=0, opportunistic=1, need_number=k)
        granted[k] = bool(W.months[0]["granted"] > before)
    return granted


@pytest.mark.statistical
def test_leniency_is_each_needs_own_luck_in_whatever_order():
    forward = leniencies(list(range(600)))
    assert leniencies(list(range(599, -1, -1))) == forward
    share = sum(forward.values()) / 600
    assert share == pytest.approx(0.3, abs=4 * math.sqrt(0.3 * 0.7 / 600))


def test_nothing_else_is_counted():
    W = desk()
    handled(W)
    assert set(counted(W)) == {"handled", "granted", "paid", "remedies", "encounters"}
