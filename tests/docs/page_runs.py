"""Do what a page says, block by block, in a folder of its own.

Commands of `sim` are called in this process, to save its start; anything else goes through bash. A
block of `diff` is applied to a copy of the package, on which all later commands then work. A block
of `text` holds what the block before it prints; a line of `...` stands for any lines. To write them
anew after the model has changed, and with them the pictures that the page's commands draw:

    python -m tests.docs.page_runs docs/tutorial.md
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from pathlib import Path

from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.reading.load import from_mapping
from tests.docs.pages import ROOT, Block, blocks, lines_of

ELSEWHERE = ("run", "tests")  # the README's two commands, held to by tests/test_readme.py
PICTURES = (".png", ".svg")
_SHELL = re.compile(r"[|&;<>*$()`]")


class PageRun:
    """A page, and the folder in which it is done as it says.

    Attributes
    ----------
    printed : dict of int to str
        By the line of a block of text, what it should say.
    """

    def __init__(self, page: Path, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.printed: dict[int, str] = {}
        self._said = ""
        self._package = ROOT
        (folder / "scenarios").symlink_to(ROOT / "scenarios")
        (folder / "docs").mkdir()
        for name in ("examples", "samples"):
            (folder / "docs" / name).symlink_to(ROOT / "docs" / name)
        _commands_in(folder)

    def run(self) -> None:
        """Do all that the page says, in order."""
        with chdir(self.folder):
            for block in blocks(self.page):
                if not block.reason and block.mark not in ELSEWHERE:
                    self._do(block)

    def _do(self, block: Block) -> None:
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "bash":
            self._said = "".join(self._command(line, block) for line in lines_of(block.text))
        elif block.language == "python":
            self._said = _python(block)
        elif block.language == "diff":
            self._patch(block)
        elif block.language == "yaml":
            from_mapping({"name": "A part of a scenario", **_as_data(block.text)})
        elif block.language == "text":
            self.printed[block.line] = tidy(self._said)

    def _command(self, line: str, block: Block) -> str:
        words = shlex.split(line, comments=True)
        own = Path(words[0]).name == "sim" and not _SHELL.search(_bare(line))
        here = own and self._package == ROOT
        code, said = _called(words[1:]) if here else _in_bash(line, self.folder, self._package)
        assert code == block.exit_code, f"{block.name}: {line}\n{said}"
        return said

    def _patch(self, block: Block) -> None:
        if self._package == ROOT:
            self._package = self.folder
            shutil.copytree(ROOT / "sim", "sim", ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(ROOT / "pyproject.toml", ".")
        words = ["git", "apply", "-"]
        done = subprocess.run(
            words, input=block.text, text=True, check=False, stderr=subprocess.PIPE
        )
        assert done.returncode == 0, f"{block.name} no longer fits the code:\n{done.stderr}"


def tidy(text: str) -> str:
    """Return what was printed without blanks at the ends of lines, and without what varies."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for line in lines if not line.startswith("Compiling the model")]
    return "\n".join(kept).strip("\n") + "\n"


def agrees(expected: str, printed: str) -> bool:
    """Tell whether a page shows what is printed; a line of `...` stands for any lines."""
    parts = re.split(r"^ *\.\.\.$\n", tidy(expected), flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, tidy(printed)) is not None


def renew(page: Path) -> None:
    """Write a page's blocks of text anew, and the pictures beside it that its commands draw."""
    with tempfile.TemporaryDirectory() as folder:
        run = PageRun(page, Path(folder))
        run.run()
        _renew_pictures(page, Path(folder))
    lines = page.read_text(encoding="utf-8").split("\n")
    for block in reversed([one for one in blocks(page) if one.line in run.printed]):
        printed = run.printed[block.line]
        if "..." not in block.text.split("\n"):
            end = block.line + block.text.count("\n")
            lines[block.line : end] = printed.rstrip("\n").split("\n")
        elif not agrees(block.text, printed):
            sys.stdout.write(f"{block.name}: shorten this by hand:\n{printed}\n")
    page.write_text("\n".join(lines), encoding="utf-8")


def pictures(page: Path) -> list[Path]:
    """Return the pictures that lie in the folder named after a page."""
    there = page.with_suffix("")
    return sorted(path for path in there.glob("*") if path.suffix in PICTURES)


def _renew_pictures(page: Path, folder: Path) -> None:
    for path in pictures(page):
        shutil.copy(folder / path.name, path)


def _bare(line: str) -> str:
    """Return a command without what stands in quotes, which no shell looks into, or after #."""
    return re.sub(r"\s#.*", "", re.sub(r"'[^']*'|\"[^\"]*\"", "", line))


def _called(words: list[str]) -> tuple[int, str]:
    ran = CliRunner().invoke(app, words, env={"COLUMNS": "80", "NO_COLOR": "1"})
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.output


def _in_bash(line: str, folder: Path, package: Path) -> tuple[int, str]:
    places = [str(folder / ".venv" / "bin"), os.environ.get("PATH", "")]
    environment = {
        **os.environ, "PATH": os.pathsep.join(places), "PYTHONPATH": str(package),
        "COLUMNS": "80", "NO_COLOR": "1",
    }  # fmt: skip
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout


def _python(block: Block) -> str:
    told = io.StringIO()
    with redirect_stdout(told):
        exec(compile(block.text, block.name, "exec"), {"__name__": "__main__"})
    return told.getvalue()


def _as_data(text: str) -> dict[str, object]:
    import yaml

    found: dict[str, object] = yaml.safe_load(text)
    return found


def _commands_in(folder: Path) -> None:
    """Make `sim` and `python` in the folder's `.venv`, as a person has them after installing."""
    there = folder / ".venv" / "bin"
    there.mkdir(parents=True)
    for name, words in (("sim", "-m sim "), ("python", "")):
        script = there / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        script.chmod(0o755)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        renew(Path(name).resolve())
