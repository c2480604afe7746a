"""``sim claims``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.options import Json, Quiet, as_json_text, with_options
from sim.commands.output import print_renderable, print_text

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.studies.claims.api import Claims

__all__ = ["claims"]

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE", help="Scenarios; by default all that ship."),
]
Only = Annotated[
    list[str] | None, typer.Option(metavar="C8", help="Test only this claim (repeatable).")
]


@with_options()
def claims(
    *,
    files: Files = None,
    only: Only = None,
    replications: Annotated[
        int | None, typer.Option("-n", "--replications", help="Runs of each policy.")
    ] = None,
    worlds: Annotated[
        int,
        typer.Option(
            metavar="N", help="Judge each in N plausible worlds too, at least 32; 0 for none."
        ),
    ] = 0,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep what finished runs gave, and go on from what is kept there.",
        ),
    ] = None,
    execution: Execution,
    report: Annotated[bool, typer.Option("--report", help="Write a page.")] = False,
    out: Annotated[Path, typer.Option(help="Where --report writes it: .md or .html.")] = Path(
        "docs/claims.md"
    ),
    plots: Annotated[
        bool, typer.Option("--plots/--no-plots", help="Whether the page has plots.")
    ] = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Test every hypothesis of the scenarios, and find the settings at which its verdict changes.

    Example: sim claims --only C8 --report
    """
    from sim.studies.claims.api import judge_claims

    result = judge_claims(
        files or None,
        execution,
        only=only or (),
        replications=replications,
        worlds=worlds,
        keep=keep,
    )
    if as_json:
        shown = {"claims": result.table, "trials": result.trials, "parts": result.parts}
        tables = {name: table.to_dicts() for name, table in shown.items()}
        tables |= {"worlds": result.worlds.to_dicts()} if worlds else {}
        print_text(as_json_text(tables))
    elif not quiet:
        _print_summary(result)
    if report:
        print_text(f"Report: {result.write(out, plots=plots)}", err=as_json)


def _print_summary(result: Claims) -> None:
    from sim.studies.claims.page import claims_summary

    print_renderable(claims_summary(result.tested))
    print_text(f"{len(result.tested)} hypotheses, {result.runs} runs.")
    if result.untested():
        print_text(f"Not tested here: {', '.join(result.untested())}.")
