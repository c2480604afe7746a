"""Write a workbook: the same book gives the same bytes, and no text in it is ever evaluated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from sim._version import __version__
from sim.commands.output import printable
from sim.measures.definitions import MEASURES
from sim.studies.export.book import Book, Chart, Sheet
from sim.studies.export.charts import ROWS_OF_CHART, draw_chart, rows_of

__all__ = ["encode_book", "number_format"]

CHARTS, COVER, SCENARIO = "charts", "cover", "scenario"

_MADE = datetime(2000, 1, 1)  # of every workbook, so that equal books are equal bytes
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,  # a text that begins like a formula stays a text
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST = 32_000  # letters of a cell; Excel refuses more than 32,767
_LABEL_WIDTH, _TEXT_WIDTH, _WIDEST = 18, 110, 44
_FORMATS = {"share": "0.00%", "0/1": "0.0%", "currency": "#,##0", "minutes": "0.00"}
_CHART_FORMATS = {**_FORMATS, "points": "#,##0"}
_PLAIN, _SHORT, _P_FORMAT = "", "#,##0.00", "0.000"
_LINE_POINTS, _LETTERS = 15, 100  # of a line on the cover; programs differ in fitting rows to text


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self.bold = workbook.add_format({"bold": True, "valign": "top"})
        self.title = workbook.add_format({"bold": True, "font_size": 16})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.link = workbook.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"})
        self.number = cache(self._number)

    def _number(self, form: str) -> Any:
        return self._workbook.add_format({"num_format": form}) if form else None


def encode_book(book: Book) -> bytes:
    """Return a workbook's bytes.

    Numbers are those of the tables to 16 digits, one more than spreadsheets show; what has no
    number stays empty.
    """
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as workbook:
        author, title = f"Evenhand {__version__}", printable(book.cover.title)
        workbook.set_properties({"title": title, "author": author, "created": _MADE})
        styles = _Styles(workbook)
        cover = _new_sheet(workbook, COVER)
        places = _write_charts(workbook, styles, book.charts) if book.charts else []
        row = _write_cover(cover, styles, book)
        if places:
            cover.insert_chart(row, 1, draw_chart(workbook, book.charts[0], CHARTS, places[0]))
        for sheet in book.sheets:
            _write_table(_new_sheet(workbook, sheet.name), styles, sheet)
        _write_lines(_new_sheet(workbook, SCENARIO), book.scenario)
    return buffer.getvalue()


def _new_sheet(workbook: Any, name: str) -> Any:
    """Add a sheet that prints as wide as the paper."""
    sheet = workbook.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    return sheet


def _write_charts(workbook: Any, styles: _Styles, charts: Sequence[Chart]) -> list[int]:
    """Write the numbers of all charts, each chart beside its own; return where each begins."""
    sheet = _new_sheet(workbook, CHARTS)
    widest = max(len(rows_of(chart)[0]) for chart in charts)
    sheet.set_column(0, 0, 2 * _LABEL_WIDTH)
    sheet.set_column(1, widest, _LABEL_WIDTH)
    places, row = [], 0
    for chart in charts:
        rows = rows_of(chart)
        sheet.write_string(row, 0, _headed(chart), styles.bold)
        _write_rows(sheet, styles, row + 1, rows, _CHART_FORMATS.get(chart.unit, _SHORT))
        sheet.insert_chart(row, widest + 1, draw_chart(workbook, chart, CHARTS, row + 1))
        places.append(row + 1)
        row += max(len(rows) + 3, ROWS_OF_CHART)
    return places


def _headed(chart: Chart) -> str:
    return printable(f"{chart.title} ({chart.unit})" if chart.unit else chart.title)


def _write_rows(
    sheet: Any, styles: _Styles, first: int, rows: Sequence[Sequence[Any]], form: str
) -> None:
    header, *others = rows
    for column, name in enumerate(header):
        sheet.write_string(first, column, _text(name), styles.bold)
    for row, values in enumerate(others, first + 1):
        for column, value in enumerate(values):
            _write(sheet, row, column, value, styles.number(form if column else _PLAIN))


def _write_cover(sheet: Any, styles: _Styles, book: Book) -> int:
    """Write the cover, and return the row that is kept free for a chart below the answer."""
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    sheet.fit_to_pages(1, 1)
    sheet.write_string(0, 0, _text(book.cover.title), styles.title)
    found = list(_answer_rows(book))
    _write_labels(sheet, styles, found, 1)
    free = len(found) + 2
    _write_labels(sheet, styles, _other_rows(book), free + ROWS_OF_CHART * bool(book.charts))
    return free


_Row = tuple[str, str, bool]
"""Label, text, and whether the label leads to the sheet of that name."""


def _write_labels(sheet: Any, styles: _Styles, rows: Iterable[_Row], first: int) -> None:
    for row, (label, text, linked) in enumerate(rows, first):
        if linked:
            sheet.write_url(row, 0, f"internal:'{label}'!A1", styles.link, label)
        else:
            sheet.write_string(row, 0, label, styles.bold)
        sheet.write_string(row, 1, _text(text), styles.wrapped)
        sheet.set_row(row, _LINE_POINTS * max(1, math.ceil(len(text) / _LETTERS)))


def _answer_rows(book: Book) -> Iterator[_Row]:
    cover = book.cover
    yield from _labelled("About", [cover.describe] if cover.describe else [])
    yield from _labelled("Answer", cover.answer)
    yield from _labelled("Note", cover.warnings)


def _other_rows(book: Book) -> Iterator[_Row]:
    yield from ((name, text, False) for name, text in book.cover.facts.items())
    yield "", "", False
    if book.charts:
        yield CHARTS, "The charts, each beside its numbers.", True
    yield from ((sheet.name, sheet.says, True) for sheet in book.sheets)
    yield SCENARIO, "The scenario: what was run.", True
    yield from _labelled("Not here", book.left_out)


def _labelled(label: str, texts: Sequence[str]) -> Iterator[_Row]:
    yield from (("" if place else label, text, False) for place, text in enumerate(texts))


def _write_table(sheet: Any, styles: _Styles, one: Sheet) -> None:
    table = one.table
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for column, name in enumerate(table.columns):
        sheet.set_column(column, column, _width(table[name]))
        sheet.write_string(0, column, _text(name), styles.bold)
    if table.width:
        sheet.autofilter(0, 0, table.height, table.width - 1)
    for row, (values, forms) in enumerate(zip(table.iter_rows(), _formats(table), strict=True), 1):
        for column, (value, form) in enumerate(zip(values, forms, strict=True)):
            _write(sheet, row, column, value, styles.number(form))


def _formats(table: pl.DataFrame) -> Iterator[list[str]]:
    """Yield the format of each cell of each row: of the row's unit, or of the column's measure."""
    columns = [_column_format(name, table.schema[name]) for name in table.columns]
    if "unit" not in table.columns:
        plain = [one or _PLAIN for one in columns]
        yield from (plain for _ in range(table.height))
        return
    for unit in table["unit"]:
        of_row = number_format(unit or "")
        yield [of_row if one is None else one for one in columns]


def _column_format(name: str, kind: pl.DataType) -> str | None:
    """Return the format of a column; None where its row decides."""
    if name in ("p", "p_adjusted"):
        return _P_FORMAT
    if name in MEASURES:
        return number_format(MEASURES[name].unit)
    return None if kind == pl.Float64 else _PLAIN


def number_format(unit: str) -> str:
    """Return how a spreadsheet shows numbers of a unit; empty for its usual way.

    The numbers stay what they are.
    """
    return _FORMATS.get(unit, _PLAIN)


def _write_lines(sheet: Any, text: str) -> None:
    sheet.set_column(0, 0, _TEXT_WIDTH)
    for row, line in enumerate(text.splitlines()):
        sheet.write_string(row, 0, _text(line))


def _write(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    """Write a value; nothing where there is none, or no number."""
    if isinstance(value, str):
        sheet.write_string(row, column, _text(value), form)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    elif value is not None and math.isfinite(value):
        sheet.write_number(row, column, value, form)


def _text(text: str) -> str:
    """Return a text as a cell can hold it."""
    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _width(column: pl.Series) -> int:
    longest = 10
    if column.dtype == pl.String and len(column):
        longest = int(column.str.len_chars().max() or 0)  # type: ignore[arg-type]
    return min(max(len(column.name), longest) + 2, _WIDEST)
