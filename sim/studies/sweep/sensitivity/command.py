"""``sim sensitivity``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import measure_names, scenario_files
from sim.commands.options import (
    AllowCode,
    ClusterAddress,
    Engine,
    Json,
    Months,
    Out,
    Policies,
    Quiet,
    Replications,
    Seed,
    Sets,
    Workers,
    as_json_text,
)

__all__ = ["sensitivity"]


def sensitivity(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|DIR",
            help="A scenario with `sweep`, or an earlier folder.",
            autocompletion=scenario_files,
        ),
    ],
    method: Annotated[
        str,
        typer.Option(
            metavar="tornado|morris|sobol",
            help="Each key to its ends, screening, or shares of variance.",
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
            help="Of what (repeatable); else discounted profit.",
            autocompletion=measure_names,
        ),
    ] = None,
    policy: Policies = None,
    replications: Replications = None,
    seed: Seed = None,
    months: Months = None,
    sets: Sets = None,
    engine: Engine = "auto",
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the first outcome: .png, .svg, .pdf.")
    ] = None,
    quiet: Quiet = False,
    allow_code: AllowCode = False,
    as_json: Json = False,
) -> None:
    """Say what measures owe to each path under `sweep`, and what to luck.

    Example: sim sensitivity my.yaml --method sobol --samples 128 -n 5 --measure churn_rate
    """
    from rich.console import Console

    from sim.execution.progress import silent
    from sim.report.kit.canvas import save_figure
    from sim.studies.sweep.sensitivity.api import sensitivity as analyse
    from sim.studies.sweep.sensitivity.plots import sensitivity_summary

    found = analyse(
        source,
        method=method,
        samples=samples,
        measures=measure or None,
        replications=replications,
        seed=seed,
        months=months,
        policies=policy or None,
        sets=sets or (),
        workers=workers,
        cluster=cluster,
        engine=engine,
        out=out,
        progress=silent if quiet else None,
        allow_code=allow_code,
    )
    if plot is not None:
        save_figure(found.plot(), plot)
    if as_json:
        typer.echo(as_json_text(found.as_data()))
    elif not quiet:
        Console().print(sensitivity_summary(found.table, found.noise, found.method))
    typer.echo(f"Runs: {found.folder}", err=as_json)
