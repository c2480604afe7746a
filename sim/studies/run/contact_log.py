"""Write the log of contacts that a service desk would keep, from a simulated run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl

from sim.engine.simulate import simulate_observed
from sim.errors import RunError
from sim.model.build import group_names
from sim.model.policy.entitlements import policy_tables
from sim.model.records import ABANDONED, BLOCKED, CLOSED_ON, TURNED_AWAY, WAITING
from sim.model.state import World
from sim.results.tables import encode
from sim.scenario.schema.scenario import Scenario

__all__ = ["FIRST_DAY", "contacts_of", "record_log"]

FIRST_DAY = "2001-01-01"
"""The Monday on which time starts in a log."""

_ENDINGS = {
    ABANDONED: "abandoned",
    CLOSED_ON: "closed on",
    BLOCKED: "blocked",
    TURNED_AWAY: "turned away",
}
_COLUMNS = {
    "arrival": pl.Float64,
    "wait": pl.Float64,
    "service": pl.Float64,
    "outcome": pl.String,
    "customer": pl.Int64,
    "class": pl.Int64,
    "pool": pl.Int64,
    "kind": pl.Int64,
}


class _ContactRecorder:
    """An observer that keeps a row for each contact when it is answered or gone."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []

    def on_event(self, name: str, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let an event happen, and keep the contact that it was about."""
        if name not in ("begin_service", "leave_unserved", "withdraw_contact"):
            return moment(world, *about)
        contact = world.contacts[about[0]].copy()
        # Of one that was handed on, or over, the row says how the first agent answered it.
        if contact["answered"] and contact["state"] == WAITING:
            return moment(world, *about)
        answer = moment(world, *about)
        minutes = float(answer) if name == "begin_service" else None
        self._note(contact, float(about[-1]), minutes, _outcome(name, about))
        return answer

    def _note(self, contact: Any, now: float, minutes: float | None, outcome: str) -> None:
        joined = float(contact["arrived_at"])
        names = ("person", "tier", "pool", "kind")
        self.rows.append(
            (joined, now - joined, minutes, outcome, *(int(contact[name]) for name in names))
        )


def _outcome(name: str, about: tuple[Any, ...]) -> str:
    if name == "leave_unserved":
        return _ENDINGS[int(about[1])]
    return "served" if name == "begin_service" else "withdrawn"


def record_log(
    scenario: Scenario,
    policies: Iterable[str],
    file: str | os.PathLike[str],
    replication: int = 0,
) -> Path:
    """Run policies once more in the SimPy engine, and write every contact that reached a desk.

    The numbers are those of the same replication in any engine. Contacts still in a queue at the
    end, and those that a policy ignores, are in no log.

    Parameters
    ----------
    scenario : Scenario
    policies : iterable of str
        Their names.
    file : path
        CSV, or Parquet by its suffix: policy, replication, arrival (time starts on a Monday,
        1 January 2001), wait and service (minutes), outcome, customer, class, pool, kind.
    replication : int

    Returns
    -------
    Path
        The file.

    Raises
    ------
    RunError
        If the file cannot be written.
    """
    tables = [_as_written(contacts_of(scenario, policy, replication)) for policy in policies]
    log, path = pl.concat(tables), Path(file)
    try:
        path.write_bytes(encode(log, ".parquet" if path.suffix in (".parquet", ".pq") else ".csv"))
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def contacts_of(scenario: Scenario, policy: str, replication: int) -> pl.DataFrame:
    """Run a policy in the SimPy engine, and return every contact that reached a desk.

    Parameters
    ----------
    scenario : Scenario
    policy : str
    replication : int

    Returns
    -------
    DataFrame
        The columns of a log, arrivals as times and minutes as they were.
    """
    recorder = _ContactRecorder()
    simulate_observed(scenario, policy, replication, recorder)
    names = group_names(scenario, policy_tables(scenario, policy))
    start = pl.lit(FIRST_DAY).str.to_datetime("%Y-%m-%d", time_unit="us")
    arrival = start + pl.duration(microseconds=(pl.col("arrival") * 6e7).round().cast(pl.Int64))
    table = pl.DataFrame(recorder.rows, schema=_COLUMNS, orient="row").sort("arrival")
    return table.select(
        pl.lit(policy).alias("policy"),
        pl.lit(replication).alias("replication"),
        arrival.alias("arrival"),
        "wait",
        "service",
        "outcome",
        "customer",
        *(_named(column, names[sort]) for column, sort in _GROUPS.items()),
    )


def _as_written(contacts: pl.DataFrame) -> pl.DataFrame:
    return contacts.with_columns(
        pl.col("arrival").dt.strftime("%Y-%m-%d %H:%M:%S%.3f"), pl.col("wait", "service").round(4)
    )


_GROUPS = {"class": "tier", "pool": "pool", "kind": "need"}


def _named(column: str, names: tuple[str, ...]) -> pl.Expr:
    numbers = list(range(len(names)))
    return pl.col(column).replace_strict(numbers, list(names), return_dtype=pl.String)
