"""Draw the page's plots, write them into ``plots/``, and embed them in the page as data."""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sim.report.kit.canvas import Drawing, encode, write_file
from sim.report.kit.catalogue import CORE_PLOTS
from sim.report.kit.frames import Frames
from sim.report.kit.view import View, policies_to_draw
from sim.report.run.plots import draw

__all__ = ["Picture", "embed_plots", "report_pictures"]

_OTHER_KINDS = ("pdf", "png")


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
        Formats to write besides SVG. Where a plot has a file in one already, it is written again,
        so that no file shows other numbers than the page.
    """
    with _without_garbage_collection():
        return [
            _embedded(folder / "plots" / name, section, figure, kinds)
            for name, section, figure in drawn
        ]


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


def _embedded(path: Path, section: str, figure: Drawing, kinds: Sequence[str]) -> Picture:
    """Write a plot as SVG and in further formats, and return it for the page."""
    files = {kind: path.with_name(f"{path.name}.{kind}") for kind in ("svg", *_OTHER_KINDS)}
    vector = encode(figure, "svg")
    write_file(files["svg"], vector)
    others = [kind for kind in _OTHER_KINDS if kind in kinds or files[kind].exists()]
    for kind in others:
        write_file(files[kind], encode(figure, kind))
    named = tuple((kind.upper(), f"plots/{files[kind].name}") for kind in ("svg", *others))
    source = _data_url(vector)
    return Picture(path.name, section, figure.title, source, figure.alt, figure.wide, named)


def _data_url(vector: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(vector).decode()}"
