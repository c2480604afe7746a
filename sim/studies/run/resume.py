"""The tables of a finished run that a longer run of the same scenario reuses."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.core.sources import model_version
from sim.errors import ResultsError
from sim.results.hypothesis_tables import TERMS, Evidence
from sim.results.read import open_results
from sim.results.tables import DISTRIBUTIONS, GROUPS, REPLICATIONS, Measuring
from sim.studies.run.study import Study

__all__ = ["earlier_tables", "first_replications", "replications_in"]

_TABLES = (
    *("monthly.parquet", REPLICATIONS, TERMS),
    *(f"by_{kind}.parquet" for kind in GROUPS),
    *(f"{kind}.parquet" for kind in DISTRIBUTIONS),
)


def earlier_tables(study: Study, measuring: Measuring) -> dict[str, pl.DataFrame]:
    """Return the tables of earlier runs in a study's folder, by the name of their file.

    Parameters
    ----------
    study : Study
    measuring : Measuring
        Declares the measures that they must hold.

    Returns
    -------
    dict of str to polars.DataFrame
        Empty if the folder is of another model, scenario or set of measures, or not complete.
    """
    try:
        found = open_results(study.folder)
    except ResultsError:
        return {}
    same = (study.fingerprint, model_version())
    if (found.manifest.get("fingerprint"), found.manifest.get("model")) != same:
        return {}
    tables = {name: found.tables[name.removesuffix(".parquet")] for name in _TABLES
              if name.removesuffix(".parquet") in found.tables}  # fmt: skip
    if not _complete(tables, measuring, study):
        return {}
    return tables


def first_replications(
    tables: Mapping[str, pl.DataFrame], replications: int
) -> dict[str, pl.DataFrame]:
    """Return tables with only the first so many replications."""
    wanted = pl.col("replication") < replications
    return {name: table.filter(wanted) for name, table in tables.items()}


def replications_in(tables: Mapping[str, pl.DataFrame]) -> int:
    """Count the replications of each policy that tables hold."""
    return 0 if REPLICATIONS not in tables else tables[REPLICATIONS]["replication"].n_unique()


def _complete(tables: Mapping[str, pl.DataFrame], measuring: Measuring, study: Study) -> bool:
    """Tell whether tables have all of the runs that a longer run's tables would show."""
    runs = tables.get(REPLICATIONS)
    if runs is None or [*runs.columns[2:]] != [*measuring.MEASURES]:
        return False
    if not study.hypotheses:
        return True
    wanted = Evidence(study.hypotheses, measuring.value)
    wanted.take(tables.get(TERMS, pl.DataFrame()))
    return wanted.holds(runs["replication"].n_unique())
