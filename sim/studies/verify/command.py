"""``sim verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Json, Quiet, Workers, as_json_text
from sim.commands.output import print_text
from sim.errors import RunError

__all__ = ["verify"]


def verify(
    engine: Annotated[
        str, typer.Option(metavar="both|compiled|simpy", help="Engine to verify; both must agree.")
    ] = "both",
    quick: Annotated[
        bool, typer.Option("--quick", help="Run fewer replications, with larger standard errors.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FAMILY", help="Only this family, or `conservation_checks` (repeatable)."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.", min=0)] = 1,
    report: Annotated[
        bool, typer.Option("--report", help="Write validation.md and its pictures.")
    ] = False,
    docs: Annotated[Path, typer.Option(help="Where --report writes.")] = Path("docs"),
    workers: Workers = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Compare the engines with theory, and check conservation in every scenario that ships.

    Prints the value by theory, the simulated value, its standard error as a share of theory, and
    the difference in standard errors. Exits with 1 if anything fails.

    Example: sim verify --quick --engine compiled
    """
    from sim.execution.progress import silent
    from sim.studies.verify.api import verify
    from sim.studies.verify.terminal import as_text

    result = verify(
        engine=engine,
        quick=quick,
        only=only or (),
        seed=seed,
        workers=workers,
        progress=silent if quiet else None,
    )
    if as_json:
        print_text(as_json_text(result.as_data()))
    elif not quiet:
        print_text(as_text(result))
    if report:
        print_text(f"Report: {result.write(docs)}", err=as_json)
    if not result.passed:
        raise RunError(f"verification failed in {len(result.faults)} places: {result.faults[0]}")
