import json
from dataclasses import replace

import polars as pl
import pytest

from sim.report.kit.bands import bands
from sim.report.kit.catalogue import KEY_MEASURES
from sim.report.kit.frames import frames_of
from sim.report.kit.templating import render_template
from sim.report.run.explorer import explorer_data, explorer_script, script_hash
from sim.stats.intervals import difference
from tests.report.synthetic_results import COURSES


def measure(found, name):
    [one] = [one for one in found["measures"] if one["name"] == name]
    return one


def test_it_holds_every_measure_by_policy_and_month_with_intervals(folder):
    frames = frames_of(folder)
    found = explorer_data(frames)
    assert {one["name"] for one in found["measures"]} == set(COURSES)
    means, halves = measure(found, "profit")["values"][1]
    rows = bands(frames.monthly, "profit").filter(pl.col("policy") == "value_tiers")
    assert means == pytest.approx(rows["mean"].to_list(), rel=1e-5)
    assert halves == pytest.approx(((rows["high"] - rows["low"]) / 2).to_list(), rel=1e-2)


def test_differences_are_paired_and_taken_from_the_first_policy(folder):
    frames = frames_of(folder)
    [[means, halves], _] = measure(explorer_data(frames), "churn_rate")["differences"]
    last = frames.monthly.filter(pl.col("month") == 36).sort("replication")
    sides = [
        last.filter(pl.col("policy") == policy)["churn_rate"].to_list()
        for policy in ("value_tiers", "equal")
    ]
    row = difference(*sides)
    assert means[-1] == pytest.approx(row.mean, rel=1e-5)
    assert halves[-1] == pytest.approx((row.high - row.low) / 2, rel=1e-2)


def test_what_is_not_there_is_null_and_never_a_word_that_json_lacks(folder):
    frames = frames_of(folder)
    gone = pl.when(pl.col("month") == 2).then(float("nan")).otherwise(pl.col("profit"))
    found = explorer_data(
        replace(frames, monthly=frames.monthly.with_columns(gone.alias("profit")))
    )
    means, halves = measure(found, "profit")["values"][0]
    assert (means[1], halves[1]) == (None, None)
    json.dumps(found, allow_nan=False)


def test_a_single_replication_has_no_intervals(results_folder):
    found = explorer_data(frames_of(results_folder(replications=1, months=3)))
    assert measure(found, "profit")["values"][0][1] == [None] * 3


@pytest.mark.parametrize("options", [{"months": 0}, {"months": 1}])
def test_without_a_course_there_is_nothing_to_explore(results_folder, options):
    assert explorer_data(frames_of(results_folder(**options))) is None


def test_a_large_run_keeps_the_key_measures_and_some_room(folder, monkeypatch):
    monkeypatch.setattr("sim.report.run.explorer._MOST_POINTS", 5 * 3 * 36)
    found = explorer_data(frames_of(folder))
    known = [name for name in KEY_MEASURES if name in COURSES]
    assert {one["name"] for one in found["measures"]} == set(known[:5])


def test_the_month_in_which_policies_start_is_given(folder, switching):
    assert explorer_data(frames_of(switching))["switch_month"] == 6
    assert explorer_data(frames_of(folder))["switch_month"] is None


def test_numbers_in_the_page_cannot_end_their_element():
    context = {"title": "", "contents": {}, "explorer": {"name": "</script><b>&'"}}
    template = "{{ explorer | tojson }}"
    from sim.report.kit.templating import environment

    shown = environment().from_string(template).render(context)
    assert "<" not in shown
    assert json.loads(shown) == context["explorer"]
    assert render_template("base.html.j2", context)


def test_the_script_can_stand_in_an_element_and_asks_for_nothing():
    text = explorer_script()
    assert "</" not in text
    for word in ("fetch", "XMLHttpRequest", "WebSocket", "import(", "eval(", "innerHTML"):
        assert word not in text
    assert script_hash(text).startswith("sha256-")
