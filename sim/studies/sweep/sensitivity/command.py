"""``sim sensitivity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import measure_names, scenario_files
from sim.commands.options import Json, Out, Quiet, as_json_text, with_options
from sim.commands.output import print_renderable, print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["sensitivity"]

FileOrFolder = Annotated[
    Path,
    typer.Argument(
        metavar="FILE|DIR",
        help="A scenario with `sweep`, or the folder of an earlier analysis.",
        autocompletion=scenario_files,
    ),
]


@with_options(file=FileOrFolder)
def sensitivity(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    method: Annotated[
        str,
        typer.Option(
            metavar="tornado|morris|sobol",
            help="Each setting at both ends of its range, screening, or shares of variance.",
        ),
    ] = "morris",
    samples: Annotated[
        int | None, typer.Option(help="Trajectories of Morris (20) or samples of Sobol (256).")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            metavar="NAME",
            help="Analyse this measure (repeatable); by default discounted profit.",
            autocompletion=measure_names,
        ),
    ] = None,
    out: Out = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the first outcome: .png, .svg, .pdf.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Show how much of a measure each setting under `sweep` explains, and how much is random.

    Example: sim sensitivity my.yaml --method sobol --samples 128 -n 5 --measure churn_rate
    """
    from sim.report.kit.canvas import save_figure
    from sim.studies.sweep.sensitivity.api import analyse_selection
    from sim.studies.sweep.sensitivity.plots import sensitivity_summary

    result = analyse_selection(
        selection, execution, method=method, samples=samples, measures=measure or None, out=out
    )
    if plot is not None:
        save_figure(result.plot(), plot)
    if as_json:
        print_text(as_json_text(result.as_data()))
    elif not quiet:
        print_renderable(sensitivity_summary(result.table, result.noise, result.method))
    print_text(f"Runs: {result.folder}", err=as_json)
