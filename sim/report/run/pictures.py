"""Plots as the page shows them: drawn, kept in ``plots/``, and put into the page as data."""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from sim.report.kit.canvas import PRINT_DPI, SCREEN_DPI, Drawing, encode, packed, raster, write_file
from sim.report.kit.catalogue import CORE_PLOTS
from sim.report.kit.frames import Frames
from sim.report.run.plots import draw

__all__ = ["Picture", "kept", "pictures"]

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


def pictures(folder: Path, frames: Frames, kinds: Sequence[str] = ()) -> list[Picture]:
    """Draw the report's plots into ``plots/`` of a results folder and give them to the page."""
    drawn = ((plot.name, plot.section, draw(frames, plot)) for plot in CORE_PLOTS)
    return kept(folder, drawn, kinds)


def kept(
    folder: Path, drawn: Iterable[tuple[str, str, Drawing]], kinds: Sequence[str] = ()
) -> list[Picture]:
    """Write plots into ``plots/`` of a folder and give them to its page.

    Parameters
    ----------
    folder : Path
    drawn : iterable of (str, str, Drawing)
        The file's name without ending, the part of the page, and the plot.
    kinds : sequence of {'png', 'svg', 'pdf'}
        For print besides: PNG with 300 dots an inch in place of 150, and PDF.
    """
    dpi = PRINT_DPI if "png" in kinds else SCREEN_DPI
    more = [kind for kind in kinds if kind not in ("png", "svg")]
    found, packs = [], []
    # Packing a PNG needs no interpreter, so it goes on beside the drawing of the next.
    with ThreadPoolExecutor(1) as packing, _uncollected():
        for name, section, figure in drawn:
            place = folder / "plots" / name
            packs.append(packing.submit(_pack, place, raster(figure, dpi), figure, dpi))
            source = _data(_write(place, figure, more))
            found.append((name, section, figure.title, source, figure.alt, figure.wide))
    for pack in packs:
        pack.result()
    return [Picture(*one, _files(folder, one[0])) for one in found]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave what is dead where it is: figures are full of cycles, and to look for it takes long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _write(place: Path, figure: Drawing, more: Sequence[str]) -> bytes:
    """Write a plot as SVG and whatever more is asked for; return the SVG."""
    vector = encode(figure, "svg")
    write_file(place.with_name(f"{place.name}.svg"), vector)
    for kind in more:
        write_file(place.with_name(f"{place.name}.{kind}"), encode(figure, kind))
    return vector


def _pack(place: Path, dots: Image, figure: Drawing, dpi: int) -> None:
    write_file(place.with_name(f"{place.name}.png"), packed(dots, figure, dpi))


def _data(vector: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(vector).decode()}"


def _files(folder: Path, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind.upper(), f"plots/{name}.{kind}")
        for kind in _KINDS
        if (folder / "plots" / f"{name}.{kind}").exists()
    )
