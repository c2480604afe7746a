"""Every block of code in every page does what the page says, or says why nobody runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import page_runs
from tests.docs.pages import PAGES, ROOT, blocks

MEASURED = ROOT / "docs" / "performance.md"  # its commands take hours
HELD = [page for page in PAGES if page != MEASURED and any(not one.reason for one in blocks(page))]
LANGUAGES = ("bash", "python", "yaml", "text", "equations", "diff")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


# Each takes half a minute or more of a processor; what they show is tested by other means too.
LONG = (
    "docs/effects.md",
    "docs/experiments.md",
    "docs/extending.md",
    "docs/guide.md",
    "docs/python_policy.md",
    "docs/tutorial.md",
)


@pytest.mark.parametrize(
    "page",
    [pytest.param(one, marks=pytest.mark.whole) if name_of(one) in LONG else one for one in HELD],
    ids=name_of,
)
def test_a_page_does_what_it_says(page, tmp_path):
    run = page_runs.PageRun(page, tmp_path)
    run.run()
    shown = {block.line: block for block in blocks(page)}
    for line, printed in run.printed.items():
        told = f"{shown[line].name}: python -m tests.docs.page_runs {name_of(page)}\n{printed}"
        assert page_runs.agrees(shown[line].text, printed), told
    for picture in page_runs.pictures(page):
        assert (tmp_path / picture.name).exists(), f"no command of the page draws {picture.name}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_is_not_run_has_its_reason(page):
    for block in blocks(page):
        assert block.language in LANGUAGES, f"{block.name}: say which language it is"
        assert not block.mark.startswith("not run") or len(block.reason.split()) >= 3, block.name


def test_a_page_that_shows_something_else_is_found_out():
    printed = "one\ntwo\nthree\n"
    assert page_runs.agrees("one\n...\nthree\n", printed)
    assert page_runs.agrees("one  \ntwo\nthree\n", printed)
    assert not page_runs.agrees("one\nthree\n", printed)
    assert not page_runs.agrees("one\n...\nfour\n", printed)
