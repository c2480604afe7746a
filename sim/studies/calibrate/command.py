"""``sim calibrate``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.commands.options import Json, as_json_text
from sim.commands.output import print_text, typed_command
from sim.errors import CommandError
from sim.studies.calibrate.flags import (
    NOT_REPRODUCED,
    UNITS,
    AbandonedWords,
    AgentColumn,
    AmountColumn,
    AnsweredColumn,
    ArrivalColumn,
    ContactClass,
    CustomerColumn,
    Date,
    DateOrder,
    Decimal,
    DeskAlone,
    Draws,
    EndedColumn,
    Kpis,
    LeftCount,
    Logs,
    MappingFile,
    Meanings,
    NoCheck,
    NoHeader,
    OfferedCount,
    OutcomeColumn,
    Output,
    PeopleFile,
    PlotFolder,
    PriceColumn,
    Purchases,
    QuantityColumn,
    Report,
    ResolvedColumn,
    ScenarioFile,
    ServedWords,
    ServiceColumn,
    SkippedDays,
    TimeFormat,
    Timezone,
    Unit,
    WaitColumn,
    refuse_idle,
)

if TYPE_CHECKING:
    from sim.studies.calibrate.held_out import Judgement
    from sim.studies.calibrate.log_rows import Columns

__all__ = ["calibrate"]

_ORDERS, _MARKS = ("dmy", "mdy", "ymd"), ("point", "comma")
_NOTHING = "Nothing was written; -o FILE writes the scenario."


def calibrate(
    context: typer.Context,
    log: Logs = None,
    output: Output = None,
    purchases: Purchases = None,
    people: PeopleFile = None,
    kpis: Kpis = None,
    scenario: ScenarioFile = None,
    means: Meanings = None,
    draws: Draws = 256,
    amount: AmountColumn = "amount",
    quantity: QuantityColumn = None,
    price: PriceColumn = None,
    arrival: ArrivalColumn = "arrival",
    date: Date = None,
    wait: WaitColumn = "wait",
    answered: AnsweredColumn = None,
    service: ServiceColumn = "service",
    ended: EndedColumn = None,
    outcome: OutcomeColumn = None,
    served: ServedWords = None,
    abandoned: AbandonedWords = None,
    customer: CustomerColumn = None,
    group: ContactClass = None,
    agent: AgentColumn = None,
    resolved: ResolvedColumn = None,
    unit: Unit = None,
    dates: DateOrder = None,
    timezone: Timezone = None,
    decimal: Decimal = None,
    time_format: TimeFormat = None,
    no_header: NoHeader = False,
    offered: OfferedCount = None,
    left: LeftCount = None,
    mapping: MappingFile = None,
    skip: SkippedDays = None,
    plots: PlotFolder = None,
    report: Report = None,
    desk_alone: DeskAlone = False,
    no_check: NoCheck = False,
    as_json: Json = False,
) -> None:
    """Fit arrivals, handling, patience and retrials to a log, and write a scenario.

    It says first what it understood: rows as read, days and hours covered, what is not known. What
    can be read two ways is refused, with the flag that decides. Last it runs what it fitted to the
    first part of the log, and compares it with the last part: exit code 3 if that is not
    reproduced. With --purchases it fits who is still a customer, what those spend, and drop-out;
    the last third is held out and forecast.
    With --kpis it says which assumptions about minds a dashboard's figures tell.

    Example: sim calibrate calls.csv -o desk.yaml --customer id --unit seconds
    """
    from sim.studies.calibrate.log_rows import Columns
    from sim.studies.calibrate.purchase_command import calibrate_purchases
    from sim.studies.calibrate.purchase_rows import PurchaseColumns

    if bool(log) + bool(purchases) + bool(kpis) != 1:
        raise CommandError("give either a log of contacts, --purchases or --kpis")
    refuse_idle(context)
    _require_one_of("--unit", unit, UNITS)
    _require_one_of("--dates", dates, _ORDERS)
    _require_one_of("--decimal", decimal, _MARKS)
    if kpis is not None:
        from sim.studies.calibrate.kpi_command import calibrate_kpis

        calibrate_kpis(
            context, kpis, scenario, means or [], decimal, draws, output, typed_command(), as_json
        )
        return
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
            header=not no_header,
        )
        calibrate_purchases(purchases, bought, output, people, typed_command(), as_json)
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
        agent=agent,
        resolved=resolved,
        unit=unit,
        dates=dates,
        timezone=timezone,
        decimal=decimal,
        time_format=time_format,
        skipped=tuple(_day(text) for text in skip or ()),
        header=not no_header,
    )
    files = log or []
    if mapping is not None and not mapping.exists():
        _write_mapping(mapping, files[0], columns.header)
        return
    columns = _mapped(columns, mapping)
    if offered is not None:
        _calibrate_intervals(files, columns, offered, left, output, as_json)
        return
    outputs = _Outputs(output, plots, report, as_json, desk_alone)
    _calibrate_log(files, columns, outputs, no_check)


def _write_mapping(mapping: Path, log: Path, header: bool) -> None:
    from sim.studies.calibrate.mapping import write_mapping

    write_mapping(mapping, log, header)
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


@dataclass(frozen=True, slots=True)
class _Outputs:
    """Where the fit is to go: a scenario, a folder of plots, a page, JSON on the terminal.

    Whether the scenario is to be of the desk alone.
    """

    scenario: Path | None
    plots: Path | None
    page: Path | None
    as_json: bool
    desk_alone: bool

    @property
    def none_wanted(self) -> bool:
        """Whether nothing is asked for but what is understood."""
        return not (self.scenario or self.plots or self.page or self.as_json)


def _calibrate_log(log: list[Path], columns: Columns, outputs: _Outputs, no_check: bool) -> None:
    from sim.studies.calibrate.api import fit_log
    from sim.studies.calibrate.judgement_lines import judgement_lines
    from sim.studies.calibrate.log import read_log
    from sim.studies.calibrate.understood import understood_log

    as_json = outputs.as_json
    read = read_log(log, columns)
    _tell(understood_log(read, columns), as_json)
    if outputs.none_wanted:
        _tell([_NOTHING], as_json)
        return
    result = fit_log(read, columns)
    if outputs.desk_alone:
        result = result.desk_alone()
    _tell([f"{line}." for line in result.doubts()], as_json)
    judgement = None if no_check else result.check()
    if judgement is not None:
        result = result.tuned(judgement)
        _tell(list(judgement_lines(judgement)), as_json)
    drawn = result.draw(outputs.plots, judgement) if outputs.plots else []
    _finish(result, outputs.scenario, as_json, judgement)
    for path in drawn:
        print_text(f"Plot: {path}", err=as_json)
    if outputs.page is not None:
        page = result.report(outputs.page, judgement, typed_command())
        print_text(f"Page: {page}", err=as_json)
    if judgement is not None and not judgement.reproduced:
        raise typer.Exit(NOT_REPRODUCED)


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


def _tell(lines: list[str], as_json: bool) -> None:
    """Print lines, if there are any, unless all that is printed is to be JSON."""
    if lines and not as_json:
        print_text("\n".join(lines))


def _finish(
    result: Any, output: Path | None, as_json: bool, judgement: Judgement | None = None
) -> None:
    """Write the scenario, and print the next command or the fits as JSON."""
    if output is not None:
        result.write(output, typed_command())
    if as_json:
        print_text(as_json_text({**result.as_data(), **_judged_data(judgement)}))
    elif output is not None:
        print_text(f"Wrote {output}. Next: sim check {output}")


def _judged_data(judgement: Judgement | None) -> dict[str, object]:
    from sim.studies.calibrate.judgement_lines import judgement_data

    return {} if judgement is None else {"check": judgement_data(judgement)}


def _require_one_of(flag: str, given: str | None, known: Sequence[str]) -> None:
    if given is not None and given not in known:
        said = f"{', '.join(known[:-1])} or {known[-1]}"
        raise CommandError(f"{flag}: must be {said} (got '{given}')")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--skip: must be a date such as 1999-02-03 (got '{text}')") from None
