"""A sweep's page: who wins, what answers to what, and what it says of points that are missing."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError, ResultsError
from sim.studies.report.api import build
from sim.studies.sweep.api import sweep_selection
from sim.studies.sweep.panels import best_at, over_pair, over_path, sweep_view
from sim.studies.sweep.point_choice import decide
from sim.studies.sweep.sensitivity.api import analyse_selection
from sim.studies.sweep.surfaces import draw_map, draw_response, draw_winners_over
from tests.other_model import execution_of, on
from tests.results import fake_sweep

AGENTS, TALK = "desk.pools.frontline.agents", "behaviour.talk.retell"
PATIENCE = "people.patience_minutes.mean"
EVIL = "<img src=x onerror=alert(1)>"
TEXT = """\
name: "{name}"
months: 1
replications: 4
policies: {{equal: {{}}, value_tiers: {{}}}}
sweep: {sweep}
"""
ONE = f"{{vary: {{{AGENTS}: [1, 2, 3]}}}}"
TWO = f"{{vary: {{{AGENTS}: [1, 2, 3], {TALK}: [0.0, 0.1]}}}}"
MANY = f"{{design: latin_hypercube, points: 30, vary: {{{TALK}: {{from: 0, to: 0.5}}}}}}"


EXECUTION = execution_of(fake_sweep.simulate, fake_sweep.MEASURING)
sweep_on_it = on(EXECUTION, sweep_selection)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def swept(sweep=TWO, name="My sweep", **options):
    Path("my.yaml").write_text(TEXT.format(name=name, sweep=sweep))
    return sweep_on_it("my.yaml", **options)


def test_a_measure_at_a_level_is_the_mean_over_the_other_paths():
    found = sweep_view(swept().results)
    means = over_path(found, "profit", AGENTS).filter(policy="equal")["mean"].to_list()
    # Ten an agent, whatever is told.
    assert means[1] - means[0] == pytest.approx(10.0)
    assert means[2] - means[1] == pytest.approx(10.0)


def test_differences_are_paired_and_so_have_no_random_variation():
    found = sweep_view(swept().results)
    rows = over_pair(found, "profit", (AGENTS, TALK), "equal").to_dicts()
    assert len(rows) == 6
    for row in rows:
        assert row["policy"] == "value_tiers"
        assert row["low"] <= row["mean"] <= row["high"]


def test_a_policy_wins_where_it_is_better_beyond_doubt():
    sweep = swept(replications=8)
    decision = decide(sweep.results, "profit")
    found = best_at(sweep_view(sweep.results), "profit", (AGENTS, TALK), decision.worth)
    direct = sweep.winners("profit").rename({AGENTS: "at", TALK: "up"})
    assert found.equals(direct.select("at", "up", "outcome", "winner").sort("at", "up"))


def test_many_values_are_put_into_bands_of_equally_many():
    found = sweep_view(swept(MANY).results)
    assert found.banded == {TALK}
    assert found.levels[TALK].value_counts()["count"].to_list() == [6] * 5


def test_every_plot_of_a_sweep_says_what_it_rests_on():
    results = swept().results
    found, decision = sweep_view(results), decide(results, "profit")
    drawn = [
        draw_response(found, "profit"),
        draw_response(found, "profit", "equal"),
        draw_map(found, "profit", (AGENTS, TALK), "equal"),
    ]
    for figure in drawn:
        assert "4 replications" in figure.caption
        assert "95% interval" in figure.caption
    assert "cells" in draw_winners_over(found, decision, (AGENTS, TALK)).alt


def test_a_map_has_a_number_in_each_cell():
    figure = draw_map(sweep_view(swept().results), "profit", (AGENTS, TALK), "equal")
    [axes] = figure.axes
    numbers = [text for text in axes.texts if re.fullmatch(r"\+?\S*\d\S*", text.get_text())]
    assert len(numbers) == 6


@pytest.mark.parametrize("sweep", [ONE, TWO, MANY])
def test_the_page_tells_who_wins_and_needs_nothing_else(sweep):
    found = swept(sweep, name=EVIL)
    page = build(found.folder).read_text(encoding="utf-8")
    answer = unmarked(page[page.index('id="answer"') :])
    assert answer.index("By profit") < answer.index("choose Value tiers")
    assert html.escape(EVIL) in page
    assert "<img src=x" not in page
    assert not re.search(r"https?://|<script", page)
    for address in re.findall(r'href="(plots/[^"]+)"', page):
        assert (found.folder / address).is_file()


def test_one_policy_has_no_winner_and_still_a_page():
    page = build(swept(policies=["equal"]).folder).read_text(encoding="utf-8")
    assert f"{AGENTS} moves profit under Equal treatment by" in unmarked(page)
    assert 'id="winners"' not in page
    assert "Choice</th>" not in page


def unmarked(page):
    """Return a page without marks of direction and tags."""
    return re.sub(r"<[^>]+>|[\u2066-\u2069]", "", html.unescape(page))


def test_of_one_policy_only_a_setting_that_moves_its_money_by_more_than_its_worth_is_named():
    # Ten an agent, three agents; talk moves profit by a tenth at most, a hundredth of it is 0.2.
    page = unmarked(build(swept(policies=["equal"]).folder).read_text(encoding="utf-8"))
    assert f"{AGENTS} moves profit under Equal treatment by +20" in page
    assert "from 1 to 3, averaged over the others." in page
    assert f"{TALK} moves" not in page


def test_a_setting_that_changes_levels_but_no_difference_is_not_named():
    page = unmarked(build(swept(ONE).folder).read_text(encoding="utf-8"))
    assert "No setting is shown to move a difference by more than" in page
    assert "No setting flips the choice." in page
    assert "other setting" not in page


def test_the_command_on_the_page_continues_the_sweep_in_its_own_folder():
    page = build(swept(out="deep/mine").folder).read_text(encoding="utf-8")
    assert "sim sweep my.yaml --out deep/mine" in page
    found = on(EXECUTION, analyse_selection)("my.yaml", method="tornado", out="tornado")
    assert "--out tornado" in build(found.folder).read_text(encoding="utf-8")


def test_one_at_a_time_compares_points_that_differ_in_one_setting():
    sweep = f"{{design: one_at_a_time, vary: {{{AGENTS}: [1, 2, 9], {TALK}: [0.0, 0.1, 0.4]}}}}"
    view = sweep_view(swept(sweep).results)
    means = over_path(view, "profit", TALK).filter(policy="equal")
    at_base = view.runs.filter(policy="equal").join(view.sweep.points, on="point")
    base = view.sweep.points.row(0, named=True)
    for level, mean in means.select("at", "mean").iter_rows():
        here = at_base.filter(**{AGENTS: base[AGENTS], TALK: level})["profit"]
        assert mean == pytest.approx(here.mean())
    assert "all others staying" in build(view.sweep.folder).read_text(encoding="utf-8")


def test_the_same_sweep_gives_the_same_page():
    folder = swept().folder
    assert build(folder).read_bytes() == build(folder).read_bytes()


def test_points_that_were_drawn_for_an_analysis_are_analysed():
    Path("my.yaml").write_text(TEXT.format(name="Mine", sweep=TWO))
    sensitivity = on(EXECUTION, analyse_selection)
    found = sensitivity("my.yaml", method="tornado", measures=["profit"])
    page = build(found.folder).read_text(encoding="utf-8")
    assert 'id="sensitivity"' in page
    assert "variance over points" in page.lower()


def test_the_command_builds_it():
    folder = swept().folder
    found = CliRunner().invoke(app, ["report", str(folder), "--format", "pdf"])
    assert found.exit_code == 0, found.output
    assert (folder / "plots" / "winners_1.pdf").stat().st_size > 1000


def test_no_folder_of_results_is_refused(tmp_path):
    with pytest.raises(ResultsError, match="not a results folder"):
        build(tmp_path)
    with pytest.raises(CommandError, match="no format 'gif'"):
        build(tmp_path, ["gif"])


def test_levels_that_are_no_numbers_stand_side_by_side():
    found = sweep_view(swept("{vary: {network.kind: [none, random]}}").results)
    [axes] = draw_response(found, "profit").axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["none", "random"]
