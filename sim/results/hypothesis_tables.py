"""The table of hypotheses: what each claim came to, in the order of the scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from math import isfinite
from typing import Any

import polars as pl

from sim.execution.replicate import Unit
from sim.measures.expressions import Term
from sim.scenario.schema.hypotheses import Hypothesis
from sim.stats.verdicts import Verdict, judge_all

__all__ = ["HYPOTHESES", "TERMS", "Evidence", "hypotheses_table"]

TERMS = "terms.parquet"
"""The table of what each term of the claims was in each run, so that more runs can be added."""

_TERM = {
    "measure": pl.String,
    "policy": pl.String,
    "span": pl.String,
    "months": pl.Int64,
    "sort": pl.String,
    "group": pl.String,
}

HYPOTHESES = {
    "name": pl.String,
    "claim": pl.String,
    "verdict": pl.String,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "p_adjusted": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of ``hypotheses.csv``: left less right, 95% interval, two-sided p, and p adjusted over
all rows."""


class Evidence:
    """Collects what the terms of hypotheses are in each run, so that the tallies can go.

    Parameters
    ----------
    hypotheses : sequence of Hypothesis
    value : callable
        Gives what a term is in the tallies of a run under its policy.
    """

    def __init__(
        self, hypotheses: Sequence[Hypothesis], value: Callable[[Any, Term], float]
    ) -> None:
        self._hypotheses = hypotheses
        self._value = value
        self._terms = {term for one in hypotheses for term in one.read().terms()}
        self._found: dict[Term, dict[int, float]] = {term: {} for term in self._terms}

    def add(self, unit: Unit, tallies: Any) -> None:
        """Take in one run."""
        for term in self._terms:
            if term.policy == unit.policy:
                self._found[term][unit.replication] = self._value(tallies, term)

    def take(self, runs: pl.DataFrame) -> None:
        """Take in earlier runs, as `terms` laid them out."""
        for *parts, replication, value in runs.iter_rows():
            term = Term(*parts)
            if term in self._terms:
                self._found[term][replication] = float("nan") if value is None else value

    def holds(self, replications: int) -> bool:
        """Tell whether every term is known of every replication below a number."""
        return all(set(range(replications)) <= runs.keys() for runs in self._found.values())

    def terms(self) -> pl.DataFrame:
        """Lay out what each term was in each run, in an order of their own."""
        rows = [
            (*astuple(term), replication, value if isfinite(value) else None)
            for term in sorted(self._terms, key=astuple)
            for replication, value in sorted(self._found[term].items())
        ]
        schema = {**_TERM, "replication": pl.Int64, "value": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def verdicts(self) -> list[Verdict]:
        """Judge the hypotheses by the runs so far, as one family."""
        return judge_all([one.read() for one in self._hypotheses], self._values())

    def table(self) -> pl.DataFrame:
        """Lay out the verdicts, with the columns of `HYPOTHESES`."""
        return hypotheses_table(self._hypotheses, self.verdicts())

    def _values(self) -> Mapping[Term, Sequence[float]]:
        """Arrange what was found by replication, of which every policy ran the same."""
        return {
            term: [runs[replication] for replication in sorted(runs)]
            for term, runs in self._found.items()
        }


def hypotheses_table(hypotheses: Sequence[Hypothesis], verdicts: Sequence[Verdict]) -> pl.DataFrame:
    """Lay out hypotheses and verdicts, row by row, with the columns of `HYPOTHESES`."""
    rows = [
        (
            one.name,
            one.claim,
            verdict.word,
            verdict.found.mean,
            verdict.found.low,
            verdict.found.high,
            verdict.found.p,
            verdict.p_adjusted,
            verdict.found.replications,
        )
        for one, verdict in zip(hypotheses, verdicts, strict=True)
    ]
    return pl.DataFrame(rows, schema=HYPOTHESES, orient="row")
