"""What a page embeds against what Matplotlib wrote: the same marks, smaller, and in variables."""

import re
from xml.etree import ElementTree as ET

import pytest

from sim.report.kit.canvas import Drawing, caption, encode, panel
from sim.report.kit.figure_grid import figure_title, panel_grid
from sim.report.kit.inline_svg import inline_parts, inline_svg
from sim.report.kit.style import PLOT_COLOURS, looks_of, of_page, styled

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["普通客户", "عملاء مميزون", "emoji 🙂", "<b>&\"'"]


@pytest.fixture(scope="module")
def vector():
    with styled():
        figure = Drawing(4.0, 3.0, "A title", "What it shows")
        figure_title(figure, "A title")
        axes = panel(figure, 0.7, 0.8, 3.0, 1.5)
        look = looks_of(["equal"])["equal"]
        axes.plot([0, 1, 2], [1, 3, 2], color=look.colour, marker="s")
        axes.vlines([0, 1, 2], [0, 2, 1], [2, 4, 3], color=look.colour)
        axes.barh(1, 2, color="white", hatch="//", edgecolor=look.colour)
        axes.imshow([[0, 1], [2, 3]], extent=(0.0, 1.0, 0.0, 1.0), aspect="auto")
        for place, name in enumerate(NAMES):
            axes.text(0, place, name)
        caption(figure, "What it rests on")
    return encode(figure, "svg")


@pytest.fixture(scope="module")
def inline(vector):
    return str(inline_svg(vector, "p1", 'What "it" shows', 20.0, 10.0, "slim"))


def texts(root):
    return [one.text for one in root.iter() if one.tag.endswith("text") and one.text]


def test_it_is_one_element_with_a_description_and_without_title_and_caption(vector, inline):
    root = ET.fromstring(inline)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'What "it" shows'
    assert root.attrib["class"] == "plot slim"
    assert {"A title", "What it rests on"} <= set(texts(ET.fromstring(vector)))
    assert not {"A title", "What it rests on"} & set(texts(root))


@pytest.fixture(scope="module")
def grid():
    looks = looks_of(["equal", "value_tiers"])
    with styled():
        figure, panels = panel_grid("A title", looks, 3, 2)
        for number, axes in enumerate(panels):
            axes.plot([0, 1, 2], [1, 3, 2], color=looks["equal"].colour, marker="s")
            axes.set_title(f"panel {number}")
        caption(figure, "What it rests on")
    return figure


def test_panels_are_pictures_of_their_own_under_one_description(grid):
    boxes = [(72 * left, 72 * low, 72 * wide, 72 * high) for left, low, wide, high in grid.cells]
    vector, alt = encode(grid, "svg"), 'What "it" shows'
    text = str(inline_parts(vector, "p1", alt, boxes, grid.columns, "slim"))
    root = ET.fromstring(text)
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", 'What "it" shows')
    assert root.attrib["class"] == "cells across-2 slim"
    titles = [[one for one in texts(cell) if one.startswith("panel")] for cell in root]
    assert titles == [["panel 0"], ["panel 1"], ["panel 2"]]
    # Title, caption and legend are the page's own.
    assert not {"A title", "What it rests on", "Value tiers"} & set(texts(root))
    referred = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    assert set(re.findall(r' id="([^"]+)"', text)) == referred


def test_names_of_any_script_stay_text_in_the_fonts_of_the_page(inline):
    assert set(NAMES) <= set(texts(ET.fromstring(inline)))
    assert "font-family" not in inline


def test_head_and_foot_are_cut_off(inline):
    left, top, wide, high = map(float, ET.fromstring(inline).attrib["viewBox"].split())
    assert (left, top, wide, high) == (0, 20.0, 4.0 * 72, 3.0 * 72 - 30.0)


def test_colours_are_those_of_the_page(inline):
    assert not re.search("#[0-9a-f]{6}", inline)
    for name in ("paper", "ink", "muted", "rule", "line-0"):
        assert f"var(--{name})" in inline


def test_every_reference_leads_to_an_id_and_ids_of_two_plots_differ(vector, inline):
    other = str(inline_svg(vector, "p2", "", 0.0, 0.0))
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (inline, other)]
    assert not ids[0] & ids[1]
    assert inline.count('href="data:image/png;base64,') == 1
    assert ids[0] == set(re.findall(r'(?:url\(|href=")#([^")]+)', inline))


def _points(root):
    """Return the points of all lines, rounded to a tenth."""
    found = []
    for path in root.iter():
        if path.tag.endswith("path") and "id" not in path.attrib:
            numbers = re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))
            found += [round(float(number), 1) for number in numbers]
    return found


def test_every_line_is_still_there_and_smaller(vector, inline):
    original, embedded = ET.fromstring(vector), ET.fromstring(inline)
    for one in list(original.iter()):
        one.attrib.pop("id", "") if one.tag.endswith("path") and not _is_shared(one) else None
    assert sorted(_points(original)) == pytest.approx(sorted(_points(embedded)), abs=0.11)
    assert len(inline) < 0.7 * len(vector)


def _is_shared(path):
    return path.get("id", "").startswith(("m", "C"))


def test_every_colour_of_a_policy_has_a_variable_that_the_style_sheet_sets_for_both_schemes():
    from importlib.resources import files

    sheet = (files("sim.report") / "templates" / "report.css").read_text("utf-8")
    light, dark = sheet.split("prefers-color-scheme: dark", 1)
    for name, colour in PLOT_COLOURS.items():
        assert f"--{name}: {colour.lower()}" in light
        assert f"--{name}:" in dark.split("box-sizing")[0]
    assert {of_page(look.text) for look in looks_of(["equal", "a", "b", "c", "d", "e"]).values()}
