"""Search a space of policies: an even start, then wherever improvement is expected.

All candidates meet the same people with the same random numbers, so that differences between
neighbours are hardly luck. What luck is left the surface takes for noise, and the last candidates
are chosen on random numbers that the search never saw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc
from threadpoolctl import threadpool_limits

from sim.core import streams
from sim.core.rng import run_key, uniform
from sim.studies.best.goal import Goal
from sim.studies.best.proposals import Surface, fitted, propose
from sim.studies.best.search_space import MOST_LISTED, SearchSpace, Values
from sim.studies.best.trial_runs import Candidate, TrialRuns

__all__ = ["Explored", "Explorer", "Targets", "first_points", "keyed_seed", "ranked"]

Floats = npt.NDArray[np.float64]
Targets = Callable[[Floats, Sequence[Candidate], int], Floats]
"""What is to be large for each candidate, from the mean scores, in the round of a number."""

BATCH = 4
"""Candidates proposed at a time, whatever the number of workers: results do not depend on it."""

_POOL, _NEAR, _LEADERS = 1024, 128, 5
_LEAST_START, _START_PER_KEY = 8, 4
_SEARCHES = 1  # "who" draws: 0 is `sim robust`'s


def keyed_seed(seed: int, index: int) -> int:
    """Return a seed of points, from the keyed generator."""
    return int(uniform(run_key(seed, 0), streams.BELIEFS, _SEARCHES, index) * 2**31)


def first_points(keys: int) -> int:
    """Return how many candidates are tried before the first surface is fitted."""
    return max(_LEAST_START, _START_PER_KEY * keys)


@dataclass
class Explored:
    """The candidates that a search has tried.

    Attributes
    ----------
    candidates : list of Candidate
    values : list of array of float, shape (replications, measures)
        What the runs of each gave.
    expected : array of float
        The surface's expectation of each candidate's mean score, luck smoothed out.
    refused : int
        Proposals that break a rule between several keys.
    """

    candidates: list[Candidate] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    expected: Floats = field(default_factory=lambda: np.zeros(0))
    refused: int = 0

    def table(self) -> Floats:
        """Return all values, shape (candidates, replications, measures)."""
        return np.array(self.values)


@dataclass
class Explorer:
    """Tries candidates of a space, and learns where better ones lie.

    Attributes
    ----------
    trials : TrialRuns
    goal : Goal
    space : SearchSpace
    policy : str
        Whose keys move.
    replications : tuple of int
        In which each candidate is run.
    seed : int
        The scenario's.
    start : sequence of tuple
        Candidates to try before any other, such as the scenario's own.
    """

    trials: TrialRuns
    goal: Goal
    space: SearchSpace
    policy: str
    replications: tuple[int, ...]
    seed: int
    start: Sequence[Values] = ()
    found: Explored = field(default_factory=Explored)
    _tried: dict[Values, None] = field(default_factory=dict)
    _surface: Surface | None = None

    def explore(self, most: int, targets: Targets | None = None) -> Explored:
        """Try candidates until there are so many, or none is left.

        Parameters
        ----------
        most : int
            Candidates in all.
        targets : callable, optional
            What is to be large, by default the mean score.
        """
        wanted = targets or (lambda scores, candidates, round_: scores)  # noqa: ARG005
        with threadpool_limits(1):  # sums of several threads are not the same every time
            self._begin(min(most, first_points(len(self.space.dimensions))))
            round_ = 0
            while len(self.found.candidates) < most:
                room = min(BATCH, most - len(self.found.candidates))
                if not self._advance(room, wanted, round_):
                    break
                round_ += 1
            self.found.expected = self._expected()
        return self.found

    def _begin(self, count: int) -> None:
        """Try what to start from, then points that fill the space evenly."""
        new = [values for values in dict.fromkeys(self.start) if values not in self._tried]
        sobol = qmc.Sobol(len(self.space.dimensions), rng=keyed_seed(self.seed, 0))
        for _ in range(8):  # listed values repeat, and some break rules
            if len(new) >= count or len(self._tried) >= self.space.size:
                break
            even = self.space.at(sobol.random(64))
            new = self._possible([*new, *even], count)
        self._try(new[:count])

    def _possible(self, proposals: Sequence[Values], count: int) -> list[Values]:
        """Return the first proposals that are new and keep all rules."""
        kept: list[Values] = []
        for values in dict.fromkeys(proposals):
            if len(kept) == count:
                break
            if values in self._tried:
                continue
            if self.trials.is_possible(self._candidate(values)):
                kept.append(values)
            else:
                self.found.refused += 1
                self._tried[values] = None
        return kept

    def _candidate(self, values: Values) -> Candidate:
        return Candidate(self.policy, tuple(self.space.mapping(values).items()))

    def _try(self, new: Sequence[Values]) -> None:
        if not new:
            return
        candidates = [self._candidate(values) for values in new]
        values = self.trials.values(candidates, self.replications)
        self.found.candidates += candidates
        self.found.values += list(values)
        self._tried |= dict.fromkeys(new)

    def _advance(self, room: int, targets: Targets, round_: int) -> bool:
        """Try the next candidates; return False where there is none left."""
        points = self._points()
        scores = self.mean_scores()
        outcomes = targets(scores, self.found.candidates, round_)
        self._surface = surface = fitted(points, outcomes, self._surface)
        allowed = [fitted(points, column) for column in self._mean_excesses().T]
        pool = self._pool(round_, outcomes)
        if not pool:
            return False
        order = propose(surface, allowed, points, self.space.coordinates(pool), room)
        self._try(self._possible([pool[place] for place in order], room))
        return True

    def _pool(self, round_: int, outcomes: Floats) -> list[Values]:
        """Return candidates not tried yet: all, or points everywhere and near the leaders."""
        if self.space.size <= MOST_LISTED:
            every = self.space.all()
        else:
            keys = len(self.space.dimensions)
            sobol = qmc.Sobol(keys, rng=keyed_seed(self.seed, 2 * round_ + 1))
            every = self.space.at(sobol.random(_POOL))
            around = qmc.Sobol(3 * keys, rng=keyed_seed(self.seed, 2 * round_ + 2))
            for leader in self._leaders(outcomes):
                every += self.space.near(leader, around.random(_NEAR))
        return [values for values in dict.fromkeys(every) if values not in self._tried]

    def _leaders(self, outcomes: Floats) -> list[Values]:
        """Return the values of the best so far that keep the constraints, or nearly."""
        order = ranked(outcomes, self._mean_excesses())
        return [self._values(self.found.candidates[place]) for place in order[:_LEADERS]]

    def _values(self, candidate: Candidate) -> Values:
        settings = dict(candidate.settings)
        return tuple(settings[path] for path in self.space.paths)

    def _points(self) -> Floats:
        return self.space.coordinates([self._values(one) for one in self.found.candidates])

    def mean_scores(self) -> Floats:
        """Return each candidate's mean score; NaN where a run failed."""
        scores = self.goal.scores(self.found.table(), self.found.candidates)
        return np.asarray(scores.mean(axis=1))

    def _mean_excesses(self) -> Floats:
        return np.asarray(self.goal.excesses(self.found.table()).mean(axis=1))

    def _expected(self) -> Floats:
        """Return the mean scores with luck smoothed out; NaN where a run failed."""
        scores = self.mean_scores()
        if len(scores) < _LEAST_START:
            return scores
        smooth, _ = fitted(self._points(), scores).predict(self._points())
        return np.where(np.isfinite(scores), smooth, np.nan)


def ranked(outcomes: Floats, excesses: Floats) -> list[int]:
    """Return candidates from the best: those that keep all constraints first.

    Parameters
    ----------
    outcomes : array of float
        What is to be large.
    excesses : array of float, shape (candidates, constraints)
        At most 0 where one is kept.

    Notes
    -----
    Those that break some are ordered by how far, each in units of its spread over candidates.
    """
    spread = np.nanstd(excesses, axis=0) if excesses.size else np.ones(excesses.shape[1])
    broken = np.maximum(np.where(np.isfinite(excesses), excesses, np.inf), 0.0)
    how_far = (broken / np.where(spread > 0, spread, 1.0)).sum(axis=1)
    merit = np.where(np.isfinite(outcomes), outcomes, -np.inf)
    how_far = np.where(np.isfinite(outcomes), how_far, np.inf)
    return [int(place) for place in np.lexsort((-merit, how_far))]
