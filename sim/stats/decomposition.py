"""Take the difference between a policy and its reference apart: choosing, favours, interaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.measures.policy_names import PolicyName
from sim.scenario.schema.favours import favours_of
from sim.scenario.schema.policies import Policy
from sim.stats.intervals import Difference, difference

__all__ = ["Decomposition", "Part", "controls_of", "decomposed", "decomposed_by"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a difference.

    Attributes
    ----------
    name : str
        Of a favour; ``rest``, what everybody gets; or ``interaction``.
    difference : Difference
        Paired over replications, in the measure's unit.
    """

    name: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A difference in one measure and its parts.

    Attributes
    ----------
    whole : Difference
        The policy less its reference.
    parts : tuple of Part
        They add up to the whole, replication by replication.
    selection : Difference or None
        The policy less its placebo, which is the same for as many people chosen at random: what
        choosing these people adds. It cuts across the parts. None where there is no placebo.
    """

    whole: Difference
    parts: tuple[Part, ...]
    selection: Difference | None

    def named(self) -> Iterator[tuple[str, Difference]]:
        """Yield ``whole``, ``selection`` if there is one, and the parts, each with its name."""
        yield "whole", self.whole
        if self.selection is not None:
            yield "selection", self.selection
        yield from ((part.name, part.difference) for part in self.parts)


def controls_of(policy: str, declared: Policy) -> dict[str, str]:
    """Return the policies that show each part of what a policy does.

    Returns
    -------
    dict of str to str
        By what is on: each favour alone, ``bare`` with none, and ``placebo`` where there is one.
        Empty for a policy that gives nobody a favour, which has no parts.
    """
    favours = favours_of(declared)
    if not favours:
        return {}
    found = {
        name: str(PolicyName(policy, without=tuple(sorted(set(favours) - {name}))))
        for name in favours
    }
    found["bare"] = str(PolicyName(policy, without=tuple(sorted(favours))))
    if declared.targets() and declared.python is None:
        found["placebo"] = str(PolicyName(policy, "load"))
    return found


def decomposed_by(
    values: Mapping[str, Sequence[float]],
    policy: str,
    reference: str,
    controls: Mapping[str, str],
) -> Decomposition:
    """Take a difference in one measure apart, by runs.

    Parameters
    ----------
    values : mapping of str to sequence of float
        By policy: one value for each replication, in the same order.
    policy, reference : str
    controls : mapping of str to str
        As of `controls_of`, not empty.
    """
    alone = {name: values[run] for name, run in controls.items() if name not in ("bare", "placebo")}
    placebo = values[controls["placebo"]] if "placebo" in controls else None
    return decomposed(values[policy], values[reference], values[controls["bare"]], alone, placebo)


def decomposed(
    policy: Sequence[float],
    reference: Sequence[float],
    bare: Sequence[float],
    alone: Mapping[str, Sequence[float]],
    placebo: Sequence[float] | None,
) -> Decomposition:
    """Take a difference in one measure apart.

    Each favour counts for what it does alone; what several do only together, or undo, is the
    interaction, which is shown and never folded into a part. It is 0 for a single favour.

    Parameters
    ----------
    policy, reference : sequence of float
        The measure under each, one value for each replication in the same order.
    bare : sequence of float
        Under the policy without any of its favours.
    alone : mapping of str to sequence of float
        Under the policy with one favour alone, by favour.
    placebo : sequence of float or None
        Under the policy's placebo.

    Raises
    ------
    ValueError
        If lengths differ.
    """
    base, full = np.asarray(bare, float), np.asarray(policy, float)
    effects = {name: np.asarray(values, float) - base for name, values in alone.items()}
    together = full - base - sum(effects.values(), np.zeros_like(base))
    parts = {"rest": base - np.asarray(reference, float), **effects}
    if len(effects) > 1:
        parts["interaction"] = together
    return Decomposition(
        difference(full.tolist(), list(reference)),
        tuple(Part(name, _over_runs(values)) for name, values in parts.items()),
        None if placebo is None else difference(full.tolist(), list(placebo)),
    )


def _over_runs(values: Floats) -> Difference:
    return difference(values.tolist(), [0.0] * values.size)
