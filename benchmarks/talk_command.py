"""What word of mouth changes: the targets that set its keys, and every contrast of policies."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.tables import chosen_worlds, markdown, publish
from sim.engine.simulate import simulate
from sim.model.measuring import whole
from sim.scenario.reading.load import load
from sim.stats.intervals import estimate

__all__ = ["add_arguments", "run"]

_MEASURES = ("joined", "customers", "profit")
_BASS = ("behaviour.talk=none", "behaviour.adoption.talk_share=0")
_CONTRASTS = (
    "A contrast is a policy less the first policy of its world. The last three columns say what "
    "switching talk off takes from it: the contrast with talk less the contrast between the same "
    "policies without talk, over the whole horizon, paired by replication, with a 95% interval. A "
    "star marks those whose interval excludes 0."
)
_TARGETS = (
    "Two targets set keys of `behaviour.talk`, so they are no evidence for the model: good "
    "tellings are about three times as frequent as bad ones, and with talk as many enquire as "
    "where imitation is all of Bass's q and nobody talks."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--replications", type=int, default=5, metavar="N")
    parser.add_argument("--months", type=int, metavar="M", help="by default those of each world")
    parser.add_argument("--only", action="append", metavar="WORLD", help="repeatable")


def run(arguments: argparse.Namespace) -> int:
    """Run the worlds, and write both tables; return 0."""
    chosen = chosen_worlds(arguments)
    sets = [] if arguments.months is None else [f"months={arguments.months}"]
    rows = [row for file in chosen for row in _contrasts(file, sets, arguments.replications)]
    head = ["world", "policy", *_MEASURES]
    targets = _targets(sets, arguments.replications)
    publish(arguments.out, "talk", [_TARGETS, targets, _CONTRASTS, markdown(head, rows)])
    return 0


def _targets(sets: list[str], replications: int) -> str:
    names = ("tellings_ratio", "enquiries", "joined")
    settings = (("with talk", ()), ("Bass without talk", _BASS))
    rows = []
    for title, more in settings:
        found = _runs("broadband", "equal", [*sets, *more], replications)
        rows.append([title, *(f"{np.mean([one[name] for one in found]):,.2f}" for name in names)])
    return markdown(["`broadband` under `equal`", *names], rows)


def _contrasts(file: Path, sets: list[str], replications: int) -> Iterator[list[str]]:
    """Yield a row for each policy but the first, with what talk adds to its contrast."""
    first, *others = load(file, sets, allow_code=True).policies
    others = [name for name in others if " " not in name]  # not what claims add as controls
    base = _talk_adds(file, first, sets, replications)
    for policy in others:
        adds = _talk_adds(file, policy, sets, replications)
        differences = {name: adds[name] - base[name] for name in _MEASURES}
        yield [file.stem, policy, *(_cell(differences[name]) for name in _MEASURES)]


def _talk_adds(
    file: Path, policy: str, sets: list[str], replications: int
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return each measure with talk less that without, by replication."""
    talking = _runs(str(file), policy, sets, replications)
    silent = _runs(str(file), f"{policy} without talk", sets, replications)
    pairs = list(zip(talking, silent, strict=True))
    return {name: np.array([a[name] - b[name] for a, b in pairs]) for name in _MEASURES}


def _runs(file: str, policy: str, sets: list[str], replications: int) -> list[dict[str, float]]:
    scenario = load(file, sets, policies=[policy], allow_code=True)
    return [whole(simulate(scenario, policy, number)) for number in range(replications)]


def _cell(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    found = estimate(values)
    star = "*" if found.low > 0.0 or found.high < 0.0 else ""
    return f"{found.mean:,.0f} ({found.low:,.0f} to {found.high:,.0f}){star}"
