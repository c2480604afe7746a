"""Teams: agents who serve one class of contacts only, so that classes never share a queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2_contingency

from sim.studies.calibrate.classes import Classes
from sim.studies.calibrate.day_statistics import MOSTLY
from sim.studies.calibrate.log import Log

__all__ = ["logs_of_teams", "team_doubts"]

Integers = npt.NDArray[np.int64]

_NAMED = 0.98  # share of contacts whose class must be known
_STRAYS = 0.02  # share of services that agents may give to another class than their own
_SURE = 0.01  # chance by which classes that come at the same hours would differ so much
_FEWEST = 50  # contacts of an hour of the day that is compared


def logs_of_teams(log: Log, classes: Classes | None) -> dict[str, Log]:
    """Return the contacts of each class, if each has agents of its own; else nothing.

    Parameters
    ----------
    log : Log
    classes : Classes or None
        Of the log.

    Returns
    -------
    dict of str to Log
        By the name of the class in the log; without contacts of classes that are too few to fit.
    """
    if classes is None or not _are_apart(log, [group.name for group in classes.groups]):
        return {}
    return {group.name: log.only(log.group == group.name) for group in classes.groups}


def _are_apart(log: Log, names: list[str]) -> bool:
    known = log.served & (log.agent != "")
    if (log.group != "").mean() < _NAMED or known.sum() < MOSTLY * log.served.sum():
        return False
    _, agent = np.unique(log.agent[known], return_inverse=True)
    served = np.array(
        [np.bincount(agent[log.group[known] == name], minlength=agent.max() + 1) for name in names]
    )
    strays = int(known.sum()) - int(served.max(axis=0).sum())
    has_agents = np.bincount(served.argmax(axis=0), minlength=len(names)) > 0
    return bool(has_agents.all()) and strays <= _STRAYS * int(known.sum())


def team_doubts(teams: Mapping[str, Log], names: Mapping[str, str]) -> Iterator[str]:
    """Yield what a scenario cannot express of teams.

    Parameters
    ----------
    teams : mapping of str to Log
        From `logs_of_teams`.
    names : mapping of str to str
        Of the classes, as the scenario has them.
    """
    hours = np.array([_by_hour(log) for log in teams.values()])
    told = hours.sum(axis=0) >= _FEWEST
    if told.sum() < 2 or chi2_contingency(hours[:, told]).pvalue >= _SURE:
        return
    called = " and ".join(names[name] for name in teams)
    yield f"Not expressed: that {called} come at different hours of the day"


def _by_hour(log: Log) -> Integers:
    hour = (log.arrival - log.arrival.astype("datetime64[D]")).astype("timedelta64[h]")
    return np.bincount(hour.astype(np.int64), minlength=24)
