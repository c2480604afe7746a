"""Make the table of hypotheses: the verdict on each claim, in the order of the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from math import isfinite

import polars as pl

from sim.measures.expressions import Term
from sim.scenario.schema.hypotheses import Hypothesis
from sim.stats.practical_size import NO_SIZES, PracticalSizes
from sim.stats.verdicts import Verdict, judge_all

__all__ = ["HYPOTHESES", "TERMS", "VERDICT", "Evidence", "hypotheses_table", "verdict_row"]

TERMS = "terms.parquet"
"""The table of the values of the claims' terms in each run."""

_TERM = {
    "measure": pl.String,
    "policy": pl.String,
    "span": pl.String,
    "months": pl.Int64,
    "sort": pl.String,
    "group": pl.String,
}

VERDICT = {
    "verdict": pl.String,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "low_adjusted": pl.Float64,
    "high_adjusted": pl.Float64,
    "p_adjusted": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of a verdict: left minus right, its 95% interval and two-sided p by itself and adjusted
over all claims that are judged together, on which the verdict rests."""

HYPOTHESES = {
    "name": pl.String,
    "claim": pl.String,
    **VERDICT,
    "worth": pl.Float64,
    "profit_part": pl.Float64,
    "equity_part": pl.Float64,
}
"""Columns of ``hypotheses.csv``: the verdict, adjusted over all rows; the practical size, and the
parts of a difference that adds customer equity to profit."""


class Evidence:
    """Collects the values of the terms of hypotheses in each run, so that tallies can be freed.

    Parameters
    ----------
    hypotheses : sequence of Hypothesis
    sizes : PracticalSizes
        What differences are too small to care about.
    """

    def __init__(self, hypotheses: Sequence[Hypothesis], sizes: PracticalSizes = NO_SIZES) -> None:
        self._hypotheses = hypotheses
        self._sizes = sizes
        self._terms = {term for hypothesis in hypotheses for term in hypothesis.read().terms()}
        self._values_by_run: dict[Term, dict[int, float]] = {term: {} for term in self._terms}

    def terms_of(self, policy: str) -> list[Term]:
        """Return the terms that runs under a policy give values of, in sorted order."""
        return sorted((term for term in self._terms if term.policy == policy), key=astuple)

    def add(self, replication: int, values: Mapping[Term, float]) -> None:
        """Add the values of terms in one run."""
        for term, value in values.items():
            self._values_by_run[term][replication] = value

    def terms(self) -> pl.DataFrame:
        """Tabulate the value of each term in each run, in sorted order."""
        rows = [
            (*astuple(term), replication, value if isfinite(value) else None)
            for term in sorted(self._terms, key=astuple)
            for replication, value in sorted(self._values_by_run[term].items())
        ]
        schema = {**_TERM, "replication": pl.Int64, "value": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def verdicts(self) -> list[Verdict]:
        """Judge the hypotheses on the runs so far, as one family."""
        claims = [hypothesis.read() for hypothesis in self._hypotheses]
        return judge_all(claims, self._values(), self._sizes)

    def table(self) -> pl.DataFrame:
        """Tabulate the verdicts, with the columns of `HYPOTHESES`."""
        return hypotheses_table(self._hypotheses, self.verdicts())

    def _values(self) -> Mapping[Term, Sequence[float]]:
        """Arrange values by replication; every policy ran the same replications."""
        return {
            term: [runs[replication] for replication in sorted(runs)]
            for term, runs in self._values_by_run.items()
        }


def hypotheses_table(hypotheses: Sequence[Hypothesis], verdicts: Sequence[Verdict]) -> pl.DataFrame:
    """Tabulate hypotheses and verdicts, with the columns of `HYPOTHESES`."""
    rows = [
        (
            hypothesis.name,
            hypothesis.claim,
            *verdict_row(verdict),
            verdict.worth,
            verdict.split.profit.mean if verdict.split else None,
            verdict.split.equity.mean if verdict.split else None,
        )
        for hypothesis, verdict in zip(hypotheses, verdicts, strict=True)
    ]
    return pl.DataFrame(rows, schema=HYPOTHESES, orient="row")


def verdict_row(verdict: Verdict) -> tuple[object, ...]:
    """Return a verdict as a row, with the columns of `VERDICT`."""
    difference = verdict.difference
    return (
        verdict.word,
        difference.mean,
        difference.low,
        difference.high,
        difference.p,
        verdict.adjusted.low,
        verdict.adjusted.high,
        verdict.adjusted.p,
        difference.replications,
    )
