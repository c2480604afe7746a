"""The three policies on real people, through the command line, as docs/real_people.md says."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polars as pl
import pytest

import sim
from tests.docs.pages import ROOT, commands

DATA = ROOT.parent / "shared" / "data"
EDGES, PURCHASES = DATA / "facebook_edges.txt", DATA / "cdnow_1997_jan_sep.txt"
MAKE_CUSTOMERS, RUN = commands("docs/real_people.md")
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


def make_customers(purchases, customers, people):
    assert MAKE_CUSTOMERS[1] == "docs/examples/cdnow_customers.py"
    call(MAKE_CUSTOMERS[1], purchases, customers, "--people", people)


def test_dollars_are_counted_by_month_from_the_first_purchase(tmp_path):
    # 3 September is four weeks before the end of September, 6 August eight.
    lines = [
        " 00007 19970903  1   10.00",
        " 00009 19970806  2   30.00",
        " 00009 19970920  1    2.00",
    ]
    (tmp_path / "purchases.txt").write_text("\n".join(lines) + "\n")
    make_customers(tmp_path / "purchases.txt", tmp_path / "customers.csv", 2)
    made = (tmp_path / "customers.csv").read_text()
    assert made.splitlines() == ["customer_no,monthly_dollars", "0,10.00", "1,16.00"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("real")
    make_customers(PURCHASES, made / "customers.csv", PEOPLE)
    files = [f"people.file={made / 'customers.csv'}", f"network.file={EDGES}"]
    sets = [word for file in files for word in ("--set", file)]
    short = ["--months", "3", "-n", "2", "--quiet", "--out", made / "results"]
    call("-m", *RUN[0].split("/")[-1:], *RUN[1:], *sets, *short)
    return made / "results"


@needs_data
def test_three_policies_run_on_real_people(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["policies"] == ["equal", "value_tiers", "complaint_rewarding"]
    assert manifest["runs"] == 6
    for name in ("report.html", "summary.csv", "differences.csv", "plots/profit.svg"):
        assert (folder / name).stat().st_size > 1000


@needs_data
def test_everybody_is_there_every_month(folder):
    monthly = sim.read(folder).monthly
    people = monthly["customers"] + monthly["prospects"] + monthly["lapsed"]
    assert monthly.height == 3 * 2 * 3
    assert people.unique().to_list() == [PEOPLE]
    assert monthly.select(pl.col("customers").is_between(2500, 3300).all()).item()


@needs_data
def test_they_spend_what_they_spent(folder):
    customers = pl.read_csv(folder.parent / "customers.csv")
    first = sim.read(folder).monthly.filter(pl.col("month") == 1)
    each = (first["revenue"] / first["customers"]).to_list()
    mean = customers["monthly_dollars"].mean()
    # Both are means over some 3,000 of a law with a cv near 2: within four standard errors.
    assert all(abs(one - mean) < 4 * 2 * mean / 3000**0.5 for one in each)


@needs_data
def test_stories_travel_on_the_real_ties(folder):
    monthly = sim.read(folder).monthly
    assert (monthly["reached_bad"] > 0).all()
    assert (monthly["cascade_mean"] > 1).all()
