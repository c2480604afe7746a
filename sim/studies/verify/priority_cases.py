"""Cases of queues with several classes: strict and accumulating priority, abandonment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.model.tallies import Tallies
from sim.studies.verify.cases import Case, Family, Reading, Setting
from sim.studies.verify.queue_scenarios import (
    LEFT_QUEUE,
    exponential,
    queue,
    ratio,
    share_waiting_beyond,
    tier_ratio,
)
from sim.theory.accumulating_priority import (
    accumulating_priority_wait_means,
    accumulating_priority_wait_tails,
)
from sim.theory.priority import priority_wait_means
from sim.theory.priority_abandonment import priority_abandonment
from sim.theory.single_agent import conserved_work_minutes, single_agent_priority_wait_means
from sim.theory.station import ClassStation

__all__ = ["priority_cases"]

RATE = 1.0  # contacts a minute

STRICT = Family(
    "priority",
    "Strict priority: Cobham",
    "Tiers of different `class`; services are never interrupted. With one agent, a tier's `effort` "
    "lengthens its handling, so that classes differ in that, too.",
    (
        "Cobham (1954), doi:10.1287/opre.2.1.70",
        "Kella & Yechiali (1985), Stochastic Models 1(2), 257-262",
    ),
)
PACE = Family(
    "accumulating_priority",
    "Priority that accumulates with waiting",
    "Tiers of the same class whose waiting counts at a different `pace`.",
    (
        "Kleinrock (1964), doi:10.1002/nav.3800110306",
        "Stanford, Taylor & Ziedins (2014), doi:10.1007/s11134-013-9382-6",
    ),
)
CONSERVED = Family(
    "conservation",
    "Work conservation: what no order of service can change",
    "One agent, two tiers with different handling: the sum of waits weighted by load is the same "
    "under strict priority, pace, or a head start such as a bank gave its best customers.",
    ("Kleinrock (1965), doi:10.1002/nav.3800120206",),
)
IMPATIENT = Family(
    "priority_abandonment",
    "Strict priority with abandonment",
    "Two classes with the same mean patience; the pair of queue lengths is a Markov chain, solved "
    "numerically.",
    (
        "Garnett, Mandelbaum & Reiman (2002), doi:10.1287/msom.4.3.208.7753",
        "Kella & Yechiali (1985), Stochastic Models 1(2), 257-262",
    ),
)


def tiers(shares: Sequence[float], given: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a policy of tiers divided by a score that never changes.

    Parameters
    ----------
    shares : sequence of float
        Of all customers, from the top; the last tier takes the rest.
    given : sequence of mapping
        What each tier gets, one more than there are shares.
    """
    cuts: list[dict[str, Any]] = [{"top_share": share} for share in shares]
    named = [
        {"name": f"tier{index}", **cut, **entitled}
        for index, (cut, entitled) in enumerate(zip([*cuts, {}], given, strict=True))
    ]
    return {"score": {"audience": 1}, "tiers": named}


def priority_cases() -> Iterator[Case]:
    """Yield the cases of queues of several classes."""
    yield from _strict()
    yield from _strict_of_one()
    yield from _paces()
    yield from _conserved()
    yield from _impatient()


def _waits(
    family: Family, name: str, wanted: Sequence[float], setting: Setting, *below: str
) -> Iterator[Case]:
    for tier, wait in enumerate(wanted):
        read = tier_ratio(tier, "wait_minutes", *below)
        yield Case(family, f"{name}, mean wait of class {tier + 1}", "min", wait, setting, read)


def _strict() -> Iterator[Case]:
    policy = tiers([0.4], [{"class": 1}, {"class": 2}])
    setting = Setting("strict-two", queue(RATE, exponential(2.1), 3, 7, policy=policy), 16, 6)
    wanted = priority_wait_means(ClassStation((0.4 * RATE, 0.6 * RATE), 2.1, 3))
    yield from _waits(STRICT, "2 classes, 3 agents", wanted, setting, "served")
    policy = tiers([0.2, 0.3], [{"class": 1}, {"class": 2}, {"class": 3}])
    setting = Setting("strict-three", queue(RATE, exponential(1.5), 2, 3, policy=policy), 20, 6)
    rates = (0.2 * RATE, 0.3 * RATE, 0.5 * RATE)
    wanted = priority_wait_means(ClassStation(rates, 1.5, 2))
    yield from _waits(STRICT, "3 classes, 2 agents", wanted, setting, "served")


# One agent, two classes: the second needs twice the handling.
_MINUTES, _CV = (0.4, 0.8), 1.2
_RATES = (0.4 * RATE, 0.6 * RATE)
_LAW = {"law": "lognormal", "mean": _MINUTES[0], "cv": _CV}


def _single(name: str, first: dict[str, Any], other: dict[str, Any], replications: int) -> Setting:
    policy = tiers([0.4], [first, {"effort": _MINUTES[1] / _MINUTES[0], **other}])
    return Setting(name, queue(RATE, _LAW, 1, 5, policy=policy), replications, 4)


def _strict_of_one() -> Iterator[Case]:
    setting = _single("strict-one", {"class": 1}, {"class": 2}, 24)
    wanted = single_agent_priority_wait_means(_RATES, _MINUTES, (_CV, _CV))
    yield from _waits(STRICT, "1 agent, handling 1 to 2", wanted, setting, "served")


def _paces() -> Iterator[Case]:
    paces = (3.0, 1.0)
    policy = tiers([0.4], [{"pace": pace} for pace in paces])
    setting = Setting("pace-two", queue(RATE, exponential(2.1), 3, 7, policy=policy), 24, 6)
    station = ClassStation((0.4 * RATE, 0.6 * RATE), 2.1, 3)
    wanted = accumulating_priority_wait_means(station, paces)
    yield from _waits(PACE, "paces 3 to 1", wanted, setting, "served")
    for minutes in (1.2, 4.0):
        edge, read = share_waiting_beyond(minutes)
        faster, slower = accumulating_priority_wait_tails(station, paces, edge)
        beyond = 0.4 * faster + 0.6 * slower
        quantity = f"paces 3 to 1, anybody's wait over {edge:.3g} min"
        yield Case(PACE, quantity, "share", beyond, setting, read)
    policy = tiers([0.2, 0.3], [{"pace": 4.0}, {"pace": 2.0}, {"pace": 1.0}])
    setting = Setting("pace-three", queue(RATE, exponential(1.5), 2, 3, policy=policy), 24, 6)
    rates = (0.2 * RATE, 0.3 * RATE, 0.5 * RATE)
    wanted = accumulating_priority_wait_means(ClassStation(rates, 1.5, 2), (4.0, 2.0, 1.0))
    yield from _waits(PACE, "paces 4 to 2 to 1", wanted, setting, "served")


def _conserved() -> Iterator[Case]:
    loads = np.multiply(_RATES, _MINUTES)
    wanted = conserved_work_minutes(_RATES, _MINUTES, (_CV, _CV))

    def read(tallies: Tallies) -> Reading:
        groups = tallies.groups[1:, :2]
        waits = groups["wait_minutes"].sum(axis=0) / groups["served"].sum(axis=0)
        return float(loads @ waits), 1.0

    for name, first, other in (
        ("strict priority", {"class": 1}, {"class": 2}),
        ("paces 5 to 1", {"pace": 5.0}, {"pace": 1.0}),
        ("a head start of 0.8 min", {"head_start_minutes": 0.8}, {}),
    ):
        setting = _single(f"conserved-{name.split()[0]}", first, other, 16)
        yield Case(CONSERVED, f"load times wait, {name}", "min", wanted, setting, read)


def _impatient() -> Iterator[Case]:
    service, agents, patience = 2.1, 2, 2.8
    policy = tiers([0.4], [{"class": 1}, {"class": 2}])
    sections = queue(RATE, exponential(service), agents, 2, patience=patience, policy=policy)
    setting = Setting("impatient-classes", sections, 12, 4)
    outcomes = priority_abandonment(ClassStation(_RATES, service, agents, (patience, patience)))
    for tier, wanted in enumerate(outcomes):
        left = tier_ratio(tier, "abandoned", *LEFT_QUEUE)
        yield Case(
            IMPATIENT, f"class {tier + 1}, abandoned", "share", wanted.abandonment, setting, left
        )
        wait = tier_ratio(tier, "wait_minutes", *LEFT_QUEUE)
        yield Case(
            IMPATIENT, f"class {tier + 1}, mean wait", "min", wanted.wait_mean, setting, wait
        )
    delayed = ratio(["delayed"], *LEFT_QUEUE)
    share = outcomes[0].delay_probability
    yield Case(IMPATIENT, "either class, delayed", "share", share, setting, delayed)
