"""Python that a scenario names: where a policy's class lies, and the class itself.

Policies that name Python: refused unless allowed, found, and held to what they then decide.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from sim.errors import Fault
from sim.scenario.reading.base_files import folder_of
from sim.scenario.reading.nodes import Node, display
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "ClassUnavailableError",
    "error_with_line",
    "import_class",
    "locate",
    "names_code",
    "python_faults",
    "source_of",
    "with_python_files",
]

METHODS = ("review", "entitle")


class ClassUnavailableError(Exception):
    """A class cannot be had; the message says why, as the end of a sentence."""


def locate(name: str, folder: Path) -> str:
    """Return ``module:Class`` as ``file.py:Class`` if the module lies in a folder.

    Parameters
    ----------
    name : str
        ``module:Class`` or ``file.py:Class``; a file counts from the folder.
    folder : Path
        That of the scenario file.

    Raises
    ------
    ClassUnavailableError
        If the name has another form, or there is no such file.
    """
    module, kind = _parts(name)
    beside = module if module.endswith(".py") else f"{module.replace('.', '/')}.py"
    file = folder / beside
    if file.is_file():
        return f"{file.resolve()}:{kind}"
    if module.endswith(".py"):
        raise ClassUnavailableError(f"must name a file that exists; {file} does not")
    return name


def import_class(name: str) -> type:
    """Import the class of a locate name; its module lies in a file, or on Python's path.

    Raises
    ------
    ClassUnavailableError
        If it cannot be imported, or is no class with a method that a policy has.
    """
    module, kind = _parts(name)
    try:
        policy_class = getattr(_module(module), kind, None)
    except Exception as error:
        raise ClassUnavailableError(f"cannot be imported: {error_with_line(error)}") from error
    if not isinstance(policy_class, type):
        raise ClassUnavailableError(f"must name a class; {Path(module).name} has no class {kind}")
    if not any(callable(getattr(policy_class, method, None)) for method in METHODS):
        raise ClassUnavailableError(f"must name a class with a method {' or '.join(METHODS)}")
    return policy_class


def source_of(name: str) -> tuple[Path | None, str]:
    """Return the file of a locate name's module, if it has one, and the class."""
    module, kind = _parts(name)
    if module.endswith(".py"):
        return Path(module), kind
    spec = find_spec(module)
    origin = None if spec is None else spec.origin
    return (Path(origin) if origin and origin.endswith(".py") else None), kind


def error_with_line(error: BaseException) -> str:
    """Say what went wrong and in which line of whose file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{text} ({Path(frame.filename).name}, line {frame.lineno}, in {frame.name})"


def _parts(name: str) -> tuple[str, str]:
    module, colon, kind = name.rpartition(":")
    if not (colon and module and kind.isidentifier()):
        raise ClassUnavailableError("must be written module:Class")
    return module, kind


def _module(module: str) -> ModuleType:
    if not module.endswith(".py"):
        return importlib.import_module(module)
    file = Path(module)
    return _loaded(file, file.stat().st_mtime_ns)


@cache
def _loaded(file: Path, _changed: int) -> ModuleType:
    """Load a module from its file, anew when the file has changed."""
    name = f"evenhand_policy_{hashlib.sha256(str(file).encode()).hexdigest()[:12]}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file.name} is no Python module")
    module = module_from_spec(spec)
    sys.modules[name] = module  # as an import would: dataclasses look themselves up there
    with _found_beside(file):
        spec.loader.exec_module(module)
    return module


@contextmanager
def _found_beside(file: Path) -> Iterator[None]:
    """Let a module import its neighbours, as a script's can."""
    folder = str(file.parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


_REFUSED = "names Python code, which needs --allow-code (in Python: allow_code=True)"


def names_code(scenario: Scenario) -> bool:
    """Return whether any of a scenario's policies is Python."""
    return any(policy.python is not None for policy in scenario.policies.values())


def with_python_files(root: Node, *, allowed: bool) -> tuple[Node, list[Fault]]:
    """Return the tree with the files of Python policies made absolute, and what is wrong with them.

    Parameters
    ----------
    root : Node
        Every policy written out.
    allowed : bool
        Whether Python may be run.
    """
    policies = root.child("policies")
    if policies is None or not isinstance(policies.value, dict) or not isinstance(root.value, dict):
        return root, []
    faults: list[Fault] = []
    bodies = {name: _placed(name, body, allowed, faults) for name, body in policies.value.items()}
    return root.with_value({**root.value, "policies": policies.with_value(bodies)}), faults


def _placed(name: str, body: Node, allowed: bool, faults: list[Fault]) -> Node:
    """Return a policy with its Python's file made absolute."""
    node = body.child("python")
    if node is None or not isinstance(node.value, str) or not isinstance(body.value, dict):
        return body
    rule = _REFUSED
    if allowed:
        try:
            name_of_file = locate(node.value, folder_of(node.position))
        except ClassUnavailableError as error:
            rule = str(error)
        else:
            return body.with_value({**body.value, "python": node.with_value(name_of_file)})
    faults.append(node.position.fault(f"policies.{name}.python", rule, display(node.value)))
    return body


def python_faults(scenario: Scenario, root: Node) -> Iterator[Fault]:
    """Yield classes that cannot be had, and tiers that nobody cuts or that two do.

    Parameters
    ----------
    scenario : Scenario
        Sound in itself, its Python allowed.
    root : Node
        The tree that it was read from.
    """
    for name, policy in scenario.policies.items():
        if policy.python is None:
            continue
        rule = _fault(policy, policy.python)
        body = (root.child("policies") or root).child(name) or root
        node = body.child("python") or body
        if rule:
            yield node.position.fault(f"policies.{name}.python", rule, display(policy.python))


def _fault(policy: Policy, name: str) -> str:
    """Return what is wrong with a Python policy; nothing if it is sound."""
    try:
        policy_class = import_class(name)
    except ClassUnavailableError as error:
        return str(error)
    reviews = callable(getattr(policy_class, "review", None))
    if reviews and (policy.score or policy.cuts()):
        return "reviews tiers itself; leave out score, top_share and min_score"
    if not reviews and len(policy.tiers) > 1 and not policy.cuts():
        return "has no method review; cut the tiers by a score, or write one"
    return ""
