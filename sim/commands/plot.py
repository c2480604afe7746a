"""``sim plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import plot_names, policy_names
from sim.commands.options import Folder, Json, as_json_text

__all__ = ["plot"]


def plot(
    folder: Folder,
    measure: Annotated[
        list[str],
        typer.Argument(
            metavar="MEASURE...",
            help="Measures, or plots of the report such as lorenz, waterfall, cascades.",
            autocompletion=plot_names,
        ),
    ],
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help="Draw only these policies (repeatable).",
            autocompletion=policy_names,
        ),
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="tier|decile|pool|need", help="Split each measure by this.")
    ] = "",
    over: Annotated[
        str, typer.Option(metavar="months|horizon", help="Over months, or the whole horizon.")
    ] = "",
    versus: Annotated[
        str, typer.Option(metavar="POLICY", help="Paired differences from this policy.")
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="png|svg|pdf", help="Kind of file (repeatable)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; else plots/ of the folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw chosen measures of a results folder, each as a file of its own.

    Intervals are always drawn, and a policy keeps its colour. PNG has 300 dots an inch.

    Example: sim plot results/broadband-provider-0123456789ab customers --by decile --format pdf
    """
    from sim.report import write_plots

    files = write_plots(
        folder,
        measure,
        kind or ("png",),
        out,
        policies=policy or (),
        by=by,
        over=over,
        versus=versus,
    )
    if as_json:
        typer.echo(as_json_text({"files": [str(file) for file in files]}))
        return
    for file in files:
        typer.echo(f"Plot: {file}")
