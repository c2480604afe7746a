"""Measures as computed: on a real small run, and on tallies made by hand."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.measures.definitions import GROUP_MEASURES, MEASURES
from sim.measures.expressions import read_claim
from sim.model.measuring import by_group, distributions, monthly, value, whole
from sim.model.population.lorenz import SHARES, gini_of_members, lorenz_curve
from sim.model.records import GROUP, MONTH_TALLY
from sim.model.tallies import WAIT_BINS, Tallies, wait_bin
from tests.small_worlds import scenario

MONTHS = 4
SORTS = [sort for sort in GROUP_MEASURES if sort != "agent"]  # told where agents differ
BUSY = {
    "months": MONTHS,
    "people": {
        "count": 600,
        "customers": 400,
        "contacts_per_month": {"mean": 4},
        "patience_minutes": {"mean": 15},
    },
    "network": {"mean_degree": 6},
    "desk": {
        "opening": {"mon-fri": "09:00-17:00"},
        "pools": {
            "front": {"agents": 2},
            "upset": {"agents": 1, "serves": ["complaint"], "helps": ["front"]},
        },
    },
    "policies": {"value_tiers": {}},
}


@cache
def run() -> Tallies:
    return simulate(scenario(**BUSY), "value_tiers", 0)


def by_hand(
    months: int = 2,
    waits: Any = None,
    cascades: Any = ((0,), (0,)),
    paid_each: Any = (),
    **fields: Any,
) -> Tallies:
    """Return tallies of which only these fields are not 0."""
    tally = np.zeros(months, MONTH_TALLY)
    for name, amount in fields.items():
        tally[name] = amount
    if waits is None:
        waits = np.zeros((months, WAIT_BINS), np.int64)
    groups = np.zeros((months, 2), GROUP)
    reached, paid = np.array(cascades, np.int64), np.array(paid_each, np.float64)
    held, fairness = lorenz_curve(paid), {"gini_remedies": gini_of_members(paid)}
    names = {"tier": ("a", "b")}
    return Tallies("mine", 0, tally, groups, names, waits, 0.01, reached, held, held, fairness)


def histogram(*months: Any) -> np.ndarray:
    waits = np.zeros((len(months), WAIT_BINS), np.int64)
    for row, minutes in zip(waits, months, strict=True):
        for one in minutes:
            row[wait_bin(float(one))] += 1
    return waits


def test_every_measure_has_a_value_a_month_and_one_in_all():
    by_month, in_all = monthly(run()), whole(run())
    assert list(by_month) == list(in_all) == list(MEASURES)
    assert all(values.shape == (MONTHS,) for values in by_month.values())
    assert all(isinstance(value, float) for value in in_all.values())


# Nothing is promised or handed on, and whoever is right is paid.
UNDEFINED = {"within_promise", "wait_handed_mean", "disputes_redone", "offer_cycle_months"}


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_of_a_busy_company_is_a_number(name):
    assert math.isfinite(whole(run())[name]) != (name in UNDEFINED)


@pytest.mark.parametrize("name", [m.name for m in MEASURES.values() if m.unit == "share"])
def test_shares_lie_between_0_and_1(name):
    values = monthly(run())[name]
    assert not ((values < 0) | (values > 1)).any()


@pytest.mark.parametrize("name", MEASURES)
def test_months_make_a_whole_as_declared(name):
    values, in_all = monthly(run())[name], whole(run())[name]
    horizon = MEASURES[name].horizon
    if horizon == "sum":
        assert in_all == pytest.approx(values.sum())
    elif horizon == "last":
        assert in_all == values[-1]
    elif horizon == "mean":
        assert in_all == pytest.approx(np.nanmean(values))
    elif name not in UNDEFINED:
        assert np.nanmin(values) - 1e-12 <= in_all <= np.nanmax(values) + 1e-12


def test_a_ratio_is_that_of_the_sums():
    tallies = by_hand(arrived=[100, 300], abandoned=[50, 30], wait_minutes=[10.0, 90.0])
    assert monthly(tallies)["abandonment"].tolist() == [0.5, 0.1]
    assert whole(tallies)["abandonment"] == 0.2  # 80 / 400, not 0.3
    assert whole(tallies)["wait_mean"] == 0.25


def test_offered_is_what_reaches_a_queue():
    tallies = by_hand(1, arrived=100, ignored=10, blocked=5, turned_away=5, abandoned=20)
    assert whole(tallies)["contacts_offered"] == 80
    assert whole(tallies)["abandonment"] == 0.25


def test_profit_is_revenue_less_every_cost():
    costs = {"wages": 1, "serving": 2, "remedies": 4, "acquisition": 8, "hiring": 16, "fixed": 32}
    tallies = by_hand(revenue=[100, 200], **costs)
    assert monthly(tallies)["profit"].tolist() == [37, 137]
    assert whole(tallies)["profit"] == 174
    assert whole(tallies)["profit_discounted"] == pytest.approx(37 / 1.01 + 137 / 1.01**2)


def test_churn_counts_all_who_left():
    tallies = by_hand(
        opening_customers=[100, 90], left_natural=[1, 2], left_dissatisfied=[3, 0], left_at_once=4
    )
    assert monthly(tallies)["left"].tolist() == [8, 6]
    assert whole(tallies)["churn_rate"] == 14 / 190


def test_the_loyal_are_all_but_the_years_joiners():
    # Of 100 this month 20 had joined within the year, 5 of whom left; 4 of the others did.
    tallies = by_hand(1, customers=91, left_natural=9, joiners_at_risk=20, joiners_left=5)
    assert whole(tallies)["joiner_churn_rate"] == 5 / 20
    assert whole(tallies)["loyal_churn_rate"] == 4 / 80


def term(text: str) -> Any:
    """Read a term as a claim's left side."""
    return read_claim(f"{text} > 0").left


def test_the_gini_of_remedies_is_that_of_the_run_and_stands_in_its_last_month():
    # Of twenty, five were paid alike: the mean difference is 2 x 15/20 x 5/20 x 10, the mean 2.5.
    tallies = by_hand(4, paid_each=[0.0] * 15 + [10.0] * 5)
    assert whole(tallies)["gini_remedy"] == pytest.approx(0.75)
    assert value(tallies, term("gini_remedy[mine]")) == pytest.approx(0.75)
    assert value(tallies, term("gini_remedy[mine, last 3]")) == pytest.approx(0.75)
    assert np.isnan(monthly(tallies)["gini_remedy"]).tolist() == [True, True, True, False]
    assert math.isnan(value(tallies, term("gini_remedy[mine, month 1]")))
    assert math.isnan(whole(by_hand(1))["gini_remedy"])


def test_what_is_undefined_is_nan_and_nothing_is_infinite():
    # Everything counted but what stands below the line, and the other way round.
    for names in (MONTH_TALLY.names, ("left_natural", "abandoned", "wait_minutes", "depth"), ()):
        values = monthly(by_hand(1, **dict.fromkeys(names, 1.0)))
        assert not any(np.isinf(value).any() for value in values.values())
    nothing = whole(by_hand(1))
    for name, measure in MEASURES.items():
        if measure.horizon == "ratio":
            assert math.isnan(nothing[name]), name
    assert nothing["customers"] == nothing["profit"] == 0.0


def test_a_run_without_months_has_no_values():
    assert all(math.isnan(value) for value in whole(by_hand(0)).values())
    assert all(values.shape == (0,) for values in monthly(by_hand(0)).values())


def golden_waits(count: int) -> np.ndarray:
    """Waits over five orders of magnitude, a third of them nothing; the same on every machine."""
    spread = (np.arange(count) * 0.6180339887498949) % 1.0
    return np.where(np.arange(count) % 3 == 0, 0.0, 0.02 * np.exp(10.0 * spread))


@pytest.mark.parametrize("name", ["wait_p50", "wait_p90", "wait_p95", "wait_p99"])
@pytest.mark.parametrize("count", [1, 2, 10, 3001])
def test_quantiles_are_right_to_one_percent(name, count):
    waits = golden_waits(count)
    q = int(name[-2:]) / 100
    exact = np.sort(waits)[max(math.ceil(q * count) - 1, 0)]
    assert whole(by_hand(1, histogram(waits)))[name] == pytest.approx(exact, rel=0.01)


def test_quantiles_of_the_whole_are_of_all_months_waits():
    early, late = golden_waits(300), 5.0 * golden_waits(200)
    tallies = by_hand(2, histogram(early, late))
    exact = np.sort([*early, *late])[450 - 1]
    assert whole(tallies)["wait_p90"] == pytest.approx(exact, rel=0.01)
    assert monthly(tallies)["wait_p90"][1] == pytest.approx(np.sort(late)[180 - 1], rel=0.01)


def test_where_nobody_waits_waits_are_neither_equal_nor_unequal():
    assert math.isnan(whole(by_hand(1, histogram([0.0, 0.0])))["gini_wait"])


# Groups.

SUMS = ["customers", "joined", "left", "revenue", "remedies"]
SERVED = ["contacts_offered", "contacts_served", "contacts_abandoned"]


@pytest.mark.parametrize("sort", SORTS)
def test_groups_have_names_and_months(sort):
    names, values = by_group(run(), sort)
    assert names == list(run().group_names[sort])
    assert list(values) == list(GROUP_MEASURES[sort])
    assert all(value.shape == (MONTHS, len(names)) for value in values.values())


@pytest.mark.parametrize("sort", ["tier", "decile"])
@pytest.mark.parametrize("name", SUMS)
def test_groups_of_people_add_up_to_all(sort, name):
    _, values = by_group(run(), sort)
    assert values[name].sum(axis=1) == pytest.approx(monthly(run())[name])


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("name", SERVED)
def test_groups_of_contacts_add_up_to_all(sort, name):
    _, values = by_group(run(), sort)
    assert values[name].sum(axis=1) == pytest.approx(monthly(run())[name])


@pytest.mark.parametrize("sort", SORTS)
def test_groups_waits_add_up_to_all(sort):
    _, values = by_group(run(), sort)
    minutes = np.nansum(values["wait_mean"] * values["contacts_offered"], axis=1)
    assert minutes == pytest.approx(run().months["wait_minutes"])


def test_groups_satisfaction_is_weighed_by_customers():
    for sort in ("tier", "decile"):
        _, values = by_group(run(), sort)
        total = np.nansum(values["satisfaction_mean"] * values["customers"], axis=1)
        assert total / monthly(run())["customers"] == pytest.approx(
            monthly(run())["satisfaction_mean"]
        )


def test_pools_utilisation_is_of_their_own_minutes():
    _, values = by_group(run(), "pool")
    paid = [2.0, 1.0]  # agents, all of the same hours
    mean = (values["utilisation"] * paid).sum(axis=1) / 3.0
    assert mean == pytest.approx(monthly(run())["utilisation"], rel=0.02)


def test_a_groups_ratio_of_nothing_is_undefined():
    tallies = by_hand(1)
    tallies.groups["complaints"], tallies.groups["abandoned"] = 1.0, 1.0
    _, values = by_group(tallies, "tier")
    assert not any(np.isinf(value).any() for value in values.values())
    assert np.isnan(values["complaints_rate"]).all()
    assert np.isnan(values["abandonment"]).all()


def test_the_curve_of_waits_has_the_area_that_its_gini_says():
    curve = distributions(run())["lorenz"]["waits"]
    area = 1.0 - ((curve[1:] + curve[:-1]) * np.diff(SHARES)).sum()
    assert area == pytest.approx(whole(run())["gini_wait"], abs=0.01)


def test_remedies_are_held_by_whom_they_were_paid_to():
    found = distributions(by_hand(paid_each=[0.0] * 15 + [10.0] * 5))["lorenz"]
    assert dict(zip(found["share"], found["remedies"], strict=True))[0.9] == pytest.approx(0.6)
    assert np.isnan(distributions(by_hand())["lorenz"]["remedies"]).all()


def test_stories_are_counted_by_how_many_they_reached_at_least():
    tallies = by_hand(stories_good=[3, 4], stories_bad=[10, 0], cascades=((6, 2, 1), (5, 0, 0)))
    found = distributions(tallies)["cascades"]
    assert {name: values.tolist() for name, values in found.items()} == {
        "people": [0, 1, 2, 4],
        "stories_good": [7, 5, 0, 0],
        "stories_bad": [10, 6, 2, 1],
    }
