"""The page: one HTML file that needs nothing else, no network and no scripts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.report.answer import answer
from sim.report.canvas import write_file
from sim.report.folder import Frames, frames_of
from sim.report.hypotheses import hypotheses, left_out
from sim.report.pictures import Picture, pictures
from sim.report.style import looks_of
from sim.report.tables import differences, pool_columns, pools, side_by_side
from sim.report.templating import fill

__all__ = ["build_page", "render"]

_TITLES = {
    "side": "Side by side",
    "paths": "Month by month",
    "differences": "Differences",
    "gains": "Who gains and who pays",
    "complaints": "Complaints, and what people learned",
    "talk": "Word of mouth",
    "money": "Money",
    "staff": "Staff",
    "hypotheses": "Hypotheses",
    "everything": "All measures",
    "method": "Method",
    "scenario": "Scenario",
}
"""The page's parts in its order, by the ids that links lead to."""


def build_page(folder: Path) -> Path:
    """Write the plots and then the page into a results folder, and return the page's path."""
    frames = frames_of(folder)
    return write_file(folder / "report.html", render(frames, pictures(folder, frames)).encode())


def render(frames: Frames, shown: Sequence[Picture]) -> str:
    """Fill the template."""
    return fill("report.html.j2", _context(frames, shown))


def _context(frames: Frames, shown: Sequence[Picture]) -> dict[str, Any]:
    return {
        "title": _said(frames.scenario.get("name")) or "Results",
        "question": _said(frames.scenario.get("describe")),
        "facts": list(_facts(frames)),
        "answer": answer(frames),
        "policies": list(looks_of(frames.policies).items()),
        "reference": frames.reference,
        "replications": frames.replications,
        "months": frames.months,
        "key": side_by_side(frames),
        "everything": side_by_side(frames, everything=True),
        "contents": _contents(frames, shown),
        "pictures": shown,
        "differences": differences(frames),
        "hypotheses": hypotheses(frames),
        "left_out": left_out(frames),
        "all_differences": differences(frames, list(dict.fromkeys(frames.differences["measure"]))),
        "pool_columns": pool_columns(frames),
        "pools": pools(frames),
        "scenario_text": frames.scenario_text,
        "commands": _commands(frames),
        "manifest": list(_flat(frames.manifest)),
    }


def _contents(frames: Frames, shown: Sequence[Picture]) -> dict[str, str]:
    """Name the parts that these results fill."""
    filled = {picture.section for picture in shown}
    filled |= {"side", "paths", "differences", "everything", "method", "scenario"}
    filled |= {"staff"} if pools(frames) else set()
    filled |= {"hypotheses"} if hypotheses(frames) or left_out(frames) else set()
    return {name: title for name, title in _TITLES.items() if name in filled}


def _facts(frames: Frames) -> Iterator[str]:
    yield _counted(len(frames.policies), "policy", "policies")
    yield _counted(frames.replications, "replication", "replications")
    yield _counted(frames.months, "month of four weeks", "months of four weeks")
    for key in ("seed", "engine"):
        value = frames.manifest.get(key, frames.scenario.get(key))
        if value is not None:
            yield f"{key} {value}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _commands(frames: Frames) -> list[str]:
    """Give the command that made the results, and the one that needs only this folder."""
    made = frames.manifest.get("command")
    if isinstance(made, list):
        made = shlex.join(str(part) for part in made)
    again = "sim run scenario.yaml"
    return list(dict.fromkeys([made, again] if isinstance(made, str) and made else [again]))


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Walk nested mappings into (dotted path, text) rows."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        yield path, ", ".join(str(part) for part in value)
    else:
        yield path, "" if value is None else str(value)
