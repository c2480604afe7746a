"""A person's recorder: it changes nothing, leaves nothing out, and says what the records say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from sim.engine.simpy.engine import SimpyEngine
from sim.model.build import build_world
from sim.model.policy.entitlements import resolve
from sim.model.records import CUSTOMER
from sim.scenario.reading.load import from_mapping
from sim.studies.story.readers import Names
from sim.studies.story.recorder import TraceRecorder
from sim.studies.story.sentences import sentence
from tests.strategies import mappings

ARRIVALS = ("need", "enquiry", "again", "complaint")
ARRAYS = ("people", "agents", "months", "groups", "waits", "run", "contacts", "stories")

LIVELY = {
    "name": "Lively",
    "months": 6,
    "seed": 3,
    "people": {
        "count": 150,
        "customers": 100,
        "contacts_per_month": {"mean": 4},
        "demanding_share": {"mean": 0.3},
    },
    "desk": {
        "opening": {"mon-fri": "08:00-18:00"},
        "pools": {
            "frontline": {"agents": 1},
            "complaints": {"agents": 1, "serves": ["complaint"]},
        },
    },
    "behaviour": {
        "voice": {name: {"base": -1} for name in ("polite", "angry", "public", "exit")},
        "talk": {"retell": 0.1, "chance_bad": 0.9, "chance_good": 0.9},
        "adoption": {"spontaneous": 0.5},
        "fairness": {"demotion": 0.3},
        "churn": {"base_per_month": 0.3},
    },
    "policies": {"value_tiers": {}, "complaint_rewarding": {}},
}

OFF = ("voice", "recovery", "talk", "fairness", "churn", "adoption", "growth")


def driven(scenario, policy, person=None):
    """Run a policy; return the world afterwards and the life noted, if one was to be."""
    tables = resolve(scenario, scenario.policies[policy])
    recorder = None if person is None else TraceRecorder(person, Names.of(scenario, tables))
    engine = SimpyEngine(scenario, tables, build_world(scenario, tables, 0), recorder)
    engine.run()
    return engine.world, None if recorder is None else recorder.finish(engine.world)


@pytest.fixture(scope="module")
def scenario():
    return from_mapping(LIVELY)


@pytest.fixture(scope="module")
def plain(scenario):
    return driven(scenario, "value_tiers")[0]


@pytest.fixture(scope="module")
def lives(scenario):
    """Twenty lives, of people who begin as customers and of others."""
    return {person: driven(scenario, "value_tiers", person) for person in range(20)}


def test_to_be_watched_changes_nothing(plain, lives):
    watched = lives[0][0]
    for name in ARRAYS:
        assert getattr(plain, name).tobytes() == getattr(watched, name).tobytes(), name


@settings(max_examples=15)
@given(mappings())
def test_to_be_watched_changes_nothing_in_drawn_scenarios(mapping):
    scenario = from_mapping(mapping)
    plain, _ = driven(scenario, "drawn")
    if len(plain.people):
        watched, _ = driven(scenario, "drawn", len(plain.people) // 2)
        for name in ARRAYS:
            assert getattr(plain, name).tobytes() == getattr(watched, name).tobytes(), name


def test_every_change_of_satisfaction_is_told(lives):
    """Each entry begins where the one before ended, so nothing happened in between."""
    changes = 0
    for _, life in lives.values():
        now = life.entries[0].facts.get("satisfaction")
        for entry in life.entries:
            told = entry.facts.get("satisfaction")
            if entry.event == "joins":
                now = None  # they start anew
            elif isinstance(told, tuple):
                assert told[0] == now or now is None, entry
                changes += told[0] != told[1]
                now = told[1]
        assert life.entries[-1].facts.get("satisfaction") in (now, None)
    assert changes > 300


def test_every_contact_and_every_bill_is_told(lives):
    for _, life in lives.values():
        first, *between, last = life.entries
        assert (first.event, last.event) == ("begins", "ends")
        arrivals = sum(entry.event in ARRIVALS for entry in between)
        assert last.facts["contacts"] == arrivals
        billed = sum(entry.facts.get("billed", 0.0) for entry in between)
        assert first.facts["revenue"] + billed == pytest.approx(last.facts["revenue"])


def test_what_is_told_sums_to_what_the_books_hold(scenario):
    """All lives of a small company together are its tally."""
    few = scenario.model_copy(
        update={"people": scenario.people.model_copy(update={"count": 30, "customers": 20})}
    )
    lives = [driven(few, "complaint_rewarding", person)[1] for person in range(30)]
    world, _ = driven(few, "complaint_rewarding")
    told = [entry for life in lives for entry in life.entries]

    def count(*events, **facts):
        return sum(e.event in events and facts.items() <= e.facts.items() for e in told)

    months = world.months
    assert count("need") == months["needs"].sum() - count("mended")
    assert count("answered") == months["served"].sum() > 100
    assert count("abandons") == months["abandoned"].sum()
    assert count("joins") == months["joined"].sum()
    assert count("leaves", reason="at once") == months["left_at_once"].sum() > 0
    assert count("leaves", reason="natural") == months["left_natural"].sum()
    assert count("leaves", reason="dissatisfied") == months["left_dissatisfied"].sum() > 0
    assert count("heard", granted=True) == months["granted"].sum() > 0
    does = [what for entry in told for what in entry.facts.get("does", ())]
    assert does.count("complains in anger") == months["angry"].sum() > 0
    assert sum(e.facts["reached"] for e in told if e.event == "tells") == (
        months["reached_good"].sum() + months["reached_bad"].sum()
    )
    # A story that leaves the hearer's mind as it was is not heard to any effect.
    assert (
        0.9 * months["reached_bad"].sum()
        < sum(e.event == "hears" and e.facts["strength"] < 0 for e in told)
        <= months["reached_bad"].sum()
    )


def test_everything_that_can_happen_does(lives):
    told = {entry.event for _, life in lives.values() for entry in life.entries}
    wanted = {*ARRIVALS, "answered", "served", "heard", "abandons", "tells", "hears"}
    assert wanted | {"month ends", "joins", "leaves", "tier", "begins", "ends"} <= told


def test_a_moment_tells_how_it_felt(lives):
    for _, life in lives.values():
        for entry in life.entries:
            facts = entry.facts
            if entry.event == "served" and facts["perceived"] is None:
                assert facts["does"] == ["will call back"]
            elif entry.event == "served":
                assert facts["perceived"] - facts["expected"] == pytest.approx(
                    facts["disconfirmation"]
                )
                rises = [b - a for a, b in [facts.get("satisfaction") or facts["opinion"]]]
                assert rises[0] * facts["disconfirmation"] >= 0.0


def test_customers_begin_as_what_they_are(scenario, plain, lives):
    start = build_world(scenario, resolve(scenario, scenario.policies["value_tiers"]), 0).people
    for person, (_, life) in lives.items():
        is_customer = start[person]["status"] == CUSTOMER
        assert life.entries[0].facts["status"] == ("customer" if is_customer else "prospect")


def test_lives_tell_of_waits_announced_and_of_call_backs():
    queue = {"agents": 1, "announce": {}, "callback_offer": {"when": "elapsed", "minutes": 4}}
    busy = from_mapping(
        {
            "name": "Busy",
            "months": 1,
            "people": {
                "count": 6,
                "customers": 6,
                "contacts_per_month": {"mean": 400},
                "patience_minutes": {"mean": 20},
            },
            "network": {"kind": "none"},
            "desk": {"opening": {"mon-fri": "09:00-12:00"}, "pools": {"front": queue}},
            "behaviour": {**dict.fromkeys(OFF, "none"), "waiting": {}},
            "policies": {"equal": {}},
        }
    )
    lives = [driven(busy, "equal", person) for person in range(6)]
    told = [sentence(entry) for _, life in lives for entry in life.entries]
    months = lives[0][0].months
    hung_up = sum(text.startswith("Hears how long the wait will be, and hangs up") for text in told)
    called = sum(text.startswith("Called back after") for text in told)
    assert hung_up == months["balked"].sum() > 0
    # Of those who accepted, some are lost when the desk closes.
    assert months["callbacks_accepted"].sum() >= called > 0
