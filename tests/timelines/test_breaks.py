"""Breaks begin when nothing is in hand, and end when the agent takes whoever waits."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.engine.simpy import shifts
from sim.model.state import World
from tests.timelines.script import Call, happens, play, table

MINUTES = 15.0


@pytest.fixture
def due(monkeypatch):
    """Return a function that sets when the breaks of each agent fall due, in order."""

    def falls_due(**times: list[float]) -> None:
        left = {int(name.removeprefix("agent")): list(theirs) for name, theirs in times.items()}
        real_end = shifts.end_break

        def following(world: World, a: int, now: float) -> float:
            record = world.agents[a]
            record["break_due"] = max(left[a].pop(0), now) if left.get(a) else math.inf
            record["break_minutes"] = MINUTES
            return float(record["break_due"])

        def end_break(world: World, a: int, now: float) -> float:
            real_end(world, a, now)
            return following(world, a, now)

        monkeypatch.setattr(shifts, "first_break", following)
        monkeypatch.setattr(shifts, "end_break", end_break)

    return falls_due


def desk(**pool: Any) -> dict[str, Any]:
    return {"desk": {"agents": 1, **pool}}


def test_a_break_waits_for_the_service_in_hand_and_goes_before_the_next(due):
    due(agent0=[20.0])
    calls = [Call("A", 15, 10), Call("B", 22, 5), Call("C", 41, 5)]
    played = play(desk(), calls)
    assert [line.split() for line in played.lines] == table("""
        15  begins    A  agent0
        25  finishes  A  agent0
        40  begins    B  agent0
        45  finishes  B  agent0
        45  begins    C  agent0
        50  finishes  C  agent0
    """)
    month = played.engine.world.months[0]
    assert month["paid_minutes"] == 28 * 1440
    assert month["present_minutes"] == 28 * 1440 - 15


def test_an_idle_agent_goes_at_once_and_stands_last_in_line_afterwards(due):
    due(agent0=[20.0])
    calls = [Call("A", 21, 5), Call("B", 36, 5), Call("C", 37, 5)]
    assert happens(desk(agents=2), calls) == table("""
        21  begins    A  agent1
        26  finishes  A  agent1
        36  begins    B  agent1
        37  begins    C  agent0
        41  finishes  B  agent1
        42  finishes  C  agent0
    """)


def test_whose_break_ends_as_patience_does_takes_the_call(due):
    due(agent0=[20.0])
    calls = [Call("A", 25, 5, patience=10), Call("B", 26, 5, patience=8)]
    assert happens(desk(), calls) == table("""
        34  abandons  B
        35  begins    A  agent0
        40  finishes  A  agent0
    """)


def test_a_break_that_falls_due_as_a_service_ends_comes_after_who_waits(due):
    due(agent0=[20.0])
    calls = [Call("A", 10, 10), Call("B", 12, 5), Call("C", 13, 5)]
    assert happens(desk(), calls) == table("""
        10  begins    A  agent0
        20  finishes  A  agent0
        20  begins    B  agent0
        25  finishes  B  agent0
        40  begins    C  agent0
        45  finishes  C  agent0
    """)


def test_between_two_breaks_that_are_owed_one_contact_is_served(due):
    # The second fell due during the first; the third at the very end of the second.
    due(agent0=[20.0, 30.0, 55.0])
    calls = [Call("A", 22, 5), Call("B", 23, 5), Call("C", 24, 5), Call("D", 25, 5)]
    assert happens(desk(), calls) == table("""
        35  begins    A  agent0
        40  finishes  A  agent0
        55  begins    B  agent0
        60  finishes  B  agent0
        75  begins    C  agent0
        80  finishes  C  agent0
        80  begins    D  agent0
        85  finishes  D  agent0
    """)


def test_chats_in_hand_are_all_finished_first(due):
    due(agent0=[20.0])
    calls = [Call("A", 10, 30), Call("B", 15, 10), Call("C", 26, 5), Call("D", 27, 5)]
    assert happens(desk(concurrency=2), calls) == table("""
        10  begins    A  agent0
        15  begins    B  agent0
        25  finishes  B  agent0
        40  finishes  A  agent0
        55  begins    C  agent0
        55  begins    D  agent0
        60  finishes  C  agent0
        60  finishes  D  agent0
    """)


def test_a_break_ends_with_the_shift(due):
    # The shift ends at 60, in the break; the next begins at 120 with nothing owed.
    due(agent0=[50.0])
    hours = {"daily": ["00:00-01:00", "02:00-03:00"]}
    calls = [Call("A", 55, 5), Call("B", 120, 5)]
    played = play(desk(opening=hours, keeps_overnight=True), calls)
    assert [line.split() for line in played.lines] == table("""
        120  begins    A  agent0
        125  finishes  A  agent0
        125  begins    B  agent0
        130  finishes  B  agent0
    """)
    month = played.engine.world.months[0]
    assert month["paid_minutes"] == 28 * 120
    assert month["present_minutes"] == 28 * 120 - 10
