"""How likely claims are true over all plausible worlds, drawn as `sim robust` draws them.

Each world has its own luck. Chances are of expected differences, with luck taken out by a surrogate
of the difference over the settings that are uncertain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.errors import CommandError
from sim.measures.expressions import Claim, Term, evaluated
from sim.scenario.plausible import Beliefs, beliefs_of
from sim.scenario.reading.load import variations
from sim.scenario.schema.scenario import Scenario
from sim.stats.practical_size import PracticalSizes
from sim.studies.robust.decision import Decision, decision_of
from sim.studies.robust.draws import Draws
from sim.studies.robust.turning import shares_of

__all__ = ["LEAST_WORLDS", "RUNS", "OverWorlds", "PlausibleWorlds", "judged_over", "worlds_of"]

Floats = npt.NDArray[np.float64]

LEAST_WORLDS = 32
"""Fewest worlds of which anything can be said."""

RUNS = 2
"""Runs of each policy in each world: they say how much is luck."""

_ENDS = (0.05, 0.5, 0.95)
_DECIDES = 0.05  # of the variance over worlds: settings that decide less are not named
_NAMED = 3


@dataclass(frozen=True, slots=True)
class PlausibleWorlds:
    """Worlds drawn from all that is assumed in a scenario.

    Attributes
    ----------
    beliefs : Beliefs
    shares : array of float, shape (worlds, settings)
        How far up its range each setting lies.
    scenarios : tuple of Scenario
    """

    beliefs: Beliefs = field(repr=False)
    shares: Floats = field(repr=False)
    scenarios: tuple[Scenario, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OverWorlds:
    """What is found of a claim over plausible worlds.

    Attributes
    ----------
    worlds : int
        In which the difference has a value.
    true : float
        Chance that the expected difference lies on the claimed side of 0; NaN with too few worlds.
    error : float
        One standard error of it.
    negligible : float or None
        Chance that it lies within the practical size; None where the claim has none.
    ends : tuple of float
        Its quantiles at 5%, 50% and 95%, left less right.
    settings : tuple of (str, float)
        What decides it: the settings with the largest shares of its variance over worlds, total.
    """

    worlds: int
    true: float
    error: float
    negligible: float | None
    ends: tuple[float, float, float]
    settings: tuple[tuple[str, float], ...]


def worlds_of(scenario: Scenario, count: int) -> PlausibleWorlds:
    """Draw plausible worlds of a scenario; more of them begin with the fewer.

    Raises
    ------
    CommandError
        If nothing in it is uncertain, or if it says what is known, which only `sim robust` heeds.
    """
    if scenario.known:
        rule = "claims over worlds do not heed what is known yet; use sim robust, or leave it out"
        raise CommandError(f"known: {rule}")
    beliefs = beliefs_of(scenario)
    if not beliefs.ranges:
        raise CommandError(f"{scenario.name}: nothing is uncertain; see: sim explain beliefs")
    source = variations(scenario)
    shares, design = Draws(source, beliefs, scenario.seed).first(count)
    drawn = tuple(source.at(row) for row in design.points.iter_rows(named=True))
    return PlausibleWorlds(beliefs, shares, drawn)


def judged_over(
    claim: Claim,
    worlds: PlausibleWorlds,
    values: Sequence[Mapping[Term, Sequence[float]]],
    sizes: PracticalSizes,
) -> OverWorlds:
    """Judge a claim over worlds.

    Parameters
    ----------
    claim : Claim
    worlds : PlausibleWorlds
    values : sequence of mapping
        For each world the values of the claim's terms, `RUNS` of each.
    sizes : PracticalSizes
    """
    differences = np.array([_differences(claim, one) for one in values])
    there = np.isfinite(differences).all(axis=1)
    if there.sum() < LEAST_WORLDS // 2:
        nan = float("nan")
        return OverWorlds(int(there.sum()), nan, nan, None, (nan, nan, nan), ())
    shares, runs = worlds.shares[there], differences[there]
    with threadpool_limits(1):  # the sums of several threads are not the same every time
        decision = decision_of(shares, np.stack([np.zeros_like(runs), runs], axis=1))
        settings = _deciding(decision, worlds.beliefs)
    samples = decision.samples[:, :, 1]
    claimed = samples > 0 if claim.sign == ">" else samples < 0
    true, error = decision.share(claimed.mean(axis=0))
    worth = sizes.of(claim, _pooled(claim, values))
    small = None if worth is None else float((np.abs(samples) < worth).mean())
    low, middle, high = (float(one) for one in np.quantile(samples, _ENDS))
    return OverWorlds(len(runs), true, error, small, (low, middle, high), settings)


def _differences(claim: Claim, values: Mapping[Term, Sequence[float]]) -> list[float]:
    """Return left less right, run by run."""
    terms = claim.terms()
    rows = (
        dict(zip(terms, row, strict=True))
        for row in zip(*(values[term] for term in terms), strict=True)
    )
    return [evaluated(claim.left, row) - evaluated(claim.right, row) for row in rows]


def _pooled(
    claim: Claim, values: Sequence[Mapping[Term, Sequence[float]]]
) -> dict[Term, list[float]]:
    return {term: [value for one in values for value in one[term]] for term in claim.terms()}


def _deciding(decision: Decision, beliefs: Beliefs) -> tuple[tuple[str, float], ...]:
    """Return the settings that decide a difference, with their total shares, the largest first."""
    (surrogate,) = decision.surrogates
    found = shares_of(surrogate, len(beliefs.ranges))
    if found is None:
        return ()
    order = np.argsort(-found.total, kind="stable")[:_NAMED]
    return tuple(
        (beliefs.paths[found.settings[one]], float(found.total[one]))
        for one in order
        if found.total[one] >= _DECIDES
    )
