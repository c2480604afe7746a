"""M/G/n+G from its definition: an exact solution, an approximation, and a simulation of its own.

It shares nothing with `sim`, so it can be the oracle of queues whose patience follows any law.

References
----------
Baccelli, F. & Hebuterne, G. (1981). On queues with impatient customers. Performance '81, 159-179.
Zeltyn, S. & Mandelbaum, A. (2005). Call centers with impatient customers: many-server asymptotics
of the M/M/n+G queue. Queueing Systems 51, 361-402. https://doi.org/10.1007/s11134-005-3699-8
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

__all__ = ["Waits", "approximate", "exact", "law", "simulated"]


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


def simulated(
    rate: float, service: Any, agents: int, patience: Any, count: int, seed: int
) -> Waits:
    """Simulate `count` contacts in order of arrival, the first tenth unrecorded.

    A contact is served by the agent who is free first, unless that is after its patience ends.
    """
    draws = np.random.default_rng(seed)
    arrivals = np.cumsum(draws.exponential(1 / rate, count))
    minutes = service.rvs(size=count, random_state=draws)
    willing = patience.rvs(size=count, random_state=draws)
    waits = np.array(list(_waits(arrivals.tolist(), minutes.tolist(), willing.tolist(), agents)))
    after = slice(count // 10, None)
    return Waits(float((waits[after] >= willing[after]).mean()), float(waits[after].mean()))


def _waits(
    arrivals: list[float], minutes: list[float], willing: list[float], agents: int
) -> Iterator[float]:
    free = [0.0] * agents
    for at, takes, stays in zip(arrivals, minutes, willing, strict=True):
        wait = max(free[0] - at, 0.0)
        if wait < stays:
            heapq.heapreplace(free, at + wait + takes)
        yield min(wait, stays)
