"""The desks of the scenarios that ship have enough to do for the question whom to serve first."""

from __future__ import annotations

import pytest

from sim.engine.simulate import simulate
from sim.model.measuring import whole
from sim.scenario.reading.load import load
from sim.scenario.shipped import shipped


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_a_desk_is_busy_or_too_small_to_be_busier(name):
    # A large desk can be busy for four fifths of the time and keep its callers; two or three agents
    # cannot, and are at work when one contact in five finds nobody free.
    scenario = load(name)
    found = whole(simulate(scenario, next(iter(scenario.policies)), 0))
    assert 0.45 < found["utilisation"] < 0.85
    assert found["utilisation"] > 0.6 or found["delayed"] > 0.2
