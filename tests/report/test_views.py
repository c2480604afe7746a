"""Measures by group, against a policy, of some policies: what is drawn, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError
from sim.report.kit.bands import bands, over_horizon
from sim.report.kit.catalogue import CORE_PLOTS
from sim.report.kit.style import looks_of
from sim.report.run.plots import plot, write_plots

RUN = CliRunner()


def frame(**columns):
    return pl.DataFrame({"policy": [], "replication": [], "month": []} | columns)


RUNS = frame(
    policy=["a", "a", "b", "b"],
    replication=[0, 1, 0, 1],
    month=[1, 1, 1, 1],
    tier=["all"] * 4,
    profit=[10.0, 30.0, 11.0, 33.0],
)


def colours(figure):
    return {
        line.get_color()
        for axes in figure.axes
        for line in axes.get_lines()
        if len(line.get_xdata()) > 2
    }


def test_a_difference_is_taken_replication_by_replication():
    [row] = bands(RUNS, "profit", versus="a").to_dicts()
    # 1 and 3: their mean is 2, and half of Student's interval 12.7 standard errors of 1.
    assert row["policy"] == "b"
    assert row["mean"] == 2.0
    assert row["high"] - 2.0 == pytest.approx(12.706, abs=0.001)


def test_a_difference_by_group_is_that_of_the_same_group():
    table = pl.concat([RUNS, RUNS.with_columns(tier=pl.lit("few"), profit=pl.col("profit") * 10)])
    found = over_horizon(table, "tier", "profit", "a")
    assert dict(found.select("tier", "mean").iter_rows()) == {"all": 2.0, "few": 20.0}


def test_a_policy_keeps_its_colour_when_only_some_are_drawn(folder):
    look = looks_of(["equal", "value_tiers", "complaint_rewarding"])["complaint_rewarding"]
    alone = plot(folder, "profit", policies=["complaint_rewarding"])
    assert look.colour in colours(alone)
    assert not colours(alone) & {looks_of(["equal"])["equal"].colour}


def test_a_difference_has_no_line_for_whom_it_is_from(folder):
    figure = plot(folder, "profit", versus="value_tiers")
    ends = {text.get_text() for text in figure.axes[0].texts}
    assert {"Equal treatment", "Rewarding complaints"} <= ends
    assert "Value tiers" not in ends


def test_tiers_have_a_panel_each_on_one_scale(folder):
    figure = plot(folder, "wait_mean", by="tier")
    assert len(figure.axes) == 2
    assert len({axes.get_ylim() for axes in figure.axes}) == 1


def test_deciles_stand_side_by_side_and_every_point_has_its_interval(folder):
    [axes] = plot(folder, "satisfaction_mean", by="decile").axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [str(i) for i in range(1, 11)]
    assert sum(len(bars.get_segments()) for bars in axes.collections) == 30


def test_over_the_whole_horizon_means_are_those_of_the_summary(folder):
    [axes] = plot(folder, "profit", over="horizon").axes
    summary = pl.read_csv(folder / "summary.csv").filter(measure="profit")
    drawn = [float(line.get_ydata()[0]) for line in axes.get_lines() if line.get_marker() != "None"]
    assert drawn == pytest.approx(summary["mean"].to_list())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"measure": "profi"}, "did you mean profit"),
        ({"measure": "loren"}, "did you mean lorenz"),
        ({"policies": ["equl"]}, "did you mean equal"),
        ({"versus": "nobody"}, "choose from equal"),
        ({"by": "tiers"}, "did you mean tier"),
        ({"over": "month"}, "did you mean months"),
        ({"by": "tier"}, "no measure 'profit' by tier; choose from"),
        ({"measure": "lorenz", "versus": "equal"}, "leave out --versus"),
        ({"measure": "waterfall", "by": "tier"}, "leave out --by"),
    ],
)
def test_what_cannot_be_drawn_is_refused(results_folder, asked, told):
    folder = results_folder(groups={"tier": ("top",)}, replications=2, months=2)
    if asked == {"by": "tier"}:
        asked = {"by": "tier", "measure": "customers"}
        told = told.replace("profit", "customers")
    with pytest.raises(CommandError, match=told):
        plot(folder, **{"measure": "profit"} | asked)


def test_the_command_writes_each_measure_in_each_format(folder, tmp_path):
    out = tmp_path / "out"
    words = ["plot", str(folder), "profit", "lorenz", "--format", "svg", "--format", "pdf"]
    found = RUN.invoke(app, [*words, "--out", str(out), "--json"])
    assert found.exit_code == 0, found.output
    files = [Path(file) for file in json.loads(found.stdout)["files"]]
    assert [file.name for file in files] == ["profit.svg", "profit.pdf", "lorenz.svg", "lorenz.pdf"]
    assert all(file.parent == out and file.stat().st_size > 1000 for file in files)


def test_without_a_measure_all_plots_of_the_report_are_drawn(folder, tmp_path):
    words = ["plot", str(folder), "--format", "svg", "--out", str(tmp_path / "out")]
    assert RUN.invoke(app, words).exit_code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{plot.name}.svg" for plot in CORE_PLOTS}


def test_another_view_is_another_file_and_the_reports_stays(folder):
    plain = write_plots(folder, ["wait_mean"])
    other = write_plots(folder, ["wait_mean"], policies=["equal"], by="tier", versus="value_tiers")
    assert [file.name for file in plain] == ["wait_mean.png"]
    assert [file.name for file in other] == ["wait_mean-by-tier-versus-value-tiers-equal.png"]


def test_a_png_has_300_dots_an_inch_and_says_what_it_shows(folder):
    [file] = write_plots(folder, ["profit"])
    with Image.open(file) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert picture.info["Title"] == "Profit"
        assert (
            "In the last month, Profit (currency): Equal treatment" in picture.info["Description"]
        )


def test_an_svg_and_a_pdf_say_what_they_show(folder):
    svg, pdf = (file.read_bytes() for file in write_plots(folder, ["profit"], ["svg", "pdf"]))
    assert b"<title>Profit</title>" in svg
    assert b"<desc>Profit over 36 months, a line for each policy." in svg
    assert b"/Title (Profit)" in pdf


def test_a_wrong_format_or_measure_writes_nothing(folder, tmp_path):
    with pytest.raises(CommandError, match="no format 'gif'"):
        write_plots(folder, ["profit"], ["png", "gif"], tmp_path / "out")
    with pytest.raises(CommandError, match="no measure or plot"):
        write_plots(folder, ["profit", "nothing"], ["png"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_said(folder, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        write_plots(folder, ["profit"], ["svg"], tmp_path / "file" / "deeper")


def test_every_mark_is_finite(folder):
    figure = plot(folder, "wait_mean", by="decile", versus="equal")
    lines = [np.asarray(line.get_ydata(), float) for line in figure.axes[0].get_lines()]
    assert all(np.isfinite(values).all() for values in lines)
