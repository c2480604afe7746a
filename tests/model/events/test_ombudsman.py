"""The ombudsman: a last refusal appealed against, its fee, and its two rulings."""

from __future__ import annotations

from typing import Any

import pytest

from sim.model.events.contact import finish_service
from sim.model.laws.voice import appeal_chance
from sim.model.records import CUSTOMER, LAPSED, POLITE
from sim.model.state import World
from tests.small_worlds import chain, in_hand, merged, scenario, settled, world

MUTE = {"base": -1000.0, "slope": 0.0}
VOICES = {"polite": MUTE, "angry": MUTE, "public": MUTE, "exit": MUTE}


def desk(share: float, upheld: float, **more: Any) -> World:
    """Return a world of mild customers whose unjustified complaints are refused."""
    appeal = {"share": share, "upheld": upheld, "fee": 150.0}
    usual = {
        "behaviour": {"voice": VOICES | {"ombudsman": appeal}, "talk": "none"},
        "people": {"spend": {"noise_cv": 0.0}},
        "policies": {"mine": {"describe": "A test.", "everyone": {"lenient": 0.0, "remedy": 0.5}}},
    }
    W = world(scenario(**merged(usual, more)), "mine")
    settled(
        W,
        0,
        CUSTOMER,
        satisfaction=0.5,
        expectation=0.7,
        spend=100.0,
        potential=200.0,
        wallet_share=0.5,
        loudness=0.0,
    )
    return W


def refused(W: World, level: int = 2, **state: Any) -> int:
    """Let a complaint of person 0 be refused; return its contact."""
    usual = {"voice": POLITE, "complaint_level": level, "satisfaction_loss": 0.2}
    c = in_hand(W, 0, "complaint", **usual | state)
    finish_service(W, c, 100.0)
    return c


def test_the_company_is_upheld_and_loses_the_customer():
    W = desk(1.0, 1.0)
    c = refused(W)
    tally = W.months[0]
    assert (tally["ombudsman_cases"], tally["ombudsman_fees"]) == (1, 150.0)
    assert (tally["left_ombudsman"], tally["left_at_once"], tally["remedies"]) == (1, 0, 0)
    person = W.people[0]
    assert person["status"] == LAPSED
    assert person["opinion"] == pytest.approx(2 * person["satisfaction"] - 1)
    assert person["lifetime_cost"] >= 150.0
    assert tally["revenue"] > 0.0
    assert c in chain(W, "contacts")


def test_or_it_must_make_good_and_keeps_the_customer():
    W = desk(1.0, 0.0)
    c = refused(W)
    tally = W.months[0]
    assert (tally["ombudsman_cases"], tally["ombudsman_fees"]) == (1, 150.0)
    assert (tally["left_ombudsman"], tally["remedies"]) == (0, 50.0)
    assert W.people[0]["status"] == CUSTOMER
    # Refused, 0.3 (0 - 0.3); then made good, 0.3 (2 x 0.5 - 0.3 - rho).
    assert W.people[0]["voice_value"][0] == pytest.approx(-0.09 + 0.3 * (0.7 + 0.09))
    assert c in chain(W, "contacts")


@pytest.mark.parametrize(
    ("level", "state"), [(1, {}), (2, {"justified": 1})], ids=["first", "granted"]
)
def test_only_the_last_refusal_can_be_appealed_against(level, state):
    W = desk(1.0, 1.0)
    refused(W, level, **state)
    assert W.months[0]["ombudsman_cases"] == 0
    assert W.people[0]["status"] == CUSTOMER


def test_nobody_appeals_at_a_share_of_0():
    W = desk(0.0, 1.0)
    refused(W)
    assert W.months[0]["ombudsman_cases"] == 0


def test_without_voices_there_are_no_appeals():
    W = desk(1.0, 1.0)
    W.parameters[0]["voice_on"] = 0.0
    refused(W)
    assert W.months[0]["ombudsman_cases"] == 0


@pytest.mark.statistical
@pytest.mark.parametrize("loudness", [0.0, 2.0])
def test_the_louder_the_likelier(loudness):
    n = 4000
    W = desk(0.05, 0.0)
    W.people[0]["loudness"] = loudness
    for k in range(n):
        refused(W, need_number=k)
    chance = appeal_chance(0.05, 0.6 * loudness)
    found = W.months[0]["ombudsman_cases"] / n
    assert found == pytest.approx(chance, abs=4 * (chance * (1 - chance) / n) ** 0.5)
