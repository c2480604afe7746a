"""Agents who help two pools: both queues are served as one, whatever the pools are called."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from scipy import sparse

from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping

# Each minute 1.3 callers to either pool, who talk 1 minute and wait 4 at most, each exponential.
ARRIVALS, PATIENCE = 1.3, 4.0
LONGEST = 11  # where the chain is cut: hardly ever is the queue as long

State = tuple[int, int, int, str]


def moves(state: State) -> Iterator[tuple[float, State]]:
    """Yield (rate, next state) of the chain: lone agents and helper at work, and who waits."""
    red, blue, helper, queue = state
    for kind, busy in (("r", red), ("b", blue)):
        if not busy:
            yield ARRIVALS, (1, blue, helper, queue) if kind == "r" else (red, 1, helper, queue)
        elif not helper:
            yield ARRIVALS, (red, blue, 1, queue)
        elif len(queue) < LONGEST:
            yield ARRIVALS, (red, blue, helper, queue + kind)
        if busy and kind in queue:
            yield 1.0, (red, blue, helper, queue.replace(kind, "", 1))
        elif busy:
            yield 1.0, (0, blue, helper, queue) if kind == "r" else (red, 0, helper, queue)
    if helper:
        yield 1.0, (red, blue, 1, queue[1:]) if queue else (red, blue, 0, "")
    for place in range(len(queue)):
        yield 1.0 / PATIENCE, (red, blue, helper, queue[:place] + queue[place + 1 :])


def exact_abandonment() -> float:
    """Return the share of callers who hang up, from the chain's stationary distribution."""
    places: dict[State, int] = {(0, 0, 0, ""): 0}
    rates, rows, columns = [], [], []
    states = list(places)
    for state in states:  # which grows meanwhile
        for rate, following in moves(state):
            if following not in places:
                places[following] = len(places)
                states.append(following)
            rates.append(rate)
            rows.append(places[following])
            columns.append(places[state])
    flow = sparse.csr_matrix((rates, (rows, columns)), shape=(len(places),) * 2)
    leaving = np.asarray(flow.sum(axis=0)).ravel()
    step = 0.5 / leaving.max()
    weights = np.full(len(places), 1.0 / len(places))
    for _ in range(2000):
        weights = weights + step * (flow @ weights - leaving * weights)
    waiting = np.array([len(queue) for *_, queue in places])
    return float(weights @ waiting) / PATIENCE / (2 * ARRIVALS)


def desk(helps=("red", "blue"), order=("red", "blue", "both"), **more):
    pools = {
        "red": {"agents": 1, "serves": ["red"]},
        "blue": {"agents": 1, "serves": ["blue"]},
        "both": {"agents": 1, "helps": list(helps)},
    }
    minutes = {"law": "exponential", "mean": 1}
    people = 400
    return from_mapping(
        {
            "name": "Two lines and a helper",
            "months": 2,
            "people": {
                "count": people,
                "customers": people,
                "contacts_per_month": {"mean": 2 * ARRIVALS * 28 * 1440 / people, "cv": 0},
                "difficulty": {"cv": 0},
                "demanding_share": {"mean": 0, "cv": 0},
                "patience_minutes": {"mean": PATIENCE, "cv": 0},
            },
            "network": {"kind": "none"},
            "needs": [
                {"name": name, "share": 0.5, "minutes": minutes, "resolved": 1}
                for name in ("red", "blue")
            ],
            "desk": {"pools": {name: pools[name] for name in order}},
            "behaviour": "none",
            "staff": "none",
            "product": "none",
            "policies": {"equal": {}},
            **more,
        }
    )


def hung_up(scenario, replication):
    """Return the share of callers who hung up, by pool."""
    tallies = simulate(scenario, "equal", replication)
    first = len(tallies.group_names["tier"]) + len(tallies.group_names["decile"])
    names = tallies.group_names["pool"]
    pools = tallies.groups[:, first : first + len(names)]
    shares = pools["abandoned"].sum(0) / np.maximum(pools["arrived"].sum(0), 1.0)
    return dict(zip(names, shares.tolist(), strict=True))


@pytest.mark.statistical
def test_both_lines_lose_as_many_callers_as_the_exact_chain_says():
    exact = exact_abandonment()
    assert exact == pytest.approx(0.136, abs=0.0005)
    shares = [hung_up(desk(), replication) for replication in range(8)]
    for line in ("red", "blue"):
        found = [share[line] for share in shares]
        error = np.std(found, ddof=1) / math.sqrt(len(found))
        assert np.mean(found) == pytest.approx(exact, abs=4 * error), line


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_the_order_in_which_helped_pools_are_listed_changes_no_byte(engine):
    one, other = (
        simulate(desk(helps, months=1, people=few()), "equal", 0, engine)
        for helps in (("red", "blue"), ("blue", "red"))
    )
    assert one.months["abandoned"].sum() > 0
    for name in ("months", "groups", "waits"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name


def few():
    """Return people who call so much, on so few days, that they often wait."""
    return {
        "count": 40,
        "customers": 40,
        "contacts_per_month": {"mean": 2600, "cv": 0},
        "patience_minutes": {"mean": PATIENCE, "cv": 0},
    }


@pytest.mark.parametrize("helps", [("red", "blue"), ("blue", "red")])
def test_both_engines_agree(helps):
    one, other = (
        simulate(desk(helps, months=1, people=few()), "equal", 0, engine)
        for engine in ("compiled", "simpy")
    )
    assert one.groups.tobytes() == other.groups.tobytes()
    assert one.waits.tobytes() == other.waits.tobytes()
