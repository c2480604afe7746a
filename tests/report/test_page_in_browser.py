"""The page as people meet it: in Chromium, wide and narrow, on paper, and without scripts.

Skipped where no Chromium, Chrome or Edge is installed (on Debian: apt-get install chromium).
"""

from __future__ import annotations

import os
import shutil
from contextlib import chdir
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from sim.errors import CommandError
from sim.report.kit.bands import bands
from sim.report.kit.frames import frames_of
from sim.report.kit.number_format import legible
from sim.report.kit.printing import find_browser
from sim.studies.report.api import build
from sim.studies.sweep.api import sweep_selection
from tests.other_model import execution_of, on
from tests.report.synthetic_results import write_folder
from tests.report.test_page import HOSTILE
from tests.results import fake_sweep
from tests.tools.once import made_once

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXAMPLE = Path(__file__).parents[2] / "results" / "example"
WIDE, NARROW = (1280, 900), (375, 740)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
RUNS = ["example", "hostile", "thin"]
PAGES = pytest.mark.parametrize("name", [*RUNS, "sweep"])
SWEEP = """\
name: "<b>A sweep</b>"
months: 1
replications: 4
policies: {equal: {}, value_tiers: {}}
sweep: {vary: {desk.pools.frontline.agents: [1, 2, 3], behaviour.talk.retell: [0.0, 0.1]}}
"""


@pytest.fixture(scope="module")  # no longer: while it is open, asyncio has a loop in this thread
def browser():
    from playwright.sync_api import sync_playwright

    try:
        found = find_browser(None)
    except CommandError:
        pytest.skip("no Chromium is installed")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=[*QUIET, *root])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages of an ordinary run, one with hostile names, one with next to nothing, and a sweep."""
    return made_once(tmp_path_factory, "pages", _pages)


def _pages(folder):
    example = shutil.copytree(EXAMPLE, folder / "example")
    groups = {"pool": HOSTILE, "tier": HOSTILE, "decile": ("1", "2")}
    hostile = write_folder(
        folder / "hostile",
        name="".join(HOSTILE)[:300],
        describe=" ".join(HOSTILE),
        policies=HOSTILE,
        groups=groups,
        claimed=HOSTILE,
        months=14,
    )
    thin = write_folder(folder / "thin", policies=["equal"], replications=1, months=2)
    folders = {"example": example, "hostile": hostile, "thin": thin, "sweep": _sweep(folder)}
    return {name: build(one) for name, one in folders.items()}


def _sweep(folder):
    sweep = on(execution_of(fake_sweep.simulate, fake_sweep.MEASURING), sweep_selection)
    with chdir(folder):
        Path("sweep.yaml").write_text(SWEEP)
        return folder / sweep("sweep.yaml").folder


@pytest.fixture
def opened(browser):
    """Open a page; whatever goes wrong in it fails the test at its end."""
    wrong, contexts = [], []

    def open_page(path: Path, size=WIDE, **options):
        contexts.append(browser.new_context(viewport=_viewport(size), **options))
        contexts[-1].set_default_timeout(10_000)
        page = contexts[-1].new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda request: wrong.extend(_elsewhere(request.url, path)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _viewport(size):
    return {"width": size[0], "height": size[1]}


def _elsewhere(url, path):
    return [] if url == path.as_uri() or url.startswith("data:") else [f"asked for {url}"]


def unfold(page, which="details"):
    page.evaluate(f"document.querySelectorAll('{which}').forEach((one) => {{ one.open = true; }})")


def overhang(page):
    return page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")


def test_a_page_can_be_sent_by_mail(pages):
    assert all(path.stat().st_size < 3_000_000 for path in pages.values())


@PAGES
@SIZES
def test_nothing_scrolls_sideways_and_nothing_fails(opened, pages, name, size):
    page = opened(pages[name], size)
    assert overhang(page) <= 0
    unfold(page)
    assert overhang(page) <= 0


# Every page is looked at wide in light, and all but the longest narrow in dark; `-m whole` looks at
# each at both sizes in both schemes.
_SAMPLE = {("wide", "light"), *((name, "narrow", "dark") for name in ("hostile", "thin", "sweep"))}
LOOKS = [
    pytest.param(
        name,
        {"wide": WIDE, "narrow": NARROW}[size],
        scheme,
        id=f"{size}-{scheme}-{name}",
        marks=() if {(size, scheme), (name, size, scheme)} & _SAMPLE else pytest.mark.whole,
    )
    for name in (*RUNS, "sweep")
    for size in ("wide", "narrow")
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_axe_finds_nothing_against_wcag_2_aa_and_landmarks(opened, pages, name, size, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(pages[name], size, color_scheme=scheme)
    unfold(page, "details:not(.bulk)")  # what is long is no different from what is short
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    told = [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"])
        for one in found.response["violations"]
    ]
    assert told == []


@PAGES
@SIZES
def test_the_first_screen_holds_the_answer(opened, pages, name, size):
    if name == "hostile":
        pytest.skip("its names are longer than a screen")
    page = opened(pages[name], size)
    answer = page.locator("section.answer").bounding_box()
    assert answer["y"] + answer["height"] <= size[1]


@pytest.mark.parametrize("name", ["example", "sweep"])
def test_plots_are_whole_at_a_phone_and_their_type_is_legible(opened, pages, name):
    page = opened(pages[name], NARROW)
    unfold(page)
    plots = page.locator("svg.plot:visible")
    assert plots.count() > 5
    for plot in plots.all():
        box = plot.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW[0]
    # 7 points is the smallest type of a plot.
    least = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('svg.plot text')]
          .filter((one) => one.getClientRects().length && one.textContent.trim())
          .map((one) => one.getBoundingClientRect().height))"""
    )
    assert least >= 7.0


def test_eight_screens_are_enough_to_decide(opened, pages):
    page = opened(pages["example"])
    last = page.get_by_role("heading", name="Month by month").bounding_box()
    assert last["y"] <= 8 * WIDE[1]


def test_a_dark_page_is_dark_and_its_plots_too(opened, pages):
    page = opened(pages["example"], color_scheme="dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(20, 23, 27)"
    fill = page.evaluate("getComputedStyle(document.querySelector('svg.plot text')).fill")
    assert fill != "rgb(27, 31, 36)"  # the ink of a light page


@pytest.mark.parametrize("name", RUNS)
def test_without_scripts_everything_but_the_explorer_is_there(opened, pages, name):
    bare = opened(pages[name], java_script_enabled=False)
    assert not bare.locator("#explorer").is_visible()
    full = opened(pages[name])
    assert full.locator("#explorer").is_visible()
    full.evaluate("document.getElementById('explorer').remove()")
    assert bare.locator("main").inner_text() == full.locator("main").inner_text()
    sizes = [plot.bounding_box() for plot in bare.locator("svg.plot:visible").all()]
    assert len(sizes) > (5 if name == "example" else 0)
    assert all(size["width"] > 100 and size["height"] > 50 for size in sizes)


@PAGES
def test_on_paper_nothing_is_cut_off(opened, pages, name, tmp_path):
    page = opened(pages[name], (680, 1000))  # what margins leave of A4
    page.emulate_media(media="print")
    assert overhang(page) <= 0
    assert not page.locator("nav").is_visible()
    folded = page.get_by_text("2.2 Base model logic")
    assert folded.is_visible() == (name in RUNS)
    paper = page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert paper.startswith(b"%PDF")


def test_the_heading_and_the_skip_link_come_first_by_keyboard(opened, pages):
    page = opened(pages["example"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the results"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_wide_tables_scroll_within_a_region_that_has_the_focus(opened, pages):
    page = opened(pages["example"], NARROW)
    region = page.get_by_role("region", name="Table: Key measures by policy")
    assert region.evaluate("(one) => one.scrollWidth > one.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(one) => one.scrollLeft > 0", arg=region.element_handle())


def test_hostile_names_are_shown_as_they_are_and_make_nothing(opened, pages):
    page = opened(pages["hostile"])
    shown = set(page.locator("th bdi").all_inner_texts())
    assert {legible(name) for name in HOSTILE} <= shown
    assert page.locator("b, main script, img[src=x]").count() == 0
    page.locator("#explorer [name=view]").select_option("values")
    assert page.locator("[data-part=readout] bdi").all_inner_texts() == [
        legible(name) for name in HOSTILE
    ]


class Explorer:
    def __init__(self, page):
        self.root = page.locator("#explorer")

    def choose(self, **fields):
        for name, value in fields.items():
            self.root.locator(f"[name={name}]").select_option(label=value)

    @property
    def means(self):
        return [_read(text) for text in self.root.locator("tbody .mean").all_inner_texts()]

    @property
    def intervals(self):
        texts = self.root.locator("tbody .interval").all_inner_texts()
        return [tuple(map(_read, text.split(" to "))) for text in texts]

    @property
    def caption(self):
        return self.root.locator("caption").inner_text()


def _read(text):
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


@pytest.fixture
def explorer(opened, pages):
    return Explorer(opened(pages["example"]))


def test_the_explorer_shows_the_month_that_the_slider_is_at(explorer):
    frames = frames_of(EXAMPLE)
    explorer.choose(measure="Customers", view="values")
    slider = explorer.root.get_by_role("slider")
    slider.focus()
    for _ in range(frames.months - 7):
        slider.press("ArrowLeft")
    assert explorer.caption == "Customers, month 7 (people)"
    table = bands(frames.monthly, "customers").filter(pl.col("month") == 7)
    rows = {row["policy"]: row for row in table.iter_rows(named=True)}
    wanted = [rows[policy] for policy in frames.policies]
    assert explorer.means == pytest.approx([row["mean"] for row in wanted], abs=1)
    assert explorer.intervals == [pytest.approx((row["low"], row["high"]), abs=1) for row in wanted]


def test_differences_are_from_the_first_policy_and_the_index_from_the_first_month(explorer):
    frames = frames_of(EXAMPLE)
    last = frames.monthly.filter(pl.col("month") == frames.months)
    mean = dict(last.group_by("policy").agg(pl.col("profit").mean()).iter_rows())
    apart = [mean[policy] - mean["equal"] for policy in frames.policies[1:]]
    explorer.choose(view="differences from Equal treatment")
    # A mean is shown to the second digit of its half width, so at most a twentieth of that is lost.
    halves = [(high - low) / 2 for low, high in explorer.intervals]
    wanted = [
        pytest.approx(value, abs=half / 18) for value, half in zip(apart, halves, strict=True)
    ]
    assert explorer.means == wanted
    explorer.choose(view="index, first month = 100")
    explorer.root.get_by_role("slider").fill("1")
    assert explorer.means == [100.0] * len(frames.policies)


def test_policies_can_be_left_out_and_the_scale_be_logarithmic(explorer):
    explorer.choose(view="values")
    explorer.root.get_by_role("checkbox", name="Value tiers", exact=True).uncheck()
    assert len(explorer.means) == len(frames_of(EXAMPLE).policies) - 1
    explorer.choose(view="values")
    log = explorer.root.get_by_role("checkbox", name="logarithmic scale")
    log.check()
    explorer.choose(measure="Profit")
    heights = [float(line.get_attribute("y1")) for line in explorer.root.locator("line.grid").all()]
    gaps = [above - below for above, below in pairwise(heights)]
    assert len(gaps) >= 3
    assert max(gaps) > 1.1 * min(gaps)
    explorer.choose(view="differences from Equal treatment")
    assert log.is_disabled()


def test_pointing_at_the_chart_moves_the_month(explorer):
    chart = explorer.root.locator("[data-part=chart]").bounding_box()
    explorer.root.locator("[data-part=chart]").hover(position={"x": 70.0, "y": chart["height"] / 2})
    assert "month 1 " in explorer.caption
