"""Run what was fitted to a log, and read the contacts off as logs of the same length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.execution.execution import model_of
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario
from sim.studies.calibrate.class_sections import AS_LOGGED, class_names
from sim.studies.calibrate.classes import Classes
from sim.studies.calibrate.log import Log
from sim.studies.calibrate.result import CalibrationResult
from sim.studies.calibrate.scenario_writer import sections_of
from sim.studies.run.contact_log import FIRST_DAY, contacts_of

__all__ = ["fitted_scenario", "simulated_logs"]

_MONTH = 28  # days
_WARM_UP = 7  # days, after which as many people are about to call again as ever
_RUNS = 4  # worlds of other people, each of several periods
_POLICY = "fitted"


def fitted_scenario(calibration: CalibrationResult, days: int) -> Scenario:
    """Return what was fitted as a scenario in which nothing else happens.

    Parameters
    ----------
    calibration : CalibrationResult
    days : int
        How many the run must hold after its first week.
    """
    sections = sections_of(replace(calibration, is_desk_alone=True))
    return from_mapping(
        {
            **sections,
            "months": -(-(days + _WARM_UP) // _MONTH),
            "policies": {
                _POLICY: sections.get("policies", {}).get(
                    AS_LOGGED, {"describe": "Everybody alike."}
                )
            },
        }
    )


def simulated_logs(
    calibration: CalibrationResult, days: npt.NDArray[np.datetime64], count: int
) -> Iterator[Log]:
    """Yield logs of simulated periods with the weekdays of a log.

    A run of whole months holds one period or several, each of which begins a whole number of weeks
    after the other. Contacts still in the queue at closing are in no log.

    Parameters
    ----------
    calibration : CalibrationResult
    days : array of datetime64[D]
        Of the log, in order.
    count : int
        How many periods, at least 1.
    """
    model_of("simpy")  # says so, if it has to compile
    place = (days - days[0]).astype(np.int64)
    weeks = int(place[-1]) // 7 + 1
    in_a_run = -(-count // _RUNS)
    scenario = fitted_scenario(calibration, 7 * weeks * in_a_run + 6)
    starts = _starts(scenario.months * _MONTH, weeks, days[0])
    for number in range(-(-count // len(starts))):
        contacts = contacts_of(scenario, _POLICY, number)
        for start in starts[: count - number * len(starts)]:
            yield _log(contacts, np.asarray(start + place), calibration.classes)


def _starts(length: int, weeks: int, first: np.datetime64) -> list[np.datetime64]:
    """Return first days with the weekday of a given one, whole periods apart."""
    monday = np.datetime64(FIRST_DAY)
    turn = int((first - monday).astype(np.int64)) % 7
    last = length - 7 * weeks
    return [monday + offset for offset in range(_WARM_UP + turn, last + 1, 7 * weeks)]


def _log(contacts: pl.DataFrame, days: npt.NDArray[np.datetime64], classes: Classes | None) -> Log:
    """Return the contacts of some days as a log."""
    ended = contacts.filter(pl.col("outcome").is_in(["served", "abandoned"]))
    arrival = ended["arrival"].to_numpy().astype("datetime64[us]")
    kept = np.isin(arrival.astype("datetime64[D]"), days)
    service = ended["service"].fill_null(0.0).to_numpy()
    return Log(
        path="simulated",
        rows=int(kept.sum()),
        unused=(),
        time_format="",
        days=days,
        arrival=arrival[kept],
        wait=ended["wait"].to_numpy()[kept],
        service=service[kept],
        served=(ended["outcome"] == "served").to_numpy()[kept],
        customer=ended["customer"].cast(pl.String).to_numpy().astype(np.str_)[kept],
        group=_classes(ended, classes)[kept],
        agent=np.full(int(kept.sum()), ""),
        resolved=np.full(int(kept.sum()), np.nan),
    )


def _classes(contacts: pl.DataFrame, classes: Classes | None) -> npt.NDArray[np.str_]:
    """Return the class of each contact as the log names it; empty where it names none."""
    if classes is None:
        return np.full(len(contacts), "")
    column = contacts["class" if classes.has_priority else "kind"]
    in_log = {name: group for group, name in class_names(classes).items()}
    return (
        column.replace_strict(in_log, default="", return_dtype=pl.String).to_numpy().astype(np.str_)
    )
