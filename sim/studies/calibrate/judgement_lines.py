"""Log against simulation as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sim.studies.calibrate.held_out import Judged, Judgement
from sim.studies.calibrate.log_distances import Distance
from sim.studies.calibrate.staffing import Tuning

__all__ = [
    "HEADS",
    "days_lines",
    "judged_rows",
    "judgement_data",
    "judgement_lines",
    "shown_lines",
    "verdict_line",
]

HEADS = ("", "log", "simulated", "band", "verdict")


def judgement_lines(judgement: Judgement) -> Iterator[str]:
    """Yield log against simulation: on which days, a line for each statistic, and the verdict."""
    yield ""
    yield from days_lines(judgement)
    yield from _tunings(judgement)
    yield from _table([HEADS, *judged_rows(shown_lines(judgement))])
    yield _hours(judgement)
    if judgement.distances:
        yield "Distance of log and simulation, and of simulations from one another (Wasserstein):"
        yield from _table([(f"  {one.name}", *_apart(one), "") for one in judgement.distances])
    yield verdict_line(judgement)


def _tunings(judgement: Judgement) -> Iterator[str]:
    for team, tuning in judgement.tunings.items():
        whose = f"Agents of {team}" if team else "Agents"
        if tuning.more:
            yield f"{whose} tuned to the waits of the fitted days: {tuning.more:+d} in every hour."
        if tuning.answering is not None:
            yield (
                f"{whose} tuned to the waits of the fitted days: {tuning.answering:.2f} times "
                "those between their first and last service."
            )


def judgement_data(judgement: Judgement) -> dict[str, object]:
    """Return it as plain data."""
    return {
        "reproduced": judgement.reproduced,
        "held_out": judgement.held_out,
        "fitted": [str(judgement.fitted[0]), str(judgement.fitted[-1])],
        "judged": [str(judgement.judged[0]), str(judgement.judged[-1])],
        "periods": judgement.periods,
        "agents_tuned": judgement.tunings.get("", Tuning()).more,
        "tunings": {team: tuning._asdict() for team, tuning in judgement.tunings.items()},
        "lines": [
            {
                "name": line.name,
                "unit": line.unit,
                "log": line.log,
                "simulated": line.simulated,
                "low": line.low,
                "high": line.high,
                "verdict": line.verdict,
            }
            for line in judgement.lines
        ],
        "distances": [asdict(one) for one in judgement.distances],
    }


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows in columns: the first and the last to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        numbers = [cell.rjust(width) for cell, width in zip(cells[:-1], widths[1:], strict=False)]
        yield "  ".join([name.ljust(widths[0]), *numbers, cells[-1]]).rstrip()


def _apart(one: Distance) -> tuple[str, str]:
    unit = "h" if one.unit == "hours" else "min"
    return f"{one.simulated:.3g} {unit}", f"{one.between:.3g} {unit}"


def days_lines(judgement: Judgement) -> Iterator[str]:
    """Yield which days were fitted and which judged."""
    fitted, judged = judgement.fitted, judgement.judged
    if judgement.held_out:
        yield (
            f"Log against simulation: fitted to {fitted[0]} to {fitted[-1]}, and judged on "
            f"{judged[0]} to {judged[-1]},"
        )
        yield f"which the fit has not seen; simulated {judgement.periods} times."
    else:
        yield (
            f"Log against simulation: too short to hold days out, so judged on the {len(judged)} "
            f"days that were fitted; simulated {judgement.periods} times."
        )


def shown_lines(judgement: Judgement) -> list[Judged]:
    """Return the lines that a table has: of the hours, those that are not reproduced."""
    return [line for line in judgement.lines if not line.detail or not line.reproduced]


def judged_rows(lines: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Return a row of cells for each line, under `HEADS`."""
    return list(map(_row, lines))


def _row(line: Judged) -> tuple[str, ...]:
    band = f"{_number(line, line.low)} to {_number(line, line.high)}"
    values = (_number(line, line.log), _number(line, line.simulated), band)
    return (f"{line.name} (min)" if line.unit == "minutes" else line.name, *values, line.verdict)


def _number(line: Judged, value: float) -> str:
    if line.unit == "share":
        return f"{value:.1%}"
    return f"{value:.3g}" if abs(value) < 1000.0 else f"{value:,.0f}"


def _hours(judgement: Judgement) -> str:
    hours = [line for line in judgement.lines if line.detail]
    good = sum(line.reproduced for line in hours)
    return f"Contacts by hour of the day: {good} of {len(hours)} hours reproduced."


def verdict_line(judgement: Judgement) -> str:
    """Say whether the log is reproduced, or what of it is not."""
    if judgement.reproduced:
        return "Reproduced: every line of the log lies in its band; all do in 95% of true fits."
    return f"NOT reproduced: {'; '.join(judgement.shortfalls)}."
