"""Take what a policy does apart: whom it chooses, and each kind of favour that it gives them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from sim.errors import CommandError, nearest
from sim.execution.execution import Execution
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.measures.definitions import MEASURES
from sim.results.difference_tables import Values, values_of
from sim.scenario.schema.scenario import Scenario
from sim.stats.decomposition import Decomposition, controls_of, decomposed_by
from sim.studies.run.api import run_selection

if TYPE_CHECKING:
    from sim.studies.run.result import Result

__all__ = ["DECOMPOSITION", "Decomposed", "decompose", "decompose_selection"]

MONEY = "profit and customers' value"
"""Discounted profit, and the discounted equity of the customers at the end: a row of its own."""

_MEASURES = ("profit_discounted", "customer_equity", "churn_rate", "satisfaction_mean", "wait_mean")

DECOMPOSITION = {
    "measure": pl.String,
    "unit": pl.String,
    "part": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of a decomposition: parts whole, selection, rest, the favours, and interaction; low and
high of the 95% interval, not adjusted for the number of parts."""


@dataclass(frozen=True, slots=True)
class Decomposed:
    """A policy taken apart.

    Attributes
    ----------
    policy, reference : str
    found : mapping of str to Decomposition
        By measure; `MONEY` first, if the runs have profit and equity.
    result : Result
        The runs.
    """

    policy: str
    reference: str
    found: Mapping[str, Decomposition] = field(repr=False)
    result: Result = field(repr=False)

    @property
    def table(self) -> pl.DataFrame:
        """A row for each measure and part, with the columns of `DECOMPOSITION`."""
        rows = [
            (measure, unit_of(measure), part, one.mean, one.low, one.high, one.p, one.replications)
            for measure, found in self.found.items()
            for part, one in found.named()
        ]
        return pl.DataFrame(rows, schema=DECOMPOSITION, orient="row")

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "policy": self.policy,
            "reference": self.reference,
            "parts": self.table.to_dicts(),
            "folder": str(self.result.folder),
        }


@accepts(RunOptions)
def decompose(
    source: Source,
    policy: str,
    *,
    reference: str | None = None,
    measures: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    **options: Unpack[RunOptions],
) -> Decomposed:
    """Take the difference between a policy and a reference apart, by paired runs.

    Parameters
    ----------
    source : path or Scenario
        A scenario file, the name of one that ships, or a scenario already loaded.
    policy : str
        One that chooses among customers.
    reference : str, optional
        By default the scenario's first other policy.
    measures : sequence of str, optional
        By default profit, customer equity, churn, satisfaction and wait.
    out : path, optional
        The results folder, as of `sim.run`.
    **options
        As of `sim.run`.

    Raises
    ------
    CommandError
        If the policy chooses nobody, or a name is unknown.

    Examples
    --------
    >>> import sim
    >>> found = sim.decompose("my.yaml", "value_tiers", replications=3, months=2)
    >>> found.table.filter(measure="churn_rate")["part"].to_list()
    ['whole', 'selection', 'rest', 'priority', 'generosity', 'interaction']
    """
    selection, execution = divided(source, options)
    return decompose_selection(
        selection, execution, policy, reference=reference, measures=measures, out=out
    )


def decompose_selection(
    selection: ScenarioSelection,
    execution: Execution,
    policy: str,
    *,
    reference: str | None = None,
    measures: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Decomposed:
    """Take a policy apart, as `decompose` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    policy, reference, measures, out
        As of `decompose`.
    """
    if selection.policies:
        raise CommandError("policies: name the policy to take apart, and its reference, instead")
    scenario = selection.scenario()
    reference = _reference(scenario, policy) if reference is None else reference
    controls = _controls(replace(selection, policies=[reference, policy]).scenario(), policy)
    names = dict.fromkeys([reference, policy, *controls.values()])
    result = run_selection(replace(selection, policies=list(names)), execution, out=out)
    values = values_of(result.results.tables["replications"])
    weight = (1 + scenario.company.discount_rate_per_year) ** (-scenario.months / 12)
    found = dict(_found(values, (policy, reference), controls, measures, weight))
    return Decomposed(policy, reference, found, result)


def _reference(scenario: Scenario, policy: str) -> str:
    others = [name for name in scenario.policies if name != policy]
    if not others:
        raise CommandError(f"{policy} is the only policy: name a reference to compare it with")
    return others[0]


def _controls(scenario: Scenario, policy: str) -> dict[str, str]:
    found = controls_of(policy, scenario.policies[policy])
    if not found:
        raise CommandError(f"{policy} treats everybody alike, so there is nothing to take apart")
    return found


def _found(
    values: Values,
    both: tuple[str, str],
    controls: Mapping[str, str],
    measures: Sequence[str] | None,
    weight: float,
) -> Iterator[tuple[str, Decomposition]]:
    policy, reference = both
    known = values[policy]
    if {"profit_discounted", "customer_equity"} <= set(known):
        worth = {name: _money(rows, weight) for name, rows in values.items()}
        yield MONEY, decomposed_by(worth, policy, reference, controls)
    for measure in [one for one in _MEASURES if one in known] if measures is None else measures:
        if measure not in known:
            hint = nearest(measure, list(known))
            raise CommandError(f"measures: no measure {measure} in these runs. {hint}".rstrip())
        column = {name: list(rows[measure]) for name, rows in values.items()}
        yield measure, decomposed_by(column, policy, reference, controls)


def _money(rows: Mapping[str, Sequence[float]], weight: float) -> list[float]:
    parts = zip(rows["profit_discounted"], rows["customer_equity"], strict=True)
    return [profit + weight * equity for profit, equity in parts]


def unit_of(measure: str) -> str:
    """Return the unit of a measure, or of `MONEY`."""
    return "currency" if measure == MONEY else MEASURES[measure].unit
