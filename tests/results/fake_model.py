"""A model of a few lines in the shape of the real one, so that results are tested without it."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from sim.studies.run.study import Study


@dataclass(frozen=True)
class FakeTallies:
    policy: str
    replication: int
    months: int


def simulate(months, policy, replication):
    return FakeTallies(policy, replication, months)


def simulate_unevenly(months, policy, replication):
    time.sleep(0.05 if replication == 0 else 0)
    return FakeTallies(policy, replication, months)


def simulate_for_ever(folder, policy, replication):
    """Run two replications, which two workers take in turns, and stand still at the third."""
    Path(folder, f"{policy}-{replication}.begun").touch()
    if replication > 1:
        time.sleep(600)
    return FakeTallies(policy, replication, 2)


def simulate_for_ever_in(folder, scenario, policy, replication):
    return simulate_for_ever(folder, policy, replication)


def base(tallies):
    return sum(map(ord, tallies.policy)) / 7 + math.sin(tallies.replication * 1.7)


def monthly(tallies):
    month = np.arange(tallies.months, dtype=np.float64)
    wait = np.where(month == 1, np.nan, base(tallies) + month)
    return {"customers": base(tallies) * 100 + month, "wait_mean": wait, "profit": month}


def whole(tallies):
    return {
        "customers": base(tallies),
        "wait_mean": math.nan if tallies.replication == 1 else base(tallies) ** 2,
        "profit": 5.0,
    }


def by_group(tallies, kind):
    names = {"pool": ("frontline", "complaints"), "decile": tuple(map(str, range(1, 11)))}
    groups = names.get(kind, ())
    rows = np.arange(tallies.months * len(groups), dtype=np.float64)
    values = rows.reshape(tallies.months, len(groups)) + base(tallies)
    return groups, ({"customers": values} if groups else {})


def distributions(tallies):
    people = np.array([0.0, 1.0, 2.0])
    return {"cascades": {"people": people, "stories_good": base(tallies) * people[::-1]}}


MEASURING = SimpleNamespace(
    MEASURES={
        "customers": SimpleNamespace(unit="people"),
        "wait_mean": SimpleNamespace(unit="minutes"),
        "profit": SimpleNamespace(unit=""),
    },
    monthly=monthly,
    whole=whole,
    by_group=by_group,
    distributions=distributions,
)


def study(folder, policies=("equal", "tiers", "loud"), replications=4, months=3, scenario=None):
    return Study(
        scenario=months if scenario is None else scenario,
        text="name: Fake\n",
        identity={"fingerprint": "0123456789ab", "world": "ba9876543210"},
        policy_fingerprints={name: f"{name} for {months} months" for name in policies},
        policies=tuple(policies),
        replications=replications,
        folder=folder,
        facts={"name": "Fake", "seed": 1},
    )
