"""``sim report``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.commands.options import Folder, Json, as_json_text

__all__ = ["report"]


def report(
    folder: Folder,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--format", metavar="png|svg|pdf", help="Write every plot so as well (repeatable)."
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print the page as report.pdf, by a browser.")
    ] = False,
    browser: Annotated[
        str | None, typer.Option(metavar="PATH", help="Which; else the first that is found.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draw the plots and the page of a results folder, or of a sweep's, again.

    Asked for by --format, plots as PNG have 300 dots an inch. --pdf needs Chromium, Chrome or Edge.

    Example: sim report results/broadband-provider-0123456789ab --format pdf
    """
    from sim.report import build, print_to_pdf

    printer = print_to_pdf(browser) if pdf or browser else None
    page = build(folder, kind or ())
    printed = None if printer is None else printer(page)
    if as_json:
        files = {"report": str(page), "pdf": None if printed is None else str(printed)}
        typer.echo(as_json_text(files))
        return
    typer.echo(f"Report: {page}")
    if printed is not None:
        typer.echo(f"PDF: {printed}")
