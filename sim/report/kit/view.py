"""Choose what of a measure a plot shows: policies, months or horizon, groups, differences."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from sim.errors import CommandError
from sim.report.kit.catalogue import MONEY
from sim.report.kit.frames import Frames
from sim.report.kit.style import Look, looks_of
from sim.results.manifest import slug
from sim.results.measuring_protocol import GROUPS
from sim.stats.shares import YES_NO

__all__ = [
    "MOST_DRAWN",
    "OVER",
    "View",
    "caption_text",
    "checked_view",
    "file_name",
    "looks_in",
    "policies_to_draw",
    "refuse_versus",
]

MOST_DRAWN = 12
"""Policies that a plot of the page shows at most."""

OVER = ("months", "horizon")
"""Whether a measure is drawn by month or over the whole horizon."""


@dataclass(frozen=True, slots=True)
class View:
    """What part of a measure is drawn.

    Attributes
    ----------
    policies : tuple of str
        Only these; empty for all.
    versus : str
        The policy to compare with; empty for the measure itself.
    by : {'', 'tier', 'decile', 'pool', 'need', 'agent'}
        What it is split by.
    over : {'', 'months', 'horizon'}
        Empty for the whole horizon if split by decile, and for months otherwise.
    """

    policies: tuple[str, ...] = ()
    versus: str = ""
    by: str = ""
    over: str = ""

    @property
    def months(self) -> bool:
        """Whether it is drawn month by month."""
        return self.over == "months" or (not self.over and self.by != "decile")


def checked_view(frames: Frames, policies: Sequence[str], versus: str, by: str, over: str) -> View:
    """Check the requested view against the contents of the results.

    Raises
    ------
    CommandError
        If there is no such policy, split or direction; the message suggests the nearest.
    """
    for name in (*policies, *([versus] if versus else [])):
        _known("policy", name, frames.policies)
    if by:
        _known("split", by, GROUPS)
    if over:
        _known("direction", over, OVER)
    return View(tuple(dict.fromkeys(policies)), versus, by, over)


def looks_in(frames: Frames, view: View) -> dict[str, Look]:
    """Return the look of each drawn policy, which does not depend on the others drawn."""
    looks = looks_of(frames.policies)
    chosen = view.policies or frames.policies
    return {name: look for name, look in looks.items() if name in chosen and name != view.versus}


def policies_to_draw(frames: Frames) -> tuple[str, ...]:
    """Return the policies that the page draws: all, or the first and those with most money.

    More than `MOST_DRAWN` lines in one plot cannot be told apart, and there are 24 looks.
    """
    if len(frames.policies) <= MOST_DRAWN:
        return frames.policies
    measured = set(frames.summary["measure"])
    money = next((name for name in MONEY if name in measured), "")
    ranked = frames.summary.filter(measure=money).sort("mean", descending=True, nulls_last=True)
    order = dict.fromkeys([frames.reference, *ranked["policy"], *frames.policies])
    chosen = set(list(order)[:MOST_DRAWN])
    return tuple(name for name in frames.policies if name in chosen)


def file_name(name: str, view: View) -> str:
    """Return a picture's file name without ending, which differs between views."""
    parts = [
        name,
        f"by-{view.by}" if view.by else "",
        f"over-{view.over}" if view.over else "",
        f"versus-{slug(view.versus)}" if view.versus else "",
        *(slug(policy) for policy in view.policies),
    ]
    return "-".join(part for part in parts if part)[:120]


def _known(kind: str, name: str, choices: Sequence[str]) -> None:
    if name in choices:
        return
    near = difflib.get_close_matches(name, choices)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose from {', '.join(choices)}"
    raise CommandError(f"no {kind} '{name}' in these results; {hint}")


def caption_text(frames: Frames, view: View, band: str, units: Sequence[str] = ()) -> str:
    """Return the caption of a picture: its replications and the kind of its intervals.

    Parameters
    ----------
    frames : Frames
    view : View
    band : str
        How intervals are drawn, such as ``band: pointwise 95% interval``.
    units : sequence of str
        Of the measures that are drawn.
    """
    n = frames.monthly["replication"].n_unique()
    if n < 2:
        return "One replication: no intervals."
    kind = "Newcombe" if view.versus else "Wilson"
    how = f"{kind}'s, of a yes or no" if units and set(units) == {YES_NO} else "Student t"
    if view.versus:
        return f"Mean paired difference over {n} replications; {band} ({how})."
    return f"Mean of {n} replications; {band} ({how})."


def refuse_versus(name: str, view: View) -> None:
    """Check that a view does not ask for differences.

    Raises
    ------
    CommandError
        If it asks for differences.
    """
    if view.versus:
        raise CommandError(f"{name} cannot be drawn as a difference: leave out --versus")
