"""Say how wide 95% bands for hours of the bank's log have to be, and what makes them wider.

    python docs/examples/bank_1999_bands.py LOG              calls, had their true means been known
    python docs/examples/bank_1999_bands.py LOG --waits      waits, by the fit without its parts
    python docs/examples/bank_1999_bands.py LOG --seats      waits, if a seat is several persons'

No band can be narrower than that of a world of which all is known: for calls that of a Poisson
count, for waits that of a desk without what differs from day to day. Parts of the fit are left out,
or changed, the agents are tuned to the log's mean wait again, and the rest is simulated.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import bank_1999
import numpy as np
import polars as pl
from bank_1999_unseen import COLUMNS, SECOND_WEEK
from scipy.stats import nbinom, poisson

from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.studies.calibrate.agent_presence import agents_on_shift
from sim.studies.calibrate.api import Calibration, fit_log
from sim.studies.calibrate.fitted_world import fitted_scenario
from sim.studies.calibrate.log import Log, read_log
from sim.studies.calibrate.staffing_tuning import tune_staffing

ENDS = (0.025, 0.975)
DAYS = 77  # of a run, after its first week
DAY_CV = 0.143  # as sim calibrate finds it in the fortnight
FIRST_WEEK = (0.117, 0.134)  # of days and of hours within days: bank_1999_unseen.py
KNOWN: Mapping[str, tuple[float, ...]] = {
    "means known": (),
    "and days differ": (DAY_CV,),
    "and days and hours differ": FIRST_WEEK,
}
PARTS = ("days differ", "absences", "breaks", "agents differ")
LEFT_OUT = (PARTS[:2], *((part,) for part in PARTS), PARTS)


def means() -> np.ndarray:
    """Return the calls of each hour of the week in the scenario that ships, shape (7, 24)."""
    weights = load(bank_1999.SCENARIO).desk.opening.as_written()
    return np.array(weights).reshape(7, 24)


def counted(calls: np.ndarray, mean: np.ndarray, *cvs: float) -> tuple[float, float]:
    """Return the median width of bands about known means, and the share of hours within.

    Parameters
    ----------
    calls, mean : array of float, shape (hours,)
        Of each hour of the log, and what would be expected of it.
    cvs : float
        Of factors of days or hours by which means are multiplied, taken as one gamma factor;
        without any, counts are Poisson.
    """
    square = float(np.prod([1.0 + cv * cv for cv in cvs])) - 1.0
    law = nbinom(1.0 / square, 1.0 / (1.0 + square * mean)) if cvs else poisson(mean)
    low, high = (law.ppf(end) for end in ENDS)
    return float(np.median(high - low)), float(((low <= calls) & (calls <= high)).mean())


def calls_and_means(real: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the calls of each hour in which the desk was open, and what is expected of it."""
    hours, mean = bank_1999.by_hour(real, "day"), means()
    mean_of = mean[hours["weekday"].to_numpy(), hours["hour"].to_numpy()]
    is_open = mean_of > 0.0
    return hours["calls"].to_numpy()[is_open], mean_of[is_open]


def tell_calls(real: pl.DataFrame) -> None:
    """Print how wide bands for calls are at the least, in the fortnight and its second week."""
    late = real.filter(pl.col("day") >= SECOND_WEEK)
    for period, days in (("fortnight", real), ("second week", late)):
        calls, mean = calls_and_means(days)
        print(f"{period}, {len(calls)} hours, {mean.mean():.0f} calls on average")
        for name, cvs in KNOWN.items():
            width, within = counted(calls, mean, *cvs)
            print(f"{name:>26}: bands {width:.3g} wide in the median, {within:.1%} within")


def absent(log: Log) -> float:
    """Return the share of days on which an agent is absent, from how agent-hours of days differ.

    If an agent works h hours on a day or, with probability p, none, a day's hours have the mean
    (1 - p) sum h and the variance p (1 - p) sum h^2. So p is the ratio of the two, divided by the
    mean of h weighted by h. `sim calibrate` takes the ratio of agents in single hours instead.
    """
    there = agents_on_shift(log, log.days).sum(axis=1)
    weekday = (log.days.astype(np.int64) + 3) % 7  # 1970 began on a Thursday
    alike = [there[weekday == day] for day in range(7) if (weekday == day).sum() > 1]
    ratio = sum(days.var(ddof=1) for days in alike) / sum(days.mean() for days in alike)
    hours = np.array([length for agents, length in seats() for _ in range(agents)])
    return float(ratio * hours.sum() / (hours**2).sum())


def seats() -> list[tuple[int, float]]:
    """Return agents and hours of each shift on each of its days, in the scenario that ships."""
    return [
        (shift.agents, sum(end - start for start, end, _ in shift.hours.windows()) / 60)
        for shift in another_person_each_day().desk.pools["frontline"].shifts
    ]


def with_absent(fit: Calibration, share: float) -> Calibration:
    """Return a fit with another share of days on which an agent is absent."""
    presence = fit.staffing.presence
    assert presence is not None  # so it is in this log
    return replace(fit, staffing=replace(fit.staffing, presence=replace(presence, absent=share)))


def without(fit: Calibration, parts: tuple[str, ...]) -> Calibration:
    """Return a fit without some of `PARTS`."""
    if "absences" in parts:
        fit = with_absent(fit, 0.0)
    return replace(
        fit,
        arrivals=replace(fit.arrivals, day_cv=0.0 if "days differ" in parts else DAY_CV),
        breaks=None if "breaks" in parts else fit.breaks,
        agents_differ=None if "agents differ" in parts else fit.agents_differ,
    )


def another_person_each_day() -> Scenario:
    """Return the scenario that ships with seats that another person takes on each day."""
    shifts = [
        {"agents": shift.agents, "hours": {day: spans}}
        for shift in load(bank_1999.SCENARIO).desk.pools["frontline"].shifts
        for day, spans in shift.hours.as_written().items()
        if spans
    ]
    return load(bank_1999.SCENARIO, changes={"desk.pools.frontline.shifts": shifts})


def worlds(log: Log) -> Iterator[tuple[str, Scenario]]:
    """Yield the fit to a log, and with parts left out or changed, by name."""
    fit = fit_log(log, COLUMNS)
    share = absent(log)
    yield "as fitted", tuned(fit)
    yield f"absent on {share:.1%} of days, by agent-hours", tuned(with_absent(fit, share))
    for parts in LEFT_OUT:
        yield f"without {', '.join(parts)}", tuned(without(fit, parts))


def tuned(fit: Calibration) -> Scenario:
    """Return the scenario of a fit whose agents are tuned to the mean wait."""
    return fitted_scenario(tune_staffing(fit), DAYS)


def seats_worlds() -> Iterator[tuple[str, Scenario]]:
    """Yield the scenario that ships, and with another person in each seat on each day."""
    yield "one person in each seat", load(bank_1999.SCENARIO)
    yield "another person on each day", another_person_each_day()


def tell_waits(
    real: pl.DataFrame, worlds: Iterator[tuple[str, Scenario]], replications: int
) -> None:
    """Print how wide bands are in each world, for the fortnight and for its second week."""
    for name, world in worlds:
        made = bank_1999.simulated(world, replications)
        print(f"{name}: mean wait {made['wait'].mean():.3f} min", flush=True)
        for days in (real, real.filter(pl.col("day") >= SECOND_WEEK)):
            bank_1999.tell_bands(days, bank_1999.held(days, made, bank_1999.hourly(made) > 0))


def main() -> None:
    """Print what is asked for."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("log", type=Path)
    ask.add_argument("--waits", action="store_true")
    ask.add_argument("--seats", action="store_true")
    ask.add_argument("-n", "--replications", type=int, default=6)
    asked = ask.parse_args()
    real = bank_1999.read(asked.log)
    if asked.waits:
        tell_waits(real, worlds(read_log(asked.log, COLUMNS)), asked.replications)
    elif asked.seats:
        tell_waits(real, seats_worlds(), asked.replications)
    else:
        tell_calls(real)


if __name__ == "__main__":
    main()
