"""Read from a results folder what a report needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sim.results.difference_tables import Values, values_of
from sim.results.hypothesis_tables import HYPOTHESES
from sim.results.read import Results, open_results

__all__ = ["YAML_LOADER", "Frames", "frames_of"]

YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader where it is installed, which takes an eighth of the time of the Python one."""

_KEYS = {"policy": pl.String, "replication": pl.Int64, "month": pl.Int64}


@dataclass(frozen=True)  # without slots, because cached properties need a __dict__
class Frames:
    """The tables and texts of a results folder.

    Attributes
    ----------
    summary, differences : polars.DataFrame
        As in ``summary.csv`` and ``differences.csv``, which has the pairs with the first policy.
    monthly : polars.DataFrame
        policy, replication, month (from 1), then one column per measure.
    hypotheses : polars.DataFrame
        As in ``hypotheses.csv``; empty where the scenario has no hypotheses.
    scenario : mapping
        The resolved scenario; empty if its text is not a mapping.
    scenario_text : str
        The same as text.
    manifest : mapping
        How the results were made.
    tables : mapping of str to polars.DataFrame
        Every table of the folder, by file name without ending, such as ``by_tier``.
    """

    summary: pl.DataFrame
    differences: pl.DataFrame
    monthly: pl.DataFrame
    hypotheses: pl.DataFrame
    scenario: Mapping[str, Any]
    scenario_text: str
    manifest: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]

    def group(self, kind: str) -> pl.DataFrame:
        """Return the table by ``pool``, ``tier``, ``decile`` or ``need``; empty if there is none.

        Its columns are policy, replication, month, the kind, then one per measure.
        """
        return self.tables.get(f"by_{kind}", pl.DataFrame(schema=_KEYS | {kind: pl.String}))

    @cached_property
    def policies(self) -> tuple[str, ...]:
        """The policies, in the scenario's order."""
        return tuple(dict.fromkeys([*self.summary["policy"], *self.monthly["policy"]]))

    @property
    def reference(self) -> str:
        """The policy that others are compared with: the first; empty if there is none."""
        return next(iter(self.policies), "")

    @cached_property
    def replications(self) -> int:
        """The number of replications (the largest of any row)."""
        return _most(self.summary["replications"])

    @cached_property
    def months(self) -> int:
        """The number of months in the tables."""
        return _most(self.monthly["month"])

    @cached_property
    def runs(self) -> Values:
        """Whole-horizon values by policy and measure; empty where an old folder has none."""
        return values_of(self.tables["replications"]) if "replications" in self.tables else {}

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each measure."""
        return dict(zip(self.summary["measure"], self.summary["unit"], strict=True))

    @cached_property
    def worth(self) -> dict[str, float]:
        """What the scenario says is too small to care about, by measure."""
        said = self.scenario.get("worth")
        return dict(said) if isinstance(said, Mapping) else {}

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of the monthly table, in its order."""
        return tuple(name for name in self.monthly.columns if name not in _KEYS)


def frames_of(source: Path | Results) -> Frames:
    """Return what a report needs from a results folder, given by its path or opened.

    Raises
    ------
    ResultsError
        If it is not a results folder, or is damaged or of another version.
    """
    results = source if isinstance(source, Results) else open_results(source)
    return Frames(
        summary=results.tables["summary"],
        differences=results.tables["differences"],
        monthly=results.tables["monthly"],
        hypotheses=results.tables.get("hypotheses", pl.DataFrame(schema=HYPOTHESES)),
        scenario=_mapping(results.scenario),
        scenario_text=results.scenario,
        manifest=results.manifest,
        tables=results.tables,
    )


def _mapping(text: str) -> Mapping[str, Any]:
    # A page can be made without the scenario's structure; its text is shown unchanged.
    try:
        loaded = yaml.load(text, YAML_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _most(counts: pl.Series) -> int:
    most = counts.max()
    return most if isinstance(most, int) else 0
