"""The page on extending has a chapter for each kind of change, and says how many files it takes.

That its patches fit and do what it says is tested with all pages: tests/docs/test_pages_run.py.
"""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
CHAPTERS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE))
KINDS = ("policy", "measure", "observable", "entitlement", "distribution", "theory", "law")
NUMBERS = {"one file": 1, "two files": 2, "three files": 3, "four files": 4}


def test_there_is_a_chapter_for_each_kind():
    for kind in KINDS:
        assert any(kind in title for title in CHAPTERS), kind
    assert len(CHAPTERS) == len(KINDS)


@pytest.mark.parametrize("title", CHAPTERS)
def test_a_chapter_says_how_many_files_its_patch_touches(title):
    touched = set(re.findall(r"^\+\+\+ b/(.+)$", CHAPTERS[title], re.MULTILINE))
    said = re.search(r"^It touches (\w+ files?)\b", CHAPTERS[title], re.MULTILINE)
    assert said
    assert NUMBERS[said[1]] == len(touched)
    assert "\n```bash\n" in CHAPTERS[title]
