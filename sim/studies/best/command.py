"""``sim best``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.options import Json, Out, as_json_text, with_options
from sim.commands.output import print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["best"]


@with_options()
def best(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    runs: Annotated[
        int | None,
        typer.Option("-n", "--runs", help="Runs in all, in place of the scenario's."),
    ] = None,
    replications: Annotated[  # noqa: ARG001 - read with the selection
        int | None,
        typer.Option(help="Runs of each candidate at a time, in place of the scenario's."),
    ] = None,
    frontier: Annotated[
        bool,
        typer.Option(
            "--frontier", help="Draw the frontier of the objective against inequality too."
        ),
    ] = False,
    robust: Annotated[
        bool,
        typer.Option("--robust", help="Search for the best on average over all plausible worlds."),
    ] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Search for the best policy within what the scenario's section `best` lets move.

    --policy names the policies to beat; by default all of the scenario and the library. Stop it at
    any time: the same command continues it.

    Example: sim best my.yaml --runs 400 --policy equal
    """
    from sim.studies.best.api import best_selection

    result = best_selection(
        selection, execution, runs=runs, frontier=frontier, robust=robust, out=out
    )
    if as_json:
        print_text(as_json_text(result.as_data()))
    for line in result.answer():
        print_text(line, err=as_json)
    print_text(f"Report: {result.build_report()}", err=as_json)
