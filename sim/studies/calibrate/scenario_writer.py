"""Write a calibration as a scenario file, with the evidence beside each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan
from pathlib import Path
from typing import Any

from sim.errors import CommandError
from sim.studies.calibrate.day_statistics import MOSTLY
from sim.studies.calibrate.differing_agents import AgentSpread
from sim.studies.calibrate.patience import Patience
from sim.studies.calibrate.result import CalibrationResult, Group
from sim.studies.calibrate.retrials import Retrials
from sim.studies.calibrate.shift_plan import pool_of, staffing_lines
from sim.studies.calibrate.understood import coverage

__all__ = [
    "doubts_of",
    "quantile_law",
    "quoted",
    "rounded",
    "sections_of",
    "week_lines",
    "write_lines",
    "write_scenario",
]

_HANGING_UP, _ANSWER = "hanging up", "an answer"
_NO_LIMIT = 1000  # the largest that a scenario may name
_QUANTILES = 200  # of patience, where no law of a scenario has its shape
_PEOPLE = 10_000  # if the log does not show how many there are


def sections_of(calibration: CalibrationResult) -> dict[str, Any]:
    """Return the scenario as plain data, in the form of a scenario file."""
    sections: dict[str, Any] = {
        "name": f"Calibrated from {Path(calibration.log.path).name}",
        "people": _people(calibration),
        "needs": [_need(calibration)],
        "desk": {
            "opening": [rounded(weight) for weight in calibration.arrivals.weights.tolist()],
            "day_cv": rounded(calibration.arrivals.day_cv),
            "pools": {"frontline": _pool(calibration)},
        },
        "behaviour": {"contact": _contact(calibration)},
    }
    return sections


def _pool(calibration: CalibrationResult) -> dict[str, Any]:
    spread, patience = calibration.agents_differ, calibration.patience
    differ = {} if spread is None or not spread.cv else {"speed_cv": rounded(spread.cv)}
    hasty = (
        {}
        if patience is None or patience.spike is None
        else {"patience_minutes": quantile_law(patience)}
    )
    return pool_of(calibration.staffing) | differ | hasty


def _people(calibration: CalibrationResult) -> dict[str, Any]:
    callers = calibration.callers
    count = round(callers.people) if callers else _PEOPLE
    people: dict[str, Any] = {
        "count": count,
        "customers": count,
        "contacts_per_month": {
            "mean": rounded(calibration.needs_per_month / count),
            "cv": rounded(callers.cv) if callers else 0,
        },
        "difficulty": {"cv": 0},
    }
    patience = calibration.patience
    if patience is not None and patience.spike is not None:
        values = quantile_law(patience)["values"]
        people["patience_minutes"] = {"mean": rounded(sum(values) / len(values)), "cv": 0}
    elif patience is not None:
        law: dict[str, Any] = {"mean": rounded(patience.mean), "cv": rounded(patience.cv)}
        if patience.attempt_cv is not None:
            law |= {"attempt_law": patience.law, "attempt_cv": rounded(patience.attempt_cv)}
        people["patience_minutes"] = law
    elif not calibration.log.unknown_waits:
        people["patience_minutes"] = "unlimited"
    return people


def quantile_law(patience: Patience) -> dict[str, Any]:
    """Return a law of patience as the middles of equal shares of people, which any law has."""
    minutes = patience.best.quantiles(_QUANTILES).tolist()
    return {"law": "empirical", "values": [float(f"{one:.3g}") for one in minutes]}


def _need(calibration: CalibrationResult) -> dict[str, Any]:
    fit, spread = calibration.handling[0], calibration.agents_differ
    again = calibration.after_service
    cv = fit.cv if spread is None else spread.within(fit.cv)
    return {
        "name": "call",
        "share": 1,
        "minutes": {"law": fit.law, "mean": rounded(fit.mean), "cv": rounded(cv)},
        "resolved": rounded(
            calibration.resolution.share
            if calibration.resolution
            else 1.0 - (again.chance if again else 0.0)
        ),
    }


def _contact(calibration: CalibrationResult) -> dict[str, Any]:
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


def write_scenario(calibration: CalibrationResult, file: Path, command: str) -> Path:
    """Write the scenario with its comments.

    Raises
    ------
    CommandError
        If the file cannot be written.
    """
    return write_lines(file, _lines(calibration, command))


def write_lines(file: Path, lines: Iterable[str]) -> Path:
    """Write the lines of a file; raise CommandError if it cannot be written."""
    try:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None
    return file


def _lines(calibration: CalibrationResult, command: str) -> Iterator[str]:
    sections, log, arrivals = sections_of(calibration), calibration.log, calibration.arrivals
    used = len(log.wait)
    yield f"# {used:,} of {log.rows:,} rows, {len(log.days)} days, {log.days[0]} to {log.days[-1]}."
    if arrivals.in_part:
        yield f"# Not whole, and left out of arrivals: {', '.join(arrivals.in_part)}."
    if command:
        yield f"# {command}"
    yield from (f"# Not used: {unused}." for unused in log.unused)
    yield from (f"# {reading}." for reading in log.readings)
    yield from (f"# {line}" for line in coverage(log))
    yield from (_group_line(group) for group in calibration.groups)
    yield f"name: {quoted(sections['name'])}"
    yield ""
    yield from _people_lines(calibration, sections["people"])
    yield ""
    yield from _need_lines(calibration, sections["needs"][0])
    yield ""
    yield "desk:"
    yield f"  # Variance over mean of hourly counts is {arrivals.dispersion:.2f}; Poisson has 1."
    yield f"  day_cv: {sections['desk']['day_cv']}"
    yield from staffing_lines(calibration.staffing)
    yield from _differing_lines(calibration.agents_differ)
    yield from _spike_lines(calibration.patience)
    if arrivals.smoothed:
        told = "hours without a contact may be so by chance: smoothed, not closed."
        yield f"  # {arrivals.smoothed} {told}"
    yield "  opening:  # contacts per hour, a line for each day from Monday"
    yield from week_lines(sections["desk"]["opening"])
    yield from _contact_lines(calibration, sections["behaviour"]["contact"])


def _spike_lines(patience: Patience | None) -> Iterator[str]:
    if patience is not None and patience.spike is not None:
        yield f"      # {_spike_line(patience)}."
        yield f"      # Middles of {_QUANTILES} equal shares of those who have to wait."
        yield from _patience_values(quantile_law(patience))


def _differing_lines(spread: AgentSpread | None) -> Iterator[str]:
    if spread is None:
        return
    yield f"      # Mean handling of {spread.agents:,} agents, {spread.services:,} services; what"
    yield f"      # chance adds is taken out. 90%: {spread.low:.3f} to {spread.high:.3f}."
    yield "      # That of one agent, under needs, is the smaller for it."
    yield f"      speed_cv: {rounded(spread.cv)}"


def _people_lines(calibration: CalibrationResult, people: dict[str, Any]) -> Iterator[str]:
    arrivals, patience = calibration.arrivals, calibration.patience
    callers, rate = calibration.callers, people["contacts_per_month"]
    known = (
        "callers, and the estimated people who did not call"
        if callers
        else "assumed, since the log names nobody"
    )
    yield "people:"
    yield f"  count: {people['count']}  # {known}"
    yield f"  customers: {people['customers']}"
    error = f"+- {1.96 * arrivals.per_month_error:,.0f}"
    yield f"  # {arrivals.per_month:,.0f} {error} contacts per month, repeated ones included"
    yield f"  contacts_per_month: {{mean: {rate['mean']}, cv: {rate['cv']}}}"
    yield "  difficulty: {cv: 0}  # included in the spread of handling"
    unknown = calibration.log.unknown_waits
    if patience is None and unknown:
        yield f"  # patience_minutes: not known, since the log lacks the waits of {unknown:,} who"
        yield "  # left; without the key, the assumed patience holds."
        return
    if patience is None:
        yield "  patience_minutes: unlimited  # almost nobody left"
        return
    alike = f"{patience.exponential_mean:.3g} with one mean for all"
    yield f"  # Of {patience.waited:,} who waited {patience.left:,} left; mean {alike}."
    yield f"  # Largest distance from Kaplan-Meier: {patience.gap:.3f}."
    yield from (f"  # {line}." for line in _laws_lines(patience))
    if patience.spike is not None:
        yield f"  # {_spike_line(patience)}: desk.pools.frontline."
    law = ", ".join(f"{name}: {value}" for name, value in people["patience_minutes"].items())
    yield f"  patience_minutes: {{{law}}}  # {_interval(patience.mean_error)}"


def _laws_lines(patience: Patience) -> Iterator[str]:
    if not patience.laws:
        yield "No law tells more than one exponential for all"
        return
    best, *others = patience.laws
    apart = ", ".join(f"{one.name} by {best.loglik - one.loglik:,.1f}" for one in others)
    yield f"Log likelihood of {best.name} above {apart}"


def _spike_line(patience: Patience) -> str:
    spike = patience.spike
    assert spike is not None  # the caller has looked
    return (
        f"{spike.spike:.1%} (+- {1.96 * spike.spike_error:.1%}) of those who have to wait leave at "
        f"once, after {60 * spike.spike_minutes:.2g} s on average"
    )


def _patience_values(law: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of an empirical law, so many values a line."""
    yield "      patience_minutes:"
    yield f"        law: {law['law']}"
    values = [f"{value:g}" for value in law["values"]]
    rows = [", ".join(values[place : place + 16]) for place in range(0, len(values), 16)]
    for place, row in enumerate(rows):
        start, end = (
            ("        values: [" if not place else "          "),
            ("," if row is not rows[-1] else "]"),
        )
        yield f"{start}{row}{end}"


def _doubtful_patience(patience: Patience) -> Iterator[str]:
    if patience.alike:
        names = " and ".join(f"{one.name} (mean {one.mean:.3g})" for one in patience.alike)
        best = patience.laws[0]
        yield (
            f"Cannot be told: the law of patience. {best.name} (mean {best.mean:.3g}) is written; "
            f"as likely: {names}"
        )


def _need_lines(calibration: CalibrationResult, need: dict[str, Any]) -> Iterator[str]:
    best, *others = calibration.handling
    yield "needs:"
    yield f"  # Kolmogorov-Smirnov {best.ks:.3f} over {best.count:,} services; log likelihood above"
    apart = ", ".join(f"{fit.law} by {best.loglik - fit.loglik:,.1f}" for fit in others)
    yield f"  # {apart}. The mean is {_interval(best.mean_error)}."
    law = need["minutes"]
    yield "  - name: call"
    yield "    share: 1"
    yield f"    minutes: {{law: {law['law']}, mean: {law['mean']}, cv: {law['cv']}}}"
    told = calibration.resolution
    if told is None:
        yield f"    resolved: {need['resolved']}  # the others call again"
        return
    yield f"    # {told.known:,} of {told.services:,} services say whether they resolved."
    yield f"    resolved: {need['resolved']}  # {told.low:.3f} to {told.high:.3f}"


def doubts_of(calibration: CalibrationResult) -> list[str]:
    """Return what the log cannot tell of what is fitted, a sentence a line."""
    kinds = ((calibration.after_leaving, _HANGING_UP), (calibration.after_service, _ANSWER))
    lines = [] if calibration.patience is None else list(_doubtful_patience(calibration.patience))
    lines += _doubtful_resolution(calibration)
    spread = calibration.agents_differ
    if spread is not None and spread.low == 0.0:
        lines.append(f"Cannot be told: whether agents differ (a cv of 0 to {spread.high:.2f})")
    for one, ending in kinds:
        lines += [] if one is None else _doubtful_retrials(one, ending)
    return lines


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


def _contact_lines(calibration: CalibrationResult, contact: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "behaviour:"
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


def _group_line(group: Group) -> str:
    text = f"# Class {group.name}: {group.share:.1%} of contacts; of those who waited, "
    left = "an unknown share" if isnan(group.abandonment) else f"{group.abandonment:.1%}"
    text += f"{group.wait:.2f} min and {left} left"
    if group.patience:
        text += f"; patience {group.patience.exponential_mean:.2f} min"
    if group.handling:
        text += f"; handling {group.handling.mean:.2f} min, cv {group.handling.cv:.2f}"
    return text + "."


def week_lines(weights: list[float]) -> Iterator[str]:
    """Yield the lines of `desk.opening`, one for each day."""
    for day in range(7):
        hours = ", ".join(f"{weight:g}" for weight in weights[24 * day : 24 * day + 24])
        start, end = ("    [" if day == 0 else "     "), ("]" if day == 6 else ",")
        yield f"{start}{hours}{end}"


def _interval(error: float) -> str:
    return f"+- {1.96 * error:.2g}"


def rounded(value: float) -> float:
    """Return a number with as many digits as a fit deserves."""
    return float(f"{value:.4g}")


def quoted(text: str) -> str:
    """Return text as YAML quotes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
