"""Write the results of a study as a workbook, for people who decide in a spreadsheet."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import CommandError
from sim.results.atomic import write_whole
from sim.results.manifest import is_of_kind
from sim.studies.best.plan_of_search import KIND as BEST
from sim.studies.effects.effects_files import KIND as EFFECTS
from sim.studies.export.run_book import run_book
from sim.studies.export.study_books import best_book, effects_book, robust_book, sweep_book
from sim.studies.export.workbook import encode_book
from sim.studies.robust.draw_runs import is_robust
from sim.studies.sweep.folder import is_sweep

__all__ = ["export"]

SUFFIX = ".xlsx"


def export(folder: str | os.PathLike[str], out: str | os.PathLike[str] | None = None) -> Path:
    """Write a results folder as a workbook.

    It has a cover (the answer, what it rests on, the command that makes it), charts beside their
    numbers, a sheet for each table and the scenario. Numbers are those of the tables. The same
    folder gives the same bytes.

    Parameters
    ----------
    folder : path
        What `sim.run`, `sim.sweep`, `sim.robust`, `sim.best` or `sim.effects` wrote.
    out : path, optional
        The workbook, ending in ``.xlsx``; by default in the folder, named after it.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    ResultsError
        If it is no such folder, or is damaged or of another version.
    CommandError
        If the workbook cannot be written there.

    Examples
    --------
    >>> import sim
    >>> folder = sim.run("my.yaml", replications=3, out="mine").folder
    >>> sim.export(folder).name
    'mine.xlsx'
    """
    there = Path(folder)
    path = there / f"{there.resolve().name}{SUFFIX}" if out is None else Path(out)
    if path.suffix.lower() != SUFFIX:
        raise CommandError(f"{path}: the name of a workbook must end in {SUFFIX}")
    content = _content(there)
    try:
        write_whole(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}.") from None
    return path


def _content(folder: Path) -> bytes:
    if is_of_kind(folder, BEST):
        return encode_book(best_book(folder))
    if is_of_kind(folder, EFFECTS):
        return encode_book(effects_book(folder))
    if not is_sweep(folder):
        return encode_book(run_book(folder))
    return encode_book((robust_book if is_robust(folder) else sweep_book)(folder))
