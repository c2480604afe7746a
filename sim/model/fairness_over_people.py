"""Reduce the people of a run to measures of fairness: of treatment, of outcomes, of chances."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.measures.fairness_measures import FAIRNESS, FOUR_FIFTHS, QUANTITIES
from sim.model.events.envy import entitlement_gap
from sim.model.population.inequality import (
    atkinson,
    mean_of,
    ratio_of_extremes,
    tenth,
    theil,
    theil_by_group,
)
from sim.model.population.lorenz import gini_of_members
from sim.model.records import COMPLAINT, CUSTOMER, NEED, SILENCE, VOICES, Records, wide
from sim.model.state import World

__all__ = ["customers_of_run", "fairness_of", "quantity"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Named = Iterator[tuple[str, float]]
People = Mapping[str, npt.NDArray[Any]]

# What is read of each person here: these fields take a fifth of the memory of whole records.
_READ = (
    "decile", "discriminated", "first_tier", "gifts", "hang_ups", "joined_at", "minutes_waited",
    "privilege_months", "refusals", "remedies", "spend", "started_low", "status", "tier",
)  # fmt: skip


def customers_of_run(people: Records) -> npt.NDArray[np.bool_]:
    """Return who was a customer during the run."""
    return np.asarray(people["was_customer"] == 1)


def quantity(people: People | Records, name: str) -> Floats:
    """Return what each person bore or got over the run, by a name of `QUANTITIES`."""
    field = {"waited": "minutes_waited", "privilege": "privilege_months"}.get(name, name)
    return people[field].astype(np.float64)


def fairness_of(world: World, hour_worth: float) -> dict[str, float]:
    """Return every measure of fairness of a run that has ended; NaN where undefined.

    Parameters
    ----------
    world : World
    hour_worth : float
        What an hour of waiting is worth to people, in currency.
    """
    here = customers_of_run(world.people)
    found = dict.fromkeys(FAIRNESS, math.nan)
    if not here.any():
        return found
    people = {name: wide(world.people[name][here]) for name in _READ}
    outcomes = world.outcomes[here]
    tiers = _columns_of_tiers(world, people)
    found |= dict(_treatment(world, people))
    found |= dict(_spread(people, tiers))
    found |= dict(_chances(people, outcomes, tiers))
    found |= dict(_surplus(people, hour_worth))
    return found | dict(_discrimination(world, people))


def _columns_of_tiers(world: World, people: People) -> Integers:
    """Return the first tier of each, tiers of one name being one."""
    return np.asarray(world.tiers["column"][people["first_tier"]])


def _treatment(world: World, people: People) -> Named:
    """Yield how unequal the entitlements of the policies in force are, exactly.

    Two people are compared in each case with equal weight: a need, and a complaint that is
    justified or not. Envy is also looked for between the voices of one tier.
    """
    run = world.run[0]
    in_force = {int(run["policy"])} | ({int(run["control"])} if run["trial"] else set())
    rules = world.rules[sorted(in_force)]
    tiers = [
        tier
        for each in rules
        for tier in range(int(each["first_tier"]), int(each["last_tier"]) + 1)
    ]
    spending = people["spend"][people["spend"] > 0.0]
    spend = mean_of(spending) if len(spending) else 1.0

    def gap(phase: int, a: int, b: int, voices: tuple[int, int], justified: bool) -> float:
        return entitlement_gap(world, phase, a, voices[0], b, voices[1], justified, spend)

    voices = range(1, len(VOICES))
    across = [
        gap(COMPLAINT, tier, tier, (one, other), justified)
        for tier in tiers
        for one in voices
        for other in voices
        for justified in (True, False)
    ]
    held = {tier: float((people["tier"][_present(people)] == tier).sum()) for tier in tiers}
    everybody = sum(held.values())
    mean = most = 0.0
    for a in tiers:
        for b in tiers:
            of_complaints = [
                gap(COMPLAINT, a, b, (voice, voice), justified)
                for voice in voices
                for justified in (True, False)
            ]
            of_need = gap(NEED, a, b, (SILENCE, SILENCE), True)
            each = 0.5 * of_need + 0.5 * sum(of_complaints) / len(of_complaints)
            mean += each * held[a] * held[b]
            most = max(most, of_need, *of_complaints)
    most = max(most, *across)
    yield "treatment_gap_mean", mean / everybody**2 if everybody else math.nan
    yield "treatment_gap_most", most
    yield "envy_free", float(most == 0.0)


def _present(people: People) -> npt.NDArray[np.bool_]:
    return np.asarray(people["status"] == CUSTOMER)


def _spread(people: People, tiers: Integers) -> Named:
    for name, (_, _, better) in QUANTITIES.items():
        values = quantity(people, name)
        mean, extreme = mean_of(values), tenth(values, most=better == "down")
        between, within = theil_by_group(values, tiers)
        yield f"mean_{name}", mean
        yield f"gini_{name}", gini_of_members(values)
        yield f"theil_{name}", theil(values)
        yield f"theil_{name}_between_tiers", between
        yield f"theil_{name}_within_tiers", within
        yield f"atkinson_{name}", atkinson(values)
        yield f"tenth_{name}", extreme
        yield f"tenth_to_mean_{name}", extreme / mean if mean > 0.0 else math.nan


def _chances(people: People, outcomes: Records, tiers: Integers) -> Named:
    """Yield how chances differ between groups: as they are, and where needs and potential agree."""
    deciles, low = people["decile"], people["started_low"]
    of_start = people["joined_at"] <= 0.0
    middle = float(np.median(people["joined_at"][of_start])) if of_start.any() else 0.0
    tenure = np.where(of_start, people["joined_at"] <= middle, -1).astype(np.int64)
    groups = dict(
        zip(FOUR_FIFTHS, (deciles, tiers, tenure, (~of_start).astype(np.int64)), strict=True)
    )
    kinds = outcomes.shape[1]
    for outcome in ("resolved", "stayed"):
        if outcome == "resolved":
            had = outcomes["resolved"].astype(np.float64)
            tried = outcomes["ended"].astype(np.float64)
            strata = deciles[:, None] * kinds + np.arange(kinds)
        else:
            had = _present(people).astype(np.float64)[:, None]
            tried = np.ones_like(had)
            strata = deciles[:, None]
        for name, group in groups.items():
            told = group >= 0
            sums = [_by(group[told], each[told].sum(axis=1)) for each in (had, tried)]
            yield f"four_fifths_{outcome}_{name}", ratio_of_extremes(*sums)
        yield f"opportunity_{outcome}_tiers", _standardised(tiers, strata, had, tried)
        rates = _standardised_rates(low, strata, had, tried)
        known = len(rates) == 2 and rates[0] > 0.0
        yield (
            f"opportunity_{outcome}_late_bloomers",
            float(rates[1] / rates[0]) if known else math.nan,
        )


def _by(group: Integers, values: Floats) -> Floats:
    """Return the sum of values in each group; whole numbers, so that any order is exact."""
    return np.asarray(np.bincount(_numbered(group), weights=values), np.float64)


def _numbered(groups: Integers) -> Integers:
    """Return groups numbered from 0 in their order; they are small whole numbers, not negative."""
    there = np.bincount(groups.ravel()) > 0
    return np.asarray((np.cumsum(there) - 1)[groups])


def _standardised(group: Integers, strata: Integers, had: Floats, tried: Floats) -> float:
    rates = _standardised_rates(group, strata, had, tried)
    if len(rates) < 2 or rates.max() <= 0.0:
        return math.nan
    return float(rates.min() / rates.max())


def _standardised_rates(group: Integers, strata: Integers, had: Floats, tried: Floats) -> Floats:
    """Return each group's rate over the strata in which every group has tried.

    The rates of the strata are weighted alike in every group, by how often all tried there (direct
    standardisation). Empty if no stratum has all groups.
    """
    place, stratum = _numbered(group), _numbered(strata)
    count, many = int(place.max()) + 1, int(stratum.max()) + 1
    cell = (place[:, None] * many + stratum).ravel()
    shape = (count, many)
    got = np.bincount(cell, had.ravel(), count * many).reshape(shape)
    all_tried = np.bincount(cell, tried.ravel(), count * many).reshape(shape)
    shared = (all_tried > 0.0).all(axis=0)
    if not shared.any():
        return np.empty(0)
    weights = all_tried[:, shared].sum(axis=0)
    rates = got[:, shared] / all_tried[:, shared]
    return np.cumsum(rates * weights, axis=1)[:, -1] / np.cumsum(weights)[-1]


def _surplus(people: People, hour_worth: float) -> Named:
    values = quantity(people, "remedies") + quantity(people, "gifts")
    values -= hour_worth / 60.0 * people["minutes_waited"]
    yield "surplus_mean", mean_of(values)
    yield "surplus_tenth", tenth(values, most=False)


def _discrimination(world: World, people: People) -> Named:
    """Yield what contacts got beyond an equal share of the service."""
    run = world.run[0]
    contacts = int(run["discriminated_contacts"])
    yield "discrimination_sum", float(run["discriminated"])
    if contacts:
        squares, mean = float(run["discriminated_squares"]) / contacts, float(run["discriminated"])
        yield "discrimination_sd", math.sqrt(max(squares - (mean / contacts) ** 2, 0.0))
        yield "discrimination_tenth", tenth(people["discriminated"].copy(), most=False)
