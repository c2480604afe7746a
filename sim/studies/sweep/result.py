"""The result of a sweep: its points, its runs, and plots of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import CommandError, renamed
from sim.studies.sweep.folder import SweepResults, open_sweep

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from sim.studies.sweep.point_choice import Decision

__all__ = ["Point", "Sweep", "read_sweep"]

KEYS = ("point", "policy", "replication")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a sweep.

    Attributes
    ----------
    number : int
        From 0.
    values : mapping
        The value of each varied setting.
    runs : polars.DataFrame
        policy, replication, then a column for each measure, over the whole horizon.
    """

    number: int
    values: Mapping[str, Any]
    runs: pl.DataFrame = field(repr=False)

    def summary(self) -> pl.DataFrame:
        """Return each measure's mean under each policy, with 95% intervals.

        Returns
        -------
        polars.DataFrame
            policy, measure, unit, mean, low, high, replications.
        """
        from sim.results.difference_tables import summary_table, values_of
        from sim.studies.sweep.summaries import units

        return summary_table(values_of(self.runs), units(self.runs.columns))

    def compare(self) -> pl.DataFrame:
        """Return the paired differences of the other policies from the first, with 95% intervals.

        Returns
        -------
        polars.DataFrame
            policy, versus, measure, unit, mean, low, high, p, p_adjusted, replications.
        """
        from sim.results.difference_tables import differences_table, values_of
        from sim.studies.sweep.summaries import units

        return differences_table(values_of(self.runs), units(self.runs.columns))

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()


@dataclass(frozen=True, slots=True)
class Sweep:
    """The result of a sweep: its folder, open. Iterating over it gives its points.

    Attributes
    ----------
    folder : Path
        The sweep's folder.
    results : SweepResults
        Its manifest, scenario and tables.
    """

    folder: Path
    results: SweepResults = field(repr=False)

    def __repr__(self) -> str:
        manifest = self.results.manifest
        return (
            f"<Sweep of {manifest.get('name')!r}: {len(self)} points of "
            f"{', '.join(self.results.paths)}; {', '.join(self.results.policies)}; "
            f"{manifest.get('runs')} runs; in {self.folder}>"
        )

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario with its sweep as plain data, which `sim.sweep` takes again."""
        import yaml

        return dict(yaml.safe_load(self.results.scenario))

    @property
    def points(self) -> pl.DataFrame:
        """The points: their number, and the value of each varied setting."""
        return self.results.points

    @property
    def runs(self) -> pl.DataFrame:
        """Every measure over the whole horizon by point, policy and replication (from 0)."""
        return self.results.runs.collect()

    @property
    def failed(self) -> pl.DataFrame:
        """The runs that failed, with their errors; the same call tries them again."""
        return self.results.failed

    def __len__(self) -> int:
        return self.points.height

    def __iter__(self) -> Iterator[Point]:
        import polars as pl

        for number, *values in self.points.iter_rows():
            runs = self.results.runs.filter(pl.col("point") == number).drop("point").collect()
            yield Point(number, dict(zip(self.results.paths, values, strict=True)), runs)

    def summary(self, *measures: str) -> pl.DataFrame:
        """Return the mean of measures at each point under each policy, with 95% intervals.

        Parameters
        ----------
        *measures : str
            Names, as ``sim measures`` lists them; at least one.

        Returns
        -------
        polars.DataFrame
            point, the varied settings, policy, measure, unit, mean, low, high, replications.

        Raises
        ------
        CommandError
            If the sweep has no such measure, or none is named.
        """
        from sim.studies.sweep.summaries import sweep_summary

        return sweep_summary(self.results, self._known(measures))

    def compare(self, *measures: str, reference: str | None = None) -> pl.DataFrame:
        """Return the paired differences of measures from one policy at each point.

        Parameters
        ----------
        *measures : str
            Names, as ``sim measures`` lists them; at least one.
        reference : str, optional
            A policy of the sweep; by default the scenario's first.

        Returns
        -------
        polars.DataFrame
            point, the varied settings, policy, versus, measure, unit, mean, low, high, p,
            p_adjusted, replications. p is adjusted over the policies at a point, but not over
            points.

        Raises
        ------
        CommandError
            If the sweep has no such measure or policy.
        """
        from sim.studies.sweep.summaries import sweep_differences

        return sweep_differences(self.results, self._known(measures), self._policy(reference))

    def answer(self) -> list[str]:
        """Return what the sweep decides by money, in plain sentences; none without runs."""
        from sim.studies.sweep.answer_in_words import answer_lines
        from sim.studies.sweep.panels import sweep_view

        view = sweep_view(self.results)
        return answer_lines(view, self._decide(view.money) if view.money else None)

    def choices(self, measure: str = "profit_discounted") -> pl.DataFrame:
        """Return what to choose at each point, as in ``sweep_choice.csv``.

        Parameters
        ----------
        measure : str
            A name, as ``sim measures`` lists them.

        Returns
        -------
        polars.DataFrame
            point, the varied settings, measure, unit, outcome (choose, no difference, undecided),
            choice (the policies to choose), best, rival, mean, low, high, p_adjusted, worth,
            replications, more. mean is best minus rival; low, high and p_adjusted allow for all
            pairs of policies at all points; more says about how many replications would decide.

        Raises
        ------
        CommandError
            If the sweep has no such measure, or neither more nor less of it is better.
        """
        from sim.studies.sweep.point_choice import choice_table

        return choice_table(self._decide(measure))

    def levers(
        self, measure: str = "profit_discounted", reference: str | None = None
    ) -> pl.DataFrame:
        """Return how differences between policies move with each setting.

        Parameters
        ----------
        measure : str
            A name, as ``sim measures`` lists them.
        reference : str, optional
            The policy to subtract; by default the scenario's first.

        Returns
        -------
        polars.DataFrame
            setting, value, policy, versus, measure, unit, mean, low, high, p_adjusted, verdict
            (more, less, negligible, undecided), replications: averaged over all other settings, or
            with all others staying where one at a time is varied. low, high and p_adjusted allow
            for the whole table.

        Raises
        ------
        CommandError
            If the sweep has no such measure or policy.
        """
        from sim.studies.sweep.levers import levers_table
        from sim.studies.sweep.panels import sweep_view
        from sim.studies.sweep.point_choice import practical_size

        [known] = self._known([measure])
        view = sweep_view(self.results, (known,))
        size, _ = practical_size(self.results, view.runs, known)
        return levers_table(view, known, size, self._policy(reference))

    def winners(self, measure: str) -> pl.DataFrame:
        """Return the policy that is better than all others by a measure at each point.

        Returns
        -------
        polars.DataFrame
            point, the varied settings, outcome (choose, no difference, undecided), winner; null
            where several policies are alike or it is undecided, as `choices` says.

        Raises
        ------
        CommandError
            If the sweep has no such measure, or neither more nor less of it is better.
        """
        from sim.studies.sweep.point_choice import winners

        return winners(self._decide(measure))

    def plot(self, measure: str) -> Figure:
        """Draw a measure against the one setting that is varied, or the best policy over two.

        Raises
        ------
        CommandError
            If there is no such measure, or more than two settings are varied.
        """
        from sim.studies.sweep.plots import draw_lines_over, draw_winners

        paths, policies = self.results.paths, self.results.policies
        if len(paths) == 1:
            return draw_lines_over(self.summary(measure), paths[0], policies)
        if len(paths) == 2:
            count = int(self.results.manifest["replications"])
            return draw_winners(self.winners(measure), paths, policies, measure, count)
        raise CommandError(
            f"{len(paths)} settings are varied; only one or two can be drawn: see sim sensitivity"
        )

    def build_report(self) -> Path:
        """Draw the sweep's plots and write its page; return the page."""
        from sim.studies.sweep.page import build_sweep_page

        return build_sweep_page(self.folder)

    rebuild = renamed("Sweep.rebuild", build_report)

    def as_data(self) -> dict[str, Any]:
        """Return the sweep as plain data: where it is, and what failed."""
        return {
            "folder": str(self.folder),
            "points": self.points.to_dicts(),
            "policies": list(self.results.policies),
            "replications": self.results.manifest["replications"],
            "runs": self.results.manifest["runs"],
            "failed": self.failed.to_dicts(),
            "answer": self.answer(),
        }

    def _decide(self, measure: str) -> Decision:
        from sim.measures.definitions import MEASURES
        from sim.studies.sweep.point_choice import decide

        [known] = self._known([measure])
        direction = MEASURES[known].direction if known in MEASURES else "none"
        if direction == "none":
            raise CommandError(f"neither more nor less {measure} is better, so none is best")
        return decide(self.results, known)

    def _policy(self, reference: str | None) -> str:
        policies = self.results.policies
        if reference is not None and reference not in policies:
            raise CommandError(
                f"no policy '{reference}' in this sweep; there are {', '.join(policies)}"
            )
        return reference or policies[0]

    def _known(self, measures: Sequence[str]) -> tuple[str, ...]:
        there = self.results.runs.collect_schema().names()
        unknown = [name for name in measures if name not in there or name in KEYS]
        if unknown or not measures:
            named = ", ".join(unknown) or "none"
            raise CommandError(f"no such measure in this sweep: {named}; see: sim measures")
        return tuple(measures)

    def _repr_html_(self) -> str:
        return self.points.head(20)._repr_html_()


def read_sweep(folder: str | os.PathLike[str]) -> Sweep:
    """Open a sweep's folder.

    Raises
    ------
    ResultsError
        If it is not a sweep's folder, was not finished, or is damaged.

    Examples
    --------
    >>> import sim
    >>> folder = sim.sweep("my.yaml", replications=2).folder
    >>> len(sim.read_sweep(folder))
    2
    """
    path = Path(folder)
    return Sweep(path, open_sweep(path))
