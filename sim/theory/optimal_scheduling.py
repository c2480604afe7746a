"""Optimal dynamic scheduling of small queues, by value iteration: two worlds with exact optima.

Time is made discrete at the rate of all events together (Lippman 1975), and the average cost of the
best policy, or of a given one, is found by relative value iteration (Puterman 1994, section 8.5).

References
----------
Lippman, S. A. (1975). Applying a new device in the optimization of exponential queuing systems.
Operations Research 23(4), 687-710. doi:10.1287/opre.23.4.687
Puterman, M. L. (1994). Markov Decision Processes. Wiley. doi:10.1002/9780470316887
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["Callbacks", "TwoClasses", "callback_cost", "two_class_cost"]

Floats = npt.NDArray[np.float64]
Step = Callable[[Floats], Floats]

_CLOSE = 1e-9  # of the average cost, at which iteration stops
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class TwoClasses:
    """Two classes who abandon, served by equal agents.

    Attributes
    ----------
    arrivals_per_minute : tuple of float
        Of each class.
    service_minutes : float
    agents : int
    patience_minutes : tuple of float
        Means of exponential patience.
    abandonment_costs : tuple of float
        What one who abandons costs.
    places : int
        Up to so many of each class wait; more leave at once, at the cost of abandoning.
    """

    arrivals_per_minute: tuple[float, float]
    service_minutes: float
    agents: int
    patience_minutes: tuple[float, float]
    abandonment_costs: tuple[float, float]
    places: int = 40


def two_class_cost(world: TwoClasses, first: Literal[0, 1] | None = None) -> float:
    """Return the cost per minute of whom to serve next: the least that any policy can reach.

    Parameters
    ----------
    world : TwoClasses
    first : int, optional
        The cost of always serving this class first instead.

    Returns
    -------
    float
        Average cost of abandonments per minute; no policy that keeps no agent idle while somebody
        waits has a lower one.
    """
    shape = (world.agents + 1, world.places + 1, world.places + 1)
    return _average_cost(*_two_class_step(world, first), shape)


def _two_class_step(world: TwoClasses, first: int | None) -> tuple[float, Step]:
    """Return the rate of all events, and one step of iteration over (busy, waiting, waiting)."""
    c, most = world.agents, world.places
    rates, mu = world.arrivals_per_minute, 1.0 / world.service_minutes
    leaving = [1.0 / mean for mean in world.patience_minutes]
    total = sum(rates) + c * mu + most * sum(leaving)
    waiting = np.arange(most + 1)[:, None], np.arange(most + 1)[None, :]

    def step(value: Floats) -> Floats:
        new = np.empty_like(value)
        for busy in range(c):  # nobody waits
            here = value[busy, 0, 0]
            flow = sum(rates) * (value[busy + 1, 0, 0] - here)
            flow += busy * mu * (value[busy - 1, 0, 0] - here) if busy else 0.0
            new[busy] = here + flow / total
        full = value[c]
        flow = np.zeros_like(full)
        for k in (0, 1):
            up, down = _shifted(full, k, 1), _shifted(full, k, -1)
            refused = np.where(waiting[k] == most, world.abandonment_costs[k], 0.0)
            flow += rates[k] * (up - full + refused)
            flow += waiting[k] * leaving[k] * (down - full + world.abandonment_costs[k])
        flow += c * mu * (_next_served(value, first) - full)
        new[c] = full + flow / total
        return new

    return total, step


def _shifted(full: Floats, axis: int, by: int) -> Floats:
    """Return the values of states with one more or one less waiting; at the ends, of the same."""
    places = np.clip(np.arange(full.shape[axis]) + by, 0, full.shape[axis] - 1)
    return np.take(full, places, axis=axis)


def _next_served(value: Floats, first: int | None) -> Floats:
    """Return the value after a service, of whoever is best served next or of the class given."""
    full = value[-1]
    after = [_shifted(full, k, -1) for k in (0, 1)]
    i, j = np.indices(full.shape)
    best = np.minimum(*after) if first is None else after[first]
    found = np.where((i > 0) & (j > 0), best, np.where(i > 0, after[0], after[1]))
    found[0, 0] = value[-2, 0, 0]
    return np.asarray(found)


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Agents of two sorts, who differ in speed and in how often they resolve; the rest call again.

    Attributes
    ----------
    arrivals_per_minute : float
        New calls.
    agents : tuple of int
        Of each sort.
    service_minutes : tuple of float
    resolved : tuple of float
        Probability that a call is resolved; otherwise the customer calls again at once.
    places : int
        Calls that wait at most; more are lost at a cost that nobody would choose.
    """

    arrivals_per_minute: float
    agents: tuple[int, int]
    service_minutes: tuple[float, float]
    resolved: tuple[float, float]
    places: int = 60


def callback_cost(world: Callbacks, rule: tuple[Literal[0, 1], int] | None = None) -> float:
    """Return the least mean number of customers with a call that is not yet resolved.

    Parameters
    ----------
    world : Callbacks
    rule : tuple of (int, int), optional
        A rule instead: the sort that takes a call first, and how many may wait before an idle agent
        of the other sort takes one too.

    Returns
    -------
    float
        Customers in service or waiting, mean over time.

    References
    ----------
    de Vericourt, F. & Zhou, Y.-P. (2005). Managing response time in a call-routing problem with
    service failure. Operations Research 53(6), 968-981. doi:10.1287/opre.1050.0230 (the p-mu rule:
    to the sort with the largest p_i mu_i; for the other sort a threshold).
    """
    shape = (world.places + 1, world.agents[0] + 1, world.agents[1] + 1)
    return _average_cost(*_callback_step(world, rule), shape)


def _callback_step(world: Callbacks, rule: tuple[int, int] | None) -> tuple[float, Step]:
    """Return the rate of all events, and one step of iteration over (waiting, busy, busy)."""
    mu = [1.0 / mean for mean in world.service_minutes]
    most, counts = world.places, world.agents
    total = world.arrivals_per_minute + sum(n * rate for n, rate in zip(counts, mu, strict=True))
    q, *busy = np.indices((most + 1, counts[0] + 1, counts[1] + 1))
    cost = (q + busy[0] + busy[1]).astype(np.float64)

    def step(value: Floats) -> Floats:
        routed = _routed(value, rule)
        lost = np.where(q == most, 1e3, 0.0)
        flow = world.arrivals_per_minute * (_moved(routed, (1, 0, 0)) + lost - value)
        for k in (0, 1):
            away = (0, -1, 0) if k == 0 else (0, 0, -1)
            again = (1, *away[1:])
            after = world.resolved[k] * _moved(routed, away)
            after = after + (1 - world.resolved[k]) * _moved(routed, again)
            flow += busy[k] * mu[k] * (after - value)
        return np.asarray(value + (cost + flow) / total)

    return total, step


def _moved(value: Floats, by: tuple[int, int, int]) -> Floats:
    """Return the values of states that differ by so many; at the ends, of the nearest."""
    for axis, steps in enumerate(by):
        if steps:
            value = _shifted(value, axis, steps)
    return value


def _routed(value: Floats, rule: tuple[int, int] | None) -> Floats:
    """Return the value once idle agents have taken what they should: all at once, in any state."""
    found = value.copy()
    for waiting in range(1, value.shape[0]):
        one_less = np.pad(found[waiting - 1], ((0, 1), (0, 1)), constant_values=np.inf)
        takes = one_less[1:, :-1], one_less[:-1, 1:]  # infinite where no agent is idle
        found[waiting] = _choice(value[waiting], takes, waiting, rule)
    return found


def _choice(
    stay: Floats, takes: tuple[Floats, Floats], waiting: int, rule: tuple[int, int] | None
) -> Floats:
    if rule is None:
        return np.asarray(np.minimum(stay, np.minimum(*takes)))
    first, others_from = rule
    other = takes[1 - first]
    later = np.where(np.isfinite(other) & (waiting > others_from), other, stay)
    return np.where(np.isfinite(takes[first]), takes[first], later)


def _average_cost(rate: float, step: Step, shape: tuple[int, ...]) -> float:
    """Return the average cost per minute, once bounds from above and below agree."""
    value = np.zeros(shape)
    for _ in range(_MOST):
        new = step(value)
        change = new - value
        low, high = float(change.min()), float(change.max())
        if high - low <= _CLOSE * max(abs(high), 1e-12):
            break
        value = new - new.flat[0]
    return rate * (low + high) / 2
