"""Trials: people who are kept out of a policy live under the control, and nobody else notices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import people_at_end, simulate
from sim.errors import ScenarioError
from sim.model.measuring import by_group
from sim.model.records import Records
from sim.model.tallies import Tallies
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario

GOLD = {
    "score": {"spend": 1},
    "review_months": 2,
    "tiers": [{"name": "gold", "top_share": 0.2, "class": 1, "privilege": 0.3}, {"name": "rest"}],
}
MANY = GOLD | {
    "dismiss": {"cost_ratio": 1.5, "months": 2},
    "offers": {
        "newcomer": {"share": 0.5, "months": 2},
        "win_back": {"share": 0.5},
        "loyalty": {"share": 0.1, "after_months": 12},
        "goodwill_months": 0.1,
    },
    "abuse": {"postpone_minutes": 60},
    "overrule": True,
    "voices": {"public": {"remedy": 2.0, "lenient": 0.5}},
    "escalate": {"below": 0.4, "pool": "frontline"},
}


def company(kind: str = "", value: float = 0.0, policy: str = "many", **more: Any) -> Scenario:
    kinds = {
        "share": {"withheld_share": value},
        "fold": {"fold": int(value), "folds": 10},
        "months": {"months": int(value)},
    }
    trial = {"trial": {"control": "equal"} | kinds[kind]} if kind else {}
    return from_mapping(
        {
            "name": "Small",
            "months": 8,
            "people": {
                "count": 900,
                "customers": 500,
                "contacts_per_month": {"mean": 1.0},
                "deal_seeker_share": 0.3,
            },
            "network": {"mean_degree": 6},
            "desk": {
                "pools": {
                    "frontline": {"agents": 2},
                    "complaints": {"agents": 1, "serves": ["complaint"]},
                }
            },
            "policies": {
                "equal": {},
                "many": MANY | (trial if policy == "many" else {}),
                "golden": GOLD | (trial if policy == "golden" else {}),
            },
        }
        | more
    )


def run(scenario: Scenario, policy: str = "many", engine: str = "compiled") -> Tallies:
    return simulate(scenario, policy, 0, engine)


def people(scenario: Scenario, policy: str = "many") -> Records:
    return people_at_end(scenario, policy, 0)


def test_with_everybody_kept_out_the_control_is_what_all_live_under():
    kept_out, control = run(company("share", 1.0)), run(company(), "equal")
    assert kept_out.months.tobytes() == control.months.tobytes()
    assert kept_out.waits.tobytes() == control.waits.tobytes()
    assert run(company()).months.tobytes() != control.months.tobytes()


def test_with_nobody_kept_out_the_policy_is_what_all_live_under():
    nobody, policy = run(company("share", 0.0)), run(company())
    assert nobody.months.tobytes() == policy.months.tobytes()


@pytest.mark.parametrize(("kind", "value"), [("share", 0.5), ("fold", 3), ("months", 2)])
def test_both_engines_give_the_same_bytes(kind, value):
    scenario = company(kind, value)
    compiled, simpy = run(scenario), run(scenario, engine="simpy")
    assert compiled.months.tobytes() == simpy.months.tobytes()
    assert compiled.groups.tobytes() == simpy.groups.tobytes()
    assert compiled.months.tobytes() != run(company()).months.tobytes()


def test_a_control_that_treats_alike_changes_nothing():
    alike = {"alike": GOLD | {"abuse": {"warning_minutes": 3.0}}}  # which nobody is given
    trial = {"golden": GOLD | {"trial": {"control": "alike", "withheld_share": 0.5}}}
    minds = {"fairness": "none"}  # else people compare which tier they are in
    in_part = company(policies={"equal": {}} | trial | alike, behaviour=minds)
    whole = company(policies={"equal": {}, "golden": GOLD}, behaviour=minds)
    assert people(in_part, "golden")["withheld"].any()
    assert run(in_part, "golden").months.tobytes() == run(whole, "golden").months.tobytes()


def test_a_fold_is_everybody_whose_number_leaves_it():
    W = people(company("fold", 3))
    assert np.flatnonzero(W["withheld"]).tolist() == list(range(3, 900, 10))


def test_whom_a_share_keeps_out_is_chosen_by_lot():
    # 900 draws at 0.3: mean 270, standard deviation 13.7.
    assert people(company("share", 0.3))["withheld"].sum() == pytest.approx(270, abs=4 * 13.7)


def test_who_is_kept_out_has_no_privilege_and_nobody_else_loses_theirs():
    trial, policy = people(company("fold", 3, "golden"), "golden"), people(company(), "golden")
    kept_out = trial["withheld"] == 1
    assert trial["privilege_months"][kept_out].max() == 0.0
    assert policy["privilege_months"][kept_out].max() > 0.0
    # The first tiers are those of the whole policy, whoever is kept out.
    together = ~kept_out
    assert (trial["first_tier"][together] == policy["first_tier"][together]).all()


def test_a_switchback_gives_every_pair_of_periods_one_under_the_control():
    scenario = company("months", 1, "golden")
    names, table = by_group(run(scenario, "golden"), "tier")
    assert names == ["gold", "rest", "withheld"]
    out = table["customers"][:, 2] > 0
    assert (out[::2] != out[1::2]).all()
    assert ((table["customers"][:, 0] > 0) != out).all()


def test_those_kept_out_are_a_column_of_their_own():
    names, table = by_group(run(company("share", 0.5, "golden"), "golden"), "tier")
    assert names == ["gold", "rest", "withheld"]
    # 500 customers, half of them kept out: standard deviation 11.
    assert table["customers"][0, 2] == pytest.approx(250, abs=60)


def test_under_a_switch_the_trial_begins_with_the_policy():
    early = company("share", 0.5, "golden", switch_month=4)
    first = company(switch_month=4)
    trial, plain = run(early, "golden"), run(first, "equal")
    assert trial.months[:3].tobytes() == plain.months[:3].tobytes()
    names, table = by_group(trial, "tier")
    assert names == ["gold", "rest", "everyone"]  # who is kept out stays where all were
    assert (table["customers"][4] > 0).all()


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ({"a": {"trial": {"control": "b"}}, "b": {}}, "needs exactly one of withheld_share"),
        ({"a": {"trial": {"control": "b", "fold": 1}}, "b": {}}, "folds: is required"),
        ({"a": {"trial": {"control": "b", "fold": 2, "folds": 2}}, "b": {}}, "must be below folds"),
        ({"a": {"trial": {"control": "c", "months": 1}}, "b": {}}, "is not a policy"),
        ({"a": {"trial": {"control": "a", "months": 1}}}, "must be another policy"),
        (
            {"a": {"trial": {"control": "b", "months": 1}}, "b": {"pools": {"own": {}}}},
            "forms pools of agents",
        ),
        (
            {"a": {"trial": {"control": "b", "months": 1}}, "b": GOLD | {"secrecy": "published"}},
            "discloses tiers",
        ),
    ],
)
def test_a_trial_that_cannot_be_is_refused(policies, message):
    desk = {"pools": {"frontline": {"agents": 3}}}
    with pytest.raises(ScenarioError, match=message):
        company(policies=policies, desk=desk)
