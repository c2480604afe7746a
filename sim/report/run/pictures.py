"""Draw the page's plots, write them into ``plots/``, and embed them in the page as data."""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from sim.report.kit.canvas import (
    PRINT_DPI,
    SCREEN_DPI,
    Drawing,
    encode,
    png_bytes,
    rasterise,
    write_file,
)
from sim.report.kit.catalogue import CORE_PLOTS
from sim.report.kit.frames import Frames
from sim.report.kit.view import View, policies_to_draw
from sim.report.run.plots import draw

__all__ = ["Picture", "embed_plots", "report_pictures"]

_KINDS = ("svg", "pdf", "png")


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot in the page.

    Attributes
    ----------
    name, section, title : str
        File name without ending, the section of the page, and a title in plain words.
    source : str
        Data URL that contains the picture itself.
    alt : str
        Description for readers who cannot see it.
    wide : bool
        Whether it takes the full width of the page.
    files : tuple of (str, str)
        Format and relative address of each of its files.
    """

    name: str
    section: str
    title: str
    source: str
    alt: str
    wide: bool
    files: tuple[tuple[str, str], ...]


def report_pictures(folder: Path, frames: Frames, kinds: Sequence[str] = ()) -> list[Picture]:
    """Draw the report's plots into ``plots/`` of a results folder and return them for the page."""
    view = View(policies_to_draw(frames))
    drawn = ((plot.name, plot.section, draw(frames, plot, view)) for plot in CORE_PLOTS)
    return embed_plots(folder, drawn, kinds)


def embed_plots(
    folder: Path, drawn: Iterable[tuple[str, str, Drawing]], kinds: Sequence[str] = ()
) -> list[Picture]:
    """Write plots into ``plots/`` of a folder and return them for its page.

    Parameters
    ----------
    folder : Path
    drawn : iterable of (str, str, Drawing)
        The file name without ending, the section of the page, and the plot.
    kinds : sequence of {'png', 'svg', 'pdf'}
        Further formats for print: PNG with 300 dots per inch instead of 150, and PDF.
    """
    dpi = PRINT_DPI if "png" in kinds else SCREEN_DPI
    more = [kind for kind in kinds if kind not in ("png", "svg")]
    embedded, jobs = [], []
    # Compressing a PNG releases the interpreter, so it overlaps with drawing the next plot.
    with ThreadPoolExecutor(1) as encoder, _without_garbage_collection():
        for name, section, figure in drawn:
            path = folder / "plots" / name
            jobs.append(encoder.submit(_write_png, path, rasterise(figure, dpi), figure, dpi))
            source = _data_url(_write(path, figure, more))
            embedded.append((name, section, figure.title, source, figure.alt, figure.wide))
    for job in jobs:
        job.result()
    return [Picture(*fields, _files(folder, fields[0])) for fields in embedded]


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause garbage collection, which takes long because figures are full of reference cycles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _write(path: Path, figure: Drawing, more: Sequence[str]) -> bytes:
    """Write a plot as SVG and in further formats; return the SVG."""
    vector = encode(figure, "svg")
    write_file(path.with_name(f"{path.name}.svg"), vector)
    for kind in more:
        write_file(path.with_name(f"{path.name}.{kind}"), encode(figure, kind))
    return vector


def _write_png(path: Path, dots: Image, figure: Drawing, dpi: int) -> None:
    write_file(path.with_name(f"{path.name}.png"), png_bytes(dots, figure, dpi))


def _data_url(vector: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(vector).decode()}"


def _files(folder: Path, name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind.upper(), f"plots/{name}.{kind}")
        for kind in _KINDS
        if (folder / "plots" / f"{name}.{kind}").exists()
    )
