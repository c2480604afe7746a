"""Run worlds in the shipped module with node, and natively, and compare every array."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.compiled.engine import CompiledEngine
from sim.model.build import STORES, build_world
from sim.model.policy.entitlements import policy_tables
from sim.report.live.live_measures import tally_data
from sim.report.live.module import module
from sim.report.live.packed_worlds import Packer, arrays_of, layout_of, packed, start_of
from sim.report.live.what_if import worker_script
from sim.scenario.reading.ablations import scenario_of
from sim.scenario.schema.scenario import Scenario

NODE = shutil.which("node")
LONGEST_SECONDS = 900  # of a run in node, which else would never end where a table is torn


@dataclass
class Task:
    """One run: of a scenario, or of another with these numbers written into its world."""

    scenario: Scenario
    policy: str
    replication: int = 0
    patches: Sequence[tuple[str, int, float]] = ()
    terms: Sequence[dict[str, Any]] = ()


def in_node(folder: Path, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Run tasks of one layout in node; each result has its arrays as numpy's."""
    packer, worlds, layout = Packer(), [], {}
    dtypes: dict[str, np.dtype[Any]] = {}
    for task in tasks:
        arrays = arrays_of(*start_of(task.scenario, task.policy, task.replication))
        layout = layout_of(arrays)
        dtypes = {name: array.dtype for name, array in arrays.items()}
        worlds.append(packer.add(arrays))
    compiled = module()
    header = {
        "entry": compiled.entry,
        "layout": layout,
        "worlds": worlds,
        "tallies": tally_data(tasks[0].scenario),
        **packer.header(),
    }
    (folder / "worlds").write_bytes(packed(header, packer.data()))
    (folder / "code").write_bytes(compiled.code)
    (folder / "worker.js").write_text(worker_script())
    asked = [
        {"world": place, "patches": list(task.patches), "terms": list(task.terms)}
        for place, task in enumerate(tasks)
    ]
    (folder / "tasks.json").write_text(json.dumps(asked))
    script = Path(__file__).with_name("in_node.cjs")
    subprocess.run([str(NODE), str(script), str(folder)], check=True, timeout=LONGEST_SECONDS)
    done = json.loads((folder / "done.json").read_text())
    for place, result in enumerate(done):
        result["arrays"] = _read(folder / f"{place}.after", result["shapes"], dtypes)
    return done


def _read(path: Path, shapes: Any, dtypes: dict[str, np.dtype[Any]]) -> dict[str, Any]:
    content, at, found = path.read_bytes(), 0, {}
    for name, shape in shapes:
        size = int(np.prod(shape)) * dtypes[name].itemsize
        found[name] = np.frombuffer(content[at : at + size], dtypes[name]).reshape(shape)
        at += size
    return found


def natively(scenario: Scenario, policy: str, replication: int = 0) -> dict[str, Any]:
    """Run in the compiled engine, and return every array after the run."""
    own = scenario_of(scenario, policy)
    tables = policy_tables(own, policy)
    engine = CompiledEngine(own, tables, build_world(own, tables, replication))
    engine.run()
    return arrays_of(engine.world, engine._state)


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Return the names of arrays that differ in any bit, whatever kind of NaN a NaN is."""
    return [name for name in theirs if not _same(ours[name], theirs[name])]


def differences_but_of_room(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Return as `differences` what differs, apart from how much room is kept for what may come.

    How many people a story may be told to decides how large the stores of a scenario begin. A page
    whose setting was moved keeps those of its own scenario, and lives the same run in them.
    """
    if ours["W.run"]["reserve"] == theirs["W.run"]["reserve"]:
        return differences(ours, theirs)
    room = {"reserve", *(field for _, *fields in STORES.values() for field in fields)}
    run = [name for name in theirs["W.run"].dtype.names if name not in room]
    lived = {name: theirs[name] for name in LIVED} | {"W.run": theirs["W.run"][run]}
    return differences({**ours, "W.run": ours["W.run"][run]}, lived)


LIVED = ("W.people", "W.agents", "W.months", "W.groups", "W.waits", "W.cascades")
"""What a run comes to, in arrays that are as large whatever happens."""


def _same(one: Any, other: Any) -> bool:
    if one.shape != other.shape:
        return False
    names = one.dtype.names
    pairs = [(one[name], other[name]) for name in names] if names else [(one, other)]
    return all(_bits(a) == _bits(b) for a, b in pairs)


def _bits(values: Any) -> bytes:
    copy = np.array(values)
    if copy.dtype.kind == "f":
        copy[np.isnan(copy)] = np.nan
    return copy.tobytes()
