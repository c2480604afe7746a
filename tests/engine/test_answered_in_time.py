"""The share answered within so many seconds, and needs resolved at the first contact.

The oracle is theory, written here from the definition: somebody who finds all n agents busy and j
people ahead of them is answered after j + 1 departures, exponential with rates n mu + i theta while
i are ahead, and themselves hangs up at rate theta. Gans, Koole & Mandelbaum 2003, section 4.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.linalg import expm

from sim.engine.simulate import simulate
from sim.measures.expressions import read_claim
from sim.model.measuring import by_group, monthly, value, whole
from sim.scenario.reading.load import from_mapping
from sim.studies.verify.queue_scenarios import exponential, merged, queue

SECONDS = (10, 20, 90)
MOST = 150  # people that ever wait


def stationary(rate, mu, agents, theta):
    """Return the probabilities of 0, 1, ... people in the system."""
    weights = [1.0]
    for there in range(1, agents + MOST):
        leaving = min(there, agents) * mu + max(there - agents, 0) * theta
        weights.append(weights[-1] * rate / leaving)
    return np.array(weights) / sum(weights)


def answered(rate, mu, agents, theta, minutes):
    """Return the share of all arrivals that are answered within so many minutes."""
    found = stationary(rate, mu, agents, theta)
    size = MOST + 1  # the last state: answered
    moves = np.zeros((size, size))
    for ahead in range(MOST):
        onwards = agents * mu + ahead * theta
        moves[ahead, ahead - 1 if ahead else MOST] = onwards
        moves[ahead, ahead] = -onwards - theta
    in_time = expm(moves * minutes)[:, MOST]
    at_once = found[:agents].sum()
    return at_once + found[agents : agents + MOST] @ in_time[: len(found[agents:])]


def test_without_abandonment_the_oracle_is_erlang_c():
    rate, mu, agents = 4.0, 1.0 / 3.0, 14
    load = rate / mu
    terms = [load**k / math.factorial(k) for k in range(agents)]
    last = load**agents / math.factorial(agents) / (1 - load / agents)
    waits = last / (sum(terms) + last)
    wanted = 1 - waits * math.exp(-(agents * mu - rate) / 3)
    assert answered(rate, mu, agents, 0.0, 1 / 3) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("patience", [None, 2.0])
def test_the_share_answered_in_time_is_that_of_theory(patience):
    rate, minutes, agents = 4.0, 3.0, 14
    told = queue(rate, exponential(minutes), agents, months=1, patience=patience)
    spec = from_mapping(merged(told, {"desk": {"answer_within_seconds": list(SECONDS)}}))
    policy = next(iter(spec.policies))
    runs = [whole(simulate(spec, policy, replication)) for replication in range(8)]
    theta = 0.0 if patience is None else 1.0 / patience
    for seconds in SECONDS:
        found = np.array([run[f"answered_within_{seconds}s"] for run in runs])
        wanted = answered(rate, 1 / minutes, agents, theta, seconds / 60.0)
        error = found.std(ddof=1) / math.sqrt(len(found))
        assert abs(found.mean() - wanted) < 4.5 * error
        assert error < 0.006


def small(**desk):
    return from_mapping(
        {
            "name": "Small",
            "months": 2,
            "people": {"count": 60, "customers": 60, "contacts_per_month": {"mean": 20}},
            "desk": {
                "answer_within_seconds": [60, 600],
                "pools": {
                    "front": {"agents": 1},
                    "back": {"agents": 1, "serves": ["fault", "enquiry"]},
                },
                **desk,
            },
            "policies": {"equal": {}},
        }
    )


def test_groups_add_up_to_everybody_and_claims_read_the_same():
    tallies = simulate(small(), "equal", 0)
    assert tallies.answered[:, 0].sum() > 0
    first = 0
    for sort, names in tallies.group_names.items():
        groups = tallies.answered[:, 1 + first : 1 + first + len(names)]
        if sort != "agent":  # answers in time are not counted by agent
            assert (groups.sum(axis=1) == tallies.answered[:, 0]).all()
        first += len(names)
    (term,) = read_claim("answered_within_60s[equal] > 0").terms()
    assert value(tallies, term) == whole(tallies)["answered_within_60s"]
    (term,) = read_claim("answered_within_60s[equal, pool back] > 0").terms()
    pools, by_pool = by_group(tallies, "pool")
    back = tallies.groups[:, [len(tallies.group_names["tier"]) + 10 + pools.index("back")]]
    offered = (back["arrived"] - back["unqueued"])[:, 0]
    by_month = by_pool["answered_within_60s"][:, pools.index("back")]
    assert value(tallies, term) == pytest.approx((by_month * offered).sum() / offered.sum())
    (term,) = read_claim("answered_within_20s[equal] > 0").terms()
    assert math.isnan(value(tallies, term))


def test_more_time_never_means_fewer_answers():
    months = monthly(simulate(small(), "equal", 0))
    assert (months["answered_within_60s"] <= months["answered_within_600s"]).all()
    assert (1 - months["delayed"] <= months["answered_within_60s"] + 1e-12).all()


def resolution(callback, resolved, met=1.0):
    spec = from_mapping(
        {
            "name": "Calls",
            "months": 4,
            "people": {
                "count": 300,
                "customers": 300,
                "contacts_per_month": {"mean": 20},
                "demanding_share": {"mean": 1 - met, "cv": 0},
                "patience_minutes": "unlimited",
            },
            "network": {"kind": "none"},
            "needs": [
                {"name": "easy", "share": 0.5, "minutes": 1, "resolved": 1},
                {"name": "hard", "share": 0.5, "minutes": 1, "resolved": resolved},
            ],
            "desk": {"pools": {"front": {"agents": 20}}},
            "behaviour": {
                "contact": {"callback": callback, "callback_delay_minutes": 10},
                **dict.fromkeys(("voice", "talk", "churn", "adoption", "fairness"), "none"),
            },
            "staff": "none",
            "product": "none",
            "policies": {"equal": {}},
        }
    )
    return simulate(spec, "equal", 0)


@pytest.mark.parametrize("callback", [0.0, 0.7])
def test_first_contact_resolution_is_the_chance_of_resolution_however_many_call_back(callback):
    tallies = resolution(callback, 0.6)
    needs = tallies.months["needs"].sum()
    error = math.sqrt(0.8 * 0.2 / needs)
    assert abs(whole(tallies)["first_contact_resolution"] - 0.8) < 4.5 * error
    (term,) = read_claim("first_contact_resolution[equal, need hard] > 0").terms()
    assert abs(value(tallies, term) - 0.6) < 4.5 * math.sqrt(0.6 * 0.4 / (needs / 2))


def test_needs_that_cannot_be_met_end_unresolved():
    tallies = resolution(0.7, 1.0, met=0.9)
    error = math.sqrt(0.9 * 0.1 / tallies.months["needs"].sum())
    assert abs(whole(tallies)["first_contact_resolution"] - 0.9) < 4.5 * error
