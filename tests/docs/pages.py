"""Read the project's own pages: their blocks of code and commands, and the links between them.

A comment right above a block says what is to be done with it; the tests hold every page to that.

    <!-- file: my.yaml -->      the block is written to that file, beside which commands run
    <!-- exit 2 -->             its commands are meant to end so
    <!-- not run: a reason -->  nobody runs it, because of that
    <!-- a name -->             a test asks for it by that name
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PAGES = [
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "results/README.md")
    ),
    *sorted((ROOT / "docs").rglob("*.md")),
]

_BLOCK = re.compile(r"(?:^<!-- (.*?) -->\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"""(?:\]\(|src=")([^)"\s]+)""")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: what it says, in which language, and the comment above it."""

    page: Path
    line: int
    mark: str
    language: str
    text: str

    @property
    def file(self) -> str:
        """The file that it is to be written to, or nothing."""
        return self.mark.removeprefix("file: ") if self.mark.startswith("file: ") else ""

    @property
    def reason(self) -> str:
        """Why nobody runs it, or nothing."""
        return self.mark.removeprefix("not run: ") if self.mark.startswith("not run: ") else ""

    @property
    def exit_code(self) -> int:
        """The exit code with which its commands end."""
        return int(self.mark.removeprefix("exit ")) if self.mark.startswith("exit ") else 0

    @property
    def name(self) -> str:
        """Where a person finds it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Return a page's blocks in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start(3)), found[1] or "", found[2], found[3])
        for found in _BLOCK.finditer(text)
    ]


def block(page: str, name: str) -> str:
    """Return the text of the block that is marked <!-- name -->."""
    found = [one.text for one in blocks(ROOT / page) if one.mark == name]
    assert len(found) == 1, f"{page} must have one block marked {name}"
    return found[0]


def lines_of(text: str) -> list[str]:
    """Return the commands of a block of bash; one that a backslash continues is one."""
    joined = text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if shlex.split(line, comments=True)]


def commands(page: str) -> list[list[str]]:
    """Return the words of every command in a page's blocks of bash."""
    said = [one.text for one in blocks(ROOT / page) if one.language == "bash"]
    return [
        shlex.split(command, comments=True)
        for text in said
        for line in lines_of(text)
        for command in line.split(" && ")
        if shlex.split(command, comments=True)
    ]


def sim_commands(page: str) -> list[list[str]]:
    """Return what stands after `sim` in a page's commands."""
    return [words[1:] for words in commands(page) if Path(words[0]).name == "sim"]


def links(page: Path) -> list[str]:
    """Return where a page's links lead, those to the web left out."""
    bare = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(bare) if not link.startswith(("http:", "https:"))]


def anchors(page: Path) -> set[str]:
    """Return the names by which a page's headings are linked to."""
    bare = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", bare, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def example(name: str) -> ModuleType:
    """Import a script of docs/examples, and what lies beside it."""
    folder = str(ROOT / "docs" / "examples")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(name)
