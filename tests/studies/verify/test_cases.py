"""The cases themselves: enough of them, sound, and read from tallies as they say."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.model.tallies import WAIT_BINS, wait_bin
from sim.scenario.dump import dump
from sim.scenario.reading.load import parse
from sim.studies.verify import cases
from sim.studies.verify.queue_scenarios import edge_near, merged, share_waiting_beyond
from sim.studies.verify.run_cases import all_cases, families_of, settings_of
from tests.theory.formulas import public_formulas

CASES = all_cases()


def test_there_are_more_than_forty_of_many_families():
    assert len(CASES) >= 40
    assert len(families_of(CASES)) >= 12


def test_names_are_unique():
    assert max(Counter((case.family.name, case.quantity) for case in CASES).values()) == 1
    for things in (settings_of(CASES), families_of(CASES)):
        assert max(Counter(thing.name for thing in things).values()) == 1


def test_every_number_of_theory_is_a_finite_one_above_zero():
    assert all(0.0 < case.theory < math.inf for case in CASES)


@pytest.mark.parametrize("family", families_of(CASES), ids=lambda family: family.name)
def test_families_say_what_they_are_and_where_it_is_written(family):
    assert family.says.endswith(".")
    assert family.sources
    assert len([case for case in CASES if case.family is family]) >= 2


@pytest.mark.parametrize("setting", settings_of(CASES), ids=lambda setting: setting.name)
def test_settings_are_sound_scenarios_and_can_be_written(setting, tmp_path):
    scenario = setting.scenario(tmp_path, 7)
    assert scenario.seed == 7
    assert parse(dump(scenario)) == scenario
    assert 4 <= setting.quick <= setting.replications >= 10


def test_the_histogram_has_an_edge_where_cases_look():
    place, edge = edge_near(5.0)
    assert 0 < place < WAIT_BINS
    assert edge == pytest.approx(0.01 * 1.02**place)
    assert wait_bin(edge * 0.999) == place
    assert wait_bin(edge * 1.001) == place + 1


def test_waits_beyond_an_edge_are_those_in_the_bins_above_it():
    class Tallies:
        waits = np.zeros((2, WAIT_BINS), np.int64)

    for minutes, many in ((0.0, 5), (1.0, 3), (4.0, 2)):
        Tallies.waits[1, wait_bin(minutes)] += many
    Tallies.waits[0, wait_bin(4.0)] += 100  # in the month of warming up
    assert share_waiting_beyond(2.0)[1](Tallies) == (2.0, 10.0)


def test_merging_keeps_what_is_not_said():
    assert merged({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"c": 4}, "e": {"f": 5}}) == {
        "a": {"b": 1, "c": 4},
        "d": 3,
        "e": {"f": 5},
    }


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in sorted(public_formulas())
        if name
        not in {
            # Limits, parts and kin of what is simulated, which no scenario reduces to.
            "ClassOutcome",
            "Spread",
            "bass_peak_time",
            "bass_ring_share",
            "bass_share",
            "cascade_threshold",
            "independent_cascade_reached_mean",
            "infinite_server_sine_busy_mean",
            # What is best, which the search is held to in tests/studies/best.
            "Callbacks",
            "TwoClasses",
            "c_mu_order",
            "callback_cost",
            "grouped_wait_means",
            "two_class_cost",
            # What is no oracle, but shown beside the best.
            "first_by_index",
            "index_rule_excess",
            "price_of_equal_service",
            "price_of_fairness_most",
            # For ties that are given, which the engines are held to in tests/real.
            "reached_along_ties",
            "reached_through_tellers",
            "shifted_beta_geometric_retention",
            "told_mean",
        }
    ],
)
def test_every_formula_is_put_to_the_test(name):
    room = Path(cases.__file__).parent
    asked = "".join(file.read_text(encoding="utf-8") for file in room.glob("*.py"))
    assert f"{name}(" in asked
