"""Results folders without a run: smooth made-up courses with a little deterministic unevenness."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from sim.results.contrasts import differences_table, summary_table
from sim.results.store import save
from sim.results.tables import encode

COURSES: Mapping[str, tuple[str, float, float, float]] = {
    # measure: unit, start, change a month, size of the unevenness
    "customers": ("people", 8000.0, 6.0, 30.0),
    "churn_rate": ("share", 0.0108, 0.00002, 0.0006),
    "revenue": ("currency", 320_000.0, 500.0, 1500.0),
    "profit": ("currency", 42_000.0, 400.0, 2500.0),
    "profit_discounted": ("currency", 41_000.0, 60.0, 2400.0),
    "satisfaction_mean": ("index", 0.66, -0.0006, 0.004),
    "unfairness_mean": ("index", 0.02, 0.0004, 0.001),
    "wait_mean": ("minutes", 2.4, 0.01, 0.25),
    "abandonment": ("share", 0.07, 0.0003, 0.008),
    "complaints_polite": ("contacts", 70.0, 0.1, 6.0),
    "complaints_angry": ("contacts", 34.0, 0.2, 4.0),
    "complaints_public": ("contacts", 12.0, 0.1, 2.0),
    "messages_good": ("messages", 900.0, 1.0, 30.0),
    "messages_bad": ("messages", 620.0, 2.0, 30.0),
    "reached_good": ("people", 700.0, 1.0, 25.0),
    "reached_bad": ("people", 500.0, 2.0, 25.0),
    "utilisation": ("share", 0.65, 0.0, 0.02),
}
POLICIES = ("equal", "value_tiers", "complaint_rewarding")
_POOLED = ("contacts_served", "wait_mean", "abandonment", "utilisation")
FACTS = {
    "fingerprint": "3f0c9a1be2d4",
    "seed": 7,
    "engine": "simpy",
    "command": "sim run scenarios/broadband.yaml -n 8",
    "versions": {"evenhand": "0.1.0", "python": "3.11.7", "numpy": "2.4.6"},
    "host": {"machine": "x86_64", "cores": 2},
    "started": "2026-01-05T09:00:00+00:00",
    "duration_seconds": 41.3,
}
_SUMMED = ("revenue", "profit", "profit_discounted", "complaints_", "messages_", "reached_")


def write_folder(
    folder: Path,
    *,
    policies: Sequence[str] = POLICIES,
    replications: int = 8,
    months: int = 36,
    effect: float = 0.01,
    describe: str = "A regional provider; 8,000 of 20,000 households are customers.",
    more: str = "",
) -> Path:
    monthly = _monthly(policies, replications, months, effect)
    values = {policy: _whole(monthly, policy) for policy in policies}
    units = {name: unit for name, (unit, *_) in COURSES.items()}
    tables = {
        "monthly.parquet": monthly,
        "by_pool.parquet": _by_pool(monthly),
        "summary.csv": summary_table(values, units),
        "differences.csv": differences_table(values, units),
    }
    files = {name: encode(table, name) for name, table in tables.items()}
    scenario = _scenario(policies, months, replications, describe) + more
    save(folder, files | {"scenario.yaml": scenario.encode()}, FACTS)
    return folder


def _monthly(
    policies: Sequence[str], replications: int, months: int, effect: float
) -> pl.DataFrame:
    schema = {"policy": pl.String, "replication": pl.Int64, "month": pl.Int64}
    schema |= dict.fromkeys(COURSES, pl.Float64)
    rows = [
        {"policy": policy, "replication": run, "month": month}
        | {name: _value(name, place, run, month, effect) for name in COURSES}
        for place, policy in enumerate(policies)
        for run in range(replications)
        for month in range(1, months + 1)
    ]
    return pl.DataFrame(rows, schema=schema)


def _value(name: str, place: int, run: int, month: int, effect: float) -> float:
    _, start, slope, size = COURSES[name]
    key = len(name) * 7 + ord(name[-1])
    shared = math.sin(12.9898 * run + 78.233 * month + key) * 0.8
    own = math.sin(3.1 * run + 5.7 * month + 9.3 * place + key) * 0.35
    drift = effect * start * math.sin(place * 1.9 + key) * (1 - math.exp(-month / 12))
    luck = 1.3 * math.sin(4.4 * run + key) + 0.4 * math.sin(2.3 * run + 5.1 * place + 2 * key)
    return start + slope * month + drift + size * (shared + own + luck)


def _whole(monthly: pl.DataFrame, policy: str) -> dict[str, list[float]]:
    rows = monthly.filter(pl.col("policy") == policy)
    runs = rows.group_by("replication", maintain_order=True)
    whole = runs.agg(
        pl.col(name).sum() if name.startswith(_SUMMED) else pl.col(name).mean() for name in COURSES
    )
    return {name: whole[name].to_list() for name in COURSES}


def _by_pool(monthly: pl.DataFrame) -> pl.DataFrame:
    base = monthly.select(
        "policy", "replication", "month", "wait_mean", "abandonment", "utilisation"
    )
    pools = [
        base.with_columns(
            pl.lit(pool).alias("pool"),
            (pl.col("wait_mean") * factor),
            (pl.col("utilisation") * 2600 * factor).round().alias("contacts_served"),
        )
        for pool, factor in (("frontline", 1.0), ("complaints", 0.4))
    ]
    return pl.concat(pools).select("policy", "replication", "month", "pool", *_POOLED)


def _scenario(policies: Sequence[str], months: int, replications: int, describe: str) -> str:
    head = [
        "name: Broadband provider",
        f"describe: {json.dumps(describe)}",
        f"months: {months}",
        f"replications: {replications}",
        "seed: 7",
        "policies:",
    ]
    return "\n".join([*head, *(f"  {json.dumps(name)}: {{}}" for name in policies), ""])
