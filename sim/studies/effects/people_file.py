"""The table of people: a row a person, policy and replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sim.studies.effects.outcomes import OUTCOMES, Lives

__all__ = ["PEOPLE", "people_table"]

PEOPLE = "people.parquet"


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
