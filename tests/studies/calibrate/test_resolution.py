"""First-contact resolution where it is logged."""

import numpy as np
import pytest
from scipy.stats import binomtest

import sim
from sim.scenario.reading.load import load
from sim.studies.calibrate.resolution import fit_resolution


def test_the_share_and_its_interval_are_of_what_is_known():
    found = fit_resolution(np.array([1.0] * 30 + [0.0] * 10 + [np.nan] * 60))
    wilson = binomtest(30, 40).proportion_ci(method="wilson")
    assert (found.known, found.services, found.share) == (40, 100, 0.75)
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high))
    assert fit_resolution(np.full(5, np.nan)) is None


def test_those_who_call_back_are_of_those_not_resolved():
    found = fit_resolution(np.array([1.0] * 80 + [0.0] * 20))
    assert found.calls_back(0.05) == pytest.approx(0.25)
    assert found.calls_back(0.5) == 1.0
    assert fit_resolution(np.ones(9)).calls_back(0.3) == 0.0


def calls(tmp_path, words, again=0):
    """Write a log of a fortnight; the first so many callers call again after an hour."""
    rng = np.random.default_rng(4)
    count = len(words)
    begin = np.datetime64("2031-05-05T08:00")
    at = begin + np.sort(rng.integers(0, 14 * 1440, count)).astype("timedelta64[m]")
    rows = [
        f"{when},0,{took:.3f},served,{who},{word}"
        for who, (when, took, word) in enumerate(
            zip(at, rng.gamma(2.0, 2.0, count), words, strict=True), 1
        )
    ]
    rows += [
        f"{at[who] + np.timedelta64(60, 'm')},0,4.0,served,{who + 1},yes" for who in range(again)
    ]
    file = tmp_path / "calls.csv"
    file.write_text("arrival,wait,service,outcome,caller,solved\n" + "\n".join(rows))
    return file


def test_the_scenario_has_what_the_log_says(tmp_path):
    words = ["ja"] * 300 + ["nein"] * 100 + ["?"] * 20
    found = sim.calibrate(calls(tmp_path, words), {"resolved": "solved", "unit": "minutes"})
    found.write(tmp_path / "desk.yaml")
    scenario = load(tmp_path / "desk.yaml")
    assert scenario.needs[0].resolved == 0.75
    # Nobody is named, so who calls back is not known, and is not made up.
    assert scenario.behaviour.contact.callback == 0.0


def test_more_calls_again_than_were_not_resolved_are_said(tmp_path):
    file = calls(tmp_path, ["yes"] * 396 + ["no"] * 4, again=200)
    found = sim.calibrate(file, {"resolved": "solved", "customer": "caller", "unit": "minutes"})
    assert any("Cannot both be" in line for line in found.doubts())


def test_a_log_that_mostly_does_not_say_is_doubted(tmp_path):
    found = sim.calibrate(
        calls(tmp_path, ["yes"] * 30 + ["no"] * 20 + [""] * 300),
        {"resolved": "solved", "unit": "minutes"},
    )
    assert any("the other 300 services" in line for line in found.doubts())
