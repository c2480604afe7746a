"""Define how pictures look: type, lines and one fixed look for each policy.

The six colours keep at least 3:1 contrast on white and stay apart for people with protan, deutan
and tritan vision (least OKLab distance 0.06, and 0.11 among the first three, under the
full-severity simulation of Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113).
Dashes and markers differ as well, so that a picture also reads in grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sim.scenario.shipped import ORDER as LIBRARY

__all__ = [
    "INK",
    "MARKER_PATHS",
    "MUTED",
    "PLOT_COLOURS",
    "RULE",
    "STYLE_FILE",
    "WASH",
    "Look",
    "looks_of",
    "of_page",
    "styled",
]

STYLE_FILE = Path(__file__).parents[1] / "evenhand.mplstyle"
"""Type, lines and grids, in matplotlib's own format: ``plt.style.use("sim.report.evenhand")``."""

INK = "#1b1f24"
"""Colour of text; contrast 16:1 on white."""

MUTED = "#57606a"
"""Colour of secondary text; contrast 6:1 on white."""

RULE = "#d5d9de"
"""Colour of lines that only guide the eye."""

WASH = "#f6f7f9"
"""Colour behind what belongs together."""

_COLOURS = ("#123F86", "#CF7200", "#00735E", "#C767B8", "#5E1400", "#3D8FE0")
_TEXT = ("#123F86", "#9C5600", "#00735E", "#9E3F8F", "#5E1400", "#1F6BB5")
PLOT_COLOURS: dict[str, str] = {
    **{f"line-{number}": colour for number, colour in enumerate(_COLOURS)},
    **{f"name-{number}": text for number, text in enumerate(_TEXT) if text not in _COLOURS},
}
"""Colours of lines and of names by the variable of the page that holds them, for dark pages."""

_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.6), (7, 1.6, 1.4, 1.6), (1.6, 1.4))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")

MARKER_PATHS: dict[str, str] = {
    "o": "M14 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "s": "M14.4 2.4h7.2v7.2h-7.2z",
    "^": "M18 1.6l4.4 8h-8.8z",
    "D": "M18 1.2l4.8 4.8l-4.8 4.8l-4.8-4.8z",
    "v": "M18 10.4l4.4-8h-8.8z",
    "P": "M16.6 1.6h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z",
    "X": "M14.6 4l2-2l1.4 1.4l1.4-1.4l2 2l-2 2l2 2l-2 2l-1.4-1.4l-1.4 1.4l-2-2l2-2z",
    "p": "M18 1.6l4.4 3.2l-1.7 5h-5.4l-1.7-5z",
}
"""Markers as SVG paths around the point (18, 6), by matplotlib's letter (`Look.marker`)."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one policy is drawn.

    Attributes
    ----------
    colour, text : str
        Of its lines, and a darker one for its name with at least 4.5:1 contrast on white.
    dashes : tuple of float
        Lengths on and off in line widths; empty for a solid line.
    marker : str
        One of matplotlib's letters.
    """

    colour: str
    text: str
    dashes: tuple[float, ...]
    marker: str

    @property
    def linestyle(self) -> Literal["-"] | tuple[float, Sequence[float]]:
        """The dashes as matplotlib takes them."""
        return (0.0, self.dashes) if self.dashes else "-"


def looks_of(policies: Sequence[str]) -> dict[str, Look]:
    """Return each policy's look.

    A policy of the library always has the same look, except that where two share a colour or marker
    the later one takes a free one, if any. Other policies take, in order, the first looks that no
    library policy among them needs. There are 24 looks; then they repeat.
    """
    # A policy's place in the library is its look in every report ever made.
    fixed = {name: LIBRARY.index(name) for name in policies if name in LIBRARY}
    taken = set(fixed.values())
    free = (number for number in range(len(policies) + len(taken)) if number not in taken)
    numbers = {name: fixed[name] if name in fixed else next(free) for name in policies}
    colours, markers = (_distinct(numbers, len(kinds)) for kinds in (_COLOURS, _MARKERS))
    return {name: _look(number, colours[name], markers[name]) for name, number in numbers.items()}


def _distinct(look_numbers: Mapping[str, int], count: int) -> dict[str, int]:
    """Return for each policy one of so many styles: its own, or a free one if it is taken."""
    usual = {name: look % count for name, look in look_numbers.items()}
    free = [style for style in range(count) if style not in usual.values()]
    chosen: dict[str, int] = {}
    for name, style in usual.items():
        chosen[name] = free.pop(0) if free and style in chosen.values() else style
    return chosen


def _look(number: int, colour: int, marker: int) -> Look:
    # By dashes and markers alone, looks repeat only after 24.
    dashes = _DASHES[(number + number // len(_MARKERS)) % len(_DASHES)]
    return Look(_COLOURS[colour], _TEXT[colour], dashes, _MARKERS[marker])


def of_page(colour: str) -> str:
    """Return a colour of `looks_of` as the variable of the page, which is lighter in the dark."""
    names = {plotted: name for name, plotted in PLOT_COLOURS.items()}
    return f"var(--{names[colour]})"


_is_styled: ContextVar[bool] = ContextVar("is_styled", default=False)


@contextmanager
def styled() -> Iterator[None]:
    """Draw in this style whatever the user's matplotlib settings, and restore those afterwards."""
    import matplotlib as mpl

    if _is_styled.get():  # entering it once more would take a millisecond
        yield
        return
    before = _is_styled.set(True)
    try:
        with mpl.rc_context(_settings()):
            yield
    finally:
        _is_styled.reset(before)


@cache
def _settings() -> Any:
    """Return matplotlib's defaults overridden by this style, without the backend."""
    import matplotlib as mpl

    style = mpl.rc_params_from_file(STYLE_FILE, use_default_template=False)
    defaults = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
    return defaults | dict(style)
