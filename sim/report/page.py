"""The page: one HTML file that needs nothing else, no network and no scripts."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.report.answer import answer
from sim.report.canvas import encode, write_file
from sim.report.catalogue import CORE_PLOTS, Plot, describe
from sim.report.folder import Frames, frames_of
from sim.report.forest import draw_differences
from sim.report.hypotheses import hypotheses, left_out
from sim.report.plots import draw
from sim.report.style import looks_of
from sim.report.tables import differences, pool_columns, pools, side_by_side
from sim.report.words import number, places_for, scale, unit_label

__all__ = ["build_page", "render"]

_DIFFERENCES = "differences"


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot in the page: its address as data, its words for who cannot see it, and its place."""

    name: str
    source: str
    alt: str
    wide: bool


def build_page(folder: Path) -> Path:
    """Write the plots and then the page into a results folder, and return the page's path."""
    frames = frames_of(folder)
    pictures = [_keep(folder, picture) for picture in _drawn(frames)]
    return write_file(folder / "report.html", render(frames, pictures).encode())


def render(frames: Frames, pictures: list[Picture]) -> str:
    """Fill the template."""
    loader = PackageLoader("sim.report", "templates")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(_context(frames, pictures))


def _context(frames: Frames, pictures: list[Picture]) -> dict[str, Any]:
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
        "pictures": [picture for picture in pictures if picture.name != _DIFFERENCES],
        "forest": next(picture for picture in pictures if picture.name == _DIFFERENCES),
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


def _drawn(frames: Frames) -> Iterator[tuple[str, Any, str, bool]]:
    for plot in CORE_PLOTS:
        yield plot.name, draw(frames, plot), _alt(frames, plot), len(plot.measures) > 1
    alt = f"Paired differences from {frames.reference} with intervals"
    yield _DIFFERENCES, draw_differences(frames), f"{alt}; the table below has the numbers.", True


def _keep(folder: Path, drawn: tuple[str, Any, str, bool]) -> Picture:
    name, figure, alt, wide = drawn
    write_file(folder / "plots" / f"{name}.png", encode(figure, "png"))
    vector = encode(figure, "svg")
    write_file(folder / "plots" / f"{name}.svg", vector)
    source = f"data:image/svg+xml;base64,{base64.b64encode(vector).decode()}"
    return Picture(name, source, alt, wide)


def _alt(frames: Frames, plot: Plot) -> str:
    lasts = [_last(frames, name) for name in plot.measures if name in frames.measures]
    title = plot.title or describe(plot.measures[0]).title
    months = _counted(frames.months, "month", "months")
    return f"{title} over {months}, a line for each policy. {' '.join(lasts)}".strip()


def _last(frames: Frames, measure: str) -> str:
    declared = describe(measure)
    value = pl.col(measure).cast(pl.Float64)
    final = frames.monthly.filter((pl.col("month") == frames.months) & value.is_finite())
    means = dict(final.group_by("policy").agg(value.mean()).iter_rows())
    texts = [
        f"{policy} {_short(means[policy] * scale(declared.unit))}"
        for policy in frames.policies
        if policy in means
    ]
    unit = unit_label(declared.unit)
    return f"{declared.title} in the last month ({unit}): {', '.join(texts)}." if texts else ""


def _short(value: float) -> str:
    return number(value, places_for(None, value))
