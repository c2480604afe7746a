"""``sim claims``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.options import ClusterAddress, Engine, Json, Replications, Workers, as_json_text

if TYPE_CHECKING:
    from sim.studies.claims.api import Claims

__all__ = ["claims"]

Files = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE", help="By default all that ship.")
]
Only = Annotated[list[str] | None, typer.Option(metavar="C8", help="Only this claim (repeatable).")]


def claims(
    files: Files = None,
    only: Only = None,
    replications: Replications = None,
    engine: Engine = "auto",
    workers: Workers = None,
    cluster: ClusterAddress = None,
    report: Annotated[bool, typer.Option("--report", help="Write a page.")] = False,
    out: Annotated[Path, typer.Option(help="Where --report writes it.")] = Path("docs/claims.md"),
    plots: Annotated[
        bool, typer.Option("--plots/--no-plots", help="Whether the page has plots.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress and no table.")] = False,
    as_json: Json = False,
) -> None:
    """Put the whole argument to the test: every hypothesis, and where its verdict turns.

    Example: sim claims --only C8 --report
    """
    from sim.execution.progress import silent
    from sim.studies.claims.api import claims as judged

    found = judged(
        files or None,
        only=only or (),
        replications=replications,
        workers=workers,
        cluster=cluster,
        engine=engine,
        progress=silent if quiet else None,
    )
    if as_json:
        told = {"claims": found.table.to_dicts(), "trials": found.trials.to_dicts()}
        typer.echo(as_json_text(told))
    elif not quiet:
        _tell(found)
    if report:
        typer.echo(f"Report: {found.write(out, plots=plots)}", err=as_json)


def _tell(found: Claims) -> None:
    from rich.console import Console

    from sim.studies.claims.page import claims_summary

    Console().print(claims_summary(found.tested))
    typer.echo(f"{len(found.tested)} hypotheses, {found.runs} runs.")
    if found.untested():
        typer.echo(f"Not tested here: {', '.join(found.untested())}.")
