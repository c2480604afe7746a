"""Tables go to pandas and to workbooks with what a plain install brings."""

from __future__ import annotations

import tomllib

import pytest

import sim
from tests.docs.pages import ROOT

RESULT = sim.read(ROOT / "results" / "example")


@pytest.mark.parametrize("name", RESULT.results.tables)
def test_a_table_says_the_same_in_pandas(name):
    table = RESULT.results.tables[name]
    frame = table.to_pandas()
    assert list(frame.columns) == table.columns
    for column in table.columns:
        assert frame[column].isna().tolist() == table[column].is_null().to_list()
        there = table[column].is_not_null().to_numpy()
        assert frame[column][there].tolist() == table[column].drop_nulls().to_list()


def test_what_that_needs_is_installed_with_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    plain = {one.partition(">")[0] for one in project["dependencies"]}
    assert {"pandas", "pyarrow", "openpyxl"} <= plain
