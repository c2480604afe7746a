"""What the runs of all draws say, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.measures.definitions import MEASURES
from sim.report.kit.number_format import few_digits
from sim.scenario.plausible import Beliefs
from sim.scenario.ranges import Range
from sim.stats.practical_size import worth_or_share
from sim.studies.robust.decision import (
    Decision,
    best_alike,
    decision_of,
    evppi_of_group,
    evppi_of_setting,
)
from sim.studies.robust.known import quantile
from sim.studies.robust.turning import Region, regions_of, shares_of

__all__ = ["TABLES", "Findings", "find", "is_more_better"]

Floats = npt.NDArray[np.float64]

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

TABLES = ("policies", "differences", "settings", "groups", "regions", "draws")
"""The tables of findings."""


@dataclass(frozen=True)
class Findings:
    """What is found for one measure.

    Attributes
    ----------
    measure : str
    worth : float
        What is too small to care about, in the measure's unit.
    worth_said : bool
        Whether the scenario says it.
    best : str
        The policy to choose with what is known now.
    rival : str
        The policy that is next.
    evpi, evpi_error : float
        What knowing everything but luck would be worth.
    evpi_alike : float
        What that would seem worth between policies that are alike, from as many draws and runs.
    policies : polars.DataFrame
        measure, policy, chance_best, error, chance_within_worth, mean_difference, expected_regret,
        regret_95, worst_regret.
    differences : polars.DataFrame
        measure, policy, versus, unit, mean, p5, p25, p50, p75, p95, chance_more, chance_negligible:
        how the expected difference is spread over plausible worlds.
    settings : polars.DataFrame
        measure, setting, group, own, low, high, basis, likely_low, likely_high (90% of the worlds
        that agree with what is known), first, total, evppi, error, best_if_low, best_if_high.
    groups : polars.DataFrame
        measure, group, settings, evppi, error.
    regions : polars.DataFrame
        measure, region, policy, worlds, right, gain.
    draws : polars.DataFrame
        measure, draw, weight, policy, expected_difference, chance_best, regret.
    rest, luck : float
        Share of the variance between worlds of best less rival that no single setting explains, and
        the luck of a single run beside it; NaN where they do not differ.
    """

    measure: str
    worth: float
    worth_said: bool
    best: str
    rival: str
    evpi: float
    evpi_error: float
    evpi_alike: float
    policies: pl.DataFrame
    differences: pl.DataFrame
    settings: pl.DataFrame
    groups: pl.DataFrame
    regions: pl.DataFrame
    draws: pl.DataFrame
    rest: float
    luck: float


def find(
    measure: str,
    policies: Sequence[str],
    beliefs: Beliefs,
    shares: Floats,
    runs: Floats,
    worth: dict[str, float],
    weights: Floats | None = None,
) -> Findings:
    """Analyse one measure.

    Parameters
    ----------
    measure : str
    policies : sequence of str
    beliefs : Beliefs
    shares : array of float, shape (draws, settings)
    runs : array of float, shape (draws, policies, runs)
    worth : dict of str to float
        What the scenario says is too small to care about.
    weights : array of float, shape (draws,), optional
        How plausible each draw is.
    """
    larger = is_more_better(measure)
    size, is_said = worth_or_share(worth, measure, float(runs[:, 0].mean()))
    size = size or 0.0
    decision = decision_of(shares, runs, weights, larger=larger)
    sign = 1.0 if larger else -1.0
    order = np.argsort(-decision.means, kind="stable")
    best, rival = int(order[0]), int(order[1])
    turning = _of_pair(shares, runs, best, rival, decision.weights)
    evpi = decision.evpi()
    gains = sign * (runs - runs[:, :1])
    settings = _settings(measure, policies, beliefs, shares, gains, decision, turning)
    rest, luck = (turning[1], turning[2]) if turning else (float("nan"), float("nan"))
    return Findings(
        measure=measure,
        worth=size,
        worth_said=is_said,
        best=policies[best],
        rival=policies[rival],
        evpi=evpi.value,
        evpi_error=evpi.error,
        evpi_alike=best_alike(shares, decision, runs.shape[2]),
        policies=_policies(measure, policies, decision, size, sign),
        differences=_differences(measure, policies, decision, size, sign),
        settings=settings,
        groups=_groups(measure, beliefs, shares, gains, decision),
        regions=_regions(measure, policies, beliefs, regions_of(shares, decision)),
        draws=_draws(measure, policies, decision, sign),
        rest=rest,
        luck=luck,
    )


def is_more_better(measure: str) -> bool:
    """Tell whether the company would rather have more of a measure."""
    return measure not in MEASURES or MEASURES[measure].direction != "down"


_Turning = tuple[dict[int, tuple[float, float]], float, float]


def _of_pair(
    shares: Floats, runs: Floats, best: int, rival: int, weights: Floats
) -> _Turning | None:
    """Return the shares of the variance of the best policy's lead, by setting; the rest; luck."""
    pair = decision_of(shares, runs[:, [rival, best]], weights)
    found = shares_of(pair.surrogates[0], shares.shape[1])
    if found is None:
        if pair.surrogates[0].rest <= 0:
            return None
        return {}, 1.0, pair.surrogates[0].luck / pair.surrogates[0].rest
    by_setting = {
        int(setting): (float(first), float(total))
        for setting, first, total in zip(found.settings, found.first, found.total, strict=True)
    }
    return by_setting, found.rest, found.luck


def _policies(
    measure: str, policies: Sequence[str], decision: Decision, worth: float, sign: float
) -> pl.DataFrame:
    chances, within = decision.best_in(), decision.best_in(worth)
    rows = []
    for place, policy in enumerate(policies):
        chance, error = decision.share(chances[:, place])
        regret = decision.regret[:, place]
        kept = decision.weights > 0
        rows.append((
            measure, policy, chance, error, decision.share(within[:, place])[0],
            sign * float(decision.means[place]), decision.share(regret)[0],
            quantile(regret, decision.weights, 0.95), float(regret[kept].max()),
        ))  # fmt: skip
    names = ["measure", "policy", "chance_best", "error", "chance_within_worth", "mean_difference",
             "expected_regret", "regret_95", "worst_regret"]  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row")


def _differences(
    measure: str, policies: Sequence[str], decision: Decision, worth: float, sign: float
) -> pl.DataFrame:
    unit = MEASURES[measure].unit if measure in MEASURES else ""
    rows = []
    for place, policy in enumerate(policies[1:], start=1):
        sampled = sign * decision.samples[:, :, place]
        weights = np.tile(decision.weights / len(sampled), len(sampled))
        flat = sampled.ravel()
        spread = [quantile(flat, weights, at) for at in _QUANTILES]
        more, small = weights @ (flat > 0), weights @ (np.abs(flat) < worth)
        mean = sign * float(decision.means[place])
        rows.append((measure, policy, policies[0], unit, mean, *spread, float(more), float(small)))
    names = ["measure", "policy", "versus", "unit", "mean", "p5", "p25", "p50", "p75", "p95",
             "chance_more", "chance_negligible"]  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row")


def _settings(
    measure: str,
    policies: Sequence[str],
    beliefs: Beliefs,
    shares: Floats,
    gains: Floats,
    decision: Decision,
    turning: _Turning | None,
) -> pl.DataFrame:
    means = gains.mean(axis=2)
    by_setting = turning[0] if turning else {}
    rows = []
    for place, one in enumerate(beliefs.ranges):
        x = shares[:, place]
        first, total = by_setting.get(place, (0.0, 0.0))
        known = evppi_of_setting(x, means, decision.weights)
        low, high = (_best_where(side, decision, policies) for side in (x < 1 / 3, x > 2 / 3))
        likely = [one.at(quantile(x, decision.weights, end)) for end in (0.05, 0.95)]
        rows.append((
            measure, one.path, one.group, one.own, one.low, one.high, one.basis, *likely,
            first, total, known.value, known.error, low, high,
        ))  # fmt: skip
    names = ["measure", "setting", "group", "own", "low", "high", "basis", "likely_low",
             "likely_high", "first", "total", "evppi", "error", "best_if_low",
             "best_if_high"]  # fmt: skip
    table = pl.DataFrame(rows, schema=names, orient="row")
    return table.sort(["total", "evppi"], descending=True, maintain_order=True)


def _best_where(inside: npt.NDArray[np.bool_], decision: Decision, policies: Sequence[str]) -> str:
    """Return the policy to choose if a setting is known to lie in a part of its range."""
    weights = np.where(inside, decision.weights, 0.0)
    if weights.sum() == 0:
        return ""
    return policies[int(np.argmax(weights @ decision.expected))]


def _groups(
    measure: str, beliefs: Beliefs, shares: Floats, gains: Floats, decision: Decision
) -> pl.DataFrame:
    members: dict[str, list[int]] = {}
    for place, one in enumerate(beliefs.ranges):
        members.setdefault(one.group, []).append(place)
    rows = []
    for group, places in members.items():
        known = evppi_of_group(shares, gains, places, decision.weights)
        rows.append((measure, group, len(places), known.value, known.error))
    names = ["measure", "group", "settings", "evppi", "error"]
    return pl.DataFrame(rows, schema=names, orient="row").sort(
        "evppi", descending=True, maintain_order=True
    )


def _regions(
    measure: str, policies: Sequence[str], beliefs: Beliefs, regions: Sequence[Region]
) -> pl.DataFrame:
    rows = [
        (measure, _bounds_text(one, beliefs.ranges), policies[one.policy],
         one.worlds, one.right, one.gain)
        for one in sorted(regions, key=lambda one: -one.worlds)
    ]  # fmt: skip
    names = ["measure", "region", "policy", "worlds", "right", "gain"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _bounds_text(region: Region, ranges: Sequence[Range]) -> str:
    """Return the bounds of a region in the settings' own units; empty if it is all there is."""
    return " and ".join(_bound(ranges[place], low, high) for place, low, high in region.bounds)


def _bound(one: Range, low: float, high: float) -> str:
    ends = [few_digits(one.at(end)) for end in (low, high)]
    if low <= 0:
        return f"{one.path} < {ends[1]}"
    return f"{one.path} > {ends[0]}" if high >= 1 else f"{ends[0]} < {one.path} < {ends[1]}"


def _draws(measure: str, policies: Sequence[str], decision: Decision, sign: float) -> pl.DataFrame:
    return pl.concat(_draws_of(measure, policies, decision, sign)).sort("draw", maintain_order=True)


def _draws_of(
    measure: str, policies: Sequence[str], decision: Decision, sign: float
) -> Iterator[pl.DataFrame]:
    chances = decision.best_in()
    for place, policy in enumerate(policies):
        yield pl.DataFrame({
            "measure": [measure] * len(chances),
            "draw": np.arange(len(chances)),
            "weight": decision.weights,
            "policy": [policy] * len(chances),
            "expected_difference": sign * decision.expected[:, place],
            "chance_best": chances[:, place],
            "regret": decision.regret[:, place],
        })  # fmt: skip
