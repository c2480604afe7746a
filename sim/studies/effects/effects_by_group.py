"""Reduce a replication to what each group gained, by its own treatment and by that of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.studies.effects.outcomes import OUTCOMES, Lives
from sim.studies.effects.variants import ABLATIONS, ALL_OFF, NUDGED, POLICY, REFERENCE, Ran, fold_of

__all__ = [
    "GAINED",
    "NEWCOMER",
    "PARTS",
    "WHOLE",
    "Sums",
    "add_replication",
    "groups_of",
    "treated_apart",
]

Floats = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]
Key = tuple[str, ...]

WHOLE = "whole"
PARTS = ("own", "others", *ABLATIONS, "rest", "interaction")
"""`own` and `others` add up to the whole; the ways, the rest and the interaction to `others`."""
GAINED = ("mean", "gained", "lost", "gained_by_chance", "lost_by_chance")

NEWCOMER = "newcomer"
_BY_POTENTIAL = (
    *("lowest fifth", "second fifth", "third fifth", "fourth fifth"),
    *("next tenth", "top tenth"),
)
_TENURES = ((0.0, 12.0, "under a year"), (12.0, 60.0, "1 to 5 years"), (60.0, np.inf, "5 years on"))


_KEPT = ("effects", "parts", "people")


@dataclass(slots=True)
class Sums:
    """What replications gave so far, one number each: as long as there are replications, no more.

    Attributes
    ----------
    effects : mapping of (outcome, grouping, group, what) to list
        `what` is one of `GAINED`.
    parts : mapping of (outcome, grouping, group, part) to list
    people : mapping of (grouping, group) to list
        How many there were.
    """

    effects: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    people: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))

    def as_data(self) -> dict[str, list[Any]]:
        """Return everything as plain data."""
        return {name: list(getattr(self, name).items()) for name in _KEPT}

    def add(self, data: Mapping[str, Sequence[Any]]) -> None:
        """Add what other replications gave, as `as_data` has it."""
        for name in _KEPT:
            for key, values in data[name]:
                getattr(self, name)[tuple(key)].extend(values)


def add_replication(
    sums: Sums, ran: Mapping[str, Ran], tiers: Sequence[str], folds: Sequence[int], in_all: int
) -> None:
    """Add what a replication gave.

    Parameters
    ----------
    sums : Sums
        Added to.
    ran : mapping of str to Ran
        By name of the variant.
    tiers : sequence of str
        Those of the policy, from the top.
    folds : sequence of int
        Those that were kept out, one after the other; none if nothing is taken apart.
    in_all : int
        Into how many folds people are divided.
    """
    policy, reference, nudged = (ran[name].lives for name in (POLICY, REFERENCE, NUDGED))
    for (grouping, group), chosen in groups_of(policy, reference, tiers).items():
        sums.people[grouping, group].append(float(chosen.sum()))
        for outcome in OUTCOMES:
            found = _gained(outcome, policy[chosen], reference[chosen], nudged[chosen])
            for what, value in zip(GAINED, found, strict=True):
                sums.effects[outcome, grouping, group, what].append(value)
    if folds:
        _add_parts(sums, ran, tiers, treated_apart(ran, folds, in_all))


def groups_of(policy: Lives, reference: Lives, tiers: Sequence[str]) -> dict[Key, Chosen]:
    """Return who is in each group: the same persons under either policy.

    All are customers of the policy's first review, but for newcomers, who joined under both.
    """
    start = reference["cohort"] > 0
    found: dict[Key, Chosen] = {("everyone", ""): start}
    if len(tiers) > 1:
        found |= {
            ("tier", name): reference["cohort"] == place for place, name in enumerate(tiers, 1)
        }
    place_of = _by_potential(reference["decile"])
    found |= {
        ("potential", name): start & (place_of == place) for place, name in enumerate(_BY_POTENTIAL)
    }
    months = reference["tenure_months"]
    for least, most, name in _TENURES:
        found["tenure", name] = start & (months >= least) & (months < most)
    found[NEWCOMER, "joined under both"] = ~start & policy["here"] & reference["here"]
    return found


def _by_potential(decile: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the group of each decile of potential, 0 to 9: fifths, and the top one halved."""
    return np.where(decile < 8, decile // 2, decile - 4)


def _gained(outcome: str, policy: Lives, reference: Lives, nudged: Lives) -> tuple[float, ...]:
    """Return the mean effect, and the shares that gained and lost, and do so by chance."""
    if not len(policy):
        return (np.nan,) * len(GAINED)
    effect, chance = (policy[outcome] - other[outcome] for other in (reference, nudged))
    noticed = OUTCOMES[outcome].noticed
    sign = -1.0 if OUTCOMES[outcome].better == "down" else 1.0
    shares = [
        float(np.mean(direction * sign * what >= noticed))
        for what in (effect, chance)
        for direction in (1.0, -1.0)
    ]
    return (float(effect.mean()), *shares)


def treated_apart(
    ran: Mapping[str, Ran], folds: Sequence[int], in_all: int
) -> dict[str, tuple[Lives, Lives]]:
    """Return what life is like for who is kept out while all others have the policy.

    Returns
    -------
    mapping of str to (Lives, Lives)
        By way that is switched off (empty: none): those kept out, each from the run of their fold,
        and the same persons where nobody has the policy.
    """
    found = {}
    for off in ("", *ABLATIONS, ALL_OFF):
        apart = _in_order(np.concatenate([ran[fold_of(fold, off)].lives for fold in folds]))
        without = ran[fold_of(None, off)].lives
        kept = np.isin(without["person"] % in_all, list(folds))
        found[off] = (apart, _in_order(without[kept]))
    return found


def _in_order(lives: Lives) -> Lives:
    return lives[np.argsort(lives["person"], kind="stable")]


def _add_parts(
    sums: Sums,
    ran: Mapping[str, Ran],
    tiers: Sequence[str],
    apart: Mapping[str, tuple[Lives, Lives]],
) -> None:
    people = apart[""][1]["person"]
    policy, reference = ran[POLICY].lives[people], ran[REFERENCE].lives[people]
    for (grouping, group), chosen in groups_of(policy, reference, tiers).items():
        if grouping == NEWCOMER:
            continue  # who is kept out may not have joined at all
        for outcome in OUTCOMES:
            whole = policy[outcome][chosen] - reference[outcome][chosen]
            others = {
                off: with_policy[outcome][chosen] - without[outcome][chosen]
                for off, (with_policy, without) in apart.items()
            }
            for part, effect in _parts(whole, others):
                value = float(effect.mean()) if len(effect) else np.nan
                sums.parts[outcome, grouping, group, part].append(value)


def _parts(whole: Floats, others: Mapping[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """Yield the whole effect on each person and its parts.

    A way counts for what is gone of others' effect when it is switched off; the rest is what
    remains when all are; and the interaction what ways do only together.
    """
    yield WHOLE, whole
    yield "own", whole - others[""]
    yield "others", others[""]
    ways = {way: others[""] - others[way] for way in ABLATIONS}
    yield from ways.items()
    yield "rest", others[ALL_OFF]
    yield "interaction", others[""] - others[ALL_OFF] - sum(ways.values())
