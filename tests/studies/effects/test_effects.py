"""Effects on persons: sums that must agree, parts that must be 0, biases whose sign is known."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

import sim
from sim.engine.simulate import people_before_and_after, simulate
from sim.errors import CommandError, ScenarioError
from sim.model.fairness_over_people import quantity
from sim.model.records import CUSTOMER
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario
from sim.studies.effects.effects_by_group import PARTS
from sim.studies.effects.outcomes import life_of
from sim.studies.effects.result import Effects
from sim.studies.effects.variants import (
    ENDLESS,
    NUDGED,
    POLICY,
    Asked,
    fold_of,
    run_variant,
    variants_of,
)

GOLD = {
    "score": {"spend": 1},
    "tiers": [{"name": "gold", "top_share": 0.2, "class": 1, "privilege": 0.5}, {"name": "rest"}],
}
FIRST = {"everyone": {"class": 1}}  # which is nothing, once everybody has it


def company(**more: Any) -> Scenario:
    usual = {
        "name": "Small",
        "months": 6,
        "replications": 2,
        "history_months": 0,
        "people": {"count": 800, "customers": 500, "contacts_per_month": {"mean": 1.5}},
        "network": {"mean_degree": 6},
        "desk": {"opening": {"mon-fri": "09:00-12:00"}, "pools": {"front": {"agents": 2}}},
        "policies": {"equal": {}, "golden": GOLD, "first": FIRST},
    }
    return from_mapping(usual | more)


def found(tmp_path: Any, policy: str = "golden", **options: Any) -> Effects:
    options = {"scenario": company(), "folds": 3} | options
    scenario = options.pop("scenario")
    return sim.effects(scenario, policy, out=tmp_path / "found", workers=2, **options)


@cache
def _lives(policy: str) -> tuple[Any, Any]:
    return life_of(*people_before_and_after(company(), policy, 0)), simulate(company(), policy, 0)


@pytest.mark.parametrize("policy", ["equal", "golden"])
def test_what_persons_went_through_is_what_the_company_counts(policy):
    lives, tallies = _lives(policy)
    months = tallies.months
    assert lives["contacts"].sum() == months["arrived"].sum()
    assert lives["spend"].sum() == pytest.approx(months["revenue"].sum(), rel=1e-6)
    assert lives["remedies"].sum() == pytest.approx(months["remedies"].sum(), rel=1e-6)
    assert lives["stayed"].sum() == months["customers"][-1]
    assert (lives["cohort"] > 0).sum() == 0  # nobody is followed unless it is asked for


def test_parts_add_up_and_are_each_of_the_same_persons(tmp_path):
    parts = found(tmp_path).parts.pivot(
        "part", index=["outcome", "grouping", "group"], values="mean"
    )
    known = parts.drop_nulls()
    assert known.height > 50
    assert np.allclose(known["whole"], known["own"] + known["others"], atol=1e-9)
    ways = sum(known[name] for name in PARTS[2:])
    assert np.allclose(known["others"], ways, atol=1e-9)
    assert known.filter(outcome="satisfaction", grouping="everyone")["interaction"][0] != 0.0


def plain_queue() -> Scenario:
    return company(behaviour="none", staff="none", product="none", replications=6)


def test_first_for_all_is_own_gain_at_the_others_cost_and_all_of_it_queue(tmp_path):
    # Who alone comes last waits longer; when nobody comes first, everybody waits as before.
    result = found(tmp_path, "first", scenario=plain_queue(), folds=10)
    waits = {
        row["part"]: row
        for row in result.parts.filter(outcome="waited", grouping="everyone").iter_rows(named=True)
    }
    assert waits["whole"]["low"] == waits["whole"]["high"] == 0.0
    assert waits["own"]["high"] < 0.0
    assert waits["others"]["mean"] == pytest.approx(-waits["own"]["mean"], abs=1e-9)
    assert waits["queue"]["mean"] == pytest.approx(waits["others"]["mean"], abs=1e-9)
    for part in ("stories", "staff", "product", "rest", "interaction"):
        assert waits[part]["mean"] == pytest.approx(0.0, abs=1e-9)


def test_own_treatment_is_what_a_trial_that_is_written_down_shows(tmp_path):
    found_parts = found(tmp_path, folds=1).parts
    shown = found_parts.filter(outcome="waited", grouping="everyone", part="own")["mean"][0]
    kept_out = {"trial": {"control": "equal", "fold": 0, "folds": 50}}
    written = company(policies={"equal": {}, "golden": GOLD | kept_out})
    means = []
    for replication in range(2):
        start, policy = people_before_and_after(company(), "golden", replication)
        _, trial = people_before_and_after(written, "golden", replication)
        mine = (start["status"] == CUSTOMER) & (np.arange(len(start)) % 50 == 0)
        means.append((quantity(policy, "waited") - quantity(trial, "waited"))[mine].mean())
    assert shown == pytest.approx(np.mean(means), abs=1e-12)
    assert shown != 0.0


def test_a_pool_that_is_added_on_the_way_has_agents_without_end_too():
    added = {"month": 2, "set": {"desk.pools.chat+": {"agents": 1, "serves": ["chat"]}}}
    fewer = {"month": 3, "set": {"desk.pools.front.agents": 1}}
    needs = [{"name": name, "share": 0.5, "minutes": 6, "resolved": 1} for name in ("call", "chat")]
    scenario = company(changes=[added, fewer], needs=needs)
    variants = variants_of(scenario, Asked("golden", "equal", folds=1))
    ablated = run_variant(variants, fold_of(None, "queue"), 0, "auto")
    assert ablated.lives["waited"].max() == 0.0


def test_without_talk_stories_do_nothing(tmp_path):
    parts = found(tmp_path, scenario=company(behaviour={"talk": "none"})).parts
    assert parts.filter(part="stories")["mean"].drop_nulls().abs().max() == 0.0
    assert parts.filter(part="queue", grouping="everyone")["mean"].abs().max() > 0.0


def test_with_agents_without_end_the_queue_does_nothing(tmp_path):
    desk = {"opening": {"mon-fri": "09:00-12:00"}, "pools": {"front": {"agents": ENDLESS}}}
    result = found(tmp_path, scenario=company(desk=desk))
    assert result.parts.filter(part="queue")["mean"].drop_nulls().abs().max() == 0.0
    assert result.people()["waited"].max() == 0.0


def test_who_is_in_a_tier_is_who_was_put_there_first(tmp_path):
    result = found(tmp_path, folds=0)
    assert result.parts.is_empty()
    people = result.people()
    by_policy = people.filter(replication=1).partition_by("policy", as_dict=True)
    gold, equal = by_policy["golden",], by_policy["equal",]
    assert gold["tier"].equals(equal["tier"])  # the same persons, whatever they lived under
    assert (gold["tier"] == "gold").sum() == 100  # a fifth of 500
    favoured = gold.filter(tier="gold")
    assert favoured["privilege"].max() > 0.0
    assert equal["privilege"].max() == 0.0
    row = result.effects.filter(outcome="privilege", group="gold").row(0, named=True)
    means = [
        people.filter(policy="golden", tier="gold", replication=number)["privilege"].mean()
        for number in range(2)
    ]
    assert row["mean"] == pytest.approx(np.mean(means))
    assert row["people"] == 100.0


def test_an_ab_test_finds_an_effect_of_what_has_none(tmp_path):
    scenario = company(replications=6, behaviour="none")
    result = found(tmp_path, "first", scenario=scenario, folds=0, ab_share=0.5)
    waits = result.experiments.filter(outcome="waited").row(0, named=True)
    assert waits["truth_mean"] == waits["truth_low"] == 0.0
    # Who is served first waits less only because the others are served later.
    assert waits["bias_high"] < 0.0
    assert waits["reported_mean"] == waits["bias_mean"]
    assert result.effects["gained"].drop_nulls().max() == 0.0


def test_an_ab_test_of_nothing_reports_nothing(tmp_path):
    policies = {"equal": {}, "same": {"abuse": {"warning_minutes": 3.0}}}
    scenario = company(replications=40, policies=policies, behaviour="none", months=2)
    result = found(tmp_path, "same", scenario=scenario, folds=0, ab_share=0.5)
    rows = result.experiments.filter(outcome="waited").row(0, named=True)
    assert rows["truth_mean"] == 0.0
    assert rows["bias_low"] < 0.0 < rows["bias_high"]
    # A 95% interval misses in 5%: 4 or more of 40 with probability 0.14, 7 or more with 0.003.
    assert rows["covered"] >= 33 / 40


def test_a_switchback_reports_what_does_not_carry_over(tmp_path):
    policies = {"equal": {}, "kind": {"everyone": {"privilege": 0.0, "effort": 1.5}}}
    scenario = company(replications=6, policies=policies, behaviour="none", months=8)
    result = found(tmp_path, "kind", scenario=scenario, folds=0, switchback_months=1)
    waits = result.experiments.filter(outcome="wait_mean").row(0, named=True)
    # Longer service makes a longer queue, in the month in which it is given and not after.
    assert waits["truth_low"] > 0.0
    assert waits["reported_low"] > 0.0
    assert waits["bias_low"] < 0.0 < waits["bias_high"]


def test_a_nudge_of_one_customer_moves_others():
    variants = variants_of(company(), Asked("golden", "equal", folds=0))
    policy, nudged = (run_variant(variants, name, 0, "auto").lives for name in (POLICY, NUDGED))
    assert (policy["withheld"].sum(), nudged["withheld"].sum()) == (0, 1)
    changed = policy["waited"] != nudged["waited"]
    assert changed[nudged["withheld"] == 0].any()


def test_gainers_are_found_by_what_makes_them_gain(tmp_path):
    scenario = company(replications=6, behaviour={"talk": "none"})
    result = found(tmp_path, scenario=scenario, folds=0, by="privilege")
    best, worst = result.leaves.row(0, named=True), result.leaves.row(-1, named=True)
    assert best["group"].startswith("what they could spend above")
    assert best["low"] > worst["high"]
    assert result.leaves["people_share"].sum() == pytest.approx(1.0)
    assert result.leaves["replications"].unique().to_list() == [3]


def test_the_answer_names_what_was_asked(tmp_path):
    result = found(tmp_path, ab_share=0.5, switchback_months=1)
    text = "\n".join(result.answer())
    assert "golden against equal: 500 customers" in text
    assert "kept out in turn" in text
    assert "An A/B test would have reported" in text
    assert "A switchback would have reported" in text
    page = result.build_report().read_text("utf-8")
    assert "What a field experiment would have said" in page
    again = sim.read_effects(result.folder)
    assert again.parts.equals(result.parts)
    assert isinstance(again.people(), pl.DataFrame)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 51}, "folds: must be 0 to 50"),
        ({"ab_share": 1.0}, "ab: must be above 0 and below 1"),
        ({"switchback_months": 4}, "two periods of 4 months"),
        ({"by": "happiness"}, "no outcome happiness"),
        ({"reference": "golden"}, "must be another policy"),
        ({"policies": ["equal"]}, "name the policy to look at"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, options, message):
    with pytest.raises(CommandError, match=message):
        found(tmp_path, **options)


def test_policies_in_python_are_refused_whatever_is_asked(tmp_path):
    (tmp_path / "kind.py").write_text(
        "class Kind:\n    def review(self, customers):\n        return []\n"
    )
    policies = {"equal": {}, "mine": {"python": f"{tmp_path}/kind.py:Kind"}}
    scenario = from_mapping(
        {"name": "a", "people": {"count": 100}, "policies": policies}, allow_code=True
    )
    with pytest.raises(CommandError, match="mine is written in Python"):
        found(tmp_path, "mine", scenario=scenario, folds=0, allow_code=True)


def test_a_reference_that_cannot_be_for_some_only_is_refused(tmp_path):
    policies = {"lined": GOLD | {"pools": {"own": {}}}, "golden": GOLD}
    with pytest.raises(ScenarioError, match="cannot be a control: it forms pools"):
        found(tmp_path, scenario=company(policies=policies))
    assert not found(tmp_path, scenario=company(policies=policies), folds=0).effects.is_empty()
