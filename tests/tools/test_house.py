"""The sources are as the architecture says: no circles, and a file is found by its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.tools import house

ROOT = Path(__file__).parents[2]


def written(folder: Path, **files: str) -> dict[str, house.Source]:
    """Write a package `sim` of files, two underscores in a name for a folder, and read it."""
    for name, text in {"__init__": "", **files}.items():
        path = folder / "sim" / f"{name if name == '__init__' else name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return house.read_sources(folder)


def test_no_modules_import_each_other_in_a_circle():
    assert house.circles(house.import_graph(house.read_sources(ROOT))) == []


def test_no_two_files_share_a_name_but_for_roles():
    assert house.shared_names(house.read_sources(ROOT)) == {}


def test_a_circle_is_found_wherever_its_imports_stand(tmp_path):
    sources = written(
        tmp_path,
        one="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sim.two import A",
        two="def work():\n    from sim import three",
        three="import sim.one",
        four="from . import one",
    )
    graph = house.import_graph(sources)
    assert graph["sim.four"] == {"sim.one"}
    assert house.circles(graph) == [{"sim.one", "sim.two", "sim.three"}]


def test_shared_names_are_found(tmp_path):
    sources = written(tmp_path, a__desk="", b__desk="", a__page="", b__page="")
    assert list(house.shared_names(sources)) == ["desk"]


def test_a_features_files_are_those_that_a_run_does_without(tmp_path):
    sources = written(
        tmp_path,
        commands__run="def run():\n    from sim import core",
        commands__sweep="from sim import core, design\ndef sweep(): ...",
        core="",
        design="",
    )
    added = house.beyond_a_run(sources, house.import_graph(sources), "sweep")
    assert [path.name for path in added] == ["sweep.py", "design.py"]


def test_it_prints_the_figures_of_a_checkout():
    script = Path(house.__file__)
    ran = subprocess.run(
        [sys.executable, script, ROOT], capture_output=True, text=True, check=True, cwd="/"
    )
    count = len(list((ROOT / "sim").rglob("*.py")))
    assert ran.stdout.startswith(f"files: {count} in ")
    assert "sweep: named in" in ran.stdout
