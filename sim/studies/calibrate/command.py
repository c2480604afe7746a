"""``sim calibrate``."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.options import Json, as_json_text
from sim.commands.output import print_text
from sim.errors import CommandError

if TYPE_CHECKING:
    from sim.studies.calibrate.log_rows import Columns
    from sim.studies.calibrate.purchase_rows import PurchaseColumns

__all__ = ["calibrate"]

_UNITS = ("seconds", "minutes", "hours", "milliseconds")
_ORDERS, _MARKS = ("dmy", "mdy", "ymd"), ("point", "comma")
_NOTHING = "Nothing was written; -o FILE writes the scenario."


def calibrate(
    log: Annotated[
        list[Path] | None,
        typer.Argument(metavar="LOG", help="Logs of contacts: CSV and its like, .xlsx, Parquet."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The scenario file to write; without it, nothing is."),
    ] = None,
    purchases: Annotated[
        list[Path] | None,
        typer.Option(help="A table of purchases, in place of a log (repeatable)."),
    ] = None,
    amount: Annotated[str, typer.Option(help="Column of what was spent.")] = "amount",
    quantity: Annotated[
        str | None, typer.Option(help="Column of pieces bought, in place of the amount.")
    ] = None,
    price: Annotated[str | None, typer.Option(help="Column of what each piece cost.")] = None,
    arrival: Annotated[str, typer.Option(help="Column of the time of arrival.")] = "arrival",
    date: Annotated[
        str | None, typer.Option(help="Column of the date, if separate from the time.")
    ] = None,
    wait: Annotated[str, typer.Option(help="Column of the wait in the queue.")] = "wait",
    answered: Annotated[
        str | None, typer.Option(help="Column of the time of the answer, in place of the wait.")
    ] = None,
    service: Annotated[str, typer.Option(help="Column of the handling time.")] = "service",
    ended: Annotated[
        str | None, typer.Option(help="Column of the time of the end, in place of handling.")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(help="Column of the outcome; by default `outcome`, or who has an answer."),
    ] = None,
    served: Annotated[
        list[str] | None, typer.Option(help="Word for served (repeatable); else the usual ones.")
    ] = None,
    abandoned: Annotated[
        list[str] | None,
        typer.Option(help="Word for left unanswered (repeatable); else the usual ones."),
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Column of the customer.")] = None,
    group: Annotated[
        str | None, typer.Option("--class", help="Column of the class of contact.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option(help=f"Unit of plain numbers: {', '.join(_UNITS)}.")
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option(help="Order of dates that can be read two ways: dmy, mdy or ymd."),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="The desk's zone, such as Europe/Berlin, where times are in UTC."),
    ] = None,
    decimal: Annotated[
        str | None,
        typer.Option(help="Mark of numbers that can be read two ways: point or comma."),
    ] = None,
    time_format: Annotated[
        str | None,
        typer.Option(help="Format of arrivals, as of strftime; by default it is detected."),
    ] = None,
    offered: Annotated[
        str | None,
        typer.Option(help="Column of contacts in an interval: rows are intervals, not contacts."),
    ] = None,
    left: Annotated[
        str | None, typer.Option(help="With --offered, column of those who left unanswered.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            help="File of what the columns mean, in place of flags; written if it is not there."
        ),
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

    It says first what it understood: rows as read, days and hours covered, what is not known. What
    can be read two ways is refused, with the flag that decides. With --purchases it fits spend,
    its concentration and noise, and drop-out.

    Example: sim calibrate calls.csv -o desk.yaml --customer id --unit seconds
    """
    from sim.studies.calibrate.log_rows import Columns
    from sim.studies.calibrate.purchase_rows import PurchaseColumns

    if bool(log) == bool(purchases):
        raise CommandError("give either a log of contacts or --purchases")
    _require_one_of("--unit", unit, _UNITS)
    _require_one_of("--dates", dates, _ORDERS)
    _require_one_of("--decimal", decimal, _MARKS)
    if (quantity is None) != (price is None):
        raise CommandError("--quantity and --price: give both or neither")
    if purchases:
        bought = PurchaseColumns(
            customer=customer or "customer",
            date=date or "date",
            amount=amount,
            time_format=time_format,
            quantity=quantity,
            price=price,
            dates=dates,
            timezone=timezone,
            decimal=decimal,
        )
        _calibrate_purchases(purchases, bought, output, as_json)
        return
    columns = Columns(
        arrival=arrival,
        date=date,
        wait=wait,
        service=service,
        answered=answered,
        ended=ended,
        outcome=outcome or (None if answered else "outcome"),
        served=tuple(served or ()),
        abandoned=tuple(abandoned or ()),
        customer=customer,
        group=group,
        unit=unit,
        dates=dates,
        timezone=timezone,
        decimal=decimal,
        time_format=time_format,
        skipped=tuple(_day(text) for text in skip or ()),
    )
    files = log or []
    if mapping is not None and not mapping.exists():
        _write_mapping(mapping, files[0])
        return
    columns = _mapped(columns, mapping)
    if offered is not None:
        _calibrate_intervals(files, columns, offered, left, output, as_json)
        return
    _calibrate_log(files, columns, output, plots, as_json)


def _write_mapping(mapping: Path, log: Path) -> None:
    from sim.studies.calibrate.mapping import write_mapping

    write_mapping(mapping, log)
    print_text(f"Wrote {mapping}, a guess. Correct it, and run the same command again.")


def _mapped(columns: Columns, mapping: Path | None) -> Columns:
    """Return what the file says, which no flag may say otherwise."""
    from sim.studies.calibrate.log_rows import Columns
    from sim.studies.calibrate.mapping import read_mapping

    if mapping is None:
        return columns
    if columns != Columns():
        raise CommandError("--mapping: says what the columns mean; give no flags that say it too")
    return read_mapping(mapping)


def _calibrate_log(
    log: list[Path], columns: Columns, output: Path | None, plots: Path | None, as_json: bool
) -> None:
    from sim.studies.calibrate.api import fit_log
    from sim.studies.calibrate.log import read_log
    from sim.studies.calibrate.understood import understood_log

    read = read_log(log, columns)
    _tell(understood_log(read, columns), as_json)
    if output is None and plots is None and not as_json:
        _tell([_NOTHING], as_json)
        return
    result = fit_log(read, columns)
    drawn = result.draw(plots) if plots else []
    _finish(result, output, as_json)
    for path in drawn:
        print_text(f"Plot: {path}", err=as_json)


def _calibrate_intervals(
    log: list[Path],
    columns: Columns,
    offered: str,
    left: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    from sim.studies.calibrate.interval_summaries import calibrate_intervals

    fit = calibrate_intervals(log, columns, offered, left)
    _tell(fit.understood(), as_json)
    if output is None:
        _tell([_NOTHING], as_json)
    _finish(fit, output, as_json)


def _calibrate_purchases(
    purchases: list[Path], columns: PurchaseColumns, output: Path | None, as_json: bool
) -> None:
    from sim.studies.calibrate.purchase_rows import read_purchases
    from sim.studies.calibrate.purchases import fit_purchases

    rows = read_purchases(purchases, columns)
    _tell(rows.understood(), as_json)
    if output is None and not as_json:
        _tell([_NOTHING], as_json)
        return
    _finish(fit_purchases(rows), output, as_json)


def _tell(lines: list[str], as_json: bool) -> None:
    """Print lines, unless all that is printed is to be JSON."""
    if not as_json:
        print_text("\n".join(lines))


def _finish(result: Any, output: Path | None, as_json: bool) -> None:
    """Write the scenario, and print the next command or the fits as JSON."""
    if output is not None:
        result.write(output, _command())
    if as_json:
        print_text(as_json_text(result.as_data()))
    elif output is not None:
        print_text(f"Wrote {output}. Next: sim check {output}")


def _require_one_of(flag: str, given: str | None, known: Sequence[str]) -> None:
    if given is not None and given not in known:
        said = f"{', '.join(known[:-1])} or {known[-1]}"
        raise CommandError(f"{flag}: must be {said} (got '{given}')")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--skip: must be a date such as 1999-02-03 (got '{text}')") from None


def _command() -> str:
    """Return the command as it was typed, for the file that it writes."""
    return shlex.join(["sim", *sys.argv[1:]])
