"""However narrow a terminal is, a comparison says every name and number whole."""

import io
import re

import pytest
from rich.console import Console

import sim
from sim.studies.compare.plots import pairs_summary
from tests.docs.pages import ROOT


@pytest.mark.parametrize("width", [120, 80, 40])
def test_no_word_of_a_pair_is_cut(width):
    found = sim.compare(ROOT / "results" / "example")
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(pairs_summary(found.page(1)))
    printed = console.file.getvalue()
    assert max(map(len, printed.splitlines())) <= width
    words = set(re.findall(r"\S+", printed))
    names = {word for name in found.pairs["policy"].unique() for word in name.split()}
    assert names <= words
    assert "equal" in words
    assert "…" not in printed
