import html
import re
import time
from html.parser import HTMLParser
from itertools import pairwise
from typing import get_args

import polars as pl
import pytest
from markupsafe import escape

from sim.errors import ResultsError
from sim.measures.definitions import MEASURES
from sim.report.kit.catalogue import CORE_PLOTS, SectionId
from sim.report.kit.frames import frames_of
from sim.report.kit.number_format import legible
from sim.report.run.explorer import script_hash
from sim.report.run.page import render
from sim.report.run.page_sections import SECTIONS
from sim.studies.report.api import build
from tests.report.synthetic_results import write_folder

EVIL = "</style><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }}"
VOID = {"meta", "img", "line", "br", "link", "input", "wbr"}


class Outline(HTMLParser):
    """Elements with their attributes; complains of tags that do not nest."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]

    @property
    def plots(self):
        """Plots that are shown as a whole, and what holds the panels of the others."""
        svgs, divisions = (
            [(attrs.get("class", "").split(), attrs) for attrs in self.all(tag)]
            for tag in ("svg", "div")
        )
        whole = [attrs for names, attrs in svgs if "plot" in names and "cell" not in names]
        return whole + [attrs for names, attrs in divisions if "cells" in names]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = build(write_folder(tmp_path_factory.mktemp("page") / "results", describe=EVIL))
    return path.read_text(encoding="utf-8")


def test_every_plot_is_an_svg_and_what_else_is_asked_for(folder):
    names = {plot.name for plot in CORE_PLOTS}
    page = build(folder, ["png"]).read_text(encoding="utf-8")
    kinds = {f"{one}.{kind}" for one in names for kind in ("svg", "png")}
    assert {path.name for path in (folder / "plots").iterdir()} == kinds
    assert all((folder / "plots" / f"{one}.png").stat().st_size > 1000 for one in names)
    files = [one["href"] for one in Outline(page).all("a") if not one["href"].startswith("#")]
    assert sorted(files) == sorted(f"plots/{name}" for name in kinds)


def test_a_file_of_a_plot_never_shows_other_numbers_than_the_page(folder):
    plots = folder / "plots"
    plots.mkdir()
    (plots / "talk.png").write_bytes(b"of other numbers")
    (plots / "mine.png").write_bytes(b"mine")
    page = build(folder).read_text()
    assert (plots / "talk.png").read_bytes().startswith(b"\x89PNG")
    assert (plots / "mine.png").read_bytes() == b"mine"
    assert 'href="plots/talk.png"' in page
    assert 'href="plots/staff.png"' not in page
    assert not (plots / "staff.png").exists()


def test_the_page_is_built_in_seconds_and_repeats_to_the_byte(folder):
    # Of a processor, so that a busy machine does not matter.
    began = time.process_time()
    first = build(folder).read_bytes()
    assert time.process_time() - began < 10
    assert build(folder).read_bytes() == first


def test_the_page_needs_nothing_else(page):
    outline = Outline(page)
    assert not outline.all("link")
    assert not any("src" in script for script in outline.all("script"))
    assert not outline.all("img")
    assert len(outline.plots) >= len(CORE_PLOTS)
    named = page.replace("http://www.w3.org/2000/svg", "")  # a name, never fetched
    assert not re.search(r"url\((?!#)|@import|https?://", named)


def test_every_plot_stands_in_the_part_that_the_catalogue_gives_it(page):
    parts = re.split(r'<section aria-labelledby="(\w+)">', page)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert all(f'href="plots/{plot.name}.svg"' in told[plot.section] for plot in CORE_PLOTS)


def test_links_within_the_page_lead_somewhere_and_ids_are_unique(page):
    found = [attrs["id"] for _, attrs in Outline(page).found if "id" in attrs]
    assert len(found) == len(set(found))
    within = {link["href"] for link in Outline(page).all("a") if link["href"].startswith("#")}
    assert {address[1:] for address in within} <= set(found)


def test_hostile_text_stays_text(page):
    assert html.escape(EVIL, quote=False).replace("'", "&#39;") in page
    assert "{{" in page
    assert "onerror" not in str(Outline(page).found)


HOSTILE = ("<script>alert(1)</script>", "\"'><b>&amp;", "x" * 300, "שלום עולם", "a\u200bb\u202ec")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    from tests.report.synthetic_results import write_folder

    names = {kind: list(HOSTILE) for kind in ("pool", "tier")} | {"decile": ["1", "2"]}
    folder = write_folder(
        tmp_path_factory.mktemp("hostile") / "results",
        name=HOSTILE[0],
        policies=list(HOSTILE),
        groups=names,
        claimed=list(HOSTILE),
        months=3,
    )
    return build(folder).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_names(hostile, name):
    shown = f"<bdi>{escape(legible(name))}</bdi>"
    assert hostile.count(f'<th scope="row">{shown}</th>') >= 2 * len(HOSTILE)  # pools and tiers
    assert f'<th scope="row" class="claim">{shown}' in hostile
    assert f'<span class="policy">{shown}</span>' in hostile


def test_hostile_names_make_no_elements(hostile):
    assert f"<h1><bdi>{escape(HOSTILE[0])}</bdi></h1>" in hostile
    found = Outline(hostile).found
    assert not {"b", "img"} & {tag for tag, attrs in found if "data:" not in attrs.get("src", "")}
    assert [tag for tag, _ in found].count("script") == 2  # the explorer's numbers and the explorer


def test_every_table_has_a_caption_and_scrolls_where_a_key_can_reach(page):
    outline = Outline(page)
    assert len(outline.all("caption")) == len(outline.all("table")) > 6
    regions = [attrs for _, attrs in outline.found if attrs.get("role") == "region"]
    assert all(attrs["aria-label"] and attrs["tabindex"] == "0" for attrs in regions)
    labels = [attrs["aria-label"] for attrs in regions]
    assert len(labels) == len(set(labels))


def test_headings_go_down_a_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in Outline(page).found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_landmarks_headings_and_alternatives_are_there(page):
    outline = Outline(page)
    for tag in ("header", "nav", "main", "footer", "h1"):
        assert len(outline.all(tag)) == 1
    assert outline.all("html")[0]["lang"] == "en"
    assert all(plot["role"] == "img" and plot["aria-label"].strip() for plot in outline.plots)
    assert all("scope" in cell for cell in outline.all("th"))
    assert any("In the last month" in plot["aria-label"] for plot in outline.plots)


def test_the_page_holds_the_answer_the_scenario_the_command_and_the_versions(page):
    for words in (
        "had the highest discounted profit",
        "months: 36",
        "sim run scenarios/broadband.yaml -n 8",
        "sim run scenario.yaml",
        "versions.numpy",
        "Student-t",
        "Holm",
        "Frontline",
    ):
        assert words in page


@pytest.mark.parametrize(
    "options",
    [
        {"months": 0},
        {"replications": 1},
        {"policies": ["equal"]},
        {"policies": ["equal"], "replications": 1, "months": 1},
    ],
)
def test_thin_results_still_give_a_page(results_folder, options):
    Outline(build(results_folder(**{"months": 3} | options)).read_text(encoding="utf-8"))


def test_an_interrupted_build_leaves_no_page(folder, monkeypatch):
    monkeypatch.setattr("sim.report.run.pictures.draw", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(folder)
    assert not (folder / "report.html").exists()


def _interrupt(*_):
    raise KeyboardInterrupt


def test_what_is_no_results_folder_is_refused(tmp_path):
    with pytest.raises(ResultsError):
        build(tmp_path / "nothing")


def test_the_security_policy_lets_the_explorer_run_and_nothing_else(page):
    [policy] = [meta["content"] for meta in Outline(page).all("meta") if "http-equiv" in meta]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'{script_hash(script)}'"
    assert "connect-src" not in rules


def test_sections_list_declared_measures_once():
    for section in SECTIONS.values():
        assert set(section.measures) <= set(MEASURES)
        assert len(set(section.measures)) == len(section.measures)


def test_every_plot_is_in_a_section_of_the_page():
    assert set(get_args(SectionId)) <= set(SECTIONS)
    assert {plot.section for plot in CORE_PLOTS} <= set(SECTIONS)


def test_a_page_of_many_policies_draws_a_few_and_tabulates_all(results_folder):
    names = tuple(f"policy {n}" for n in range(40))
    folder = results_folder(policies=names, replications=3, months=4, groups={})
    page = build(folder).read_text("utf-8")
    assert "show 12 of 40 policies" in page
    assert "sim compare . --all-pairs" in page
    heads = re.findall(r'<th scope="col" class="n">.*?</th>', page, flags=re.S)
    assert all(any(re.search(rf"policy {n}\b", head) for head in heads) for n in range(40))
    assert set(pl.read_csv(folder / "differences.csv")["versus"]) == {"policy 0"}


def test_the_page_grows_with_the_policies_and_not_with_their_square(results_folder, tmp_path):
    sizes = []
    for count in (20, 40, 80):
        names = tuple(f"policy {n}" for n in range(count))
        folder = write_folder(
            tmp_path / str(count), policies=names, replications=2, months=2, groups={}
        )
        sizes.append(len(render(frames_of(folder), ())))
    assert sizes[2] - sizes[1] < 2.2 * (sizes[1] - sizes[0])
