"""The example notebook runs, and shows what it would show now."""

from __future__ import annotations

import nbformat
import pytest

from tests.docs.notebook import NOTEBOOK, executed

SMALL = 500_000  # bytes


def texts(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what is shown as text by each cell; pictures vary with fonts."""
    shown = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    return [one.get("text", "") or one["data"].get("text/html", "") for one in shown]


@pytest.mark.slow
def test_the_notebook_shows_what_it_would_show_now(tmp_path):
    kept = nbformat.read(NOTEBOOK, as_version=4)
    assert texts(executed(tmp_path)) == texts(kept), "renew it: python -m tests.docs.notebook"


def test_the_notebook_is_sound_and_small():
    kept = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(kept)
    assert NOTEBOOK.stat().st_size < SMALL
    assert all(cell.outputs for cell in kept.cells[1:] if cell.cell_type == "code")
