"""The desk at the start: pools, agents, and the handling time of each kind of contact."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from scipy import special

from sim.core import streams
from sim.core.ieee import on_grid
from sim.core.kept import kept
from sim.core.rng import CONSTANT, EMPIRICAL, EXPONENTIAL, GAMMA, LOGNORMAL, WEIBULL, exponential
from sim.model.opening_clock import openings
from sim.model.policy_tables import PolicyTables, RegimeTables
from sim.model.records import (
    AGENT,
    HAND_ON,
    KIND,
    MONTH,
    NOBODY,
    POOL,
    POOL_HOURS,
    Integers,
    Records,
)
from sim.scenario.schema.distributions import Distribution
from sim.scenario.schema.needs_and_desk import Desk, Pool
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "build_agents",
    "build_hand_ons",
    "build_pools",
    "helping_pools",
    "hours_of_pools",
    "kind_names",
    "kinds_of_contact",
    "pool_hours",
    "pool_of",
    "seat_names",
    "set_distribution",
    "shift_hours",
    "shifts",
]

Spans = Iterator[tuple[float, float]]
Part = tuple[float, float, Opening]


def kind_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the kinds of contact in order: the needs, then enquiry, then complaint."""
    return (*(need.name for need in scenario.needs), "enquiry", "complaint")


def pool_of(scenario: Scenario, kind: str) -> int:
    """Return the pool that serves a kind: the one that names it, else the one for the rest."""
    pools = list(scenario.desk.pools.values())
    for place, pool in enumerate(pools):
        if pool.serves is not None and kind in pool.serves:
            return place
    return next(place for place, pool in enumerate(pools) if pool.serves is None)


def shifts(desk: Desk) -> list[tuple[int, int, Opening]]:
    """Return (pool, agents, hours) of every shift; a pool without shifts is one shift."""
    return list(_shifts(desk))


def _shifts(desk: Desk) -> Iterator[tuple[int, int, Opening]]:
    for place, pool in enumerate(desk.pools.values()):
        if pool.shifts:
            for shift in pool.shifts:
                yield place, shift.agents, shift.hours
        else:
            yield place, _agents(pool), pool.opening or desk.opening


def _agents(pool: Pool) -> int:
    return pool.agents or 0


MOST_SEATS_TOLD_APART = 1000
"""The most agents of a desk that have accounts of their own."""


def seat_names(tables: PolicyTables) -> tuple[str, ...]:
    """Return a name for each seat of a run whose accounts are kept, its pool's with a number.

    None are kept where agents of the same pool are all alike, or where there are too many to tell
    apart: a pool says what there is to say.
    """
    pools = [pool for regime in tables.regimes for pool in regime.own.pools.values()]
    alike = not any(map(_tells_agents_apart, pools))
    if alike or tables.agent_pools.shape[1] > MOST_SEATS_TOLD_APART:
        return ()
    names: dict[int, str] = {}
    for regime in tables.regimes:
        for seat, pool in zip(regime.agents, _pools_of_seats(regime.own), strict=True):
            number = 1 + sum(name.rpartition("-")[0] == pool for name in names.values())
            names.setdefault(seat, f"{pool}-{number}")
    return tuple(names[seat] for seat in sorted(names))


def _pools_of_seats(desk: Desk) -> list[str]:
    names = list(desk.pools)
    return [names[pool] for pool, size, _ in shifts(desk) for _ in range(size)]


def _tells_agents_apart(pool: Pool) -> bool:
    return any((pool.speed_cv, pool.quality_sd, pool.shrinkage, pool.breaks.share))


def build_pools(desk: Desk) -> Records:
    """Return the pools; a queue without a limit has limit -1, no overflow is pool -1."""
    names = list(desk.pools)
    pools = np.zeros(len(names), POOL)
    for record, pool in zip(pools, desk.pools.values(), strict=True):
        record["wage"] = pool.wage_per_hour
        record["concurrency"] = pool.concurrency
        record["queue_limit"] = NOBODY if pool.queue_limit is None else pool.queue_limit
        record["overflow"] = NOBODY if pool.overflow is None else names.index(pool.overflow)
        record["overflow_minutes"] = (
            math.inf if pool.overflow_minutes is None else on_grid(pool.overflow_minutes)
        )
        record["keeps_overnight"] = pool.keeps_overnight
        record["exists"] = 1
        record["speed_cv"], record["quality_sd"] = pool.speed_cv, pool.quality_sd
        record["shrinkage"], record["shrinkage_paid"] = pool.shrinkage, pool.shrinkage_paid
        record["break_share"] = pool.breaks.share
        record["break_minutes"] = on_grid(pool.breaks.minutes)
        record["hand_over_minutes"] = (
            NOBODY if pool.hand_over_minutes is None else on_grid(pool.hand_over_minutes)
        )
    return pools


def build_agents(
    desk: Desk, key: int, morale: float, months_here: float, numbers: Sequence[int] | None = None
) -> Records:
    """Return the agents by pool and shift, at rest.

    Parameters
    ----------
    desk : Desk
    key : int
        The replication's.
    morale : float
        At the start, 0 to 1.
    months_here : float
        Mean experience at the start, drawn exponential for each.
    numbers : sequence of int, optional
        Of each agent in the run, for draws: in order from 0 unless given.
    """
    spans = shifts(desk)
    agents = np.zeros(sum(size for _, size, _ in spans), AGENT)
    agents["pool"] = np.repeat([pool for pool, _, _ in spans], [size for _, size, _ in spans])
    agents["shift"] = np.repeat(np.arange(len(spans)), [size for _, size, _ in spans])
    agents["home"] = agents["pool"]
    agents["morale"] = morale
    agents["present"] = agents["seated"] = 1
    agents["own_time"] = 1.0
    agents["break_due"] = agents["break_ends"] = math.inf
    for a, agent in zip(numbers or range(len(agents)), agents, strict=True):
        months = months_here * exponential(key, streams.EXPERIENCE, a, 0)
        agent["trained_since"] = -on_grid(months * MONTH)
    return agents


def kinds_of_contact(scenario: Scenario) -> tuple[Records, list[float]]:
    """Return the kinds of contact, and the samples of their empirical handling times."""
    desk = scenario.desk
    laws = [*(n.minutes for n in scenario.needs), desk.enquiry_minutes, desk.complaint_minutes]
    kinds, samples = np.zeros(len(laws), KIND), list[float]()
    for kind, law, name in zip(kinds, laws, kind_names(scenario), strict=True):
        set_distribution(kind, law, samples)
        kind["pool"] = pool_of(scenario, name)
    needs = kinds[: len(scenario.needs)]
    needs["share_to"] = np.cumsum([need.share for need in scenario.needs])
    needs["resolved"] = [need.resolved for need in scenario.needs]
    needs["fault"] = [need.product_fault for need in scenario.needs]
    needs["is_return"] = [need.is_return for need in scenario.needs]
    needs["cost"] = [need.cost for need in scenario.needs]
    kinds["resolved"][len(needs)] = desk.enquiry_resolved
    return kinds, samples


def build_hand_ons(scenario: Scenario, desk: Desk, samples: list[float]) -> Records:
    """Return what each pool hands on of each kind: records of HAND_ON, kinds x pools.

    Parameters
    ----------
    scenario : Scenario
    desk : Desk
        The scenario's, with the pools that policies form.
    samples : list of float
        The values of empirical laws so far; those of second lines are put behind them.
    """
    names, kinds = list(desk.pools), kind_names(scenario)
    own = scenario.desk
    laws = [*(n.minutes for n in scenario.needs), own.enquiry_minutes, own.complaint_minutes]
    found = np.zeros((len(kinds), len(names)), HAND_ON)
    for place, pool in enumerate(desk.pools.values()):
        way = pool.hands_on_to
        for kind, law, record in zip(kinds, laws, found[:, place], strict=True):
            if way is not None and (way.needs is None or kind in way.needs):
                record["share"], record["pool"] = way.share, names.index(way.pool)
                set_distribution(record, way.minutes or law, samples)
    return found


def set_distribution(record: np.void, law: Distribution, samples: list[float]) -> None:
    """Write a law into the fields of `DISTRIBUTION`, and its values behind the samples so far."""
    values = sorted(law.values or ())
    record["start"], record["size"] = len(samples), len(values)
    record["kind"], record["parameter"], record["scale"] = _law(law)
    samples += values


def _law(law: Distribution) -> tuple[int, float, float]:
    mean, cv = law.mean or 0.0, law.cv or 0.0
    if law.law == "empirical":
        return EMPIRICAL, 0.0, 0.0
    if law.law == "exponential":
        return EXPONENTIAL, mean, 0.0
    if law.law == "constant" or cv == 0.0:
        return CONSTANT, mean, 0.0
    if law.law == "gamma":
        return GAMMA, cv**-2, mean * cv**2
    if law.law == "weibull":
        shape = _weibull_shape(cv)
        return WEIBULL, shape, mean / float(special.gamma(1.0 + 1.0 / shape))
    sigma = math.sqrt(math.log1p(cv * cv))
    return LOGNORMAL, math.log(mean) - 0.5 * sigma * sigma, sigma


def _weibull_shape(cv: float) -> float:
    """Return the shape whose coefficient of variation is cv (Johnson, Kotz & Balakrishnan 1994)."""
    from scipy import optimize  # a tenth of a second that few scenarios need

    def excess(log_shape: float) -> float:
        x = math.exp(-log_shape)
        return float(special.gammaln(1 + 2 * x) - 2 * special.gammaln(1 + x)) - math.log1p(cv * cv)

    # Rounded, so that the last bits of a library's special function do not change results.
    return round(math.exp(float(optimize.brentq(excess, -4.0, 8.0, xtol=1e-13))), 9)


def shift_hours(tables: PolicyTables, months: int) -> list[Spans]:
    """Return the (start, end) of each shift of the run, in order."""
    count = 1 + max((shift for regime in tables.regimes for shift in regime.shifts), default=-1)
    parts: list[list[Part]] = [[] for _ in range(count)]
    for regime, since, until in spans_of_regimes(tables, months):
        for shift, (_, _, hours) in zip(regime.shifts, shifts(regime.own), strict=True):
            parts[shift].append((since, until, hours))
    return [iter(hours_in_turn(tuple(theirs))) for theirs in parts]


def spans_of_regimes(
    tables: PolicyTables, months: int
) -> Iterator[tuple[RegimeTables, float, float]]:
    """Yield each regime with the minutes at which it begins and ends."""
    ends = [*(regime.since for regime in tables.regimes[1:]), months]
    for regime, until in zip(tables.regimes, ends, strict=True):
        yield regime, regime.since * MONTH, until * MONTH


def pool_hours(tables: PolicyTables, months: int) -> list[Spans]:
    """Return the (opening, closing) of each pool, in order: while any of its shifts is on."""
    parts: list[list[Part]] = [[] for _ in tables.desk.pools]
    stays = [*(regime.exists for regime in tables.regimes[1:]), [True] * len(parts)]
    for place, (regime, since, until) in enumerate(spans_of_regimes(tables, months)):
        for pool, _, hours in shifts(regime.desk):
            if regime.exists[pool]:
                # One that goes closes a minute later, when its queue has moved.
                parts[pool].append((since, until + (not stays[place][pool]), hours))
    return [iter(hours_in_turn(tuple(theirs))) for theirs in parts]


def helping_pools(desk: Desk) -> tuple[list[list[int]], list[list[int]]]:
    """Return for each pool the pools that it helps, and those that help it."""
    names = list(desk.pools)
    helps = [[names.index(other) for other in pool.helps] for pool in desk.pools.values()]
    helpers = [[p for p, theirs in enumerate(helps) if q in theirs] for q in range(len(names))]
    return helps, helpers


# Plausible worlds and policies of a scenario open alike, and a pool as its only shift is on.
@lru_cache(maxsize=256)
def hours_in_turn(parts: tuple[Part, ...]) -> tuple[tuple[float, float], ...]:
    """Return the (start, end) of hours that differ by stretch, joined where they touch.

    Parameters
    ----------
    parts : tuple of (since, until, Opening)
        In order; each counts from its first to its last minute.
    """
    spans = [
        (max(begins, since), min(ends, until))
        for since, until, opening in parts
        for begins, ends in openings(opening, until, since)
        if ends > since
    ]
    return tuple(_joined(sorted(spans)))


@kept(64)
def hours_of_pools(tables: PolicyTables, months: int) -> tuple[Records, Integers]:
    """Return the hours of all pools as POOL_HOURS, and where each pool's begin in them."""
    spans = [list(theirs) for theirs in pool_hours(tables, months)]
    starts = np.concatenate([[0], np.cumsum([len(theirs) for theirs in spans])]).astype(np.int64)
    hours = np.zeros(starts[-1], POOL_HOURS)
    for first, theirs in zip(starts, spans, strict=False):
        begins, ends = np.array(theirs).reshape(-1, 2).T
        of_pool = hours[first : first + len(theirs)]
        of_pool["begins"], of_pool["ends"] = begins, ends
        of_pool["opened_before"][1:] = np.cumsum(ends - begins)[:-1]
    return hours, starts


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for begins, ends in spans:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined
