"""What asymptotic rules and general bounds say of two classes that compete, to compare with.

None of these is an oracle: an index rule is near the best where much load meets many agents, and a
bound holds for every allocation of its kind. `sim.theory.optimal_scheduling` has the exact optimum.

References
----------
Atar, R., Giat, C. & Shimkin, N. (2010). The c mu / theta rule for many-server queues with
abandonment. Operations Research 58(5), 1427-1439. doi:10.1287/opre.1100.0826
Afeche, P., Araghi, M. & Baron, O. (2017). Customer acquisition, retention, and service access
quality: optimal advertising, capacity level, and capacity allocation. Manufacturing & Service
Operations Management 19(4), 674-691. doi:10.1287/msom.2017.0635
Bertsimas, D., Farias, V. F. & Trichakis, N. (2011). The price of fairness. Operations Research
59(1), 17-31. doi:10.1287/opre.1100.0865
"""

from __future__ import annotations

from math import sqrt
from typing import Literal

from sim.theory.optimal_scheduling import TwoClasses, two_class_cost
from sim.theory.priority_abandonment import priority_abandonment
from sim.theory.station import ClassStation

__all__ = [
    "first_by_index",
    "index_rule_excess",
    "price_of_equal_service",
    "price_of_fairness_most",
]

Fairness = Literal["max_min", "proportional"]


def first_by_index(world: TwoClasses) -> Literal[0, 1]:
    """Return the class that the index rules serve first.

    A cost k of an abandonment at rate theta is a holding cost c = k theta, so the index
    c mu / theta is k mu; and if k is what a service brings, it is V mu of Afeche et al. How patient
    people are drops out. With equal service, the dearer class comes first.
    """
    return 0 if world.abandonment_costs[0] >= world.abandonment_costs[1] else 1


def index_rule_excess(world: TwoClasses) -> float:
    """Return by how much the index rule costs more than the best policy, as a share of its cost."""
    least = two_class_cost(world)
    return two_class_cost(world, first_by_index(world)) / least - 1.0


def price_of_fairness_most(players: int, fairness: Fairness) -> float:
    """Return the most that fairness can cost, as a share of the largest total (their theorem 1).

    Parameters
    ----------
    players : int
        Who share, at least 2; each could get as much as any other if alone.
    fairness : {'max_min', 'proportional'}

    Raises
    ------
    ValueError
        If there are fewer than two players.
    """
    if players < 2:
        raise ValueError(f"players must be at least 2 (got {players})")
    if fairness == "max_min":
        return 1.0 - 4.0 * players / (players + 1) ** 2
    return 1.0 - (2.0 * sqrt(players) - 1.0) / players


def price_of_equal_service(world: TwoClasses) -> float:
    """Return what it costs two classes to be served alike, as a share of the largest total.

    A class's utility is the share served of what would be served if it came first. Mixtures of the
    two orders of priority give every pair between them; the fair one gives both the same.
    """
    served = [_served(world, first) for first in (0, 1)]
    utilities = [(served[k][0] / served[0][0], served[k][1] / served[1][1]) for k in (0, 1)]
    (a, b), (c, d) = utilities
    mixed = (d - c) / ((a - b) + (d - c))  # how often class 0 comes first, for equal utilities
    fair = 2.0 * (mixed * a + (1.0 - mixed) * c)
    return 1.0 - fair / max(a + b, c + d)


def _served(world: TwoClasses, first: int) -> tuple[float, float]:
    """Return the share of each class that is served if one comes first."""
    order = (first, 1 - first)
    station = ClassStation(
        tuple(world.arrivals_per_minute[k] for k in order),
        world.service_minutes,
        world.agents,
        tuple(world.patience_minutes[k] for k in order),
    )
    outcomes = dict(zip(order, priority_abandonment(station), strict=True))
    return 1.0 - outcomes[0].abandonment, 1.0 - outcomes[1].abandonment
