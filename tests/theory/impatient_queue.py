"""M/G/n+G from its definition: an exact solution, an approximation, and a simulation of its own.

It shares nothing with `sim`, so it can be the oracle of queues whose patience follows any law, and
of those whose callers are told how long they will wait.

References
----------
Baccelli, F. & Hebuterne, G. (1981). On queues with impatient customers. Performance '81, 159-179.
Zeltyn, S. & Mandelbaum, A. (2005). Call centers with impatient customers: many-server asymptotics
of the M/M/n+G queue. Queueing Systems 51, 361-402. https://doi.org/10.1007/s11134-005-3699-8
Whitt, W. (1999). Improving service by informing customers about anticipated delays. Management
Science 45(2), 192-207. https://doi.org/10.1287/mnsc.45.2.192
Whitt, W. (2005). Engineering solution of a basic call-center model. Management Science 51(2),
221-235. https://doi.org/10.1287/mnsc.1040.0302
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import integrate, optimize, special, stats

__all__ = ["Waits", "approximate", "balking", "exact", "law", "simulated"]

Tell = Callable[[int, float], float]
"""What contacts ahead make of the minutes that a caller is willing to wait."""


@dataclass(frozen=True)
class Waits:
    """The share of contacts that hang up, and the mean wait of all in minutes."""

    abandoned: float
    mean: float


def law(name: str, mean: float, cv: float = 1.0) -> Any:
    """Return a distribution of scipy by its name in a scenario, its mean and its spread."""
    if name == "exponential":
        return stats.expon(scale=mean)
    if name == "gamma":
        return stats.gamma(cv**-2, scale=mean * cv**2)
    if name == "lognormal":
        sigma = math.sqrt(math.log1p(cv * cv))
        return stats.lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2))
    if name == "weibull":
        shape = optimize.brentq(
            lambda k: special.gamma(1 + 2 / k) / special.gamma(1 + 1 / k) ** 2 - 1 - cv * cv,
            0.2,
            20,
        )
        return stats.weibull_min(shape, scale=mean / special.gamma(1 + 1 / shape))
    return stats.uniform(loc=mean, scale=0)  # a constant


def exact(
    rate: float, service: float, agents: int, stays: Callable[[Any], Any], upto: float
) -> Waits:
    """Return M/M/n+G for the survival function of patience (Zeltyn & Mandelbaum 2005, section 5).

    The offered wait has the density `rate p exp(rate H(x) - n x / service)`, where H integrates
    the survival function; beyond `upto` it is taken for 0.
    """
    grid = np.linspace(0.0, upto, 400_001)
    survival = stays(grid)
    inside = integrate.cumulative_trapezoid(survival, grid, initial=0.0)
    weight = np.exp(rate * inside - agents * grid / service)
    all_busy = integrate.trapezoid(weight, grid)
    load = rate * service
    before = [load**j / math.factorial(j) for j in range(agents)]
    idle = sum(before) / before[-1]
    below = idle + rate * all_busy
    return Waits(
        (1 + (rate - agents / service) * all_busy) / below,
        rate * integrate.trapezoid(inside * weight, grid) / below,
    )


def approximate(rate: float, service: float, agents: int, patience: Any) -> Waits:
    """Return M/G/n+G by a birth-death chain whose k-th waiter from the end leaves at h(k / rate).

    h is the hazard of patience (Whitt 2005).
    """
    longest = 2000
    age = np.arange(1, longest + 1) / rate
    leaving = np.cumsum(patience.pdf(age) / patience.sf(age).clip(1e-300))
    death = np.minimum(np.arange(1, agents + longest + 1), agents) / service
    death[agents:] += leaving
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(rate / death))])
    shares = np.exp(log_weight - log_weight.max())
    shares /= shares.sum()
    waiting = shares[agents + 1 :]
    return Waits(float(waiting @ leaving) / rate, float(waiting @ np.arange(1, longest + 1)) / rate)


def balking(rate: float, service: float, agents: int, patience: float) -> Waits:
    """Return M/M/n whose callers are told the wait to expect, and stay if it is in their patience.

    Who finds k - n + 1 ahead of an agent's next call is told (k - n + 1) service / n. Patience is
    exponential with this mean, and nobody who stays hangs up: a birth-death chain (Whitt 1999).
    """
    longest = 500
    told = np.arange(1, longest + 1) * service / agents
    stay = np.concatenate([np.ones(agents), np.exp(-told / patience)])
    busy = np.minimum(np.arange(1, agents + longest + 1), agents)
    steps = np.log(rate * stay) - np.log(busy / service)
    shares = np.exp(np.concatenate([[0.0], np.cumsum(steps)]))
    shares /= shares.sum()
    lost = float(shares[:-1] @ (1 - stay))
    waiting = float(shares[agents:] @ np.arange(longest + 1))
    return Waits(lost, waiting / rate)


def simulated(
    rate: float,
    service: Any,
    agents: int,
    patience: Any,
    count: int,
    seed: int,
    tell: Tell = lambda _, stays: stays,
) -> Waits:
    """Simulate `count` contacts in order of arrival, the first tenth unrecorded.

    A contact is served by the agent who is free first, unless that is after its patience ends.
    """
    draws = np.random.default_rng(seed)
    arrivals = np.cumsum(draws.exponential(1 / rate, count)).tolist()
    minutes = service.rvs(size=count, random_state=draws).tolist()
    willing = patience.rvs(size=count, random_state=draws).tolist()
    found = np.array(list(_waits(arrivals, minutes, willing, agents, tell)))
    lost, waits = found[count // 10 :].T
    return Waits(float(lost.mean()), float(waits.mean()))


def _waits(
    arrivals: list[float], minutes: list[float], willing: list[float], agents: int, tell: Tell
) -> Iterator[tuple[bool, float]]:
    """Yield of each contact whether it hangs up, and its wait."""
    free = [0.0] * agents
    leaving: list[float] = []  # when each that still waits will stop
    for at, takes, stays in zip(arrivals, minutes, willing, strict=True):
        while leaving and leaving[0] <= at:
            heapq.heappop(leaving)
        wait = max(free[0] - at, 0.0)
        if wait > 0.0:
            stays = tell(len(leaving), stays)
            heapq.heappush(leaving, at + min(wait, stays))
        lost = wait > stays
        if not lost:
            heapq.heapreplace(free, at + wait + takes)
        yield lost, min(wait, stays)
