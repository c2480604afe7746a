"""Choose among the last candidates, and measure the choice, on random numbers not seen before.

The search looked for what did well with its own random numbers, so some of what it found is luck.
The last candidates, the given policies among them, are therefore compared on others by Kim and
Nelson's procedure. What this chose is again a little lucky on those, so how much better it is than
the given policies is measured on a third set.

References
----------
Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM
Transactions on Modeling and Computer Simulation 11(3), 251-273, doi:10.1145/502109.502111.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import CommandError
from sim.stats.ranking import FIRST_STAGE, Selection, select
from sim.studies.best.goal import Goal
from sim.studies.best.search import ranked
from sim.studies.best.trial_runs import Candidate, TrialRuns

__all__ = ["MEASURED", "SELECTED", "Finals", "choose_finalist"]

Floats = npt.NDArray[np.float64]

SELECTED, MEASURED = 1_000_000, 2_000_000
"""The first replication in which the last candidates are compared, and their choice measured."""

_STEP = 5  # replications between looks: Kim and Nelson's bound holds after each


@dataclass(frozen=True, slots=True)
class Finals:
    """The last candidates, compared.

    Attributes
    ----------
    candidates : tuple of Candidate
    scores : tuple of array of float
        Of each candidate: one per replication; those dropped early have fewer.
    excesses : array of float, shape (candidates, constraints)
        By how much each breaks each constraint on average; at most 0 where it is kept.
    chosen : int
        Place of the choice.
    selection : Selection
        What Kim and Nelson's procedure says of it; its names are places.
    """

    candidates: tuple[Candidate, ...]
    scores: tuple[Floats, ...]
    excesses: Floats
    chosen: int
    selection: Selection

    def keeps_all(self, place: int) -> bool:
        """Tell whether a candidate keeps all constraints on average."""
        return bool((self.excesses[place] <= 0).all())

    def best_of(self, places: Sequence[int]) -> int:
        """Return the best of some candidates, in the replications that all were run in."""
        shared = min(len(one) for one in self.scores)
        means = np.array([self.scores[place][:shared].mean() for place in places])
        return places[ranked(means, self.excesses[list(places)])[0]]


def choose_finalist(
    trials: TrialRuns,
    goal: Goal,
    candidates: Sequence[Candidate],
    budget: int,
    confidence: float,
    indifference: float,
) -> Finals:
    """Choose among the last candidates on random numbers of their own.

    Parameters
    ----------
    trials : TrialRuns
    goal : Goal
    candidates : sequence of Candidate
    budget : int
        Runs, at most: at least two of each.
    confidence : float
        Least probability that the choice is the best or within the indifference of it.
    indifference : float
        Difference of the sum that is too little to care about, above 0.
    """
    first = min(FIRST_STAGE, budget // len(candidates))
    values = list(trials.values(candidates, range(SELECTED, SELECTED + first)))
    excesses = _mean_excesses(goal, values)
    left = _allowed(goal, values, candidates, excesses)
    spent = first * len(candidates)
    selection = _select(goal, values, candidates, left, indifference, confidence, first)
    while selection.best is None and spent + len(selection.contenders) <= budget:
        going = [int(name) for name in selection.contenders]
        step = min(_STEP, (budget - spent) // len(going))
        _extend(trials, values, candidates, going, step)
        spent += step * len(going)
        selection = _select(goal, values, candidates, left, indifference, confidence, first)
    scores = tuple(_scores(goal, values, candidates))
    excesses = _mean_excesses(goal, values)
    contenders = [int(name) for name in selection.contenders]
    means = np.array([scores[place].mean() for place in contenders])
    chosen = contenders[ranked(means, excesses[contenders])[0]]
    return Finals(tuple(candidates), scores, excesses, chosen, selection)


def _allowed(
    goal: Goal, values: Sequence[Floats], candidates: Sequence[Candidate], excesses: Floats
) -> list[int]:
    """Return the candidates that keep all constraints; the nearest to it where none does."""
    means = np.array([one.mean() for one in _scores(goal, values, candidates)])
    defined = np.isfinite(means)
    if not defined.any():
        raise CommandError(f"{goal.name} is undefined in runs of every candidate")
    kept = np.flatnonzero(defined & (excesses <= 0).all(axis=1))
    return [int(place) for place in kept] or [ranked(means, excesses)[0]]


def _extend(
    trials: TrialRuns,
    values: list[Floats],
    candidates: Sequence[Candidate],
    going: Sequence[int],
    step: int,
) -> None:
    """Run further replications of those that may still be best."""
    start = SELECTED + max(len(one) for one in values)
    more = trials.values([candidates[place] for place in going], range(start, start + step))
    for place, one in zip(going, more, strict=True):
        values[place] = np.concatenate([values[place], one])


def _select(
    goal: Goal,
    values: Sequence[Floats],
    candidates: Sequence[Candidate],
    left: Sequence[int],
    indifference: float,
    confidence: float,
    first: int,
) -> Selection:
    scores = list(_scores(goal, values, candidates))
    most = max(len(one) for one in scores)
    # Who was dropped stays so, on the same replications as before: what follows does not matter.
    padded = {
        str(place): np.pad(scores[place], (0, most - len(scores[place])), mode="edge").tolist()
        for place in left
    }
    return select(padded, indifference, confidence, first=first)


def _scores(goal: Goal, values: Sequence[Floats], candidates: Sequence[Candidate]) -> list[Floats]:
    return [goal.scores(one[None], [candidate])[0]
            for one, candidate in zip(values, candidates, strict=True)]  # fmt: skip


def _mean_excesses(goal: Goal, values: Sequence[Floats]) -> Floats:
    return np.array([goal.excesses(one[None])[0].mean(axis=0) for one in values])
