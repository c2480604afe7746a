"""From a plan to the best policy found: try, choose, measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import CommandError, ScenarioError
from sim.studies.best.budget import Budget, budget_of
from sim.studies.best.final_choice import MEASURED, Finals, choose_finalist
from sim.studies.best.found_policy import desk_settings
from sim.studies.best.goal import Goal, goal_of
from sim.studies.best.plan_of_search import SearchPlan
from sim.studies.best.search import Explored, Explorer, ranked
from sim.studies.best.search_space import SearchSpace, Values
from sim.studies.best.trial_runs import Candidate, TrialRuns

__all__ = ["EQUAL", "SAME_DESK", "Found", "find_best", "given_policies", "own_values"]

Floats = npt.NDArray[np.float64]

EQUAL = "equal"
"""The library's policy that treats everybody alike."""

SAME_DESK = "at the desk found"
"""How a given policy is called where it is run with the desk that was found."""

_ALIKE = 0.05  # of the range of every key


@dataclass(frozen=True, slots=True)
class Found:
    """The best policy found, and how it came about.

    Attributes
    ----------
    goal : Goal
    budget : Budget
    given : tuple of Candidate
        The policies to beat.
    left_out : mapping of str to str
        Policies of the library that cannot run here, and why.
    given_values : array of float, shape (given, replications, measures)
        Of their runs beside the search.
    explored : Explored
    finals : Finals
    rival : int
        Place among the last candidates of the best given policy.
    measured : mapping of str to array of float, shape (replications, measures)
        The choice, named ``best``, and what it is compared with, on random numbers of their own.
    candidates : mapping of str to Candidate
        What was measured.
    """

    goal: Goal
    budget: Budget
    given: tuple[Candidate, ...]
    left_out: dict[str, str]
    given_values: Floats
    explored: Explored
    finals: Finals
    rival: int
    measured: dict[str, Floats]
    candidates: dict[str, Candidate]

    @property
    def chosen(self) -> Candidate:
        """The choice."""
        return self.finals.candidates[self.finals.chosen]

    @property
    def is_given(self) -> bool:
        """Whether the choice is one of the policies to beat: nothing better was found."""
        return self.chosen in self.given


def find_best(plan: SearchPlan, trials: TrialRuns) -> Found:
    """Search, choose among the last candidates, and measure the choice.

    Raises
    ------
    CommandError
        If the budget is too small, or nothing can be tried.
    """
    goal = goal_of(plan.asked, trials.variations(plan.asked.policy), trials.measures)
    given, left_out = given_policies(plan, trials)
    keys = len(plan.space.dimensions)
    budget = budget_of(plan.asked.runs, len(given), plan.asked.replications, keys)
    replications = tuple(range(plan.asked.replications))
    given_values = trials.values(given, replications)
    explorer = Explorer(
        trials, goal, plan.space, plan.asked.policy, replications, plan.base.seed,
        own_values(plan, trials),
    )  # fmt: skip
    explored = explorer.explore(budget.candidates)
    last = _last(goal, plan.space, explored, (given, given_values), budget)
    level = float(np.nanmean(goal.scores(given_values, given)))
    size, _ = goal.indifference(level)
    room = plan.asked.runs - trials.used - 4 * budget.measuring
    finals = choose_finalist(
        trials, goal, last, max(room, budget.selecting), plan.asked.confidence, size
    )
    rival = finals.best_of([place for place, one in enumerate(last) if one in given])
    measured = dict(_to_measure(finals, rival, given))
    runs = trials.values(list(measured.values()), range(MEASURED, MEASURED + budget.measuring))
    return Found(
        goal, budget, given, left_out, given_values, explored, finals, rival,
        dict(zip(measured, runs, strict=True)), measured,
    )  # fmt: skip


def given_policies(
    plan: SearchPlan, trials: TrialRuns
) -> tuple[tuple[Candidate, ...], dict[str, str]]:
    """Return the policies to beat, and those of the library that cannot run here, and why.

    Raises
    ------
    ScenarioError
        If a policy that was named cannot run.
    CommandError
        If there is none.
    """
    given, left_out = [], {}
    for name in plan.given:
        try:
            trials.scenario(Candidate(name))
            given.append(Candidate(name))
        except ScenarioError as error:
            if plan.named or name in plan.base.policies:
                raise
            fault = error.faults[0]
            left_out[name] = f"{fault.key} {fault.rule}"
    if not given:
        raise CommandError("best: there is no policy to beat; name one with --policy")
    return tuple(given), left_out


def own_values(plan: SearchPlan, trials: TrialRuns) -> list[Values]:
    """Return the scenario's own values of what may move, if all lie within their bounds."""
    variations = trials.variations(plan.asked.policy)
    with suppress(ScenarioError):
        own = tuple(variations.value_at(path) for path in plan.space.paths)
        if all(one.holds(v) for one, v in zip(plan.space.dimensions, own, strict=True)):
            return [own]
    return []


def _last(
    goal: Goal,
    space: SearchSpace,
    explored: Explored,
    beside: tuple[Sequence[Candidate], Floats],
    budget: Budget,
) -> list[Candidate]:
    """Return the candidates to compare at last.

    They are the best found, each unlike those before it, the best given, and these with the desk of
    the best found: it may be the staff that makes it the best.
    """
    if not explored.candidates:
        raise CommandError("best: no combination of what may move keeps all rules between keys")
    table = explored.table()
    order = ranked(explored.expected, goal.excesses(table).mean(axis=1))
    points = space.coordinates([tuple(dict(one.settings).values()) for one in explored.candidates])
    found = [explored.candidates[place] for place in _unlike(order, points, budget.finalists)]
    given, values = beside
    scores = goal.scores(values, given).mean(axis=1)
    theirs = [given[place] for place in ranked(scores, goal.excesses(values).mean(axis=1))]
    desk = desk_settings(found[0])
    staffed = [Candidate(one.policy, desk) for one in theirs[: budget.staffed]] if desk else []
    return list(dict.fromkeys([*found, *theirs[: budget.given], *staffed]))


def _unlike(order: Sequence[int], points: Floats, count: int) -> list[int]:
    """Return the first places that differ from those before them, filled up with those that do not.

    Finalists that are as good as the same would share the runs, and decide nothing.
    """
    kept: list[int] = []
    for place in order:
        near = any(np.abs(points[place] - points[other]).max() < _ALIKE for other in kept)
        if not near and len(kept) < count:
            kept.append(place)
    return kept


def _to_measure(
    finals: Finals, rival: int, given: Sequence[Candidate]
) -> Iterator[tuple[str, Candidate]]:
    """Yield what is measured: the choice, the best given policy, that at the same desk, `equal`."""
    chosen, best_given = finals.candidates[finals.chosen], finals.candidates[rival]
    yield "best", chosen
    if chosen == best_given:  # the choice is a given one: compare it with the best of the others
        others = [place for place, one in enumerate(finals.candidates) if one != chosen]
        best_given = finals.candidates[finals.best_of(others)] if others else best_given
    yield _called(best_given, given), best_given
    desk = desk_settings(chosen)
    if desk and best_given in given and chosen.policy != best_given.policy:
        yield f"{best_given.policy} {SAME_DESK}", Candidate(best_given.policy, desk)
    equal = Candidate(EQUAL)
    if equal in given and equal not in (best_given, chosen):
        yield EQUAL, equal


def _called(candidate: Candidate, given: Sequence[Candidate]) -> str:
    return candidate.policy if candidate in given else "the best found"
