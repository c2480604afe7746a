import polars as pl
import pytest

from sim.report.kit.frames import frames_of
from sim.report.kit.number_format import MINUS
from sim.report.run.group_tables import group_differences, group_means


def test_pools_stand_in_their_order_with_each_policy(folder):
    found = group_means(frames_of(folder), "pool")
    assert [(row.group, row.policy) for row in found.rows][:4] == [
        ("frontline", "equal"),
        ("frontline", "value_tiers"),
        ("frontline", "complaint_rewarding"),
        ("complaints", "equal"),
    ]
    assert ("Mean wait", "minutes") in found.columns
    assert all(len(row.cells) == len(found.columns) for row in found.rows)


def test_a_gap_is_the_paired_difference_from_the_reference(folder):
    frames = frames_of(folder)
    [found] = group_differences(frames, "decile", ["satisfaction_mean", "no_such_measure"])
    runs = frames.group("decile").filter(pl.col("decile") == 2)
    means = runs.group_by("policy").agg(pl.col("satisfaction_mean").mean())
    mean = dict(means.iter_rows())
    group, (value_tiers, _) = found.rows[1]
    assert (found.title, found.unit, group) == ("Satisfaction", "index", "2")
    gap = mean["value_tiers"] - mean["equal"]
    assert float(value_tiers.estimate.mean.replace(MINUS, "-")) == pytest.approx(gap, rel=0.1)


def test_a_gap_is_sure_where_its_interval_leaves_out_zero(results_folder):
    [found] = group_differences(
        frames_of(results_folder(effect=0.3)), "decile", ["satisfaction_mean"]
    )
    assert all(gap.excludes_zero for _, gaps in found.rows for gap in gaps)
    [found] = group_differences(frames_of(results_folder(effect=0.0)), "decile", ["wait_mean"])
    assert not all(gap.excludes_zero for _, gaps in found.rows for gap in gaps)


def test_one_replication_gives_no_certainty_and_one_policy_no_gap(results_folder):
    [found] = group_differences(frames_of(results_folder(replications=1)), "decile", ["revenue"])
    cells = [gap for _, gaps in found.rows for gap in gaps]
    assert not any(gap.excludes_zero or gap.estimate.has_interval for gap in cells)
    assert (
        group_differences(frames_of(results_folder(policies=["equal"])), "decile", ["revenue"])
        == []
    )
