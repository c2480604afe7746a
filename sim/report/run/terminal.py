"""The summary as a table for the terminal; made here, printed by the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.report.kit.catalogue import KEY_MEASURES
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.number_format import MINUS, MISSING, Quantity, shorten
from sim.report.kit.terminal_width import NARROW, Fitted
from sim.report.run.page_tables import Cell, MeasureRow, side_by_side
from sim.results.read import Results

__all__ = ["summary_table"]

_COLUMNS = 3  # policies that fit side by side in eighty columns
_STYLES = {"better": "green", "worse": "red", "differs": "bold"}


def summary_table(source: Path | Results) -> RenderableType:
    """Lay out the key measures by policies as mean ± half of the 95% interval.

    A star marks what differs from the first policy after Holm's adjustment; colour says whether
    for better or worse. More policies than fit side by side are split over tables that each
    begin with the first.

    Parameters
    ----------
    source : Path or Results
        A results folder, by its path or opened.
    """
    frames = frames_of(source)
    found = side_by_side(frames)
    rows = [found[name] for name in KEY_MEASURES if name in found]
    if not rows:
        return Text("These results hold no measures.")
    return Fitted(lambda width: _tables(frames, rows, width))


def _tables(frames: Frames, rows: Sequence[MeasureRow], width: int) -> RenderableType:
    columns = _COLUMNS - 1 if width < NARROW else _COLUMNS
    tables = [_table(frames, rows, chunk) for chunk in _chunks(frames, columns)]
    return Group(*tables, _note(frames))


def _chunks(frames: Frames, columns: int) -> list[list[int]]:
    others = range(1, len(frames.policies))
    step = columns - 1
    return [[0, *others[i : i + step]] for i in range(0, max(len(others), 1), step)]


def _table(frames: Frames, rows: Sequence[MeasureRow], places: Sequence[int]) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", overflow="fold")
    for place in places:
        table.add_column(
            Text(shorten(frames.policies[place], 20)), justify="right", overflow="fold"
        )
    for row in rows:
        first, *others = (row.cells[place] for place in places)
        cells = [_numbers(first), *map(_marked, others)]
        table.add_row(Text(row.title).append(f" ({row.unit})" * bool(row.unit), "dim"), *cells)
    return table


def _numbers(cell: Cell) -> Text:
    mean, half = _brief(cell.said)
    spread = f" ± {half}" if cell.said.certain else ""
    # The hyphen, since a piped Windows terminal cannot encode the true minus.
    return Text((mean + spread).replace(MINUS, "-").replace(MISSING, "-"))


def _marked(cell: Cell) -> Text:
    # Blanks keep the digits of unmarked cells in line with those of marked ones.
    return _numbers(cell).append(
        " *" if cell.verdict else "  ", style=_STYLES.get(cell.verdict, "")
    )


def _brief(said: Quantity) -> tuple[str, str]:
    # Columns are narrow: whole thousands lose nothing by being written as such.
    if said.mean.endswith(",000") and said.half.endswith(",000"):
        return said.mean.removesuffix(",000") + "k", said.half.removesuffix(",000") + "k"
    return said.mean, said.half


def _note(frames: Frames) -> Text:
    if frames.replications < 2:
        n = "One replication" if frames.replications else "No replication with numbers"
        return Text(f"{n}: no intervals.", style="dim")
    versus = f" * differs from {shorten(frames.reference)} (Holm-adjusted p < 0.05)."
    others = versus if len(frames.policies) > 1 else ""
    text = f"± half of a 95% interval over {frames.replications} replications.{others}"
    return Text(text, style="dim")
