"""How a scenario that is fitted writes who calls again, and what cannot be told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.studies.calibrate.day_statistics import MOSTLY
from sim.studies.calibrate.notation import rounded
from sim.studies.calibrate.result import CalibrationResult
from sim.studies.calibrate.retrials import Retrials

__all__ = ["contact_doubts", "contact_lines", "contact_section"]

_HANGING_UP, _ANSWER = "hanging up", "an answer"
_NO_LIMIT = 1000  # the largest that a scenario may name


def contact_section(calibration: CalibrationResult) -> dict[str, Any]:
    """Return `behaviour.contact` as plain data."""
    left, served = calibration.after_leaving, calibration.after_service
    contact: dict[str, Any] = {"retry": 0}
    if left and left.chance > 0.0:
        contact = {
            "retry": rounded(left.chance),
            "retry_limit": _NO_LIMIT,
            "retry_delay_minutes": rounded(left.delay_minutes),
        }
    told = calibration.resolution
    if served and served.chance > 0.0:
        back = told.calls_back(served.chance) if told else 1
        delay = rounded(served.delay_minutes)
        contact |= {"callback": rounded(back), "callback_delay_minutes": delay}
    elif told is not None:
        contact["callback"] = 0
    return contact


def contact_lines(calibration: CalibrationResult, contact: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of `behaviour.contact`, with the evidence."""
    yield "  contact:"
    if calibration.after_leaving is None:
        yield "    # Who calls again is not known; such contacts are among the arrivals."
    if not contact["retry"]:
        yield "    retry: 0"
    for retrials, names, ending in (
        (calibration.after_leaving, ("retry", "retry_limit", "retry_delay_minutes"), _HANGING_UP),
        (calibration.after_service, ("callback", "callback_delay_minutes"), _ANSWER),
    ):
        if retrials and retrials.chance > 0.0:
            yield from (f"    # {line}" for line in _retrials_lines(retrials, ending))
            yield from (f"    {name}: {contact[name]}" for name in names)
        elif ending == _ANSWER and "callback" in contact:
            yield "    # Who calls back is not known; such contacts are among the arrivals."
            yield f"    callback: {contact['callback']}"


def _retrials_lines(retrials: Retrials, ending: str) -> Iterator[str]:
    low, high = retrials.chance_interval
    first, last = retrials.delay_interval
    yield (
        f"After {ending} {retrials.within_hour:.0%} of {retrials.count:,} called within the hour;"
    )
    yield f"{retrials.chance:.3f} ({low:.3f} to {high:.3f}) because of that ending,"
    yield f"after {retrials.delay_minutes:,.3g} ({first:,.3g} to {last:,.3g}) open minutes."
    yield from _doubtful_retrials(retrials, ending)


def _doubtful_retrials(retrials: Retrials, ending: str) -> Iterator[str]:
    """Yield what cannot be told of retrials after one kind of ending, if there is anything."""
    low, high = retrials.chance_interval
    if retrials.rival is not None:
        chance, delay = retrials.rival
        yield (
            f"Cannot be told: who calls again after {ending}. {retrials.chance:.2f} after "
            f"{retrials.delay_minutes:,.0f} minutes is as likely as {chance:.2f} after {delay:,.0f}"
        )
    elif not retrials.told:
        yield (
            f"Cannot be told: who calls again after {ending}, from who calls anyway "
            f"({low:.2f} to {high:.2f})"
        )


def contact_doubts(calibration: CalibrationResult) -> Iterator[str]:
    """Yield what cannot be told of who calls again, and of what was resolved."""
    yield from _doubtful_resolution(calibration)
    for retrials, ending in (
        (calibration.after_leaving, _HANGING_UP),
        (calibration.after_service, _ANSWER),
    ):
        if retrials is not None:
            yield from _doubtful_retrials(retrials, ending)


def _doubtful_resolution(calibration: CalibrationResult) -> Iterator[str]:
    told, again = calibration.resolution, calibration.after_service
    if told is None:
        return
    if told.known < MOSTLY * told.services:
        yield (
            f"Cannot be told: what the other {told.services - told.known:,} services resolved; the "
            f"share of the {told.known:,} known is written"
        )
    if again is not None and again.chance > 1.0 - told.share:
        yield (
            f"Cannot both be: {again.chance:.1%} of services lead to another call, and "
            f"{1.0 - told.share:.1%} did not resolve; so many call back in the scenario"
        )
