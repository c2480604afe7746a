"""One hash tells of every source that a run's numbers come from.

The oracle is independent: what the engines and the measures import, directly or not, read from the
sources' own imports.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sim
from sim.core.sources import hash_of_sources, model_version
from tests.tools import house

PACKAGE = Path(sim.__file__).parent
STARTS = (
    "sim.engine.simulate",
    "sim.engine.compiled.engine",
    "sim.engine.simpy.engine",
    "sim.model.measuring",
    "sim.measures.definitions",
    "sim.scenario.reading.load",
)


@pytest.fixture
def package(tmp_path):
    skipped = shutil.ignore_patterns("__pycache__", "*.html.j2", "*.js")
    return Path(shutil.copytree(PACKAGE, tmp_path / "sim", ignore=skipped))


def what_a_run_imports() -> list[Path]:
    sources = house.read_sources(PACKAGE.parent)
    graph = {**house.import_graph(sources), "sim": frozenset()}  # the face names every feature
    found = house.reachable(graph, STARTS) - {"sim"}
    packages = {module.rpartition(".")[0] for module in found} & sources.keys() - {"sim"}
    return sorted(sources[module].path.relative_to("sim") for module in found | packages)


def test_a_byte_of_any_source_that_a_run_imports_changes_the_hash(package):
    listed = what_a_run_imports()
    assert len(listed) > 80
    seen = {hash_of_sources(package)}
    for count, path in enumerate(listed, start=2):
        with (package / path).open("ab") as source:
            source.write(b"\n")
        seen.add(hash_of_sources(package))
        assert len(seen) == count, f"{path} is not counted: sim/core/sources.py"


@pytest.mark.parametrize(
    "name",
    ["new/room.py", "model/laws/new/room.py", "core/table.csv", "top.py", "engine/new/table.npy"],
)
def test_whatever_is_new_counts_from_its_first_day(package, name):
    before = hash_of_sources(package)
    (package / name).parent.mkdir(parents=True, exist_ok=True)
    (package / name).write_text("x = 1\n")
    after = hash_of_sources(package)
    assert after != before
    (package / name).write_text("x = 2\n")
    assert hash_of_sources(package) not in (before, after)


def test_a_policy_of_the_library_counts(package):
    before = hash_of_sources(package)
    policy = next((package / "scenario" / "library").glob("*.yaml"))
    policy.write_text(policy.read_text() + "\n")
    assert hash_of_sources(package) != before


@pytest.mark.parametrize(
    "name",
    [
        "report/kit/new.py",
        "studies/new/api.py",
        "scenarios/new.yaml",  # a wheel carries those that ship, a checkout does not
        "model/__pycache__/new.pyc",
        "core/.new.py.swp",
    ],
)
def test_what_cannot_change_a_run_does_not_count(package, name):
    before = hash_of_sources(package)
    (package / name).parent.mkdir(parents=True, exist_ok=True)
    (package / name).write_text("x = 1\n")
    assert hash_of_sources(package) == before


def test_moving_text_from_one_file_to_the_next_changes_the_hash(package):
    (package / "core" / "za.py").write_text("x = 1\n")
    (package / "core" / "zb.py").write_text("")
    before = hash_of_sources(package)
    (package / "core" / "za.py").write_text("")
    (package / "core" / "zb.py").write_text("x = 1\n")
    assert hash_of_sources(package) != before


def test_the_models_version_is_the_hash_of_its_own_sources():
    assert model_version() == hash_of_sources(PACKAGE)
