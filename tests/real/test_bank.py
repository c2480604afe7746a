"""The bank's fortnight, as docs/bank_1999.md says."""

from __future__ import annotations

import importlib.util
from itertools import pairwise

import polars as pl
import pytest
from pages import ROOT

from sim.scenario import load, parse, shipped

LOG = ROOT.parent / "shared" / "data" / "anonymous_bank_1999_feb_1_14.tsv"
pytestmark = pytest.mark.skipif(not LOG.exists(), reason="no bank's log in ../shared/data")


@pytest.fixture(scope="module")
def bank():
    spec = importlib.util.spec_from_file_location(
        "bank_1999", ROOT / "docs" / "examples" / "bank_1999.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_scenario_that_ships_is_the_one_fitted_to_the_log(bank):
    fitted = parse(bank.scenario_text(bank.read(LOG)), "fitted")
    assert load(shipped()["bank_1999"]) == fitted


def test_what_is_left_out_is_left_out(bank):
    log = bank.read(LOG)
    assert log["day"].n_unique() == 13
    assert bank.OUTAGE not in log["day"].to_list()
    assert set(log["outcome"]) == {"AGENT", "HANG"}
    assert log.filter(pl.col("left"))["wait"].min() > 0


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
