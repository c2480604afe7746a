"""Make the page of a results folder again, of a run or of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.report.kit.canvas import check_kinds
from sim.report.run.page import build_page
from sim.studies.sweep.folder import is_sweep
from sim.studies.sweep.page import build_sweep_page

__all__ = ["build"]


def build(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write ``plots/`` and ``report.html`` into a folder of results or of a sweep.

    Parameters
    ----------
    folder : Path
        What `sim.run` or `sim.sweep` wrote.
    kinds : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides; PNG has 300 dots per inch.

    Returns
    -------
    Path
        The page. It is written last and at once, so that no plot in it is ever missing.

    Raises
    ------
    ResultsError
        If it is not such a folder, or is damaged or of another version.
    CommandError
        If there is no such kind of file.
    """
    check_kinds(kinds)
    return (build_sweep_page if is_sweep(folder) else build_page)(folder, kinds)
