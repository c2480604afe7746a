"""Write a calibration as a scenario file, with the evidence beside each number."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

from sim.studies.calibrate.agent_breaks import Breaks
from sim.studies.calibrate.class_sections import (
    class_doubts,
    class_lines,
    class_names,
    class_needs,
    class_people,
    class_policies,
    policy_lines,
    within_classes,
)
from sim.studies.calibrate.classes import Group
from sim.studies.calibrate.contact_lines import contact_doubts, contact_lines, contact_section
from sim.studies.calibrate.differing_agents import AgentSpread
from sim.studies.calibrate.notation import (
    command_lines,
    comments,
    flow,
    plus_minus,
    quantile_law,
    quoted,
    rounded,
    week_lines,
    write_lines,
)
from sim.studies.calibrate.patience_lines import (
    doubtful_patience,
    law_lines,
    people_patience_lines,
    pool_patience_lines,
)
from sim.studies.calibrate.result import CalibrationResult
from sim.studies.calibrate.shift_plan import pool_of, staffing_lines
from sim.studies.calibrate.teams import team_doubts
from sim.studies.calibrate.understood import coverage

__all__ = [
    "doubts_of",
    "scenario_text",
    "sections_of",
    "write_scenario",
]

_LONG = ("patience_minutes",)  # keys that take more than a line
_PEOPLE = 10_000  # if the log does not show how many there are
# Parts of `behaviour` that no log of contacts tells anything of.
_SILENT = (
    "satisfaction", "expectation", "voice", "recovery", "talk", "fairness", "churn", "growth",
    "adoption",
)  # fmt: skip


def sections_of(calibration: CalibrationResult) -> dict[str, Any]:
    """Return the scenario as plain data, in the form of a scenario file."""
    sections: dict[str, Any] = {
        "name": f"Calibrated from {Path(calibration.log.path).name}",
        "people": _people(calibration),
        "needs": _needs(calibration),
        "desk": {
            "opening": [rounded(weight) for weight in calibration.arrivals.weights.tolist()],
            "day_cv": rounded(calibration.arrivals.day_cv),
            "pools": _pools(calibration),
        },
        "behaviour": {"contact": contact_section(calibration)},
    }
    if calibration.classes is not None and calibration.classes.has_priority:
        sections["policies"] = class_policies(calibration.classes)
    return _desk_alone(sections) if calibration.is_desk_alone else sections


def _desk_alone(sections: dict[str, Any]) -> dict[str, Any]:
    """Return a fitted scenario in which people call, wait, leave and call again, and nothing else.

    Complaints, word of mouth, churn and the staff's morale are switched off.

    Parameters
    ----------
    sections : dict
        The scenario as plain data, with `people` and `behaviour.contact`.
    """
    return {
        **sections,
        "history_months": 0,
        "people": {**sections["people"], "demanding_share": {"mean": 0}},
        "network": {"kind": "none"},
        "behaviour": {**dict.fromkeys(_SILENT, "none"), **sections["behaviour"]},
        "staff": "none",
        "product": "none",
    }


def _pools(calibration: CalibrationResult) -> dict[str, Any]:
    return {
        name: _served(kinds) | _pool(desk, hasty=_is_hasty(calibration))
        for name, kinds, desk in _desks(calibration)
    }


def _desks(calibration: CalibrationResult) -> Iterator[tuple[str, list[str], CalibrationResult]]:
    """Yield each pool's name, the needs that only it serves, and what is fitted to it.

    The first pool, that of the largest class, serves what no other does.
    """
    if calibration.classes is None or not calibration.teams:
        yield "frontline", [], calibration
        return
    names = class_names(calibration.classes)
    for number, (group, team) in enumerate(calibration.teams.items()):
        yield names[group], [names[group]] if number else [], team


def _served(kinds: list[str]) -> dict[str, Any]:
    return {"serves": kinds} if kinds else {}


def _pool(desk: CalibrationResult, *, hasty: bool) -> dict[str, Any]:
    spread, patience, taken = desk.agents_differ, desk.patience, desk.breaks
    differ = {} if spread is None or not spread.cv else {"speed_cv": rounded(spread.cv)}
    rest = {} if taken is None else {"breaks": _rest(taken)}
    leaves = {"patience_minutes": quantile_law(patience)} if patience and hasty else {}
    return pool_of(desk.staffing) | differ | rest | leaves


def _rest(taken: Breaks) -> dict[str, float]:
    return {"share": round(taken.share, 3), "minutes": round(taken.minutes, 1)}


def _is_hasty(calibration: CalibrationResult) -> bool:
    """Tell whether the pool's patience has a spike, and classes have no patience of their own."""
    patience, classes = calibration.patience, calibration.classes
    alike = classes is None or not classes.patience_differs
    return patience is not None and patience.spike is not None and alike


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
    if patience is not None and _is_hasty(calibration):
        values = quantile_law(patience)["values"]
        people["patience_minutes"] = {"mean": rounded(sum(values) / len(values)), "cv": 0}
    elif patience is not None:
        law: dict[str, Any] = {"mean": rounded(patience.mean), "cv": rounded(patience.cv)}
        if patience.attempt_cv is not None:
            law |= {"attempt_law": patience.law, "attempt_cv": rounded(patience.attempt_cv)}
        people["patience_minutes"] = law
    elif not calibration.log.unknown_waits:
        people["patience_minutes"] = "unlimited"
    classes = calibration.classes
    if classes is not None and classes.has_priority:
        people |= class_people(classes)
    elif classes is not None and classes.patience_differs and patience is not None:
        # Each need has the minutes of its attempts; people's own mean is their measure.
        people["patience_minutes"] = {"mean": rounded(patience.best_mean), "cv": 0}
    return people


def _needs(calibration: CalibrationResult) -> list[dict[str, Any]]:
    """Return one need, or one for each class if none is served before another."""
    classes, spread = calibration.classes, calibration.agents_differ
    if classes is None or classes.has_priority:
        return [_need(calibration)]
    differ = {
        group.name: calibration.teams[group.name].agents_differ if calibration.teams else spread
        for group in classes.groups
    }
    return class_needs(classes, _need(calibration)["resolved"], differ)


def _need(calibration: CalibrationResult) -> dict[str, Any]:
    fit, spread = calibration.handling[0], calibration.agents_differ
    again = calibration.after_service
    cv, mean = (fit.cv, fit.mean)
    if spread is not None:
        cv, mean = spread.within(fit.cv), fit.mean * spread.slower
    if calibration.classes is not None:
        cv = within_classes(calibration.classes, cv)
    return {
        "name": "call",
        "share": 1,
        "minutes": {"law": fit.law, "mean": rounded(mean), "cv": rounded(cv)},
        "resolved": rounded(
            calibration.resolution.share
            if calibration.resolution
            else 1.0 - (again.chance if again else 0.0)
        ),
    }


def write_scenario(calibration: CalibrationResult, file: Path, command: str) -> Path:
    """Write the scenario with its comments.

    Raises
    ------
    CommandError
        If the file cannot be written.
    """
    return write_lines(file, _lines(calibration, command))


def scenario_text(calibration: CalibrationResult, command: str) -> str:
    """Return the scenario's text with its comments."""
    return "\n".join(_lines(calibration, command))


def _lines(calibration: CalibrationResult, command: str) -> Iterator[str]:
    sections = sections_of(calibration)
    yield from _head_lines(calibration, command)
    yield f"name: {quoted(sections['name'])}"
    if "history_months" in sections:
        yield f"history_months: {sections['history_months']}"
    yield ""
    yield from _people_lines(calibration, sections["people"])
    yield from _without(sections, "network")
    yield ""
    yield from _need_lines(calibration, sections["needs"])
    yield ""
    yield from _desk_lines(calibration, sections["desk"])
    yield from _behaviour_lines(calibration, sections["behaviour"])
    yield from _without(sections, "staff", "product")
    if "policies" in sections:
        yield from policy_lines(sections["policies"])


def _head_lines(calibration: CalibrationResult, command: str) -> Iterator[str]:
    """Yield what was read, and by which command, as comments."""
    log, left_out = calibration.log, calibration.arrivals.in_part
    used = f"{len(log.wait):,} of {log.rows:,} rows"
    yield from comments([f"{used}, {len(log.days)} days, {log.days[0]} to {log.days[-1]}."])
    if left_out:
        yield from comments([f"Not whole, and left out of arrivals: {', '.join(left_out)}."])
    if command:
        yield from command_lines(command)
    yield from comments(f"Not used: {unused}." for unused in log.unused)
    yield from comments(f"{reading}." for reading in log.readings)
    yield from comments(coverage(log))
    yield from comments(_group_line(group) for group in calibration.groups)


def _desk_lines(calibration: CalibrationResult, desk: dict[str, Any]) -> Iterator[str]:
    arrivals = calibration.arrivals
    yield "desk:"
    if isnan(arrivals.dispersion):
        yield "  # How days of one weekday differ is not known, for none is in the log twice."
    else:
        told = f"{arrivals.dispersion:.2f}; Poisson has 1"
        yield f"  # Variance over mean of hourly counts is {told}."
    yield f"  day_cv: {desk['day_cv']}"
    yield "  pools:"
    if calibration.teams:
        yield "    # Each class has agents of its own, who serve no other."
    for name, kinds, pool in _desks(calibration):
        yield f"    {name if name == 'frontline' else quoted(name)}:"
        if kinds:
            yield f"      serves: {flow(kinds)}"
        yield from staffing_lines(pool.staffing)
        yield from _differing_lines(pool.agents_differ)
        yield from _break_lines(pool.breaks)
        yield from pool_patience_lines(pool.patience if _is_hasty(calibration) else None)
    if arrivals.smoothed:
        told = "hours without a contact may be so by chance: smoothed, not closed."
        yield f"  # {arrivals.smoothed} {told}"
    yield "  opening:  # contacts per hour, a line for each day from Monday"
    yield from week_lines(desk["opening"])


def _without(sections: dict[str, Any], *names: str) -> Iterator[str]:
    """Yield the lines of sections that switch something off."""
    for name in names:
        if name in sections:
            yield ""
            yield f"{name}: {flow(sections[name])}"


def _behaviour_lines(calibration: CalibrationResult, behaviour: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "behaviour:"
    off = [name for name in behaviour if behaviour[name] == "none"]
    if off:
        yield "  # Off, since a log of contacts says nothing about them."
        yield from (f"  {name}: none" for name in off)
    yield from contact_lines(calibration, behaviour["contact"])


def _break_lines(taken: Breaks | None) -> Iterator[str]:
    if taken is not None:
        yield f"      # After {taken.count:,} of {taken.ends:,} services that ended while somebody"
        yield f"      # waited, the agent took nothing. 90%: {taken.low:.3f} to {taken.high:.3f}."
        yield f"      breaks: {flow(_rest(taken))}"


def _differing_lines(spread: AgentSpread | None) -> Iterator[str]:
    if spread is None:
        return
    yield f"      # Mean handling of {spread.agents:,} agents, {spread.services:,} services; what"
    yield f"      # chance adds is taken out. 90%: {spread.low:.3f} to {spread.high:.3f}."
    yield "      # That of one agent, under needs, is the smaller for it."
    yield f"      speed_cv: {rounded(spread.cv)}"


def _people_lines(calibration: CalibrationResult, people: dict[str, Any]) -> Iterator[str]:
    arrivals, callers = calibration.arrivals, calibration.callers
    rate = people["contacts_per_month"]
    known = (
        "callers, and the estimated people who did not call"
        if callers
        else "assumed, since the log does not name most callers"
    )
    yield "people:"
    yield f"  count: {people['count']}  # {known}"
    yield f"  customers: {people['customers']}"
    error = f"+- {1.96 * arrivals.per_month_error:,.0f}"
    yield f"  # {arrivals.per_month:,.0f} {error} contacts per month, repeated ones included"
    yield f"  contacts_per_month: {{mean: {rate['mean']}, cv: {rate['cv']}}}"
    yield "  difficulty: {cv: 0}  # included in the spread of handling"
    if "demanding_share" in people:
        yield f"  demanding_share: {flow(people['demanding_share'])}"
    classes = calibration.classes
    if classes is not None and classes.has_priority:
        yield "  # A class is a rank by spend, of which nothing else depends here."
        yield f"  spend: {flow(people['spend'])}"
    if "correlations" in people:
        yield f"  correlations: {flow(people['correlations'])}  # classes differ in patience"
    yield from people_patience_lines(
        calibration.patience,
        people.get("patience_minutes"),
        calibration.log.unknown_waits,
        spike_in_pool=_is_hasty(calibration),
    )


def _need_lines(calibration: CalibrationResult, needs: list[dict[str, Any]]) -> Iterator[str]:
    best, *others = calibration.handling
    yield "needs:"
    yield f"  # Kolmogorov-Smirnov {best.ks:.3f} over {best.count:,} services; log likelihood above"
    apart = ", ".join(f"{fit.law} by {best.loglik - fit.loglik:,.1f}" for fit in others)
    yield f"  # {apart}. The mean is {plus_minus(best.mean_error)}."
    told, classes = calibration.resolution, calibration.classes
    yield from comments((f"{line}." for line in (class_lines(classes) if classes else ())), "  ")
    if told is not None:
        yield f"  # {told.known:,} of {told.services:,} services say whether they resolved:"
        yield f"  # {told.low:.3f} to {told.high:.3f}."
    for need in needs:
        yield f"  - name: {need['name'] if need['name'] == 'call' else quoted(need['name'])}"
        yield from (f"    {key}: {flow(need[key])}" for key in need if key not in ("name", *_LONG))
        yield from law_lines(need.get("patience_minutes"), "    ")


def doubts_of(calibration: CalibrationResult) -> list[str]:
    """Return what the log cannot tell of what is fitted, a sentence a line."""
    lines = [] if calibration.patience is None else list(doubtful_patience(calibration.patience))
    if isnan(calibration.arrivals.dispersion):
        lines.append("Cannot be told: how days of one weekday differ, for none is in the log twice")
    lines += [] if calibration.classes is None else class_doubts(calibration.classes)
    if calibration.classes is not None and calibration.teams:
        logs = {name: team.log for name, team in calibration.teams.items()}
        lines += team_doubts(logs, class_names(calibration.classes))
    spread = calibration.agents_differ
    if spread is not None and spread.low == 0.0:
        lines.append(f"Cannot be told: whether agents differ (a cv of 0 to {spread.high:.2f})")
    return [*lines, *contact_doubts(calibration)]


def _group_line(group: Group) -> str:
    text = f"Class {group.name}: {group.share:.1%} of contacts; of those who waited, "
    left = "an unknown share" if isnan(group.abandonment) else f"{group.abandonment:.1%}"
    text += f"{group.wait:.2f} min and {left} left"
    if group.patience:
        text += f"; patience {group.patience.exponential_mean:.2f} min"
    if group.handling:
        text += f"; handling {group.handling.mean:.2f} min, cv {group.handling.cv:.2f}"
    return text + "."
