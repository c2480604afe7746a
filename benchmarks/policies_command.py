"""What policies save that share their people and the months before month 1."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import process_time

from benchmarks.tables import machine, markdown, publish
from sim.engine.shared_work import forget_shared
from sim.engine.simulate import simulate
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario

__all__ = ["add_arguments", "run"]

_DEFINITION = (
    "Every policy of a scenario is run in some replications, in one thread: each with people, busy "
    "days, ties, tables and months before month 1 of its own, and then sharing what is alike. "
    "Times are of the processor. The range is of the rounds, in which the two take turns."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--scenarios", nargs="+", default=["broadband", "saas", "key_accounts"])
    parser.add_argument("--replications", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)


def run(arguments: argparse.Namespace) -> int:
    """Measure, and write a table; return 0."""
    if min(arguments.replications, arguments.rounds) <= 0:
        arguments.refuse("every number must be above 0")
    rows = [_row(name, arguments) for name in arguments.scenarios]
    table = markdown(["scenario", "policies", "alone, s per run", "time when shared"], rows)
    publish(arguments.out, "policies", [machine(), table, _DEFINITION])
    return 0


def _row(name: str, arguments: argparse.Namespace) -> list[str]:
    scenario = load(name)
    _alone(scenario, 1)  # loads the machine code
    ratios, alone = [], []
    for number in range(arguments.rounds):
        pair = {
            work: _timed(work, scenario, arguments.replications)
            for work in ((_alone, _shared), (_shared, _alone))[number % 2]
        }
        ratios.append(pair[_shared] / pair[_alone])
        alone.append(pair[_alone] / (arguments.replications * len(scenario.policies)))
    share = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return [name, str(len(scenario.policies)), f"{median(alone):.3f}", share]


def _timed(work: Callable[[Scenario, int], None], scenario: Scenario, replications: int) -> float:
    forget_shared()
    begun = process_time()
    work(scenario, replications)
    return process_time() - begun


def _alone(scenario: Scenario, replications: int) -> None:
    for replication in range(replications):
        for policy in scenario.policies:
            forget_shared()
            simulate(scenario, policy, replication)


def _shared(scenario: Scenario, replications: int) -> None:
    for replication in range(replications):
        for policy in scenario.policies:
            simulate(scenario, policy, replication)
