"""The three policies on real people, through the command line, as docs/real_people.md says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml

import sim
from sim.scenario.reading.load import load
from sim.studies.calibrate.purchases import calibrate_purchases
from tests.docs.pages import ROOT, commands

DATA = ROOT.parent / "shared" / "data"
EDGES, PURCHASES = DATA / "facebook_edges.txt", DATA / "cdnow_1997_jan_sep.txt"
MAKE_TABLE, FIT, RUN = commands("docs/real_people.md")
PEOPLE = 4039

needs_data = pytest.mark.skipif(
    not (EDGES.exists() and PURCHASES.exists()),
    reason="no facebook_edges.txt and cdnow_1997_jan_sep.txt in ../shared/data",
)


def call(*words: object) -> None:
    ran = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def make_table(purchases, table, people):
    assert MAKE_TABLE[1] == "docs/examples/cdnow_customers.py"
    call(MAKE_TABLE[1], purchases, table, "--people", people)


def sim_call(words, *more):
    assert Path(words[0]).name == "sim"
    call("-m", "sim", *words[1:], *more)


def test_purchases_are_numbered_as_the_ties_are(tmp_path):
    lines = [
        " 00007 19970903  1   10.00",
        " 00009 19970806  2   30.00",
        " 00009 19970920  1    2.00",
        " 00010 19970920  1    2.00",
    ]
    (tmp_path / "purchases.txt").write_text("\n".join(lines) + "\n")
    make_table(tmp_path / "purchases.txt", tmp_path / "purchases.csv", 2)
    made = (tmp_path / "purchases.csv").read_text().splitlines()
    rows = ["0,1997-09-03,10.00", "1,1997-08-06,30.00", "1,1997-09-20,2.00"]
    assert made == ["customer,date,amount", *rows]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Fit the first people's purchases, as the page does."""
    there = tmp_path_factory.mktemp("real")
    make_table(PURCHASES, there / "cdnow_purchases.csv", PEOPLE)
    words = [word.replace("results/", f"{there}/") for word in FIT]
    sim_call(words)
    return there


@pytest.fixture(scope="module")
def folder(made):
    files = [f"people.file={made / 'cdnow_customers.csv'}", f"network.file={EDGES}"]
    sets = [word for file in files for word in ("--set", file)]
    short = ["--months", "3", "-n", "2", "--quiet", "--out", made / "results"]
    sim_call(RUN, *sets, *short)
    return made / "results"


@needs_data
def test_the_example_has_the_fitted_noise_and_drop_out(made):
    fitted, example = load(made / "cdnow.yaml"), yaml.safe_load((ROOT / RUN[2]).read_text())
    assert example["people"]["spend"]["noise_cv"] == fitted.people.spend.noise_cv
    hazard = example["behaviour"]["churn"]["natural_per_month"]
    assert hazard == fitted.behaviour.churn.natural_per_month


@needs_data
def test_the_last_thirteen_of_39_weeks_lie_within_the_interval(tmp_path):
    make_table(PURCHASES, tmp_path / "all.csv", 23_570)
    found = calibrate_purchases(tmp_path / "all.csv")
    forecast = found.forecast
    assert (str(forecast.since), str(forecast.until)) == ("1997-07-02", "1997-09-30")
    assert [line.actual for line in forecast.lines] == pytest.approx([7195, 288_647], abs=1)
    assert forecast.holds
    # A tenth of these people gave the published estimates (Fader & Hardie 2013: 6.25, 3.74, 15.44).
    amounts = found.fit.spending
    assert (amounts.p, amounts.q, amounts.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.1)


@needs_data
def test_three_policies_run_on_real_people(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["policies"] == ["equal", "value_tiers", "complaint_rewarding"]
    assert manifest["runs"] == 6
    for name in ("report.html", "summary.csv", "differences.csv", "plots/profit.svg"):
        assert (folder / name).stat().st_size > 1000


@needs_data
def test_everybody_is_there_every_month(folder, made):
    monthly = sim.read(folder).monthly
    customers = pl.read_csv(made / "cdnow_customers.csv")["customer"].sum()
    people = monthly["customers"] + monthly["prospects"] + monthly["lapsed"]
    assert monthly.height == 3 * 2 * 3
    assert people.unique().to_list() == [PEOPLE]
    # Some 5% leave in each month, and few come.
    assert (
        monthly.select(pl.col("customers").is_between(0.75 * customers, customers))
        .to_series()
        .all()
    )


@needs_data
def test_they_spend_what_those_who_are_still_customers_spend(folder, made):
    customers = pl.read_csv(made / "cdnow_customers.csv")
    first = sim.read(folder).monthly.filter(pl.col("month") == 1)
    each = (first["revenue"] / first["customers"]).to_list()
    mean = customers.filter(customer=1)["spend"].mean()
    # Both are means over some 1,000 of a law with a cv near 2.5: within four standard errors.
    assert all(abs(one - mean) < 4 * 2.5 * mean / 1000**0.5 for one in each)


@needs_data
def test_stories_travel_on_the_real_ties(folder):
    monthly = sim.read(folder).monthly
    assert (monthly["reached_bad"] > 0).all()
    assert (monthly["cascade_mean"] > 1).all()
