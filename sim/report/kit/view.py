"""How measures are looked at: of which policies, over what, split by what, against what."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from sim.errors import CommandError
from sim.report.kit.frames import Frames
from sim.report.kit.style import Look, looks_of
from sim.results.manifest import slug
from sim.results.tables import GROUPS

__all__ = [
    "OVER",
    "View",
    "basis_of",
    "file_name",
    "looks_in",
    "refuse_versus",
    "view_of",
]

OVER = ("months", "horizon")
"""Along what a measure is drawn: month by month, or over the whole horizon."""


@dataclass(frozen=True, slots=True)
class View:
    """What of a measure is drawn.

    Attributes
    ----------
    policies : tuple of str
        Only these; empty for all.
    versus : str
        The policy that paired differences are taken from; empty for the measure itself.
    by : {'', 'tier', 'decile', 'pool', 'need'}
        What it is split by.
    over : {'', 'months', 'horizon'}
        Empty for the whole horizon by decile, and months otherwise.
    """

    policies: tuple[str, ...] = ()
    versus: str = ""
    by: str = ""
    over: str = ""

    @property
    def months(self) -> bool:
        """Whether it is drawn month by month."""
        return self.over == "months" or (not self.over and self.by != "decile")


def view_of(frames: Frames, policies: Sequence[str], versus: str, by: str, over: str) -> View:
    """Check what is asked for against what the results hold.

    Raises
    ------
    CommandError
        If there is no such policy, split or direction; names the nearest.
    """
    for name in (*policies, *([versus] if versus else [])):
        _known("policy", name, frames.policies)
    if by:
        _known("split", by, GROUPS)
    if over:
        _known("direction", over, OVER)
    return View(tuple(dict.fromkeys(policies)), versus, by, over)


def looks_in(frames: Frames, view: View) -> dict[str, Look]:
    """Give each policy that is drawn its look, which is the same whichever others are drawn."""
    looks = looks_of(frames.policies)
    chosen = view.policies or frames.policies
    return {name: look for name, look in looks.items() if name in chosen and name != view.versus}


def file_name(name: str, view: View) -> str:
    """Name the file of a picture, without ending: another view is another file."""
    parts = [
        name,
        f"by-{view.by}" if view.by else "",
        f"over-{view.over}" if view.over else "",
        f"versus-{slug(view.versus)}" if view.versus else "",
        *(slug(policy) for policy in view.policies),
    ]
    return "-".join(part for part in parts if part)[:120]


def _known(kind: str, name: str, there: Sequence[str]) -> None:
    if name in there:
        return
    near = difflib.get_close_matches(name, there)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(there)}"
    raise CommandError(f"no {kind} '{name}' in these results; {hint}")


def basis_of(frames: Frames, view: View, band: str) -> str:
    """Say what a picture rests on: replications, and what its intervals are.

    Parameters
    ----------
    frames : Frames
    view : View
    band : str
        What is drawn as interval, such as ``band: pointwise 95% interval``.
    """
    n = frames.monthly["replication"].n_unique()
    if n < 2:
        return "One replication: how far luck moves this cannot be shown."
    if view.versus:
        return f"Mean paired difference over {n} replications; {band} (Student t)."
    return f"Mean of {n} replications; {band} (Student t)."


def refuse_versus(name: str, view: View) -> None:
    """Refuse a view that asks for differences.

    Raises
    ------
    CommandError
        If it does.
    """
    if view.versus:
        raise CommandError(f"{name} cannot be drawn as a difference: leave out --versus")
