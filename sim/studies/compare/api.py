"""Compare policies on the runs of a results folder, and select the best."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from sim.errors import CommandError, renamed
from sim.execution.execution import Execution
from sim.execution.selection import (
    RunOptions,
    ScenarioSelection,
    Source,
    accepts,
    divided,
)
from sim.measures.definitions import MEASURES
from sim.results.read import open_results
from sim.scenario.schema.scenario import Scenario
from sim.stats.intervals import CONFIDENCE
from sim.stats.practical_size import worth_of
from sim.stats.ranking import Selection, select
from sim.studies.compare.scenario_diff import Change, changes_between
from sim.studies.compare.tables import Runs, pairs_table, runs_of, runs_of_two
from sim.studies.run.api import run_selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    from matplotlib.figure import Figure

    from sim.results.read import Results

__all__ = ["Comparison", "Question", "compare", "compare_selection"]

MONEY = ("profit_discounted", "profit")

PAIRS_A_PAGE = 50
"""Pairs that are shown or drawn together."""

INDIFFERENCE = 0.01
"""Differences too small to matter where no worth is said: a share of the first policy's mean."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How policies differ, and which is best.

    Attributes
    ----------
    pairs : polars.DataFrame
        policy, versus, measure, unit, mean, low, high, p, p_adjusted, replications,
        variance_reduction: by what factor common random numbers reduced the difference's variance.
    selection : Selection
        The best policy, if one is clearly best.
    measure : str
        The measure by which it is best.
    paired : bool
        Whether both sides of each pair had the same random numbers.
    changes : tuple of Change, optional
        How the scenarios of two folders differ; None for one folder.
    implausible : tuple of str
        What is implausible in the results that are compared, a sentence each.
    """

    pairs: pl.DataFrame = field(repr=False)
    selection: Selection
    measure: str
    paired: bool
    changes: tuple[Change, ...] | None = None
    implausible: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Comparison of {len(self._names())} pairs. {self.verdict()}>"

    def verdict(self) -> str:
        """Return a sentence that names the best policy, or says how many runs are lacking."""
        from sim.studies.compare.plots import sentence

        return sentence(self.selection, self.measure)

    @property
    def pages(self) -> int:
        """The number of pages into which `page` divides the pairs, at least 1."""
        return max(1, -(-len(self._names()) // PAIRS_A_PAGE))

    def page(self, number: int) -> pl.DataFrame:
        """Return the rows of one page of pairs, each with all measures.

        Parameters
        ----------
        number : int
            From 1 to `pages`.

        Raises
        ------
        CommandError
            If there is no such page.
        """
        if not 1 <= number <= self.pages:
            raise CommandError(f"page: must be 1 to {self.pages} (got {number})")
        start = (number - 1) * PAIRS_A_PAGE
        names = self._names()[start : start + PAIRS_A_PAGE]
        return self.pairs.join(names, on=["policy", "versus"], how="semi", maintain_order="left")

    def _names(self) -> pl.DataFrame:
        return self.pairs.select("policy", "versus").unique(maintain_order=True)

    def plot(self, page: int = 1) -> Figure:
        """Draw the differences of a page of pairs with their intervals, measure by measure."""
        from sim.studies.compare.plots import draw_pairs

        return draw_pairs(self.page(page), paired=self.paired)

    def describe_changes(self) -> str:
        """Say how two folders are compared and how their scenarios differ; empty for one folder."""
        from sim.studies.compare.plots import changes_text

        return "" if self.changes is None else changes_text(self.changes, paired=self.paired)

    def page_line(self, number: int) -> str:
        """Say which pairs a page shows and where the others are; empty if it shows all."""
        from sim.studies.compare.plots import page_text

        return page_text(number, PAIRS_A_PAGE, len(self._names()))

    told = renamed("Comparison.told", describe_changes)

    def as_data(self, page: int | None = None) -> dict[str, Any]:
        """Return the comparison as plain data, with all pairs or those of one page."""
        chosen = {name: getattr(self.selection, name) for name in Selection.__slots__}
        return {
            "verdict": self.verdict(),
            "best": {"measure": self.measure, **chosen},
            "paired": self.paired,
            "changes": None if self.changes is None else [asdict(one) for one in self.changes],
            "implausible": list(self.implausible),
            "pairs": (self.pairs if page is None else self.page(page)).to_dicts(),
        }

    def _repr_html_(self) -> str:
        from rich.console import Console

        from sim.studies.compare.plots import pairs_summary

        console = Console(record=True, file=StringIO(), width=110)
        console.print(pairs_summary(self.page(1)))
        console.print(self.page_line(1))
        console.print(self.verdict())
        return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")


@accepts(RunOptions)
def compare(
    source: Source,
    other: str | os.PathLike[str] | None = None,
    *,
    reference: str | None = None,
    all_pairs: bool = False,
    measures: Sequence[str] | None = None,
    best: str | None = None,
    indifference: float | None = None,
    confidence: float = CONFIDENCE,
    out: str | os.PathLike[str] | None = None,
    precision: Mapping[str, float | str] | None = None,
    most: int | None = None,
    **options: Unpack[RunOptions],
) -> Comparison:
    """Compare policies pair by pair under common random numbers, and select the best.

    Parameters
    ----------
    source : path or Scenario
        A results folder; or a scenario, which is run first as far as its folder lacks runs.
    other : path, optional
        Another results folder, to compare each policy with itself in `source`.
    reference : str, optional
        The policy to compare the others with; by default the first.
    all_pairs : bool
        Whether to compare every policy with every earlier one instead: n policies have
        n (n - 1) / 2 pairs, and p is adjusted for that many.
    measures : sequence of str, optional
        By default the key measures of the report.
    best : str, optional
        The measure by which the best is selected; by default discounted profit.
    indifference : float, optional
        A difference in it too small to matter, in its unit; by default the scenario's
        ``worth``, or else a hundredth of the first policy's mean.
    confidence : float
        Of the selection; below 1.
    **options
        As of `sim.run`, for a scenario.

    Returns
    -------
    Comparison

    Raises
    ------
    CommandError
        If a policy, a measure or a number is not one that can be used.
    ResultsError
        If a folder cannot be used.

    Examples
    --------
    >>> import sim
    >>> found = sim.compare("my.yaml", measures=["customers"], replications=3)
    >>> found.pairs.select("policy", "versus", "replications").rows()
    [('value_tiers', 'equal', 3)]
    >>> print(found.verdict())
    Best by discounted profit: equal, or within ...
    """
    selection, execution = divided(source, options)
    asked = Question(reference, measures, best, indifference, confidence, all_pairs)
    return compare_selection(
        selection, execution, other, asked, out=out, precision=precision, most=most
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a comparison; each as of `compare`."""

    reference: str | None = None
    measures: Sequence[str] | None = None
    best: str | None = None
    indifference: float | None = None
    confidence: float = CONFIDENCE
    all_pairs: bool = False


def compare_selection(
    selection: ScenarioSelection,
    execution: Execution,
    other: str | os.PathLike[str] | None = None,
    question: Question = Question(),
    **options: Any,
) -> Comparison:
    """Compare the policies of what is selected, or of a folder, as `compare` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    other : path, optional
    question : Question
    **options
        As of `sim.studies.run.api.run_selection`.
    """
    _check_question(question, two_folders=other is not None)
    results = _results_of(selection, execution, options)
    second = None if other is None else open_results(Path(other))
    runs = (
        runs_of(results, question.reference, everyone=question.all_pairs)
        if second is None
        else runs_of_two(results, second)
    )
    measure = question.best or next((name for name in MONEY if _has(runs, name)), "")
    pairs = pairs_table(runs, _units(runs, question.measures))
    indifference = question.indifference
    if indifference is None:
        indifference = worth_of(_worth(results), measure)
    selected = _selected(runs, measure, indifference, question.confidence)
    changes = None if second is None else tuple(changes_between(results, second))
    said = tuple(_implausible(results, second))
    return Comparison(pairs, selected, measure, runs.paired, changes, said)


def _worth(results: Results) -> Mapping[str, float]:
    """Return what the scenario of a folder says is too small to care about."""
    from sim.report.kit.frames import frames_of

    return frames_of(results).worth


def _implausible(*folders: Results | None) -> Iterator[str]:
    """Yield what is implausible in each folder; of two, with the folder."""
    from sim.report.kit.frames import frames_of
    from sim.report.kit.plausibility import implausible

    there = [results for results in folders if results is not None]
    for results in there:
        place = f"{results.folder}: " if len(there) > 1 else ""
        yield from (f"{place}{sentence}" for sentence in implausible(frames_of(results)))


def _check_question(question: Question, *, two_folders: bool) -> None:
    """Refuse what would have no effect."""
    if question.all_pairs and question.reference is not None:
        raise CommandError("all_pairs and reference: leave one of the two out")
    if two_folders and (question.all_pairs or question.reference is not None):
        raise CommandError(
            "of two folders each policy is compared with itself; leave out all_pairs and reference"
        )


def _results_of(
    selection: ScenarioSelection, execution: Execution, options: Mapping[str, Any]
) -> Results:
    source = selection.source
    if isinstance(source, Scenario) or not Path(source).is_dir():
        return run_selection(selection, execution, **options).results
    names = [*selection.given(), *(name for name, v in options.items() if v)]
    if names:
        raise CommandError(
            f"{source} is a results folder; {', '.join(names)}: only for a scenario to run"
        )
    return open_results(Path(source))


def _units(runs: Runs, measures: Sequence[str] | None) -> dict[str, str]:
    from sim.report.kit.catalogue import KEY_MEASURES

    asked = KEY_MEASURES if measures is None else measures
    unknown = [name for name in measures or () if not _has(runs, name)]
    if unknown:
        raise CommandError(f"no measure {', '.join(unknown)} in these results; see: sim measures")
    return {name: MEASURES[name].unit if name in MEASURES else "" for name in asked
            if _has(runs, name)}  # fmt: skip


def _has(runs: Runs, measure: str) -> bool:
    return any(measure in rows for rows in runs.values.values())


def _selected(runs: Runs, measure: str, indifference: float | None, confidence: float) -> Selection:
    declared = MEASURES.get(measure)
    if declared is None or not _has(runs, measure):
        raise CommandError(f"best: no measure '{measure}' in these results; see: sim measures")
    if declared.direction == "none":
        raise CommandError(f"best: neither more nor less {measure} is better; name another measure")
    if indifference is not None and indifference <= 0:
        raise CommandError(f"indifference: must be above 0 (got {indifference:g})")
    values = {name: rows[measure] for name, rows in runs.values.items() if measure in rows}
    fewest = min(map(len, values.values()))  # folders that are not paired may differ in number
    values = {name: row[:fewest] for name, row in values.items()}
    if not 1 / max(len(values), 2) < confidence < 1:
        raise CommandError(f"confidence: must be below 1 and above a guess's (got {confidence:g})")
    delta = _indifference(next(iter(values.values()))) if indifference is None else indifference
    return select(values, delta, confidence, larger=declared.direction == "up")


def _indifference(values: Sequence[float]) -> float:
    from sim.stats.intervals import estimate

    mean = estimate(values).mean
    return INDIFFERENCE * abs(mean) if mean else 1.0
