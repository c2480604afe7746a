"""Try scenarios at and beyond the bounds of every key, and judge what becomes of each.

    python -m tests.tools.fuzz_schema --cases 5000 [--seed 1] [--first 0] [--workers 2]

A case takes a tiny world that says every key, and sets a few keys to a bound, to an extreme number
or to something of another type. It is checked as ``sim check`` does. If that calls it sound, both
engines run it. Each case has one verdict:

refused     by the check, with a message: as it should be
sound       and run by both engines, to the same bytes
large       called sound, with an estimate of more than two seconds: said, and not run
error       a Python error, in the check or the run
late        called sound, and refused by the run
hang        more than 20 seconds
memory      more than 2 GB
not finite  a number in a tally is infinite or undefined
unequal     the two engines differ

The last six are faults. The exit code is 1 if there is any. A case depends on the seed and its
number alone: ``--first 1234 --cases 1`` repeats one.
"""

from __future__ import annotations

import argparse
import copy
import json
import multiprocessing
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

from sim.engine.simulate import compile_model, simulate
from sim.errors import InputError
from sim.execution.prepare import prepare
from sim.model import measuring
from sim.model.tallies import Tallies
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.policies import VoiceName
from sim.scenario.schema.walk import ANY, Key, bare_type, walk

__all__ = ["FAULTS", "Verdict", "case", "judge", "main", "tried"]

FAULTS = ("error", "late", "hang", "memory", "not finite", "unequal")
ENGINES = ("compiled", "simpy")

_SECONDS = 20.0
_BYTES = 2 * 10**9
_BASELINE = 10**9  # of Python, its libraries and the model's code, which no scenario changes
_LARGE = 2.0  # seconds of the estimate
_SLOWER = 60.0  # the SimPy engine, which runs what takes it no longer either

Steps = tuple[str | int, ...]
Change = tuple[Steps, Any]

# A world so small that a case takes milliseconds, in which every part of the schema is there.
_TIER = {"class": 1, "pace": 2.0, "remedy": 1.0, "privilege": 0.5}
WORLD: dict[str, Any] = {
    "name": "Fuzz",
    "months": 1,
    "history_months": 0,
    "changes": [{"month": 1, "months": 1, "set": {"people.spend.factor": 1.5}, "why": "A test."}],
    "replications": 1,
    "people": {"count": 24, "customers": 16, "contacts_per_month": {"mean": 3.0}},
    "network": {"kind": "random", "mean_degree": 2},
    "needs": [
        {"name": "q", "share": 0.5, "minutes": {"mean": 9.0, "cv": 1.0}, "resolved": 0.6},
        {"name": "f", "share": 0.5, "minutes": 20.0, "resolved": 0.5, "product_fault": True},
    ],
    "desk": {
        "opening": {"daily": "08:00-20:00"},
        "pools": {
            "front": {"agents": 3, "overflow": "back", "overflow_minutes": 5.0},
            "back": {"shifts": [{"agents": 1, "hours": "always"}], "serves": ["complaint"]},
        },
    },
    "policies": {
        "equal": {},
        "mine": {
            "score": {"spend": 1.0},
            "review_months": 1,
            "secrecy": "secret",
            "everyone": {"courtesy": 0.9},
            "tiers": [{"name": "top", "top_share": 0.3, **_TIER}, {"name": "rest"}],
            "voices": {"angry": {"remedy": 2.0, "pool": "boss"}},
            "pools": {"boss": {"agents": 1, "overflow_minutes": 2.0}},
            "offers": {
                "newcomer": {"share": 0.2, "months": 1.0},
                "loyalty": {"share": 0.1, "after_months": 3.0},
            },
            "dismiss": {"strikes": 2, "cost_ratio": 2.0, "months": 1},
            "escalate": {"below": 0.4, "pool": "boss"},
        },
    },
}
NAMES: Mapping[str, Sequence[Steps]] = {
    f"needs.{ANY}": (("needs", 0), ("needs", 1)),
    f"desk.pools.{ANY}": (("desk", "pools", "front"), ("desk", "pools", "back")),
    f"policies.{ANY}": (("policies", "mine"),),
    f"changes.{ANY}": (("changes", 0),),
}
NUMBERS = (
    0, -0.0, 1, -1, 2, 0.5, 1e-320, 1e-200, 1e-9, 1e-3, 0.999999999, 1.000001, 9, 50, 1e3, 1e5, 1e6,
    1e9, 1e12, -1e12, 1e15, 1e19, 1e30, 1e300, -1e300, 2**31, 2**32, 2**63, 10**30,
)  # fmt: skip
OTHERS = (
    None, True, False, "x", "", "none", "unlimited", "always", "1e3", "50%", [], {}, [1],
    {"mean": 1}, float("nan"), float("inf"), float("-inf"), "\x1b[2J", "2024-01-01",
)  # fmt: skip
LAWS = [
    {"law": law, "mean": mean, "cv": cv}
    for law in ("lognormal", "gamma", "weibull")
    for mean in (1e-9, 1.0, 1e9)
    for cv in (0, 1e-6, 1e-3, 1.0, 100.0)
]
LAWS += [{"law": "empirical", "values": [0, 1e9]}, {"law": "exponential", "mean": 1e9}]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a case: a word of the list above, and what there is to say of it."""

    word: str
    said: str = ""


def tried() -> list[tuple[str, Steps, list[Any]]]:
    """Return every key, a place of it in the world, and its own bounds and words."""
    return [
        (key.path, steps, _own_values(key))
        for key in walk()
        if not key.path.startswith(("hypotheses", "sweep", "best", "worth", "beliefs", "known"))
        for steps in _places(key.path)
    ]


def _places(path: str) -> list[Steps]:
    for prefix, starts in NAMES.items():
        if path.startswith(f"{prefix}."):
            rest = path.removeprefix(f"{prefix}.")
            return [(*start, *inner) for start in starts for inner in _inner(rest)]
    return [tuple(path.split("."))]


def _inner(rest: str) -> list[Steps]:
    """Return places inside a need, pool or policy; its own lists and mappings have two each."""
    head, inside, tail = rest.partition(f".{ANY}.")
    if not inside:
        return [tuple(rest.split("."))]
    names: Mapping[str, Sequence[str | int]] = {
        "tiers": (0, 1), "shifts": (0,), "voices": VoiceName.__args__, "pools": ("boss",),
    }  # fmt: skip
    return [(head, name, *tail.split(".")) for name in names.get(head, ())]


def _own_values(key: Key) -> list[Any]:
    """Return the bounds of a key, what lies just beyond them, and the words that may stand."""
    bare, metadata = bare_type(key.field.annotation)
    values: list[Any] = list(getattr(bare, "__args__", ()) or ())
    values = [value for value in values if isinstance(value, str)]
    for mark in (*key.field.metadata, *metadata):
        for kind, name in ((Ge, "ge"), (Gt, "gt"), (Le, "le"), (Lt, "lt")):
            if isinstance(mark, kind):
                bound: Any = getattr(mark, name)
                values += [bound, np.nextafter(bound, -np.inf), np.nextafter(bound, np.inf)]
                values += [bound - 1, bound + 1]
    return [value.item() if isinstance(value, np.floating) else value for value in values]


def case(seed: int, number: int) -> list[Change]:
    """Return the changes of a case; the first cases of every seed take each key in turn."""
    luck, keys = random.Random(f"{seed}:{number}"), tried()
    chosen = [keys[number % len(keys)]]
    chosen += luck.sample(keys, luck.choice((0, 0, 1, 1, 2, 4)))
    return [(steps, _value(luck, steps, own)) for _, steps, own in chosen]


def _value(luck: random.Random, steps: Steps, own: list[Any]) -> Any:
    """Return any value, or mostly one that is sound by itself, so that the run is tried too."""
    kinds: list[Sequence[Any]] = [NUMBERS, NUMBERS, OTHERS, LAWS]
    kinds += [own] * 4 if own else []
    values = [luck.choice(luck.choice(kinds)) for _ in range(luck.choice((1, 8, 8, 8)))]
    return next((value for value in values if _is_sound(steps, value)), values[0])


def _is_sound(steps: Steps, value: Any) -> bool:
    try:
        from_mapping(changed([(steps, value)]))
    except Exception:  # judged where the case is
        return False
    return True


def changed(changes: Sequence[Change]) -> dict[str, Any]:
    """Return the world with values set; a path that leads through no section is passed over."""
    data = copy.deepcopy(WORLD)
    for steps, value in changes:
        place: Any = data
        for step in steps[:-1]:
            place = place.setdefault(step, {}) if isinstance(place, dict) else _item(place, step)
        if isinstance(place, dict):
            place[steps[-1]] = copy.deepcopy(value)
    return data


def _item(place: Any, step: str | int) -> Any:
    there = isinstance(place, list) and isinstance(step, int) and step < len(place)
    return place[step] if there else None


def judge(changes: Sequence[Change]) -> Verdict:
    """Check a case, and run it if it is sound."""
    try:
        scenario = from_mapping(changed(changes))
        size = prepare(scenario).size
    except InputError as error:
        return Verdict("refused", str(error)) if str(error) else Verdict("error", "says nothing")
    if size.seconds > _LARGE:
        return Verdict("large", str(size))
    engines = ENGINES if size.seconds * _SLOWER < _LARGE else ENGINES[:1]
    for policy in scenario.policies:
        try:
            runs = [simulate(scenario, policy, 0, engine) for engine in engines]
        except InputError as error:
            return Verdict("late", str(error))
        if fault := _fault(runs):
            return fault
    return Verdict("sound")


def _fault(runs: Sequence[Tallies]) -> Verdict | None:
    one, other = runs[0], runs[-1]
    for name in ("months", "groups"):
        mine, theirs = getattr(one, name), getattr(other, name)
        for field in mine.dtype.names:
            of_nothing = field.endswith("_share") or field.startswith("gini")
            undefined = of_nothing & np.isnan(mine[field])
            if not (np.isfinite(mine[field]) | undefined).all():
                return Verdict("not finite", f"{name}.{field}")
        if mine.tobytes() != theirs.tobytes():
            return Verdict("unequal", name)
    measuring.whole(one)
    measuring.distributions(one)
    for sort in one.group_names:
        measuring.by_group(one, sort)
    return None


def _work(pipe: Connection) -> None:
    """Judge the cases that come down a pipe, one by one, in little memory."""
    for engine in ENGINES:
        compile_model(engine)
    _limit_memory()
    pipe.send(None)
    while (asked := pipe.recv()) is not None:
        try:
            verdict = judge(case(*asked))
        except MemoryError as error:
            verdict = Verdict("memory", str(error))
        except Exception as error:  # whatever it is, it is a finding
            verdict = Verdict("error", f"{type(error).__name__}: {error}")
        pipe.send(verdict)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    most = _BYTES + _BASELINE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


class _Worker:
    """A process that judges cases, and is replaced when a case hangs or kills it."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_work, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe.recv()  # it has compiled the model

    def judged(self, seed: int, number: int) -> Verdict:
        """Return the verdict on a case."""
        self._pipe.send((seed, number))
        try:
            if self._pipe.poll(_SECONDS):
                return self._pipe.recv()  # type: ignore[no-any-return]
            verdict = Verdict("hang", f"more than {_SECONDS:g} s")
        except EOFError:
            verdict = Verdict("memory", "the process died")
        self.close()
        self._start()
        return verdict

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def verdicts(seed: int, numbers: Sequence[int], workers: int) -> dict[int, Verdict]:
    """Return the verdict on each case."""
    found: dict[int, Verdict] = {}
    left = iter(numbers)
    lock = threading.Lock()

    def serve() -> None:
        worker = _Worker()
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                break
            found[number] = worker.judged(seed, number)
        worker.close()

    threads = [threading.Thread(target=serve) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(sorted(found.items()))


def report(seed: int, found: Mapping[int, Verdict]) -> Iterator[str]:
    """Yield each faulty case with its changes, then the number of cases by verdict."""
    for number, verdict in found.items():
        if verdict.word in FAULTS:
            yield f"case {number}: {verdict.word}: {verdict.said}"
            yield f"    {json.dumps(case(seed, number))}"
    counts = Counter(verdict.word for verdict in found.values())
    words = ("refused", "sound", "large", *FAULTS)
    yield f"{len(found)} cases: " + ", ".join(f"{counts[word]} {word}" for word in words)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge as many cases as are asked for, print what is found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.fuzz_schema")
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    numbers = range(asked.first, asked.first + asked.cases)
    found = verdicts(asked.seed, numbers, asked.workers)
    sys.stdout.write("".join(f"{line}\n" for line in report(asked.seed, found)))
    return int(any(verdict.word in FAULTS for verdict in found.values()))


if __name__ == "__main__":
    sys.exit(main())
