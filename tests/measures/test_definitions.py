"""Measures as declared: stable names and units, formulas that name only what there is."""

from __future__ import annotations

import ast

import pytest

from sim.measures.definitions import GROUP_MEASURES, MEASURES
from sim.measures.measure import with_limits
from sim.model.records import GROUP, MONTH_TALLY

# Names and units that people's scripts rely on. More may be added; nothing is silently renamed.
STABLE = {
    "people": "customers prospects lapsed dismissed joined left left_natural left_dissatisfied "
    "left_at_once left_offer_end left_ombudsman reached_good reached_bad cascade_mean",
    "currency": "revenue wages remedies offers acquisition hiring ombudsman_fees fixed profit "
    "profit_discounted cash",
    "0/1": "ruined",
    "contacts": "contacts_offered contacts_served contacts_abandoned contacts_blocked "
    "contacts_ignored contacts_retried complaints_polite complaints_angry complaints_public "
    "complaints_opportunist overrulings ombudsman_cases",
    "minutes": "wait_mean wait_served_mean wait_p50 wait_p90 wait_p95 wait_p99",
    "share": "churn_rate revenue_top20_share revenue_top2_customers_share abandonment delayed "
    "within_promise utilisation complaints_rate fault_rate",
    "index": "voice_value_polite voice_value_angry voice_value_public satisfaction_mean "
    "expectation_mean trust_mean opinion_mean unfairness_mean cascade_depth_mean "
    "talk_reproduction gini_wait gini_remedy morale_mean",
    "messages": "messages_good messages_bad",
    "agents": "agents_present agents_quit",
}
UNITS = {name: unit for unit, names in STABLE.items() for name in names.split()}

# What a formula may name besides fields of the tally.
DERIVED = {
    *("queued", "left", "complaints", "costs", "profit"),
    *("month", "discount", "quantile", "gini_waited", "gini_remedies"),
}


@pytest.mark.parametrize("name", UNITS)
def test_a_stable_name_keeps_its_unit(name):
    assert MEASURES[name].unit == UNITS[name]


def test_a_measure_is_found_under_its_own_name():
    assert all(name == measure.name for name, measure in MEASURES.items())


def test_every_limit_in_seconds_has_its_measure_on_demand():
    measure = MEASURES["answered_within_20s"]
    assert (measure.name, measure.unit, measure.direction) == ("answered_within_20s", "share", "up")
    assert MEASURES.get("answered_within_20s") == measure
    assert GROUP_MEASURES["pool"]["answered_within_20s"] == "answered(20) / (arrived - unqueued)"
    assert list(with_limits(MEASURES, [20, 5])) == [
        *MEASURES,
        "answered_within_20s",
        "answered_within_5s",
    ]


@pytest.mark.parametrize("name", ["answered_within_0s", "answered_within_2", ""])
def test_other_names_are_no_measures(name):
    assert name not in MEASURES
    assert MEASURES.get(name) is None
    with pytest.raises(KeyError):
        MEASURES[name]


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_measure_is_declared_in_full(measure):
    assert measure.title
    assert measure.title[0].isupper()
    assert measure.unit in {*STABLE, "months", "stories"}
    assert measure.direction in {"up", "down", "none"}
    assert measure.horizon in {"sum", "ratio", "mean", "last"}


def named(formula: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(formula)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_formula_names_only_what_there_is(measure):
    assert named(measure.formula) <= set(MONTH_TALLY.names) | DERIVED


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_shares_and_means_are_not_added_up(measure):
    if measure.unit in {"share", "index", "minutes"}:
        assert measure.horizon != "sum"
    if "/" in measure.formula and measure.name != "profit_discounted":
        assert measure.horizon == "ratio"


@pytest.mark.parametrize("sort", GROUP_MEASURES)
def test_groups_have_measures_of_the_same_names(sort):
    assert set(GROUP_MEASURES[sort]) <= set(MEASURES)
    for formula in GROUP_MEASURES[sort].values():
        assert named(formula) <= set(GROUP.names)
