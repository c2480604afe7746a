"""What is looked for: a weighted sum of measures less what the levers cost, within constraints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import CommandError, ScenarioError
from sim.measures.definitions import MEASURES
from sim.measures.fairness_measures import FAIRNESS
from sim.model.parameters import MONTHS_A_YEAR
from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.best import Best, Constraint, Lever
from sim.scenario.schema.scenario import Scenario
from sim.stats.practical_size import SHARE_OF_LEVEL, worth_of
from sim.studies.best.trial_runs import Candidate

__all__ = ["Goal", "goal_of", "title_of", "unit_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is looked for.

    Attributes
    ----------
    weights : mapping of str to float
        By measure; the sum is to be as large as possible.
    constraints : tuple of Constraint
    costs : mapping of str to (float, float)
        By path: what one unit takes off the sum over the whole run, and from which value.
    measures : tuple of str
        The measures of each run, in the order of the last axis of values.
    worth : mapping of str to float
        What is too little to care about, by measure.
    """

    weights: Mapping[str, float]
    constraints: tuple[Constraint, ...]
    costs: Mapping[str, tuple[float, float]]
    measures: tuple[str, ...]
    worth: Mapping[str, float]

    @property
    def unit(self) -> str:
        """The unit of the sum, or nothing where measures of several units are added."""
        units = {unit_of(name) for name in self.weights}
        return units.pop() if len(units) == 1 else ""

    @property
    def name(self) -> str:
        """The sum in words of measures."""
        parts = list(_parts(self.weights))
        return " ".join([parts[0].removeprefix("+ "), *parts[1:]])

    def of(self, values: Floats, measure: str) -> Floats:
        """Return a measure of runs from all that they gave."""
        if measure not in self.measures:
            raise CommandError(f"these runs do not give {measure}; see: sim measures")
        return np.asarray(values[..., self.measures.index(measure)])

    def scores(self, values: Floats, candidates: Sequence[Candidate]) -> Floats:
        """Return the sum for each run.

        Parameters
        ----------
        values : array of float, shape (candidates, replications, measures)
        candidates : sequence of Candidate

        Returns
        -------
        array of float, shape (candidates, replications)
        """
        total = sum(weight * self.of(values, name) for name, weight in self.weights.items())
        spent = np.array([self.cost(candidate) for candidate in candidates])
        return np.asarray(total - spent[:, None])

    def cost(self, candidate: Candidate) -> float:
        """Return what a candidate's levers cost beyond what the model counts, over the run."""
        return math.fsum(
            each * (float(value) - start)  # type: ignore[arg-type] # only numbers have costs
            for path, value in candidate.settings
            if path in self.costs
            for each, start in [self.costs[path]]
        )

    def excesses(self, values: Floats) -> Floats:
        """Return by how much each run breaks each constraint, at most 0 where it is kept.

        Returns
        -------
        array of float, shape (candidates, replications, constraints)
        """
        broken = [_excess(one, self.of(values, one.measure)) for one in self.constraints]
        shape = values.shape[:2]
        return np.stack(broken, axis=-1) if broken else np.zeros((*shape, 0))

    def indifference(self, level: float) -> tuple[float, bool]:
        """Return what difference of the sum is too little to care about, and whether it was said.

        Parameters
        ----------
        level : float
            Of the sum, of which a hundredth stands in where the scenario says nothing.
        """
        said = [abs(weight) * worth for name, weight in self.weights.items()
                if (worth := worth_of(self.worth, name)) is not None]  # fmt: skip
        # Profit and customer equity are two parts of one sum: the larger size is the sum's.
        return (max(said), True) if said else (SHARE_OF_LEVEL * abs(level) or 1e-12, False)


def _excess(constraint: Constraint, values: Floats) -> Floats:
    apart = values - constraint.limit
    return apart if constraint.sign == "<=" else -apart


def _parts(weights: Mapping[str, float]) -> Iterator[str]:
    for name, weight in weights.items():
        times = "" if abs(weight) == 1 else f"{abs(weight):g} x "
        yield f"{'-' if weight < 0 else '+'} {times}{name}"


def unit_of(measure: str) -> str:
    """Return the unit of a measure of a run."""
    known = MEASURES.get(measure) or FAIRNESS.get(measure)
    return known.unit if known is not None else "share"


def title_of(measure: str) -> str:
    """Return the title of a measure of a run."""
    known = MEASURES.get(measure) or FAIRNESS.get(measure)
    return known.title if known is not None else measure


def goal_of(best: Best, variations: Variations, measures: tuple[str, ...]) -> Goal:
    """Return what a scenario's section looks for.

    Raises
    ------
    CommandError
        If a measure is not one of these runs, or a lever's cost has no value to start from.
    """
    wanted = [*best.objective, *(one.measure for one in best.bounds()), best.inequality]
    for name in wanted:
        if name not in measures:
            raise CommandError(
                f"best: {name} is not a measure of these runs; desk.answer_within_seconds lists "
                "the limits that are counted"
            )
    base = variations.base
    paid = _months_paid(best.objective, base)
    costs = {
        path: (lever.cost_per_month * paid, _start(variations, path, lever))
        for path, lever in best.vary.items()
        if lever.cost_per_month is not None
    }
    return Goal(dict(best.objective), best.bounds(), costs, measures, base.worth)


def _months_paid(objective: Mapping[str, float], scenario: Scenario) -> float:
    """Return what one unit of money a month takes off the objective over the run."""
    yearly = 1.0 + scenario.company.discount_rate_per_year
    months = range(1, scenario.months + 1)
    discounted = math.fsum(yearly ** (-month / MONTHS_A_YEAR) for month in months)
    return objective.get("profit", 0.0) * scenario.months + (
        objective.get("profit_discounted", 0.0) * discounted
    )


def _start(variations: Variations, path: str, lever: Lever) -> float:
    """Return the value from which a lever's cost is counted."""
    if lever.cost_from is not None:
        return lever.cost_from
    value: Scalar = None
    with suppress(ScenarioError):
        value = variations.value_at(path)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CommandError(
            f"best.vary.{path}: the scenario has no number there from which to count the cost; "
            "write cost_from"
        )
    return float(value)
