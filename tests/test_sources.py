"""What the sources must never hold."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

TOP = Path(sim.__file__).parent
TESTS = sorted(Path(__file__).parent.rglob("*.py"))
SOURCES = sorted(TOP.rglob("*.py"))


def names_used(source: Path) -> Iterator[str]:
    """Yield every module imported and every dotted name."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (f"import {name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"import {node.module}"
            yield from (f"import {node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)
        elif isinstance(node, ast.Name):
            yield node.id


def is_luck(name: str) -> bool:
    modules = ("random", "secrets", "numpy.random")
    if name.startswith("import "):
        return any(f"{name[7:]}.".startswith(f"{module}.") for module in modules)
    return name.startswith(("np.random", "numpy.random")) or name.endswith("default_rng")


def test_all_chance_is_keyed():
    assert [
        (source, name) for source in SOURCES for name in names_used(source) if is_luck(name)
    ] == []


def test_only_the_command_line_prints():
    printing = [one for one in SOURCES if {"print", "sys.stdout"} & set(names_used(one))]
    assert printing in ([], [TOP / "cli.py"])


@pytest.mark.parametrize(
    "text",
    [
        "import random",
        "import numpy.random as nr",
        "from numpy import random",
        "from random import choice",
        "np.random.normal()",
        "rng = default_rng(1)",
    ],
)
def test_the_search_finds_what_it_looks_for(tmp_path, text):
    source = tmp_path / "one.py"
    source.write_text(text)
    assert any(map(is_luck, names_used(source)))


OWN = {path.stem for path in TESTS} | {path.parent.name for path in TESTS}


def helpers_not_from_tests(source: str) -> list[str]:
    """Return the imports of tests' own modules other than as `from tests.x import y`."""
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            wrong += [n.name for n in node.names if n.name.split(".")[0] in OWN]
        elif isinstance(node, ast.ImportFrom):
            first = (node.module or "").split(".")[0]
            wrong += ["." * node.level + (node.module or "")] * bool(
                node.level or first in OWN - {"tests"}
            )
    return wrong


def test_tests_import_each_other_from_the_package_of_tests():
    """Every folder is a package, and there is one way to import, so that names never collide."""
    found = {one: helpers_not_from_tests(one.read_text(encoding="utf-8")) for one in TESTS}
    assert {one: wrong for one, wrong in found.items() if wrong} == {}
    assert [one for one in TESTS if not (one.parent / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    "text",
    ["import small_worlds", "from small_worlds import a", "from . import pages", "import tests.x"],
)
def test_the_search_finds_other_ways_to_import(text):
    assert helpers_not_from_tests(text)


def test_another_package_called_tests_does_no_harm(tmp_path):
    """Some packages on PyPI install their `tests` on top: asimpy, of the extra `peers`."""
    other = tmp_path / "tests" / "__init__.py"
    other.parent.mkdir()
    other.write_text("raise ImportError('not these tests')")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/golden", "tests/docs"],
        cwd=TOP.parent,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
