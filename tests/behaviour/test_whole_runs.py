"""Whole runs, small: what must rise when something else does, and what extremes must give."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.model.measuring import by_group, monthly, whole
from sim.model.tallies import Tallies
from tests.small_worlds import merged, scenario

# Some 700 contacts a month of 9 minutes for 160 open hours: an agent alone is busy two thirds.
BUSY: dict[str, Any] = {
    "months": 4,
    "people": {
        "count": 400,
        "customers": 240,
        "contacts_per_month": {"mean": 3.0},
        "patience_minutes": {"mean": 12.0},
    },
    "network": {"mean_degree": 6},
    "desk": {"opening": {"mon-fri": "09:00-17:00"}, "pools": {"front": {"agents": 1}}},
    "policies": {"equal": {}, "value_tiers": {}, "complaint_rewarding": {}},
}
PLAIN = {"behaviour": "none", "staff": "none", "product": "none"}
MUTE = {"base": -1000.0, "slope": 0.0}
STAYING = {"exit": MUTE, "ombudsman": {"share": 0}}
"""Nobody leaves at once, nor when the ombudsman has ruled."""


@cache
def _simulated(sections: str, policy: str, replication: int) -> Tallies:
    return simulate(scenario(**json.loads(sections)), policy, replication)


def tallies(policy: str = "equal", replication: int = 0, **sections: Any) -> Tallies:
    return _simulated(json.dumps(merged(BUSY, sections)), policy, replication)


def values(policy: str = "equal", replication: int = 0, **sections: Any) -> dict[str, float]:
    return whole(tallies(policy, replication, **sections))


def desk(agents: int) -> dict[str, Any]:
    return {"pools": {"front": {"agents": agents}}}


def rises(numbers: list[float]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


# The queue alone.


@pytest.mark.parametrize("replication", range(3))
def test_more_agents_make_waits_shorter_and_fewer_hang_up(replication):
    runs = [values(replication=replication, desk=desk(n), **PLAIN) for n in (3, 2, 1)]
    for name in ("wait_mean", "abandonment", "delayed", "utilisation"):
        assert rises([run[name] for run in runs]), name


def test_longer_handling_makes_waits_longer():
    needs = [{"name": "question", "share": 1, "resolved": 1}]
    runs = [values(needs=[{**needs[0], "minutes": m}], **PLAIN) for m in (3, 9, 15)]
    assert rises([run["wait_mean"] for run in runs])
    assert rises([run["utilisation"] for run in runs])


def test_the_patient_hang_up_less_and_wait_longer():
    runs = [values(people={"patience_minutes": {"mean": m}}, **PLAIN) for m in (2, 8, 60)]
    assert rises([run["wait_mean"] for run in runs])
    assert rises([-run["abandonment"] for run in runs])


def test_without_patience_who_is_not_answered_at_once_is_gone():
    for sections in ({}, PLAIN):
        run = tallies(people={"patience_minutes": {"mean": 0.0}}, **sections)
        found = whole(run)
        assert found["contacts_abandoned"] > 0
        assert found["delayed"] == found["wait_mean"] == 0.0
        assert run.waits[:, 1:].sum() == 0
        served = found["contacts_served"] + found["contacts_abandoned"]
        assert served == found["contacts_offered"]


def test_with_all_the_patience_in_the_world_nobody_hangs_up():
    found = values(people={"patience_minutes": "unlimited"}, **PLAIN)
    assert found["contacts_abandoned"] == 0
    assert found["wait_mean"] > 0


def test_with_agents_for_everybody_nobody_waits():
    found = values(desk=desk(60), **PLAIN)
    assert found["delayed"] == 0
    assert found["contacts_served"] == found["contacts_offered"] > 0


def test_without_agents_nobody_is_served():
    found = values(desk=desk(0), **PLAIN)
    assert found["contacts_served"] == 0
    assert found["contacts_abandoned"] > 0
    assert math.isnan(found["utilisation"])


def test_without_needs_or_adoption_nothing_is_asked():
    people = {"contacts_per_month": {"mean": 0.0}}
    found = values(people=people, behaviour={"adoption": "none"})
    assert found["contacts_offered"] == 0
    assert found["revenue"] > 0


def test_with_all_behaviour_off_minds_and_memberships_stay():
    run = tallies(**PLAIN)
    by_month = monthly(run)
    assert (by_month["customers"] == 240).all()
    assert np.ptp(by_month["satisfaction_mean"]) == pytest.approx(0.0, abs=1e-12)
    for name in (
        "joined",
        "left",
        "complaints_handled",
        "reached_bad",
        "reached_good",
        "enquiries",
    ):
        assert not by_month[name].any(), name
    assert by_month["fault_rate"].tolist() == [1.0] * 4


# Talk, voice, remedies.


PERFECT = {
    "needs": [{"name": "question", "share": 1, "minutes": 5, "resolved": 1}],
    "people": {
        "demanding_share": {"mean": 0.0, "cv": 0.0},
        "honesty": {"mean": 1000.0, "sd": 0.0},
    },
    "desk": desk(60),
    "staff": "none",
    "policies": {"kind": {"everyone": {"courtesy": 1.0}}},
}


def test_perfect_service_leaves_nothing_bad_to_tell():
    found = values("kind", **PERFECT)
    assert found["messages_bad"] == found["reached_bad"] == 0
    assert found["messages_good"] > 0
    assert found["complaints_handled"] == found["left_at_once"] == 0


def test_service_that_fails_everybody_leaves_nothing_good_to_tell():
    found = values(desk=desk(0))
    assert found["messages_good"] == 0
    assert found["messages_bad"] > 0


def test_without_talk_nobody_is_reached():
    found = values(behaviour={"talk": "none"})
    assert found["reached_good"] == found["reached_bad"] == 0
    assert values()["reached_bad"] > 0


def test_more_retelling_reaches_more():
    reached = []
    for retell in (0.0, 0.3, 0.8):
        found = values(behaviour={"talk": {"retell": retell}})
        reached.append(found["reached_good"] + found["reached_bad"])
    assert rises(reached)


def remedied(months: float) -> dict[str, Any]:
    return {"mine": {"everyone": {"remedy": months}}}


def test_bigger_remedies_cost_more():
    costs = [values("mine", policies=remedied(months))["remedies"] for months in (0.0, 0.25, 1.0)]
    assert costs[0] == 0.0
    assert rises(costs)


def test_who_learns_nothing_knows_nothing():
    voice = {"learning": 0.0, "social_learning": 0.0}
    found = values("complaint_rewarding", behaviour={"voice": voice})
    assert found["complaints_handled"] > 0
    for name in ("polite", "angry", "public"):
        assert found[f"voice_value_{name}"] == 0.0


def test_demands_that_cannot_be_met_are_refused_and_teach_nothing():
    people = {"demanding_share": {"mean": 1.0, "cv": 0.0}}
    strict = {"strict": {"everyone": {"lenient": 0.0}}}
    answered = desk(20) | {"enquiry_resolved": 1.0}
    unheard = {"voice": {"ombudsman": {"share": 0}}}
    run = tallies("strict", people=people, policies=strict, desk=answered, behaviour=unheard)
    found = whole(run)
    assert found["contacts_called_back"] == 0
    assert found["complaints_handled"] > 0
    assert found["complaints_granted"] == found["remedies"] == 0
    assert run.months["justified"].sum() == 0
    assert found["fault_rate"] == 1.0


def test_needs_that_are_never_resolved_are_called_back_about():
    def called(resolved: float) -> float:
        needs = [{"name": "question", "share": 1, "minutes": 5, "resolved": resolved}]
        answered = desk(20) | {"enquiry_resolved": 1.0}
        return values(needs=needs, staff="none", desk=answered)["contacts_called_back"]

    assert called(1.0) == 0
    assert rises([called(1.0), called(0.5), called(0.0)])


# Leaving and joining.


def test_with_natural_churn_alone_all_leave_for_natural_causes():
    churn = {"natural_per_month": 0.1, "base_per_month": 0.0}
    found = values(behaviour={"churn": churn, "voice": STAYING})
    assert found["left"] == found["left_natural"] > 0
    assert found["left_dissatisfied"] == found["left_at_once"] == 0


def test_with_churn_off_and_no_exit_nobody_leaves():
    found = values(behaviour={"churn": "none", "voice": STAYING})
    assert found["left"] == found["lapsed"] == 0


def test_worse_service_loses_more():
    left = [values(desk=desk(agents), months=8)["left_dissatisfied"] for agents in (5, 0)]
    assert left[1] > left[0]


def test_easier_conversion_brings_more():
    joined = [
        values(behaviour={"adoption": {"convert": convert, "spontaneous": 0.1}})["joined"]
        for convert in (0.0, 0.3, 1.0)
    ]
    assert joined[0] == 0
    assert rises(joined)


# Money.


def test_costs_come_off_profit_one_for_one():
    low = values(company={"fixed_cost_per_month": 1000.0, "serve_cost_per_month": 0.0})
    high = values(company={"fixed_cost_per_month": 3000.0, "serve_cost_per_month": 0.0})
    assert low["profit"] - high["profit"] == pytest.approx(4 * 2000.0)
    assert low["cash"] == pytest.approx(low["profit"])
    assert low["customers"] == high["customers"]


def test_wages_scale_with_the_wage():
    def wages(wage: float) -> float:
        return values(desk={"pools": {"front": {"agents": 2, "wage_per_hour": wage}}})["wages"]

    assert wages(40.0) == pytest.approx(2 * wages(20.0))
    assert wages(20.0) >= 2 * 4 * 160 * 20.0  # hours after closing are paid too


# Policies.


def waits(run: Tallies) -> dict[str, float]:
    """Mean wait by tier over the whole run."""
    names, found = by_group(run, "tier")
    offered = found["contacts_offered"]
    minutes = np.nansum(found["wait_mean"] * offered, axis=0) / offered.sum(axis=0)
    return dict(zip(names, minutes.tolist(), strict=True))


def test_the_top_tier_waits_less_than_the_rest_and_than_under_equal():
    for replication in range(2):
        tiers = waits(tallies("value_tiers", replication))
        equal = waits(tallies("equal", replication))
        assert tiers["top"] < tiers["rest"]
        assert tiers["top"] < equal["everyone"]


def test_people_have_the_same_needs_under_every_policy():
    first = {policy: monthly(tallies(policy))["needs"][0] for policy in BUSY["policies"]}
    # Those who leave at once have none afterwards; nobody does before the first complaint.
    quiet = {"voice": STAYING, "adoption": "none"}
    same = {
        policy: monthly(tallies(policy, behaviour=quiet))["needs"][0] for policy in BUSY["policies"]
    }
    assert len(set(same.values())) == 1
    assert max(first.values()) - min(first.values()) < 0.05 * max(first.values())


def test_rewarding_the_loud_makes_people_loud():
    behaviour = {
        "voice": {"learning": 0.5, "social_learning": 0.2, "exit": MUTE},
        "churn": "none",
    }
    differences = []
    for replication in range(5):
        late = {}
        for policy in ("equal", "complaint_rewarding"):
            run = tallies(policy, replication, behaviour=behaviour, months=12)
            loud = run.months["angry"] + run.months["public"]
            late[policy] = loud[-4:].sum()
        differences.append(late["complaint_rewarding"] - late["equal"])
    error = np.std(differences, ddof=1) / math.sqrt(len(differences))
    assert np.mean(differences) > 3 * error
    assert min(differences) > 0


# The run itself.


def test_a_run_is_its_replications_and_policys_alone():
    given = scenario(**BUSY)
    again = simulate(given, "equal", 0)
    assert again.months.tobytes() == tallies().months.tobytes()
    assert again.waits.tobytes() == tallies().waits.tobytes()
    assert tallies(replication=1).months.tobytes() != again.months.tobytes()


def test_a_longer_run_begins_as_a_shorter_one():
    short, long = monthly(tallies(months=2)), monthly(tallies(months=4))
    # What would be told or asked after the end is not begun, and shows in no other number.
    for name in ("revenue", "needs", "contacts_served", "joined", "left", "satisfaction_mean"):
        assert long[name][:2].tolist() == short[name].tolist(), name


def test_a_run_without_months_or_people_is_empty():
    assert len(tallies(months=0).months) == 0
    nobody = {"count": 0, "customers": 0}
    found = values(people=nobody, network={"kind": "none"})
    assert found["customers"] == found["contacts_offered"] == found["revenue"] == 0
