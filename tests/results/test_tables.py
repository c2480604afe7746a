import csv
import io
import math

import polars as pl
import pytest
import scipy.stats

from sim.execution.replicate import plan
from sim.results.difference_tables import all_pairs, differences_table, values_of
from sim.results.tables import Tables, encode, without_quotes
from tests.results import fake_model

POLICIES = ("equal", "tiers", "loud")


def tables(order=None, policies=POLICIES, replications=4, months=3):
    grown = Tables(fake_model.MEASURING, policies)
    units = plan(policies, replications)
    for unit in units if order is None else order(units):
        grown.add(unit, fake_model.simulate(months, unit.policy, unit.replication))
    return dict(grown.frames())


def tallies(policy, replication):
    return fake_model.simulate(3, policy, replication)


def test_monthly_has_a_row_a_month_in_the_scenarios_order():
    frame = tables()["monthly.parquet"]
    assert frame.columns == ["policy", "replication", "month", "customers", "wait_mean", "profit"]
    assert frame.height == 3 * 4 * 3
    assert frame["policy"].unique(maintain_order=True).to_list() == list(POLICIES)
    first = frame.head(4).select("policy", "replication", "month").rows()
    assert first == [("equal", 0, 1), ("equal", 0, 2), ("equal", 0, 3), ("equal", 1, 1)]


def test_undefined_months_are_null():
    waits = tables()["monthly.parquet"].filter(pl.col("month") == 2)["wait_mean"]
    assert waits.null_count() == len(waits)
    assert not tables()["monthly.parquet"]["wait_mean"].is_nan().any()


def test_groups_have_a_row_a_month_and_group():
    frame = tables()["by_pool.parquet"]
    assert frame.columns == ["policy", "replication", "month", "pool", "customers"]
    rows = frame.head(3).rows()
    start = fake_model.base(tallies("equal", 0))
    assert rows == [
        ("equal", 0, 1, "frontline", start),
        ("equal", 0, 1, "complaints", start + 1),
        ("equal", 0, 2, "frontline", start + 2),
    ]


def test_distributions_have_a_row_a_step_of_each_run():
    frame = tables()["cascades.parquet"]
    assert frame.columns == ["policy", "replication", "people", "stories_good"]
    base = fake_model.base(tallies("equal", 0))
    assert frame.head(2).rows() == [("equal", 0, 0.0, 2 * base), ("equal", 0, 1.0, base)]
    assert frame.height == 3 * 4 * 3


def test_deciles_are_numbers():
    assert tables()["by_decile.parquet"]["decile"].head(10).to_list() == list(range(1, 11))


def test_what_there_is_not_has_no_table():
    assert "by_tier.parquet" not in tables()
    assert "by_need.parquet" not in tables()


def test_summary_is_the_mean_with_its_interval():
    frame = tables()["summary.csv"]
    row = frame.row(
        by_predicate=(pl.col("policy") == "tiers") & (pl.col("measure") == "customers"), named=True
    )
    values = [fake_model.base(tallies("tiers", r)) for r in range(4)]
    interval = scipy.stats.ttest_1samp(values, 0).confidence_interval()
    assert (row["low"], row["high"]) == pytest.approx(tuple(interval))
    assert (row["unit"], row["replications"]) == ("people", 4)


def test_undefined_replications_are_counted_out():
    frame = tables()["summary.csv"].filter(pl.col("measure") == "wait_mean")
    assert frame["replications"].to_list() == [3, 3, 3]


def test_differences_are_every_other_policy_against_the_first():
    frame = tables()["differences.csv"]
    pairs = frame.select("policy", "versus").unique(maintain_order=True).rows()
    assert pairs == [("tiers", "equal"), ("loud", "equal")]
    assert frame["measure"].head(3).to_list() == ["customers", "wait_mean", "profit"]


def test_other_pairs_are_tabulated_if_asked_for():
    values = values_of(tables()["replications.parquet"])
    units = dict.fromkeys(values["equal"], "")
    frame = differences_table(values, units, all_pairs(list(values)))
    pairs = frame.select("policy", "versus").unique(maintain_order=True).rows()
    assert pairs == [("tiers", "equal"), ("loud", "equal"), ("loud", "tiers")]


def test_the_table_grows_with_the_policies_and_not_with_their_square():
    heights = [
        differences_table({f"p{n}": {"profit": [1.0, 2.0]} for n in range(count)}, {"profit": ""})
        .height for count in (10, 20, 40)
    ]  # fmt: skip
    assert heights == [9, 19, 39]


def test_differences_are_paired_and_adjusted_within_the_measure():
    frame = tables()["differences.csv"].filter(pl.col("measure") == "wait_mean")
    a, b = (
        [fake_model.whole(tallies(policy, r))["wait_mean"] for r in (0, 2, 3)]
        for policy in ("tiers", "equal")
    )
    assert frame["p"][0] == pytest.approx(scipy.stats.ttest_rel(a, b).pvalue)
    smallest = frame["p"].min()
    assert frame.filter(pl.col("p") == smallest)["p_adjusted"][0] == pytest.approx(2 * smallest)


def test_equal_everywhere_is_no_difference():
    frame = tables()["differences.csv"].filter(pl.col("measure") == "profit")
    assert frame["mean"].to_list() == [0, 0]
    assert frame["p_adjusted"].to_list() == [1, 1]


def test_one_replication_has_no_intervals():
    frames = tables(replications=1)
    assert frames["summary.csv"]["low"].null_count() == 9
    assert frames["differences.csv"]["p"].null_count() == 6


def test_one_policy_has_no_differences():
    frame = tables(policies=("equal",))["differences.csv"]
    assert frame.height == 0
    assert encode(frame, "differences.csv").startswith(b"policy,versus,measure")


def test_no_months_give_empty_tables():
    frames = tables(months=0)
    assert frames["monthly.parquet"].height == 0
    assert frames["monthly.parquet"].schema["customers"] == pl.Float64


def test_the_order_of_runs_leaves_no_trace_in_the_bytes():
    straight, turned = tables(), tables(order=reversed)
    assert {name: encode(frame, name) for name, frame in straight.items()} == {
        name: encode(frame, name) for name, frame in turned.items()
    }


def test_chunks_leave_no_trace_in_the_bytes():
    frame = pl.DataFrame({"x": [math.sqrt(n) for n in range(1000)]})
    chunked = pl.concat([frame.head(10), frame.tail(990)], rechunk=False)
    assert encode(chunked, "x.parquet") == encode(frame, "x.parquet")


def test_hostile_policy_names_survive():
    names = ("2020", 'a,"b"\n', "=1+1", "שלום")
    frame = tables(policies=names)["monthly.parquet"]
    assert frame["policy"].unique(maintain_order=True).to_list() == list(names)


# What Excel, LibreOffice and Google Sheets evaluate (OWASP, CSV injection), and what they do not.
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
HARMLESS = ["equal", "a=b", "", "'quoted'", "'", "1-2", " =1"]


def test_in_csv_no_text_of_the_users_begins_a_formula():
    frame = pl.DataFrame({"name": FORMULAS + HARMLESS, "value": -1.5, "count": -2})
    told = encode(frame, "any.csv")
    rows = list(csv.reader(io.StringIO(told.decode(), newline="")))
    assert [row[0] for row in rows[1:]] == [f"'{text}" for text in FORMULAS] + HARMLESS
    assert {(row[1], row[2]) for row in rows[1:]} == {("-1.5", "-2")}


@pytest.mark.parametrize("quotes", ["", "'", "''"])
def test_reading_a_table_gives_every_text_back(quotes):
    names = [quotes + text for text in FORMULAS + [one for one in HARMLESS if one]]
    frame = pl.DataFrame({"name": names})
    again = pl.read_csv(encode(frame, "any.csv"), schema=frame.schema)
    assert again.with_columns(without_quotes())["name"].to_list() == names
