"""A second line against the theorem of Burke: a share of what leaves an M/M/n queue is Poisson."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.model.measuring import whole
from sim.scenario.reading.load import from_mapping
from sim.studies.verify.queue_scenarios import exponential, merged, queue

# Burke, P. J. (1956). The output of a queuing system. Operations Research 4(6), 699-704,
# doi:10.1287/opre.4.6.699. Jackson, J. R. (1957). Networks of waiting lines. Operations Research
# 5(4), 518-521, doi:10.1287/opre.5.4.518.

RATE, FIRST, SECOND, SHARE = 2.0, 3.0, 8.0, 0.25  # a minute, minutes, minutes, handed on
AGENTS, EXPERTS = 8, 6


def erlang_c_wait(rate, minutes, agents):
    """Return the mean wait in minutes of an M/M/n queue, from its stationary distribution."""
    load = rate * minutes
    terms = [load**k / math.factorial(k) for k in range(agents)]
    last = load**agents / math.factorial(agents) / (1 - load / agents)
    return last / (sum(terms) + last) * minutes / (agents - load)


def runs(count, months=2, **way):
    told = queue(RATE, exponential(FIRST), AGENTS, months=months)
    second = {"pool": "expert", "share": SHARE, "minutes": exponential(SECOND), **way}
    pools = {
        "desk": {"hands_on_to": second},
        "expert": {"agents": EXPERTS, "serves": [], "wage_per_hour": 60},
    }
    spec = from_mapping(merged(told, {"desk": {"pools": pools}}))
    policy = next(iter(spec.policies))
    return [simulate(spec, policy, replication) for replication in range(count)]


def near(found, wanted):
    values = np.array(found)
    error = values.std(ddof=1) / math.sqrt(len(values))
    return abs(values.mean() - wanted) < 4.5 * error and error < 0.05 * wanted


def test_both_lines_are_queues_of_their_own():
    found = [whole(tallies) for tallies in runs(10)]
    assert near([run["wait_mean"] for run in found], erlang_c_wait(RATE, FIRST, AGENTS))
    wanted = erlang_c_wait(RATE * SHARE, SECOND, EXPERTS)
    assert near([run["wait_handed_mean"] for run in found], wanted)
    handed = [run["contacts_handed_on"] / run["contacts_served"] for run in found]
    assert near(handed, SHARE)


def test_the_second_line_works_for_its_own_time_and_wage():
    (tallies,) = runs(1, minutes=8)
    pool = len(tallies.group_names["tier"]) + 10 + 1
    busy = tallies.groups["busy_minutes"][:, pool].sum()
    handed = tallies.months["handed_on"].sum()
    assert busy == pytest.approx(8 * handed, abs=8 * (EXPERTS + 30))
    hours = tallies.groups["paid_minutes"][:, [pool - 1, pool]].sum(axis=0) / 60
    assert tallies.months["wages"].sum() == pytest.approx(hours @ [25.0, 60.0])
