"""One small run, to the last bit. What it should be is no theory: it is what it was."""

from __future__ import annotations

import csv
import io

import pytest

from tests.golden.regenerate import FILE, golden_text

COMMAND = "python -m tests.golden.regenerate"
# These use the platform's own power function, which may differ in the last place.
ROUNDED = {"profit_discounted"}


def cells(text: str) -> dict[tuple[str, ...], str]:
    """Return every number by policy, replication, month and measure."""
    head, *rows = csv.reader(io.StringIO(text))
    return {
        (*row[:3], name): value
        for row in rows
        for name, value in zip(head[3:], row[3:], strict=True)
    }


def same(measure: str, kept: str, found: str) -> bool:
    if measure in ROUNDED and kept and found:
        return float(found) == pytest.approx(float(kept), rel=1e-12)
    return kept == found


def test_a_small_run_is_what_it_was():
    kept, found = cells(FILE.read_text(encoding="utf-8")), cells(golden_text())
    missing = sorted({name for *_, name in kept.keys() ^ found.keys()})
    assert not missing, f"other measures: {missing}; if that is meant, {COMMAND}"
    changed = [
        (where, kept[where], found[where])
        for where in kept
        if not same(where[3], kept[where], found[where])
    ]
    measures = sorted({where[3] for where, _, _ in changed})
    assert not changed, f"{measures} changed, first {changed[0]}; if that is meant, {COMMAND}"
