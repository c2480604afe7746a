"""The size of a run before it begins: people, events, time and memory, each a rough estimate."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.reading.regimes import regimes
from sim.scenario.schema.needs_and_desk import Need
from sim.scenario.schema.scenario import Scenario

__all__ = ["MOST_EVENTS", "RunSize", "attempts", "run_size"]

MOST_EVENTS = 1e11
"""Expected events above which a run is refused: half a day on a fast machine."""

# Measured over the scenarios that ship; machines differ by a factor of three.
_SECONDS_AN_EVENT = 0.4e-6
_SECONDS_A_PERSON = 1.5e-6  # to draw who they are and whom they know
_SLOWER_IN_PYTHON = 60.0  # the SimPy engine, in which Python policies run
_BYTES_A_PERSON = 705  # with what is worked out of each at the end
_BYTES_A_MEMORY = 32  # of a matter, where people compare what they were given
_BYTES_A_KIND = 8  # of need, counted for each person
_BYTES_A_TIE = 4
_BYTES_A_SLOT = 120
_BYTES_AT_ONCE = 300_000_000  # Python, its libraries and the model's code, once per process

_EVENTS_A_CONTACT = 3.0  # it arises, is served, ends
_DAYS = 28  # of a month, on each of which a shift begins
_MOST_ATTEMPTS = 1000.0  # for one need, in the model
_DEFAULT_FILE = 20_000  # people, where only the rows of a file would say it


@dataclass(frozen=True, slots=True)
class RunSize:
    """A rough estimate of what running a scenario takes.

    Attributes
    ----------
    people : int
    runs : int
        Policies times replications.
    events : float
        Expected in one run.
    seconds : float
        Processor time of all runs together.
    memory_bytes : float
        Of one process with one run.
    """

    people: int
    runs: int
    events: float
    seconds: float
    memory_bytes: float

    def __str__(self) -> str:
        """Say it in a sentence."""
        runs = "the one run" if self.runs == 1 else f"each of {self.runs:,} runs"
        return (
            f"{self.people:,} people, about {_rounded(self.events)} events in {runs}: roughly "
            f"{_duration(self.seconds)} of processor time and {_memory(self.memory_bytes)} a run"
        )


def run_size(
    scenario: Scenario, people: int | None = None, customers: int | None = None
) -> RunSize:
    """Return the size of a scenario's runs.

    Parameters
    ----------
    scenario : Scenario
    people, customers : int, optional
        As a customer file has them.
    """
    people = people or scenario.people.count or _DEFAULT_FILE
    if customers is None:
        customers = people if scenario.people.customers is None else scenario.people.customers
    events = _events(scenario, people, customers)
    pace = sum(_SLOWER_IN_PYTHON if policy.python else 1.0 for policy in scenario.policies.values())
    each = events * _SECONDS_AN_EVENT + people * _SECONDS_A_PERSON
    seconds = pace * scenario.replications * each
    runs = len(scenario.policies) * scenario.replications
    return RunSize(people, runs, events, seconds, _memory_bytes(scenario, people))


def _events(scenario: Scenario, people: int, customers: int) -> float:
    """Return the events of a run, regime by regime."""
    whole = regimes(scenario)
    ends = [*(regime.since for regime in whole[1:]), scenario.months]
    spans = ((regime, end - regime.since) for regime, end in zip(whole, ends, strict=True))
    return sum(months * _events_a_month(r.scenario, people, customers) for r, months in spans)


def _events_a_month(scenario: Scenario, people: int, customers: int) -> float:
    """Return the events of a month: of contacts, enquiries, its end and shifts."""
    contacts = scenario.people.contacts_per_month
    tried = customers * contacts.mean * contacts.factor * _attempts(scenario)
    adoption = scenario.behaviour.adoption
    hazard = min(adoption.spontaneous + adoption.imitation, 1.0) if adoption else 0.0
    enquiries = (people - customers) * hazard
    on_shifts = float(_slots(scenario) * _DAYS)
    breaks = 2.0 * _breaks(scenario)
    lines = 1.0 + _handed_on(scenario)
    return _EVENTS_A_CONTACT * lines * (tried + enquiries) + people + on_shifts + breaks


def _handed_on(scenario: Scenario) -> float:
    """Return a bound on the second lines that a contact goes through."""
    ways = (pool.hands_on_to for pool in scenario.desk.pools.values())
    return sum(way.share for way in ways if way is not None)


def _breaks(scenario: Scenario) -> float:
    """Return the breaks that agents would take in a month of shifts around the clock."""
    minutes = _DAYS * 24.0 * 60.0
    pools = scenario.desk.pools.values()
    return sum(pool.agents * minutes * pool.breaks.share / pool.breaks.minutes for pool in pools)


def _slots(scenario: Scenario) -> int:
    """Return how many contacts the desk can serve at once."""
    return sum(pool.agents * pool.concurrency for pool in scenario.desk.pools.values())


def _attempts(scenario: Scenario) -> float:
    """Return the mean attempts for a need of any kind."""
    unresolved = sum(need.share * (1.0 - need.resolved) for need in scenario.needs)
    return _until_resolved(scenario, unresolved)


def attempts(scenario: Scenario, need: Need) -> float:
    """Return the mean attempts for a need that is called back about until it is resolved."""
    return _until_resolved(scenario, 1.0 - need.resolved)


def _until_resolved(scenario: Scenario, unresolved: float) -> float:
    contact = scenario.behaviour.contact
    again = contact.callback * unresolved if contact is not None else 0.0
    return min(1.0 / (1.0 - again), _MOST_ATTEMPTS) if again < 1.0 else _MOST_ATTEMPTS


def _memory_bytes(scenario: Scenario, people: int) -> float:
    degree = 0.0 if scenario.network.kind == "none" else scenario.network.mean_degree
    kinds, behaviour = len(scenario.needs), scenario.behaviour
    compare = behaviour.talk is not None and behaviour.fairness is not None
    # Enquiries, complaints and the newcomer offer are matters too.
    memories = _BYTES_A_MEMORY * (kinds + 3) if compare else 0
    each = _BYTES_A_PERSON + memories + _BYTES_A_KIND * kinds + _BYTES_A_TIE * degree
    return _BYTES_AT_ONCE + people * each + _BYTES_A_SLOT * _slots(scenario)


def _rounded(number: float) -> str:
    """Write a number to two digits, in words above a thousand."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if number >= size:
            return f"{float(f'{number / size:.2g}'):g} {word}"
    return f"{number:.0f}"


def _duration(seconds: float) -> str:
    for size, word in (
        (86_400.0 * 365, "years"),
        (86_400.0, "days"),
        (3600.0, "hours"),
        (60.0, "minutes"),
    ):
        if seconds >= 2 * size:
            return f"{float(f'{seconds / size:.2g}'):,g} {word}"
    return f"{max(seconds, 1.0):.0f} s"


def _memory(count: float) -> str:
    return f"{max(count / 1e9, 0.1):.1f} GB"
