"""The bank's fortnight, as docs/bank_1999.md says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from sim.scenario.reading.load import load, parse
from sim.scenario.shipped import shipped
from tests.docs.pages import ROOT, example

LOG = ROOT.parent / "shared" / "data" / "anonymous_bank_1999_feb_1_14.tsv"
needs_log = pytest.mark.skipif(not LOG.exists(), reason="no bank's log in ../shared/data")


@pytest.fixture(scope="module")
def bank():
    return example("bank_1999")


@pytest.fixture(scope="module")
def bands():
    return example("bank_1999_bands")


@pytest.fixture(scope="module")
def unseen():
    return example("bank_1999_unseen")


@needs_log
@pytest.mark.slow
def test_the_scenario_that_ships_is_what_the_command_writes():
    made = example("bank_1999_scenario")
    kept = shipped()["bank_1999"].read_text(encoding="utf-8")
    assert kept == made.titled(made.fitted(LOG)), "out of date: docs/examples/bank_1999_scenario.py"


@needs_log
def test_the_fit_by_hand_is_a_sound_scenario(bank):
    by_hand = parse(bank.scenario_text(bank.read(LOG)), "by hand")
    assert list(by_hand.policies) == ["head_start", "first_come"]


@needs_log
def test_what_is_left_out_is_left_out(bank):
    log = bank.read(LOG)
    assert log["day"].n_unique() == 13
    assert bank.OUTAGE not in log["day"].to_list()
    assert set(log["outcome"]) == {"AGENT", "HANG"}
    assert log.filter(pl.col("left"))["wait"].min() > 0


@needs_log
@pytest.mark.slow
@pytest.mark.statistical
def test_nine_hours_in_ten_lie_within_their_bands(bank):
    log = bank.read(LOG)
    made = bank.simulated(load(shipped()["bank_1999"]), 10)
    hours = bank.held(log, made, bank.hourly(made) > 0)
    assert hours.height > 170
    for name in ("calls", "wait", "left"):
        assert hours[f"{name}_held"].mean() >= 0.9, name
    gaps = bank.classes(log, made)
    left = [(real, simulated) for _, _, _, real, simulated in gaps]
    for one, other in pairwise(left):
        assert one[0] < other[0]
        assert one[1] < other[1]


@pytest.mark.parametrize("cvs", [(), (0.15,), (0.12, 0.13)])
def test_bands_about_known_means_hold_what_they_claim(bands, cvs):
    """Theory: a gamma factor of cv c makes the variance of a Poisson count m + m^2 c^2."""
    chance = np.random.default_rng(4)
    mean = np.full(20_000, 90.0)
    factor = np.prod([chance.gamma(cv**-2, cv**2, mean.shape) for cv in cvs], axis=0)
    width, within = bands.counted(chance.poisson(mean * factor).astype(float), mean, *cvs)
    square = np.prod([1 + cv**2 for cv in cvs]) - 1
    assert width == pytest.approx(2 * 1.96 * np.sqrt(90 + 90**2 * square), rel=0.03)
    # Ends are whole calls, so a band holds a little more than 95%.
    assert within == pytest.approx(0.95, abs=0.008)


@needs_log
def test_hours_of_the_log_differ_by_more_than_poisson_chance(bank, bands):
    calls, mean = bands.calls_and_means(bank.read(LOG))
    assert bands.counted(calls, mean)[1] < 0.9
    assert bands.counted(calls, mean, bands.DAY_CV)[1] > 0.92


def test_bands_two_thirds_as_wide_are_worked_by_hand(bank):
    columns = {"wait": [1.0, 3.9, 4.1, 0.1], "wait_low": 0.0, "wait_middle": 2.0, "wait_high": 5.0}
    assert bank.narrower(pl.DataFrame(columns), "wait") == 0.5  # from 2/3 to 4


def test_spreads_are_found_again(unseen):
    chance = np.random.default_rng(2)
    means = np.linspace(40, 160, 16)
    shape = (400, 16)
    days, hours = (chance.gamma(1 / s, s, size) for s, size in ((0.02, (400, 1)), (0.03, shape)))
    found = unseen.spread_of(chance.poisson(means * days * hours).astype(float), True)
    assert found.days == pytest.approx(0.02, rel=0.25)
    assert found.hours == pytest.approx(0.03, rel=0.1)
    there = 6 + chance.normal(0, 0.5, (400, 1)) + chance.normal(0, 1.5, shape)
    found = unseen.spread_of(there, False)
    assert (found.days, found.hours) == pytest.approx((0.25, 2.25), rel=0.25)
    assert found.freedom == 399


def test_an_unseen_day_is_less_certain_the_fewer_were_seen(unseen):
    spread = unseen.Spread(0.01, 0.02, 200)
    means = np.full(4000, 100.0)
    one, many = (
        unseen.drawn(means, seen, spread, True, np.random.default_rng(3)) for seen in (1, 1000)
    )
    assert one.std() / one.mean() == pytest.approx((2 * 0.02 + 0.01) ** 0.5, rel=0.05)
    assert many.std() / many.mean() == pytest.approx(0.02**0.5, rel=0.05)


@needs_log
@pytest.mark.slow
@pytest.mark.statistical
def test_a_week_that_was_not_seen_lies_within_its_bands(bank, unseen):
    log = bank.read(LOG)
    made = unseen.simulated(log.filter(pl.col("day") < unseen.SECOND_WEEK), 40)
    real = log.filter(pl.col("day") >= unseen.SECOND_WEEK)
    hours = bank.held(real, made, bank.hourly(made) > 0)
    assert hours.height > 90
    for name in ("calls", "wait", "left"):
        assert hours[f"{name}_held"].mean() >= 0.88, name
    assert made["wait"].mean() == pytest.approx(real["wait"].mean(), rel=0.2)
