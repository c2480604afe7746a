"""Write what a sweep decides into its folder: ``sweep_choice.csv`` and ``sweep_levers.csv``."""

from __future__ import annotations

from sim.errors import RunError
from sim.results.atomic import write_whole
from sim.results.tables import encode
from sim.studies.sweep.folder import SweepResults
from sim.studies.sweep.levers import levers_table
from sim.studies.sweep.panels import sweep_view
from sim.studies.sweep.point_choice import choice_table, decide

__all__ = ["CHOICE_FILE", "LEVERS_FILE", "write_choice_tables"]

CHOICE_FILE, LEVERS_FILE = "sweep_choice.csv", "sweep_levers.csv"


def write_choice_tables(sweep: SweepResults) -> None:
    """Write the choice at each point and the table of levers, or remove old ones.

    A sweep of one policy, or without a measure of money, has none.

    Raises
    ------
    RunError
        If the disk is full or fails.
    """
    try:
        _write(sweep)
    except OSError as error:
        raise RunError(f"cannot write the tables to {sweep.folder}: {error.strerror}.") from error


def _write(sweep: SweepResults) -> None:
    view = sweep_view(sweep)
    if not view.money or len(view.policies) < 2:
        for name in (CHOICE_FILE, LEVERS_FILE):
            (sweep.folder / name).unlink(missing_ok=True)
        return
    decision = decide(sweep, view.money)
    levers = levers_table(view, view.money, decision.worth, view.policies[0])
    write_whole(sweep.folder / CHOICE_FILE, encode(choice_table(decision), CHOICE_FILE))
    write_whole(sweep.folder / LEVERS_FILE, encode(levers, LEVERS_FILE))
