"""Plots as the page shows them: drawn, kept in ``plots/``, and put into the page as data."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sim.report.canvas import SCREEN_DPI, Drawing, encode, packed, raster, write_file
from sim.report.catalogue import CORE_PLOTS, Plot
from sim.report.folder import Frames
from sim.report.plots import draw

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
    # Packing a PNG needs no interpreter, so it goes on beside the drawing of the next.
    with ThreadPoolExecutor(1) as packing:
        return [_kept(folder, plot, draw(frames, plot), packing) for plot in CORE_PLOTS]


def _kept(folder: Path, plot: Plot, figure: Drawing, packing: ThreadPoolExecutor) -> Picture:
    dots = raster(figure, SCREEN_DPI)
    content = packing.submit(packed, dots, figure, SCREEN_DPI)
    vector = encode(figure, "svg")
    for kind, made in (("svg", vector), ("png", content.result())):
        write_file(folder / "plots" / f"{plot.name}.{kind}", made)
    source = f"data:image/svg+xml;base64,{base64.b64encode(vector).decode()}"
    files = _files(folder, plot.name)
    return Picture(plot.name, plot.section, figure.title, source, figure.alt, figure.wide, files)


def _files(folder: Path, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind.upper(), f"plots/{name}.{kind}")
        for kind in _KINDS
        if (folder / "plots" / f"{name}.{kind}").exists()
    )
