"""``sim robust``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.options import Json, Measures, Out, as_json_text, with_options
from sim.commands.output import print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["robust"]


@with_options()
def robust(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    draws: Annotated[
        int, typer.Option("-n", "--draws", help="Plausible worlds to draw at most.")
    ] = 256,
    replications: Annotated[  # noqa: ARG001 - read with the selection
        int | None,
        typer.Option(help="Runs of each policy in each world, at least 2.", show_default="2"),
    ] = None,
    measure: Measures = None,
    widen: Annotated[
        float, typer.Option(metavar="FACTOR", help="Widen every plausible range by this.")
    ] = 1.0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Compare policies over all plausible worlds: which is best how often, and what it turns on.

    Draws all assumed settings at once. Stop it at any time: the same command continues it.

    Example: sim robust broadband --months 12 -n 64 --measure churn_rate
    """
    from sim.studies.robust.api import robust_selection

    result = robust_selection(
        selection, execution, draws=draws, measures=measure, widen=widen, out=out
    )
    if as_json:
        print_text(as_json_text(result.as_data()))
    for name in result.findings:
        for line in result.answer(name):
            print_text(line, err=as_json)
    print_text(f"Report: {result.build_report()}", err=as_json)
