"""``sim verify``.

What a verification says at a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Json, Quiet, Workers, as_json_text
from sim.errors import RunError
from sim.studies.verify.api import Verification
from sim.studies.verify.conservation_checks import LAWS
from sim.studies.verify.judge import LARGEST_ERROR, LEVEL, Finding

__all__ = ["as_text", "verify"]


def verify(
    engine: Annotated[
        str, typer.Option(metavar="both|compiled|simpy", help="Which engine; both must agree.")
    ] = "both",
    quick: Annotated[
        bool, typer.Option("--quick", help="A quick look, of larger standard errors.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="FAMILY", help="Only this family, or `books` (repeatable)."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all chance.", min=0)] = 1,
    report: Annotated[
        bool, typer.Option("--report", help="Write validation.md and its pictures.")
    ] = False,
    docs: Annotated[Path, typer.Option(help="Where --report writes.")] = Path("docs"),
    workers: Workers = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Hold the engines to mathematics, and every scenario that ships to its books.

    Prints what theory says, what the simulation says, its standard error as a share of theory, and
    the difference in standard errors. Exits with 1 if anything fails.

    Example: sim verify --quick --engine compiled
    """
    from sim.execution.progress import silent
    from sim.studies.verify.api import verify

    found = verify(
        engine=engine,
        quick=quick,
        only=only or (),
        seed=seed,
        workers=workers,
        progress=silent if quiet else None,
    )
    if as_json:
        typer.echo(as_json_text(found.as_data()))
    elif not quiet:
        typer.echo(as_text(found))
    if report:
        typer.echo(f"Report: {found.write(docs)}", err=as_json)
    if not found.passed:
        raise RunError(f"verification failed in {len(found.faults)} places: {found.faults[0]}")


_WIDTH = 52
_HEAD = f"{'':<{_WIDTH}}{'theory':>10}{'simulated':>11}{'s.e.':>8}{'z':>7}"


def as_text(verification: Verification) -> str:
    """Return the tables, and at last whether all is well, in at most 100 columns."""
    return "\n".join(
        (*_cases(verification), *_books(verification), *_faults(verification), _last(verification))
    )


def _cases(verification: Verification) -> Iterator[str]:
    for family, found in groupby(verification.findings, lambda one: one.case.family):
        yield f"{family.title}"
        yield _HEAD
        yield from (f"  {_row(one, verification.engines)}" for one in found)
        yield ""


def _row(one: Finding, engines: tuple[str, ...]) -> str:
    name = one.case.quantity
    if one.engines != engines:
        name += f" ({', '.join(one.engines)})"
    numbers = (
        f"{one.case.theory:>10.5g}{one.simulated:>11.5g}{one.relative_error:>8.2%}{one.z:>+7.2f}"
    )
    return f"{name:<{_WIDTH - 2}}{numbers}  {'pass' if one.passed else 'FAIL'}"


def _books(verification: Verification) -> Iterator[str]:
    if not verification.balances:
        return
    yield "Books of every scenario that ships"
    for law, says in LAWS.items():
        held = [one for one in verification.balances if one.law == law]
        if held:
            well = "pass" if all(one.passed for one in held) else "FAIL"
            yield f"  {law:<13} {says} ({len(held)})  {well}"
    yield ""


def _faults(verification: Verification) -> Iterator[str]:
    yield from (f"FAIL  {fault}" for fault in verification.faults)


def _last(verification: Verification) -> str:
    cases, engines = len(verification.findings), " and ".join(verification.engines)
    level = f"familywise level {LEVEL:.0%}, Holm"
    most = "" if verification.quick else f", standard errors up to {LARGEST_ERROR:.0%} of theory"
    state = "passed" if verification.passed else "FAILED"
    return f"{state}: {cases} numbers in {engines} ({level}{most})"
