"""``sim export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import Folder, Json, as_json_text
from sim.commands.output import print_text
from sim.errors import CommandError

__all__ = ["export"]


def export(
    folder: Folder,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="As a workbook with charts.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The file to write; by default in the folder, named after it."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a results folder as a workbook: the answer, charts, and a sheet for each table.

    It takes folders of run, sweep, robust, best and effects.

    Example: sim export results/broadband-provider-0123456789ab --xlsx
    """
    from sim.studies.export.api import export as export_folder

    if not xlsx:
        raise CommandError("say as what to export: --xlsx writes a workbook")
    path = export_folder(folder, out)
    print_text(as_json_text({"xlsx": str(path)}) if as_json else f"Workbook: {path}")
