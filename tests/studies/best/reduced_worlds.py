"""Small worlds whose best policy is known exactly, simulated event by event, for `sim best`.

Each is searched through a scenario whose keys stand for the world's choices. A run is one long
simulation with a random stream of its own, the same for every candidate in one replication.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numba import njit

from sim.theory.erlang import erlang_c_wait_mean
from sim.theory.optimal_order import grouped_wait_means
from sim.theory.optimal_scheduling import Callbacks, TwoClasses, callback_cost, two_class_cost
from sim.theory.station import Station
from tests.other_model import execution_of

HEAD = """\
name: {name}
months: 1
seed: {seed}
history_months: 0
people: {{count: 20, customers: 10}}
network: {{mean_degree: 4}}
staff: none
product: none
"""


@dataclass(frozen=True)
class World:
    """A world with a known optimum.

    `cost` is exact, of the settings found; `best` the least that any settings, or any policy at
    all, can reach; `simulate` gives the cost of one run.
    """

    text: str
    cost: Callable[[dict], float]
    best: Callable[[], float]
    simulate: Callable[[object, np.random.Generator], float]

    def execution(self):
        """Return what carries out runs of this world."""

        def simulate(scenario, policy, replication):
            rng = np.random.default_rng([scenario.seed, replication])
            return {"profit": -self.simulate(scenario, rng)}

        def none(tallies):
            return {}

        measuring = SimpleNamespace(
            MEASURES={"profit": SimpleNamespace(unit="currency")}, whole=dict, distributions=none
        )
        return execution_of(simulate, measuring)


# Three classes, one agent: the c-mu rule.

ARRIVALS, SERVICES, COSTS = (0.1, 0.12, 0.05), (2.0, 3.0, 4.0), (1.0, 5.0, 2.0)
TIERS = "policies.mine.tiers.{}.class"
ORDER = (
    HEAD
    + """\
policies:
  mine:
    score: {{spend: 1}}
    tiers:
    - {{name: a, top_share: 0.3, class: 1}}
    - {{name: b, top_share: 0.3, class: 1}}
    - {{name: c, class: 1}}
best:
  policy: mine
  objective: profit
  vary:
    policies.mine.tiers.a.class: [0, 1, 2]
    policies.mine.tiers.b.class: [0, 1, 2]
    policies.mine.tiers.c.class: [0, 1, 2]
"""
)


def order_cost(ranks):
    waits = grouped_wait_means(ARRIVALS, SERVICES, ranks)
    return sum(r * c * w for r, c, w in zip(ARRIVALS, COSTS, waits, strict=True))


@njit
def simulate_order(arrivals, services, costs, ranks, rng, count):
    """Serve so many customers in order of rank; return the cost of waiting per minute."""
    total = arrivals.sum()
    shares = np.cumsum(arrivals / total)
    at, kind, work = np.empty(count), np.empty(count, np.int64), np.empty(count)
    clock = 0.0
    for i in range(count):
        clock += -np.log(1 - rng.random()) / total
        at[i] = clock
        kind[i] = np.searchsorted(shares, rng.random())
        work[i] = -np.log(1 - rng.random()) * services[kind[i]]
    heads = np.zeros(3, np.int64)  # the first of each class not served yet
    spent, free = 0.0, 0.0
    for _ in range(count):
        best = -1
        for k in range(3):
            while heads[k] < count and kind[heads[k]] != k:
                heads[k] += 1
        first = count
        for k in range(3):
            first = min(first, heads[k])
        now = max(free, at[first])
        for k in range(3):
            i = heads[k]
            if (
                i < count
                and at[i] <= now
                and (
                    best < 0
                    or ranks[k] < ranks[kind[best]]
                    or (ranks[k] == ranks[kind[best]] and i < best)
                )
            ):
                best = i
        spent += costs[kind[best]] * (now - at[best])
        free = now + work[best]
        heads[kind[best]] += 1
    return spent / clock


def _run_order(scenario, rng):
    ranks = [tier.rank_class for tier in scenario.policies["mine"].tiers]
    arrays = (np.array(part) for part in (ARRIVALS, SERVICES, COSTS, ranks))
    return simulate_order(*arrays, rng, 40_000)


def _ranks_of(settings):
    return [settings[TIERS.format(name)] for name in "abc"]


# Two classes who abandon, agents who cost: value iteration.

WAGE = 1.1
CLASSES = ((0.5, 0.6), 3.0, (5.0, 10.0), (10.0, 14.0))
STAFFED = (
    HEAD
    + """\
desk: {{pools: {{frontline: {{agents: 3}}}}}}
policies:
  mine:
    score: {{spend: 1}}
    tiers: [{{name: a, top_share: 0.5, class: 1}}, {{name: b, class: 1}}]
best:
  policy: mine
  objective: profit
  vary:
    policies.mine.tiers.a.class: [0, 2]
    desk.pools.frontline.agents: {{from: 1, to: 10}}
"""
)


def _two_classes(agents):
    arrivals, service, patience, costs = CLASSES
    return TwoClasses(arrivals, service, agents, patience, costs)


def staffed_cost(settings):
    first = 0 if settings[TIERS.format("a")] == 0 else 1
    agents = settings["desk.pools.frontline.agents"]
    return WAGE * agents + two_class_cost(_two_classes(agents), first)


@njit
def simulate_classes(arrivals, service, agents, patience, costs, first, rng, steps):
    """Return the cost of abandonments per minute over steps of uniform time."""
    most = 40
    waiting = np.zeros(2, np.int64)
    busy = 0
    total = arrivals.sum() + 10 / service + most * (1 / patience).sum()
    cost = 0.0
    for _ in range(steps):
        u = rng.random() * total
        for k in range(2):
            if 0 <= u < arrivals[k]:
                if busy < agents:
                    busy += 1
                elif waiting[k] < most:
                    waiting[k] += 1
                else:
                    cost += costs[k]
            u -= arrivals[k]
        if 0 <= u < busy / service:
            if waiting.sum() == 0:
                busy -= 1
            elif waiting[first] > 0:
                waiting[first] -= 1
            else:
                waiting[1 - first] -= 1
        u -= 10 / service
        for k in range(2):
            if 0 <= u < waiting[k] / patience[k]:
                waiting[k] -= 1
                cost += costs[k]
            u -= most / patience[k]
    return cost / (steps / total)


def _run_classes(scenario, rng):
    agents = scenario.desk.pools["frontline"].agents
    first = 0 if scenario.policies["mine"].tiers[0].rank_class == 0 else 1
    arrivals, service, patience, costs = CLASSES
    cost = simulate_classes(
        np.array(arrivals), service, agents, np.array(patience), np.array(costs), first, rng,
         400_000,
    )  # fmt: skip
    return WAGE * agents + cost


# Calls that come back unless they are resolved: whom they go to first, and from when to the others.

CALLS = Callbacks(0.42, (2, 2), (8.0, 3.0), (0.95, 0.7), places=40)
ROUTED = (
    HEAD
    + """\
policies: {{mine: {{everyone: {{class: 1}}, describe: routed}}}}
best:
  policy: mine
  objective: profit
  vary:
    policies.mine.everyone.class: [0, 1]
    policies.mine.everyone.head_start_minutes: {{from: 0, to: 20, steps: 21}}
"""
)


def routed_cost(settings):
    first = settings["policies.mine.everyone.class"]
    return callback_cost(CALLS, (first, int(settings["policies.mine.everyone.head_start_minutes"])))


@njit
def simulate_calls(arrivals, agents, service, resolved, first, others_from, rng, steps):
    """Return the mean number of customers with a call not yet resolved."""
    waiting, busy = 0, np.zeros(2, np.int64)
    total = arrivals + (agents / service).sum()
    area = 0.0
    for _ in range(steps):
        area += waiting + busy.sum()
        u, solved = rng.random() * total, rng.random()
        if 0 <= u < arrivals:
            waiting += 1
        u -= arrivals
        for k in range(2):
            if 0 <= u < busy[k] / service[k]:
                busy[k] -= 1
                if solved >= resolved[k]:
                    waiting += 1
            u -= agents[k] / service[k]
        while waiting > 0 and busy[first] < agents[first]:
            waiting -= 1
            busy[first] += 1
        while waiting > others_from and busy[1 - first] < agents[1 - first]:
            waiting -= 1
            busy[1 - first] += 1
    return area / steps


def _run_calls(scenario, rng):
    given = scenario.policies["mine"].everyone
    parts = (np.array(CALLS.agents), np.array(CALLS.service_minutes), np.array(CALLS.resolved))
    return simulate_calls(
        CALLS.arrivals_per_minute, *parts, given.rank_class, int(given.head_start_minutes or 0),
        rng,  200_000,
    )  # fmt: skip


# Staff by Erlang C, with a wage and a price of a minute's wait.

PRICE, PAY = 2.0, 1.0
RATE, HANDLING = 2.0, 4.0
STAFF = (
    HEAD
    + """\
desk: {{pools: {{frontline: {{agents: 12}}}}}}
policies: {{mine: {{describe: staffed}}}}
best:
  policy: mine
  objective: profit
  vary: {{desk.pools.frontline.agents: {{from: 9, to: 40}}}}
"""
)


def staff_cost(agents):
    return PAY * agents + PRICE * RATE * erlang_c_wait_mean(Station(RATE, HANDLING, agents))


@njit
def simulate_staff(rate, handling, agents, rng, count):
    """Return the mean wait of so many customers in order of arrival."""
    free = np.zeros(agents)
    clock, waited = 0.0, 0.0
    for _ in range(count):
        clock += -np.log(1 - rng.random()) / rate
        work = -np.log(1 - rng.random()) * handling
        agent = free.argmin()
        begins = max(clock, free[agent])
        waited += begins - clock
        free[agent] = begins + work
    return waited / count


def _run_staff(scenario, rng):
    agents = scenario.desk.pools["frontline"].agents
    return PAY * agents + PRICE * RATE * simulate_staff(RATE, HANDLING, agents, rng, 40_000)


WORLDS = {
    "c_mu": World(
        ORDER,
        lambda settings: order_cost(_ranks_of(settings)),
        lambda: min(order_cost(ranks) for ranks in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1),
                                                    (1, 2, 0), (2, 1, 0))),
        _run_order,
    ),
    "abandonment": World(
        STAFFED,
        staffed_cost,
        lambda: min(WAGE * n + two_class_cost(_two_classes(n)) for n in range(1, 11)),
        _run_classes,
    ),
    "p_mu": World(ROUTED, routed_cost, lambda: callback_cost(CALLS), _run_calls),
    "erlang_c": World(
        STAFF,
        lambda settings: staff_cost(settings["desk.pools.frontline.agents"]),
        lambda: min(staff_cost(n) for n in range(9, 41)),
        _run_staff,
    ),
}  # fmt: skip
