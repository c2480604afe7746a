"""A queue of callers with patience, and agents by the hour, with no part of the engine."""

import numpy as np

from tests.studies.calibrate.test_fitting import made_log

MONDAY = np.datetime64("2001-01-01")


def queue_log(seed, days, per_hour, agents, handling=4.0, patience=6.0, hours=range(8, 18)):
    """Draw a log: Poisson arrivals, and exponential handling and patience unless they are laws.

    `agents` is a number by hour of the day. Whoever is in a queue at an hour's change sees the new
    number; an agent whose hours end finishes the contact in hand.
    """
    chance = np.random.default_rng(seed)
    draw_patience = patience if callable(patience) else lambda: chance.exponential(patience)
    rows = []
    for day in range(days):
        if day % 7 >= 5:
            continue
        times = [
            60.0 * hour + at
            for hour in hours
            for at in sorted(chance.uniform(0, 60, chance.poisson(per_hour)))
        ]
        rows += _day(chance, day, times, agents, handling, draw_patience)
    at, wait, service, served = (np.array(one) for one in zip(*rows, strict=True))
    arrival = MONDAY.astype("datetime64[us]") + (at * 6e7).astype("timedelta64[us]")
    return made_log(arrival, MONDAY + np.arange(days), wait, service, served)


def _day(chance, day, times, agents, handling, draw_patience):
    """Serve first come, first served: each in turn takes the first moment with an idle agent."""
    ends, rows, earliest = [], [], 0.0
    for at in times:
        # Whoever hangs up takes no agent, so that only what ended before this call is forgotten.
        ends = [end for end in ends if end > at]
        ready, limit = max(at, earliest), at + draw_patience()
        while sum(end > ready for end in ends) >= agents[min(int(ready // 60), 23)]:
            change = 60.0 * (ready // 60 + 1)
            ready = min([end for end in ends if end > ready] + [change])
        if ready > limit:
            rows.append((1440.0 * day + at, limit - at, 0.0, False))
            continue
        earliest, service = ready, chance.exponential(handling)
        ends.append(ready + service)
        rows.append((1440.0 * day + at, ready - at, service, True))
    return rows
