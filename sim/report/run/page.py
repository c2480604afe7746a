"""Build the page of a run: one HTML file that needs no other file and no network."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.measures.measure import answer_limit
from sim.report.kit.canvas import write_file
from sim.report.kit.catalogue import KEY_MEASURES
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.number_format import quoted
from sim.report.kit.plausibility import implausible
from sim.report.kit.style import looks_of
from sim.report.kit.templating import render_template
from sim.report.kit.view import policies_to_draw
from sim.report.run.answer import answer
from sim.report.run.explorer import explorer_data, explorer_script, script_hash
from sim.report.run.first_screen import answer_card, chosen_and_rival
from sim.report.run.group_tables import group_differences, group_means
from sim.report.run.hypothesis_rows import hypothesis_rows, not_judged
from sim.report.run.page_sections import SECTIONS
from sim.report.run.page_tables import MeasureRow, difference_rows, fairness_rows, measure_rows
from sim.report.run.pictures import Picture, report_pictures
from sim.report.stress_des.checklist import checklist

__all__ = ["build_page", "render"]

_BY_DECILE = ("satisfaction_mean", "wait_mean", "churn_rate", "remedies", "revenue")
"""Measures whose differences are tabulated by value decile."""

MOST_ROWS = 3_000
"""Rows of differences in all measures beyond which the page refers to the table."""

_ALWAYS = {"side", "months", "differences", "everything", "method", "scenario", "again"}


Live = Callable[[int], object]
"""Makes the part "What if?" of a page whose rest takes so many bytes."""


def build_page(folder: Path, kinds: Sequence[str] = (), live: Live | None = None) -> Path:
    """Write the plots and the page into a results folder, and return the page's path.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        Further formats of the plots, at print resolution.
    live : callable, optional
        Makes the part in which the model runs; by default the page has none.
    """
    frames = frames_of(folder)
    plots = report_pictures(folder, frames, kinds)
    page = render(frames, plots)
    if live is not None:
        page = render(frames, plots, live(len(page.encode())))
    return write_file(folder / "report.html", page.encode())


def render(frames: Frames, plots: Sequence[Picture], live: object = None) -> str:
    """Render the page's template, with the part in which the model runs if there is one."""
    context = _context(frames, plots) | {"live": live}
    if live is not None:
        context["contents"] = _with_live(context["contents"])
    return render_template("report.html.j2", context)


def _with_live(contents: Mapping[str, str]) -> dict[str, str]:
    """Return the titles with that of the part in which the model runs, where it stands."""
    titles: dict[str, str] = {}
    for name, title in contents.items():
        titles |= {"what-if": "What if?"} if name == "months" else {}
        titles[name] = title
    return titles


def _context(frames: Frames, plots: Sequence[Picture]) -> dict[str, Any]:
    script = explorer_script()
    return {
        **_texts(frames),
        **_tables(frames),
        "sections": SECTIONS,
        "contents": _contents(frames, plots),
        "pictures": plots,
        "explorer": explorer_data(frames),
        "script": script,
        "script_hash": script_hash(script),
    }


def _texts(frames: Frames) -> dict[str, Any]:
    """Return the texts on the question, the answer and the method."""
    return {
        "title": _text(frames.scenario.get("name")) or "Results",
        "question": _text(frames.scenario.get("describe")),
        "facts": list(_facts(frames)),
        "answer": answer(frames),
        "card": answer_card(frames, implausible(frames, quoted)),
        "taken_apart": _taken_apart(frames),
        "implausible": implausible(frames, quoted),
        "descriptions": _descriptions(frames),
        "replications": frames.replications,
        "months": frames.months,
        "drawn": len(policies_to_draw(frames)),
        "checklist": checklist(frames),
        "scenario_text": frames.scenario_text,
        "commands": _commands(frames),
        "manifest": list(_flattened(frames.manifest)),
    }


def _tables(frames: Frames) -> dict[str, Any]:
    """Return the tables."""
    rows = measure_rows(frames)
    asked = (name for name in rows if answer_limit(name))
    listed = {"key": (*KEY_MEASURES, *asked)}
    listed |= {name: section.measures for name, section in SECTIONS.items()}
    drawn = policies_to_draw(frames)
    places = [frames.policies.index(name) for name in drawn]
    by_section = {
        section: [_of_policies(rows[name], places) for name in names if name in rows]
        for section, names in listed.items()
    }
    return {
        "policies": list(looks_of(frames.policies).items()),
        "shown": [
            (name, look) for name, look in looks_of(frames.policies).items() if name in drawn
        ],
        "reference": frames.reference,
        "key_measures": by_section["key"],
        "section_rows": by_section,
        "everything": list(rows.values()),
        "fairness": [_of_policies(row, places) for row in fairness_rows(frames)],
        "differences": difference_rows(frames),
        "all_differences": difference_rows(frames, list(frames.units))[:MOST_ROWS],
        "differences_in_all": frames.differences.height,
        "decile_differences": group_differences(frames, "decile", _BY_DECILE),
        "tiers": group_means(frames, "tier"),
        "pools": group_means(frames, "pool"),
        "hypotheses": hypothesis_rows(frames),
        "not_judged": not_judged(frames),
    }


def _of_policies(row: MeasureRow, places: Sequence[int]) -> MeasureRow:
    """Return a row with the cells of some policies only."""
    return replace(row, cells=tuple(row.cells[place] for place in places))


def _contents(frames: Frames, plots: Sequence[Picture]) -> dict[str, str]:
    """Return the titles of the sections that have content."""
    measures = set(frames.summary["measure"])
    filled = _ALWAYS | {picture.section for picture in plots}
    filled |= {name for name, section in SECTIONS.items() if measures & set(section.measures)}
    groups = {"pool": "staff", "tier": "gains", "decile": "gains"}
    filled |= {section for kind, section in groups.items() if not frames.group(kind).is_empty()}
    filled |= {"fairness"} if fairness_rows(frames) else set()
    filled |= {"implausible"} if implausible(frames) else set()
    filled |= {"hypotheses"} if hypothesis_rows(frames) or not_judged(frames) else set()
    return {name: section.title for name, section in SECTIONS.items() if name in filled}


def _taken_apart(frames: Frames) -> str:
    """Return the policy and the reference that a command takes apart, as a shell reads them."""
    best, rival = chosen_and_rival(frames)
    policy = rival if best == frames.reference else best
    return f"{shlex.quote(policy)} --reference {shlex.quote(frames.reference)}"


def _descriptions(frames: Frames) -> dict[str, str]:
    """Return the scenario's description of each policy; empty where it has none."""
    policies = frames.scenario.get("policies")
    entries = policies if isinstance(policies, Mapping) else {}
    chosen = {name: entries.get(name) for name in frames.policies}
    return {
        name: _text(entry.get("describe")) if isinstance(entry, Mapping) else ""
        for name, entry in chosen.items()
    }


def _facts(frames: Frames) -> Iterator[str]:
    yield _counted(len(frames.policies), "policy", "policies")
    yield _counted(frames.replications, "replication", "replications")
    yield _counted(frames.months, "month of four weeks", "months of four weeks")
    for key in ("seed", "engine"):
        value = frames.manifest.get(key, frames.scenario.get(key))
        if value is not None:
            yield f"{key} {value}"


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count:,} {singular if count == 1 else plural}"


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _commands(frames: Frames) -> list[str]:
    """Return the command that made the results, and the one that needs only this folder."""
    original = frames.manifest.get("command")
    if isinstance(original, list):
        original = shlex.join(str(part) for part in original)
    first = [original] if isinstance(original, str) and original else []
    return list(dict.fromkeys([*first, "sim run scenario.yaml"]))


def _flattened(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the entries of nested mappings as (dotted key, text)."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flattened(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        yield path, ", ".join(str(part) for part in value)
    else:
        yield path, "" if value is None else str(value)
