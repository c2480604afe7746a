"""``sim report``."""

from __future__ import annotations

import typer

from sim.commands.options import Folder

__all__ = ["report"]


def report(
    folder: Folder,
) -> None:
    """Draw the plots and the page of a results folder again.

    Example: sim report results/broadband-provider-0123456789ab
    """
    from sim.outcome import read

    typer.echo(f"Report: {read(folder).rebuild()}")
