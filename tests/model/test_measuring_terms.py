"""A term of a claim is what the tables say of the same measure, months and group."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.measures.definitions import GROUP_MEASURES, MEASURES
from sim.measures.expressions import Term
from sim.model.measuring import by_group, monthly, value, whole
from tests.model.test_measuring import MONTHS, run


def test_without_selectors_it_is_that_of_the_whole_run():
    for name, expected in whole(run()).items():
        found = value(run(), Term(name, "value_tiers"))
        assert found == expected or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize("month", range(1, MONTHS + 1))
def test_of_a_month_it_is_that_of_the_monthly_table(month):
    for name, values in monthly(run()).items():
        found = value(run(), Term(name, "value_tiers", "month", month))
        assert found == pytest.approx(values[month - 1], nan_ok=True), name


def test_discounted_profit_of_the_last_months_is_discounted_from_the_start():
    found = value(run(), Term("profit_discounted", "value_tiers", "last", 2))
    assert found == pytest.approx(monthly(run())["profit_discounted"][-2:].sum())


def test_a_ratio_over_months_is_that_of_their_sums():
    months = monthly(run())
    waited = sum(months["wait_mean"][m] * months["contacts_offered"][m] for m in (0, 1))
    found = value(run(), Term("wait_mean", "value_tiers", "first", 2))
    assert found == pytest.approx(waited / months["contacts_offered"][:2].sum())


def test_waits_of_some_months_have_quantiles_of_their_own():
    high = [value(run(), Term("wait_p95", "value_tiers", "month", m + 1)) for m in range(MONTHS)]
    among = value(run(), Term("wait_p95", "value_tiers", "first", 2))
    assert min(high[:2]) <= among <= max(high[:2])


@pytest.mark.parametrize("sort", GROUP_MEASURES)
def test_of_a_group_it_is_that_of_the_groups_table(sort):
    groups, values = by_group(run(), sort)
    for name in values:
        for place, group in enumerate(groups):
            term = Term(name, "value_tiers", "month", 3, sort, group)
            assert value(run(), term) == pytest.approx(values[name][2, place], nan_ok=True)


def test_groups_add_up_over_months_as_their_measure_does():
    _, values = by_group(run(), "tier")
    last = value(run(), Term("customers", "value_tiers", "last", 2, "tier", "top"))
    total = value(run(), Term("revenue", "value_tiers", "last", 2, "tier", "top"))
    assert last == values["customers"][-1, 0]
    assert total == pytest.approx(values["revenue"][-2:, 0].sum())


def test_every_measure_of_groups_is_a_measure():
    assert {name for of in GROUP_MEASURES.values() for name in of} <= set(MEASURES)


def test_what_is_not_there_is_undefined():
    assert math.isnan(value(run(), Term("profit", "value_tiers", "last", MONTHS + 1)))
    assert math.isnan(value(run(), Term("customers", "value_tiers", sort="tier", group="vip")))


def test_it_is_one_number():
    assert isinstance(value(run(), Term("profit", "value_tiers")), float)
    assert not isinstance(value(run(), Term("profit", "value_tiers")), np.ndarray)
