"""What the sources must never hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

TOP = Path(sim.__file__).parent
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


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(TOP)))
def test_all_chance_is_keyed(source):
    assert not [name for name in names_used(source) if is_luck(name)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(TOP)))
def test_only_the_command_line_prints(source):
    printing = {"print", "sys.stdout"} & set(names_used(source))
    assert not printing or source == TOP / "cli.py"


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
