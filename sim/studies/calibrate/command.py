"""``sim calibrate``."""

from __future__ import annotations

import datetime
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.commands.options import Json, as_json_text
from sim.commands.output import print_text
from sim.errors import CommandError

__all__ = ["calibrate"]


def calibrate(
    output: Annotated[Path, typer.Option("-o", "--output", help="The scenario file to write.")],
    log: Annotated[
        Path | None, typer.Argument(metavar="LOG", help="A log of contacts: CSV, TSV or Parquet.")
    ] = None,
    purchases: Annotated[
        Path | None, typer.Option(help="A table of purchases, in place of a log.")
    ] = None,
    amount: Annotated[str, typer.Option(help="Column of what was spent.")] = "amount",
    arrival: Annotated[str, typer.Option(help="Column of the time of arrival.")] = "arrival",
    date: Annotated[
        str | None, typer.Option(help="Column of the date, if separate from the time.")
    ] = None,
    wait: Annotated[str, typer.Option(help="Column of the wait in the queue.")] = "wait",
    service: Annotated[str, typer.Option(help="Column of the handling time.")] = "service",
    outcome: Annotated[str, typer.Option(help="Column of the outcome.")] = "outcome",
    served: Annotated[list[str] | None, typer.Option(help="Word for served (repeatable).")] = None,
    abandoned: Annotated[
        list[str] | None, typer.Option(help="Word for left unanswered (repeatable).")
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Column of the customer.")] = None,
    group: Annotated[
        str | None, typer.Option("--class", help="Column of the class of contact.")
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of plain numbers: seconds, minutes or hours.")] = (
        "minutes"
    ),
    time_format: Annotated[
        str | None,
        typer.Option(help="Format of arrivals, as of strftime; by default it is detected."),
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="DATE", help="A day to leave out (repeatable).")
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(help="Folder for plots of data against fit.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Fit arrivals, handling, patience and retrials to a log, and write a scenario.

    With --purchases it fits spend, its concentration and noise, and drop-out. Rows that cannot be
    used are counted, with the reason.

    Example: sim calibrate calls.csv -o desk.yaml --customer id --unit seconds
    """
    from sim.studies.calibrate.api import calibrate
    from sim.studies.calibrate.log import Columns
    from sim.studies.calibrate.purchases import PurchaseColumns, calibrate_purchases

    if (log is None) == (purchases is None):
        raise CommandError("give either a log of contacts or --purchases")
    if unit not in ("seconds", "minutes", "hours"):
        raise CommandError(f"--unit: must be seconds, minutes or hours (got '{unit}')")
    if purchases is not None:
        named = PurchaseColumns(customer or "customer", date or "date", amount, time_format)
        bought = calibrate_purchases(purchases, named)
        bought.write(output, _command())
        _tell(bought, bought.used, output, as_json)
        return
    columns = Columns(
        arrival=arrival,
        date=date,
        wait=wait,
        service=service,
        outcome=outcome,
        served=tuple(served or ("served",)),
        abandoned=tuple(abandoned or ("abandoned",)),
        customer=customer,
        group=group,
        unit=unit,
        time_format=time_format,
        skipped=tuple(_day(text) for text in skip or ()),
    )
    assert log is not None  # one of the two was given
    result = calibrate(log, columns)
    result.write(output, _command())
    drawn = result.draw(plots) if plots else []
    _tell(result, result.used, output, as_json)
    for path in drawn:
        print_text(f"Plot: {path}", err=as_json)


def _tell(result: Any, used: int, output: Path, as_json: bool) -> None:
    """Print how much of the file could be used, and the next command."""
    if as_json:
        print_text(as_json_text(result.as_data()))
        return
    print_text(f"{result.path}: {used:,} of {result.rows:,} rows used.")
    for unused in result.unused:
        print_text(f"  not used: {unused.rows:,}, the first on line {unused.line}: {unused.reason}")
    print_text(f"Wrote {output}. Next: sim check {output}")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--skip: must be a date such as 1999-02-03 (got '{text}')") from None


def _command() -> str:
    """Return the command as it was typed, for the file that it writes."""
    return shlex.join(["sim", *sys.argv[1:]])
