"""``sim verify``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

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
            metavar="FAMILY",
            help="Only this family, or `conservation_checks` (repeatable); with --field, "
            "`findings`, `outputs` or `equity`.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.", min=0)] = 1,
    report: Annotated[
        bool, typer.Option("--report", help="Write validation.md and its pictures.")
    ] = False,
    docs: Annotated[Path, typer.Option(help="Where --report writes.")] = Path("docs"),
    field: Annotated[
        bool,
        typer.Option(
            "--field", help="Run registered findings, outputs and customer equity instead."
        ),
    ] = False,
    register: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Register the findings as they are: what is new."),
    ] = None,
    workers: Workers = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Compare the engines with theory, and check conservation in every scenario that ships.

    Prints the value by theory, the simulated value, its standard error as a share of theory, and
    the difference in standard errors. Exits with 1 if anything fails.

    With --field it runs published findings that were registered before, and shows hits and misses
    alike; a miss is a result, and no failure.

    Example: sim verify --quick --engine compiled
    """
    if register is not None:
        _register(register)
    elif field:
        _field(only or (), workers, docs if report else None, quiet, as_json)
    else:
        options = {"engine": engine, "quick": quick, "only": only or (), "seed": seed}
        _theory(options, workers, docs if report else None, quiet, as_json)


def _theory(
    options: dict[str, Any], workers: int | None, docs: Path | None, quiet: bool, as_json: bool
) -> None:
    from sim.execution.progress import silent
    from sim.studies.verify.api import verify
    from sim.studies.verify.terminal import as_text

    result = verify(workers=workers, progress=silent if quiet else None, **options)
    if as_json:
        print_text(as_json_text(result.as_data()))
    elif not quiet:
        print_text(as_text(result))
    if docs is not None:
        print_text(f"Report: {result.write(docs)}", err=as_json)
    if not result.passed:
        raise RunError(f"verification failed in {len(result.faults)} places: {result.faults[0]}")


def _register(says: str) -> None:
    from datetime import date

    from sim.studies.verify.field.register import register

    edition = register(says, date.today())
    print_text(
        f"Registered edition {edition.number}: {len(edition.findings)} findings and outputs."
    )


def _field(
    only: Sequence[str], workers: int | None, docs: Path | None, quiet: bool, as_json: bool
) -> None:
    from sim.execution.execution import Execution
    from sim.execution.progress import silent
    from sim.studies.verify.field.hold_to_field import hold_to_field, write_record
    from sim.studies.verify.field.terminal import field_text

    execution = Execution(workers=workers, progress=silent if quiet else None)
    result = hold_to_field(execution, only)
    if as_json:
        print_text(as_json_text(result.as_data()))
    elif not quiet:
        print_text(field_text(result))
    if docs is not None:
        print_text(f"Report: {write_record(result, docs)}", err=as_json)
