"""What a run consists of."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import simpy

from benchmarks.third.desk import Desk
from benchmarks.third.hours import BusyMonth, Calendar
from benchmarks.third.people import Person
from benchmarks.third.policy import Policy
from benchmarks.third.scenario import Keys

__all__ = ["State"]


class State:
    """A run's clock, chance, people, desk and books.

    Parameters
    ----------
    keys : Keys
    env : simpy.Environment
    rng : numpy.random.Generator
    people : list of Person
    desk : Desk
    policy : Policy
        In force now.
    """

    def __init__(
        self,
        keys: Keys,
        env: simpy.Environment,
        rng: np.random.Generator,
        people: list[Person],
        desk: Desk,
        policy: Policy,
    ) -> None:
        self.keys, self.env, self.rng = keys, env, rng
        self.people, self.desk, self.policy = people, desk, policy
        self.calendar = Calendar(keys.section("desk.opening"))
        self.month = 0  # 0 is the first that is reported; before are those of the history
        self.customers = 0
        self.fault_rate = 1.0
        self.lessons = 0
        self.busy: BusyMonth
        self.tally: Counter[str] = Counter()
        self.last: dict[str, float] = {}  # of the last month
        self.kinds: list[dict[str, Any]] = keys.section("needs")
        self._kinds_to = np.cumsum([kind["share"] for kind in self.kinds])[:-1]

    def in_history(self) -> bool:
        """Say whether month 1 is still to come: nobody joins or leaves, and no money is booked."""
        return self.month < 0

    def count(self, what: str, amount: float = 1.0) -> None:
        """Add to the books, in reported months."""
        if self.month >= 0:
            self.tally[what] += amount

    def chance(self, probability: float) -> bool:
        """Say whether something happens."""
        return bool(self.rng.random() < probability)

    def all_customers(self) -> list[Person]:
        """Return the customers."""
        return [person for person in self.people if person.is_customer()]

    def distribution(self, path: str) -> dict[str, Any]:
        """Return the distribution at a path."""
        return {part: self.keys[f"{path}.{part}"] for part in ("mean", "cv")}

    def draw(self, distribution: dict[str, Any]) -> float:
        """Draw from a lognormal distribution with a mean and a coefficient of variation."""
        variance = np.log(1 + distribution["cv"] ** 2)
        z = self.rng.standard_normal()
        return float(distribution["mean"] * np.exp(variance**0.5 * z - variance / 2))

    def draw_kind(self) -> dict[str, Any]:
        """Draw a kind of need."""
        return self.kinds[int(np.searchsorted(self._kinds_to, self.rng.random(), side="right"))]
