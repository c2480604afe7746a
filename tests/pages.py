"""Read the project's own pages: their blocks of commands, and the links between them."""

from __future__ import annotations

import re
import shlex
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
PAGES = [
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "results/README.md")
    ),
    *sorted((ROOT / "docs").glob("*.md")),
]

_BLOCK = re.compile(r"(?:<!-- (\w+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"""(?:\]\(|src=")([^)"\s]+)""")


def block(page: str, name: str) -> str:
    """Return the text of the block that is marked <!-- name -->."""
    found = [text for mark, _, text in _BLOCK.findall((ROOT / page).read_text()) if mark == name]
    assert len(found) == 1, f"{page} must have one block marked {name}"
    return found[0]


def commands(page: str) -> list[list[str]]:
    """Return the words of every command in a page's blocks of bash."""
    blocks = [text for _, sort, text in _BLOCK.findall((ROOT / page).read_text()) if sort == "bash"]
    lines = [line for text in blocks for line in text.splitlines()]
    return [
        shlex.split(command, comments=True)
        for line in lines
        for command in line.split(" && ")
        if shlex.split(command, comments=True)
    ]


def sim_commands(page: str) -> list[list[str]]:
    """Return what stands after `sim` in a page's commands."""
    return [words[1:] for words in commands(page) if Path(words[0]).name == "sim"]


def links(page: Path) -> list[str]:
    """Return where a page's links lead, those to the web left out."""
    found = _LINK.findall(page.read_text(encoding="utf-8"))
    return [link for link in found if not link.startswith(("http:", "https:"))]


def anchors(page: Path) -> set[str]:
    """Return the names by which a page's headings are linked to."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def example(name: str) -> ModuleType:
    """Import a script of docs/examples, and what lies beside it."""
    folder = str(ROOT / "docs" / "examples")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(name)
