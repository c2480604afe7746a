"""The tables of `sim effects`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from sim.measures.definitions import MEASURES
from sim.report.kit.number_format import few_digits
from sim.stats.intervals import Estimate, estimate
from sim.studies.effects.effects_by_group import GAINED, Sums
from sim.studies.effects.experiments import MONTHLY, Experiment
from sim.studies.effects.gainers import Leaf
from sim.studies.effects.outcomes import OUTCOMES, TRAITS, Lives

__all__ = [
    "EFFECTS",
    "EXPERIMENTS",
    "LEAVES",
    "PARTS_TABLE",
    "PEOPLE",
    "effects_table",
    "experiments_table",
    "leaves_table",
    "parts_table",
    "people_table",
]

PEOPLE = "people.parquet"
"""The file of `people_table`, of all replications."""


_ESTIMATE = {"mean": pl.Float64, "low": pl.Float64, "high": pl.Float64}
_GROUP = {
    "outcome": pl.String,
    "unit": pl.String,
    "grouping": pl.String,
    "group": pl.String,
    "people": pl.Float64,
}
EFFECTS = {
    **_GROUP,
    **_ESTIMATE,
    **dict.fromkeys(GAINED[1:], pl.Float64),
    "replications": pl.Int64,
}
"""Columns of the effects: the mean over a group's people, with its 95% interval over replications;
shares that gained and lost, and that did so when one customer was nudged; people on the mean."""

PARTS_TABLE = {**_GROUP, "part": pl.String, **_ESTIMATE, "replications": pl.Int64}
"""Columns of the parts of effects, on the people who were kept out in turn."""

LEAVES = {
    "outcome": pl.String,
    "unit": pl.String,
    "group": pl.String,
    "people_share": pl.Float64,
    **_ESTIMATE,
    "replications": pl.Int64,
}
EXPERIMENTS = {
    "kind": pl.String,
    "outcome": pl.String,
    "unit": pl.String,
    "population": pl.String,
    **{f"{what}_{end}": pl.Float64 for what in ("reported", "truth", "bias")
       for end in _ESTIMATE},
    "covered": pl.Float64,
    "replications": pl.Int64,
}  # fmt: skip
"""Columns of what experiments would have reported: bias is what is reported less the truth."""


def effects_table(sums: Sums) -> pl.DataFrame:
    """Return the effect on each group in each outcome."""
    rows = []
    for outcome, grouping, group, what in sums.effects:
        if what == GAINED[0]:
            found = {name: estimate(sums.effects[outcome, grouping, group, name])
                     for name in GAINED}  # fmt: skip
            whole = found[GAINED[0]]
            shares = [found[name].mean for name in GAINED[1:]]
            group_of = _group(sums, outcome, grouping, group)
            rows.append((*group_of, *_three(whole), *shares, whole.replications))
    return _table(rows, EFFECTS)


def parts_table(sums: Sums) -> pl.DataFrame:
    """Return the parts of the effect on each group in each outcome."""
    rows = []
    for (outcome, grouping, group, part), values in sums.parts.items():
        found = estimate(values)
        rows.append((*_group(sums, outcome, grouping, group), part, *_three(found),
                     found.replications))  # fmt: skip
    return _table(rows, PARTS_TABLE)


def leaves_table(outcome: str, leaves: Sequence[Leaf]) -> pl.DataFrame:
    """Return who gains and who pays, by who they are."""
    rows = [
        (outcome, OUTCOMES[outcome].unit, _in_words(leaf.bounds), leaf.people,
         *_three(leaf.effect), leaf.effect.replications)
        for leaf in leaves
    ]  # fmt: skip
    return _table(rows, LEAVES)


def experiments_table(found: Iterable[Experiment]) -> pl.DataFrame:
    """Return what experiments would have reported."""
    rows = [
        (one.kind, one.outcome, _unit(one.outcome), one.population, *_three(one.reported),
         *_three(one.truth), *_three(one.bias), one.covered, one.bias.replications)
        for one in found
    ]  # fmt: skip
    return _table(rows, EXPERIMENTS)


def _unit(name: str) -> str:
    return MEASURES[name].unit if name in MONTHLY else OUTCOMES[name].unit


def _group(sums: Sums, outcome: str, grouping: str, group: str) -> tuple[Any, ...]:
    people = estimate(sums.people[grouping, group]).mean
    return outcome, OUTCOMES[outcome].unit, grouping, group, people


def _three(found: Estimate) -> tuple[float | None, float | None, float | None]:
    return found.mean, found.low, found.high


def _table(rows: Sequence[tuple[Any, ...]], schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def _in_words(bounds: Mapping[str, tuple[float, float]]) -> str:
    return "; ".join(_bound(name, *ends) for name, ends in bounds.items()) or "everybody"


def _bound(name: str, low: float, high: float) -> str:
    return f"{TRAITS[name]} {' and '.join(_ends(low, high))}"


def _ends(low: float, high: float) -> Iterator[str]:
    if low > -float("inf"):
        yield f"above {few_digits(low)}"
    if high < float("inf"):
        yield f"up to {few_digits(high)}"


def people_table(
    replication: int, lives: Mapping[str, Lives], tiers: Sequence[str]
) -> pl.DataFrame:
    """Return everybody's life under each policy in a replication.

    Parameters
    ----------
    replication : int
    lives : mapping of str to records of LIFE
        By policy.
    tiers : sequence of str
        Those of the policy that is looked at, from the top.
    """
    return pl.concat(_rows(replication, name, theirs, tiers) for name, theirs in lives.items())


def _rows(replication: int, policy: str, lives: Lives, tiers: Sequence[str]) -> pl.DataFrame:
    names = pl.Series([None, *tiers], dtype=pl.String)
    return pl.DataFrame(
        {
            "policy": pl.repeat(policy, len(lives), dtype=pl.String, eager=True),
            "replication": pl.repeat(replication, len(lives), dtype=pl.Int64, eager=True),
            "person": lives["person"],
            "customer_at_start": lives["cohort"] > 0,
            "tier": names.gather(lives["cohort"]),
            "decile": lives["decile"] + 1,
            "tenure_months": lives["tenure_months"],
            **{name: lives[name] for name in OUTCOMES},
        }
    )
