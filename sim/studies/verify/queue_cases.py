"""Cases of queues with one class: Erlang B, C and A, M/M/n+G, Pollaczek-Khinchine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.studies.verify.cases import Case, Family, Setting
from sim.studies.verify.queue_scenarios import (
    LEFT_QUEUE,
    exponential,
    merged,
    queue,
    ratio,
    share_waiting_beyond,
)
from sim.theory.erlang import (
    erlang_b_blocking,
    erlang_c_delay_probability,
    erlang_c_wait_mean,
    erlang_c_wait_quantile,
    erlang_c_wait_tail,
)
from sim.theory.erlang_a import (
    erlang_a_abandonment,
    erlang_a_delay_probability,
    erlang_a_wait_mean,
    erlang_a_wait_served_mean,
    erlang_a_wait_tail,
)
from sim.theory.finite_queue import (
    finite_queue_blocking,
    finite_queue_wait_mean,
    finite_queue_wait_tail,
)
from sim.theory.general_patience import (
    LimitedMean,
    constant_limited_mean,
    general_patience_abandonment,
    general_patience_delay_probability,
    general_patience_wait_mean,
    lognormal_limited_mean,
    weibull_limited_mean,
)
from sim.theory.single_agent import pollaczek_khinchine_wait_mean
from sim.theory.station import Station

__all__ = ["patience_and_shift_cases", "queue_cases"]

RATE = 1.0  # contacts a minute: many to the month, so that a month's end costs little

GROSS = "Gross, Shortle, Thompson & Harris (2008), doi:10.1002/9781118625651"

LOSS = Family(
    "erlang_b",
    "Loss without a queue: Erlang B",
    "A pool with `queue_limit: 0` turns away whoever finds all agents busy. How many does not "
    "depend on the distribution of handling, only on its mean.",
    ("Erlang (1917), Elektroteknikeren 13, 5-13", "Jagerman (1974), Bell System Technical Journal"),
)
LIMITED = Family(
    "finite_queue",
    "A limited queue: M/M/c/K",
    "A pool with a `queue_limit` blocks whoever finds it full.",
    (GROSS,),
)
DELAY = Family(
    "erlang_c",
    "Waiting without end: M/M/c, Erlang C",
    "Customers with `patience_minutes: unlimited`, exponential handling, in order of arrival; also "
    "where an agent serves several at once (`concurrency`), each slot being a server.",
    (GROSS,),
)
SINGLE = Family(
    "pollaczek_khinchine",
    "One agent, any handling: M/G/1",
    "One agent; constant or lognormal handling of any spread.",
    ("Pollaczek (1930), doi:10.1007/BF01194620", "Khinchine (1932), Matematicheskii Sbornik 39(4)"),
)
IMPATIENCE = Family(
    "erlang_a",
    "Waiting until patience ends: M/M/c+M, Erlang A",
    "Everybody has the same mean patience (`cv: 0`), and each attempt an exponential about it. "
    "The second desk has fewer agents than the load needs.",
    (
        "Garnett, Mandelbaum & Reiman (2002), doi:10.1287/msom.4.3.208.7753",
        "Zeltyn & Mandelbaum (2005), doi:10.1007/s11134-005-3699-8",
    ),
)
PATIENCE_LAWS = Family(
    "general_patience",
    "Waiting until patience of any law ends: M/M/n+G",
    "Each attempt's patience is constant, Weibull or lognormal about everybody's mean "
    "(`attempt_law`), at a desk with fewer agents than the load needs.",
    (
        "Baccelli & Hebuterne (1981), Performance '81, 159-179",
        "Zeltyn & Mandelbaum (2005), doi:10.1007/s11134-005-3699-8",
    ),
)
HAND_OVER = Family(
    "hand_over",
    "Shifts that hand over what is in hand: Erlang C again",
    "Two equal shifts relieve each other every hour, with `hand_over_minutes: 0`. As exponential "
    "handling has no memory, and a colleague goes on at once, the queue is that of agents who "
    "never go home.",
    (GROSS,),
)


def queue_cases() -> Iterator[Case]:
    """Yield the cases of queues with one class."""
    yield from _loss()
    yield from _limited()
    yield from _delay()
    yield from _single()
    for name, agents, patience in (("ample", 3, 3.2), ("scarce", 2, 5.6)):
        yield from _impatience(name, agents, patience)


def patience_and_shift_cases() -> Iterator[Case]:
    """Yield the cases of patience by any law, and of shifts that hand over."""
    yield from _patience_laws()
    yield from _hand_over()


def _loss() -> Iterator[Case]:
    service, agents = 4.0, 5
    laws: dict[str, Any] = {
        "exponential": exponential(service),
        "constant": service,
        "lognormal": {"law": "lognormal", "mean": service, "cv": 1.5},
    }
    wanted = erlang_b_blocking(RATE * service, agents)
    for name, law in laws.items():
        sections = queue(RATE, law, agents, 2, queue_limit=0)
        setting = Setting(f"loss-{name}", sections, 10, 4)
        read = ratio(["blocked"], "arrived")
        yield Case(LOSS, f"blocked, {name} handling", "share", wanted, setting, read)


def _limited() -> Iterator[Case]:
    service, agents, limit = 2.1, 2, 3
    setting = Setting(
        "limited", queue(RATE, exponential(service), agents, 2, queue_limit=limit), 10, 4
    )
    station = Station(RATE, service, agents, queue_limit=limit)
    blocked = finite_queue_blocking(station)
    yield Case(LIMITED, "blocked", "share", blocked, setting, ratio(["blocked"], "arrived"))
    wait = finite_queue_wait_mean(station)
    yield Case(LIMITED, "mean wait", "min", wait, setting, ratio(["wait_minutes"], "served"))
    edge, read = share_waiting_beyond(2.0)
    beyond = finite_queue_wait_tail(station, edge)
    yield Case(LIMITED, f"wait over {edge:.3g} min", "share", beyond, setting, read)


def _delay() -> Iterator[Case]:
    station = Station(RATE, 2.1, 3)
    setting = Setting("patient", queue(RATE, exponential(2.1), 3, 6), 20, 4)
    yield from _delay_of("3 agents", station, setting)
    busy, used = RATE * 2.1 / 3, ratio(["busy_minutes"], "paid_minutes")
    yield Case(DELAY, "3 agents, utilisation", "share", busy, setting, used)
    arrivals = ratio(["arrived"], minutes=True)
    yield Case(DELAY, "3 agents, arrivals", "1/min", RATE, setting, arrivals)
    for share in (0.6, 0.75, 0.9):
        wait = erlang_c_wait_quantile(station, share)
        edge, read = share_waiting_beyond(wait)
        beyond = erlang_c_wait_tail(station, edge)
        yield Case(DELAY, f"3 agents, wait over {edge:.3g} min", "share", beyond, setting, read)
    setting = Setting("chats", queue(RATE, exponential(8.0), 5, 7, concurrency=2), 24, 6)
    yield from _delay_of("5 agents with 2 chats each", Station(RATE, 8.0, 10), setting)


def _delay_of(name: str, station: Station, setting: Setting) -> Iterator[Case]:
    wait, delayed = erlang_c_wait_mean(station), erlang_c_delay_probability(station)
    read_wait, read_delayed = ratio(["wait_minutes"], "served"), ratio(["delayed"], "served")
    yield Case(DELAY, f"{name}, mean wait", "min", wait, setting, read_wait)
    yield Case(DELAY, f"{name}, delayed", "share", delayed, setting, read_delayed)


def _single() -> Iterator[Case]:
    service = 0.6  # 60% busy
    for cv, months, replications in ((0.0, 2, 10), (1.2, 3, 20), (2.0, 7, 36)):
        law = service if cv == 0.0 else {"law": "lognormal", "mean": service, "cv": cv}
        setting = Setting(f"single-{cv:g}", queue(RATE, law, 1, months), replications, 4)
        name = "constant handling" if cv == 0.0 else f"lognormal handling, cv {cv:g}"
        wanted = pollaczek_khinchine_wait_mean(RATE, service, cv)
        read = ratio(["wait_minutes"], "served")
        yield Case(SINGLE, f"{name}, mean wait", "min", wanted, setting, read)
        delayed = ratio(["delayed"], "served")
        yield Case(SINGLE, f"{name}, delayed", "share", RATE * service, setting, delayed)


def _impatience(name: str, agents: int, patience: float) -> Iterator[Case]:
    service = 2.4
    sections = queue(RATE, exponential(service), agents, 4, patience=patience)
    setting = Setting(f"impatient-{name}", sections, 14, 4)
    station = Station(RATE, service, agents, patience)
    abandoned, delayed = ratio(["abandoned"], *LEFT_QUEUE), ratio(["delayed"], *LEFT_QUEUE)
    share = erlang_a_abandonment(station)
    yield Case(IMPATIENCE, f"{name}, abandoned", "share", share, setting, abandoned)
    share = erlang_a_delay_probability(station)
    yield Case(IMPATIENCE, f"{name}, delayed", "share", share, setting, delayed)
    wait, read = erlang_a_wait_mean(station), ratio(["wait_minutes"], *LEFT_QUEUE)
    yield Case(IMPATIENCE, f"{name}, mean wait", "min", wait, setting, read)
    wait = erlang_a_wait_served_mean(station)
    read = ratio(["wait_served_minutes"], "served")
    yield Case(IMPATIENCE, f"{name}, mean wait of the served", "min", wait, setting, read)
    for minutes in (0.8, 2.4):
        edge, read = share_waiting_beyond(minutes)
        share = erlang_a_wait_tail(station, edge)
        quantity = f"{name}, wait over {edge:.3g} min"
        yield Case(IMPATIENCE, quantity, "share", share, setting, read)


def _patience_laws() -> Iterator[Case]:
    service, agents, mean = 4.6, 4, 6.0  # a load of 115%
    cv = math.sqrt(4.0 / math.pi - 1.0)  # of a Weibull law of shape 2
    laws: tuple[tuple[str, dict[str, float], LimitedMean], ...] = (
        ("constant", {}, constant_limited_mean(mean)),
        ("weibull", {"attempt_cv": cv}, weibull_limited_mean(mean, 2.0)),
        ("lognormal", {"attempt_cv": 1.3}, lognormal_limited_mean(mean, 1.3)),
    )
    for name, spread, limited_mean in laws:
        own = {"people": {"patience_minutes": {"attempt_law": name, **spread}}}
        sections = merged(queue(RATE, exponential(service), agents, 3, patience=mean), own)
        setting = Setting(f"patience-{name}", sections, 10, 4)
        station = Station(RATE, service, agents)
        share = general_patience_abandonment(station, limited_mean)
        read = ratio(["abandoned"], *LEFT_QUEUE)
        yield Case(PATIENCE_LAWS, f"{name}, abandoned", "share", share, setting, read)
        share = general_patience_delay_probability(station, limited_mean)
        read = ratio(["delayed"], *LEFT_QUEUE)
        yield Case(PATIENCE_LAWS, f"{name}, delayed", "share", share, setting, read)
        wait = general_patience_wait_mean(station, limited_mean)
        read = ratio(["wait_minutes"], *LEFT_QUEUE)
        yield Case(PATIENCE_LAWS, f"{name}, mean wait", "min", wait, setting, read)


def _hand_over() -> Iterator[Case]:
    station = Station(RATE, 2.1, 3)
    shifts = [
        {"agents": 3, "hours": {"daily": [f"{h:02}:00-{h + 1:02}:00" for h in range(first, 24, 2)]}}
        for first in (0, 1)
    ]
    sections = queue(RATE, exponential(2.1), 3, 5)
    sections["desk"]["pools"]["desk"] = {"shifts": shifts, "hand_over_minutes": 0}
    setting = Setting("relieved", sections, 14, 4)
    wait, read = erlang_c_wait_mean(station), ratio(["wait_minutes"], "served")
    yield Case(HAND_OVER, "mean wait", "min", wait, setting, read)
    busy, used = RATE * 2.1 / 3, ratio(["busy_minutes"], "paid_minutes")
    yield Case(HAND_OVER, "utilisation", "share", busy, setting, used)
    # All who are in service at a shift's end are handed over: the load, once an hour.
    handed = ratio(["handed_over"], minutes=True)
    yield Case(HAND_OVER, "handed over", "1/min", RATE * 2.1 / 60, setting, handed)
