"""What a field experiment in this world would have reported, and how far that is from the truth.

An A/B test compares people who have the policy with people who have not, in one world: the queue,
the stories and the staff are shared, so each side meets what the other causes. A switchback gives
everybody the policy by turns: minds, staff and product carry over from turn to turn. The truth is
the policy for everybody less the reference for everybody, on the same random numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.rng import run_key
from sim.model.policy.trial import is_control_period
from sim.stats.intervals import Estimate, difference, estimate, unpaired_difference
from sim.studies.effects.outcomes import OUTCOMES, Lives
from sim.studies.effects.variants import AB_TEST, POLICY, REFERENCE, SWITCHBACK, Ran

__all__ = ["EVERYBODY", "MONTHLY", "OF_THE_START", "Experiment", "Experiments"]

Floats = npt.NDArray[np.float64]

OF_THE_START, EVERYBODY = "customers of the start", "everybody"
_OF_EVERYBODY = ("stayed", "contacts", "spend")
MONTHLY = ("satisfaction_mean", "wait_mean", "abandonment", "churn_rate", "revenue", "profit")
"""What a switchback compares, by month."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment's report on one outcome, over the replications.

    Attributes
    ----------
    kind, outcome, population : str
    reported, truth, bias : Estimate
        Bias is what is reported less the truth, pair by pair.
    covered : float
        Share of replications in which the experiment's own 95% interval has the truth inside.
    """

    kind: str
    outcome: str
    population: str
    reported: Estimate
    truth: Estimate
    bias: Estimate
    covered: float


@dataclass(frozen=True, slots=True)
class _Report:
    reported: float
    truth: float
    covered: bool


@dataclass(slots=True)
class Experiments:
    """Collects what experiments report, replication by replication."""

    _reports: dict[tuple[str, str, str], list[_Report]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add_ab_test(self, ran: Mapping[str, Ran]) -> None:
        """Add the A/B test of a replication."""
        lives = (ran[name].lives for name in (AB_TEST, POLICY, REFERENCE))
        for outcome, population, report in _ab_reports(*lives):
            self._reports[AB_TEST, outcome, population].append(report)

    def add_switchback(
        self, ran: Mapping[str, Ran], seed: int, replication: int, months: int
    ) -> None:
        """Add the switchback of a replication, with periods of so many months."""
        turns, policy, reference = (
            ran[name].months for name in (SWITCHBACK, "months", "months of the reference")
        )
        key = run_key(seed, replication)
        count = len(next(iter(turns.values())))
        control = np.array([is_control_period(key, month, months) for month in range(count)])
        for name in MONTHLY:
            truth = float(np.nanmean(policy[name]) - np.nanmean(reference[name]))
            report = _by_turns(turns[name], control, months, truth)
            self._reports[SWITCHBACK, name, ""].append(report)

    def as_data(self) -> list[Any]:
        """Return everything as plain data."""
        return [
            (key, [(float(one.reported), float(one.truth), bool(one.covered)) for one in reports])
            for key, reports in self._reports.items()
        ]

    def add(self, data: Sequence[Any]) -> None:
        """Add what other replications reported, as `as_data` has it."""
        for (experiment, outcome, population), reports in data:
            key = experiment, outcome, population
            self._reports[key] += [_Report(*report) for report in reports]

    def found(self) -> list[Experiment]:
        """Return what each experiment reports of each outcome."""
        return [_over(key, reports) for key, reports in self._reports.items()]


def _ab_reports(
    lives: Lives, policy: Lives, reference: Lives
) -> Iterator[tuple[str, str, _Report]]:
    start = reference["cohort"] > 0
    for outcome in OUTCOMES:
        for population, chosen in ((OF_THE_START, start), (EVERYBODY, np.ones_like(start))):
            if population == EVERYBODY and outcome not in _OF_EVERYBODY:
                continue
            kept_out = lives["withheld"][chosen]
            values = lives[outcome][chosen]
            told = unpaired_difference(list(values[~kept_out]), list(values[kept_out]))
            truth = float((policy[outcome] - reference[outcome])[chosen].mean())
            yield outcome, population, _Report(*_inside(told.mean, told.low, told.high, truth))


def _by_turns(values: Floats, control: npt.NDArray[np.bool_], months: int, truth: float) -> _Report:
    """Return what a switchback reports: the periods of each pair, compared."""
    pairs = [
        (
            float(np.nanmean(values[first : first + 2 * months][~out])),
            float(np.nanmean(values[first : first + 2 * months][out])),
        )
        for first in range(0, len(values) - 2 * months + 1, 2 * months)
        for out in (control[first : first + 2 * months],)
    ]
    told = difference([one for one, _ in pairs], [other for _, other in pairs])
    return _Report(*_inside(told.mean, told.low, told.high, truth))


def _inside(
    mean: float | None, low: float | None, high: float | None, truth: float
) -> tuple[float, float, bool]:
    # Where nobody differs there is no interval, and nothing to be wrong about.
    covered = mean == truth if low is None or high is None else low <= truth <= high
    return (np.nan if mean is None else mean), truth, covered


def _over(key: tuple[str, str, str], reports: list[_Report]) -> Experiment:
    return Experiment(
        *key,
        reported=estimate(one.reported for one in reports),
        truth=estimate(one.truth for one in reports),
        bias=estimate(one.reported - one.truth for one in reports),
        covered=float(np.mean([one.covered for one in reports])),
    )
