"""What must hold of the world that a run leaves behind: minds within bounds, no record lost."""

import numpy as np

from sim.model.records import IN_SERVICE, NOBODY, WAITING
from tests.properties.lives import holds, lives

ROUNDING = 1e-9


def chain(records, link, first):
    """Return the places that a chain goes through; fail where it goes round in a circle."""
    found, here = [], int(first)
    while here != NOBODY:
        assert len(found) < len(records), "goes round in a circle"
        found.append(here)
        here = int(records[here][link])
    return found


def free(world, name, link, head, left):
    """Return the free places of a store, having checked their number."""
    store, here, found = getattr(world, name), int(world.run[0][head]), []
    while here != len(store):
        assert len(found) < len(store), "goes round in a circle"
        found.append(here)
        here += 1 + int(store[here][link])
    assert len(found) == world.run[0][left] == len(set(found))
    return set(found)


@holds(lives())
def test_minds_stay_within_bounds(life):
    people, agents = life.world.people, life.world.agents
    for name in ("satisfaction", "expectation", "trust", "wallet_share"):
        low, high = people[name].min(initial=0.0), people[name].max(initial=1.0)
        assert low >= -ROUNDING, name
        assert high <= 1.0 + ROUNDING, name
    assert (np.abs(people["opinion"]) <= 1.0 + ROUNDING).all()
    assert ((agents["morale"] >= 0.0) & (agents["morale"] <= 1.0)).all()
    assert np.isfinite(people["voice_value"]).all()


@holds(lives())
def test_every_contact_in_being_hangs_on_its_person_and_is_at_the_desk(life):
    world = life.world
    idle = free(world, "contacts", "next", "free_contact", "contacts_left")
    held = []
    for i, person in enumerate(world.people):
        theirs = chain(world.contacts, "next", person["first_contact"])
        assert (world.contacts["person"][theirs] == i).all()
        held += theirs
    assert len(held) == len(set(held))
    assert idle.isdisjoint(held)
    assert len(idle) + len(held) == len(world.contacts)
    # Whatever was to come later than the horizon is over; who is still inside was counted.
    states = world.contacts["state"][held]
    assert set(states.tolist()) <= {WAITING, IN_SERVICE}
    if len(life.months):
        assert (states == WAITING).sum() == life.months["waiting"][-1]
        assert (states == IN_SERVICE).sum() == life.months["in_service"][-1]


@holds(lives())
def test_agents_are_as_busy_as_they_have_contacts_in_hand(life):
    world = life.world
    held = [c for i in world.people["first_contact"] for c in chain(world.contacts, "next", i)]
    seats = [c["agent"] for c in world.contacts[held] if c["state"] == IN_SERVICE]
    in_hand = np.bincount(seats, minlength=len(world.agents))
    assert (world.agents["busy"] == in_hand).all()
    assert (world.agents["busy"] <= world.pools["concurrency"][world.agents["pool"]]).all()


@holds(lives())
def test_no_story_outlives_its_last_telling(life):
    world = life.world
    for name, link, head, left in (
        ("stories", "next", "free_story", "stories_left"),
        ("tellings", "next", "free_telling", "tellings_left"),
        ("hearings", "next_of_story", "free_hearing", "hearings_left"),
    ):
        # Every telling before the horizon has been told, so all records are free again.
        assert len(free(world, name, link, head, left)) == len(getattr(world, name)), name
    assert (world.heard == NOBODY).all()
