"""``sim calibrate --purchases``."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from sim.commands.options import as_json_text
from sim.commands.output import print_text
from sim.studies.calibrate.flags import NOT_REPRODUCED
from sim.studies.calibrate.purchase_rows import PurchaseColumns, read_purchases
from sim.studies.calibrate.purchases import fit_purchases

__all__ = ["calibrate_purchases"]

_NOTHING = "Nothing was fitted or written; -o FILE writes the scenario."


def calibrate_purchases(
    purchases: list[Path],
    columns: PurchaseColumns,
    output: Path | None,
    people: Path | None,
    command: str,
    as_json: bool,
) -> None:
    """Read, fit and forecast purchases; write the scenario and the customer file.

    Parameters
    ----------
    purchases : list of Path
    columns : PurchaseColumns
    output, people : Path, optional
        The scenario and the customer file to write.
    command : str
        As it was typed.
    as_json : bool
        Print the fits as JSON, and nothing else.

    Raises
    ------
    typer.Exit
        With `NOT_REPRODUCED` if what was held out lies outside its forecast.
    """
    rows = read_purchases(purchases, columns)

    def tell(lines: list[str]) -> None:
        if not as_json:
            print_text("\n".join(lines))

    tell(rows.understood())
    if output is None and people is None and not as_json:
        tell([_NOTHING])
        return
    found = fit_purchases(rows)
    tell(found.told())
    if people is not None:
        found.write_people(people)
        tell([f"Wrote {people}, a row for each who ever bought."])
    if output is not None:
        found.write(output, command, _beside(people, output))
        tell([f"Wrote {output}. Next: sim check {output}"])
    if as_json:
        print_text(as_json_text(found.as_data()))
    if found.forecast is not None and not found.forecast.holds:
        raise typer.Exit(NOT_REPRODUCED)


def _beside(people: Path | None, scenario: Path) -> str | None:
    """Return how a scenario names its customer file: from its own folder."""
    if people is None:
        return None
    return Path(os.path.relpath(people, scenario.parent)).as_posix()
