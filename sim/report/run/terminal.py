"""Make the summary table that the command line prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.measures.measure import answer_limit
from sim.report.kit.catalogue import KEY_MEASURES
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.number_format import FormattedEstimate
from sim.report.kit.terminal import NARROW, FitWidth, plain_signs, plain_table
from sim.report.run.page_tables import Cell, MeasureRow, measure_rows
from sim.results.read import Results

__all__ = ["summary_table"]

_COLUMNS = 3  # policies that fit side by side in eighty columns
_STYLES = {"better": "green", "worse": "red", "differs": "bold"}


def summary_table(source: Path | Results) -> RenderableType:
    """Tabulate the key measures by policy as mean ± half the width of the 95% interval.

    The shares answered within limits follow, where the scenario lists limits.
    A star marks a significant difference from the first policy (Holm-adjusted); its colour shows
    whether the policy is better or worse. Policies that do not fit side by side are split over
    several tables that each begin with the first.

    Parameters
    ----------
    source : Path or Results
        A results folder, by its path or opened.
    """
    frames = frames_of(source)
    by_name = measure_rows(frames)
    asked = [name for name in by_name if answer_limit(name)]
    rows = [by_name[name] for name in (*KEY_MEASURES, *asked) if name in by_name]
    if not rows:
        return Text("These results contain no key measures.")
    return FitWidth(lambda width: _tables(frames, rows, width))


def _tables(frames: Frames, rows: Sequence[MeasureRow], width: int) -> RenderableType:
    columns = _COLUMNS - 1 if width < NARROW else _COLUMNS
    tables = [_table(frames, rows, chunk) for chunk in _chunks(frames, columns)]
    return Group(*tables, _note(frames))


def _chunks(frames: Frames, columns: int) -> list[list[int]]:
    others = range(1, len(frames.policies))
    step = columns - 1
    return [[0, *others[i : i + step]] for i in range(0, max(len(others), 1), step)]


def _table(frames: Frames, rows: Sequence[MeasureRow], columns: Sequence[int]) -> Table:
    table = plain_table()
    table.add_column("")
    for column in columns:
        table.add_column(Text(frames.policies[column]), justify="right")
    for row in rows:
        first, *rest = (row.cells[column] for column in columns)
        cells = [_numbers(first), *map(_marked, rest)]
        table.add_row(Text(row.title).append(f" ({row.unit})" * bool(row.unit), "dim"), *cells)
    return table


def _numbers(cell: Cell) -> Text:
    mean, half = _brief(cell.estimate)
    spread = f" ± {half}" if cell.estimate.has_interval else ""
    return Text(plain_signs(mean + spread))


def _marked(cell: Cell) -> Text:
    # Blanks keep the digits of unmarked cells aligned with those of marked ones.
    return _numbers(cell).append(
        "  " if cell.verdict in ("", "negligible") else " *", style=_STYLES.get(cell.verdict, "")
    )


def _brief(estimate: FormattedEstimate) -> tuple[str, str]:
    # Columns are narrow, and whole thousands lose nothing by being abbreviated.
    if estimate.mean.endswith(",000") and estimate.half.endswith(",000"):
        return estimate.mean.removesuffix(",000") + "k", estimate.half.removesuffix(",000") + "k"
    return estimate.mean, estimate.half


def _note(frames: Frames) -> Text:
    if frames.replications < 2:
        n = "One replication" if frames.replications else "No replication with numbers"
        return Text(f"{n}: no intervals.", style="dim")
    star = f" * marks a significant difference from {frames.reference} (adjusted p < 0.05)."
    star += " Within `worth`, no difference is marked." * bool(frames.worth)
    star = star if len(frames.policies) > 1 else ""
    text = f"± half the 95% interval over {frames.replications} replications.{star}"
    return Text(text, style="dim")
