"""Search over all plausible worlds: each replication lies in a world of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.errors import CommandError
from sim.scenario.plausible import beliefs_of
from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.variations import Variations
from sim.studies.robust.draws import SEED, Draws

__all__ = ["Worlds", "worlds_of"]

STAGES, APART = 4, 1_000_000
"""Stages with random numbers of their own, and how far apart their replications are numbered."""


@dataclass
class Worlds:
    """Gives the world of each replication, the same for all candidates.

    Attributes
    ----------
    draws : Draws
        The sequence of plausible worlds.
    """

    draws: Draws
    _known: dict[int, Mapping[str, Scalar]] = field(default_factory=dict)

    def __call__(self, replication: int) -> Mapping[str, Scalar]:
        """Return what is set in the world of a replication.

        No two stages share a world: they take turns along the sequence, so that the worlds of each
        are spread over all that is plausible.
        """
        if replication not in self._known:
            stage, number = divmod(replication, APART)
            place = STAGES * number + stage
            self.draws.first(place + 1)
            row = self.draws.rows[place]
            self._known[replication] = {path: x for path, x in row.items() if path != SEED}
        return self._known[replication]


def worlds_of(variations: Variations) -> Worlds:
    """Return the plausible worlds of a scenario.

    Raises
    ------
    CommandError
        If nothing is uncertain; or if figures are known, which here would not be held to.
    """
    base = variations.base
    if base.known:
        raise CommandError(
            "known: sim best --robust takes all plausible worlds alike, and would not set aside "
            "those that contradict these figures; leave them out, or search without --robust"
        )
    beliefs = beliefs_of(base)
    if not beliefs.ranges:
        raise CommandError("nothing in this scenario is uncertain; see: sim explain beliefs")
    return Worlds(Draws(variations, beliefs, base.seed))
