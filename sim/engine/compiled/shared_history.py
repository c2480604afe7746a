"""The months before month 1, lived once for all policies that live through the same ones.

A run is a function of the world and the engine's state before time starts. Policies of one scenario
and replication differ there in what comes into force with month 1, which nothing reads before: so
the first of them keeps the state in which its history ends, and the others go on from a copy of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self

import numpy as np

from sim.engine.compiled.engine_state import EngineState
from sim.model.build import STORES
from sim.model.records import Records, copied, numbers_of
from sim.model.state import World

__all__ = ["LivedHistory", "history_key", "lived_history"]

# What a run writes to. The rest is given, alike for all who share a history, or not read in it.
_WORLD = (
    "agents", "pools", "heard", "people", "outcomes", "memories", "months", "waits", "cascades",
    "order", "scratch", "neighbours", "block", "draws", "batch", "blank_agent", "partners",
)  # fmt: skip
_ENGINE = ("counters", "soon", "later", "buckets", "waiters", "pools", "slots", "shifts")

# What is read before month 1 and may differ between policies: small arrays, taken whole. Of what a
# policy says, only the first in turn counts (`_first_policy`).
_READ_OF_WORLD = (
    "parameters", "agents", "pools", "kinds", "hand_ons", "patiences", "samples", "skills",
    "reachable", "cohorts", "cohort_tiers", "cohort_weights", "pool_hours", "pool_hours_from",
)  # fmt: skip
_READ_OF_ENGINE = (
    "counters", "pools", "slots", "first_slot", "shifts", "group_of", "can", "helps", "helps_from",
    "helpers", "helpers_from", "hours", "hours_from",
)  # fmt: skip
_SIZES = ("partners", "contacts", "memories", "scheduled", "regimes")

# Of a run's record: what a policy sets before time starts, and no event changes in the history.
_OWN = (
    "tier_groups", "decile_groups", "pool_groups", "need_groups", "cohort_groups", "agent_groups",
    "control", "trial", "trial_fold", "trial_folds", "trial_months", "trial_share",
)  # fmt: skip


class _Kept(NamedTuple):
    """An array's items up to the last that was ever used, and how many it has in all."""

    used: Any
    size: int

    @classmethod
    def of(cls, array: Any, used: int | None = None) -> Self:
        part = array[:used]
        return cls(part.copy() if part.dtype.names is None else copied(part), len(array))

    @classmethod
    def of_store(cls, store: Records) -> Self:
        """Keep a store: behind its last number there are only zeros, as in one that is new."""
        numbers = np.flatnonzero(numbers_of(store))
        used = 1 + int(numbers[-1]) * 8 // store.itemsize if len(numbers) else 0
        return cls.of(store, used)

    def put_into(self, own: Any) -> Any:
        """Return an array before time starts with what was kept; a larger one where it has grown.

        Memory that was just made is used again, since new memory takes longer than to copy to it.
        """
        whole = own if len(own) == self.size else np.zeros(self.size, own.dtype)
        if whole.dtype.names is None:
            whole[: len(self.used)] = self.used
        else:
            numbers = numbers_of(self.used)
            numbers_of(whole)[: len(numbers)] = numbers
        return whole


KeptArrays = Mapping[str, _Kept]


class LivedHistory(NamedTuple):
    """Where a history has led: copies of all that its run has written to."""

    run: Records
    world: KeptArrays
    engine: KeptArrays
    queues: Any

    @property
    def size_bytes(self) -> int:
        """The memory that it takes."""
        arrays = (*self.world.values(), *self.engine.values())
        return int(self.queues.nbytes) + sum(int(kept.used.nbytes) for kept in arrays)

    def resumed(self, world: World, state: EngineState) -> tuple[World, EngineState]:
        """Return a world and an engine's state, both before time starts, as the history left them.

        Parameters
        ----------
        world, state
            Of a policy with the same `history_key`; their arrays are used again.
        """
        run = self.run.copy()
        for name in _OWN:
            run[name] = world.run[name]
        # The policy may have queue classes that the history did not know, or lack some.
        queues = state.queues.copy()
        shared = min(queues.shape[1], self.queues.shape[1])
        queues[:, :shared] = self.queues[:, :shared]
        return (
            world.with_arrays(run=run, **_put_into(world, self.world)),
            state.with_arrays(queues=queues, **_put_into(state, self.engine)),
        )


def lived_history(world: World, state: EngineState) -> LivedHistory:
    """Return where a history has led that has just ended."""
    stores = {name: _Kept.of_store(getattr(world, name)) for name in STORES}
    others = {name: _Kept.of(getattr(world, name)) for name in _WORLD}
    used = {"soon": int(state.counters[0]["soon"]), "waiters": len(stores["contacts"].used)}
    return LivedHistory(
        world.run.copy(),
        {**others, **stores, "scheduled": _Kept.of(world.scheduled, 0)},  # no requests are left
        {name: _Kept.of(getattr(state, name), used.get(name)) for name in _ENGINE},
        state.queues.copy(),
    )


def _put_into(own: World | EngineState, arrays: KeptArrays) -> dict[str, Any]:
    return {name: kept.put_into(getattr(own, name)) for name, kept in arrays.items()}


def history_key(world: World, state: EngineState) -> bytes:
    """Return what tells histories apart, among runs of one scenario and replication.

    Parameters
    ----------
    world, state
        Before time starts.
    """
    digest = hashlib.blake2b(digest_size=16)
    for array in _read(world, state):
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()


def _read(world: World, state: EngineState) -> Iterator[Any]:
    yield from (getattr(world, name) for name in _READ_OF_WORLD)
    yield from (getattr(state, name) for name in _READ_OF_ENGINE)
    yield np.array([len(getattr(world, name)) for name in _SIZES])
    yield world.run["reserve"]
    yield from _first_policy(world, state)


def _first_policy(world: World, state: EngineState) -> Iterator[Any]:
    """Yield the terms of the policy of the history; those of later ones come after them."""
    rules = world.rules[0]
    tiers = int(rules["last_tier"]) + 1
    entitlements = world.entitlements[:, :tiers]
    # The first two classes are for overdue promises, and where there is any for handing over.
    classes = max(int(entitlements["queue_class"].max()) + 1, 2)
    cuts = world.tiers[:tiers].copy()
    cuts["column"] = 0
    yield from (np.atleast_1d(rules), entitlements, cuts, world.score_weights[0])
    yield from (world.agent_pools[0], state.classes[:classes])
