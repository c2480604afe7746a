"""The services of each agent in order of time, where the log says who answered."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.log import Log

__all__ = ["GONE", "AgentServices", "minutes_of", "services_of"]

Floats = npt.NDArray[np.float64]

GONE = 60.0
"""Minutes: who takes nothing for longer has left the shift."""


class AgentServices(NamedTuple):
    """Services by agent, and those of an agent by time.

    Attributes
    ----------
    agent : array of str
    begin, end : array of float
        Minutes from the midnight before the log's first day.
    wait : array of float
        Minutes that the contact had waited; 0 where it is not known.
    """

    agent: npt.NDArray[np.str_]
    begin: Floats
    end: Floats
    wait: Floats


def services_of(log: Log) -> AgentServices:
    """Return the services of which the log says who gave them."""
    known = log.served & (log.agent != "")
    wait = np.nan_to_num(log.wait[known])
    begin = minutes_of(log)[known] + wait
    order = np.lexsort((begin, log.agent[known]))
    begin = begin[order]
    return AgentServices(
        log.agent[known][order], begin, begin + log.service[known][order], wait[order]
    )


def minutes_of(log: Log) -> Floats:
    """Return when contacts arrived, in minutes from the midnight before the log's first day."""
    return np.asarray(
        (log.arrival - log.days[0]).astype("timedelta64[us]").astype(np.float64) / 6e7
    )
