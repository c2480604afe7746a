"""A world too large for any cache, in which the compiled engine looks ahead in its calendar."""

from __future__ import annotations

from sim.engine.compiled import loop
from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping
from tests.engine.test_shared_history import assert_same

CITY = {
    "name": "City",
    "months": 2,
    "history_months": 1,
    "people": {"count": loop._FEW + 1, "customers": 20_000},
    "desk": {"pools": {"front": {"agents": 60}}},
    "policies": {
        "equal": {"describe": "First come, first served."},
        "best": {
            "describe": "Who spends most goes first.",
            "score": {"spend": 1},
            "tiers": [
                {"name": "best", "top_share": 0.2, "class": 0},
                {"name": "rest", "class": 1},
            ],
        },
    },
}


def test_looking_ahead_changes_nothing():
    city = from_mapping(CITY)
    for policy in city.policies:
        compiled, simpy = (simulate(city, policy, 0, engine) for engine in ("compiled", "simpy"))
        assert compiled.months["needs"].sum() > 10_000
        assert_same(compiled, simpy)
