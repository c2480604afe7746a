"""``sim compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import measure_names, results_folders, scenario_files
from sim.commands.options import Json, Measures, Replications, Workers, as_json_text

__all__ = ["compare"]


def compare(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|FILE",
            help="A results folder, or a scenario to run.",
            autocompletion=scenario_files,
        ),
    ],
    other: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help="Another, to compare each policy with itself.",
            autocompletion=results_folders,
        ),
    ] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="NAME", help="Compare all with this policy only.")
    ] = None,
    measure: Measures = None,
    best: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE",
            help="What the best is best by; else discounted profit.",
            autocompletion=measure_names,
        ),
    ] = None,
    indifference: Annotated[
        float | None,
        typer.Option(help="A difference too small to care about; else 1% of the first policy's."),
    ] = None,
    confidence: Annotated[float, typer.Option(help="Of naming the best.")] = 0.95,
    replications: Replications = None,
    workers: Workers = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw it: .png, .svg or .pdf.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare policies pair by pair under the same luck, and name the best if that can be said.

    Example: sim compare results/broadband-provider-0123456789ab --reference equal
    """
    from rich.console import Console

    from sim.report import save
    from sim.report.selection import pairs_summary
    from sim.studies.compare import compare as compare_runs

    asked = {"replications": replications, "workers": workers}
    found = compare_runs(
        source,
        other,
        reference=reference,
        measures=measure or None,
        best=best,
        indifference=indifference,
        confidence=confidence,
        **{name: value for name, value in asked.items() if value is not None},
    )
    if plot is not None:
        save(found.plot(), plot)
    if as_json:
        typer.echo(as_json_text(found.as_data()))
        return
    Console().print(pairs_summary(found.pairs))
    typer.echo(found.verdict())
    if plot is not None:
        typer.echo(f"Plot: {plot}")
