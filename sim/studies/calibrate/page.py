"""The page of `sim calibrate`: is the log reproduced, what was fitted, what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.number_format import format_estimate
from sim.report.kit.study_page import StudyPage, StudySection, StudyTable, write_study_page
from sim.report.run.pictures import inline_plots
from sim.studies.calibrate.judgement_lines import (
    HEADS,
    days_lines,
    judged_rows,
    shown_lines,
    verdict_line,
)
from sim.studies.calibrate.plots import pictures_of
from sim.studies.calibrate.scenario_writer import doubts_of, scenario_text
from sim.studies.calibrate.understood import understood_log

if TYPE_CHECKING:
    from sim.studies.calibrate.held_out import Judgement
    from sim.studies.calibrate.result import CalibrationResult

__all__ = ["write_calibration_page"]


def write_calibration_page(
    path: Path, found: CalibrationResult, judgement: Judgement | None, command: str = ""
) -> Path:
    """Write what was fitted to a log as a page; return its path.

    Parameters
    ----------
    path : Path
        Ends in ``.html``.
    found : CalibrationResult
    judgement : Judgement or None
        Log against simulation; None if they were not compared.
    command : str
        What makes the page again; empty if that is not known.

    Raises
    ------
    CommandError
        If it does not end in ``.html``, or cannot be written.
    """
    days = found.log.days
    page = StudyPage(
        title=f"Calibrated from {Path(found.path).name}",
        kicker="Is the log reproduced?",
        card=_card(found, judgement),
        facts=(
            f"{found.used:,} of {found.rows:,} rows",
            f"{len(days):,} days, {days[0]} to {days[-1]}",
        ),
        sections=tuple(_sections(found, judgement, command)),
    )
    return write_study_page(path, page)


def _card(found: CalibrationResult, judgement: Judgement | None) -> AnswerCard:
    headline = "Not compared with the log." if judgement is None else verdict_line(judgement)
    doubts = (AnswerRow("In doubt", f"{doubt}.") for doubt in doubts_of(found))
    return AnswerCard(headline, (*_judged(judgement), *_fitted(found), *doubts))


def _judged(judgement: Judgement | None) -> Iterator[AnswerRow]:
    if judgement is None:
        yield AnswerRow("Judged on", "nothing, as was asked: run it again without --no-check.")
    else:
        told = " ".join(days_lines(judgement)).partition(": ")[2]
        yield AnswerRow("Judged on", told[0].upper() + told[1:])


def _fitted(found: CalibrationResult) -> Iterator[AnswerRow]:
    arrivals, law = found.arrivals, found.handling[0]
    said = format_estimate(*_interval(arrivals.per_month, arrivals.per_month_error), "contacts")
    yield AnswerRow("Contacts", f"{said.mean} in four weeks ({said.low} to {said.high}, 95%).")
    yield AnswerRow("Handling", f"{_minutes(law.mean, law.mean_error)}; {law.law}.")
    patience = found.patience
    if patience is not None:
        mean = _minutes(patience.mean, patience.mean_error)
        yield AnswerRow("Patience", f"{mean}; {patience.law}, from {patience.left:,} who left.")
    whose = ", ".join(f"{team.agents:,} for {name}" for name, team in found.teams.items())
    of_teams = f", each for one class: {whose}" if whose else ""
    yield AnswerRow("Agents", f"At most {found.agents:,} at work at once{of_teams}.")


def _interval(mean: float, error: float) -> tuple[float, float | None, float | None]:
    """Return a number with its 95% interval; without one where its error is not known."""
    if not isfinite(error):
        return mean, None, None
    return mean, mean - 1.96 * error, mean + 1.96 * error


def _minutes(mean: float, error: float) -> str:
    said = format_estimate(*_interval(mean, error), "minutes")
    between = f" ({said.low} to {said.high}, 95%)" if said.has_interval else ""
    return f"{said.mean} minutes on average{between}"


def _sections(
    found: CalibrationResult, judgement: Judgement | None, command: str
) -> Iterator[StudySection]:
    pictures = {
        picture.name: picture
        for picture in inline_plots(
            (name, "", draw) for name, draw in pictures_of(found, judgement).items()
        )
    }
    if judgement is not None:
        yield StudySection(
            "Log against simulation",
            pictures=(pictures.pop("check"),),
            tables=(_comparison(judgement),),
        )
    yield StudySection("What was fitted", pictures=tuple(pictures.values()))
    yield StudySection(
        "What was understood", code="\n".join(understood_log(found.log, found.columns)), folded=True
    )
    yield StudySection("The scenario", code=scenario_text(found, command), folded=True)
    if command:
        yield StudySection("How to make this page again", code=command, folded=True)


def _comparison(judgement: Judgement) -> StudyTable:
    rows = tuple(judged_rows(shown_lines(judgement)))
    return StudyTable("The log, and what runs of the fitted world say", HEADS, rows)
