"""How pictures look: type, lines and one fixed look for each policy.

The six colours keep at least 3:1 contrast on white and stay apart for people with protan, deutan
and tritan vision (least OKLab distance 0.06, and 0.11 among the first three, under the
full-severity simulation of Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113).
Dashes and markers differ as well, so that a picture also reads in grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

__all__ = ["INK", "MUTED", "RULE", "STYLE_FILE", "Look", "looks_of", "styled"]

STYLE_FILE = Path(__file__).with_name("evenhand.mplstyle")
"""Type, lines and grids, as matplotlib reads them: ``plt.style.use("sim.report.evenhand")``."""

INK = "#1b1f24"
"""Text; 16:1 on white."""

MUTED = "#57606a"
"""Secondary text; 6:1 on white."""

RULE = "#d5d9de"
"""Lines that only guide the eye."""

_COLOURS = ("#123F86", "#CF7200", "#00735E", "#C767B8", "#5E1400", "#3D8FE0")
_TEXT = ("#123F86", "#9C5600", "#00735E", "#9E3F8F", "#5E1400", "#1F6BB5")
_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.6), (7, 1.6, 1.4, 1.6), (1.6, 1.4))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")

_LIBRARY = (
    "equal",
    "value_tiers",
    "complaint_rewarding",
    "customer_scoring",
    "influencers_first",
    "manager_vips",
    "paying_only",
    "fire_the_costly",
    "floor_and_tiers",
    "dedicated_line",
    "boss_takes_it",
    "prompt_for_all",
    "firm_and_polite",
    "newcomer_offers",
    "evangelists",
    "equal_within_tier",
)
# A policy's place here is its look in every report ever made: append, never reorder.


@dataclass(frozen=True, slots=True)
class Look:
    """How one policy is drawn.

    Attributes
    ----------
    colour, text : str
        Of its lines, and a darker one of its name with at least 4.5:1 contrast on white.
    dashes : tuple of float
        Lengths on and off in line widths; empty for a solid line.
    marker : str
        In matplotlib's letters.
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
    """Give each policy its look.

    A policy of the library always has the same, save that of two whose colours or markers agree the
    later takes one to spare, if there is any. The others take, in their order, the first looks that
    no policy of the library among them needs. There are 24; then they repeat.
    """
    fixed = {name: _LIBRARY.index(name) for name in policies if name in _LIBRARY}
    taken = set(fixed.values())
    free = (place for place in range(len(policies) + len(taken)) if place not in taken)
    places = {name: fixed[name] if name in fixed else next(free) for name in policies}
    colours, markers = (_apart(places, len(kinds)) for kinds in (_COLOURS, _MARKERS))
    return {name: _look(place, colours[name], markers[name]) for name, place in places.items()}


def _apart(places: Mapping[str, int], count: int) -> dict[str, int]:
    """Give each policy its place's one of so many, or one to spare if an earlier policy has it."""
    spare = [one for one in range(count) if one not in {p % count for p in places.values()}]
    found: dict[str, int] = {}
    for name, place in places.items():
        own = place % count
        found[name] = spare.pop(0) if spare and own in found.values() else own
    return found


def _look(place: int, colour: int, marker: int) -> Look:
    # By dashes and markers alone, places only meet again after 24.
    dashes = _DASHES[(place + place // len(_MARKERS)) % len(_DASHES)]
    return Look(_COLOURS[colour], _TEXT[colour], dashes, _MARKERS[marker])


@contextmanager
def styled() -> Iterator[None]:
    """Draw in this style whatever the person's own matplotlib settings, and put those back."""
    import matplotlib as mpl

    with mpl.rc_context(_settings()):
        yield


@cache
def _settings() -> Any:
    """Give matplotlib's own defaults with this style's over them; all but the backend."""
    import matplotlib as mpl

    style = mpl.rc_params_from_file(STYLE_FILE, use_default_template=False)
    own = {name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"}
    return own | dict(style)
