"""``sim compare``."""

from __future__ import annotations

import shlex
import sys
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
from sim.commands.output import print_renderable, print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

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
    from sim.report.kit.canvas import save_figure, write_file
    from sim.results.tables import encode
    from sim.studies.compare.api import Question, compare_selection
    from sim.studies.compare.page import write_compare_page
    from sim.studies.compare.plots import pairs_summary

    question = Question(reference, measure or None, best, indifference, confidence, all_pairs)
    targets = targets_of(precision or ())
    result = compare_selection(
        selection, execution, other, question, out=out, precision=targets or None, most=most
    )
    shown = result.page(1 if page is None else page)
    if plot is not None:
        save_figure(result.plot(page or 1), plot)
    if report is not None:
        write_compare_page(report, result, page or 1, _command())
    if csv is not None:
        write_file(csv, encode(result.pairs, "pairs.csv"))
    if as_json:
        print_text(as_json_text(result.as_data(page)))
        return
    if changes := result.describe_changes():
        print_text(changes)
    print_renderable(pairs_summary(shown))
    if where := result.page_line(page or 1):
        print_text(where)
    print_text(result.verdict())
    for sentence in result.implausible:
        print_text(f"Implausible: {sentence}", err=True)
    if plot is not None:
        print_text(f"Plot: {plot}")
    if csv is not None:
        print_text(f"Differences: {csv}")
    if report is not None:
        print_text(f"Report: {report}")


def _command() -> str:
    """Return the command as it was typed, for the page that it writes."""
    return shlex.join(["sim", *sys.argv[1:]])
