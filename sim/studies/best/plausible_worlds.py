"""Search over all plausible worlds: each replication lies in a world of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.errors import CommandError
from sim.scenario.plausible import Beliefs, beliefs_of
from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.variations import Variations
from sim.studies.robust.draws import SEED, Draws

__all__ = ["Worlds", "worlds_of"]

APART = 1_000_000
"""How far apart the replications of the stages are numbered, which have worlds of their own."""


@dataclass
class Worlds:
    """Gives the world of each replication, the same for all candidates.

    Attributes
    ----------
    variations : Variations
        Makes the scenario of each world.
    beliefs : Beliefs
    seed : int
        The scenario's.
    stages : dict of int to Draws
        The sequence of each stage that was asked for.
    """

    variations: Variations
    beliefs: Beliefs
    seed: int
    stages: dict[int, Draws] = field(default_factory=dict)

    def __call__(self, replication: int) -> Mapping[str, Scalar]:
        """Return what is set in the world of a replication.

        Each stage has a sequence of its own. Were they to take turns along one, a stage would lie
        in one half of a range: the last digit of a place in a Sobol sequence says which half.
        """
        stage, number = divmod(replication, APART)
        if stage not in self.stages:
            self.stages[stage] = Draws(self.variations, self.beliefs, self.seed, number=stage)
        draws = self.stages[stage]
        draws.first(number + 1)
        return {path: x for path, x in draws.rows[number].items() if path != SEED}


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
    return Worlds(variations, beliefs, base.seed)
