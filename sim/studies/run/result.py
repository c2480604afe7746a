"""The result of a run: its results folder, open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import CommandError, renamed
from sim.results.hypothesis_tables import HYPOTHESES
from sim.results.read import Results, open_results

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from matplotlib.figure import Figure

    from sim.studies.horizon.analysis import Horizon

__all__ = ["Result", "read"]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a run: a results folder, open.

    Attributes
    ----------
    folder : Path
        The results folder.
    results : Results
        Its manifest, scenario and tables.
    notes : tuple of str
        What the run that wrote it has to say of what else the folder holds; a sentence each.
    """

    folder: Path
    results: Results = field(repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        policies = self.results.policies
        manifest = self.results.manifest
        return (
            f"<Result of {manifest.get('name')!r}: {', '.join(policies)}; "
            f"{manifest.get('months')} months, {manifest.get('replications')} replications; "
            f"in {self.folder}>"
        )

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario that was run as plain data, which `sim.run` takes again."""
        import yaml

        return dict(yaml.safe_load(self.results.scenario))

    @property
    def monthly(self) -> pl.DataFrame:
        """Every measure by policy, replication (from 0) and month (from 1)."""
        return self.results.tables["monthly"]

    @property
    def report(self) -> Path:
        """The page of the report."""
        return self.folder / "report.html"

    @property
    def engines(self) -> dict[str, str]:
        """The engine that drove each policy's runs; empty where it was not yet recorded."""
        return dict(self.results.manifest.get("engines", {}))

    def summary(self) -> pl.DataFrame:
        """Return each measure's mean over the whole horizon under each policy, with 95% intervals.

        Returns
        -------
        polars.DataFrame
            policy, measure, unit, mean, low, high, replications.
        """
        return self.results.tables["summary"]

    def compare(self, reference: str | None = None) -> pl.DataFrame:
        """Return the paired differences of the other policies from one, with 95% intervals.

        Parameters
        ----------
        reference : str, optional
            A policy of the run; by default the scenario's first.

        Returns
        -------
        polars.DataFrame
            policy, versus, measure, unit, mean, low, high, p, p_adjusted, replications.

        Raises
        ------
        CommandError
            If the run had no such policy.
        """
        policies = self.results.policies
        if reference is not None and reference not in policies:
            known = ", ".join(policies)
            raise CommandError(f"no policy '{reference}' in these results; there are {known}")
        return self.results.compared(policies[0] if reference is None else reference)

    def hypotheses(self) -> pl.DataFrame:
        """Return the verdict on each of the scenario's hypotheses that this run can judge.

        Returns
        -------
        polars.DataFrame
            name, claim, verdict, difference (left side less right), low, high, p, low_adjusted,
            high_adjusted, p_adjusted, replications, worth, profit_part, equity_part; no rows if the
            scenario has no hypotheses.
        """
        import polars as pl

        return self.results.tables.get("hypotheses", pl.DataFrame(schema=HYPOTHESES))

    def plot(
        self,
        measure: str,
        *,
        policies: Sequence[str] = (),
        by: str = "",
        over: str = "",
        versus: str = "",
    ) -> Figure:
        """Draw a measure over months, with a line and a band for each policy, or a report's plot.

        Parameters
        ----------
        measure : str
            Its name, as ``sim measures`` lists it, or that of one of the report's plots.
        policies : sequence of str
            Only these; each keeps its colour and line. By default all.
        by : {'', 'tier', 'decile', 'pool', 'need', 'agent'}
            Split by this.
        over : {'', 'months', 'horizon'}
            Over months, or over the whole horizon; by default the latter by decile only.
        versus : str
            Paired differences from this policy, in place of the values themselves.

        Raises
        ------
        CommandError
            If there is no such measure, plot, policy or split; the message suggests the nearest.
        """
        from sim.report.run.plots import plot

        return plot(self.folder, measure, policies=policies, by=by, over=over, versus=versus)

    def as_data(self) -> dict[str, Any]:
        """Return the result as plain data: where it is, and its tables."""
        return {
            "folder": str(self.folder),
            "report": str(self.report),
            "fingerprint": self.results.manifest["fingerprint"],
            "policies": list(self.results.policies),
            "summary": self.summary().to_dicts(),
            "differences": self.results.tables["differences"].to_dicts(),
            "hypotheses": self.hypotheses().to_dicts(),
            "implausible": self.implausible(),
        }

    def horizon(self) -> Horizon:
        """Say whether the run reaches a steady state: its warm-up, or what still changes."""
        from sim.report.kit.catalogue import KEY_MEASURES
        from sim.studies.horizon.analysis import horizon_of

        return horizon_of(self.results, KEY_MEASURES)

    def precision_warnings(self) -> list[str]:
        """Return a sentence for each measure that is less precise than was asked for."""
        from sim.stats.precision import shortfall

        count = int(self.results.manifest["replications"])
        precision = self.results.manifest.get("precision", {})
        told = (shortfall(measure, fact, count) for measure, fact in precision.items())
        return [sentence for sentence in told if sentence]

    def implausible(self) -> list[str]:
        """Return a sentence for each result that no company would live with for long.

        Pools that are too busy or too idle, too many who hang up or leave, promises and classes
        that do nothing, a start that is out of balance.
        """
        from sim.report.kit.frames import frames_of
        from sim.report.kit.plausibility import implausible

        return list(implausible(frames_of(self.results)))

    def build_report(self, plots: Sequence[str] = ()) -> Path:
        """Draw the report's plots, as SVG and in these kinds, and write its page; return it."""
        from sim.report.run.page import build_page

        return build_page(self.folder, plots)

    shortfalls = renamed("Result.shortfalls", precision_warnings)
    rebuild = renamed("Result.rebuild", build_report)

    def _repr_html_(self) -> str:
        from rich.console import Console

        from sim.report.run.terminal import summary_table

        console = Console(record=True, file=StringIO(), width=100)
        console.print(summary_table(self.folder))
        return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")


def read(folder: str | os.PathLike[str]) -> Result:
    """Open a results folder.

    Raises
    ------
    ResultsError
        If it is none, is damaged, or is of another version.

    Examples
    --------
    >>> import sim
    >>> folder = sim.run("my.yaml", months=1, replications=2).folder
    >>> sim.read(folder).monthly.height  # two policies, two replications, one month
    4
    """
    path = Path(folder)
    return Result(path, open_results(path))
