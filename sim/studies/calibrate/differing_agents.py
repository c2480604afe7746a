"""How much agents differ in the time they take, where the log says who answered.

References
----------
Gans, N., Liu, N., Mandelbaum, A., Shen, H. & Ye, H. (2010). Service times in call centers: agent
heterogeneity and learning with some operational consequences. IMS Collections 6, 99-123.
doi:10.1214/10-IMSCOLL608
Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis.
Statistics in Medicine 26(1), 37-52. doi:10.1002/sim.2514 (the Q-profile method).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import chdtri

__all__ = ["LEAST_AGENTS", "AgentSpread", "fit_agents"]

Floats = npt.NDArray[np.float64]

LEAST_AGENTS = 5
"""Agents below which their spread is not fitted."""
_LEAST_SERVICES = 5  # of an agent who counts
_LEAST_PART = 0.1  # of the mean number of services: who hardly serves is no agent of the desk
_LEVEL = 0.9
_MOST = 2.0  # the largest that a scenario may say


@dataclass(frozen=True, slots=True)
class AgentSpread:
    """How much agents' mean handling times differ.

    Attributes
    ----------
    agents, services : int
        Who counted: those with at least five services, and a tenth of the mean number.
    cv : float
        Coefficient of variation over agents of their own means, what chance adds taken out.
    low, high : float
        Its 90% interval; low is 0 where agents may be alike.
    slower : float
        Mean of agents' means over the mean of services: above 1, since who is fast serves more.
    """

    agents: int
    services: int
    cv: float
    low: float
    high: float
    slower: float = 1.0

    def within(self, cv: float) -> float:
        """Return the cv of one agent's handling times, from that over all.

        The variances of a product multiply: 1 + cv^2 over all is (1 + own^2) (1 + between^2).
        """
        return sqrt(max((1.0 + cv * cv) / (1.0 + self.cv * self.cv) - 1.0, 0.0))


def fit_agents(minutes: Floats, agent: npt.NDArray[np.str_]) -> AgentSpread | None:
    """Fit how much agents differ to the services of each.

    Each agent's mean is a draw from the agents' distribution, and differs from it by the chance of
    their services, whose cv is taken as the same for all. The spread between agents is where the
    weighted squares of the means about their centre are as large as expected (Paule & Mandel), and
    its interval where they are as large as chance makes them in 5 and in 95 of 100.

    Parameters
    ----------
    minutes : array of float
        Handling times, > 0.
    agent : array of str
        Who served; empty where unknown.

    Returns
    -------
    AgentSpread or None
        None with fewer than five agents who served at least five, and a tenth of what agents
        serve on average.
    """
    names, place = np.unique(agent, return_inverse=True)
    counts = np.bincount(place)
    known = names != ""
    least = max(_LEAST_SERVICES, _LEAST_PART * float(counts[known].mean())) if known.any() else 0.0
    chosen = np.flatnonzero((counts >= least) & known)
    if len(chosen) < LEAST_AGENTS:
        return None
    parts = [minutes[place == one] for one in chosen]
    means = np.array([part.mean() for part in parts])
    many = counts[chosen].astype(np.float64)
    squares = sum(float(((part - part.mean()) ** 2).sum()) / part.mean() ** 2 for part in parts)
    own = squares / (many.sum() - len(parts))  # an agent's squared cv
    centre = float(means.mean())
    relative, chance = means / centre, own / many
    freedom = len(parts) - 1
    low, middle, high = (
        _spread_at(relative, chance, squared)
        for squared in (
            float(chdtri(freedom, (1.0 - _LEVEL) / 2.0)),
            float(freedom),
            float(chdtri(freedom, (1.0 + _LEVEL) / 2.0)),
        )
    )
    slower = centre / float(means @ many / many.sum()) if middle > 0.0 else 1.0
    return AgentSpread(len(parts), int(many.sum()), middle, low, high, slower)


def _spread_at(relative: Floats, chance: Floats, squared: float) -> float:
    """Return the spread between agents at which the weighted squares are so large; 0 if never."""

    def excess(spread: float) -> float:
        weights = 1.0 / (spread * spread + chance)
        centre = (weights @ relative) / weights.sum()
        return float(weights @ (relative - centre) ** 2) - squared

    if excess(0.0) <= 0.0:
        return 0.0
    return float(brentq(excess, 0.0, _MOST)) if excess(_MOST) < 0.0 else _MOST
