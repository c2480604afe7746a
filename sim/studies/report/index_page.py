"""One page for a folder that holds several results: what each says, and where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.errors import EvenhandError
from sim.report.kit.answer_card import AnswerCard
from sim.report.kit.canvas import write_file
from sim.report.kit.frames import frames_of
from sim.report.kit.templating import render_template
from sim.report.run.first_screen import answer_card
from sim.results.manifest import MANIFEST, read_manifest
from sim.studies.best.page import card_of_best
from sim.studies.best.plan_of_search import KIND as BEST
from sim.studies.best.written import read_written as read_best
from sim.studies.effects.effects_files import KIND as EFFECTS
from sim.studies.effects.effects_files import read_written as read_effects
from sim.studies.effects.page import card_of_effects
from sim.studies.robust.analysed import Worlds, read_worlds
from sim.studies.robust.draw_runs import is_robust
from sim.studies.robust.page import card_of_robust
from sim.studies.sweep.folder import KIND as SWEEP
from sim.studies.sweep.folder import open_sweep
from sim.studies.sweep.page import card_of_sweep

__all__ = ["INDEX", "build_index", "is_folder_of_results"]

INDEX = "index.html"
"""File name of the page."""

_KINDS = {
    "": "Policies compared",
    SWEEP: "A sweep: what it depends on",
    "robust": "Plausible worlds: how sure it is",
    BEST: "The best policy found",
    EFFECTS: "Effects on persons: who gains and who pays",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the results.

    Attributes
    ----------
    folder, scenario, kind : str
        Its folder's name, the scenario's, and of which kind it is, in words.
    answer : str
        What it says, or why it cannot be read.
    warnings : int
        How many things in it are implausible.
    facts : tuple of str
    page : str
        Address of its page; empty where there is none.
    """

    folder: str
    scenario: str
    kind: str
    answer: str
    warnings: int
    facts: tuple[str, ...]
    page: str


def is_folder_of_results(folder: Path) -> bool:
    """Tell whether a folder is no results folder itself, but holds some."""
    return not (folder / MANIFEST).exists() and any(_results_in(folder))


def build_index(folder: Path, build: Callable[[Path], Path]) -> Path:
    """Write a page that lists all results of a folder, by scenario; return the page's path.

    Parameters
    ----------
    folder : Path
    build : callable
        Makes the page of a result that has none yet, and returns its path.
    """
    entries = [_entry(one, build) for one in _results_in(folder)]
    scenarios = dict.fromkeys(entry.scenario for entry in entries)
    groups = {name: [one for one in entries if one.scenario == name] for name in scenarios}
    context = {
        "title": folder.resolve().name,
        "contents": {},
        "card": AnswerCard(_counted(len(entries), len(groups))),
        "groups": groups,
    }
    return write_file(folder / INDEX, render_template("index.html.j2", context).encode())


def _results_in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(one.parent for one in folder.glob(f"*/{MANIFEST}"))


def _counted(results: int, scenarios: int) -> str:
    of = "one scenario" if scenarios == 1 else f"{scenarios} scenarios"
    return f"{results} result{'' if results == 1 else 's'} of {of}."


def _entry(folder: Path, build: Callable[[Path], Path]) -> Entry:
    try:
        manifest = read_manifest(folder)
        page = folder / "report.html"
        page = page if page.exists() else build(folder)
        kind, card = _answered(folder, manifest)
    except EvenhandError as error:
        return Entry(folder.name, "Not readable", "", f"{error}", 0, (), "")
    headline = card.headline if card else "There is no answer by profit."
    warnings = len(card.warnings) if card else 0
    scenario = str(manifest.get("name") or folder.name)
    address = f"{folder.name}/{page.name}"
    return Entry(
        folder.name, scenario, _KINDS[kind], headline, warnings, (*_facts(manifest),), address
    )


def _answered(folder: Path, manifest: Mapping[str, Any]) -> tuple[str, AnswerCard | None]:
    """Return of which kind a result is, and what it says."""
    kind = str(manifest.get("kind") or "")
    if kind == BEST:
        return kind, card_of_best(read_best(folder))
    if kind == EFFECTS:
        return kind, card_of_effects(read_effects(folder))
    if kind != SWEEP:
        return "", answer_card(frames_of(folder))
    if is_robust(folder):
        return "robust", card_of_robust(read_worlds(folder, Worlds))
    return kind, card_of_sweep(open_sweep(folder))


def _facts(manifest: Mapping[str, Any]) -> Iterator[str]:
    replications = manifest.get("replications")
    if isinstance(replications, int):
        yield f"{replications:,} replication{'' if replications == 1 else 's'}"
    if manifest.get("seed") is not None:
        yield f"seed {manifest['seed']}"
    if manifest.get("started"):
        began = datetime.fromisoformat(str(manifest["started"]))
        yield f"{began.day} {began:%B %Y}"
