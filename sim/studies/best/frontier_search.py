"""The frontier of what is looked for against inequality, from equality to the steepest tiers.

Once with the staff as it is, so that only treatment differs, and once with the best staff for each
policy, where the desk may move: what unequal treatment seems to earn may be what staff earns.

References
----------
Knowles, J. (2006). ParEGO: a hybrid algorithm with on-line landscape approximation for expensive
multiobjective optimization problems. IEEE Transactions on Evolutionary Computation 10(1), 50-66.
doi:10.1109/TEVC.2005.851274 (each round looks for the best by other weights of both).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sim.errors import CommandError
from sim.scenario.schema.best import direction_of
from sim.studies.best.find_best import EQUAL, Found, own_values
from sim.studies.best.goal import Goal
from sim.studies.best.plan_of_search import SearchPlan
from sim.studies.best.price_of_fairness import Price, price_of, undominated
from sim.studies.best.search import Explored, Explorer, ranked
from sim.studies.best.search_space import SearchSpace
from sim.studies.best.trial_runs import Candidate, TrialRuns

__all__ = ["Frontier", "Staffing", "find_frontiers"]

Floats = npt.NDArray[np.float64]
Staffing = Literal["same", "best"]

MEASURED = 3_000_000
"""The first replication in which a frontier is measured."""

_POINTS = 8
_SHARE, _LEAST = 0.5, 10  # of the runs for trying; replications of each point
_BOTH = 0.05  # how much both count beside the worse of them: Knowles' rho


@dataclass(frozen=True, slots=True)
class Frontier:
    """A frontier, measured on random numbers of its own.

    Attributes
    ----------
    staffing : {'same', 'best'}
        Whether the desk is the scenario's own, or the best found for each policy.
    candidates : tuple of Candidate
        Equal treatment first, then by rising inequality as the search saw it, then the given
        policies, where the desk is the scenario's own.
    values : array of float, shape (candidates, replications, measures)
    scores : array of float, shape (candidates, replications)
    inequality : array of float, shape (candidates, replications)
        More is more unequal, whatever the measure's own direction.
    best : int
        The candidate that the search expected to be best whatever its inequality.
    price : Price
        Of equal treatment.
    given : int
        How many of the candidates, the last, are given policies.
    """

    staffing: Staffing
    candidates: tuple[Candidate, ...]
    values: Floats
    scores: Floats
    inequality: Floats
    best: int
    price: Price
    given: int = 0


def find_frontiers(plan: SearchPlan, trials: TrialRuns, found: Found) -> list[Frontier]:
    """Search and measure the frontier with the same staff and, where the desk may move, the best.

    Raises
    ------
    CommandError
        If no candidate keeps all constraints.
    """
    treatment = _part(plan.space, desk=False)
    finder = _Finder(plan, trials, found.goal, found)
    frontiers = [finder.frontier("same", treatment, Candidate(EQUAL))]
    if _part(plan.space, desk=True).dimensions:
        frontiers.append(finder.frontier("best", plan.space, finder.equal_staffed()))
    return frontiers


def _part(space: SearchSpace, *, desk: bool) -> SearchSpace:
    return SearchSpace(
        tuple(one for one in space.dimensions if one.path.startswith("desk.") is desk)
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    plan: SearchPlan
    trials: TrialRuns
    goal: Goal
    found: Found

    @property
    def most(self) -> int:
        """Return how many candidates a frontier may try."""
        return max(8, int(_SHARE * self.plan.asked.runs) // self.plan.asked.replications)

    def frontier(self, staffing: Staffing, space: SearchSpace, equal: Candidate) -> Frontier:
        """Search one frontier and measure it."""
        explored = self._explored(space, self.plan.asked.policy)
        points, best = self._points(explored, equal)
        given = [one for one in self.found.given if staffing == "same" and one not in points]
        candidates = [*points, *given]
        values = self.trials.values(candidates, range(MEASURED, MEASURED + self._replications))
        scores = self.goal.scores(values, candidates)
        size, _ = self.goal.indifference(float(np.nanmean(scores)))
        return Frontier(
            staffing, tuple(candidates), values, scores, self._inequality(values), best,
            price_of(scores[best], scores[0], size), len(given),
        )  # fmt: skip

    def equal_staffed(self) -> Candidate:
        """Return equal treatment with the desk that is best for it."""
        explored = self._explored(_part(self.plan.space, desk=True), EQUAL, by_weights=False)
        excesses = self.goal.excesses(explored.table()).mean(axis=1)
        return explored.candidates[ranked(explored.expected, excesses)[0]]

    @property
    def _replications(self) -> int:
        return max(_LEAST, self.found.budget.measuring)

    def _explored(self, space: SearchSpace, policy: str, *, by_weights: bool = True) -> Explored:
        whole = space.paths == self.plan.space.paths
        start = own_values(self.plan, self.trials) if whole else []
        explorer = Explorer(
            self.trials, self.goal, space, policy, tuple(range(self.plan.asked.replications)),
            self.plan.base.seed, start,
        )  # fmt: skip
        if not by_weights:
            return explorer.explore(self.most // 2)
        return explorer.explore(
            self.most,
            lambda scores, _, round_: _weighted(
                scores, self._inequality(explorer.found.table()).mean(axis=1), round_
            ),
        )

    def _points(self, explored: Explored, equal: Candidate) -> tuple[list[Candidate], int]:
        """Return equal treatment and undominated candidates, and the place of the best of all."""
        kept = (self.goal.excesses(explored.table()).mean(axis=1) <= 0).all(axis=1)
        expected = np.where(kept, explored.expected, np.nan)
        inequality = self._inequality(explored.table()).mean(axis=1)
        places = _spread(undominated(inequality, expected), inequality, expected)
        if not places:
            raise CommandError("no candidate of the frontier keeps all constraints")
        points = [explored.candidates[place] for place in places]
        candidates = list(dict.fromkeys([equal, *points]))
        return candidates, candidates.index(points[-1])

    def _inequality(self, values: Floats) -> Floats:
        name = self.plan.asked.inequality
        sign = -1.0 if direction_of(name) == "up" else 1.0
        return sign * self.goal.of(values, name)


def _weighted(scores: Floats, inequality: Floats, round_: int) -> Floats:
    """Return the outcome by the weights of a round: the worse of both, and a little of each."""
    weight = _weight(round_)
    lost = _scaled(np.nanmax(scores) - scores)
    unequal = _scaled(inequality - np.nanmin(inequality))
    parts = np.array([weight * lost, (1 - weight) * unequal])
    return np.asarray(-(parts.max(axis=0) + _BOTH * parts.sum(axis=0)))


def _scaled(lost: Floats) -> Floats:
    """Scale losses by their median, so that the worst of all do not press the rest together."""
    size = float(np.nanmedian(lost)) or float(np.nanmax(lost)) or 1.0
    return lost / size


def _weight(round_: int) -> float:
    """Return the weight of the objective: 1, 1/2, 1/4, 3/4, ... (van der Corput), at least 0.05."""
    number, share, base = round_, 0.0, 0.5
    while number:
        share += base * (number % 2)
        number //= 2
        base /= 2
    return max(0.05, 1.0 - share)


def _spread(places: Sequence[int], inequality: Floats, outcome: Floats) -> list[int]:
    """Return at most so many points, both ends and those between that lie farthest apart."""
    if len(places) <= _POINTS:
        return list(places)
    x, y = inequality[list(places)], outcome[list(places)]
    scaled = np.stack([(x - x[0]) / (np.ptp(x) or 1), (y - y[0]) / (np.ptp(y) or 1)], axis=1)
    chosen = [0, len(places) - 1]
    while len(chosen) < _POINTS:
        apart = np.abs(scaled[:, None] - scaled[chosen][None]).max(axis=2).min(axis=1)
        chosen.append(int(np.argmax(apart)))
    return [places[place] for place in sorted(set(chosen))]
