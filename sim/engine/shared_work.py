"""What runs of one scenario have in common, made once: tables, a replication's people, its history.

Nothing here changes a number: whatever is not kept is made again. Threads that ask for the same at
the same time each make it, so that none waits for another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import NamedTuple

from sim.core.kept import forget_kept, kept
from sim.engine.compiled.shared_history import LivedHistory
from sim.model.common import Common, build_common
from sim.model.policy.entitlements import policy_tables
from sim.model.policy_tables import PolicyTables
from sim.model.records import PERSON
from sim.scenario.reading.ablations import scenario_of
from sim.scenario.schema.scenario import Scenario

__all__ = ["Histories", "common_of", "forget_shared", "resolved", "shared_with"]

_MOST_TABLES = 64
_MOST_WORLDS = 8  # a replication's: several workers, each with one that others will ask for
_MOST_BYTES = 300_000_000

Files = tuple[tuple[int, int], ...]


class Histories(MutableMapping[bytes, LivedHistory]):
    """The histories of one scenario and replication, as long as they are small enough to keep."""

    def __init__(self) -> None:
        self._lived: dict[bytes, LivedHistory] = {}

    def __getitem__(self, key: bytes) -> LivedHistory:
        return self._lived[key]

    def __setitem__(self, key: bytes, lived: LivedHistory) -> None:
        if self.size_bytes + lived.size_bytes <= _MOST_BYTES // 2:
            self._lived[key] = lived

    def __delitem__(self, key: bytes) -> None:
        del self._lived[key]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._lived)

    def __len__(self) -> int:
        return len(self._lived)

    @property
    def size_bytes(self) -> int:
        """The memory that they take."""
        return sum(lived.size_bytes for lived in list(self._lived.values()))


class _World(NamedTuple):
    scenario: Scenario
    files: Files
    common: Common
    histories: Histories

    @property
    def size_bytes(self) -> int:
        graph = self.common.graph
        own = self.common.people.nbytes + graph.starts.nbytes + graph.ties.nbytes
        return own + self.histories.size_bytes


_lock = threading.Lock()
_worlds: OrderedDict[tuple[int, int], _World] = OrderedDict()


@kept(_MOST_TABLES)
def resolved(scenario: Scenario, policy: str) -> tuple[Scenario, PolicyTables]:
    """Return the scenario that a policy runs in, without what it does without, and its tables.

    Raises
    ------
    ScenarioError
        As `scenario_of`.
    """
    own = scenario_of(scenario, policy)
    return own, policy_tables(own, policy)


def shared_with(scenario: Scenario, own: Scenario) -> Scenario:
    """Return the scenario under which what a policy's own one shares is kept.

    That is the one that was asked for, with all its policies, unless mechanisms of the model are
    switched off under this one: without some of its favours, a policy has the same people, and the
    same history if it says the same before month 1.
    """
    others = (name for name in Scenario.model_fields if name != "policies")
    alike = all(getattr(own, name) is getattr(scenario, name) for name in others)
    return scenario if alike else own


def common_of(
    scenario: Scenario, tables: PolicyTables, replication: int
) -> tuple[Common | None, Histories | None]:
    """Return what a replication has under every policy, and the histories that were lived in it.

    Both are None where there is only one policy, and where people are too many to be kept beside
    those of a run.

    Raises
    ------
    DataError
        If a customer or network file cannot be used.
    """
    if len(scenario.policies) < 2 or _too_large(scenario):
        return None, None
    key, files = (id(scenario), replication), _files(scenario)
    with _lock:
        world = _worlds.get(key)
    # The object that a number stood for may be gone, and the number be another's.
    if world is None or world.scenario is not scenario or world.files != files:
        common = build_common(scenario, tables, replication)
        world = _World(scenario, files, common, Histories())
    with _lock:
        if world.size_bytes <= _MOST_BYTES // 2:
            _worlds[key] = world
            _worlds.move_to_end(key)
            _make_room()
    return world.common, world.histories


def _too_large(scenario: Scenario) -> bool:
    """Return whether the people of a world alone are more than is kept."""
    return (scenario.people.count or 0) * PERSON.itemsize > _MOST_BYTES // 2


def _make_room() -> None:
    """Forget the worlds that were not asked for the longest."""
    while len(_worlds) > 1 and (len(_worlds) > _MOST_WORLDS or _size_bytes() > _MOST_BYTES):
        _worlds.popitem(last=False)


def _size_bytes() -> int:
    return sum(world.size_bytes for world in _worlds.values())


def _files(scenario: Scenario) -> Files:
    """Return what tells whether the files that a scenario reads were written again."""
    paths = [path for path in (scenario.people.file, scenario.network.file) if path is not None]
    stats = [Path(path).stat() for path in paths if Path(path).exists()]
    return tuple((stat.st_mtime_ns, stat.st_size) for stat in stats)


def forget_shared() -> None:
    """Forget all that is kept."""
    forget_kept()
    with _lock:
        _worlds.clear()
