"""``sim compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import measure_names, results_folders, scenario_files
from sim.commands.options import (
    AllowCode,
    ClusterAddress,
    Json,
    Measures,
    Months,
    Most,
    Out,
    Policies,
    Precisions,
    Replications,
    Seed,
    Sets,
    Workers,
    as_json_text,
    targets_of,
)

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
    policy: Policies = None,
    replications: Replications = None,
    precision: Precisions = None,
    most: Most = None,
    seed: Seed = None,
    months: Months = None,
    sets: Sets = None,
    engine: Annotated[
        str | None, typer.Option(metavar="auto|compiled|simpy", help="What drives time.")
    ] = None,
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = None,
    allow_code: AllowCode = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw it: .png, .svg or .pdf.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare policies pair by pair under the same luck, and name the best if that can be said.

    A scenario is run first, as far as its folder lacks runs, with the flags of `sim run`. Of two
    folders each policy is compared with itself: B, the second, less A, the first; paired by
    replication where seed and people agree, else by Welch's interval.

    Example: sim compare results/broadband-provider-0123456789ab --reference equal
    """
    from rich.console import Console

    from sim.report.kit.canvas import save_figure
    from sim.studies.compare.api import compare as compare_runs
    from sim.studies.compare.plots import pairs_summary

    asked = {
        "policies": policy or None,
        "replications": replications,
        "precision": targets_of(precision or ()) or None,
        "most": most,
        "seed": seed,
        "months": months,
        "sets": sets or None,
        "engine": engine,
        "workers": workers,
        "cluster": cluster,
        "out": out,
        "allow_code": allow_code or None,
    }
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
        save_figure(found.plot(), plot)
    if as_json:
        typer.echo(as_json_text(found.as_data()))
        return
    if told := found.told():
        typer.echo(told)
    Console().print(pairs_summary(found.pairs))
    typer.echo(found.verdict())
    if plot is not None:
        typer.echo(f"Plot: {plot}")
