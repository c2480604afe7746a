"""The real model, small: what the fakes stand for elsewhere."""

import polars as pl
import pytest

import sim
from sim.measures import MEASURES
from sim.scenario import from_mapping

SCENARIO = {"name": "Small", "months": 2, "replications": 2, "people": {"count": 400}}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return sim.run(from_mapping(SCENARIO), out=tmp_path_factory.mktemp("run") / "one", workers=1)


def tables(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.[pcy]*")}


def test_every_measure_is_in_every_table(result):
    assert result.monthly.columns == ["policy", "replication", "month", *MEASURES]
    assert result.summary()["measure"].unique(maintain_order=True).to_list() == list(MEASURES)
    assert result.compare("equal").height == 2 * len(MEASURES)


def test_groups_have_their_tables(result):
    found = result.results.tables
    assert {"by_tier", "by_decile", "by_pool", "by_need"} <= set(found)
    assert found["by_decile"]["decile"].unique().sort().to_list() == list(range(1, 11))


def test_deciles_hold_all_customers(result):
    keys = ["policy", "replication", "month"]
    by_decile = result.results.tables["by_decile"].group_by(keys).agg(pl.col("customers").sum())
    joined = result.monthly.select(*keys, "customers").join(by_decile, on=keys)
    assert joined["customers"].to_list() == joined["customers_right"].to_list()


def test_many_workers_and_the_folders_own_scenario_give_the_same_bytes(result, tmp_path):
    again = sim.run(result.folder / "scenario.yaml", out=tmp_path / "many", workers=2)
    assert tables(again.folder) == tables(result.folder)


def test_a_notebook_shows_the_summary(result):
    assert "complaint_rewarding" in result._repr_html_()


def test_a_plot(result):
    assert result.plot("customers").axes
