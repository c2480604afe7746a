"""Cases of occupancy: Little's law, and infinitely many servers under varying arrivals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from sim.model.records import DAY, MONTH
from sim.model.tallies import DECILES, Tallies
from sim.studies.verify.cases import Case, Family, Reading, Setting
from sim.studies.verify.queue_scenarios import (
    CUSTOMERS,
    at_months,
    exponential,
    merged,
    queue,
    ratio,
)
from sim.theory.erlang import erlang_c_wait_mean
from sim.theory.infinite_servers import infinite_server_busy_mean
from sim.theory.station import Station

__all__ = ["occupancy_cases"]

LITTLE = Family(
    "little",
    "Little's law, and needs at random",
    "The ends of months are independent of the queue, so the mean number present at them is the "
    "time average: arrivals per minute times minutes spent. Needs by month and tenth of the "
    "customers must be Poisson counts, with variance equal to the mean.",
    ("Little (1961), doi:10.1287/opre.9.3.383",),
)
MOVING = Family(
    "infinite_server",
    "Infinitely many servers under varying arrivals: M_t/G/infinity",
    "More agents than are ever busy, and an `opening` of 168 hourly weights that follow a daily "
    "sine. A month ends on Monday at midnight, so the sine is shifted to see the number busy at "
    "different hours: it lags behind the arrivals.",
    (
        "Eick, Massey & Whitt (1993), doi:10.1287/opre.41.4.731",
        "Eick, Massey & Whitt (1993), doi:10.1287/mnsc.39.2.241",
    ),
)

HOUR = 60.0


def occupancy_cases() -> Iterator[Case]:
    """Yield the cases of occupancy."""
    yield from _little()
    for hours in (0, 8, 16):
        yield from _moving(f"exponential handling, {hours} h on", hours, 1200.0, True)
    yield from _moving("constant handling, 8 h on", 8, 400.0, False)


def _little() -> Iterator[Case]:
    # Slow services, so that a month is long against them and its ends are all but independent.
    service, rate, agents = 600.0, 0.0035, 3
    setting = Setting("little", queue(rate, exponential(service), agents, 400), 30, 4)
    spent = erlang_c_wait_mean(Station(rate, service, agents)) + service
    present = at_months("waiting", 1.0), at_months("in_service", 1.0)

    def there(tallies: Tallies) -> Reading:
        waiting, months = present[0](tallies)
        return waiting + present[1](tallies)[0], months

    def law(tallies: Tallies) -> Reading:
        found, months = there(tallies)
        minutes = ratio(["wait_minutes", "busy_minutes"], minutes=True)(tallies)
        return found, months * minutes[0] / minutes[1]

    def spread(tallies: Tallies) -> Reading:
        counts = tallies.groups["arrived"][1:, 1 : 1 + DECILES]
        mean = rate * MONTH / DECILES
        return float(((counts - mean) ** 2).mean()), mean

    yield Case(LITTLE, "present at a moment", "contacts", rate * spent, setting, there)
    yield Case(LITTLE, "present, over arrivals times minutes", "ratio", 1.0, setting, law)
    yield Case(LITTLE, "variance of needs over their mean", "ratio", 1.0, setting, spread)


def _moving(name: str, hours: int, service: float, is_exponential: bool) -> Iterator[Case]:
    mean_rate, swing = 400.0 / service, 0.9
    daily = [
        1.0 + swing * math.sin(2.0 * math.pi * (hour + 0.5 + hours) / 24.0) for hour in range(24)
    ]
    law: Any = exponential(service) if is_exponential else service
    agents = int((1.0 + swing) * mean_rate * service + 100.0)
    sections = merged(queue(mean_rate, law, agents, 9), {"desk": {"opening": daily * 7}})
    setting = Setting(f"moving-{'e' if is_exponential else 'c'}-{hours}", sections, 12, 4)
    scale = mean_rate * 24.0 / sum(daily)
    rates = tuple(scale * weight for weight in daily)
    longer = _exponential_tail(service) if is_exponential else _constant_tail(service)
    wanted = infinite_server_busy_mean(rates, HOUR, longer, service, DAY)
    busy = at_months("in_service", 1.0)
    yield Case(MOVING, f"busy at midnight, {name}", "agents", wanted, setting, busy)


def _exponential_tail(mean: float) -> Callable[[float], float]:
    return lambda minutes: math.exp(-minutes / mean)


def _constant_tail(minutes: float) -> Callable[[float], float]:
    return lambda passed: 1.0 if passed < minutes else 0.0


assert CUSTOMERS % DECILES == 0  # tenths are equal, as the spread of needs has it
