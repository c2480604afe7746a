"""Hours, open time and operational time. Section "Time" of the page."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np

__all__ = ["DAY", "MONTH", "BusyMonth", "Calendar"]

DAY = 24 * 60.0
WEEK = 7 * DAY
MONTH = 4 * WEEK
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Calendar:
    """When the desk is open, the same every week.

    Parameters
    ----------
    opening : str or dict
        ``always``, or hours by day, such as ``{"mon-fri": "08:00-18:00"}``.
    """

    def __init__(self, opening: Any) -> None:
        self.spans = _spans(opening)
        self._before = np.concatenate([[0.0], np.cumsum([b - a for a, b in self.spans])])
        self.week_minutes = float(self._before[-1])
        self._starts = [a for a, _ in self.spans]

    def open_time(self, now: float) -> float:
        """Return the open minutes from time 0 to now; negative before."""
        week, minute = divmod(now, WEEK)
        k = bisect_right(self._starts, minute) - 1
        inside = 0.0
        if k >= 0:
            a, b = self.spans[k]
            inside = float(self._before[k]) + min(minute, b) - a
        return week * self.week_minutes + inside

    def clock(self, open_minutes: float) -> float:
        """Return when so many open minutes have passed since time 0."""
        week, rest = divmod(open_minutes, self.week_minutes)
        k = min(bisect_right(self._before.tolist(), rest) - 1, len(self.spans) - 1)
        return float(week * WEEK + self.spans[k][0] + rest - self._before[k])

    def later(self, now: float, delay: float) -> float:
        """Return the time at which the desk has been open for so many minutes since now."""
        return self.clock(self.open_time(now) + delay)


class BusyMonth:
    """Operational time of a month: it stops at night, and runs faster on busy days.

    Parameters
    ----------
    calendar : Calendar
    start : float
        When the month begins, in minutes.
    factors : numpy.ndarray
        How busy each of its days is, 1 on the mean.
    """

    def __init__(self, calendar: Calendar, start: float, factors: np.ndarray) -> None:
        spans = [(week * WEEK + a, week * WEEK + b) for week in range(4) for a, b in calendar.spans]
        self._starts = start + np.array([a for a, _ in spans])
        self._speeds = np.array([factors[int(a // DAY)] for a, _ in spans])
        self._ends = np.cumsum([b - a for a, b in spans] * self._speeds)
        self._total = float(self._ends[-1])
        # How busy the month is, 1 on the mean.
        self.busyness = self._total / (4 * calendar.week_minutes)

    def times(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw times that are even in operational time."""
        at = rng.random(count) * self._total
        k = np.searchsorted(self._ends, at, side="right")
        before = np.concatenate([[0.0], self._ends])[k]
        return np.asarray(self._starts[k] + (at - before) / self._speeds[k])


def _spans(opening: Any) -> list[tuple[float, float]]:
    """Return the open spans of a week in minutes, none longer than a day."""
    if opening in (None, "always"):
        return [(day * DAY, (day + 1) * DAY) for day in range(7)]
    if not isinstance(opening, dict):
        raise SystemExit("the third implementation knows no hourly weights")
    spans = []
    for days, hours in opening.items():
        first, _, last = days.partition("-")
        for day in range(_DAYS.index(first), _DAYS.index(last or first) + 1):
            for span in hours if isinstance(hours, list) else [hours]:
                a, b = (_minutes(text) for text in span.split("-"))
                spans.append((day * DAY + a, day * DAY + b))
    return sorted(spans)


def _minutes(text: str) -> float:
    hour, minute = text.strip().split(":")
    return 60.0 * int(hour) + int(minute)
