"""A sweep of stand-ins for runs, which take as long as they are told and give numbers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time
from types import SimpleNamespace
from typing import Any

from sim.execution.execution import Execution, Model
from sim.execution.progress import silent
from sim.measures.definitions import MEASURES
from sim.scenario.reading.load import from_mapping, variations
from sim.scenario.schema.scenario import Scenario
from sim.studies.sweep.plan import SweepStudy, design_of, sweep_study_of
from sim.studies.sweep.runner import record_sweep

__all__ = ["POLICIES", "bare", "study", "swept"]

POLICIES = ("equal", "value_tiers", "complaint_rewarding")
AGENTS, RETELL = "desk.pools.frontline.agents", "behaviour.talk.retell"


def stand_in(seconds: float, scenario: Scenario, policy: str, replication: int) -> float:
    """Be busy for some seconds, and return a number that depends on all that a run depends on."""
    # Of the processor's time, so that other work on the machine takes nothing off.
    end = process_time() + seconds
    agents = scenario.desk.pools["frontline"].agents
    while process_time() < end:
        pass
    return float(agents) * len(policy) + replication


def whole(number: float) -> dict[str, float]:
    """Return a number for every measure, as the model would."""
    return {
        name: 0.0 if one.unit == "0/1" else number + place
        for place, (name, one) in enumerate(MEASURES.items())
    }


MEASURING: Any = SimpleNamespace(MEASURES=MEASURES, whole=whole)


def study(folder: Path, points: int, replications: int) -> SweepStudy:
    """Make a sweep of so many points, a Sobol sequence over two paths."""
    vary = {AGENTS: {"from": 1, "to": 60}, RETELL: {"from": 0, "to": 0.4}}
    sweep = {"design": "sobol", "points": points, "vary": vary, "replications": replications}
    varied = variations(from_mapping({"name": "Bench", "sweep": sweep}), policies=POLICIES)
    return sweep_study_of(varied, design_of(varied), folder, "python -m benchmarks sweep", "")


def swept(folder: Path, points: int, replications: int, seconds: float) -> None:
    """Run, or go on with, a sweep in this process."""
    task = partial(stand_in, seconds)
    execution = Execution(workers=1, progress=silent)
    record_sweep(study(folder, points, replications), Model(task, MEASURING), execution)


def bare(folder: Path, points: int, replications: int, seconds: float) -> None:
    """Do the same runs in a plain loop over the same scenarios, and keep nothing."""
    asked = study(folder, points, replications)
    scenarios = [asked.variations.at(asked.design.values(point)) for point in range(points)]
    task: Callable[[Scenario, str, int], float] = partial(stand_in, seconds)
    for scenario in scenarios:
        for policy in POLICIES:
            for replication in range(replications):
                whole(task(scenario, policy, replication))


def main() -> None:
    """Go on with a sweep; print seconds of processor time and the peak of memory in MiB."""
    import resource

    folder, points, replications = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    swept(folder, points, replications, 0.0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime:.1f} {used.ru_maxrss / 1024:.0f}")


if __name__ == "__main__":
    main()
