"""Figures without pyplot: panels, captions, room for labels, files that repeat to the byte."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sim.errors import CommandError
from sim.report.kit.style import MUTED, styled

__all__ = [
    "KINDS",
    "PRINT_DPI",
    "SCREEN_DPI",
    "Drawing",
    "apart",
    "blank",
    "caption",
    "check_kinds",
    "encode",
    "packed",
    "panel",
    "raster",
    "save_figure",
    "write_file",
]

KINDS = ("png", "svg", "pdf")
"""How a plot can be written."""

SCREEN_DPI, PRINT_DPI = 150, 300
"""Dots an inch of a PNG: those beside a report's page, and those asked for by themselves."""

# Dates and versions would make equal results differ in bytes.
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
# What each kind of file calls a picture's words for who cannot see it.
_WORDS = {"png": "Description", "svg": "Description", "pdf": "Subject"}


class Drawing(Figure):
    """A figure that carries its words, into every file that is made of it.

    Parameters
    ----------
    width, height : float
        In inches.
    title : str
        What it is, in plain words.
    alt : str
        What it shows, for who cannot see it; by default the title and what it rests on.

    Attributes
    ----------
    title : str
    basis : str
        What it rests on: its caption.
    """

    def __init__(self, width: float, height: float, title: str = "", alt: str = "") -> None:
        super().__init__(figsize=(width, height))
        self.title = title
        self.basis = ""
        self.said = alt

    @property
    def alt(self) -> str:
        """Words for who cannot see it."""
        parts = (self.said or f"{self.title}.", self.basis.replace("\n", " "))
        return " ".join(part for part in parts if part)

    @property
    def wide(self) -> bool:
        """Whether it needs the width of a page."""
        return bool(self.get_figwidth() > 7.0)


def panel(
    figure: Figure, left: float, bottom: float, width: float, height: float, **options: Any
) -> Axes:
    """Add axes at a place given in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up), **options)


def caption(figure: Figure, text: str, left: float = 0.12) -> None:
    """Write what the picture rests on along its lower edge, from `left` inches on."""
    across, up = figure.get_size_inches()
    figure.text(left / across, 0.1 / up, text, fontsize=8, color=MUTED, va="bottom", ha="left")
    if isinstance(figure, Drawing):
        figure.basis = text


def blank(message: str, width: float = 5.6, height: float = 1.2) -> Drawing:
    """Draw a figure that only says why there is nothing to draw."""
    figure = Drawing(width, height, message.rstrip("."))
    figure.text(0.5, 0.5, message, ha="center", va="center", color=MUTED, wrap=True)
    return figure


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as possible so that neighbours are at least `gap` apart.

    Minimises the sum of squared moves by pooling adjacent violators, then shifts the whole
    into ``[low, high]``; with more than fit there, the gap shrinks.

    Parameters
    ----------
    wanted : sequence of float
        Positions in any order.
    gap, low, high : float
        In the same unit.

    Returns
    -------
    list of float
        In the order given.
    """
    if not wanted:
        return []
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    steps = [k * gap for k in range(len(order))]
    pooled = _pool([wanted[i] - step for i, step in zip(order, steps, strict=True)])
    inside = np.clip(pooled, low, high - steps[-1])
    placed = dict(zip(order, inside + np.array(steps), strict=True))
    return [float(placed[i]) for i in range(len(wanted))]


def _pool(values: Sequence[float]) -> list[float]:
    blocks: list[tuple[float, int]] = []
    for value in values:
        mean, size = value, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean = (before * count + mean * size) / (count + size)
            size += count
        blocks.append((mean, size))
    return [mean for mean, size in blocks for _ in range(size)]


def encode(figure: Figure, kind: str, dpi: int = PRINT_DPI) -> bytes:
    """Render a figure as ``png``, ``svg`` or ``pdf``; the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The words of a `Drawing` go into the file: as ``<title>`` and ``<desc>``, or as metadata.
    kind : {'png', 'svg', 'pdf'}
    dpi : int
        Dots an inch of a PNG.
    """
    if kind == "png":
        return packed(raster(figure, dpi), figure, dpi)
    metadata = _METADATA[kind] | _words(figure, kind)
    content = _saved(figure, format=kind, metadata=metadata)
    return _described(content, figure) if kind == "svg" else content


def raster(figure: Figure, dpi: int) -> Image.Image:
    """Draw a figure as dots."""
    dots = _saved(figure, format="raw", dpi=dpi)
    across, up = (int(inches * dpi) for inches in figure.get_size_inches())
    return Image.frombuffer("RGBA", (across, up), dots)


def packed(picture: Image.Image, figure: Figure, dpi: int) -> bytes:
    """Make a PNG of dots, with the figure's words; other threads go on meanwhile."""
    words = PngInfo()
    for name, text in _words(figure, "png").items():
        words.add_text(name, text)
    buffer = BytesIO()
    picture.convert("RGB").save(buffer, "png", dpi=(dpi, dpi), pnginfo=words)
    return buffer.getvalue()


def _saved(figure: Figure, **options: Any) -> bytes:
    buffer = BytesIO()
    with styled(), warnings.catch_warnings():
        # A name in a script that the font lacks shows as boxes; no reason to alarm anybody.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, **options)
    return buffer.getvalue()


def _words(figure: Figure, kind: str) -> dict[str, str]:
    if not isinstance(figure, Drawing) or not figure.title:
        return {}
    return {"Title": _printable(figure.title), _WORDS[kind]: _printable(figure.alt)}


def _described(svg: bytes, figure: Figure) -> bytes:
    """Put the words for who cannot see a picture where browsers and readers look for them."""
    if not isinstance(figure, Drawing) or not figure.title:
        return svg
    words = f"</title>\n <desc>{escape(_printable(figure.alt), quote=False)}</desc>"
    return svg.replace(b"</title>", words.encode(), 1)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as the file's ending says, whole or not at all.

    Raises
    ------
    CommandError
        If the ending is not ``.png``, ``.svg`` or ``.pdf``, or it cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise CommandError(f"{path}: a plot is written as .png, .svg or .pdf")
    try:
        return write_file(path, encode(figure, kind))
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}") from None


def check_kinds(kinds: Sequence[str]) -> None:
    """Refuse kinds of files that plots cannot be written as.

    Raises
    ------
    CommandError
        If there is one.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise CommandError(f"no format '{kind}'; there are {', '.join(KINDS)}")


def write_file(path: Path, content: bytes) -> Path:
    """Put a file in place at once, so that an interruption leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
