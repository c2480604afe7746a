"""What a workbook holds: a cover, charts, and a sheet for each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl
import yaml

from sim.report.kit.frames import YAML_LOADER
from sim.report.kit.number_format import ISOLATED

__all__ = ["MOST_CELLS", "Book", "Chart", "Cover", "Sheet", "cover_of", "fitting"]

MOST_CELLS = 400_000
"""Cells of a table beyond which a workbook refers to the folder: it takes a spreadsheet minutes to
open millions of them, and its rows end at 1,048,576."""

_TIMES = ("started", "duration_seconds")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, with the numbers that it draws.

    Attributes
    ----------
    title : str
    unit : str
        Of the values.
    kind : {'bars', 'lines'}
        A bar for each row, with an interval where there are columns ``low`` and ``high`` beside
        ``mean``; or a line for each column after the first, over the first.
    table : polars.DataFrame
        Its first column names the rows.
    """

    title: str
    unit: str
    kind: Literal["bars", "lines"]
    table: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: one table, and a sentence on what it holds."""

    name: str
    says: str
    table: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Cover:
    """The first sheet.

    Attributes
    ----------
    title, describe : str
        Of the scenario.
    answer : sequence of str
        What was found, a sentence each.
    warnings : sequence of str
        What is implausible, or limits what may be concluded.
    facts : mapping of str to str
        How the numbers came about.
    """

    title: str
    describe: str
    answer: Sequence[str]
    warnings: Sequence[str]
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook.

    Attributes
    ----------
    cover : Cover
    charts : sequence of Chart
        The first is on the cover, too.
    sheets : sequence of Sheet
    left_out : sequence of str
        Tables that are too large, with where they are.
    scenario : str
        The scenario as YAML, a row for each line.
    """

    cover: Cover
    charts: Sequence[Chart]
    sheets: Sequence[Sheet]
    scenario: str
    left_out: Sequence[str] = field(default=())


def cover_of(
    manifest: Mapping[str, Any], scenario: str, answer: Sequence[str], warnings: Sequence[str]
) -> Cover:
    """Make a cover from a folder's manifest, scenario and answer."""
    said = yaml.load(scenario, YAML_LOADER)
    describe = str(said.get("describe", "")) if isinstance(said, dict) else ""
    title = str(manifest.get("name") or "Results")
    found, limits = (list(map(_without_marks, texts)) for texts in (answer, warnings))
    return Cover(title, " ".join(describe.split()), found, limits, dict(_facts(manifest)))


def _without_marks(text: str) -> str:
    """Take off the marks that isolate a name's writing direction: a cell shows them as boxes."""
    begin, end = ISOLATED
    return text.replace(begin, "").replace(end, "")


def _facts(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = ("command", "fingerprint", "seed", "months", "replications", "points", "design")
    facts = [(name, str(manifest[name])) for name in names if manifest.get(name) not in (None, "")]
    facts += [(name.replace("_", " "), str(manifest[name])) for name in _TIMES if name in manifest]
    versions = manifest.get("versions", {})
    return [*facts, ("versions", ", ".join(f"{name} {one}" for name, one in versions.items()))]


def fitting(sheets: Sequence[Sheet], places: Mapping[str, str]) -> tuple[list[Sheet], list[str]]:
    """Return the sheets that a workbook has room for, and a line for each that it has not.

    Parameters
    ----------
    sheets : sequence of Sheet
    places : mapping of str to str
        The file that holds a table, by the sheet's name.
    """
    small = [sheet for sheet in sheets if _cells(sheet) <= MOST_CELLS]
    return small, [
        f"{sheet.name}: {sheet.table.height:,} rows of {sheet.table.width} columns are in "
        f"{places.get(sheet.name, sheet.name)}, which pandas, polars, R and DuckDB read"
        for sheet in sheets
        if _cells(sheet) > MOST_CELLS
    ]


def _cells(sheet: Sheet) -> int:
    return sheet.table.height * sheet.table.width
