"""Measures of fairness: treatment is exact, outcomes differ, chances compare like with like."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.simulate import simulate, simulate_for_measures
from sim.measures.fairness_measures import FAIRNESS
from sim.model.fairness_over_people import _standardised_rates
from sim.model.measuring import whole
from sim.model.population.lorenz import gini_of_members
from tests.engine.test_equal_treatment import company, tiers


def measured(**policies):
    scenario = company(policies)
    return {name: simulate(scenario, name, 0).fairness for name in policies}


def test_equal_treatment_is_free_of_envy_and_yet_outcomes_differ():
    alike = {"describe": "A test.", "everyone": {"lenient": 0.5}}
    found = measured(alike=alike, label=alike | tiers({}))
    for name in found:
        gaps = [found[name][f"treatment_gap_{which}"] for which in ("mean", "most")]
        assert (found[name]["envy_free"], *gaps) == (1.0, 0.0, 0.0)
        assert found[name]["gini_waited"] > 0.1
        assert found[name]["gini_remedies"] > 0.1
    assert list(found["alike"]) == list(FAIRNESS)


def test_the_gap_of_a_table_is_exact():
    pay = {"describe": "A test.", "voices": {"angry": {"remedy": 9}}}
    scenario = company({"first": tiers({"class": 1}), "pay": pay})
    top, rest = simulate(scenario, "first", 0).groups["customers"][-1, :2]
    # Of pairs drawn at random, these have one who is served after the other.
    behind = top * rest / (top + rest) ** 2
    assert behind > 0.1
    found = {name: simulate(scenario, name, 0).fairness for name in ("first", "pay")}
    assert found["first"]["treatment_gap_mean"] == pytest.approx(behind)
    assert (found["first"]["treatment_gap_most"], found["first"]["envy_free"]) == (1.0, 0.0)
    # Whoever is angry gets more, though nobody's tier does.
    more = math.exp(-0.25 / 0.4) - math.exp(-9 / 0.4)
    assert found["pay"]["treatment_gap_most"] == pytest.approx(more)
    assert (found["pay"]["treatment_gap_mean"], found["pay"]["envy_free"]) == (0.0, 0.0)


def test_theil_is_its_parts_and_the_gini_is_the_one_of_the_tables():
    scenario = company({"first": tiers({"class": 1, "remedy": 2.0})})
    tallies = simulate(scenario, "first", 0)
    for name in ("waited", "remedies", "hang_ups", "refusals"):
        parts = [tallies.fairness[f"theil_{name}_{where}_tiers"] for where in ("between", "within")]
        assert sum(parts) == pytest.approx(tallies.fairness[f"theil_{name}"])
    assert tallies.fairness["theil_remedies_between_tiers"] > 0.0
    assert tallies.fairness["discrimination_sum"] == pytest.approx(0.0, abs=1e-6)


def test_an_hour_is_worth_what_the_scenario_says():
    policies = {"alike": {"describe": "A test.", "everyone": {"remedy": 0.0}}}
    people = company(policies).model_dump()["people"]
    assert people["hour_worth"] == 12.0
    found = simulate(company(policies), "alike", 0).fairness
    assert found["surplus_mean"] == pytest.approx(-12.0 * found["mean_waited"] / 60.0)


def test_chances_are_compared_among_the_like():
    # Both groups fare alike in each stratum, and are spread differently over the two.
    group = np.array([0, 0, 0, 0, 1, 1])
    strata = np.array([0, 0, 0, 1, 0, 1])[:, None]
    had = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0])[:, None]
    rates = _standardised_rates(group, strata, had, np.ones_like(had))
    assert rates == pytest.approx([4 / 6, 4 / 6])  # four of six are where all succeed
    # A stratum that only one of them knows says nothing.
    alone = np.array([0, 0, 0, 2, 0, 1])[:, None]
    assert _standardised_rates(group, alone, had, np.ones_like(had)) == pytest.approx([1.0, 1.0])


def test_the_gini_of_equal_amounts_is_nothing():
    assert gini_of_members(np.full(7, 3.0)) == pytest.approx(0.0)


def test_what_only_measures_need_gives_the_same_measures():
    scenario = company({"first": tiers({})})
    short, full = (each(scenario, "first", 0) for each in (simulate_for_measures, simulate))
    assert short.fairness == {name: full.fairness[name] for name in short.fairness}
    assert repr(whole(short)) == repr(whole(full))
    assert whole(short)["gini_wait"] > 0.0
