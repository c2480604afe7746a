"""A model of a few lines whose numbers depend on all that a sweep may vary."""

import hashlib
import math
import os
import signal
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from sim.errors import CapacityError
from sim.execution.execution import Execution, Model
from sim.scenario.reading.load import from_mapping, variations
from sim.studies.sweep.folder import LEDGER, reserve_sweep
from sim.studies.sweep.parts import collect_runs, read_part
from sim.studies.sweep.plan import design_of, sweep_study_of
from sim.studies.sweep.runner import record_part, record_sweep

MEASURES = {
    name: SimpleNamespace(unit=unit)
    for name, unit in (("profit", "currency"), ("wait_mean", "minutes"), ("customers", "people"))
}


@dataclass(frozen=True)
class Lived:
    agents: int
    luck: float
    effect: float


def simulate(scenario, policy, replication):
    agents = scenario.desk.pools["frontline"].agents
    told = f"{policy} {replication} {scenario.seed}".encode()
    luck = int.from_bytes(hashlib.sha256(told).digest()[:4]) / 2**32
    return Lived(agents, luck, scenario.behaviour.talk.retell + len(policy))


def whole(lived):
    wait = math.nan if lived.luck > 0.9 else lived.luck / lived.agents
    return {"profit": lived.agents * 10 + lived.luck + lived.effect, "wait_mean": wait,
            "customers": lived.effect}  # fmt: skip


MEASURING = SimpleNamespace(MEASURES=MEASURES, whole=whole, monthly=None, by_group=None)


def slowly(seconds, scenario, policy, replication):
    time.sleep(seconds)
    return simulate(scenario, policy, replication)


def counting(folder, scenario, policy, replication):
    agents, talk = scenario.desk.pools["frontline"].agents, scenario.behaviour.talk.retell
    name = f"{policy} {replication} {agents} {talk}"
    with (Path(folder) / name).open("a") as file:
        file.write("run\n")
    return simulate(scenario, policy, replication)


def failing_at_two(scenario, policy, replication):
    if scenario.desk.pools["frontline"].agents == 2 and policy == "value_tiers":
        raise CapacityError("the calendar is full")
    return simulate(scenario, policy, replication)


def die_at_two(scenario, policy, replication):
    if scenario.desk.pools["frontline"].agents == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, policy, replication)


SWEEP = {
    "vary": {
        "desk.pools.frontline.agents": [1, 2, 3, 4],
        "behaviour.talk.retell": {"from": 0, "to": 0.3, "steps": 4},
    },
    "replications": 3,
}


def study(folder, policies=("equal", "value_tiers"), sweep=SWEEP, **keys):
    scenario = from_mapping(
        {"name": "Fake", "months": 1, "history_months": 0, "sweep": sweep, **keys}
    )
    varied = variations(scenario, policies=policies)
    return sweep_study_of(varied, design_of(varied), folder, "sim sweep", "none")


def run(folder, model=simulate, workers=1, progress=None, **options):
    asked = study(folder, **options)
    record_sweep(asked, Model(model, MEASURING), Execution(workers=workers, progress=progress))
    return asked.folder


THOUSAND = {
    "vary": {
        "desk.pools.frontline.agents": list(range(1, 26)),
        "behaviour.talk.retell": {"from": 0, "to": 0.3, "steps": 10},
    },
    "replications": 2,
}
"""A thousand runs, under two policies."""


def run_part(folder, part, model=simulate, sweep=SWEEP):
    asked = study(folder, sweep=sweep)
    return record_part(asked, Model(model, MEASURING), Execution(workers=1), read_part(part))


def merge(folder, others=(), sweep=SWEEP):
    asked = study(folder, sweep=sweep)
    reserve_sweep(asked)
    collect_runs(asked.folder, asked.identity, LEDGER, others)
    record_sweep(
        asked, Model(simulate, MEASURING), Execution(workers=1), only_tables=True, whole=True
    )
    return asked.folder


TABLES = (
    "points.parquet",
    "sweep.parquet",
    "summary.csv",
    "differences.csv",
    "failed.csv",
    "scenario.yaml",
)


def tables(folder):
    return {name: (folder / name).read_bytes() for name in TABLES}


if __name__ == "__main__":
    _, where, workers, seconds, *part = sys.argv
    slow = partial(slowly, float(seconds))
    if part:
        run_part(Path(where), part[0], slow, THOUSAND if part[1:] else SWEEP)
    else:
        run(Path(where), slow, int(workers))
