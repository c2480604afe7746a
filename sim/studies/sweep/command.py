"""``sim sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import measure_names
from sim.commands.options import Json, Out, as_json_text, with_options
from sim.commands.output import print_text
from sim.errors import RunError

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["sweep"]


@with_options()
def sweep(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    points: Annotated[int | None, typer.Option(help="Points of a sampled design.")] = None,
    so_far: Annotated[
        bool, typer.Option("--so-far", help="Run nothing; write the tables of finished runs.")
    ] = False,
    out: Out = None,
    measure: Annotated[
        str,
        typer.Option(metavar="NAME", help="What --plot draws.", autocompletion=measure_names),
    ] = "profit_discounted",
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw it against the one setting that varies, or the best policy over two.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run the design under `sweep`. Stop it at any time: the same command continues it.

    More points or replications extend what is there.

    Example: sim sweep capacity.yaml -n 20 --workers 2
    """
    from sim.report.kit.canvas import save_figure
    from sim.studies.sweep.api import sweep_selection

    result = sweep_selection(selection, execution, points=points, out=out, so_far=so_far)
    if plot is not None:
        save_figure(result.plot(measure), plot)
    if as_json:
        print_text(as_json_text(result.as_data()))
    for sentence in result.answer():
        print_text(sentence, err=as_json)
    runs = result.results.manifest["runs"]
    print_text(f"{len(result)} points, {runs} runs: {result.folder}", err=as_json)
    print_text(f"Report: {result.build_report()}", err=as_json)
    _raise_failures(result.folder, result.failed["point"].n_unique(), len(result))


def _raise_failures(folder: Path, failed: int, points: int) -> None:
    if failed:
        raise RunError(
            f"{failed} of {points} points failed and are left out; {folder / 'failed.csv'} says "
            "why. The same command tries them again."
        )
