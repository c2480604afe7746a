"""What would differ between systems is said: encodings, above all, which Windows has of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "sim").rglob("*.py"))


def unsaid(tree: ast.AST) -> list[int]:
    """Return the lines of calls that read or write text in the system's own encoding."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node.lineno for node in calls if _is_of_text(node) and not _says_encoding(node)]


def _is_of_text(node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute):  # `read_text` and the like are functions of ours
        return getattr(node.func, "id", "") == "open"
    if ast.unparse(node.func.value) in (
        "os",
        "formatter",
        "webbrowser",
    ):  # no text
        return False
    modes = [one.value for one in node.args if isinstance(one, ast.Constant)]
    binary = any("b" in str(mode) for mode in modes)
    return node.func.attr in ("read_text", "write_text", "open") and not binary


def _says_encoding(node: ast.Call) -> bool:
    given = [one.value for one in node.args if isinstance(one, ast.Constant)]
    return "utf-8" in given or any(one.arg == "encoding" for one in node.keywords)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("path.read_text()", [1]),
        ("path.read_text('utf-8')", []),
        ("path.write_text(text)", [1]),
        ("path.write_text(text, encoding='utf-8')", []),
        ("path.open('w')", [1]),
        ("path.open('rb')", []),
        ("open(path)", [1]),
        ("read_text(path)", []),
    ],
)
def test_a_text_of_any_encoding_is_found(code, lines):
    assert unsaid(ast.parse(code)) == lines


def test_files_of_text_are_read_and_written_in_utf_8():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := unsaid(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_no_file_names_differ_in_case_only_or_cannot_be_names_on_windows():
    names = [path.relative_to(ROOT).as_posix() for path in (ROOT / "sim").rglob("*")]
    assert len({name.lower() for name in names}) == len(names)
    reserved = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10))}
    assert not [name for name in names if Path(name).stem.lower() in reserved]
    assert not [name for name in names if set(name) & set('<>:"|?*\\')]
