"""Draw a workbook's charts from the numbers in its sheet ``charts``."""

from __future__ import annotations

from typing import Any

from sim.report.kit.style import RULE, looks_of
from sim.studies.export.book import Chart

__all__ = ["ROWS_OF_CHART", "draw_chart", "rows_of"]

ROWS_OF_CHART = 22
"""Rows of a sheet that a chart covers."""

_SIZE = {"width": 820, "height": 400}  # pixels
_BAR = "#123F86"
_MARKED = 3  # points up to which a line has markers


def rows_of(chart: Chart) -> list[list[Any]]:
    """Return the header and the rows that a chart refers to; half-widths after an interval."""
    table = chart.table
    if not _has_interval(chart):
        return [table.columns, *map(list, table.iter_rows())]
    below, above = table["mean"] - table["low"], table["high"] - table["mean"]
    whole = table.with_columns(below.alias("below"), above.alias("above"))
    return [whole.columns, *map(list, whole.iter_rows())]


def draw_chart(workbook: Any, chart: Chart, sheet: str, first: int) -> Any:
    """Draw a chart whose header stands in a row of a sheet, from 0, and its title above that.

    Titles are cells, too, because a text could be taken for the address of one.
    """
    drawn = workbook.add_chart({"type": "bar" if chart.kind == "bars" else "line"})
    drawn_as = _bars if chart.kind == "bars" else _lines
    for series in drawn_as(chart, sheet, first):
        drawn.add_series(series)
    drawn.set_title({"name": [sheet, first - 1, 0], "name_font": {"size": 12}})
    drawn.set_size(_SIZE)
    grid = {"visible": True, "line": {"color": RULE}}
    amounts = {"name": chart.unit, "num_format": _axis_format(chart), "major_gridlines": grid}
    names = {"label_position": "low", "reverse": chart.kind == "bars"}
    if chart.kind == "bars":
        drawn.set_legend({"none": True})
        drawn.set_x_axis(amounts)  # of bars that lie, the amounts are below
        drawn.set_y_axis(names)
    else:
        drawn.set_legend({"position": "bottom"})
        drawn.set_y_axis(amounts)
        drawn.set_x_axis({**names, "name": chart.table.columns[0]})
    return drawn


def _axis_format(chart: Chart) -> str:
    return "0%" if chart.unit == "share" else "#,##0"


def _bars(chart: Chart, sheet: str, first: int) -> list[dict[str, Any]]:
    series = {**_series(chart, sheet, first, 1), "fill": {"color": _BAR}, "gap": 60}
    if _has_interval(chart):
        after = chart.table.width
        below, above = (_cells(chart, sheet, first, after + more) for more in (0, 1))
        # Along the amounts, which are the chart's y even where they lie.
        series["y_error_bars"] = {"type": "custom", "minus_values": below, "plus_values": above}
    return [series]


def _lines(chart: Chart, sheet: str, first: int) -> list[dict[str, Any]]:
    looks = looks_of(chart.table.columns[1:]).values()
    marker = {"type": "circle" if chart.table.height <= _MARKED else "none"}
    return [
        {**_series(chart, sheet, first, column), "line": {"color": look.colour, "width": 1.75},
         "marker": marker}
        for column, look in enumerate(looks, 1)
    ]  # fmt: skip


def _series(chart: Chart, sheet: str, first: int, column: int) -> dict[str, Any]:
    last = first + chart.table.height
    return {
        "name": [sheet, first, column],
        "categories": [sheet, first + 1, 0, last, 0],
        "values": [sheet, first + 1, column, last, column],
    }


def _cells(chart: Chart, sheet: str, first: int, column: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return f"={sheet}!{xl_range_abs(first + 1, column, first + chart.table.height, column)}"


def _has_interval(chart: Chart) -> bool:
    return chart.table.columns[1:4] == ["mean", "low", "high"]
