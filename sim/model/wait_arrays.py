"""How long people wait for each kind of contact at each pool, and what pools tell who waits."""

from __future__ import annotations

import math

import numpy as np

from sim.core.ieee import on_grid
from sim.model.desk_arrays import kind_names, set_distribution
from sim.model.population.customer_file import CustomerFile
from sim.model.records import BY_LAST, BY_QUEUE, ON_ANNOUNCED, ON_ELAPSED, WAIT, Records
from sim.scenario.schema.distributions import UNLIMITED, Distribution, PatienceLaw
from sim.scenario.schema.needs_and_desk import Desk, Need, Pool
from sim.scenario.schema.people import Patience, People
from sim.scenario.schema.scenario import Scenario

__all__ = ["announcing", "build_waits", "mean_patience"]

_NEVER = 1e9  # minutes; what switches off that waits are felt, wherever they are


def build_waits(scenario: Scenario, desk: Desk, samples: list[float]) -> Records:
    """Return the laws of patience and tolerable waits: records of WAIT, kinds x pools.

    A need's own goes before the pool's, and the pool's before that of all people.

    Parameters
    ----------
    scenario : Scenario
    desk : Desk
        The scenario's, with the pools that policies form.
    samples : list of float
        The values of empirical laws so far; those of patience are put behind them.
    """
    needs = {need.name: need for need in scenario.needs}
    kinds = kind_names(scenario)
    waits = np.zeros((len(kinds), len(desk.pools)), WAIT)
    for row, kind in zip(waits, kinds, strict=True):
        for record, pool in zip(row, desk.pools.values(), strict=True):
            given: list[Need | Pool] = [needs[kind], pool] if kind in needs else [pool]
            laws = [one.patience_minutes for one in given if one.patience_minutes is not None]
            _set_patience(record, laws[0] if laws else scenario.people.patience_minutes, samples)
            waited = [one.tolerable_wait_minutes for one in given]
            record["tolerable"] = _tolerable(scenario, *(one for one in waited if one is not None))
    return waits


def _set_patience(
    record: np.void, law: PatienceLaw | Patience | None, samples: list[float]
) -> None:
    """Write a law of minutes of its own, or one of mean 1 about the person's patience."""
    if isinstance(law, PatienceLaw):
        record["own"], record["unlimited"] = 1, law.law == UNLIMITED
        if law.law != UNLIMITED:
            set_distribution(record, law, samples)
    elif law is not None:
        set_distribution(record, _attempt(law), samples)


def _attempt(people: Patience) -> Distribution:
    spread = {} if people.attempt_cv is None else {"cv": people.attempt_cv}
    return Distribution(law=people.attempt_law, mean=1.0, **spread)


def _tolerable(scenario: Scenario, *given: float) -> float:
    everywhere = scenario.behaviour.perception.tolerable_wait_minutes
    return given[0] if given and everywhere < _NEVER else everywhere


def announcing(pools: Records, scenario: Scenario, desk: Desk) -> Records:
    """Return the pools with what they announce and offer."""
    for record, (name, pool) in zip(pools, desk.pools.items(), strict=True):
        record["last_wait"] = -1.0
        if pool.announce is not None:
            record["announces"] = {"queue": BY_QUEUE, "last": BY_LAST}[pool.announce.estimate]
            record["announced_handling"] = pool.announce.handling_minutes or _mean_handling(
                scenario, name
            )
        if pool.callback_offer is not None:
            when = {"announced": ON_ANNOUNCED, "elapsed": ON_ELAPSED}
            record["offers"] = when[pool.callback_offer.when]
            record["offer_minutes"] = on_grid(pool.callback_offer.minutes)
    return pools


def _mean_handling(scenario: Scenario, pool: str) -> float:
    """Return the mean handling time of the needs that a pool serves, by their shares.

    Where it serves none, that of the other contacts that it serves; else that of all needs.
    """
    servers, desk = scenario.servers(), scenario.desk
    needs = [(need.share, need.minutes.mean) for need in scenario.needs]
    served = [
        each for each, need in zip(needs, scenario.needs, strict=True) if servers[need.name] == pool
    ]
    others = {"enquiry": desk.enquiry_minutes.mean, "complaint": desk.complaint_minutes.mean}
    rest = [(1.0, mean) for kind, mean in others.items() if servers[kind] == pool]
    weighed = next(each for each in (served, rest, needs) if sum(share for share, _ in each) > 0.0)
    return math.fsum(w * mean for w, mean in weighed) / math.fsum(w for w, _ in weighed)


def mean_patience(people: People, file: CustomerFile | None) -> float:
    """Return the mean patience of people in minutes; 0 where it says nothing of who is patient.

    That is where patience is unlimited or nobody has any. Of a customer file's column it is the
    mean of its values.
    """
    values = None if file is None else file.traits.get("patience_minutes")
    if values is not None:
        return math.fsum(values) / len(values)
    return 0.0 if people.patience_minutes is None else people.patience_minutes.mean
