"""The fast engine: what `sim.engine.simpy.engine` does, as one compiled loop over arrays.

It calls the same events of the model in the same order, so both engines give the same numbers to
the last bit, and each checks the other's calendar, queues and dispatch.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from sim.core.cancel import check_cancelled
from sim.engine.compiled.engine_state import build_engine_state, with_capacity
from sim.engine.compiled.loop import DONE, HISTORY_OVER, STORE_SHORT, advance
from sim.engine.compiled.shared_history import LivedHistory, history_key, lived_history
from sim.model.build import grow_stores, stores_are_short
from sim.model.policy_tables import PolicyTables
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["CompiledEngine", "Histories"]

Histories = MutableMapping[bytes, LivedHistory]
"""Of one scenario and replication, by `history_key`."""

# Events between two checks for Ctrl-C: a few hundredths of a second.
_EVENTS_PER_CALL = 50_000


class CompiledEngine:
    """Drives one world through its months, as `SimpyEngine` does.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
    world : World
        Changed in place, or replaced when a store grows; `world` is the current one.
    histories : Histories, optional
        Where to find, or leave, the months before month 1 as policies share them.
    """

    def __init__(
        self,
        scenario: Scenario,
        tables: PolicyTables,
        world: World,
        histories: Histories | None = None,
    ) -> None:
        self.world = world
        self._months = scenario.months
        self._state = build_engine_state(scenario, tables, world)
        self._histories = histories if scenario.history_months > 0 else None

    def run(self) -> None:
        """Run up to the horizon, which is half open, and close the last month's books."""
        if self._months == 0:
            return
        if self._histories is not None:
            self._live_history(self._histories)
        self._advance_until(DONE)

    def _live_history(self, histories: Histories) -> None:
        """Live the months before month 1, or go on from where another policy's have led."""
        key = history_key(self.world, self._state)
        lived = histories.get(key)
        if lived is not None:
            self.world, self._state = lived.resumed(self.world, self._state)
            return
        self._advance_until(HISTORY_OVER)
        histories[key] = lived_history(self.world, self._state)

    def _advance_until(self, end: int) -> None:
        stops = end == HISTORY_OVER
        while (state := advance(self.world, self._state, _EVENTS_PER_CALL, stops)) != end:
            check_cancelled()
            if state == STORE_SHORT:
                self._grow()

    def _grow(self) -> None:
        # A short calendar alone leaves the stores as they are, as in the other engine.
        if stores_are_short(self.world):
            self.world = grow_stores(self.world)
        self._state = with_capacity(self._state, self.world)
