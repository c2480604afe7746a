"""Announced waits and offered call-backs against closed forms and a simulation of their own."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from sim.studies.verify.queue_scenarios import exponential, merged, queue
from sim.theory.erlang import erlang_c_wait_mean
from sim.theory.station import Station
from tests.theory.impatient_queue import Tell, Waits, balking, law, simulated
from tests.theory.test_patience_laws import run

RATE, SERVICE, AGENTS, PATIENCE = 1.0, 4.6, 4, 6.0

OFF = dict.fromkeys(
    ("satisfaction", "expectation", "contact", "voice", "recovery", "talk", "fairness", "churn",
     "growth", "adoption"), "none",
)  # fmt: skip


def world(pool: dict[str, Any], **waiting: float) -> dict[str, Any]:
    still = {"balk": 0.0, "overdue_hazard": 1.0, "accepts_callback": 0.0}
    changes = {"behaviour": {**OFF, "waiting": still | waiting}, "seed": 21}
    plain = queue(RATE, exponential(SERVICE), AGENTS, 3, patience=PATIENCE, **pool)
    return merged({**plain, "behaviour": {}}, changes)


def assert_same(mapping: dict[str, Any], tell: Tell) -> None:
    """Hold abandonment and mean wait to a simulation that shares nothing with sim."""
    own = [
        simulated(RATE, law("exponential", SERVICE), AGENTS, law("exponential", PATIENCE),
                  60_000, seed, tell)
        for seed in range(4)
    ]  # fmt: skip
    means = np.mean([(each.abandoned, each.mean) for each in own], axis=0)
    errors = np.std([(each.abandoned, each.mean) for each in own], axis=0, ddof=1) / 2
    found, error = run(mapping, 8)
    within = 4.5 * math.hypot(error.abandoned, errors[0])
    assert found.abandoned == pytest.approx(means[0], abs=within)
    assert found.mean == pytest.approx(means[1], abs=4.5 * math.hypot(error.mean, errors[1]))


def assert_near(mapping: dict[str, Any], expected: Waits) -> None:
    found, error = run(mapping, 8)
    assert found.abandoned == pytest.approx(expected.abandoned, abs=4.5 * error.abandoned)
    assert found.mean == pytest.approx(expected.mean, abs=4.5 * error.mean)


@pytest.mark.statistical
def test_who_balks_at_the_announced_wait_and_else_stays_is_a_birth_death_chain():
    # Whoever stays is a thousand times as patient afterwards, which is never to hang up.
    mapping = world({"announce": {}}, balk=1.0, overdue_hazard=0.001)
    assert_near(mapping, balking(RATE, SERVICE, AGENTS, PATIENCE))


@pytest.mark.statistical
def test_an_announcement_that_nobody_minds_changes_nothing():
    plain = world({})
    told = world({"announce": {}})
    assert run(plain, 2) == run(told, 2)


@pytest.mark.statistical
def test_balking_and_overdue_waits_agree_with_a_simulation():
    chance = random.Random(3)

    def tell(ahead: int, stays: float) -> float:
        told = (ahead + 1) * SERVICE / AGENTS
        if stays < told:
            return 0.0 if chance.random() < 0.4 else stays
        return told if chance.random() < 0.2 else told + (stays - told) / 3.0

    mapping = world({"announce": {}}, balk=0.4, overdue_hazard=3.0, overdue_spike=0.2)
    assert_same(mapping, tell)


@pytest.mark.statistical
def test_where_all_accept_a_callback_at_once_nobody_hangs_up_and_the_queue_is_erlang_c():
    mapping = world({"callback_offer": {"when": "elapsed", "minutes": 0}}, accepts_callback=1.0)
    mapping["desk"]["pools"]["desk"]["agents"] = 6
    found, error = run(mapping, 8)
    assert (found.abandoned, error.abandoned) == (0.0, 0.0)
    expected = erlang_c_wait_mean(Station(RATE, SERVICE, 6))
    assert found.mean == pytest.approx(expected, abs=4.5 * error.mean)


@pytest.mark.statistical
def test_callbacks_after_a_while_agree_with_a_simulation():
    chance = random.Random(4)

    def tell(_: int, stays: float) -> float:
        return math.inf if stays >= 2.0 and chance.random() < 0.3 else stays

    offer = {"callback_offer": {"when": "elapsed", "minutes": 2}}
    assert_same(world(offer, accepts_callback=0.3), tell)


@pytest.mark.statistical
def test_callbacks_on_a_long_announced_wait_agree_with_a_simulation():
    chance = random.Random(5)

    def tell(ahead: int, stays: float) -> float:
        told = (ahead + 1) * SERVICE / AGENTS
        if told >= 3.0 and chance.random() < 0.5:
            return math.inf
        return 0.0 if stays < told else told + (stays - told) / 1.52

    pool = {"announce": {}, "callback_offer": {"when": "announced", "minutes": 3}}
    assert_same(world(pool, balk=1.0, overdue_hazard=1.52, accepts_callback=0.5), tell)
