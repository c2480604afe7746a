"""Classes: who is served first, read off the order of service; written as needs or tiers."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.scenario.reading.load import load
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.class_sections import class_names, class_people, class_policies
from sim.studies.calibrate.classes import Classes, Group, fit_classes
from sim.studies.calibrate.day_statistics import statistics_of
from sim.studies.calibrate.handling import HandlingFit
from sim.studies.calibrate.held_out import judge
from sim.studies.calibrate.log import Columns
from sim.studies.calibrate.precedence import Precedence, choices, fit_precedence
from tests.studies.calibrate.desk_oracle import Kind, desk_log
from tests.studies.calibrate.test_fitting import made_log

DAYS = np.array(["2001-01-01"], "datetime64[D]")


def test_choices_are_those_worked_by_hand():
    # a comes at 0, b at 1; b is taken at 4 while a waits; a at 5 with nobody else; then at 10 and
    # 12 come another a and b, and a is taken at 13 while b waits.
    arrival = DAYS[0].astype("datetime64[us]") + np.array([0, 1, 10, 12]) * np.timedelta64(1, "m")
    log = made_log(arrival, DAYS, np.array([5.0, 3.0, 3.0, 9.0]))
    log = replace(log, group=np.array(["a", "b", "a", "b"]))
    longer, taken = choices(log, "a", "b")
    # b had waited 3 and a 4 minutes: b's wait is longer by -1, and b was taken.
    assert longer.tolist() == [-1.0, -2.0]
    assert taken.tolist() == [False, True]


def two(seed, head_start, days=14, lapses=0.0):
    kinds = {"a": Kind(0.4, head_start), "b": Kind(0.6)}
    return desk_log(seed, days, 75, 5, kinds, lapses=lapses)


def is_held(seed, lapses):
    """Tell whether an interval holds the head start; None if the log is said not to tell it."""
    minutes = np.random.default_rng(seed).uniform(0.3, 3.0)
    found = fit_precedence(two(seed, minutes, lapses=lapses), "a", "b")
    if found.kind == "unknown":
        return None
    assert found.kind == "head start"
    assert found.minutes == pytest.approx(minutes, abs=0.3 if lapses <= 0.3 else 1.0)
    return found.low <= minutes <= found.high


@pytest.mark.statistical
def test_a_head_start_is_within_its_interval():
    held = sum(is_held(seed, 0.3) for seed in range(20))
    assert held >= 16  # of 20 with 90%, 16 or more but once in 23


def test_agents_who_never_lapse_pin_a_head_start_to_a_second():
    found = fit_precedence(two(3, 1.5), "a", "b")
    assert found.low <= 1.5 <= found.high
    assert found.minutes == pytest.approx(1.5, abs=0.02)
    assert found.high - found.low < 1 / 60
    assert found.lapses == 0.0


@pytest.mark.whole
@pytest.mark.parametrize("lapses", [0.3, 0.6])
def test_intervals_of_head_starts_cover_what_they_say(lapses):
    held = [is_held(seed, lapses) for seed in range(1000, 1200)]
    told = len(held) - held.count(None)
    print(f"head starts, {lapses:.0%} lapses: {held.count(True)} of {told} hold")  # noqa: T201
    assert told >= 190
    assert 0.85 <= held.count(True) / told <= 0.98  # jumps that are large make it more than 90%


@pytest.mark.parametrize(
    ("head_start", "kind", "first"), [(0.0, "in turn", "b"), (1e6, "strict", "a")]
)
def test_turns_and_strict_priority_are_told(head_start, kind, first):
    for seed in range(3):
        found = fit_precedence(two(seed, head_start), "b", "a")
        assert (found.kind, found.first) == (kind, first)
        assert found.lapses < 0.02


def test_the_order_of_queues_that_have_nothing_to_do_with_each_other_is_not_known():
    some, others = two(1, 0.0), two(2, 0.0)
    arrival = np.concatenate([some.arrival, others.arrival])
    log = made_log(arrival, some.days, np.concatenate([some.wait, others.wait]))
    order = np.argsort(arrival, kind="stable")
    group = np.repeat(["a", "b"], [len(some.arrival), len(others.arrival)])[order]
    served = np.concatenate([some.served, others.served])[order]
    found = fit_precedence(replace(log, group=group, served=served), "a", "b")
    assert found.kind == "unknown"
    assert math.isnan(found.minutes)


def test_few_answers_tell_nothing():
    log = two(1, 1.0)
    assert fit_precedence(log.only(np.arange(30)), "a", "b").kind == "unknown"


@pytest.fixture(scope="module")
def needs():
    kinds = {"Sales & more": Kind(0.35, 0.0, 3.0, 4.0), "help": Kind(0.65, 0.0, 6.0, 12.0)}
    return fit_log(desk_log(5, 21, 62, 5, kinds), Columns())


def test_classes_served_in_turn_are_kinds_of_need(needs, tmp_path):
    scenario = load(needs.write(tmp_path / "desk.yaml"))
    assert [need.name for need in scenario.needs] == ["help", "Sales-more"]
    for need, (share, handling, patience) in zip(
        scenario.needs, ((0.65, 6.0, 12.0), (0.35, 3.0, 4.0)), strict=True
    ):
        assert need.share == pytest.approx(share, abs=0.02)
        assert need.minutes.mean == pytest.approx(handling, rel=0.08)
        assert need.patience_minutes.mean == pytest.approx(patience, rel=0.25)
    assert "served in the order of arrival" in (tmp_path / "desk.yaml").read_text()


@pytest.fixture(scope="module")
def tiers():
    kinds = {"gold": Kind(0.4, 1.5, 5.0, 9.0), "": Kind(0.6, 0.0, 4.0, 5.0)}
    return fit_log(desk_log(5, 21, 72, 5, kinds), Columns())


def test_classes_of_which_one_goes_first_are_tiers(tiers, tmp_path):
    scenario = load(tiers.write(tmp_path / "desk.yaml"))
    gold, unnamed = scenario.policies["as_logged"].tiers
    assert (gold.name, unnamed.name) == ("gold", "unnamed")
    assert gold.top_share == pytest.approx(0.4, abs=0.02)
    assert gold.head_start_minutes == pytest.approx(1.5, abs=0.1)
    assert gold.effort / unnamed.effort == pytest.approx(5.0 / 4.0, rel=0.08)
    assert scenario.policies["first_come"].tiers[0].head_start_minutes is None


@pytest.mark.slow
@pytest.mark.statistical
def test_a_desk_with_a_head_start_reproduces_its_classes(tiers):
    found = judge(tiers.log, lambda log: fit_log(log, Columns()))
    assert found.reproduced, found.shortfalls
    assert any(line.name == "wait, class gold" for line in found.lines)


def a_group(name, share, handling=4.0):
    fit = HandlingFit("gamma", handling, 1.0, 0.1, 0.1, 0.0, 0.0, 100)
    return Group(name, share, 1.0, 0.1, fit, None)


def an_order(first, other, kind, minutes=math.nan):
    return Precedence(first, other, kind, minutes, minutes, minutes, 100, 0.0)


def test_orders_beside_the_largest_become_places_in_the_queue():
    groups = tuple(
        a_group(name, share) for name, share in zip("abcd", (0.4, 0.3, 0.2, 0.1), strict=True)
    )
    order = (
        an_order("b", "a", "head start", -2.0),
        an_order("c", "a", "strict"),
        an_order("a", "d", "strict"),
    )
    tiers = class_policies(Classes(groups, order, False, False))["as_logged"]["tiers"]
    places = [(one.get("class"), one.get("head_start_minutes")) for one in tiers]
    assert places == [(None, 2.0), (None, None), (1, None), (3, None)]


def test_names_are_those_that_a_scenario_takes_and_each_its_own():
    groups = tuple(a_group(name, 0.25) for name in ("A B", "A-B", "", "complaint"))
    names = class_names(Classes(groups, (), False, False))
    assert names == {"A B": "A-B", "A-B": "A-B-2", "": "unnamed", "complaint": "complaint-4"}


def test_patience_of_ranks_is_a_lognormal_with_their_means():
    spread, shares = stats.lognorm(0.8, scale=5.0), (0.3, 0.7)
    cut = spread.isf(shares[0])
    means = [spread.expect(lb=cut) / shares[0], spread.expect(ub=cut) / shares[1]]
    groups = []
    for name, share, mean in zip("ab", shares, means, strict=True):
        patience = type("P", (), {"exponential_mean": mean, "spike": None})()
        groups.append(replace(a_group(name, share), patience=patience))
    law = class_people(Classes(tuple(groups), (), True, False))["patience_minutes"]
    assert law["mean"] == pytest.approx(spread.mean(), rel=0.01)
    assert law["cv"] == pytest.approx(spread.std() / spread.mean(), rel=0.01)


def test_classes_that_are_named_only_if_they_waited_are_compared_among_those():
    log = two(3, 0.0)
    blind = replace(log, group=np.where(log.wait > 0.0, log.group, ""))
    found, whole = fit_classes(blind), fit_classes(log)
    assert found.of_those_who_waited
    assert not whole.of_those_who_waited
    assert {one.name for one in found.groups} == {"a", "b"}
    named = {one.name: one for one in statistics_of(blind)}
    waited = log.wait > 0.0
    assert named["share of class a"].value == pytest.approx((log.group == "a")[waited].mean())
    assert named["wait, class a"].value == pytest.approx(
        log.wait[waited & (log.group == "a")].mean()
    )


def test_a_log_of_one_class_has_none():
    assert fit_classes(desk_log(1, 7, 40, 4)) is None
