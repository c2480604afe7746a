"""Encounters: what the end of a contact does to a mind, and what the person then does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.model.events.arrival import contact_arrives, need_arises
from sim.model.events.contact import begin_service, finish_service, leave_unserved, withdraw_contact
from sim.model.events.waiting import begin_waiting
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    COMPLAINT,
    CUSTOMER,
    IN_SERVICE,
    LAPSED,
    MONTH,
    NEED,
    NOBODY,
    PROSPECT,
    SCHEDULE_CONTACT,
    SCHEDULE_NEED,
    SCHEDULE_TELLING,
    TURNED_AWAY,
    WAITING,
    WITHDRAW_CONTACT,
)
from sim.model.state import World
from sim.model.tallies import wait_bin
from tests.small_worlds import (
    CERTAIN,
    chain,
    counted,
    group,
    in_hand,
    in_queue,
    requests,
    scenario,
    settled,
    taken,
    world,
)

MUTE = {"base": -1000.0, "slope": 0.0}
SILENT = {"polite": MUTE, "angry": MUTE, "public": MUTE, "exit": MUTE}
LOUD = {"base": 1000.0, "slope": 0.0}
POLITE, ANGRY, PUBLIC = 1, 2, 3
# What is counted of a need that ends with its first contact.
ANSWERED = {"encounters": 1, "need_encounters": 1}
UNHELPED = {**ANSWERED, "disappointed": 1}
HELPED = {**ANSWERED, "first_resolved": 1}


def desk(policy: dict[str, Any] | None = None, **behaviour: Any) -> World:
    """Return a world of silent people and old hands; one need, always nine minutes and resolved."""
    usual = {"voice": SILENT, "talk": "none", "contact": "none"}
    given = scenario(
        needs=[CERTAIN],
        staff="none",
        behaviour=usual | behaviour,
        policies={"mine": {"describe": "A test.", **(policy or {})}},
    )
    W = world(given, "mine")
    settled(
        W,
        0,
        CUSTOMER,
        satisfaction=0.6,
        expectation=0.7,
        trust=0.8,
        rank=0.5,
        patience=math.inf,
        difficulty=1.0,
    )
    return W


def voices(**loud: Any) -> dict[str, Any]:
    return {"voice": SILENT | loud | {"delay_minutes": 0.0}}


# Minds.


def test_good_service_pleases():
    W = desk()
    c = in_hand(W, 0, "need")
    assert finish_service(W, c, 100.0) == 0
    # p = 0.25 + 0.5 + 0.25 x 0.85 = 0.9625; d = p - 0.7 = 0.2625
    person = W.people[0]
    assert person["satisfaction"] == pytest.approx(0.6 + 0.2 * 0.2625 * 0.4)
    assert person["expectation"] == pytest.approx(0.7 + 0.15 * (0.4 * 0.9625 + 0.6 * 0.7 - 0.7))
    assert person["trust"] == 0.8
    assert counted(W) == HELPED
    assert W.run[0]["contacts_left"] == len(W.contacts)


def test_a_wait_spoils_it():
    W = desk()
    finish_service(W, in_hand(W, 0, "need", wait=15.0), 100.0)
    # p = 0.25 / e + 0.5 + 0.2125 = 0.8044698602928606
    assert W.people[0]["satisfaction"] == pytest.approx(
        0.6 + 0.2 * (0.8044698602928606 - 0.7) * 0.4
    )


def test_whoever_gives_up_is_let_down():
    W = desk()
    leave_unserved(W, in_queue(W, 0, "need", arrived_at=0.0), ABANDONED, 15.0)
    # p = 0.25 / e + 0.25 x 0.5 = 0.21696986029286058: nobody was kind or rude; d = p - 0.7
    assert W.people[0]["satisfaction"] == pytest.approx(
        0.6 + 0.4 * (0.21696986029286058 - 0.7) * 0.6
    )


# One need, one judgement.

AGAIN = {"retry": 1.0, "retry_limit": 1, "callback": 1.0, "again_felt_minutes": 5.0}


def attempt(W: World, c: int, how: str, arrived_at: float, now: float) -> list[Any]:
    """Let the attempt of a contact that reached the desk end; return what is scheduled."""
    contact_arrives(W, c, arrived_at)
    if how == "hangs up":
        return requests(W, leave_unserved(W, c, ABANDONED, now))
    begin_service(W, c, 0, now)
    return requests(W, finish_service(W, c, now))


def after(*attempts: tuple[str, float], can_be_met: int = 1, **contact: float) -> float:
    """Return satisfaction after a need with these attempts: how each ends, and minutes waited."""
    retries = sum(how == "hangs up" for how, _ in attempts[:-1])
    W = desk(contact=AGAIN | {"retry_limit": retries} | contact)
    c, before = taken(W, 0, "need", can_be_met=can_be_met), W.people[0].copy()
    for k, (how, minutes) in enumerate(attempts):
        assert W.people[0]["satisfaction"] == before["satisfaction"]
        assert W.people[0]["expectation"] == before["expectation"]
        W.kinds["resolved"][0] = float(how == "resolved")
        scheduled = attempt(W, c, how, 1000.0 * k, 1000.0 * k + minutes)
        assert bool(scheduled) == (k + 1 < len(attempts))
    assert W.run[0]["contacts_left"] == len(W.contacts)
    return float(W.people[0]["satisfaction"])


def test_at_an_equal_wait_to_be_helped_is_best_and_to_give_up_is_worst():
    first = after(("resolved", 20.0))
    second = after(("hangs up", 8.0), ("resolved", 12.0))
    refused = after(("refused", 20.0), can_be_met=0)
    given_up = after(("hangs up", 8.0), ("hangs up", 12.0))
    assert first > second > refused > given_up
    # Without the effort of coming back, a second attempt is as good as a first one.
    assert after(("hangs up", 8.0), ("resolved", 12.0), again_felt_minutes=0.0) == first


def test_satisfaction_never_rises_with_a_wait_and_hanging_up_is_no_jump():
    def with_second(minutes: float) -> float:
        return after(("hangs up", minutes), ("resolved", 4.0), again_felt_minutes=0.0)

    for found in (
        [with_second(minutes) for minutes in (0.0, 1.0, 5.0, 30.0, 300.0)],
        [after(("hangs up", minutes)) for minutes in (0.0, 1.0, 5.0, 30.0, 300.0)],
    ):
        assert found == sorted(found, reverse=True)
    assert with_second(0.0) == after(("resolved", 4.0))
    assert after(("hangs up", 1e-9)) == pytest.approx(after(("hangs up", 0.0)), abs=1e-9)


def test_hanging_up_is_not_below_a_rude_no():
    W = desk(policy={"everyone": {"courtesy": 0.0, "explain": False}})
    finish_service(W, in_hand(W, 0, "need", wait=10.0, can_be_met=0), 100.0)
    assert after(("hangs up", 10.0)) > W.people[0]["satisfaction"]


def test_who_is_not_helped_judges_when_they_give_up():
    # Both answers count as one need: 0.25 exp(-(6 + 5 + 9) / 15) + 0.5 x 0.25 + 0.25 x 0.85.
    p = 0.25 * math.exp(-20.0 / 15.0) + 0.125 + 0.2125
    found = after(("unresolved", 6.0), ("hangs up", 9.0))
    assert found == pytest.approx(0.6 + 0.4 * (p - 0.7) * 0.6)


def test_who_was_not_let_in_at_first_has_not_waited():
    W = desk(contact=AGAIN)
    c = in_queue(W, 0, "need", arrived_at=0.0)
    assert requests(W, leave_unserved(W, c, BLOCKED, 0.0))
    assert W.contacts[c]["felt_before"] == 5.0
    assert W.people[0]["satisfaction"] == 0.6


def test_nothing_is_complained_of_or_told_before_a_need_ends():
    W = desk(contact=AGAIN, talk={"chance_bad": 1.0}, **voices(angry=LOUD))
    c = in_queue(W, 0, "need", arrived_at=0.0)
    assert len(requests(W, leave_unserved(W, c, ABANDONED, 60.0))) == 1
    assert (W.months[0]["angry"], W.months[0]["stories_bad"]) == (0, 0)
    leave_unserved(W, c, ABANDONED, 120.0)
    assert (W.months[0]["angry"], W.months[0]["stories_bad"]) == (1, 1)


@pytest.mark.parametrize("how", [BLOCKED, TURNED_AWAY])
def test_whoever_is_not_let_in_gets_nothing(how):
    W = desk()
    leave_unserved(W, in_queue(W, 0, "need", arrived_at=0.0), how, 0.0)
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 + 0.4 * -0.7 * 0.6)


def test_big_fish_expect_more():
    W = desk()
    W.people[0]["rank"] = 1.0
    finish_service(W, in_hand(W, 0, "need"), 100.0)
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 + 0.2 * (0.2625 - 0.05) * 0.4)


def test_low_morale_is_less_courteous():
    W = desk()
    W.agents[0]["morale"] = 0.6
    finish_service(W, in_hand(W, 0, "need"), 100.0)
    # Courtesy 0.85 (1 - 0.5 x 0.4) = 0.68; p = 0.25 + 0.5 + 0.17
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 + 0.2 * 0.22 * 0.4)


def test_a_need_that_cannot_be_met_is_refused():
    W = desk(voice=SILENT | {"polite": LOUD, "delay_minutes": 0.0})
    W.people[0]["understanding"] = 0.35
    c = in_hand(W, 0, "need", agent=2, can_be_met=0)
    ((at, kind, n),) = requests(W, finish_service(W, c, 100.0))
    # p = 0.25 + 0.5 x 0.35 + 0.2125 = 0.6375
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 + 0.4 * (0.6375 - 0.7) * 0.6)
    assert (at, kind) == (100.0, SCHEDULE_CONTACT)
    complaint = W.contacts[n]
    assert (complaint["refused_by"], complaint["justified"], complaint["opportunistic"]) == (
        2,
        0,
        0,
    )


def test_prospects_have_opinions_instead():
    W = desk()
    settled(W, 1, PROSPECT, opinion=0.2, expectation=0.7, satisfaction=0.6)
    leave_unserved(W, in_queue(W, 1, "enquiry", arrived_at=0.0), BLOCKED, 0.0)
    # As satisfaction on 0 to 1: 0.6 + 0.4 x -0.7 x 0.6 = 0.432
    assert W.people[1]["opinion"] == pytest.approx(2 * 0.432 - 1)
    assert W.people[1]["satisfaction"] == 0.6


# What is done about it.


@pytest.mark.parametrize(
    ("name", "voice", "field"),
    [("polite", POLITE, "polite"), ("angry", ANGRY, "angry"), ("public", PUBLIC, "public")],
)
def test_the_loudest_option_is_taken(name, voice, field):
    W = desk(**voices(**{name: LOUD}))
    c = in_queue(W, 0, "need", arrived_at=0.0, month=0, need_number=3)
    posted = requests(W, leave_unserved(W, c, BLOCKED, 0.0))
    (n,) = [who for _, kind, who in posted if kind == SCHEDULE_CONTACT]
    complaint = W.contacts[n]
    assert (complaint["phase"], complaint["voice"], complaint["complaint_level"]) == (
        COMPLAINT,
        voice,
        1,
    )
    assert (complaint["month"], complaint["need_number"]) == (0, 3)
    assert complaint["satisfaction_loss"] == pytest.approx(0.4 * 0.7 * 0.6)
    assert (complaint["justified"], complaint["opportunistic"]) == (1, 0)
    person = W.people[0]
    assert (person["complaints"], person["complained_at"]) == (1, 0.0)
    assert person["first_contact"] == n
    assert counted(W)[field] == 1
    assert counted(W)["justified"] == 1
    assert group(W, "tier", 0)["complaints"] == 1
    assert len(chain(W, "contacts")) == len(W.contacts) - 1


@pytest.mark.statistical
def test_choices_fall_as_a_multinomial_logit_has_it():
    W = desk(
        **voices(
            polite={"base": 0.5, "slope": 0.0},
            angry={"base": 0.0, "slope": 0.0},
            exit={"base": -1000.0, "slope": 0.0},
        )
    )
    W.people[0]["loudness"] = W.people[0]["temper"] = 0.0
    n = 2000
    for k in range(n):
        for _, _, c in requests(
            W, leave_unserved(W, in_queue(W, 0, "need", need_number=k), BLOCKED, 0.0)
        ):
            withdraw_contact(W, c, 0.0)
    total = math.exp(0.5) + 1.0 + 1.0  # silence has utility 0
    for name, share in (("polite", math.exp(0.5) / total), ("angry", 1.0 / total)):
        error = math.sqrt(share * (1 - share) / n)
        assert W.months[0][name] / n == pytest.approx(share, abs=4 * error)
    assert W.months[0]["public"] == 0


@pytest.mark.parametrize(
    ("trait", "weight", "name"),
    [("loudness", "voice_loudness", "polite"), ("temper", "voice_temper", "angry")],
)
def test_the_loud_and_the_hot_complain_in_their_own_way(trait, weight, name):
    even = {"base": 0.0, "slope": 0.0}
    heard = []
    for value in (-20.0, 20.0):
        W = desk(**voices(**{name: even}))
        W.people[0]["loudness"] = W.people[0]["temper"] = 0.0
        W.people[0][trait] = value
        W.parameters[0][weight] = 5.0
        leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 0.0)
        heard.append(W.months[0][name])
    assert heard == [0, 1]


@pytest.mark.statistical
def test_chances_are_met_in_the_long_run():
    n = 2000
    contact = {"retry": 0.3, "retry_limit": 1, "callback": 0.7, "retry_delay_minutes": 1e9}
    W = desk(contact=contact | {"callback_delay_minutes": 1e9})
    for k in range(n):
        leave_unserved(W, in_queue(W, 0, "need", need_number=k), BLOCKED, 0.0)
        W.kinds["resolved"][0] = 0.0
        finish_service(W, in_hand(W, 0, "need", need_number=n + k), 0.0)
    for name, share in (("retried", 0.3), ("called_back", 0.7)):
        error = math.sqrt(share * (1 - share) / n)
        assert W.months[0][name] / n == pytest.approx(share, abs=4 * error)


@pytest.mark.statistical
@pytest.mark.parametrize("chance", [0.25, 0.9])
def test_needs_are_resolved_by_their_chance(chance):
    n = 2000
    W = desk(contact={"callback": 1.0, "callback_delay_minutes": 1e9})
    W.kinds["resolved"][0] = chance
    for k in range(n):
        finish_service(W, in_hand(W, 0, "need", need_number=k), 0.0)
    error = math.sqrt(chance * (1 - chance) / n)
    assert 1.0 - W.months[0]["called_back"] / n == pytest.approx(chance, abs=4 * error)


def test_a_learned_value_speaks_for_its_voice():
    W = desk(**voices())
    W.people[0]["voice_value"][ANGRY - POLITE] = 5000.0
    leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 0.0)
    assert counted(W)["angry"] == 1


def test_a_complaint_waits_for_open_hours():
    given = scenario(
        needs=[CERTAIN],
        desk={"opening": {"mon-fri": "08:00-18:00"}},
        behaviour={"contact": "none", "talk": "none", **voices(polite=LOUD)},
    )
    W = world(given)
    settled(W, 0, CUSTOMER)
    c = in_queue(W, 0, "need", arrived_at=1070.0)
    ((at, _, _),) = requests(W, leave_unserved(W, c, CLOSED_ON, 1080.0))
    assert at == 1440.0 + 480.0


def test_people_complain_about_a_complaint_but_not_about_that():
    for level, complaints in ((1, 1), (2, 0)):
        W = desk(**voices(angry=LOUD))
        leave_unserved(
            W, in_queue(W, 0, "complaint", complaint_level=level, voice=ANGRY), BLOCKED, 0.0
        )
        assert W.months[0]["angry"] == complaints
        assert W.run[0]["contacts_left"] == len(W.contacts) - complaints


def test_a_second_complaint_remembers_the_first():
    W = desk(**voices(angry=LOUD))
    c = in_queue(
        W,
        0,
        "complaint",
        complaint_level=1,
        voice=ANGRY,
        justified=1,
        satisfaction_loss=0.1,
        refused_by=3,
    )
    ((_, _, n),) = requests(W, leave_unserved(W, c, BLOCKED, 0.0))
    complaint = W.contacts[n]
    assert (complaint["complaint_level"], complaint["justified"], complaint["refused_by"]) == (
        2,
        1,
        3,
    )
    assert complaint["satisfaction_loss"] == pytest.approx(0.1 + 0.4 * 0.7 * 0.6)


def test_an_opportunist_complains_of_good_service():
    W = desk(**voices(polite={"base": 0.0, "slope": 0.0}))
    W.people[0]["honesty"] = -1000.0
    W.people[0]["voice_value"][0] = 100.0
    ((_, kind, n),) = requests(W, finish_service(W, in_hand(W, 0, "need"), 100.0))
    assert kind == SCHEDULE_CONTACT
    assert (W.contacts[n]["justified"], W.contacts[n]["opportunistic"]) == (0, 1)
    assert counted(W) == HELPED | {"polite": 1, "opportunist": 1}


def test_the_honest_do_not():
    W = desk(**voices(polite={"base": 0.0, "slope": 0.0}))
    W.people[0]["honesty"] = 1000.0
    assert finish_service(W, in_hand(W, 0, "need"), 100.0) == 0
    assert counted(W) == HELPED


def test_without_voices_nobody_complains_or_leaves_at_once():
    W = desk(voice="none")
    W.people[0]["loudness"] = W.people[0]["temper"] = 1e6
    assert leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 0.0) == 0
    assert W.people[0]["status"] == CUSTOMER


def test_leaving_at_once_bills_what_was_used_and_takes_the_rest_along():
    W = desk(**voices(exit=LOUD))
    # Billed for a quarter of the month: 100 x 0.5, without noise.
    person = settled(W, 0, CUSTOMER, potential=100.0, wallet_share=0.5, joined_at=0.0, decile=4)
    W.parameters[0]["noise_cv"] = 0.0
    other = in_queue(W, 0, "need")
    c = in_queue(W, 0, "need")
    told = requests(W, leave_unserved(W, c, BLOCKED, MONTH / 4))
    assert [(kind, who) for _, kind, who in told] == [(WITHDRAW_CONTACT, other)]
    assert person["status"] == LAPSED
    assert person["opinion"] == pytest.approx(2 * (0.6 - 0.4 * 0.7 * 0.6) - 1)
    assert person["wallet_share"] == 0.0
    found = counted(W)
    assert found == pytest.approx(
        UNHELPED | {"blocked": 1, "left_at_once": 1, "revenue": 12.5, "serving": 1.5}
    )
    assert group(W, "tier", 0)["left"] == group(W, "decile", 4)["left"] == 1
    assert withdraw_contact(W, other, MONTH / 4) == 0
    assert W.months[0]["withdrawn"] == 1
    assert person["first_contact"] == NOBODY
    assert W.run[0]["contacts_left"] == len(W.contacts)


def test_who_hangs_up_may_try_again():
    for retry, limit, retries, again in ((1.0, 2, 1, 1), (1.0, 2, 2, 0), (0.0, 2, 0, 0)):
        contact = {"retry": retry, "retry_limit": limit, "retry_delay_minutes": 0.0}
        W = desk(contact=contact)
        c = in_queue(W, 0, "need", arrived_at=0.0, retries=retries)
        told = requests(W, leave_unserved(W, c, ABANDONED, 5.0))
        assert told == [(5.0, SCHEDULE_CONTACT, c)] * again
        assert W.months[0]["retried"] == again
        assert W.run[0]["contacts_left"] == len(W.contacts) - again
        if again:
            assert W.contacts[c]["attempt"] == 1
            assert W.contacts[c]["retries"] == retries + 1
            assert W.contacts[c]["phase"] == NEED


def test_who_was_not_helped_may_call_back():
    for resolved, callback, again in ((0.0, 1.0, 1), (0.0, 0.0, 0), (1.0, 1.0, 0)):
        W = desk(contact={"callback": callback, "callback_delay_minutes": 0.0})
        W.kinds["resolved"][0] = resolved
        c = in_hand(W, 0, "need")
        assert requests(W, finish_service(W, c, 5.0)) == [(5.0, SCHEDULE_CONTACT, c)] * again
        assert W.months[0]["called_back"] == again


def test_nobody_calls_back_about_a_no():
    W = desk(contact={"callback": 1.0, "callback_delay_minutes": 0.0})
    assert finish_service(W, in_hand(W, 0, "need", can_be_met=0), 5.0) == 0


def test_a_moment_worth_telling_is_told():
    # By a weight of strength so large that strength alone decides.
    for chance, weight, told in ((1.0, 0.0, 1), (0.0, 0.0, 0), (0.5, 50.0, 1), (0.5, -50.0, 0)):
        talk = {"chance_bad": chance, "strength": weight, "satisfaction": 0.0, "delay_minutes": 0.0}
        W = desk(talk=talk)
        letter = requests(W, leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 7.0))
        assert [(at, kind) for at, kind, _ in letter] == [(7.0, SCHEDULE_TELLING)] * told
        assert W.months[0]["stories_bad"] == told
        if told:
            m = letter[0][2]
            assert W.tellings[m]["strength"] == pytest.approx(-0.7)
            assert W.tellings[m]["public"] == 0
            assert W.stories[W.tellings[m]["story"]]["matter"] == 0


def test_good_moments_are_told_by_their_own_chance():
    for chance, told in ((1.0, 1), (0.0, 0)):
        W = desk(talk={"chance_good": chance, "chance_bad": 0.0})
        finish_service(W, in_hand(W, 0, "need"), 7.0)
        assert W.months[0]["stories_good"] == told


def test_a_public_complaint_is_posted_when_it_is_made():
    W = desk(talk={"chance_bad": 1e-12}, **voices(public=LOUD))
    told = requests(W, leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 7.0))
    assert [(at, kind) for at, kind, _ in told] == [
        (7.0, SCHEDULE_TELLING),
        (7.0, SCHEDULE_CONTACT),
    ]
    assert W.tellings[told[0][2]]["public"] == 1


def test_who_tells_of_nothing_bad_posts_nothing_either():
    W = desk(talk={"chance_bad": 0.0}, **voices(public=LOUD))
    told = requests(W, leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 7.0))
    assert [(at, kind) for at, kind, _ in told] == [(7.0, SCHEDULE_CONTACT)]


# Contacts on their way.


def test_a_contact_is_handled_for_as_long_as_the_laws_say():
    W = desk(policy={"everyone": {"effort": 1.5, "courtesy": 0.95}})
    W.parameters[0]["staff_courtesy_price"] = 2.0
    W.parameters[0]["staff_start_speed"] = 0.5
    W.people[0]["difficulty"] = 1.25
    W.agents[1]["trained_since"] = 10.0
    c = in_queue(W, 0, "need", arrived_at=4.0, promised=1)
    # 9 x 1.25 x 1.5 x (1 + 2 x 0.1) / 0.5, up to the clock's grid
    minutes = begin_service(W, c, 1, 10.0)
    assert minutes == pytest.approx(40.5, abs=2.0**-20)
    assert minutes * 2**20 % 1 == 0
    assert (W.contacts[c]["state"], W.contacts[c]["agent"]) == (IN_SERVICE, 1)
    assert (W.contacts[c]["wait"], W.agents[1]["busy"]) == (6.0, 1)
    assert counted(W) == {
        "served": 1,
        "delayed": 1,
        "wait_minutes": 6,
        "wait_served_minutes": 6,
        "promised": 1,
        "promise_kept": 1,
    }
    assert W.waits[0, wait_bin(6.0)] == W.waits.sum() == 1
    assert W.people[0]["lifetime_cost"] == pytest.approx(minutes / 60 * 25)
    for sort, place in (("tier", 0), ("pool", 0), ("need", 0)):
        assert group(W, sort, place)["served"] == 1
        assert group(W, sort, place)["wait_minutes"] == 6


def test_a_promise_is_broken_by_a_longer_wait():
    W = desk(policy={"everyone": {"wait_promise_minutes": 5}})
    c = in_queue(W, 0, "need", arrived_at=0.0, promised=1)
    begin_service(W, c, 0, 5.5)
    assert (W.months[0]["promised"], W.months[0]["promise_kept"]) == (1, 0)


def test_arriving_tells_the_engine_where_to_and_how_long():
    W = desk(policy={"everyone": {"wait_promise_minutes": 5, "class": 1}})
    c = taken(W, 0, "need")
    assert contact_arrives(W, c, 100.0) == (0, c, 0, 1)
    assert begin_waiting(W, c, 0, 100.0) == (math.inf, 105.0)
    assert (W.contacts[c]["state"], W.contacts[c]["arrived_at"]) == (WAITING, 100.0)
    assert (W.people[0]["contacts"], W.months[0]["arrived"]) == (1, 1)
    W.people[0]["patience"] = 20.0
    patience_until, _ = begin_waiting(W, taken(W, 0, "need", need_number=1), 0, 100.0)
    assert 100.0 < patience_until < math.inf
    assert patience_until * 2**20 % 1 == 0


@pytest.mark.statistical
def test_patience_is_exponential_about_the_persons_mean():
    W = desk()
    W.people[0]["patience"] = 20.0
    spans = []
    for k in range(1500):
        c = taken(W, 0, "need", need_number=k)
        contact_arrives(W, c, 0.0)
        spans.append(begin_waiting(W, c, 0, 0.0)[0])
        withdraw_contact(W, c, 0.0)
    mean = np.mean(spans)
    assert mean == pytest.approx(20, abs=4 * 20 / math.sqrt(1500))
    assert np.std(spans) == pytest.approx(20, rel=0.15)


def test_who_is_ignored_is_never_queued():
    W = desk(policy={"everyone": {"ignore": True}})
    c = taken(W, 0, "need")
    _, contact, *_ = contact_arrives(W, c, 100.0)
    assert contact == NOBODY
    assert counted(W) == UNHELPED | {"arrived": 1, "ignored": 1}
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 + 0.4 * -0.7 * 0.6)
    assert group(W, "tier", 0)["unqueued"] == 1


def test_a_contact_of_somebody_who_left_comes_to_nothing():
    W = desk()
    c = taken(W, 0, "need")
    W.people[0]["status"] = LAPSED
    assert contact_arrives(W, c, 100.0)[1] == NOBODY
    assert counted(W) == {}
    assert W.run[0]["contacts_left"] == len(W.contacts)


def test_a_service_finished_for_somebody_who_left_is_no_moment():
    W = desk()
    c = in_hand(W, 0, "need")
    W.people[0]["status"] = LAPSED
    assert finish_service(W, c, 9.0) == 0
    assert counted(W) == {}
    assert (W.agents[0]["busy"], W.agents[0]["busy_minutes"]) == (0, 9.0)


def needing(W: World, k: int = 0) -> Any:
    """Person 0, whose k-th need falls due."""
    run = W.run[0]
    run["operational_month_end"] = MONTH
    return settled(W, 0, CUSTOMER, need_number=k, need_at=50.0, need_rate=10.0, demanding=0.0)


def test_a_need_arises_and_the_next_is_put_on_the_calendar():
    W = desk()
    person = needing(W)
    told, c, pool, *_ = need_arises(W, 0, 50.0)
    ((at, kind, who),) = requests(W, told)
    assert (kind, who, pool) == (SCHEDULE_NEED, 0, 0)
    assert at > 50.0
    assert person["need_number"] == 1
    assert (W.contacts[c]["phase"], W.contacts[c]["need_number"], W.contacts[c]["can_be_met"]) == (
        NEED,
        0,
        1,
    )
    assert counted(W) == {"needs": 1, "arrived": 1}


def test_who_left_has_no_needs_but_would_have_them_again():
    W = desk()
    person = needing(W)
    person["status"] = LAPSED
    told, c, *_ = need_arises(W, 0, 50.0)
    assert c == NOBODY
    assert len(requests(W, told)) == 1
    assert counted(W) == {}


def test_sky_high_demands_cannot_be_met():
    W = desk()
    needing(W)["demanding"] = 1.0
    c = need_arises(W, 0, 50.0)[1]
    assert W.contacts[c]["can_be_met"] == 0


def test_faults_that_were_mended_do_not_arise():
    W = desk()
    W.kinds["fault"][0] = 1
    W.run[0]["fault_rate"] = 0.0
    needing(W)
    assert need_arises(W, 0, 50.0)[1] == NOBODY
    assert counted(W) == {}
    assert W.run[0]["contacts_left"] == len(W.contacts)


@pytest.mark.statistical
def test_needs_fall_as_often_as_the_person_needs():
    W = desk()
    needing(W)["need_rate"] = 500.0
    # So many steps of a Poisson process: 500 a month, standard deviation sqrt(500).
    count, times, at = 0, [], 50.0
    while True:
        told, c, *_ = need_arises(W, 0, at)
        withdraw_contact(W, c, at)
        count += 1
        following = requests(W, told)
        if not following:
            break
        ((at, _, _),) = following
        times.append(at)
    assert count == pytest.approx(500, abs=4 * math.sqrt(500))
    gaps = np.diff(times)
    assert np.std(gaps) / np.mean(gaps) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(("s", "pool"), [(0.29, 1), (0.3, 0), (0.9, 0)])
def test_the_unhappy_go_to_the_manager_at_once(s, pool):
    given = scenario(
        desk={"pools": {"front": {"agents": 1}, "boss": {"agents": 1, "serves": []}}},
        policies={"mine": {"describe": "A test.", "escalate": {"below": 0.3, "pool": "boss"}}},
    )
    W = world(given, "mine")
    settled(W, 0, CUSTOMER, satisfaction=s)
    settled(W, 1, PROSPECT, satisfaction=s)
    for phase in ("need", "complaint"):
        assert contact_arrives(W, taken(W, 0, phase), 10.0)[2] == pool
    assert contact_arrives(W, taken(W, 1, "enquiry"), 10.0)[2] == 0


def test_who_comes_back_about_a_need_is_seen_to_repeat_it():
    W = desk()
    for stage, repeats in ((0, 0), (1, 1), (3, 2)):
        contact_arrives(W, taken(W, 0, "need", attempt=stage), 10.0)
        assert W.people[0]["repeats_lately"] == repeats
    assert W.people[0]["contacts"] == W.people[0]["contacts_lately"] == 3


def test_a_return_counts_when_it_arises_and_costs_when_it_is_resolved():
    W = desk()
    W.kinds["is_return"][0], W.kinds["cost"][0] = 1, 30.0
    needing(W)
    c = need_arises(W, 0, 50.0)[1]
    assert (W.people[0]["returns_lately"], W.months[0]["returning"]) == (1, 0)
    begin_service(W, c, 0, 50.0)
    cost = W.people[0]["recent_cost"]
    finish_service(W, c, 59.0)
    assert (W.months[0]["returning"], W.months[0]["returned"]) == (30, 1)
    assert W.people[0]["recent_cost"] - cost == 30.0


LATE = {"proactive_after_minutes": 10.0, "proactive_remedy": 0.5, "proactive_amount": 5.0}
FAILED = {"proactive_after_failure": True, "proactive_remedy": 0.5, "proactive_amount": 5.0}
WORTH = 1.0 - math.exp(-0.6 / 0.4)  # half a month's spend of 50, and 5: 0.6 months


@pytest.mark.parametrize(
    ("given", "wait", "resolved", "paid"),
    [(LATE, 10.0, 1, 30.0), (LATE, 9.9, 1, 0.0), (LATE, 9.9, 0, 0.0), (FAILED, 0.0, 0, 30.0),
     (FAILED, 99.0, 1, 0.0), ({}, 99.0, 0, 0.0)],
)  # fmt: skip
def test_a_remedy_may_be_paid_unasked(given, wait, resolved, paid):
    W = desk(policy={"everyone": given})
    W.people[0]["spend"], W.people[0]["remedied_at"] = 50.0, -1e9
    W.kinds["resolved"][0] = resolved
    finish_service(W, in_hand(W, 0, "need", wait=wait), 100.0)
    assert W.months[0]["remedies"] == W.people[0]["remedies"] == paid
    assert W.months[0]["unasked"] == (paid > 0.0)
    worth = WORTH if paid else 0.0
    comfort, outcome = math.exp(-wait / 15.0), 1.0 if resolved else 0.25
    comfort, outcome = comfort + (1 - comfort) * worth, outcome + (1 - outcome) * worth
    d = 0.25 * comfort + 0.5 * outcome + 0.2125 - 0.7
    change = 0.2 * d * 0.4 if d >= 0 else 0.4 * d * 0.6
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 + change)


def test_whoever_was_paid_unasked_has_had_their_remedy():
    W = desk(policy={"everyone": FAILED}, **voices(polite=LOUD))
    W.people[0]["spend"] = 50.0
    c = in_queue(W, 0, "need", arrived_at=0.0)
    ((_, _, n),) = requests(W, leave_unserved(W, c, BLOCKED, 0.0))
    assert W.contacts[n]["already_remedied"] == 1


@pytest.mark.statistical
def test_the_hot_tempered_are_abusive_more_often():
    n = 500
    for temper, share in ((0.0, 0.2), (2.0, 1 / (1 + 4 * math.exp(-2.0)))):
        W = desk(**voices(angry=LOUD))
        W.people[0]["temper"] = temper
        found = 0
        for k in range(n):
            told = requests(W, leave_unserved(W, in_queue(W, 0, "need", need_number=k), BLOCKED, 0))
            ((_, _, c),) = told
            found += W.contacts[c]["abusive"]
            withdraw_contact(W, c, 0.0)
        assert found / n == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / n))


@pytest.mark.parametrize("months", [0.0, 1.0, 6.0])
def test_a_novice_takes_longer_and_learns_by_the_month(months):
    W = world(scenario(needs=[CERTAIN], staff={"start_speed": 0.5, "learning_months": 2.0}))
    W.people[0]["difficulty"] = 1.0
    W.agents[0]["trained_since"] = -months * MONTH
    W.agents[0]["on_shift"] = 1
    minutes = begin_service(W, in_queue(W, 0, "need"), 0, 0.0)
    assert minutes == pytest.approx(9.0 / (1 - 0.5 * math.exp(-months / 2.0)), abs=1e-5)
