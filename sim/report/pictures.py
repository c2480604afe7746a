"""Plots as the page shows them: drawn, kept in ``plots/``, and put into the page as data."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.canvas import encode, write_file
from sim.report.catalogue import CORE_PLOTS
from sim.report.descriptions import alternative, heading
from sim.report.folder import Frames
from sim.report.forest import draw_differences
from sim.report.plots import draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DIFFERENCES", "Picture", "pictures"]

DIFFERENCES = "differences"
"""The name and the section of the forest of paired differences."""

_KINDS = ("svg", "pdf", "png")


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot in the page.

    Attributes
    ----------
    name, section, title : str
        Its file's name without ending, the part of the page in which it stands, and plain words.
    source : str
        Its address: the picture itself, as data.
    alt : str
        Words for who cannot see it.
    wide : bool
        Whether it takes the page's whole width.
    files : tuple of (str, str)
        Kind and relative address of the files that there are of it.
    """

    name: str
    section: str
    title: str
    source: str
    alt: str
    wide: bool
    files: tuple[tuple[str, str], ...]


def pictures(folder: Path, frames: Frames) -> list[Picture]:
    """Draw the report's plots into ``plots/`` of a results folder and give them to the page."""
    return [_kept(folder, *drawn) for drawn in _drawn(frames)]


def _drawn(frames: Frames) -> Iterator[tuple[str, str, str, Figure, str, bool]]:
    for plot in CORE_PLOTS:
        words, wide = alternative(frames, plot), len(plot.measures) > 1
        yield plot.name, plot.section, heading(plot), draw(frames, plot), words, wide
    title = f"Paired differences from {frames.reference}"
    alt = f"{title} with intervals; the table below has the numbers."
    yield DIFFERENCES, DIFFERENCES, title, draw_differences(frames), alt, True


def _kept(
    folder: Path, name: str, section: str, title: str, figure: Figure, alt: str, wide: bool
) -> Picture:
    vector = encode(figure, "svg")
    for kind, content in (("svg", vector), ("png", encode(figure, "png"))):
        write_file(folder / "plots" / f"{name}.{kind}", content)
    source = f"data:image/svg+xml;base64,{base64.b64encode(vector).decode()}"
    return Picture(name, section, title, source, alt, wide, _files(folder, name))


def _files(folder: Path, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind.upper(), f"plots/{name}.{kind}")
        for kind in _KINDS
        if (folder / "plots" / f"{name}.{kind}").exists()
    )
