"""Change the model in small ways, and see whether the tests of that room notice.

    python -m tests.tools.mutants                            # 40 mutants of the laws, 5 minutes
    python -m tests.tools.mutants --sample 10 --room events  # a minute each: it compiles
    python -m tests.tools.mutants --sample 0                 # all mutants of the laws

A mutant differs from the sources in one place: a sign, a constant, a comparison, a term that is
dropped. Each is made in a copy of the checkout, and the room's tests are run there up to the first
failure. A survivor is named with its place: either no test looks there, or the change changes
nothing that can be seen.

References
----------
Jia, Y. & Harman, M. (2011). An analysis and survey of the development of mutation testing. IEEE
Transactions on Software Engineering 37(5), 649-678. https://doi.org/10.1109/TSE.2010.62
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# What is changed, and which tests are to notice.
ROOMS = {
    "laws": ("sim/model/laws", "tests/model/laws"),
    "events": ("sim/model/events", "tests/model/events"),
}
SECONDS = 600  # a mutant that takes longer, such as a loop without end, is killed too
_COPIED = ("sim", "tests", "pyproject.toml")
_PASSED, _FAILED, _INTERRUPTED = 0, 1, 2  # pytest's exit codes; the last where a file fails to load

_ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
_OPPOSITE = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one place.

    Attributes
    ----------
    path : str
        Below the checkout.
    line : int
    start, end : int
        Of the text that is replaced, in characters from the beginning of the file.
    old, new : str
    """

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {' '.join(self.old.split())}  ->  {self.new}"


def mutants_of(path: str, text: str) -> list[Mutant]:
    """Return all mutants of a source, in the order of their places."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in _expressions(ast.parse(text)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        found += [
            Mutant(path, node.lineno, start, end, text[start:end], new) for new in _changes(node)
        ]
    return sorted(set(found))


def _expressions(tree: ast.Module) -> Iterator[ast.expr | ast.AugAssign]:
    """Yield what a function does, without its annotations, decorators and docstring."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in ast.walk(statement):
                    if isinstance(node, (ast.expr, ast.AugAssign)):
                        yield node


def _changes(node: ast.expr | ast.AugAssign) -> Iterator[str]:
    """Yield what may stand in an expression's place."""
    match node:
        case ast.BinOp(left=left, op=op) if type(op) in _ARITHMETIC:
            yield _with(node, op=_ARITHMETIC[type(op)]())
            yield f"({ast.unparse(left)})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield f"({ast.unparse(operand)})"
        case ast.Compare(ops=[op]) if type(op) in _OPPOSITE:
            yield _with(node, ops=[_OPPOSITE[type(op)]()])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.AugAssign(op=ast.Add() | ast.Sub() as op):
            yield _with(node, op=_ARITHMETIC[type(op)]())[1:-1]
        case ast.Constant(value=bool()):
            yield repr(not node.value)
        case ast.Constant(value=int() | float() as value):
            yield repr(value + 1 if value in (0, 1) or isinstance(value, int) else value * 1.25)


def _with(node: ast.expr | ast.AugAssign, **fields: object) -> str:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return f"({ast.unparse(changed)})"


def all_mutants(checkout: Path, folder: str) -> list[Mutant]:
    """Return the mutants of every file of a folder."""
    return [
        mutant
        for path in sorted((checkout / folder).glob("*.py"))
        for mutant in mutants_of(
            path.relative_to(checkout).as_posix(), path.read_text(encoding="utf-8")
        )
    ]


def survivors(
    checkout: Path, mutants: Sequence[Mutant], tests: str
) -> Iterator[tuple[Mutant, bool]]:
    """Yield each mutant with whether it survives the tests.

    Raises
    ------
    RuntimeError
        If the tests fail without any change.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copied = _copy(checkout, Path(folder))
        if not _pass(copied, tests):
            raise RuntimeError(f"{tests} fail without any mutant")
        for mutant in mutants:
            file = copied / mutant.path
            sound = file.read_text(encoding="utf-8")
            changed = sound[: mutant.start] + mutant.new + sound[mutant.end :]
            file.write_text(changed, encoding="utf-8")
            yield mutant, _pass(copied, tests)
            file.write_text(sound, encoding="utf-8")


def _copy(checkout: Path, folder: Path) -> Path:
    for name in _COPIED:
        if (checkout / name).is_dir():
            shutil.copytree(checkout / name, folder / name)
        elif (checkout / name).exists():
            shutil.copy(checkout / name, folder / name)
    return folder


def _pass(checkout: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", tests]
    command += ["-m", "not slow and not browser and not whole"]
    try:
        ran = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    if ran.returncode not in (_PASSED, _FAILED, _INTERRUPTED):
        raise RuntimeError(f"pytest cannot run: {ran.stdout}{ran.stderr}")
    return ran.returncode == _PASSED


def main(arguments: Sequence[str]) -> int:
    """Run a sample and print who survives; return 1 if anybody does."""
    parser = argparse.ArgumentParser(description="Do the tests notice small changes of the model?")
    parser.add_argument("--room", choices=ROOMS, default="laws")
    parser.add_argument("--sample", type=int, default=40, help="how many; 0 for all")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    told = parser.parse_args(arguments)
    folder, tests = ROOMS[told.room]
    every = all_mutants(TOP, folder)
    chosen = random.Random(told.seed).sample(every, min(told.sample or len(every), len(every)))
    alive = 0
    for mutant, survives in survivors(TOP, sorted(chosen), tests):
        alive += survives
        sys.stdout.write(f"{'SURVIVES' if survives else 'killed  '}  {mutant}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} of {len(every)} mutants: {alive} survive\n")
    return int(alive > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
