"""The report's own figures: gains, Lorenz curves, sizes of stories, and profit's parts."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.report.kit.canvas import encode, narrow
from sim.report.kit.catalogue import CORE_PLOTS, Plot
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.number_format import MINUS
from sim.report.kit.style import styled
from sim.report.kit.view import View
from sim.report.run.cascade_plot import draw_cascades
from sim.report.run.plots import plot
from sim.report.run.waterfall import draw_waterfall
from sim.results.difference_tables import differences_table

MONEY = {
    "equal": {"revenue": [100.0, 110.0, 120.0], "wages": [40.0, 41.0, 42.0]},
    "tiers": {"revenue": [104.0, 116.0, 122.0], "wages": [50.0, 50.0, 50.0]},
}


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))]


def books() -> Frames:
    for rows in MONEY.values():
        rows["profit"] = [a - b for a, b in zip(rows["revenue"], rows["wages"], strict=True)]
    units = dict.fromkeys(MONEY["equal"], "currency")
    summary = pl.DataFrame({"policy": list(MONEY), "replications": [3, 3]})
    monthly = pl.DataFrame({"policy": list(MONEY), "replication": [0, 0], "month": [1, 1]})
    differences = differences_table(MONEY, units)
    return Frames(summary, differences, monthly, pl.DataFrame(), {}, "", {}, {})


def waterfall():
    with styled():
        return draw_waterfall(books(), Plot("waterfall", "Difference in profit", ()), View())


def bars(axes):
    return [(bar.get_x(), bar.get_width()) for bar in axes.patches]


def test_parts_go_on_from_each_other_and_end_at_the_difference_in_profit():
    [axes] = waterfall().axes
    revenue, wages, profit = bars(axes)
    assert revenue == pytest.approx((0.0, 4.0))
    assert wages == pytest.approx((4.0, -9.0))  # 50 for 41 in the mean, which costs
    assert profit == pytest.approx((0.0, -5.0))


def test_a_part_that_takes_from_profit_is_hatched_and_written_with_its_interval():
    figure = waterfall()
    assert [bar.get_hatch() is not None for bar in figure.axes[0].patches] == [False, True, True]
    # 10, 9 and 8 more in wages: Student's interval of 9 with two degrees of freedom, +- 2.48.
    signed = rf"{MINUS}9\.0+ \({MINUS}11\.5 to {MINUS}6\.5\)"
    assert any(re.fullmatch(signed, text) for text in texts(figure))
    assert "largest part: wages" in figure.alt


def test_a_part_that_is_the_same_everywhere_is_left_out():
    assert "Revenue" in texts(waterfall())
    for rows in MONEY.values():
        rows["fixed"] = [7.0, 7.0, 7.0]
    assert "Fixed costs" not in texts(waterfall())


def test_curves_begin_at_nothing_end_at_all_and_have_the_tables_gini(folder):
    figure = plot(folder, "lorenz")
    waits = figure.axes[0]
    curve = waits.get_lines()[0]
    assert (curve.get_ydata()[0], curve.get_ydata()[-1]) == (0.0, 100.0)
    summary = frames_of(folder).summary
    for name, axes in zip(("gini_wait", "gini_remedy"), figure.axes, strict=True):
        means = summary.filter(measure=name)["mean"].to_list()
        written = [text.get_text() for text in axes.texts]
        assert {f"{mean:.2f}" for mean in means} <= set(written)
    assert "past and present" in figure.caption


def test_stories_fall_with_size_and_intervals_stay_on_the_axes(folder):
    figure = plot(folder, "cascades")
    good, bad = figure.axes
    for axes in (good, bad):
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
        for line in axes.get_lines():
            assert (np.diff(line.get_ydata()) <= 0).all()
        low = axes.get_ylim()[0]
        assert all(seg[:, 1].min() > 0 for bars in axes.collections for seg in bars.get_segments())
        assert low > 0


def test_without_stories_there_is_nothing_to_draw(folder):
    frames = books()
    with styled():
        figure = draw_cascades(frames, Plot("cascades", "Sizes", ()), View())
    assert any("no stories to draw" in text for text in texts(figure))


def test_deciles_are_against_the_reference_and_say_which(folder):
    figure = plot(folder, "gains_by_decile")
    assert "difference from Equal treatment" in figure.title
    names = {text.get_text() for text in figure.legends[0].get_texts()}
    assert names == {"Value tiers", "Rewarding complaints"}


def test_every_tier_of_every_policy_has_a_row(folder):
    figure = plot(folder, "gains_by_tier")
    found = texts(figure)
    assert found.count("Top") == found.count("Rest") == 3
    marked = [line.get_ydata() for line in figure.axes[0].get_lines() if line.get_marker() in "os^"]
    assert sorted(np.concatenate(marked)) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("name", [one.name for one in CORE_PLOTS])
def test_every_figure_has_a_title_words_and_what_it_rests_on(folder, name):
    figure = plot(folder, name)
    assert figure.title
    assert len(figure.alt) > len(figure.title) + 20
    assert "8 replications" in figure.caption
    assert "95% interval" in figure.caption


@pytest.mark.parametrize("name", [one.name for one in CORE_PLOTS])
def test_nothing_is_cut_off_at_the_edges(folder, name):
    figure = plot(folder, name)
    with styled():
        found = figure.get_tightbbox()
    wide, high = figure.get_size_inches()
    assert min(found.x0, found.y0) >= -0.01
    assert found.x1 <= wide + 0.01
    assert found.y1 <= high + 0.01


@pytest.mark.parametrize("layout", [nullcontext, narrow])
@pytest.mark.parametrize("name", [one.name for one in CORE_PLOTS])
def test_what_a_page_shows_of_each_panel_is_whole(folder, name, layout):
    with layout():
        figure = plot(folder, name)
    cells = figure.cells or [(0.0, 0.0, *figure.get_size_inches())] * len(figure.axes)
    for axes, (left, low, wide, high) in zip(figure.axes, cells, strict=True):
        with styled():
            found = axes.get_tightbbox().transformed(figure.dpi_scale_trans.inverted())
        assert left - 0.01 <= found.x0 < found.x1 <= left + wide + 0.01
        assert low - 0.01 <= found.y0 < found.y1 <= low + high + 0.01


def test_a_figure_keeps_to_the_folders_tables_of_an_earlier_version(results_folder):
    folder: Path = results_folder(replications=2, months=2, groups={})
    for name in ("lorenz", "gains_by_tier", "gains_by_decile"):
        assert encode(plot(folder, name), "svg").startswith(b"<?xml")
