"""``sim run``."""

from __future__ import annotations

import typer

from sim.commands.options import (
    Engine,
    File,
    Json,
    Months,
    Most,
    Out,
    Policies,
    Precisions,
    Quiet,
    Replications,
    Seed,
    Sets,
    Workers,
    as_json_text,
    targets_of,
)

__all__ = ["run"]


def run(
    file: File,
    policy: Policies = None,
    replications: Replications = None,
    precision: Precisions = None,
    most: Most = None,
    seed: Seed = None,
    months: Months = None,
    sets: Sets = None,
    engine: Engine = "auto",
    workers: Workers = None,
    out: Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a scenario's policies, and write a results folder with its report.

    Example: sim run broadband -n 10 --months 12 --set desk.pools.frontline.agents=5
    """
    from rich.console import Console

    from sim.api import run as run_scenario
    from sim.progress import silent
    from sim.report import summary_table, verdicts_table

    result = run_scenario(
        file,
        replications=replications,
        seed=seed,
        months=months,
        policies=policy or None,
        sets=sets or (),
        workers=workers,
        engine=engine,
        out=out,
        precision=targets_of(precision or ()),
        most=most,
        progress=silent if quiet else None,
    )
    if as_json:
        typer.echo(as_json_text(result.as_data()))
    elif not quiet:
        Console().print(summary_table(result.folder))
        if verdicts := verdicts_table(result.folder):
            Console().print(verdicts)
    for line in result.shortfalls():
        typer.echo(line, err=True)
    typer.echo(f"Report: {result.report}", err=as_json)
