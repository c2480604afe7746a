"""Markers of lines as outlines in the page's own drawings, shaped like matplotlib's."""

from __future__ import annotations

__all__ = ["MARKS"]

MARKS: dict[str, str] = {
    "o": "M14 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "s": "M14.4 2.4h7.2v7.2h-7.2z",
    "^": "M18 1.6l4.4 8h-8.8z",
    "D": "M18 1.2l4.8 4.8l-4.8 4.8l-4.8-4.8z",
    "v": "M18 10.4l4.4-8h-8.8z",
    "P": "M16.6 1.6h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z",
    "X": "M14.6 4l2-2l1.4 1.4l1.4-1.4l2 2l-2 2l2 2l-2 2l-1.4-1.4l-1.4 1.4l-2-2l2-2z",
    "p": "M18 1.6l4.4 3.2l-1.7 5h-5.4l-1.7-5z",
}
"""By matplotlib's letter (`sim.report.style.Look.marker`), as SVG paths about the point (18, 6)."""
