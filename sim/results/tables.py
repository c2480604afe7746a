"""Build the tables of a results folder, one run after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.execution.replicate import Unit
from sim.measures.expressions import Term
from sim.results.difference_tables import Values, differences_table, summary_table, values_of
from sim.results.hypothesis_tables import TERMS, Evidence
from sim.scenario.schema.hypotheses import Hypothesis

__all__ = [
    "DISTRIBUTIONS",
    "GROUPS",
    "PARQUET",
    "REPLICATIONS",
    "Declaration",
    "Measuring",
    "Tables",
    "encode",
    "nullable_column",
]

Floats = npt.NDArray[np.float64]

GROUPS = ("tier", "decile", "pool", "need")
"""Groups by which monthly values are also tabulated, each in a table of its own."""

DISTRIBUTIONS = ("lorenz", "cascades")
"""Distributions over the whole run, each in a table of its own."""

REPLICATIONS = "replications.parquet"
"""The table of whole-horizon values, one row per run: policy, replication, then the measures."""

_KEYS = {
    "monthly.parquet": 3,
    REPLICATIONS: 2,
    **{f"by_{kind}.parquet": 4 for kind in GROUPS},
    **{f"{kind}.parquet": 3 for kind in DISTRIBUTIONS},
}
"""Number of key columns of each table; a table with no more columns has no measures."""

PARQUET: Any = {
    "compression": "zstd",
    "compression_level": 3,
    "statistics": True,
    "row_group_size": 65_536,
}
"""How Parquet files are written; given in full, because other defaults would change their bytes."""


class Declaration(Protocol):
    """What the tables need to know about a measure."""

    @property
    def unit(self) -> str:
        """The unit of its values."""


class Measuring(Protocol):
    """Turns tallies into numbers, as the module ``sim.model.measuring`` does."""

    @property
    def MEASURES(self) -> Mapping[str, Declaration]:  # noqa: N802 (a module's constant)
        """Every measure by name, in the order of the tables' columns."""

    def monthly(self, tallies: Any, /) -> Mapping[str, Floats]:
        """Return each measure's values, one per month; NaN where undefined."""

    def whole(self, tallies: Any, /) -> Mapping[str, float]:
        """Return each measure's value over the whole horizon; NaN where undefined."""

    def by_group(self, tallies: Any, kind: str, /) -> tuple[Sequence[str], Mapping[str, Floats]]:
        """Return the names of the groups, and each measure's values as months by groups."""

    def distributions(self, tallies: Any, /) -> Mapping[str, Mapping[str, Floats]]:
        """Return the columns of each of `DISTRIBUTIONS` that the run has, the key column first."""

    def value(self, tallies: Any, term: Term, /) -> float:
        """Return the value of a term of a claim; NaN where undefined."""


class Tables:
    """Collects from each run's tallies what the tables need, so that the tallies can be freed.

    Parameters
    ----------
    measuring : Measuring
        Turns tallies into numbers.
    policies : sequence of str
        In the scenario's order.
    hypotheses : sequence of Hypothesis
        Hypotheses to be judged; all of their policies are run.
    """

    def __init__(
        self,
        measuring: Measuring,
        policies: Sequence[str],
        hypotheses: Sequence[Hypothesis] = (),
    ) -> None:
        self._measuring = measuring
        self._policies = tuple(policies)
        self._monthly: dict[Unit, Mapping[str, Floats]] = {}
        self._whole: dict[Unit, Mapping[str, float]] = {}
        self._grouped: dict[str, dict[Unit, tuple[Sequence[str], Mapping[str, Floats]]]] = {
            kind: {} for kind in GROUPS
        }
        self._distributions: dict[Unit, Mapping[str, Mapping[str, Floats]]] = {}
        self._earlier: Mapping[str, pl.DataFrame] = {}
        self._evidence = Evidence(hypotheses, measuring.value) if hypotheses else None

    def add(self, unit: Unit, tallies: Any) -> None:
        """Add one run."""
        self._monthly[unit] = self._measuring.monthly(tallies)
        self._whole[unit] = self._measuring.whole(tallies)
        for kind, runs in self._grouped.items():
            runs[unit] = self._measuring.by_group(tallies, kind)
        self._distributions[unit] = self._measuring.distributions(tallies)
        if self._evidence is not None:
            self._evidence.add(unit, tallies)

    def take(self, earlier: Mapping[str, pl.DataFrame]) -> None:
        """Set the tables of earlier runs, by file name, replacing any set before."""
        self._earlier = earlier
        if self._evidence is not None and TERMS in earlier:
            self._evidence.take(earlier[TERMS])

    def values(self) -> Values:
        """Arrange whole-horizon values by policy and measure, one per replication."""
        return values_of(self._with_earlier(REPLICATIONS, self._whole_frame()))

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return all tables by file name; they do not depend on the order of the runs."""
        units = {name: declared.unit for name, declared in self._measuring.MEASURES.items()}
        values = self.values()
        new = {"monthly.parquet": self._monthly_frame(), REPLICATIONS: self._whole_frame()}
        new |= {f"by_{kind}.parquet": self._group_frame(kind) for kind in GROUPS}
        new |= {f"{kind}.parquet": self._distribution_frame(kind) for kind in DISTRIBUTIONS}
        frames = {name: self._with_earlier(name, frame) for name, frame in new.items()}
        frames = {name: frame for name, frame in frames.items() if frame.width > _KEYS[name]}
        frames["summary.csv"] = summary_table(values, units)
        frames["differences.csv"] = differences_table(values, units)
        if self._evidence is not None:
            frames[TERMS] = self._evidence.terms()
            frames["hypotheses.csv"] = self._evidence.table()
        return frames

    def _with_earlier(self, name: str, new: pl.DataFrame) -> pl.DataFrame:
        """Join a table with that of earlier runs, sorted by policy and replication."""
        if name not in self._earlier:
            return new
        both = [self._earlier[name], *([new] if new.height else [])]
        policy_index = pl.col("policy").replace_strict(
            list(self._policies), list(range(len(self._policies))), return_dtype=pl.Int64
        )
        return pl.concat(both).sort(policy_index, "replication", maintain_order=True)

    def _ordered(self) -> list[Unit]:
        index = {name: number for number, name in enumerate(self._policies)}
        return sorted(self._whole, key=lambda unit: (index[unit.policy], unit.replication))

    def _whole_frame(self) -> pl.DataFrame:
        units = self._ordered()
        keys = _run_columns(units, [1] * len(units))
        runs = [{m: np.array([v]) for m, v in self._whole[unit].items()} for unit in units]
        return pl.DataFrame(keys | self._columns(runs))

    def _monthly_frame(self) -> pl.DataFrame:
        runs = [(unit, self._monthly[unit]) for unit in self._ordered()]
        months = [_rows(values) for _, values in runs]
        keys = _run_columns([unit for unit, _ in runs], months)
        keys["month"] = pl.Series([m for n in months for m in range(1, n + 1)], dtype=pl.Int64)
        return pl.DataFrame(keys | self._columns([values for _, values in runs]))

    def _group_frame(self, kind: str) -> pl.DataFrame:
        runs = [(unit, *self._grouped[kind][unit]) for unit in self._ordered()]
        keys = [
            (unit.policy, unit.replication, month, name)
            for unit, names, values in runs
            for month in range(1, _rows(values) + 1)
            for name in names
        ]
        schema = {"policy": pl.String, "replication": pl.Int64, "month": pl.Int64, kind: pl.String}
        frame = pl.DataFrame(keys, schema=schema, orient="row")
        if kind == "decile":
            frame = frame.with_columns(pl.col(kind).cast(pl.Int64))
        return frame.with_columns(**self._columns([values for _, _, values in runs]))

    def _distribution_frame(self, kind: str) -> pl.DataFrame:
        runs = [
            (u, self._distributions[u][kind])
            for u in self._ordered()
            if kind in self._distributions[u]
        ]
        rows = [_rows(columns) for _, columns in runs]
        columns = runs[0][1] if runs else {}
        values = {c: nullable_column(np.concatenate([run[c] for _, run in runs])) for c in columns}
        return pl.DataFrame(_run_columns([unit for unit, _ in runs], rows) | values)

    def _columns(self, runs: Sequence[Mapping[str, Floats]]) -> dict[str, pl.Series]:
        """Concatenate each measure's values over runs, in the order of the measures."""
        return {
            measure: nullable_column(np.concatenate([np.ravel(run[measure]) for run in runs]))
            for measure in self._measuring.MEASURES
            if runs and all(measure in run for run in runs)
        }


def encode(frame: pl.DataFrame, name: str) -> bytes:
    """Encode a table in the format of its file name; equal tables give equal bytes.

    Parameters
    ----------
    frame : polars.DataFrame
    name : str
        File name that ends in ``.csv`` or ``.parquet``.
    """
    buffer = BytesIO()
    if name.endswith(".csv"):
        frame.write_csv(buffer, line_terminator="\n")
    else:
        # Otherwise the chunks of a frame would show in the file.
        frame.rechunk().write_parquet(buffer, **PARQUET)
    return buffer.getvalue()


def nullable_column(values: Floats) -> pl.Series:
    """Make a column in which undefined values are null, which every reader treats as missing.

    Parameters
    ----------
    values : array of float
        NaN or infinite where undefined.
    """
    finite = np.where(np.isfinite(values), values, np.nan)
    return pl.Series(finite, dtype=pl.Float64, nan_to_null=True)


def _rows(values: Mapping[str, Floats]) -> int:
    return len(next(iter(values.values()))) if values else 0


def _run_columns(units: Sequence[Unit], rows: Sequence[int]) -> dict[str, pl.Series]:
    """Make the columns that identify the run of each row."""
    policies = _repeat([unit.policy for unit in units], rows)
    replications = _repeat([unit.replication for unit in units], rows)
    return {
        "policy": pl.Series(policies, dtype=pl.String),
        "replication": pl.Series(replications, dtype=pl.Int64),
    }


def _repeat(values: Sequence[Any], counts: Sequence[int]) -> list[Any]:
    return [value for value, count in zip(values, counts, strict=True) for _ in range(count)]
