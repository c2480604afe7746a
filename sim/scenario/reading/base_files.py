"""Scenario files on disk: reading one, and the chain of files that it is based on.

Laying one tree over another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.errors import Fault, ScenarioError, nearest, nearest_name
from sim.scenario.reading.nodes import MAX_DEPTH, WHOLE_FILE, Node, Position, display
from sim.scenario.reading.yaml_nodes import read_with_faults
from sim.scenario.shipped import shipped

__all__ = [
    "MAX_BYTES",
    "folder_of",
    "half_scores",
    "inherited",
    "merge",
    "read_chain",
    "with_bases",
    "with_data_files",
]

MAX_BYTES = 2**20
"""Largest scenario file that is read, in bytes."""

OWN = ("hypotheses", "sweep", "best")
"""The sections that belong to the file that writes them; a base hands on none."""

DATA_FILES = (("people", "file"), ("network", "file"), ("sweep", "file"))


def read_chain(path: Path, trail: tuple[Path, ...] = ()) -> tuple[Node, list[Fault]]:
    """Read a scenario file and everything that it is based on, merge.

    Parameters
    ----------
    path : Path
        The file, or the name of a shipped scenario.
    trail : tuple of Path
        The files that led here, to notice a circle.

    Returns
    -------
    Node
        The merge tree, in which every value knows its own file.
    list of Fault
        What is wrong but did not keep the rest from being read.

    Raises
    ------
    ScenarioError
        If the file or one that it is based on cannot be read at all.
    """
    file = _located(path)
    node, faults = read_with_faults(_text(file), str(file))
    return with_bases(node, faults, (*trail, file.resolve()))


def with_bases(
    node: Node, faults: list[Fault], trail: tuple[Path, ...] = ()
) -> tuple[Node, list[Fault]]:
    """Return a tree laid over the world that its `base` names, and all faults of both."""
    if not isinstance(node.value, dict):
        rule = "must be a mapping of keys, such as `name: My company`"
        raise ScenarioError((*faults, node.position.fault(WHOLE_FILE, rule)))
    base = node.value.get("base")
    own = node.with_value({name: child for name, child in node.value.items() if name != "base"})
    if base is None:
        return own, faults
    path = _base_path(base, trail)
    below, more = read_chain(path, trail)
    return merge(_world_of(below), own), [*faults, *more, *_half_scores_of_policies(below, own)]


def _world_of(base: Node) -> Node:
    """Return what a base hands on: its world, not what it claims of it or asks of it."""
    parts: dict[str, Node] = base.value if isinstance(base.value, dict) else {}
    return base.with_value({name: node for name, node in parts.items() if name not in OWN})


def inherited(root: Node) -> dict[str, list[str]]:
    """Return the keys that a scenario takes from each file that it is based on.

    Parameters
    ----------
    root : Node
        From `read_chain`. Of a section that both write, the keys in it are named.
    """
    found: dict[str, list[str]] = {}
    own = root.position.file
    for name, node in _children(root):
        theirs = [(name, node)] if node.key_position.file != own else [
            (f"{name}.{inner}", below) for inner, below in _children(node)
        ]  # fmt: skip
        for key, below in theirs:
            if below.key_position.file != own:
                found.setdefault(below.key_position.file, []).append(key)
    return found


def _children(node: Node) -> list[tuple[str, Node]]:
    return list(node.value.items()) if isinstance(node.value, dict) else []


def folder_of(position: Position) -> Path:
    """Return the folder that paths written at this position start from."""
    file = Path(position.file)
    return file.parent if position.line and _is_file(file) else Path()


def with_data_files(root: Node) -> tuple[Node, list[Fault]]:
    """Return the tree with the paths of data files made absolute, and those that are missing."""
    faults: list[Fault] = []
    for section, name in DATA_FILES:
        above = root.child(section)
        node = above.child(name) if above else None
        if above is None or node is None or not isinstance(node.value, str):
            continue
        path = folder_of(node.position) / node.value
        if not _is_file(path):
            rule = f"must be a file that exists; {_why_no_file(path)}"
            faults.append(node.position.fault(f"{section}.{name}", rule, display(node.value)))
            continue
        absolute = node.with_value(str(path.resolve()))
        root = merge(root, root.with_value({section: above.with_value({name: absolute})}))
    return root, faults


def _is_file(path: Path) -> bool:
    """Return whether a path is a file; a path that no file could have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _why_no_file(path: Path) -> str:
    """Say why a path is no file that can be read."""
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = False
    return f"{path} " + ("is a folder, a pipe or a device" if there else "does not exist")


def _base_path(base: Node, trail: tuple[Path, ...]) -> Path:
    """Return the file that a `base` key names, or raise its fault."""
    if not isinstance(base.value, str):
        raise ScenarioError((base.position.fault("base", "must be the name of a scenario file"),))
    path = folder_of(base.position) / base.value
    if not _is_file(path) and base.value in shipped():
        path = shipped()[base.value]
    if not _is_file(path):
        rule = f"must be a scenario file; {_why_no_file(path)}"
        hint = _near_file(path)
        raise ScenarioError((base.position.fault("base", rule, display(base.value), hint),))
    if path.resolve() in trail:
        rule = "is based on itself, directly or through another file"
        raise ScenarioError((base.position.fault("base", rule, display(base.value)),))
    if len(trail) > MAX_DEPTH:
        rule = f"ends a chain of more than {MAX_DEPTH} files"
        raise ScenarioError((base.position.fault("base", rule, display(base.value)),))
    return path


def _located(path: Path) -> Path:
    """Return the path, or the shipped scenario of that name if there is no such path."""
    return path if _is_file(path) else shipped().get(str(path), path)


def _near_file(path: Path) -> str:
    try:
        siblings = [file.name for file in path.parent.glob("*.y*ml")]
    except (OSError, ValueError):
        siblings = []
    name = nearest_name(path.name, siblings)
    return f"Did you mean `{path.parent / name}`?" if name else nearest(str(path), shipped())


def _text(path: Path) -> str:
    """Return a file's text, or raise the fault that keeps it from being read."""
    position = Position(str(path))
    try:
        if path.is_dir():
            raise ScenarioError((position.fault(WHOLE_FILE, "is a folder; name a scenario file"),))
        if path.exists() and not path.is_file():
            rule = "is a pipe or a device; save the scenario as a file"
            raise ScenarioError((position.fault(WHOLE_FILE, rule),))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ScenarioError(
            (position.fault(WHOLE_FILE, "does not exist", "", _near_file(path)),)
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ScenarioError((position.fault(WHOLE_FILE, f"cannot be read: {why}"),)) from None
    if len(data) > MAX_BYTES:
        raise ScenarioError((position.fault(WHOLE_FILE, "must be at most 1 MiB"),))
    return _decoded(data, position)


def _decoded(data: bytes, start: Position) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - before.rfind(b"\n")
        position = Position(start.file, before.count(b"\n") + 1, column)
        byte = f"byte 0x{data[error.start]:02x}"
        raise ScenarioError((position.fault(WHOLE_FILE, "must be UTF-8 text", byte),)) from None


def half_scores(base: Node, over: Node, key: str) -> Iterator[Fault]:
    """Yield the score of a policy laid over one whose weights it does not all restate.

    Whether the weights left out go on could be read both ways.

    Parameters
    ----------
    base, over : Node
        The policies.
    key : str
        Of the policy, as it stands in a file.
    """
    below, own = base.child("score"), over.child("score")
    weights = below.value if below is not None else None
    if own is None or not isinstance(own.value, dict) or not isinstance(weights, dict):
        return
    missing = [name for name in weights if name not in own.value]
    if missing and own.value:
        rule = (
            f"is laid over a score that also weighs {', '.join(missing)}; write each of its "
            "weights, 0 for those that no longer count"
        )
        yield own.key_position.fault(f"{key}.score", rule)


def _half_scores_of_policies(base: Node, over: Node) -> Iterator[Fault]:
    below, own = base.child("policies"), over.child("policies")
    if below is None or own is None or not isinstance(own.value, dict):
        return
    for name, policy in own.value.items():
        parent = below.child(name)
        if parent is not None:
            yield from half_scores(parent, policy, f"policies.{name}")


# One value each, whatever its form: half of each of two laws or weeks would make neither.
WHOLE_VALUES = frozenset({"opening", "enquiry_minutes", "complaint_minutes", "vary"})


def merge(base: Node, over: Node) -> Node:
    """Return `over` laid over `base`: mappings merge deeply; lists and single values replace.

    Opening hours, distributions and what a sweep varies count as single values.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    both = dict(base.value)
    for name, node in over.value.items():
        apart = name in WHOLE_VALUES or name not in both
        both[name] = node if apart else merge(both[name], node)
    return over.with_value(both)
