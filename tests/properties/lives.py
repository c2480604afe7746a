"""Whole runs of drawn scenarios, and how a property is held to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.simpy.engine import SimpyEngine
from sim.model.build import build_world, group_names
from sim.model.policy.entitlements import policy_tables
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario
from tests.strategies import scenarios

EXAMPLES = [16, pytest.param(200, marks=pytest.mark.whole)]


@dataclass(frozen=True)
class Life:
    """A scenario lived through, the world that it left, and the names of its groups."""

    scenario: Scenario
    world: World
    names: dict[str, tuple[str, ...]]

    @property
    def months(self) -> npt.NDArray[np.void]:
        return self.world.months

    def groups(self, sort: str) -> npt.NDArray[np.void]:
        """Return the tallies of one sort of group, months x groups."""
        first = 0
        for name, members in self.names.items():
            if name == sort:
                return self.world.groups[:, first : first + len(members)]
            first += len(members)
        raise KeyError(sort)


def live(scenario: Scenario, policy: str = "drawn") -> Life:
    """Live through a scenario once, and keep the world."""
    tables = policy_tables(scenario, policy)
    engine = SimpyEngine(scenario, tables, build_world(scenario, tables, 0))
    engine.run()
    return Life(scenario, engine.world, group_names(scenario, tables))


def lives(**fixed: Any) -> st.SearchStrategy[Life]:
    """Draw a scenario and live through it."""
    return scenarios(**fixed).map(live)


def holds(strategy: st.SearchStrategy[Any]) -> Callable[[Callable[[Any], None]], Any]:
    """Make a test of a check that is to hold for everything drawn: few in haste, many if slow."""

    def decorate(check: Callable[[Any], None]) -> Any:
        @pytest.mark.parametrize("examples", EXAMPLES)
        def test(examples: int) -> None:
            settings(
                max_examples=examples,
                deadline=None,
                derandomize=True,
                # A draw is a whole run, which takes its time by design.
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            )(given(strategy)(check))()

        return test

    return decorate
