"""Fit arrivals, handling, patience and retrials to a log of contacts, and make a scenario."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.studies.calibrate.agent_breaks import fit_breaks
from sim.studies.calibrate.arrivals import Arrivals, fit_arrivals
from sim.studies.calibrate.call_frequency import CallFrequency, fit_call_frequency
from sim.studies.calibrate.class_sections import classes_data
from sim.studies.calibrate.classes import Classes, describe_group, fit_classes
from sim.studies.calibrate.day_statistics import MOSTLY
from sim.studies.calibrate.differing_agents import fit_agents
from sim.studies.calibrate.handling import fit_handling
from sim.studies.calibrate.held_out import Judgement, judge
from sim.studies.calibrate.log import Columns, Log, read_log
from sim.studies.calibrate.log_rows import Files
from sim.studies.calibrate.patience import Patience, fit_patience
from sim.studies.calibrate.resolution import fit_resolution
from sim.studies.calibrate.result import CalibrationResult
from sim.studies.calibrate.retrials import CallingAgain, fit_retrials
from sim.studies.calibrate.scenario_writer import doubts_of, sections_of, write_scenario
from sim.studies.calibrate.staffing import Tuning, fit_staffing
from sim.studies.calibrate.teams import logs_of_teams
from sim.studies.calibrate.understood import understood_log

__all__ = ["Calibration", "calibrate", "fit_log"]

_MONTH_DAYS = 28.0


@dataclass(frozen=True, eq=False)
class Calibration(CalibrationResult):
    """What is fitted to a log of contacts; the attributes are those of `CalibrationResult`."""

    def sections(self) -> dict[str, Any]:
        """Return the fitted scenario as plain data."""
        return sections_of(self)

    def write(self, file: str | os.PathLike[str], command: str = "") -> Path:
        """Write the scenario, with the evidence for each number in comments.

        Parameters
        ----------
        file : path
        command : str
            The command that made it, if there was one.

        Raises
        ------
        CommandError
            If the file cannot be written.
        """
        return write_scenario(self, Path(file), command)

    def draw(
        self, folder: str | os.PathLike[str], judgement: Judgement | None = None
    ) -> list[Path]:
        """Draw data against fit into a folder, and log against simulation; return the SVG files."""
        from sim.report.kit.canvas import save_figure
        from sim.studies.calibrate.plots import pictures_of

        return [
            save_figure(draw(), Path(folder) / f"{name}.svg")
            for name, draw in pictures_of(self, judgement).items()
        ]

    def report(
        self,
        file: str | os.PathLike[str],
        judgement: Judgement | None = None,
        command: str = "",
    ) -> Path:
        """Write a page: whether the log is reproduced, what was fitted and read; return its path.

        Parameters
        ----------
        file : path
            Ends in ``.html``.
        judgement : Judgement, optional
            From `check`.
        command : str
            What makes the page again, if it was made by a command.

        Raises
        ------
        CommandError
            If it does not end in ``.html``, or cannot be written.
        """
        from sim.studies.calibrate.page import write_calibration_page

        return write_calibration_page(Path(file), self, judgement, command)

    def doubts(self) -> list[str]:
        """Return what the log cannot tell of what is fitted, a sentence a line."""
        return doubts_of(self)

    def check(self) -> Judgement:
        """Fit the first part of the log, simulate the rest, and compare; see `held_out.judge`.

        A log of less than two weeks is compared on the days that were fitted.
        """
        return judge(self.log, lambda log: fit_log(log, self.columns))

    def tuned(self, judgement: Judgement) -> Calibration:
        """Return the fit with the agents that explained the waits in a check."""
        found = judgement.tunings
        teams = {
            name: replace(team, staffing=team.staffing.tuned_alike(found.get(name, Tuning())))
            for name, team in self.teams.items()
        }
        staffing = self.staffing.tuned_alike(found.get("", Tuning()))
        return replace(self, staffing=staffing, teams=teams)

    def desk_alone(self) -> Calibration:
        """Return the fit of a scenario that leaves out what a log says nothing about.

        Complaints, word of mouth, churn and the staff's morale are switched off in it.
        """
        return replace(self, is_desk_alone=True)

    def as_data(self) -> dict[str, Any]:
        """Return the fits as plain data."""
        return {
            "log": self.log.path,
            "rows": self.log.rows,
            "used": len(self.log.wait),
            "unused": [asdict(one) for one in self.log.unused],
            "understood": understood_log(self.log, self.columns),
            "scenario": self.sections(),
            "doubts": self.doubts(),
            "dispersion": self.arrivals.dispersion,
            "handling": [asdict(fit) for fit in self.handling],
            "patience": _patience_data(self.patience),
            "agents_differ": self.agents_differ and asdict(self.agents_differ),
            "breaks": self.breaks and asdict(self.breaks),
            "classes": self.classes and classes_data(self.classes),
            "teams": {name: team.agents for name, team in self.teams.items()},
            "resolution": self.resolution and asdict(self.resolution),
            "after_leaving": self.after_leaving and asdict(self.after_leaving),
            "after_service": self.after_service and asdict(self.after_service),
        }


def calibrate(
    log: Files,
    columns: Columns | Mapping[str, Any] | None = None,
) -> Calibration:
    """Fit what a scenario needs to a log of contacts.

    Parameters
    ----------
    log : path or sequence of path
        Text, workbooks or Parquet, a row for each contact.
    columns : Columns or mapping, optional
        The names of its columns; see `sim.studies.calibrate.log.Columns`.

    Raises
    ------
    DataError
        If the log cannot be read, or has too few services to fit a law.

    Examples
    --------
    >>> import sim
    >>> found = sim.calibrate("calls.csv", {"customer": "caller", "unit": "seconds"})
    >>> found.used == found.rows
    True
    """
    given = columns if isinstance(columns, Columns) else Columns(**dict(columns or {}))
    read = read_log(log, given)
    return fit_log(read, given)


def fit_log(read: Log, columns: Columns) -> Calibration:
    """Fit what a scenario needs to a log that has been read.

    Raises
    ------
    DataError
        If it has too few services to fit a law.
    """
    arrivals = fit_arrivals(read)
    again = fit_retrials(read, arrivals)
    breaks = fit_breaks(read)
    names = [str(name) for name in np.unique(read.group) if name]
    classes = fit_classes(read)
    teams = _fit_teams(read, columns, classes, arrivals)
    return Calibration(
        log=read,
        columns=columns,
        arrivals=arrivals,
        handling=fit_handling(read.service[read.served]),
        patience=fit_patience(read.wait, ~read.served),
        after_leaving=again.after_leaving if again else None,
        after_service=again.after_service if again else None,
        callers=_call_frequency(read, again),
        staffing=fit_staffing(read, arrivals).with_breaks(breaks.share if breaks else 0.0),
        agents_differ=fit_agents(read.service[read.served], read.agent[read.served]),
        resolution=fit_resolution(read.resolved[read.served]),
        groups=tuple(
            describe_group(read, read.group == name, name, float((read.group == name).mean()))
            for name in names
        ),
        breaks=breaks,
        classes=classes.without_order() if classes and teams else classes,
        teams=teams,
    )


def _fit_teams(
    read: Log, columns: Columns, classes: Classes | None, arrivals: Arrivals
) -> dict[str, CalibrationResult]:
    """Fit each class that has agents of its own; all teams are there while the desk is open."""
    fits = {name: fit_log(log, columns) for name, log in logs_of_teams(read, classes).items()}
    is_open = arrivals.weights > 0.0
    return {
        name: replace(fit, staffing=fit.staffing.open_when(is_open)) for name, fit in fits.items()
    }


def _call_frequency(log: Log, again: CallingAgain | None) -> CallFrequency | None:
    named = log.customer[log.customer != ""]
    if len(named) < MOSTLY * len(log.customer):
        return None
    if again is not None:
        return again.callers
    counts = np.unique(named, return_counts=True)[1]
    return fit_call_frequency(counts, len(log.days) / _MONTH_DAYS)


def _patience_data(patience: Patience | None) -> dict[str, Any] | None:
    if patience is None:
        return None
    names = ("law", "mean", "cv", "attempt_cv", "mean_error", "cv_error", "exponential_mean",
             "left", "waited", "gap")  # fmt: skip
    return {name: getattr(patience, name) for name in names} | {
        "laws": [asdict(law) for law in patience.laws],
        "spike": patience.spike and asdict(patience.spike),
    }
