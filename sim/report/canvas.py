"""Figures without pyplot: panels, captions, room for labels, files that repeat to the byte."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.errors import CommandError
from sim.report.style import MUTED, styled

__all__ = ["apart", "blank", "caption", "encode", "panel", "save_figure", "write_file"]

# Dates and versions would make equal results differ in bytes.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_DPI = 150


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


def blank(message: str, width: float = 5.6, height: float = 1.2) -> Figure:
    """Draw a figure that only says why there is nothing to draw."""
    figure = Figure(figsize=(width, height))
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


def encode(figure: Figure, kind: str) -> bytes:
    """Render a figure as ``png``, ``svg`` or ``pdf``; the same figure gives the same bytes."""
    buffer = BytesIO()
    with styled(), warnings.catch_warnings():
        # A name in a script that the font lacks shows as boxes; no reason to alarm anybody.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format=kind, dpi=_DPI, metadata=_METADATA[kind])
    return buffer.getvalue()


def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as the file's ending says, whole or not at all.

    Raises
    ------
    CommandError
        If the ending is not ``.png``, ``.svg`` or ``.pdf``.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in _METADATA:
        raise CommandError(f"{path}: a plot is written as .png, .svg or .pdf")
    return write_file(path, encode(figure, kind))


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
