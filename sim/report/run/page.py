"""The page: one HTML file that needs nothing else, no network and no scripts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.report.kit.canvas import write_file
from sim.report.kit.catalogue import KEY_MEASURES
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.lines import MARKS
from sim.report.kit.style import looks_of
from sim.report.kit.templating import fill
from sim.report.run.answer import answer
from sim.report.run.explorer import digest, explorer, script
from sim.report.run.group_tables import gaps_by, levels_by
from sim.report.run.hypothesis_rows import hypotheses, left_out
from sim.report.run.page_tables import differences, side_by_side
from sim.report.run.pictures import Picture, pictures
from sim.report.run.sections import PARTS
from sim.report.stress_des.checklist import checklist

__all__ = ["build_page", "render"]

_DECILE_GAPS = ("satisfaction_mean", "wait_mean", "churn_rate", "remedies", "revenue")
"""What is compared over value deciles, of the measures that groups have."""

_ALWAYS = {"side", "paths", "differences", "everything", "method", "scenario", "again"}


def build_page(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write the plots and then the page into a results folder, and return the page's path.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        As what the plots are written for print besides.
    """
    frames = frames_of(folder)
    page = render(frames, pictures(folder, frames, kinds))
    return write_file(folder / "report.html", page.encode())


def render(frames: Frames, shown: Sequence[Picture]) -> str:
    """Fill the template."""
    return fill("report.html.j2", _context(frames, shown))


def _context(frames: Frames, shown: Sequence[Picture]) -> dict[str, Any]:
    played = script()
    return {
        **_words(frames),
        **_numbers(frames),
        "parts": PARTS,
        "contents": _contents(frames, shown),
        "pictures": shown,
        "marks": MARKS,
        "explorer": explorer(frames),
        "script": played,
        "script_hash": digest(played),
    }


def _words(frames: Frames) -> dict[str, Any]:
    """Give what is said of the question, the answer and the method."""
    return {
        "title": _said(frames.scenario.get("name")) or "Results",
        "question": _said(frames.scenario.get("describe")),
        "facts": list(_facts(frames)),
        "answer": answer(frames),
        "meanings": _meanings(frames),
        "replications": frames.replications,
        "months": frames.months,
        "checklist": checklist(frames),
        "scenario_text": frames.scenario_text,
        "commands": _commands(frames),
        "manifest": list(_flat(frames.manifest)),
    }


def _numbers(frames: Frames) -> dict[str, Any]:
    """Give the tables."""
    rows = side_by_side(frames)
    listed = {"key": KEY_MEASURES} | {name: part.measures for name, part in PARTS.items()}
    found = {name: [rows[one] for one in of if one in rows] for name, of in listed.items()}
    return {
        "policies": list(looks_of(frames.policies).items()),
        "reference": frames.reference,
        "key": found["key"],
        "part_rows": found,
        "everything": list(rows.values()),
        "differences": differences(frames),
        "all_differences": differences(frames, list(dict.fromkeys(frames.differences["measure"]))),
        "decile_gaps": gaps_by(frames, "decile", _DECILE_GAPS),
        "tiers": levels_by(frames, "tier"),
        "pools": levels_by(frames, "pool"),
        "hypotheses": hypotheses(frames),
        "left_out": left_out(frames),
    }


def _contents(frames: Frames, shown: Sequence[Picture]) -> dict[str, str]:
    """Name the parts that these results fill."""
    known = set(frames.summary["measure"])
    filled = _ALWAYS | {picture.section for picture in shown}
    filled |= {name for name, part in PARTS.items() if known & set(part.measures)}
    groups = {"pool": "staff", "tier": "gains", "decile": "gains"}
    filled |= {part for kind, part in groups.items() if not frames.group(kind).is_empty()}
    filled |= {"hypotheses"} if hypotheses(frames) or left_out(frames) else set()
    return {name: part.title for name, part in PARTS.items() if name in filled}


def _meanings(frames: Frames) -> dict[str, str]:
    """Say what each policy is, as far as the scenario does."""
    written = frames.scenario.get("policies")
    told = written if isinstance(written, Mapping) else {}
    found = {name: told.get(name) for name in frames.policies}
    return {
        name: _said(one.get("describe")) if isinstance(one, Mapping) else ""
        for name, one in found.items()
    }


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
