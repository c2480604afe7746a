"""Which mechanism takes how much of a run: the model with one after another switched on.

Run as ``python -m benchmarks.model_mechanisms PEOPLE MONTHS POLICY ENGINE ROUNDS`` this measures in
a process of its own, and prints each mechanism's seconds as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import median
from time import perf_counter

from benchmarks.engines import run_once
from benchmarks.model_work import FEW, scaled
from sim.scenario.schema.scenario import Scenario

__all__ = ["MECHANISMS", "mechanisms_apart", "scenarios", "share_out"]

# What is switched off until it is a mechanism's turn; from nothing but months to the whole model.
_TURNS: Mapping[str, Sequence[str]] = {
    "month ends": ("people.contacts_per_month.mean=0", "behaviour.adoption=none"),
    "needs, enquiries and the desk": ("behaviour.voice=none",),
    "complaints": ("behaviour.talk=none",),
    "tellings": (),
}
MECHANISMS = ("building", *_TURNS)


def scenarios(people: int, months: int, policy: str) -> list[Scenario]:
    """Return the model with no months, then with each mechanism switched on beside those before.

    Parameters
    ----------
    people, months : int
    policy : str
        The only one.
    """
    off = list(_TURNS.values())
    ladder = [[s for turn in off[place:] for s in turn] for place in range(len(off))]
    # What is claimed of the model may turn with what is switched off.
    ladder = [["hypotheses=[]", *sets] if sets else sets for sets in ladder]
    return [scaled(people, 0, policy), *(scaled(people, months, policy, sets) for sets in ladder)]


def share_out(times: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return what each mechanism adds, in seconds, from the times of all scenarios by round.

    The median over rounds, each of which is one of the machine's moods; never below 0.
    """
    added = [
        [after - before for before, after in zip([0.0, *each[:-1]], each, strict=True)]
        for each in times
    ]
    return {
        name: max(0.0, median(each))
        for name, each in zip(MECHANISMS, zip(*added, strict=True), strict=True)
    }


def mechanisms_apart(
    people: int, months: int, policy: str, engine: str, rounds: int
) -> dict[str, float]:
    """Measure in a new process.

    Raises
    ------
    subprocess.CalledProcessError
        If the process fails; what it said went to the standard error.
    """
    words = [str(people), str(months), policy, engine, str(rounds)]
    command = [sys.executable, "-m", "benchmarks.model_mechanisms", *words]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(told))


def main(words: Sequence[str]) -> None:
    """Measure, as the command line says."""
    people, months, policy, engine, rounds = words
    run_once(scaled(FEW, 1, policy), policy, 0, engine)  # loads or makes the machine code
    all_on = scenarios(int(people), int(months), policy)
    times = [
        [_timed(partial(run_once, one, policy, number, engine)) for one in all_on]
        for number in range(int(rounds))
    ]
    print(json.dumps(share_out(times)))


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1:])
