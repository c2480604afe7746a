"""How far from balance each world starts: the slopes of its first two reported years."""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt

from benchmarks.tables import chosen_worlds, markdown, publish
from sim.engine.simulate import simulate
from sim.model.measuring import monthly
from sim.model.parameters import MONTHS_A_YEAR
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.stats.intervals import estimate

__all__ = ["add_arguments", "run"]

Floats = npt.NDArray[np.float64]

_MEASURES = ("satisfaction_mean", "churn_rate", "wait_mean")
_CONFIDENCE = 0.9
_WITHIN = 0.02
_SAYS = (
    "The slope of a measure over the first reported year less that over the second, in percent of "
    "its level over both and per year, under the policy of the history; with 90% intervals over "
    "replications. A world that starts in balance has 0. Within 2% is wanted: a star marks an "
    "interval that reaches beyond."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--replications", type=int, default=100, metavar="N")
    parser.add_argument("--history-months", type=int, metavar="M", help="by default each world's")
    parser.add_argument("--only", action="append", metavar="WORLD", help="repeatable")


def run(arguments: argparse.Namespace) -> int:
    """Run the worlds and write the table; return 0."""
    chosen = chosen_worlds(arguments)
    sets = [f"months={2 * MONTHS_A_YEAR}"]
    if arguments.history_months is not None:
        sets.append(f"history_months={arguments.history_months}")
    rows = [_row(load(file, sets), file.stem, arguments.replications) for file in chosen]
    publish(arguments.out, "balance", [_SAYS, markdown(["world", "history", *_MEASURES], rows)])
    return 0


def _row(scenario: Scenario, name: str, replications: int) -> list[str]:
    policy = next(iter(scenario.policies))
    runs = [monthly(simulate(scenario, policy, number)) for number in range(replications)]
    cells = (_cell([_bend(run[measure]) for run in runs]) for measure in _MEASURES)
    return [name, f"{scenario.history_months}", *cells]


def _bend(values: Floats) -> float:
    """Return the slope of the first year less that of the second, per level and year.

    NaN where there is no level, or fewer than two months of a year have a value.
    """
    years = (values[:MONTHS_A_YEAR], values[MONTHS_A_YEAR:])
    if min(np.isfinite(year).sum() for year in years) < 2 or not np.nanmean(values):
        return float("nan")
    return (_slope(years[0]) - _slope(years[1])) / float(np.nanmean(values))


def _slope(values: Floats) -> float:
    """Return the slope by least squares, per year, of the months in which there is a value."""
    there = np.isfinite(values)
    years = np.arange(len(values))[there] / MONTHS_A_YEAR
    return float(np.polyfit(years, values[there], 1)[0])


def _cell(bends: list[float]) -> str:
    found = estimate(bends, _CONFIDENCE)
    if found.mean is None or found.low is None or found.high is None:
        return "-"
    star = "" if max(-found.low, found.high) <= _WITHIN else "*"
    return f"{found.mean:+.1%} ({found.low:+.1%} to {found.high:+.1%}){star}"
