"""On a narrow terminal tables lose columns, never digits."""

from __future__ import annotations

import io
import re

import polars as pl
import pytest
from rich.console import Console

from sim.report.run.terminal import summary_table
from sim.studies.compare.plots import pairs_summary

NUMBER = re.compile(r"[-+]?\d[\d,.]*k?")


def printed(table, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(table)
    return console.file.getvalue()


@pytest.fixture
def pairs() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "policy": ["complaint_rewarding", "value_tiers"],
            "versus": ["equal", "equal"],
            "measure": ["profit_discounted", "profit_discounted"],
            "unit": ["currency", "currency"],
            "mean": [-129554.9, 16328.3],
            "low": [-145066.4, 10688.6],
            "high": [-114043.3, 21968.0],
            "p": [1e-8, 1e-4],
            "p_adjusted": [2e-8, 1e-4],
            "replications": [10, 10],
            "variance_reduction": [60.4, 480.0],
        }
    )


@pytest.mark.parametrize("width", [36, 50, 71, 80, 120])
def test_differences_keep_their_digits(pairs, width):
    told = printed(pairs_summary(pairs), width)
    assert {"-130,000", "+16,300", "-145,000", "-114,000", "+10,700"} <= set(NUMBER.findall(told))
    assert ("pairing" in told) == (width >= 72)


@pytest.mark.parametrize("width", [44, 60, 80])
def test_the_summary_keeps_its_digits(folder, width):
    def numbers(told: str) -> set[str]:
        return set(NUMBER.findall(told.split("half the")[0]))

    narrow, wide = (printed(summary_table(folder), columns) for columns in (width, 140))
    assert "…" not in narrow
    assert numbers(wide) <= numbers(narrow)
    assert max(map(len, narrow.splitlines())) <= width
