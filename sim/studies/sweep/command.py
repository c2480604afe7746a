"""``sim sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import measure_names
from sim.commands.options import (
    AllowCode,
    ClusterAddress,
    Engine,
    File,
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
from sim.errors import RunError

__all__ = ["sweep"]


def sweep(
    file: File,
    policy: Policies = None,
    points: Annotated[int | None, typer.Option(help="Points of a sampled design.")] = None,
    replications: Replications = None,
    seed: Seed = None,
    months: Months = None,
    sets: Sets = None,
    engine: Engine = "auto",
    workers: Workers = None,
    cluster: ClusterAddress = None,
    out: Out = None,
    so_far: Annotated[
        bool, typer.Option("--so-far", help="Run nothing; make the tables of what is finished.")
    ] = False,
    measure: Annotated[
        str,
        typer.Option(metavar="NAME", help="What --plot draws.", autocompletion=measure_names),
    ] = "profit_discounted",
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw it over one path, or who wins over two."),
    ] = None,
    quiet: Quiet = False,
    allow_code: AllowCode = False,
    as_json: Json = False,
) -> None:
    """Run the design under `sweep`; kill it any time, the same command goes on.

    More points or replications extend what is there.

    Example: sim sweep capacity.yaml -n 20 --workers 2
    """
    from sim.execution.progress import silent
    from sim.report.kit.canvas import save_figure
    from sim.studies.sweep.api import sweep as run_sweep

    found = run_sweep(
        file,
        points=points,
        replications=replications,
        seed=seed,
        months=months,
        policies=policy or None,
        sets=sets or (),
        workers=workers,
        cluster=cluster,
        engine=engine,
        out=out,
        so_far=so_far,
        progress=silent if quiet else None,
        allow_code=allow_code,
    )
    if plot is not None:
        save_figure(found.plot(measure), plot)
    if as_json:
        typer.echo(as_json_text(found.as_data()))
    runs = found.results.manifest["runs"]
    typer.echo(f"{len(found)} points, {runs} runs: {found.folder}", err=as_json)
    typer.echo(f"Report: {found.rebuild()}", err=as_json)
    _tell_failures(found.folder, found.failed["point"].n_unique(), len(found))


def _tell_failures(folder: Path, failed: int, points: int) -> None:
    if failed:
        raise RunError(
            f"{failed} of {points} points failed and are left out; why: {folder / 'failed.csv'}. "
            "The same command tries them again."
        )
