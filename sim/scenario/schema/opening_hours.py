"""Opening hours and the weekly profile of needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from sim.errors import nearest
from sim.scenario.schema.fields import REQUIRED, Section, Violation, key, raise_violations

__all__ = ["DAYS", "WEEK", "Hours", "Opening", "always"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 1440
WEEK = 7 * DAY
"""Minutes of a week."""

Span = tuple[int, int, float]

ROUND_THE_CLOCK: tuple[Span, ...] = ((0, WEEK, 1.0),)

_HOURS = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")


class Opening(Section):
    """When a desk is open, from Monday 00:00, and how busy each stretch is.

    Written as `always`, as a mapping of days to hours, or as 168 hourly weights.

    Attributes
    ----------
    spans : tuple of (int, int, float)
        Start and end in minutes of the week, and weight above 0; sorted, not touching another of
        the same weight.
    """

    spans: tuple[Span, ...] = key(REQUIRED, "Start, end (minutes of the week), weight.")

    def windows(self) -> tuple[Span, ...]:
        """Return (start, end, weight) of each open stretch of the week, in minutes, sorted."""
        return self.spans

    def as_written(self) -> object:
        """Return the shortest way to write these hours."""
        if self.spans == ROUND_THE_CLOCK:
            return "always"
        if any(weight != 1.0 for _, _, weight in self.spans):
            return [self._weight(hour * 60) for hour in range(WEEK // 60)]
        return {day: _written_day(self.spans, i * DAY) for i, day in enumerate(DAYS)}

    def _weight(self, minute: int) -> float:
        return next((w for start, end, w in self.spans if start <= minute < end), 0.0)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Opening):
            return value
        if value == "always":
            return {"spans": ROUND_THE_CLOCK}
        # Only Python gives spans, and gives them as a tuple.
        if isinstance(value, dict) and not isinstance(value.get("spans", ""), tuple):
            return {"spans": _merged(_read_days(value))}
        if isinstance(value, list):
            return {"spans": _merged(_read_weights(value))}
        if not isinstance(value, dict):
            raise_violations(
                [Violation((), "must be `always`, days with hours, or 168 hourly weights")]
            )
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        hours = {"type": "string", "pattern": _HOURS.pattern}
        days = {"anyOf": [hours, {"type": "array", "items": hours}]}
        weights = {"type": "array", "items": {"type": "number", "minimum": 0}}
        return {
            "description": cls.__doc__.splitlines()[0] if cls.__doc__ else "",
            "anyOf": [
                {"const": "always"},
                {"type": "object", "additionalProperties": days, "minProperties": 1},
                {**weights, "minItems": 168, "maxItems": 168},
            ],
        }


def always() -> Opening:
    """Return the opening of a desk that never closes."""
    return Opening(spans=ROUND_THE_CLOCK)


def _hours_only(value: object) -> object:
    """Refuse weights where only hours make sense."""
    if isinstance(value, list):
        raise_violations(
            [Violation((), "must be `always` or days with hours; weights belong to desk.opening")]
        )
    return value


Hours = Annotated[Opening, BeforeValidator(_hours_only)]


def _read_weights(weights: list[Any]) -> list[Span]:
    violations = [
        Violation((i,), "must be 0, or a number from 1e-6 to 1e6")
        for i, weight in enumerate(weights)
        if type(weight) not in (int, float) or not (weight == 0 or 1e-6 <= weight <= 1e6)
    ]
    if len(weights) != 168:
        violations.append(Violation((), f"must list 168 hourly weights; these are {len(weights)}"))
    elif not violations and not any(weights):
        violations.append(Violation((), "must have a weight above 0"))
    raise_violations(violations)
    spans = [(i * 60, (i + 1) * 60, float(weight)) for i, weight in enumerate(weights)]
    return [span for span in spans if span[2] > 0]


def _read_days(days: dict[str, object]) -> list[Span]:
    violations: list[Violation] = []
    spans: list[tuple[Span, str]] = []
    for name, hours in days.items():
        for start, end in _read_day(name, hours, violations):
            spans += [((day * DAY + start, day * DAY + end, 1.0), name) for day in _days(name)]
    spans.sort()
    for (before, _), (after, name) in pairwise(spans):
        if after[0] < before[1]:
            violations.append(Violation((name,), "overlaps other hours of the same day"))
    if not spans and not violations:
        violations.append(Violation((), "must be open at some time"))
    raise_violations(dict.fromkeys(violations))
    return [span for span, _ in spans]


def _days(name: str) -> list[int]:
    """Days, from 0 for Monday, that `mon-fri`, `sat,sun`, `daily` or `sun` stand for."""
    days: list[int] = []
    for part in name.replace(" ", "").lower().split(","):
        first, dash, last = ("mon", "-", "sun") if part == "daily" else part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last if dash else first)
        days += [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]
    return days


def _read_day(name: str, hours: object, violations: list[Violation]) -> Iterator[tuple[int, int]]:
    try:
        _days(name)
    except ValueError:
        rule = "is not a day; use mon to sun, a range (mon-fri), a list (sat,sun) or daily"
        violations.append(Violation((name,), rule, nearest(name, (*DAYS, "daily", "mon-fri"))))
        return
    listed = isinstance(hours, (list, tuple))
    for i, text in enumerate(hours if isinstance(hours, (list, tuple)) else [hours]):
        window = _window(text)
        if isinstance(window, str):
            violations.append(Violation((name, i) if listed else (name,), window))
        else:
            yield window


def _window(text: object) -> tuple[int, int] | str:
    """Return start and end in minutes of the day, or the rule that the text breaks."""
    match = _HOURS.match(text) if isinstance(text, str) else None
    if match is None:
        return 'must be hours such as "08:00-18:00"'
    first, first_minute, last, last_minute = map(int, match.groups())
    start, end = first * 60 + first_minute, last * 60 + last_minute
    if max(first_minute, last_minute) > 59 or max(start, end) > DAY:
        return "must be times of day from 00:00 to 24:00"
    if end <= start:
        return "must end after it starts; write a night as two days' hours, the first until 24:00"
    return start, end


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join touching spans of the same weight."""
    merge: list[Span] = []
    for start, end, weight in sorted(spans):
        if merge and merge[-1][1] == start and merge[-1][2] == weight:
            merge[-1] = (merge[-1][0], end, weight)
        else:
            merge.append((start, end, weight))
    return tuple(merge)


def _written_day(spans: tuple[Span, ...], start: int) -> list[str]:
    """Write the hours of the day that starts at this minute of the week."""
    inside = [(max(a, start) - start, min(b, start + DAY) - start) for a, b, _ in spans]
    return [f"{_clock(a)}-{_clock(b)}" for a, b in inside if a < b]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
