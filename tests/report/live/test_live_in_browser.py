"""The page that runs the model as people meet it: sliders, numbers, the keyboard, narrow screens.

Skipped where no Chromium, Chrome or Edge is installed (on Debian: apt-get install chromium).
"""

from __future__ import annotations

import shlex
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import CommandError
from sim.measures.definitions import MEASURES
from sim.report.kit.printing import find_browser
from sim.report.live.module import why_not
from sim.scenario.reading.load import load

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

SMALL = """\
name: A small company
months: 3
replications: 6
people: {count: 300, customers: 150}
worth: {profit: 50}
policies: {equal: {}, value_tiers: {}}
hypotheses: [{name: Tiers pay, claim: "profit[value_tiers] > profit[equal]"}]
"""
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--no-sandbox"]
WIDE, NARROW = (1280, 900), (375, 740)
CHURN = "behaviour.churn.base_per_month"
AGENTS = "desk.pools.frontline.agents"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    try:
        found = find_browser(None)
    except CommandError:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    (folder / "small.yaml").write_text(SMALL)
    choices = {AGENTS: [1]}
    return sim.explore(folder / "small.yaml", out=folder / "page.html", choices=choices)


@pytest.fixture
def opened(browser):
    """Open a page, and wait for its last replication; whatever goes wrong in it fails the test."""
    wrong, contexts = [], []

    def open_page(address, size=WIDE, waits=True, **options):
        viewport = {"width": size[0], "height": size[1]}
        contexts.append(browser.new_context(viewport=viewport, **options))
        contexts[-1].set_default_timeout(60_000)
        page = contexts[-1].new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        if waits:
            finished(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def finished(page):
    page.get_by_text("6 of 6 replications.").wait_for()
    page.wait_for_timeout(100)


def slide(page, path, steps):
    """Move a slider by the keyboard alone."""
    page.get_by_role("searchbox", name="Find a setting").fill(path)
    slider = page.locator(f'[id="live-{path}"]')
    slider.focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")


def means(page):
    """Return the shown means by measure, one a policy."""
    rows = page.locator("[data-part=means] tbody tr").all()
    return {
        row.locator("th").evaluate("(one) => one.firstChild.textContent"): [
            _number(text) for text in row.locator(".mean").all_inner_texts()
        ]
        for row in rows
    }


def _number(text):
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


@pytest.mark.whole
def test_the_page_confirms_natively_to_the_same_numbers(opened, page_file, tmp_path, monkeypatch):
    monkeypatch.chdir(page_file.parent)
    page = opened(page_file.as_uri())
    before = means(page)
    slide(page, CHURN, 6)
    page.get_by_label(AGENTS).select_option("1")
    finished(page)
    after = means(page)
    assert after["Customers"][0] < before["Customers"][0]
    monkeypatch.chdir(tmp_path)
    words = shlex.split(page.locator("[data-part=command]").inner_text())
    assert words[:2] == ["sim", "run"]
    done = CliRunner().invoke(app, [*words[1:], "--quiet", "--out", str(tmp_path / "natively")])
    assert done.exit_code == 0, done.output
    agrees(after, pl.read_csv(tmp_path / "natively" / "summary.csv"))
    written = yaml.safe_load(page.locator("[data-part=yaml]").inner_text())
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(written))
    same = sim.run(tmp_path / "mine.yaml", replications=6, out=tmp_path / "again").summary()
    agrees(after, same)
    assert load(tmp_path / "mine.yaml").behaviour.churn.base_per_month > 0


def agrees(shown, summary):
    """Every shown mean is the program's, to the digits that are shown."""
    for measure in ("customers", "profit", "wait_mean", "satisfaction_mean"):
        title = MEASURES[measure].title
        rows = summary.filter(measure=measure)
        for value, row in zip(shown[title], rows.iter_rows(named=True), strict=True):
            half = (row["high"] - row["low"]) / 2
            assert value == pytest.approx(row["mean"], abs=max(half / 18, 1e-9))


def test_the_effect_of_a_change_is_shown_with_its_interval(opened, page_file):
    page = opened(page_file.as_uri())
    shows = page.get_by_label("Show")
    assert page.locator("option[value=change]").is_disabled()
    slide(page, CHURN, 8)
    finished(page)
    page.locator("option[value=change]:not([disabled])").wait_for(state="attached")
    shows.select_option("change")
    row = page.locator("[data-part=means] tbody tr").filter(has_text="Monthly churn")
    assert row.locator(".tag").all_inner_texts() == ["worse", "worse"]
    assert row.locator(".interval").first.inner_text().startswith("\u00b1 ")
    page.get_by_role("button", name="Reset all").click()
    assert page.get_by_text("Nothing is changed").is_visible()
    assert shows.input_value() in ("means", "change")


@pytest.mark.whole
def test_verdicts_on_hypotheses_are_those_of_the_report(opened, page_file, tmp_path):
    page = opened(page_file.as_uri())
    word = page.locator("[data-part=verdicts] .tag").inner_text()
    result = sim.run(page_file.parent / "small.yaml", out=tmp_path / "natively")
    assert [word] == result.hypotheses()["verdict"].to_list()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_scrolls_sideways_and_axe_finds_nothing(opened, page_file, size):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(page_file.as_uri(), size)
    slide(page, CHURN, 3)
    finished(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth") <= 0
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    wrong = [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
    assert wrong == []


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_the_page_works_over_http(opened, page_file):
    handler = partial(Silent, directory=str(page_file.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = opened(f"http://127.0.0.1:{server.server_port}/page.html")
        assert means(page)["Customers"]
        server.shutdown()


def test_without_scripts_the_part_says_what_it_needs(opened, page_file):
    page = opened(page_file.as_uri(), waits=False, java_script_enabled=False)
    assert page.get_by_text("That needs JavaScript and WebAssembly").is_visible()
    assert not page.locator("#live").is_visible()


def test_a_browser_that_gives_other_numbers_shows_none(opened, page_file, tmp_path):
    text = page_file.read_text()
    start = text.index('"check":{"customers":') + len('"check":{"customers":')
    other = tmp_path / "other.html"
    other.write_text(f"{text[:start]}1{text[start:]}")
    page = opened(other.as_uri(), waits=False)
    page.get_by_text("this browser computes other numbers than the program").wait_for()
    assert page.locator("[data-part=means] table").count() == 0


def test_on_paper_the_part_is_left_out(opened, page_file):
    page = opened(page_file.as_uri())
    page.emulate_media(media="print")
    assert not page.locator("#live").is_visible()
