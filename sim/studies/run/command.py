"""``sim run``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.commands.options import (
    Json,
    Live,
    Log,
    Megabytes,
    Most,
    Out,
    Plots,
    Precisions,
    Quiet,
    WithPeople,
    as_json_text,
    carried_if,
    targets_of,
    with_options,
)
from sim.commands.output import print_renderable, print_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection
    from sim.report.live.what_if import Carried
    from sim.studies.run.result import Result

__all__ = ["run"]


@with_options()
def run(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    precision: Precisions = None,
    most: Most = None,
    out: Out = None,
    plots: Plots = None,
    log: Log = None,
    live: Live = False,
    with_people: WithPeople = False,
    megabytes: Megabytes = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a scenario's policies, and write a results folder with its report.

    Example: sim run broadband -n 10 --months 12 --set desk.pools.frontline.agents=5
    """
    from sim.studies.run.api import run_selection

    targets = targets_of(precision or ())
    held = carried_if(live, with_people=with_people, megabytes=megabytes)
    later = {} if held is None else {"report": _no_report}
    result = run_selection(
        selection, execution, out=out, precision=targets, most=most, plots=plots or (), **later
    )
    if held is not None:
        _write_live_page(result, plots or (), held)
    if execution.engine == "auto":
        _print_engines(result)
    _print_result(result, quiet=quiet, as_json=as_json)
    if log is not None:
        _write_log(result, log, allow_code=selection.allow_code)
    warned = (f"Implausible: {sentence}" for sentence in result.implausible())
    for line in (*result.precision_warnings(), *warned, *result.notes):
        print_text(line, err=True)
    print_text(f"Report: {result.report}", err=as_json)


def _no_report(*_: object) -> None:
    """Leave the report to be made with the part in which the model runs."""


def _write_live_page(result: Result, plots: Sequence[str], carried: Carried) -> None:
    from sim.report.live.of_results import build_live_page

    _, left_out = build_live_page(result.folder, plots, carried)
    if left_out:
        print_text(left_out, err=True)


def _print_engines(result: Result) -> None:
    """Print which policies made a run slower, because they are Python classes."""
    python = [policy for policy, engine in result.engines.items() if engine == "simpy"]
    if python:
        names = ", ".join(python)
        print_text(f"Ran in the SimPy engine, because of a policy in Python: {names}", err=True)


def _print_result(result: Result, *, quiet: bool, as_json: bool) -> None:
    from sim.report.run.hypothesis_rows import verdicts_table
    from sim.report.run.terminal import summary_table

    if as_json:
        print_text(as_json_text(result.as_data()))
    elif not quiet:
        print_renderable(summary_table(result.results))
        if verdicts := verdicts_table(result.results):
            print_renderable(verdicts)


def _write_log(result: Result, log: Path, *, allow_code: bool) -> None:
    from sim.scenario.reading.load import load
    from sim.studies.run.contact_log import record_log

    scenario = load(result.folder / "scenario.yaml", allow_code=allow_code)
    print_text(f"Log: {record_log(scenario, result.results.policies, log)}", err=True)
