"""The SimPy engine's clock: what happens when, whatever was asked for first."""

from itertools import pairwise, permutations

import pytest

from sim.engine.simpy.clock import Clock, EventKind

HORIZON = 200.0  # not at the end of an hour


def played(start, asked):
    """Ask for events, each (time, rank, entity); return those that happened, in order."""
    clock, happened = Clock(start, HORIZON), []

    def note(event):
        happened.append((event.at, event.context, event.entity))
        assert event.at == clock.now

    kinds = {rank: EventKind(rank, note) for _, rank, _ in asked}
    for at, rank, entity in asked:
        clock.call_at(at, kinds[rank], entity, rank)
    clock.run(until=HORIZON)
    return happened


@pytest.mark.parametrize("start", [-120.0, -90.5, 0.0])
def test_events_happen_by_time_then_rank_then_entity(start):
    asked = [(59.5, 2, 0), (60.0, 1, 7), (60.0, 2, 3), (60.0, 2, 4), (180.0, 1, 0), (199.5, 9, 1)]
    for order in permutations(asked):
        assert played(start, order) == asked


def test_the_first_and_the_last_instant():
    asked = [(-120.0, 1, 0), (-60.0, 1, 0), (199.5, 1, 0), (200.0, 1, 0), (240.0, 1, 0)]
    assert played(-120.0, asked) == asked[:3]


def test_an_event_may_ask_for_another_at_once_within_the_hour_or_much_later():
    clock, times = Clock(0.0, HORIZON), []
    waits = iter([0.0, 0.5, 59.5, 60.0, 70.0, 1000.0])

    def again(event):
        times.append(event.at)
        clock.call_at(event.at + next(waits), kind, 0)

    kind = EventKind(1, again)
    clock.call_at(0.0, kind, 0)
    clock.run(until=HORIZON)
    assert [after - before for before, after in pairwise(times)] == [0.0, 0.5, 59.5, 60.0, 70.0]
