"""What a log says of a desk, as ratios of sums over its days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.classes import named_if_waited
from sim.studies.calibrate.log import Log

__all__ = ["MOSTLY", "Statistic", "statistics_of"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LONG = 20.0 / 60.0  # minutes, of the field's usual promise to answer within 20 seconds
_FEWEST = 50  # contacts of a class, or of people known by name, that say something

MOSTLY = 0.8
"""Of the rows, the share that must name a person to tell how many people there are."""


@dataclass(frozen=True, eq=False)
class Statistic:
    """A ratio of two sums over days.

    Attributes
    ----------
    name, unit : str
        The unit is 'share', 'minutes' or 'contacts'.
    top, bottom : array of float, shape (days,)
        Each day's share of the sums.
    """

    name: str
    unit: str
    top: Floats
    bottom: Floats

    @property
    def value(self) -> float:
        """The ratio; NaN if there is nothing to divide by."""
        below = float(self.bottom.sum())
        return float(self.top.sum()) / below if below > 0.0 else float("nan")


def statistics_of(log: Log, alike: Log | None = None) -> list[Statistic]:
    """Return what a log says, in an order that another log of the same days has too.

    Parameters
    ----------
    log : Log
    alike : Log, optional
        The log whose statistics these are to be compared with: it decides which hours, classes and
        people are asked for, and how long a long wait is.
    """
    model = log if alike is None else alike
    day = np.searchsorted(log.days, log.arrival.astype("datetime64[D]"))
    ones, days = np.ones(len(log.wait)), len(log.days)

    def ratio(name: str, unit: str, of: Floats, among: Flags) -> Statistic:
        return Statistic(
            name, unit, _summed(day, np.where(among, of, 0.0), days), _summed(day, among, days)
        )

    every, known = ones > 0.0, ~np.isnan(log.wait)
    wait, left = np.nan_to_num(log.wait), (~log.served).astype(np.float64)
    found = [Statistic("contacts a day", "contacts", _by_day(day, days), np.ones(days))]
    found += list(_by_hour(log, model, day))
    found.append(ratio("left unanswered", "share", left, every))
    if not model.unknown_waits:
        found.append(ratio("wait", "minutes", wait, known))
        found.append(ratio("waited over 20 s", "share", (wait > _LONG).astype(np.float64), known))
    found.append(ratio("handling", "minutes", log.service, log.served))
    named = log.customer != ""
    if (model.customer != "").sum() >= max(_FEWEST, MOSTLY * len(model.customer)):
        found.append(ratio("again within 24 hours", "share", _again(log), named))
    among = wait > 0.0 if named_if_waited(model) else every
    for name, members in _classes(log, model):
        members = members & among
        found.append(ratio(f"share of class {name}", "share", members.astype(np.float64), among))
        found.append(ratio(f"left unanswered, class {name}", "share", left, members))
        found.append(ratio(f"handling, class {name}", "minutes", log.service, members & log.served))
        if not model.unknown_waits:
            found.append(ratio(f"wait, class {name}", "minutes", wait, members & known))
    return found


def _summed(day: npt.NDArray[np.int64], values: Floats | Flags, days: int) -> Floats:
    sums = np.bincount(day, weights=values.astype(np.float64), minlength=days)
    return np.asarray(sums, dtype=np.float64)


def _by_day(day: npt.NDArray[np.int64], days: int) -> Floats:
    return np.bincount(day, minlength=days).astype(np.float64)


def _by_hour(log: Log, model: Log, day: npt.NDArray[np.int64]) -> Iterator[Statistic]:
    hour, days = _hour(log), len(log.days)
    for number in np.unique(_hour(model)):
        name = f"contacts a day, {number:02d}:00-{number + 1:02d}:00"
        yield Statistic(name, "contacts", _by_day(day[hour == number], days), np.ones(days))


def _hour(log: Log) -> npt.NDArray[np.int64]:
    since_midnight = log.arrival - log.arrival.astype("datetime64[D]")
    return np.asarray(since_midnight.astype("timedelta64[h]").astype(np.int64))


def _again(log: Log) -> Floats:
    """Return 1 for each contact of a person who is known that is followed within 24 hours."""
    order = np.lexsort((log.arrival, log.customer))
    who, when = log.customer[order], log.arrival[order]
    soon = np.zeros(len(order))
    soon[:-1] = (who[1:] == who[:-1]) & (when[1:] - when[:-1] <= np.timedelta64(24, "h"))
    again = np.empty(len(order))
    again[order] = soon
    return again


def _classes(log: Log, model: Log) -> Iterator[tuple[str, Flags]]:
    """Yield the model's classes, if it has several; a log without classes is of one alike.

    Contacts without a class are one too, but have no name to be shown by.
    """
    names, counts = np.unique(model.group, return_counts=True)
    if len(names) < 2:
        return
    has_any = bool((log.group != "").any())
    for name in names[(counts >= _FEWEST) & (names != "")]:
        yield str(name), (log.group == name) if has_any else np.ones(len(log.wait), np.bool_)
