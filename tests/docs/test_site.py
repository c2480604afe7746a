"""The site of the pages is built without a warning, and finds what one searches for."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT


class _Page:
    class file:  # noqa: N801 - as mkdocs calls it
        src_uri = "README.md"


def test_the_site_is_built_strictly(tmp_path):
    pytest.importorskip("material")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT, check=True, capture_output=True, timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    found = json.loads((tmp_path / "search" / "search_index.json").read_text("utf-8"))
    places = {one["location"] for one in found["docs"] if "retell" in one["text"]}
    assert any(place.startswith("reference/") for place in places)
    for page in (ROOT / "docs").glob("*.md"):
        name = "" if page.stem == "README" else page.stem
        assert (tmp_path / name / "index.html").exists(), page.name
    home = (tmp_path / "index.html").read_text("utf-8")
    assert "https://fonts" not in home


def test_links_out_of_the_pages_keep_their_text():
    text = "[the tutorial](tutorial.md#a) and [contributing](../CONTRIBUTING.md), ![x](y.png)"
    hooks = runpy.run_path(str(ROOT / "docs" / "site_links.py"))
    assert hooks["on_page_markdown"](text, _Page) == (
        "[the tutorial](tutorial.md#a) and contributing, ![x](y.png)"
    )
