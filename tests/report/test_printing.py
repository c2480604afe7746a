"""Printing a page through a browser: which, how it is asked, and what is said when it fails."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError, RunError
from sim.report.kit import printing
from sim.report.kit.printing import BROWSERS, find_browser, print_page

PRINTS = """\
import sys
target = next(word for word in sys.argv if word.startswith("--print-to-pdf="))
with open(target.partition("=")[2], "wb") as file:
    file.write(b"%PDF-1.7 " + sys.argv[-1].encode())
"""


def browser(folder: Path, code: str) -> str:
    script = folder / "browser"
    script.write_text(f"#!{sys.executable}\n{code}")
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "a page.html"
    path.write_text("<!DOCTYPE html><title>Page</title><p>Words</p>")
    return path


def test_the_pdf_stands_beside_the_page(page, tmp_path):
    found = print_page(page, browser(tmp_path, PRINTS))
    assert found == page.with_suffix(".pdf")
    assert found.read_bytes() == b"%PDF-1.7 " + page.as_uri().encode()


def test_a_browser_that_fails_is_told_of_and_leaves_nothing(page, tmp_path):
    failing = browser(tmp_path, "import sys; sys.exit('cannot open display')")
    with pytest.raises(RunError, match="cannot open display"):
        print_page(page, failing)
    with pytest.raises(RunError, match="printed nothing"):
        print_page(page, browser(tmp_path, "pass"))
    assert not page.with_suffix(".pdf").exists()


def test_a_browser_that_hangs_is_given_up(page, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "_SECONDS", 0.2)
    with pytest.raises(RunError, match="took longer"):
        print_page(page, browser(tmp_path, "import time; time.sleep(30)"))


def test_the_first_that_is_installed_is_taken(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name if name == BROWSERS[3] else None)
    assert find_browser(None) == BROWSERS[3]


def test_without_a_browser_nothing_is_drawn(folder, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = CliRunner().invoke(app, ["report", str(folder), "--pdf"])
    assert found.exit_code == 2
    assert "--pdf needs Chromium, Chrome or Edge" in found.output
    assert not (folder / "report.html").exists()
    with pytest.raises(CommandError, match="no such program"):
        find_browser("nowhere")


def test_the_command_prints(folder, tmp_path):
    words = ["report", str(folder), "--pdf", "--browser", browser(tmp_path, PRINTS), "--json"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    assert Path(json.loads(found.stdout)["pdf"]) == folder / "report.pdf"
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="no browser here")
def test_a_real_browser_prints_a_page(page):
    found = print_page(page, find_browser(None))
    assert found.read_bytes().startswith(b"%PDF")
    assert found.stat().st_size > 2000
