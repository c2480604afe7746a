"""Results folders without a run: smooth made-up courses with a little deterministic unevenness."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from sim.results.difference_tables import differences_table, summary_table
from sim.results.hypothesis_tables import HYPOTHESES
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
    "wages": ("currency", 18_000.0, 0.0, 200.0),
    "remedies": ("currency", 2_000.0, 10.0, 300.0),
    "fixed": ("currency", 120_000.0, 0.0, 300.0),
    "voice_value_polite": ("index", 0.01, 0.001, 0.001),
    "voice_value_angry": ("index", 0.02, 0.001, 0.001),
    "cascade_mean": ("people", 2.3, 0.0, 0.2),
    "agents_present": ("agents", 5.0, 0.0, 0.5),
    "morale_mean": ("index", 0.75, -0.001, 0.01),
    "gini_wait": ("index", 0.71, 0.0, 0.01),
    "gini_remedy": ("index", 0.85, 0.0, 0.01),
}
POLICIES = ("equal", "value_tiers", "complaint_rewarding")
GROUPS: Mapping[str, Sequence[str]] = {
    "pool": ("frontline", "complaints"),
    "tier": ("top", "rest"),
    "decile": tuple(str(decile) for decile in range(1, 11)),
}
_GROUPED = ("wait_mean", "abandonment", "utilisation", "satisfaction_mean", "revenue")
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
_SUMMED = (
    *("revenue", "profit", "profit_discounted", "complaints_", "messages_", "reached_"),
    *("wages", "remedies", "fixed"),
)


def write_folder(
    folder: Path,
    *,
    policies: Sequence[str] = POLICIES,
    replications: int = 8,
    months: int = 36,
    effect: float = 0.01,
    name: str = "Broadband provider",
    describe: str = "A regional provider; 8,000 of 20,000 households are customers.",
    groups: Mapping[str, Sequence[str]] = GROUPS,
    claimed: Sequence[str] = (),
    more: str = "",
) -> Path:
    monthly = _monthly(policies, replications, months, effect)
    values = {policy: _whole(monthly, policy) for policy in policies}
    units = {name: unit for name, (unit, *_) in COURSES.items()}
    tables = {
        "monthly.parquet": monthly,
        **{f"by_{kind}.parquet": _by(monthly, kind, names) for kind, names in groups.items()},
        "hypotheses.csv": _judged(claimed),
        "replications.parquet": _runs(values, policies, replications),
        "lorenz.parquet": _lorenz(policies, replications),
        "cascades.parquet": _cascades(policies, replications),
        "summary.csv": summary_table(values, units),
        "differences.csv": differences_table(values, units),
    }
    files = {name: encode(table, name) for name, table in tables.items()}
    scenario = _scenario(name, policies, months, replications, describe) + more
    save(folder, files | {"scenario.yaml": scenario.encode()}, FACTS | {"name": name})
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


def _runs(
    values: Mapping[str, Mapping[str, Sequence[float]]], policies: Sequence[str], replications: int
) -> pl.DataFrame:
    keys = {
        "policy": [policy for policy in policies for _ in range(replications)],
        "replication": [*range(replications)] * len(policies),
    }
    columns = {
        name: [value for policy in policies for value in values[policy][name] or [None]]
        for name in COURSES
        if all(len(values[policy][name]) == replications for policy in policies)
    }
    return pl.DataFrame(keys | columns)


def _lorenz(policies: Sequence[str], replications: int) -> pl.DataFrame:
    rows = [
        (policy, run, step / 20, (step / 20) ** (6 + place), (step / 20) ** (12 + 0.1 * run))
        for place, policy in enumerate(policies)
        for run in range(replications)
        for step in range(21)
    ]
    schema = ["policy", "replication", "share", "waits", "remedies"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _cascades(policies: Sequence[str], replications: int) -> pl.DataFrame:
    people = [0.0, *(2.0**power for power in range(8))]
    rows = [
        (
            policy,
            run,
            size,
            4000.0 // (1 + size**1.5),
            (3000.0 + 9 * run) // (1 + size ** (1.2 + place / 9)),
        )
        for place, policy in enumerate(policies)
        for run in range(replications)
        for size in people
    ]
    schema = ["policy", "replication", "people", "stories_good", "stories_bad"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _by(monthly: pl.DataFrame, kind: str, names: Sequence[str]) -> pl.DataFrame:
    """Give the places in a list of groups ever less of everything."""
    keys = ("policy", "replication", "month")
    measures = [name for name in _GROUPED if name in monthly.columns]
    served = (pl.col("utilisation") * 2600).round().alias("contacts_served")
    tables = [
        monthly.select(*keys, pl.lit(name).alias(kind), pl.col(*measures) / (1 + place), served)
        for place, name in enumerate(names)
    ]
    whole = pl.concat(tables)
    return whole.with_columns(pl.col(kind).cast(pl.Int64)) if kind == "decile" else whole


def _judged(claimed: Sequence[str]) -> pl.DataFrame:
    claim = "profit[value_tiers] > profit[equal]"
    rows = [
        (name, claim, "supported", 5.0, 1.0, 9.0, 0.01, 0.5, 9.5, 0.02, 8, 0.5, None, None)
        for name in claimed
    ]
    return pl.DataFrame(rows, schema=HYPOTHESES, orient="row")


def _scenario(
    name: str, policies: Sequence[str], months: int, replications: int, describe: str
) -> str:
    head = [
        f"name: {json.dumps(name)}",
        f"describe: {json.dumps(describe)}",
        f"months: {months}",
        f"replications: {replications}",
        "seed: 7",
        "policies:",
    ]
    return "\n".join([*head, *(f"  {json.dumps(name)}: {{}}" for name in policies), ""])
