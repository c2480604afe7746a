"""What pages take for granted: the files that a person who reads them has."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

MONDAY = datetime(2024, 3, 4, 8)


def customers_and_ties() -> None:
    """Write a customer file and an edge list, of 300 people."""
    people = [f"c{i},{20 + i % 30}" for i in range(300)]
    Path("customers.csv").write_text("customer_no,monthly_bill\n" + "\n".join(people))
    ties = [f"c{i},c{(i + step) % 300}" for i in range(300) for step in (1, 2, 7)]
    Path("ties.csv").write_text("\n".join(ties))


def calls_and_purchases() -> None:
    """Write a log of four weeks of calls, and one of half a year of purchases."""
    chance = random.Random(1)
    calls = "\n".join(_calls(chance))
    Path("calls.csv").write_text(f"arrival,wait,service,outcome,caller,segment\n{calls}\n")
    bought = "\n".join(_purchases(chance))
    Path("purchases.csv").write_text(f"customer,date,amount\n{bought}\n")


def _calls(chance: random.Random) -> Iterator[str]:
    """Let two agents answer calls in their order, from eight to six on weekdays."""
    for day in range(26):
        if day % 7 > 4:
            continue
        now = MONDAY + timedelta(days=day)
        free = [now, now]
        for _ in range(200):
            now += timedelta(minutes=chance.expovariate(0.333))
            wait = max((min(free) - now).total_seconds(), 0.0)
            patience, talk = chance.expovariate(1 / 240), chance.lognormvariate(5, 0.8)
            served = patience > wait
            if served:
                free[free.index(min(free))] = now + timedelta(seconds=wait + talk)
            spoken = f"{talk:.0f}" if served else ""
            outcome = "served" if served else "abandoned"
            who = f"{chance.randrange(1500)},{chance.choice(['home', 'firm'])}"
            yield f"{now:%Y-%m-%d %H:%M:%S},{min(wait, patience):.0f},{spoken},{outcome},{who}"


def _purchases(chance: random.Random) -> Iterator[str]:
    for customer in range(400):
        day, mean = chance.randrange(60), chance.lognormvariate(3, 1)
        gap, last = chance.gammavariate(1.5, 20), day + chance.expovariate(1 / 120)
        while day < min(182, last):
            date = MONDAY + timedelta(days=day)
            yield f"{customer},{date:%Y-%m-%d},{chance.gammavariate(4, mean / 4):.2f}"
            day += 1 + int(chance.expovariate(1 / gap))


GIVEN: dict[str, Callable[[], None]] = {
    "docs/calibration.md": calls_and_purchases,
    "docs/guide.md": customers_and_ties,
}
