"""``sim report`` and ``sim plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import plot_names, policy_names
from sim.commands.options import Folder, Json, Live, Megabytes, WithPeople, as_json_text, carried_if
from sim.commands.output import print_text

__all__ = ["plot", "report"]


def report(
    folder: Folder,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="png|svg|pdf",
            help="Also write every plot as a file of this kind (repeatable).",
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print the page as report.pdf, with a browser.")
    ] = False,
    browser: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="The browser to use; by default the first that is found."
        ),
    ] = None,
    live: Live = False,
    with_people: WithPeople = False,
    megabytes: Megabytes = None,
    as_json: Json = False,
) -> None:
    """Draw the plots and the page of a results folder again, or an index of several.

    Of a folder that holds several results, a page that lists what each says, by scenario.
    PNG files have 300 dots per inch. --pdf needs Chromium, Chrome or Edge.

    Example: sim report results/broadband-provider-0123456789ab --format pdf
    """
    from sim.report.kit.printing import pdf_printer
    from sim.studies.report.api import build, build_live

    printer = pdf_printer(browser) if pdf or browser else None
    held = carried_if(live, with_people=with_people, megabytes=megabytes)
    if held is None:
        page = build(folder, kind or ())
    else:
        page, left_out = build_live(folder, kind or (), held)
        if left_out:
            print_text(left_out, err=True)
    printed = None if printer is None else printer(page)
    if as_json:
        files = {"report": str(page), "pdf": None if printed is None else str(printed)}
        print_text(as_json_text(files))
        return
    print_text(f"Report: {page}")
    if printed is not None:
        print_text(f"PDF: {printed}")


def plot(
    folder: Folder,
    measure: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MEASURE]...",
            help="Measures, or plots of the report such as lorenz, waterfall, cascades; by default "
            "all plots of the report.",
            autocompletion=plot_names,
        ),
    ] = None,
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
        str,
        typer.Option(metavar="months|horizon", help="Draw over months, or for the whole horizon."),
    ] = "",
    versus: Annotated[
        str, typer.Option(metavar="POLICY", help="Draw paired differences from this policy.")
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--format", metavar="png|svg|pdf", help="Kind of file (repeatable); by default PNG."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder to write to; by default plots/ in the results folder."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw measures of a results folder, or all plots of its report, each as a file of its own.

    Intervals are always drawn, and a policy keeps its colour. PNG files have 300 dots per inch.

    Example: sim plot results/broadband-provider-0123456789ab customers --by decile --format pdf
    """
    from sim.report.kit.catalogue import CORE_PLOTS
    from sim.report.run.plots import write_plots

    files = write_plots(
        folder,
        measure or [one.name for one in CORE_PLOTS],
        kind or ("png",),
        out,
        policies=policy or (),
        by=by,
        over=over,
        versus=versus,
    )
    if as_json:
        print_text(as_json_text({"files": [str(file) for file in files]}))
        return
    for file in files:
        print_text(f"Plot: {file}")
