"""The work that is expected of each pool before a run, as a share of what its agents can do.

Offered load is arrivals times handling time over agents (Erlang 1917). Here it is per week, over
the hours in which the agents are there. What only a run can tell is left out: complaints, prospects
beyond the first month, novices. So more work than agents is sure, and the rest a good guess.

Pools that help each other, that take over each other's contacts, or between which a policy chooses
are judged together, because how they share their work depends on the run.

References
----------
Erlang, A. K. (1917). Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges. Elektroteknikeren 13, 5-13.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.measures.implausible import BUSY, IDLE, OVERLOAD, Finding
from sim.scenario.run_size import attempts
from sim.scenario.schema.needs_and_desk import Pool
from sim.scenario.schema.opening_hours import WEEK, Opening
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario

__all__ = ["ExpectedLoad", "expected_loads", "implausible_loads"]

_WEEKS = 4  # of a month
_PROSPECTS = "enquiry"
_COMPLAINTS = "complaint"


@dataclass(frozen=True, slots=True)
class ExpectedLoad:
    """The work expected of pools that share it, under a policy.

    Attributes
    ----------
    policy : str
    pools : tuple of str
        In the desk's order.
    work, capacity : float
        Minutes of work that arrive in a week, and minutes that agents are there for it.
    is_all : bool
        Whether nothing is left out: no complaints come here.
    """

    policy: str
    pools: tuple[str, ...]
    work: float
    capacity: float
    is_all: bool

    @property
    def share(self) -> float:
        """The work as a share of the capacity; 1 is all that agents can do."""
        return self.work / self.capacity if self.capacity > 0.0 else 0.0


def implausible_loads(scenario: Scenario, customers: int) -> Iterator[Finding]:
    """Yield the loads that are beyond a limit before anything has run.

    Parameters
    ----------
    scenario : Scenario
    customers : int
        At the start.
    """
    for load in expected_loads(scenario, customers):
        limits = (OVERLOAD, BUSY, IDLE) if load.is_all else (OVERLOAD, BUSY)
        for limit in limits:
            if load.capacity > 0.0 and limit.is_broken_by(load.share):
                figure = f"{100.0 * load.share:.3g}%"
                yield Finding(limit, load.policy, figure, load.pools, expected=True)
                break


def expected_loads(scenario: Scenario, customers: int) -> Iterator[ExpectedLoad]:
    """Yield the expected load of every group of pools, under each policy that is data."""
    if "contacts_per_month" in scenario.people.columns:
        return  # only the file's rows would say how many contacts there are
    arriving = _contacts_a_month(scenario, customers)
    for name, policy in scenario.policies.items():
        if policy.python is None:
            for pools in _sharing(scenario, policy):
                yield _load(scenario, name, pools, arriving)


def _contacts_a_month(scenario: Scenario, customers: int) -> dict[str, tuple[float, float]]:
    """Return how many contacts of each kind arise in a month, and the minutes that each takes."""
    contacts = scenario.people.contacts_per_month
    needs = customers * contacts.mean * contacts.factor
    arising = {
        need.name: (needs * need.share * attempts(scenario, need), need.minutes.mean or 0.0)
        for need in scenario.needs
    }
    return arising | {_PROSPECTS: (_enquiries(scenario, customers), _enquiry_minutes(scenario))}


def _enquiry_minutes(scenario: Scenario) -> float:
    return scenario.desk.enquiry_minutes.mean or 0.0


def _enquiries(scenario: Scenario, customers: int) -> float:
    """Return the enquiries of the first month, when prospects have no opinion yet.

    Imitation and talk together are Bass's q, so that talk is in it.
    """
    adoption, people = scenario.behaviour.adoption, scenario.people.count or customers
    if adoption is None or people <= customers:
        return 0.0
    hazard = adoption.spontaneous + adoption.imitation * customers / people
    return (people - customers) * min(hazard, 1.0) * (1.0 - adoption.never_asks_share)


def _sharing(scenario: Scenario, policy: Policy) -> list[tuple[str, ...]]:
    """Return the desk's pools in groups that may share work under a policy."""
    groups = [{name} for name in scenario.desk.pools]
    for one, other in _links(scenario, policy):
        joined = [group for group in groups if one in group or other in group]
        if len(joined) > 1:
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
    order = list(scenario.desk.pools)
    return sorted((tuple(sorted(group, key=order.index)) for group in groups),
                  key=lambda group: order.index(group[0]))  # fmt: skip


def _links(scenario: Scenario, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield pairs of pools between which contacts or agents may go."""
    pools, server = scenario.desk.pools, scenario.servers()
    for name, pool in pools.items():
        yield from ((name, other) for other in pool.helps)
        if pool.overflow is not None:
            yield name, pool.overflow
        if pool.hands_on_to is not None:
            yield name, pool.hands_on_to.pool
    for path, routed in policy.routes():
        kinds = [_PROSPECTS] if path[0] == "enquiries" else list(server)
        kinds = [_COMPLAINTS] if path[0] == "voices" else kinds
        # Agents of a pool that a policy forms come from, and mostly serve, the desk's own.
        target = routed if routed in pools else _largest(pools)
        yield from ((server[kind], target) for kind in kinds)
    if set(policy.pools) - set(pools):
        yield from ((_largest(pools), server[need.name]) for need in scenario.needs)


def _largest(pools: Mapping[str, Pool]) -> str:
    return max(pools, key=lambda name: pools[name].agents)


def _load(
    scenario: Scenario, policy: str, pools: tuple[str, ...],
    arriving: Mapping[str, tuple[float, float]],
) -> ExpectedLoad:  # fmt: skip
    desk, server = scenario.desk, scenario.servers()
    kinds = [kind for kind, pool in server.items() if pool in pools]
    work = sum(
        count / _WEEKS * minutes / _skill(desk.pools, pools, kind) * _let_in(scenario, server[kind])
        for kind, (count, minutes) in arriving.items()
        if kind in kinds
    )
    work += sum(
        _handed_on(scenario, kind, arriving) / _skill(desk.pools, pools, kind)
        for kind in kinds
        if kind in arriving
    )
    capacity = sum(_agent_minutes(desk.pools[name], desk.opening) for name in pools)
    is_all = _COMPLAINTS not in kinds or scenario.behaviour.voice is None
    return ExpectedLoad(policy, pools, work, capacity, is_all)


def _handed_on(scenario: Scenario, kind: str, arriving: Mapping[str, tuple[float, float]]) -> float:
    """Return the minutes a week that a kind of contact takes at the second line."""
    name = scenario.servers()[kind]
    given, (count, minutes) = scenario.desk.pools[name].hands_on_to, arriving[kind]
    if given is None or (given.needs is not None and kind not in given.needs):
        return 0.0
    there = minutes if given.minutes is None else given.minutes.mean or 0.0
    return count / _WEEKS * given.share * there * _let_in(scenario, name)


def _skill(desk: Mapping[str, Pool], pools: Iterable[str], kind: str) -> float:
    """Return the most skill for a kind in some pools, so that too much work is surely too much."""
    return max(desk[name].skills.get(kind, 1.0) for name in pools) or 1.0


def _agent_minutes(pool: Pool, desk: Opening) -> float:
    """Return the minutes of a week for which agents are at work, times what each does at once."""
    hours = _shifts(pool, desk)
    at_work = (1.0 - pool.shrinkage) * (1.0 - pool.breaks.share)
    return (
        at_work
        * pool.concurrency
        * sum(
            agents * sum(end - start for start, end, _ in opening.windows())
            for agents, opening in hours
        )
    )


def _shifts(pool: Pool, desk: Opening) -> list[tuple[int, Opening]]:
    own = [(shift.agents, shift.hours) for shift in pool.shifts]
    return own or [(pool.agents, pool.opening or desk)]


def _let_in(scenario: Scenario, name: str) -> float:
    """Return the share of what arises at a pool that comes while it is open, or is kept for then.

    What arises while a pool is closed is lost, unless the pool keeps it.
    """
    pool, arising = scenario.desk.pools[name], scenario.desk.opening.windows()
    if pool.keeps_overnight:
        return 1.0
    opened = _minutes_open(opening for _, opening in _shifts(pool, scenario.desk.opening))
    whole = sum((end - start) * weight for start, end, weight in arising)
    inside = sum(
        weight * sum(opened[start:end])
        for start, end, weight in arising
    )  # fmt: skip
    return inside / whole if whole > 0.0 else 0.0


def _minutes_open(hours: Iterable[Opening]) -> list[int]:
    """Return 1 for each minute of the week in which any of the hours is open."""
    opened = [0] * WEEK
    for opening in hours:
        for start, end, _ in opening.windows():
            opened[start:end] = [1] * (end - start)
    return opened
