"""``sim compare``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import measure_names, results_folders, scenario_files
from sim.commands.options import (
    Json,
    Measures,
    Most,
    Out,
    Precisions,
    as_json_text,
    targets_of,
    with_options,
)
from sim.commands.output import print_renderable, print_text, typed_command

if TYPE_CHECKING:
    import polars as pl

    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection
    from sim.studies.compare.api import Comparison

__all__ = ["compare"]

FolderOrFile = Annotated[
    Path,
    typer.Argument(
        metavar="DIR|FILE",
        help="A results folder, or a scenario to run.",
        autocompletion=scenario_files,
    ),
]


@with_options(file=FolderOrFile)
def compare(
    *,
    selection: ScenarioSelection,
    other: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help="Another results folder, to compare each policy with itself.",
            autocompletion=results_folders,
        ),
    ] = None,
    execution: Execution,
    reference: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Compare the others with this policy, not the first."),
    ] = None,
    all_pairs: Annotated[
        bool, typer.Option("--all-pairs", help="Compare every policy with every other.")
    ] = False,
    page: Annotated[
        int | None,
        typer.Option(help="Page of pairs to show and draw; by default the first, in JSON all."),
    ] = None,
    measure: Measures = None,
    best: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE",
            help="Measure by which the best is chosen; by default discounted profit.",
            autocompletion=measure_names,
        ),
    ] = None,
    indifference: Annotated[
        float | None,
        typer.Option(
            help="A difference too small to matter; by default 1% of the first policy's mean."
        ),
    ] = None,
    confidence: Annotated[float, typer.Option(help="Confidence in the best policy.")] = 0.95,
    precision: Precisions = None,
    most: Most = None,
    out: Out = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the differences: .png, .svg or .pdf."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the comparison as a page: .html.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the differences of all pairs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare policies pair by pair under common random numbers, and name the best if possible.

    A scenario is run first, as far as its folder lacks runs, with the options of `sim run`. Of two
    folders each policy is compared with itself: B, the second, minus A, the first. They are paired
    by replication where seed and people agree, and compared by Welch's interval otherwise.

    By default every policy is compared with the first. All pairs are many: of 200 policies 19,900.

    Example: sim compare results/broadband-provider-0123456789ab --reference equal
    """
    from sim.studies.compare.api import Question, compare_selection

    question = Question(reference, measure or None, best, indifference, confidence, all_pairs)
    targets = targets_of(precision or ())
    result = compare_selection(
        selection, execution, other, question, out=out, precision=targets or None, most=most
    )
    number = 1 if page is None else page
    shown = result.page(number)
    files = _Files(plot, csv, report)
    files.write(result, number)
    if as_json:
        print_text(as_json_text(result.as_data(page)))
        return
    _print_answer(result, shown, result.page_line(number))
    files.print_names()


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that are wanted beside the answer, each or none."""

    plot: Path | None
    csv: Path | None
    report: Path | None

    def write(self, result: Comparison, page: int) -> None:
        """Write a page of the comparison as plot and report, and the differences of all pairs."""
        from sim.report.kit.canvas import save_figure, write_file
        from sim.results.tables import encode
        from sim.studies.compare.page import write_compare_page

        if self.plot is not None:
            save_figure(result.plot(page), self.plot)
        if self.report is not None:
            write_compare_page(self.report, result, page, typed_command())
        if self.csv is not None:
            write_file(self.csv, encode(result.pairs, "pairs.csv"))

    def print_names(self) -> None:
        """Print which files were written."""
        named = {"Plot": self.plot, "Differences": self.csv, "Report": self.report}
        for kind, file in named.items():
            if file is not None:
                print_text(f"{kind}: {file}")


def _print_answer(result: Comparison, shown: pl.DataFrame, where: str) -> None:
    """Print a page of pairs and which page it is, and which policy is the best."""
    from sim.studies.compare.plots import pairs_summary

    if changes := result.describe_changes():
        print_text(changes)
    print_renderable(pairs_summary(shown))
    if where:
        print_text(where)
    print_text(result.verdict())
    for sentence in result.implausible:
        print_text(f"Implausible: {sentence}", err=True)
