"""The flags of ``sim calibrate``, and which of them belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.errors import CommandError

__all__ = [
    "NOT_REPRODUCED",
    "UNITS",
    "AbandonedWords",
    "AgentColumn",
    "AmountColumn",
    "AnsweredColumn",
    "ArrivalColumn",
    "ContactClass",
    "CustomerColumn",
    "Date",
    "DateOrder",
    "Decimal",
    "DeskAlone",
    "Draws",
    "EndedColumn",
    "Kpis",
    "LeftCount",
    "Logs",
    "MappingFile",
    "Meanings",
    "NoCheck",
    "NoHeader",
    "OfferedCount",
    "OutcomeColumn",
    "Output",
    "PeopleFile",
    "PlotFolder",
    "PriceColumn",
    "Purchases",
    "QuantityColumn",
    "Report",
    "ResolvedColumn",
    "ScenarioFile",
    "ServedWords",
    "ServiceColumn",
    "SkippedDays",
    "TimeFormat",
    "Timezone",
    "Unit",
    "WaitColumn",
    "refuse_idle",
]

NOT_REPRODUCED = 3
"""Exit code where the part of the data that was held out is not what was expected."""

UNITS = ("seconds", "minutes", "hours", "milliseconds")
"""What plain numbers may be in."""

Logs = Annotated[
    list[Path] | None,
    typer.Argument(metavar="LOG", help="Logs of contacts: CSV and its like, .xlsx, Parquet."),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="The scenario file to write; without it, nothing is."),
]
Purchases = Annotated[
    list[Path] | None,
    typer.Option(help="A table of purchases, in place of a log (repeatable)."),
]
PeopleFile = Annotated[
    Path | None,
    typer.Option(
        "--people",
        help="With --purchases, a customer file to write: who is still one, and spend of each.",
    ),
]
Kpis = Annotated[
    Path | None,
    typer.Option(help="A table of month, measure and value, in place of a log: fits minds."),
]
ScenarioFile = Annotated[
    str | None,
    typer.Option("--scenario", help="With --kpis, the world in which the figures are explained."),
]
Meanings = Annotated[
    list[str] | None,
    typer.Option(
        "--means",
        metavar="NAME=MEASURE",
        help="With --kpis, what a name stands for; NAME=MEASURE:LOW:HIGH on a scale (repeatable).",
    ),
]
Draws = Annotated[int, typer.Option("-n", "--draws", help="With --kpis, how many worlds to weigh.")]
AmountColumn = Annotated[str, typer.Option(help="Column of what was spent.")]
QuantityColumn = Annotated[
    str | None, typer.Option(help="Column of pieces bought, in place of the amount.")
]
PriceColumn = Annotated[str | None, typer.Option(help="Column of what each piece cost.")]
ArrivalColumn = Annotated[str, typer.Option(help="Column of the time of arrival.")]
Date = Annotated[str | None, typer.Option(help="Column of the date, if separate from the time.")]
WaitColumn = Annotated[str, typer.Option(help="Column of the wait in the queue.")]
AnsweredColumn = Annotated[
    str | None, typer.Option(help="Column of the time of the answer, in place of the wait.")
]
ServiceColumn = Annotated[str, typer.Option(help="Column of the handling time.")]
EndedColumn = Annotated[
    str | None, typer.Option(help="Column of the time of the end, in place of handling.")
]
OutcomeColumn = Annotated[
    str | None,
    typer.Option(help="Column of the outcome; by default `outcome`, or who has an answer."),
]
ServedWords = Annotated[
    list[str] | None, typer.Option(help="Word for served (repeatable); else the usual ones.")
]
AbandonedWords = Annotated[
    list[str] | None,
    typer.Option(help="Word for left unanswered (repeatable); else the usual ones."),
]
CustomerColumn = Annotated[str | None, typer.Option(help="Column of the customer.")]
ContactClass = Annotated[
    str | None, typer.Option("--class", help="Column of the class of contact.")
]
AgentColumn = Annotated[str | None, typer.Option("--agent", help="Column of who served.")]
ResolvedColumn = Annotated[
    str | None, typer.Option("--resolved", help="Column of whether it was resolved: yes or no.")
]
Unit = Annotated[str | None, typer.Option(help=f"Unit of plain numbers: {', '.join(UNITS)}.")]
DateOrder = Annotated[
    str | None,
    typer.Option(help="Order of dates that can be read two ways: dmy, mdy or ymd."),
]
Timezone = Annotated[
    str | None,
    typer.Option(help="The desk's zone, such as Europe/Berlin, where times are in UTC."),
]
Decimal = Annotated[
    str | None,
    typer.Option(help="Mark of numbers that can be read two ways: point or comma."),
]
TimeFormat = Annotated[
    str | None,
    typer.Option(help="Format of arrivals, as of strftime; by default it is detected."),
]
OfferedCount = Annotated[
    str | None,
    typer.Option(help="Column of contacts in an interval: rows are intervals, not contacts."),
]
LeftCount = Annotated[
    str | None, typer.Option(help="With --offered, column of those who left unanswered.")
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        help="File of what the columns mean, in place of flags; written if it is not there."
    ),
]
SkippedDays = Annotated[
    list[str] | None, typer.Option(metavar="DATE", help="A day to leave out (repeatable).")
]
PlotFolder = Annotated[Path | None, typer.Option(help="Folder for plots of data against fit.")]

Report = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the fit, and the check, as a page: .html."),
]

DeskAlone = Annotated[
    bool,
    typer.Option(
        "--desk-alone",
        help="Switch off in the scenario what a log says nothing about: talk, churn, staff ...",
    ),
]

NoCheck = Annotated[
    bool,
    typer.Option("--no-check", help="Skip running what was fitted against the log."),
]

NoHeader = Annotated[
    bool,
    typer.Option("--no-header", help="The first row is data; name columns by number, from 1."),
]

_OF_ALL = {"no_header", "date", "dates", "timezone", "decimal", "time_format", "output", "as_json"}
_OF_INTERVALS = {"log", "offered", "left", "arrival", "service", "unit", "skip", "mapping"}
_OF_KPIS = {"kpis", "scenario", "means", "draws"}
_OF_PURCHASES_ALONE = {"amount", "quantity", "price", "people"}
_OF_PURCHASES = {"purchases", "customer"} | _OF_PURCHASES_ALONE


def refuse_idle(context: typer.Context) -> None:
    """Refuse a flag that would have no effect on what is fitted, and two that say the same.

    Raises
    ------
    CommandError
        Naming the flag, and where it belongs.
    """
    flags = {one.name: one.opts[-1] for one in context.command.params if one.name}
    given = [name for name in flags if _is_given(context, name)]
    if "kpis" in given:
        _refuse(set(given) - _OF_KPIS - {"decimal", "output", "as_json"}, flags, "of figures")
    elif "purchases" in given:
        _refuse(set(given) - _OF_ALL - _OF_PURCHASES, flags, "of purchases")
    elif "offered" in given:
        _refuse(set(given) - _OF_ALL - _OF_INTERVALS, flags, "of half-hourly counts (--offered)")
    else:
        idle = set(given) & (_OF_PURCHASES_ALONE | _OF_KPIS | {"left"})
        _refuse(idle, flags, "of contacts; it belongs with --purchases, --offered or --kpis")
    for one, other in (("answered", "wait"), ("ended", "service"), ("quantity", "amount")):
        if one in given and other in given:
            raise CommandError(f"{flags[one]}: stands in place of {flags[other]}; give one of them")


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _refuse(idle: set[str], flags: dict[str, str], where: str) -> None:
    for name, flag in flags.items():
        if name in idle:
            raise CommandError(f"{flag}: has no effect on a table {where}")
