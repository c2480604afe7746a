"""Put the part "What if?" into the page of a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sim.core.sources import model_version
from sim.report.live.module import why_not
from sim.report.live.what_if import Asked, Carried, WhatIf, what_if
from sim.report.run.page import build_page
from sim.results.read import open_results
from sim.scenario.reading.load import load

__all__ = ["build_live_page"]


def build_live_page(folder: Path, kinds: Sequence[str], carried: Carried) -> tuple[Path, str]:
    """Write the plots and the page of a run's results, with the part in which the model runs.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides.
    carried : Carried

    Returns
    -------
    Path
        The page.
    str
        Why the part was left out; empty if it was not.

    Raises
    ------
    InputError
        If this scenario cannot run in a page; the page is not written then.
    """
    reason = why_not() or _of_other_model(folder)
    if reason:
        return build_page(folder, kinds), f"The page has no part “What if?”: {reason}."
    return build_page(folder, kinds, partial(_part, folder, carried)), ""


def _of_other_model(folder: Path) -> str:
    made_by = open_results(folder).manifest.get("model")
    return "" if made_by == model_version() else "another version of the model made these results"


def _part(folder: Path, carried: Carried, page_bytes: int) -> WhatIf:
    scenario = load(folder / "scenario.yaml")
    asked = Asked("scenario.yaml", ("sim", "run", "scenario.yaml"), {})
    return what_if(scenario, asked, carried, page_bytes)
