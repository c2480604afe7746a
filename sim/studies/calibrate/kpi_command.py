"""``sim calibrate --kpis``."""

from __future__ import annotations

from pathlib import Path

import typer

from sim.commands.options import as_json_text
from sim.commands.output import print_text
from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.selection import ScenarioSelection
from sim.studies.calibrate.kpi_fit import fit_minds, kpi_figures
from sim.studies.calibrate.kpi_rows import meanings_of

__all__ = ["calibrate_kpis"]

_NOTHING = "Nothing was fitted or written; -o FILE writes what these figures tell."


def calibrate_kpis(
    context: typer.Context,
    kpis: Path,
    scenario: str | None,
    means: list[str],
    decimal: str | None,
    draws: int,
    output: Path | None,
    command: str,
    as_json: bool,
) -> None:
    """Say what figures stand for, and which keys of a scenario's world they tell.

    Parameters
    ----------
    context : typer.Context
        Has how runs are carried out, where the caller of `main` says so.
    kpis : Path
    scenario : str, optional
        A file or the name of one that ships.
    means : list of str
        What the dashboard's names stand for, as `meaning_of` reads it.
    decimal : {'point', 'comma'}, optional
    draws : int
    output : Path, optional
        The scenario to write.
    command : str
        As it was typed.
    as_json : bool
        Print what was found as JSON, and nothing else.

    Raises
    ------
    CommandError
        If no scenario is given, or a name is given two meanings.
    """
    if scenario is None:
        raise CommandError("--kpis: say in which world, by --scenario FILE")
    selection = ScenarioSelection(scenario)
    figures = kpi_figures(kpis, selection, meanings_of(means), decimal)

    def tell(lines: list[str]) -> None:
        if not as_json:
            print_text("\n".join(lines))

    tell([f"{kpis}: {len(figures)} figures, of a year of the scenario's company:"])
    tell([f"  {figure}" for figure in figures])
    if output is None and not as_json:
        tell([_NOTHING])
        return
    execution = context.find_object(Execution) or Execution()
    found = fit_minds(kpis, figures, selection, execution, draws, command)
    tell(found.lines())
    if output is not None:
        found.write(output, command)
        tell([f"Runs: {found.worlds.folder}", f"Wrote {output}. Next: sim check {output}"])
    if as_json:
        print_text(as_json_text(found.as_data()))
