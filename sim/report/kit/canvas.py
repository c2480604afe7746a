"""Make figures without pyplot and write them so that equal figures give equal bytes."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
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
from sim.report.kit.catalogue import FORMATS
from sim.report.kit.inline_svg import CAPTION
from sim.report.kit.style import MUTED, Look, styled
from sim.results.atomic import draft_of, put_in_place

__all__ = [
    "NARROW",
    "Box",
    "Drawing",
    "blank",
    "caption",
    "encode",
    "is_narrow",
    "narrow",
    "panel",
    "save_figure",
    "space_out",
    "write_file",
]

PNG_DPI = 300
"""Dots per inch of a PNG, enough for print."""

NARROW = 4.4
"""Width in inches of a plot for a phone, on which its type of 9 points is shown as 9 pixels."""

Box = tuple[float, float, float, float]
"""Left, bottom, width and height in inches, from the lower left corner of a drawing."""

_is_narrow: ContextVar[bool] = ContextVar("is_narrow", default=False)

_CAPTION_LINE, _CAPTION_LETTER, _CAPTION_LINES = 0.135, 0.0675, 2  # inches; lines with room

# Dates and versions would make equal results differ in bytes.
_METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
# Metadata key under which each format keeps the description.
_DESCRIPTION_KEYS = {"png": "Description", "svg": "Description", "pdf": "Subject"}


@contextmanager
def narrow() -> Iterator[None]:
    """Lay out plots that are drawn within in one column, for a phone."""
    before = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(before)


def is_narrow() -> bool:
    """Return whether plots are laid out for a phone."""
    return _is_narrow.get()


class Drawing(Figure):
    """A figure with a title and a description, which go into every file made of it.

    Parameters
    ----------
    width, height : float
        In inches.
    title : str
        Title in plain words.
    alt : str
        Description for readers who cannot see it; by default the title and the caption.

    Attributes
    ----------
    title : str
    caption : str
        What the picture is based on: replications and kind of interval.
    description : str
        What the picture shows, without the caption.
    head, foot : float
        Room in inches of title and caption, which a page says in its own type.
    key : dict of str to Look
        The policies in its legend, which a page that shows its cells says in its own type.
    cells : list of Box
        The parts that a page shows side by side, or below each other on a phone: one for each of
        the axes. It shows nothing else of the drawing then; without cells it shows the whole.
    columns : int
        Cells in a row.
    """

    def __init__(self, width: float, height: float, title: str = "", alt: str = "") -> None:
        super().__init__(figsize=(width, height))
        self.title = title
        self.caption = ""
        self.head = self.foot = 0.0
        self.key: dict[str, Look] = {}
        self.cells: list[Box] = []
        self.columns = 1
        self.description = alt

    @property
    def alt(self) -> str:
        """Text for readers who cannot see it."""
        parts = (self.description or f"{self.title}.", self.caption.replace("\n", " "))
        return " ".join(part for part in parts if part)

    @property
    def wide(self) -> bool:
        """Whether it needs the full width of a page."""
        return bool(self.get_figwidth() > 7.0)


def panel(
    figure: Figure, left: float, bottom: float, width: float, height: float, **options: Any
) -> Axes:
    """Add axes at a position in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up), **options)


def caption(figure: Figure, text: str, left: float = 0.12) -> None:
    """Write a caption along the lower edge, `left` inches from the left, in lines that fit."""
    across, up = figure.get_size_inches()
    most = int((across - left) / _CAPTION_LETTER)
    lines = [line for part in text.splitlines() for line in textwrap.wrap(part, most)]
    figure.text(
        left / across,
        0.1 / up,
        "\n".join(lines),
        fontsize=8,
        color=MUTED,
        va="bottom",
        ha="left",
        gid=CAPTION,
    )
    if isinstance(figure, Drawing):
        figure.caption = text
        figure.foot = 0.1 + _CAPTION_LINE * min(len(lines), _CAPTION_LINES)


def blank(message: str, width: float = 5.6, height: float = 1.2) -> Drawing:
    """Draw a figure that contains only a message, such as why there is nothing to draw."""
    figure = Drawing(width, height, message.rstrip("."))
    figure.text(0.5, 0.5, message, ha="center", va="center", color=MUTED, wrap=True)
    return figure


def space_out(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as possible until neighbours are at least `gap` apart.

    Minimises the sum of squared moves by pooling adjacent violators, then shifts everything into
    ``[low, high]``. The gap shrinks if there are too many positions.

    Parameters
    ----------
    wanted : sequence of float
        Wanted positions in any order.
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


def encode(figure: Figure, kind: str) -> bytes:
    """Encode a figure as ``png``, ``svg`` or ``pdf``; equal figures give equal bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Title and description of a `Drawing` go into the file, as ``<title>`` and ``<desc>`` or as
        metadata.
    kind : {'png', 'svg', 'pdf'}
    """
    if kind == "png":
        return _png(figure)
    metadata = _METADATA[kind] | _metadata(figure, kind)
    content = _save(figure, format=kind, metadata=metadata)
    return _with_description(content, figure) if kind == "svg" else content


def _png(figure: Figure) -> bytes:
    """Encode a figure as PNG without transparency, which Matplotlib's own writer keeps."""
    dots = _save(figure, format="raw", dpi=PNG_DPI)
    across, up = (int(inches * PNG_DPI) for inches in figure.get_size_inches())
    info = PngInfo()
    for name, text in _metadata(figure, "png").items():
        info.add_text(name, text)
    buffer = BytesIO()
    picture = Image.frombuffer("RGBA", (across, up), dots).convert("RGB")
    picture.save(buffer, "png", dpi=(PNG_DPI, PNG_DPI), pnginfo=info)
    return buffer.getvalue()


def _save(figure: Figure, **options: Any) -> bytes:
    buffer = BytesIO()
    with styled(), warnings.catch_warnings():
        # A name in a script that the font lacks shows as boxes, which needs no warning.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, **options)
    return buffer.getvalue()


def _metadata(figure: Figure, kind: str) -> dict[str, str]:
    if not isinstance(figure, Drawing) or not figure.title:
        return {}
    return {"Title": _printable(figure.title), _DESCRIPTION_KEYS[kind]: _printable(figure.alt)}


def _with_description(svg: bytes, figure: Figure) -> bytes:
    """Put the description where browsers and screen readers look for it."""
    if not isinstance(figure, Drawing) or not figure.title:
        return svg
    description = f"</title>\n <desc>{escape(_printable(figure.alt), quote=False)}</desc>"
    return svg.replace(b"</title>", description.encode(), 1)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure in the format of the file's ending, completely or not at all.

    Raises
    ------
    CommandError
        If the ending is not ``.png``, ``.svg`` or ``.pdf``, or it cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise CommandError(f"{path}: a plot must end in .png, .svg or .pdf")
    try:
        return write_file(path, encode(figure, kind))
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}") from None


def write_file(path: Path, content: bytes) -> Path:
    """Write a file atomically, so that an interruption leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_of(path)
    try:
        draft.write_bytes(content)
        put_in_place(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path
