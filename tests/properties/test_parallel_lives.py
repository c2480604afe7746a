"""The same people under two policies: what a policy cannot change falls at the same times."""

import pytest

from sim.engine.simpy import engine
from sim.model.build import build_world
from sim.model.policy.entitlements import resolve
from sim.model.records import CUSTOMER
from sim.scenario.reading.load import from_mapping

POLICIES = {
    "alike": {"describe": "Everybody alike."},
    "ranked": {
        "score": {"spend": 1},
        "tiers": [{"name": "gold", "top_share": 0.2, "class": 1}, {"name": "rest"}],
    },
    "hurried": {
        "score": {"audience": 1},
        "tiers": [{"name": "loud", "top_share": 0.5, "pace": 3}, {"name": "rest", "effort": 0.8}],
    },
}


def scenario(behaviour):
    return from_mapping(
        {
            "name": "Parallel",
            "months": 3,
            "people": {"count": 300, "customers": 200, "contacts_per_month": {"mean": 8}},
            "network": {"kind": "none"},
            "desk": {"opening": {"mon-fri": "08:00-18:00"}, "pools": {"desk": {"agents": 1}}},
            "behaviour": behaviour,
            "policies": POLICIES,
        }
    )


def lived(spec, policy):
    """Return each person's needs as (time, person), the minutes of each handling, and the world."""
    needs, minutes = [], {}
    real_need, real_begin = engine.need_arises, engine.begin_service

    def need_arises(world, i, now):
        needs.append((now, i))
        return real_need(world, i, now)

    def begin(world, c, a, now):
        taken = real_begin(world, c, a, now)
        contact = world.contacts[c]
        name = tuple(
            int(contact[of])
            for of in ("person", "phase", "month", "need_number", "complaint_level", "attempt")
        )
        minutes[name] = taken
        return taken

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "need_arises", need_arises)
        patch.setattr(engine, "begin_service", begin)
        tables = resolve(spec, spec.policies[policy])
        driver = engine.SimpyEngine(spec, tables, build_world(spec, tables, 0))
        driver.run()
    return needs, minutes, driver.world


def always_customers(world):
    """Return who was a customer at the start, and never left."""
    people = world.people
    return {i for i, p in enumerate(people) if p["status"] == CUSTOMER and p["joined_at"] < 0.0}


@pytest.fixture(scope="module")
def quiet():
    spec = scenario("none")
    return {policy: lived(spec, policy) for policy in POLICIES}


@pytest.fixture(scope="module")
def lively():
    spec = scenario({})
    return {policy: lived(spec, policy) for policy in POLICIES}


def test_with_behaviour_off_all_needs_fall_at_the_same_times(quiet):
    needs = quiet["alike"][0]
    assert len(needs) > 1000
    assert needs == sorted(needs)
    assert quiet["ranked"][0] == needs
    assert quiet["hurried"][0] == needs


def test_the_policies_do_differ_in_who_waits(quiet):
    waits = {policy: world.waits.tolist() for policy, (_, _, world) in quiet.items()}
    assert waits["alike"] != waits["ranked"] != waits["hurried"] != waits["alike"]


def test_whatever_people_do_the_needs_of_those_who_stay_fall_at_the_same_times(lively):
    stayed = set.intersection(*(always_customers(world) for _, _, world in lively.values()))
    assert len(stayed) > 50
    of_those = [[need for need in needs if need[1] in stayed] for needs, _, _ in lively.values()]
    assert of_those[0] == of_those[1] == of_those[2]


def test_the_same_need_takes_as_long_to_handle_whenever_it_is_answered():
    # Novices are slower, so time would tell; here everybody is an old hand.
    spec = scenario("none").model_copy(update={"staff": None})
    _, alike, _ = lived(spec, "alike")
    _, ranked, _ = lived(spec, "ranked")
    both = alike.keys() & ranked.keys()
    assert len(both) > 500
    assert all(alike[name] == ranked[name] for name in both)
