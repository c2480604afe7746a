"""``sim run``."""

from __future__ import annotations

import typer

from sim.commands.options import (
    AllowCode,
    ClusterAddress,
    Engine,
    File,
    Json,
    Log,
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
    cluster: ClusterAddress = None,
    out: Out = None,
    log: Log = None,
    quiet: Quiet = False,
    allow_code: AllowCode = False,
    as_json: Json = False,
) -> None:
    """Run a scenario's policies, and write a results folder with its report.

    Example: sim run broadband -n 10 --months 12 --set desk.pools.frontline.agents=5
    """
    from rich.console import Console

    from sim.execution.progress import silent
    from sim.report.run.hypothesis_rows import verdicts_table
    from sim.report.run.terminal import summary_table
    from sim.studies.run.api import run as run_scenario

    result = run_scenario(
        file,
        replications=replications,
        seed=seed,
        months=months,
        policies=policy or None,
        sets=sets or (),
        workers=workers,
        cluster=cluster,
        engine=engine,
        out=out,
        precision=targets_of(precision or ()),
        most=most,
        progress=silent if quiet else None,
        allow_code=allow_code,
    )
    if engine == "auto" and (python := [p for p, e in result.engines.items() if e == "simpy"]):
        names = ", ".join(python)
        typer.echo(f"Ran in the SimPy engine, because of a policy in Python: {names}", err=True)
    if as_json:
        typer.echo(as_json_text(result.as_data()))
    elif not quiet:
        Console().print(summary_table(result.results))
        if verdicts := verdicts_table(result.results):
            Console().print(verdicts)
    if log is not None:
        from sim.scenario.reading.load import load
        from sim.studies.run.contact_log import record_log

        scenario = load(result.folder / "scenario.yaml", allow_code=allow_code)
        typer.echo(f"Log: {record_log(scenario, result.results.policies, log)}", err=True)
    for line in result.shortfalls():
        typer.echo(line, err=True)
    typer.echo(f"Report: {result.report}", err=as_json)
