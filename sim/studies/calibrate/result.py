"""What is fitted to a log of contacts: the record that is written and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.agent_breaks import Breaks
from sim.studies.calibrate.arrivals import Arrivals
from sim.studies.calibrate.call_frequency import CallFrequency
from sim.studies.calibrate.classes import Classes, Group
from sim.studies.calibrate.differing_agents import AgentSpread
from sim.studies.calibrate.handling import HandlingFit
from sim.studies.calibrate.log import Columns, Log, Unused
from sim.studies.calibrate.patience import Patience
from sim.studies.calibrate.resolution import Resolution
from sim.studies.calibrate.retrials import Retrials
from sim.studies.calibrate.staffing import Staffing

__all__ = ["CalibrationResult"]


@dataclass(frozen=True, eq=False)
class CalibrationResult:
    """What a log says.

    Attributes
    ----------
    log : Log
    arrivals : Arrivals
    handling : tuple of HandlingFit
        The likeliest law first.
    patience : Patience or None
        None where fewer than 10 left after waits that are known.
    after_leaving, after_service : Retrials or None
        How many call again; None where the log names too few people.
    callers : CallFrequency or None
    staffing : Staffing
    groups : tuple of Group
        By class, if the log has any.
    agents_differ : AgentSpread or None
        None where the log does not say who served, or names too few.
    resolution : Resolution or None
        None where the log does not say what was resolved.
    breaks : Breaks or None
        None where the log does not say who served, or shows too few.
    classes : Classes or None
        None where the log has fewer than two of some size.
    teams : mapping of str to CalibrationResult
        What is fitted to each class, by its name in the log, where each has agents of its own.
    columns : Columns
        How the log was read.
    is_desk_alone : bool
        Whether the scenario leaves out what a log says nothing about: see `desk_alone`.
    """

    log: Log
    arrivals: Arrivals
    handling: tuple[HandlingFit, ...]
    patience: Patience | None
    after_leaving: Retrials | None
    after_service: Retrials | None
    callers: CallFrequency | None
    staffing: Staffing
    groups: tuple[Group, ...]
    agents_differ: AgentSpread | None = None
    resolution: Resolution | None = None
    breaks: Breaks | None = None
    classes: Classes | None = None
    teams: Mapping[str, CalibrationResult] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)
    is_desk_alone: bool = False

    @property
    def path(self) -> str:
        """The path of the log."""
        return self.log.path

    @property
    def rows(self) -> int:
        """Rows of the log."""
        return self.log.rows

    @property
    def used(self) -> int:
        """Rows that could be used."""
        return len(self.log.wait)

    @property
    def unused(self) -> tuple[Unused, ...]:
        """Rows left out, by reason."""
        return self.log.unused

    @property
    def whole_days(self) -> npt.NDArray[np.datetime64]:
        """The days but those of which the log holds a part only, and closed ones."""
        days = self.log.days
        return days[~np.isin(days, np.array(self.arrivals.left_out, "datetime64[D]"))]

    @property
    def agents(self) -> int:
        """The largest number of agents at work, or the sum of those of teams."""
        staffings = [team.staffing for team in self.teams.values()] or [self.staffing]
        return sum(staffing.most for staffing in staffings)

    @property
    def needs_per_month(self) -> float:
        """Contacts in four weeks, without those that repeat an earlier one."""
        again = 0.0
        left = float((~self.log.served).mean())
        for retrials, share in ((self.after_leaving, left), (self.after_service, 1.0 - left)):
            again += share * (retrials.chance if retrials else 0.0)
        return self.arrivals.per_month * (1.0 - again)
