"""Predict days of the bank's log that the fit has not seen: the second week from the first.

    python docs/examples/bank_1999_unseen.py LOG              hour by hour
    python docs/examples/bank_1999_unseen.py LOG --command    by what sim calibrate fits by itself

An hour of an unseen day is uncertain in three ways: its calls are a Poisson count; days differ, and
so do hours within days; and the means themselves are known from a few days only. So every simulated
week has rates and agents of its own, drawn from what a first week says of all three.
"""

from __future__ import annotations

import argparse
import datetime
from dataclasses import dataclass
from pathlib import Path

import bank_1999
import numpy as np
import polars as pl

from sim.scenario.reading.load import parse
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.held_out import compare
from sim.studies.calibrate.judgement_lines import judgement_lines
from sim.studies.calibrate.log import Columns, part_of, read_log
from sim.studies.calibrate.staffing_tuning import tune_staffing

SECOND_WEEK = datetime.date(1999, 2, 8)
KINDS = ((0, 1, 2, 3, 6), (4,), (5,))  # weekdays that are alike: Sunday to Thursday; and the others
ANSWERING = 0.93
"""As `bank_1999.ANSWERING`, but fitted to the waits of the first week alone."""
WEEKS = 120
SEED = 1999

COLUMNS = Columns(
    date="date",
    arrival="vru_exit",
    wait="q_time",
    service="ser_time",
    outcome="outcome",
    served=("AGENT",),
    abandoned=("HANG",),
    customer="customer_id",
    group="priority",
    agent="server",
    unit="seconds",
    dates="ymd",
    skipped=(bank_1999.OUTAGE,),
)


@dataclass(frozen=True)
class Spread:
    """How days of a kind differ beyond counting: squares of cvs, or of agents.

    `days` is between whole days, on `freedom` degrees of freedom; `hours` between hours of a day.
    """

    days: float
    hours: float
    freedom: int


def spread_of(values: np.ndarray, counted: bool) -> Spread:
    """Return by the analysis of variance how days of a kind differ, shape (days, hours).

    Calls differ by factors and by Poisson's chance, which is taken off; agents by sums.

    References
    ----------
    Searle, S. R., Casella, G. & McCulloch, C. E. (1992). Variance Components. Wiley.
    doi:10.1002/9780470316856
    """
    days, hours = values.shape
    expected = values.mean(axis=0)
    if counted:
        level = values.sum(axis=1) / expected.sum()
        fitted, scale, chance = level[:, None] * expected, expected, expected
    else:
        level = (values - expected).mean(axis=1)
        fitted, scale, chance = level[:, None] + expected, np.ones(hours), np.zeros(hours)
    freedom = (days - 1) * (hours - 1)
    within = ((values - fitted) ** 2).sum() * days * hours / freedom
    square = max(0.0, (within - days * chance.sum()) / (days * (scale**2).sum()))
    noise = (chance + square * scale**2).sum() / scale.sum() ** 2
    return Spread(max(0.0, float(level.var(ddof=1) - noise)), float(square), days - 1)


def drawn(
    means: np.ndarray, seen: int, spread: Spread, counted: bool, chance: np.random.Generator
) -> np.ndarray:
    """Draw the rates, or agents, of a day that has not been seen, shape (hours,).

    A mean of `seen` days is as uncertain as a day over the root of their number; how much days
    differ is itself known from a few, so that its draw is wider than theirs.
    """
    more = 1.0 + 1.0 / seen
    days = more * spread.days * spread.freedom / chance.chisquare(spread.freedom)
    hours = np.full(len(means), more * spread.hours)
    if not counted:
        return means + chance.normal(0.0, np.sqrt(days)) + chance.normal(0.0, np.sqrt(hours))
    # Of a gamma's posterior, given so many calls in all: the mean's own Poisson chance.
    hours = hours + 1.0 / np.maximum(seen * means, 1.0)
    return means * _factor(np.array([days]), chance) * _factor(hours, chance)


def _factor(squares: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Draw gamma factors of mean 1 and these squares of cv."""
    squares = np.maximum(squares, 1e-9)
    return chance.gamma(1.0 / squares) * squares


def weeks(first: pl.DataFrame, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw calls and agents by weekday and hour of weeks that have not been seen."""
    chance = np.random.default_rng(SEED)
    calls, there = bank_1999.hourly(first), bank_1999.agents(first)
    seen = [day for day in range(7) if calls[day].any()]
    found = []
    alike = [day for day in KINDS[0] if day in seen]
    on = calls[alike].min(axis=0) > 0
    spreads = (spread_of(calls[alike][:, on], True), spread_of(there[alike][:, on], False))
    for _ in range(count):
        week = (np.zeros((7, 24)), np.zeros((7, 24)))
        for kind in KINDS:
            mine = [day for day in kind if day in seen]
            hours = there[mine].mean(axis=0) * ANSWERING > 0.5
            for table, values, spread in zip(week, (calls, there), spreads, strict=True):
                means = values[mine].mean(axis=0)[hours]
                for day in kind:
                    table[day, hours] = drawn(means, len(mine), spread, table is week[0], chance)
        found.append((week[0], _whole(week[1], chance)))
    return found


def _whole(there: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Round agents who answer up or down at random, to one at least where there are any."""
    answering = np.floor(there * ANSWERING + chance.random(there.shape))
    return np.where(there != 0.0, np.maximum(answering, 1), 0).astype(int)


def simulated(first: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return the calls of simulated weeks, three of each draw of rates and agents."""
    tables = []
    for number, (calls, staffed) in enumerate(weeks(first, count)):
        text = bank_1999.scenario_of(calls, staffed, 0.0)
        scenario = parse(text.replace("months: 3", "months: 1"), "unseen")
        made = bank_1999.simulated(scenario, 1)
        tables.append(made.with_columns(replication=pl.lit(number)))
    return pl.concat(tables)


def by_command(path: Path) -> None:
    """Print the second week beside simulations of what is fitted to the first."""
    log = read_log(path, COLUMNS)
    is_first = log.days < np.datetime64(SECOND_WEEK)
    fit = tune_staffing(fit_log(part_of(log, log.days[is_first]), COLUMNS))
    print(*judgement_lines(compare(fit, part_of(log, log.days[~is_first]))), sep="\n")


def main() -> None:
    """Print how many hours of the second week lie within their bands."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("log", type=Path)
    ask.add_argument("--weeks", type=int, default=WEEKS, help="draws of rates and agents")
    ask.add_argument("--command", action="store_true")
    asked = ask.parse_args()
    if asked.command:
        by_command(asked.log)
        return
    log = bank_1999.read(asked.log)
    made = simulated(log.filter(pl.col("day") < SECOND_WEEK), asked.weeks)
    real = log.filter(pl.col("day") >= SECOND_WEEK)
    open_hours = bank_1999.hourly(made) > 0
    bank_1999.tell(real, made, bank_1999.held(real, made, open_hours))


if __name__ == "__main__":
    main()
