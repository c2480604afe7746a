"""How pictures look: type, lines and one fixed look for each policy.

The six colours keep at least 3:1 contrast on white and stay apart for people with protan, deutan
and tritan vision (least OKLab distance 0.06, and 0.11 among the first three, under the
full-severity simulation of Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113).
Dashes and markers differ as well, so that a picture also reads in grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["INK", "MUTED", "RULE", "Look", "looks_of", "styled"]

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

_SETTINGS: Any = {  # matplotlib types every key by name, of which these are a few
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # a policy's name may hold dollar signs
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "ytick.major.size": 0,
    "lines.linewidth": 1.9,
    "lines.markersize": 4.6,
    "figure.facecolor": "white",
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "evenhand",  # ids in the picture depend on its content alone
    "pdf.fonttype": 42,
}


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

    A policy of the library always has the same; the others take, in their order, the first
    looks that no policy of the library among them needs. There are 24; then they repeat.
    """
    fixed = {name: _LIBRARY.index(name) for name in policies if name in _LIBRARY}
    taken = set(fixed.values())
    free = (place for place in range(len(policies) + len(taken)) if place not in taken)
    return {name: _look(fixed[name] if name in fixed else next(free)) for name in policies}


def _look(place: int) -> Look:
    # Six colours, four dashes and eight markers only meet again after 24 policies.
    colour = place % len(_COLOURS)
    return Look(
        _COLOURS[colour],
        _TEXT[colour],
        _DASHES[place % len(_DASHES)],
        _MARKERS[place % len(_MARKERS)],
    )


@contextmanager
def styled() -> Iterator[None]:
    """Draw in this style whatever the person's own matplotlib settings, and put those back."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield
