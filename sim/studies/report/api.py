"""Make the page of a results folder again, or one page for a folder that holds several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import CommandError
from sim.report.kit.catalogue import check_formats
from sim.report.live.of_results import build_live_page
from sim.report.live.what_if import Carried
from sim.report.run.page import build_page
from sim.results.manifest import is_of_kind
from sim.studies.best.page import build_best_page
from sim.studies.best.plan_of_search import KIND as BEST
from sim.studies.effects.effects_files import KIND as EFFECTS
from sim.studies.effects.page import build_effects_page
from sim.studies.report.index_page import build_index, is_folder_of_results
from sim.studies.robust.draw_runs import is_robust
from sim.studies.robust.page import build_robust_page
from sim.studies.sweep.folder import is_sweep
from sim.studies.sweep.page import build_sweep_page

__all__ = ["build", "build_live"]


def build(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write ``plots/`` and ``report.html`` into a folder of any study that has a page.

    Parameters
    ----------
    folder : Path
        A folder that holds several results, of which it makes one page, ``index.html``, and the
        pages that are missing; or what `sim.run`, `sim.sweep`, `sim.robust`, `sim.best` or
        `sim.effects` wrote.
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
    check_formats(kinds)
    if is_folder_of_results(folder):
        return build_index(folder, lambda result: build(result, kinds))
    if is_of_kind(folder, BEST):
        return build_best_page(folder, kinds)
    if is_of_kind(folder, EFFECTS):
        return build_effects_page(folder, kinds)
    if not is_sweep(folder):
        return build_page(folder, kinds)
    return (build_robust_page if is_robust(folder) else build_sweep_page)(folder, kinds)


def build_live(folder: Path, kinds: Sequence[str], carried: Carried) -> tuple[Path, str]:
    """Write the page of a run as `build` does, with the part in which the model runs.

    Returns
    -------
    Path
        The page.
    str
        Why the part was left out; empty if it was not.

    Raises
    ------
    InputError
        As `build`; if the folder is of another study; if its scenario cannot run in a page.
    """
    check_formats(kinds)
    is_another = is_of_kind(folder, BEST) or is_of_kind(folder, EFFECTS) or is_sweep(folder)
    if is_another or is_folder_of_results(folder):
        raise CommandError("--live: only the page of a run can run the model; see: sim explore")
    return build_live_page(folder, kinds, carried)
