"""Run both implementations of a scenario's world, and compare what they measure."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.third.company import live
from benchmarks.third.scenario import Keys, read_scenario

__all__ = ["Agreement", "agreements", "run_ours", "run_third", "settings_of_size"]


@dataclass(frozen=True)
class Agreement:
    """One measure in both: means, standard errors, and their difference in standard errors."""

    measure: str
    ours: float
    ours_error: float
    third: float
    third_error: float

    @property
    def z(self) -> float:
        """Return the difference over its standard error; 0 where both are constant and equal."""
        error = float(np.hypot(self.ours_error, self.third_error))
        gap = self.third - self.ours
        return gap / error if error > 0 else float(np.copysign(np.inf, gap)) if gap else 0.0


def settings_of_size(path: Path, people: int) -> list[str]:
    """Return the settings that shrink a world, its agents as busy as before.

    Customers and fixed cost shrink with people. Pools keep an agent, so that people of a small
    world contact it more often.
    """
    keys = read_scenario(path, [])
    size = people / keys["people.count"]
    pools = {name: pool["agents"] for name, pool in keys.section("desk.pools").items()}
    fewer = {name: max(round(agents * size), 1) for name, agents in pools.items()}
    largest = max(pools, key=lambda name: pools[name])
    often = fewer[largest] / pools[largest] / size
    shrunk = {
        "people.count": people,
        "people.customers": round(keys["people.customers"] * size),
        "people.contacts_per_month.mean": keys["people.contacts_per_month.mean"] * often,
        "company.fixed_cost_per_month": keys["company.fixed_cost_per_month"] * size,
        **{f"desk.pools.{name}.agents": agents for name, agents in fewer.items()},
    }
    return [f"{key}={value:g}" for key, value in shrunk.items()]


def run_third(
    path: Path, policy: str, settings: list[str], seed: int, replications: int, workers: int = 2
) -> dict[str, np.ndarray]:
    """Return the third implementation's measures, a number for each replication."""
    keys = read_scenario(path, settings)
    jobs = [(keys, policy, (seed, replication)) for replication in range(replications)]
    if workers == 1:
        runs = [_live(job) for job in jobs]
    else:
        with ProcessPoolExecutor(workers) as pool:
            runs = list(pool.map(_live, jobs))
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


def run_ours(
    path: Path, policy: str, settings: list[str], seed: int, replications: int
) -> dict[str, np.ndarray]:
    """Return our measures of the same, from the tables that ``sim run`` writes."""
    sets = [word for setting in settings for word in ("--set", setting)]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", "run", str(path), "--policy", policy, "--quiet"]
        command += ["-n", str(replications), "--seed", str(seed), *sets, "--out", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        table = pl.read_parquet(Path(folder) / "replications.parquet")
    return _by_measure(table.filter(pl.col("policy") == policy))


def agreements(ours: dict[str, np.ndarray], third: dict[str, np.ndarray]) -> list[Agreement]:
    """Compare every measure that both have, in the third's order."""
    return [
        Agreement(name, *_mean(ours[name]), *_mean(values))
        for name, values in third.items()
        if name in ours and not np.isnan(ours[name]).any()
    ]


def _live(job: tuple[Keys, str, tuple[int, int]]) -> dict[str, float]:
    return live(*job)


def _by_measure(table: pl.DataFrame) -> dict[str, np.ndarray]:
    return {name: table[name].to_numpy() for name in table.columns[2:]}


def _mean(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))
