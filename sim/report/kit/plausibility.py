"""Find what is implausible in results: pools that never rest, customers who flee, a wrong start.

The limits and the sentences are declared in `sim.measures.implausible`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

import polars as pl

from sim.measures.implausible import (
    BUSY,
    CHURN,
    HANGING_UP,
    IDLE,
    ORDER,
    OVERLOAD,
    PROMISE,
    START,
    Finding,
    Limit,
    sentences,
)
from sim.report.kit.bands import over_horizon
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.stats.intervals import Estimate, estimate

__all__ = ["implausible", "implausible_in_points"]

_FIRST_MONTHS = 3  # that the start is judged by
_FEWEST_MONTHS = 12  # of a run whose start is judged
_SETTLES = ("satisfaction_mean", "churn_rate", "wait_mean")
_ORDERS = {"class": 2, "head_start_minutes": 0.0, "pace": 1.0}


def implausible(frames: Frames, named: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return a sentence for each thing in a run's results that no company would live with.

    Parameters
    ----------
    frames : Frames
    named : callable, optional
        How to write the name of a policy or pool.

    Returns
    -------
    tuple of str
        Each with the policies, the figures, the threshold, and the keys that change it.
    """
    return tuple(sentences(_findings(frames), named))


def _findings(frames: Frames) -> Iterator[Finding]:
    yield from _of_pools(frames)
    yield from _of_policies(frames)
    yield from _without_effect(frames)
    yield from _of_the_start(frames)


def _of_pools(frames: Frames) -> Iterator[Finding]:
    """Yield pools that are too busy, too idle, or from which too many hang up."""
    table = frames.group("pool")
    utilisation = _means(table, "utilisation")
    for (policy, pool), share in utilisation.items():
        keys = _keys_of_pool(frames, policy, pool)
        work = share * _offered_per_served(table, policy, pool)
        for limit, value in ((OVERLOAD, work), (BUSY, share), (IDLE, share)):
            if limit.is_broken_by(value):
                yield Finding(limit, policy, _percent(value), (pool,), keys)
                break
    for (policy, pool), share in _means(table, "abandonment").items():
        if HANGING_UP.is_broken_by(share):
            yield Finding(HANGING_UP, policy, _percent(share), (pool,))


def _means(table: pl.DataFrame, measure: str) -> dict[tuple[str, str], float]:
    """Return the mean of a measure of each pool under each policy."""
    if measure not in table.columns:
        return {}
    rows = over_horizon(table, "pool", measure).iter_rows(named=True)
    return {(row["policy"], row["pool"]): row["mean"] for row in rows if row["mean"] is not None}


def _offered_per_served(table: pl.DataFrame, policy: str, pool: str) -> float:
    """Return how many contacts were offered for each that was served: 1 where all were."""
    if "contacts_offered" not in table.columns:
        return 1.0
    rows = table.filter(policy=policy, pool=pool)
    served, offered = (_total(rows, f"contacts_{name}") for name in ("served", "offered"))
    # Some that arrived in one month are served in the next: only more than a few are work too much.
    return offered / served if served and offered > 1.01 * served else 1.0


def _total(rows: pl.DataFrame, name: str) -> float:
    return float(rows[name].cast(pl.Float64).fill_null(0.0).sum())


def _keys_of_pool(frames: Frames, policy: str, pool: str) -> tuple[str, ...]:
    """Return the keys of a pool that a policy forms; none for one of the desk."""
    own = _mapping(_policy(frames, policy).get("pools"))
    desk = _mapping(_mapping(frames.scenario.get("desk")).get("pools"))
    return (f"policies.{policy}.pools.{pool}.agents",) if pool in own and pool not in desk else ()


def _of_policies(frames: Frames) -> Iterator[Finding]:
    """Yield policies under which too many customers leave."""
    for policy, mean in _whole(frames, CHURN.measure).items():
        if CHURN.is_broken_by(mean):
            yield Finding(CHURN, policy, _percent(mean))


def _whole(frames: Frames, measure: str) -> dict[str, float]:
    """Return the mean of a measure over the whole horizon by policy, where it is known."""
    rows = frames.summary.filter(pl.col("measure") == measure)
    means = zip(rows["policy"].to_list(), rows["mean"].to_list(), strict=True)
    return {policy: mean for policy, mean in means if mean is not None and isfinite(mean)}


def _without_effect(frames: Frames) -> Iterator[Finding]:
    """Yield promises that are always kept, and orders of service where hardly anybody waits."""
    for policy, delayed in _whole(frames, ORDER.measure).items():
        if ORDER.is_broken_by(delayed) and _orders_service(_policy(frames, policy)):
            yield Finding(ORDER, policy, _percent(delayed))
    if PROMISE.measure in frames.monthly.columns:
        for policy in frames.policies:
            kept = frames.monthly.filter(policy=policy)[PROMISE.measure].drop_nulls().drop_nans()
            if len(kept) and kept.min() == 1.0:
                yield Finding(PROMISE, policy, "100%")


def _orders_service(policy: Mapping[str, Any]) -> bool:
    """Return whether a policy serves some before others."""
    voices = _mapping(policy.get("voices")).values()
    tiers = policy.get("tiers")
    everyone = _mapping(policy.get("everyone"))
    given = [*(tiers if isinstance(tiers, list) else ()), policy.get("enquiries"), *voices]
    return any(
        _mapping(one).get(name, everyone.get(name, usual)) != everyone.get(name, usual)
        for one in given
        for name, usual in _ORDERS.items()
    )


def _of_the_start(frames: Frames) -> Iterator[Finding]:
    """Yield what drifts away from the start under the first policy, surely and by much."""
    # What changes on the way moves the later months, so the first say nothing about the start.
    if frames.months < _FEWEST_MONTHS or frames.replications < 2 or frames.scenario.get("changes"):
        return
    monthly = frames.monthly.filter(policy=frames.reference)
    moved = {
        name: _early_against_late(monthly, name, frames.months)
        for name in _SETTLES
        if name in monthly.columns
    }
    said = [
        f"{describe(name).title.lower()} {_signed(change)}"
        for name, change in moved.items()
        if START.is_surely_broken(change.low, change.high)
    ]
    if said:
        yield Finding(START, frames.reference, " and ".join(said))


def _early_against_late(monthly: pl.DataFrame, measure: str, months: int) -> Estimate:
    """Return the first months less the second half of a run, as a share of the latter's mean."""
    value = pl.col(measure).cast(pl.Float64)
    early, late = pl.col("month") <= _FIRST_MONTHS, pl.col("month") > months // 2
    runs = monthly.group_by("replication", maintain_order=True).agg(
        early=value.filter(early).mean(), late=value.filter(late).mean()
    )
    level = runs["late"].mean()
    if not isinstance(level, float) or level <= 0.0:
        return Estimate(None, None, None, 0)
    return estimate(((runs["early"] - runs["late"]) / level).drop_nulls().to_list())


def implausible_in_points(
    runs: pl.DataFrame, policies: Sequence[str], named: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Return a sentence for each thing that is implausible at some points of a sweep.

    Parameters
    ----------
    runs : polars.DataFrame
        point, policy, replication, then a column per measure.
    policies : sequence of str
        In the scenario's order.
    named : callable, optional
        How to write the name of a policy.
    """
    there = [limit for limit in (BUSY, IDLE, HANGING_UP, CHURN) if limit.measure in runs.columns]
    found = (_at_points(runs, limit, policy) for limit in there for policy in policies)
    return tuple(sentences((finding for finding in found if finding is not None), named))


def _at_points(runs: pl.DataFrame, limit: Limit, policy: str) -> Finding | None:
    value = pl.col(limit.measure).cast(pl.Float64)
    means = runs.filter(policy=policy).group_by("point").agg(value.mean())[limit.measure]
    known = [mean for mean in means.to_list() if mean is not None]
    beyond = [mean for mean in known if limit.is_broken_by(mean)]
    if not beyond:
        return None
    worst = max(beyond) if limit.most < float("inf") else min(beyond)
    figure = f"{_percent(worst)} at worst, at {len(beyond):,} of {len(known):,} points,"
    return Finding(limit, policy, figure)


def _policy(frames: Frames, name: str) -> Mapping[str, Any]:
    return _mapping(_mapping(frames.scenario.get("policies")).get(name))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _percent(share: float) -> str:
    """Write a share with enough digits to be told from the thresholds."""
    return f"{100.0 * share:.3g}%" if share < 10.0 else f"{share:,.0f} times that"


def _signed(change: Estimate) -> str:
    low, high = change.low or 0.0, change.high or 0.0
    return f"{100 * (change.mean or 0.0):+.0f}% ({100 * low:+.0f}% to {100 * high:+.0f}%)"
