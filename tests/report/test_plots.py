import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.errors import CommandError
from sim.report.kit.canvas import encode, save_figure
from sim.report.kit.catalogue import CORE_PLOTS
from sim.report.kit.lines import round_ticks
from sim.report.kit.number_format import MINUS
from sim.report.run.plots import plot
from tests.report.synthetic_results import write_folder

HOSTILE = [
    "<script>alert(1)</script>",
    "$x^2$ & co",
    "名前\x07 that is much too long for a picture",
]


def texts(figure):
    return {text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))}


def test_every_policy_is_named_beside_its_line(folder):
    assert {"Equal treatment", "Value tiers", "Rewarding complaints"} <= texts(
        plot(folder, "customers")
    )


def test_names_beside_lines_do_not_overlap(results_folder):
    names = [f"policy_{i}" for i in range(17)]
    titles = [f"Policy {i}" for i in range(17)]
    figure = plot(results_folder(policies=names, effect=0.0), "profit")
    figure.draw_without_rendering()
    boxes = [Text.get_window_extent(t) for t in figure.axes[0].texts if t.get_text() in titles]
    assert len(boxes) == 17
    boxes.sort(key=lambda box: box.y0)
    assert all(a.y1 <= b.y1 - 0.6 * b.height for a, b in pairwise(boxes))


def test_bands_span_the_interval_and_the_caption_says_so(folder):
    figure = plot(folder, "profit")
    assert len(figure.axes[0].collections) == 3
    assert any("Mean of 8 replications" in text for text in texts(figure))


def test_one_replication_is_said_to_be_one(results_folder):
    figure = plot(results_folder(replications=1, months=4), "profit")
    assert any(text.startswith("One replication") for text in texts(figure))


def test_a_count_has_no_room_below_zero_and_money_has(results_folder):
    folder = results_folder(replications=2, months=2)
    assert plot(folder, "complaints_public").axes[0].get_ylim()[0] == 0
    assert plot(folder, "profit").axes[0].get_ylim()[0] < 0


def test_voices_share_one_scale(folder):
    limits = {axes.get_ylim() for axes in plot(folder, "complaints").axes}
    assert len(limits) == 1


def test_what_changes_on_the_way_is_marked(tmp_path):
    outage = "{month: 4, months: 2, set: {people.contacts_per_month.factor: 2}, why: an outage}"
    dearer = "{month: 9, set: {people.spend.factor: 1.1}}"
    folder = write_folder(tmp_path / "changing", more=f"changes: [{outage}, {dearer}]\n")
    told = texts(plot(folder, "customers"))
    assert {"an outage", "people.spend.factor"} <= set(told)


def test_the_month_in_which_policies_start_is_marked(folder, switching):
    assert "policies start" in texts(plot(switching, "customers"))
    assert "policies start" not in texts(plot(folder, "customers"))
    axes = plot(switching, "customers_difference").axes[0]
    first, mark = (text for text in axes.texts if text.get_text())
    assert (first.get_text(), first.get_fontsize()) == ("Value tiers", 9)
    assert (mark.get_text(), mark.get_fontsize()) == ("policies start", 8)


@pytest.mark.parametrize("options", [{"months": 0}, {"months": 1}, {"policies": ["equal"]}])
@pytest.mark.parametrize("name", [p.name for p in CORE_PLOTS])
def test_thin_results_still_give_a_picture(results_folder, name, options):
    folder = results_folder(**{"replications": 2, "months": 2} | options)
    assert encode(plot(folder, name), "svg").startswith(b"<?xml")


def test_no_numbers_are_said_to_be_none(results_folder):
    [text] = texts(plot(results_folder(months=0), "profit")) - {""}
    assert "no numbers to draw" in text


def test_hostile_names_stay_text(results_folder):
    folder = results_folder(policies=HOSTILE, months=3)
    svg = encode(plot(folder, "customers"), "svg").decode()
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg
    assert "$x^2$ &amp; co" in svg
    assert not re.search(r"[\x00-\x08]", svg)


def test_differences_are_written_beside_their_intervals(folder):
    found = texts(plot(folder, "differences"))
    assert "Difference from Equal treatment" in found
    signed = rf"[+{MINUS}]\d\S*"
    assert any(re.fullmatch(rf"{signed} \({signed} to {signed}", text) for text in found)


def test_an_unknown_measure_is_refused_with_the_nearest(folder):
    with pytest.raises(CommandError, match="did you mean churn_rate"):
        plot(folder, "churn_rat")


def test_the_same_results_give_the_same_bytes(folder, tmp_path):
    first, second = (save_figure(plot(folder, "talk"), tmp_path / f"{i}.svg") for i in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert b"Date" not in first.read_bytes()


def test_drawing_is_imported_only_when_used():
    code = "import sim.report, sys; sys.exit(bool({'matplotlib', 'jinja2'} & {*sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    assert run.returncode == 0


@pytest.mark.parametrize(
    ("top", "last"), [(8_000, "8,000"), (20_000, "20k"), (1.5e6, "1.5m"), (4e9, "4bn")]
)
def test_ticks_are_written_in_few_digits(top, last):
    axes = Figure().add_subplot()
    axes.set_ylim(0, top)
    round_ticks(axes.yaxis, 0, top)
    assert axes.yaxis.get_major_formatter()(top) == last
