"""Cases of word of mouth: how many people a story reaches, on small and on random graphs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

import numpy as np
from scipy.stats import poisson

from sim.model.tallies import Tallies
from sim.studies.verify.cases import OUTCOME_ALONE, POLICY, Case, Family, Reading, Setting
from sim.theory.cascades import cascade_reached_mean
from sim.theory.random_graph import random_graph_reached_mean, random_graph_spread

__all__ = ["cascade_cases"]

SMALL = Family(
    "cascades",
    "Stories on small graphs: all outcomes enumerated",
    "Every contact fails and is told at once, at full strength (`fade: 1`). Each hearer retells it "
    "with probability `retell`, to a number of ties (`tells_sigma: 0`, a mean that is not whole is "
    "rounded up or down by chance) or to all. The people whom a "
    "story reaches do not depend on the order of tellings, so all outcomes can be enumerated. Each "
    "telling is one message: one by the origin, and one by each hearer who retells.",
    ("Kempe, Kleinberg & Tardos (2003), doi:10.1145/956750.956769",),
)
RANDOM = Family(
    "random_graphs",
    "Stories on random graphs: Newman",
    "The same on large Erdos-Renyi graphs, below the threshold, where the mean reach is a ratio of "
    "moments of the degrees, and above it, where a story either dies out or reaches a share of "
    "everybody that solves an equation.",
    (
        "Newman (2002), doi:10.1103/PhysRevE.66.016128",
        "Callaway, Newman, Strogatz & Watts (2000), doi:10.1103/PhysRevLett.85.5468",
    ),
)

ALL = 1e9  # told in the mean, so that everybody tells all neighbours

# A square with a roof, and a chimney that only the top of the roof knows.
HOUSE = ((0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (3, 4), (4, 5))
STAR = ((0, 1), (0, 2), (0, 3), (0, 4), (0, 5))


def cascade_cases() -> Iterator[Case]:
    """Yield the cases of stories."""
    yield from _small("cycle of 6", _cycle(6), 0.5, math.inf)
    yield from _small("complete graph of 5", _complete(5), 0.3, 1.5)
    yield from _small("house of 6", HOUSE, 0.4, 2.0)
    yield from _small("star of 6", STAR, 0.3, math.inf)
    yield from _random("all told", 4.0, 0.15, math.inf)
    yield from _random("2 told in the mean", 4.0, 0.35, 2.0)
    yield from _large()


def _telling(retell: float, mean_told: float) -> dict[str, Any]:
    """Return talk in which every bad contact is told, at once and at full strength."""
    return {
        "tells_bad": ALL if mean_told == math.inf else mean_told,
        "tells_good": 0,
        "chance_bad": 1,
        "chance_good": 0,
        "tells_sigma": 0,
        "acquaintances": 0,
        "retell": retell,
        "fade": 1,
        "delay_minutes": 0.001,
        "exposure_share": 0,
        "forget_per_month": 0,
    }


def _talking(people: int, stories_each: float, months: int, retell: float, mean_told: float) -> Any:
    behaviour = {
        "perception": OUTCOME_ALONE,
        "expectation": {"adapt": 0, "market_weight": 1, "market_norm": 1},
        "talk": _telling(retell, mean_told),
    }
    off = ("satisfaction", "contact", "voice", "recovery", "fairness", "churn", "growth")
    none = dict.fromkeys((*off, "adoption"), "none")
    return {
        "name": "Stories",
        "history_months": 0,
        "months": months,
        "people": {
            "count": people,
            "customers": people,
            "patience_minutes": "unlimited",
            "contacts_per_month": {"mean": stories_each / months, "cv": 0},
            "understanding": {"mean": 0, "cv": 0},
        },
        "needs": [{"name": "call", "share": 1, "minutes": 0, "resolved": 0}],
        "desk": {"pools": {"desk": {"agents": 50}}},
        "behaviour": {**none, **behaviour},
        "staff": "none",
        "product": "none",
        "policies": {POLICY: {"describe": "Everybody alike."}},
    }


def _reach(tallies: Tallies) -> Reading:
    months = tallies.months
    return float(months["reached_bad"].sum()), float(months["stories_bad"].sum())


def _messages(tallies: Tallies) -> Reading:
    months = tallies.months
    return float(months["messages_bad"].sum()), float(months["stories_bad"].sum())


def _small(
    name: str, ties: Sequence[tuple[int, int]], retell: float, mean_told: float
) -> Iterator[Case]:
    people = 1 + max(max(tie) for tie in ties)
    neighbours = [[sum(tie) - i for tie in ties if i in tie] for i in range(people)]
    sections = _talking(people, 6000.0, 2, retell, mean_told)
    sections["network"] = {"kind": "file", "file": ""}
    text = "\n".join(f"{one} {other}" for one, other in ties) + "\n"
    setting = Setting(f"story-{name.split()[0]}", sections, 10, 4, {"network.file": text})
    reach = fmean(
        cascade_reached_mean(neighbours, origin, retell, mean_told) for origin in range(people)
    )
    yield Case(SMALL, f"{name}, reached by a story", "people", reach, setting, _reach)
    messages = 1.0 + retell * reach
    yield Case(SMALL, f"{name}, messages of a story", "messages", messages, setting, _messages)


def _cycle(people: int) -> tuple[tuple[int, int], ...]:
    return tuple((i, (i + 1) % people) for i in range(people))


def _complete(people: int) -> tuple[tuple[int, int], ...]:
    return tuple((i, j) for j in range(people) for i in range(j))


def _random(name: str, degree: float, retell: float, mean_told: float) -> Iterator[Case]:
    people = 20_000
    sections = _talking(people, 1.0, 2, retell, mean_told)
    sections["network"] = {"kind": "random", "mean_degree": degree}
    setting = Setting(f"random-{name.split()[0]}", sections, 10, 4)
    shares = poisson.pmf(np.arange(80), degree)
    reach = random_graph_reached_mean(tuple(shares / shares.sum()), retell, mean_told)
    yield Case(RANDOM, f"{name}, reached by a story", "people", reach, setting, _reach)
    messages = 1.0 + retell * reach
    yield Case(RANDOM, f"{name}, messages of a story", "messages", messages, setting, _messages)


def _large() -> Iterator[Case]:
    people, degree, retell = 3000, 5.0, 0.5
    sections = _talking(people, 0.08, 2, retell, math.inf)
    sections["network"] = {"kind": "random", "mean_degree": degree}
    setting = Setting("random-large", sections, 14, 6)
    spread = random_graph_spread(degree, retell)
    reach = people * spread.large_chance * spread.large_share + spread.small_mean
    yield Case(RANDOM, "past the threshold, reached by a story", "people", reach, setting, _reach)
