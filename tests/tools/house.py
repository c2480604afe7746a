"""Print the figures of the house: how much of it there is, and how far each feature is spread.

    python tests/tools/house.py [CHECKOUT]        # of this checkout, or of another one

It needs Python alone, and imports nothing of the project, so it reads any version of it.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import mean, median

# One name for the same role in several verbs, or in both engines; all others occur once.
ROLES = frozenset(
    ("__init__", "__main__", "api", "command", "page", "plots", "result", "tables", "terminal")
)
ENGINE_ROLES = frozenset(("desk", "engine"))
FEATURES = ("sweep", "story", "compare", "claims")

Graph = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Source:
    """One file of Python.

    Attributes
    ----------
    module : str
        Its dotted name, ``sim.core.rng``; a package's is that of its folder.
    path : Path
        Below the checkout.
    text : str
    """

    module: str
    path: Path
    text: str

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @cached_property
    def tree(self) -> ast.Module:
        """What it says."""
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """All of its imports, also for type checkers only and inside functions."""
        return [n for n in ast.walk(self.tree) if isinstance(n, (ast.Import, ast.ImportFrom))]

    @property
    def import_lines(self) -> int:
        """How many lines its imports take."""
        return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in self.imports)

    @property
    def definitions(self) -> set[str]:
        """The names of its own functions and classes."""
        kinds = (ast.FunctionDef, ast.ClassDef)
        return {node.name for node in self.tree.body if isinstance(node, kinds)}


def read_sources(checkout: Path) -> dict[str, Source]:
    """Return every source of the package `sim`, by its dotted name."""
    paths = sorted(path.relative_to(checkout) for path in (checkout / "sim").rglob("*.py"))
    named = ((_module(path), path) for path in paths)
    return {
        module: Source(module, path, (checkout / path).read_text(encoding="utf-8"))
        for module, path in named
    }


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph(sources: Mapping[str, Source]) -> Graph:
    """Return by module which modules it imports, at the top, for types, or inside a function."""
    return {
        module: frozenset(_imported(source, sources)) - {module}
        for module, source in sources.items()
    }


def _imported(source: Source, known: Mapping[str, Source]) -> Iterator[str]:
    for node in source.imports:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in known)
            continue
        origin = _origin(source, node)
        for name in node.names:
            inside = f"{origin}.{name.name}"
            if inside in known:
                yield inside
            elif origin in known:
                yield origin


def _origin(source: Source, node: ast.ImportFrom) -> str:
    """Return the module that names are imported from, also where dots stand for the package."""
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    if source.path.name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def reachable(graph: Graph, starts: Iterable[str]) -> set[str]:
    """Return the modules that some modules import, directly or not, and these themselves."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(graph[module])
    return found


def circles(graph: Graph) -> list[set[str]]:
    """Return the groups of modules that import each other in a circle."""
    below = {module: reachable(graph, graph[module]) for module in graph}
    members = sorted(module for module in graph if module in below[module])
    groups: dict[frozenset[str], None] = {}
    for module in members:
        ring = (one for one in members if one in below[module] and module in below[one])
        groups[frozenset(ring)] = None
    return [set(group) for group in groups]


def shared_names(sources: Mapping[str, Source]) -> dict[str, list[Path]]:
    """Return the names that several files have, but for those of roles."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for source in sources.values():
        by_name[source.path.stem].append(source.path)
    return {
        name: paths
        for name, paths in by_name.items()
        if len(paths) > 1 and name not in ROLES and not _twins(name, paths)
    }


def _twins(name: str, paths: list[Path]) -> bool:
    return name in ENGINE_ROLES and all(path.parts[:2] == ("sim", "engine") for path in paths)


def named_after(sources: Mapping[str, Source], feature: str) -> list[Path]:
    """Return the files with a feature in their path, or in a function or class of theirs."""
    return [
        source.path
        for source in sources.values()
        if feature in str(source.path).lower()
        or any(feature in name.lower() for name in source.definitions)
    ]


def beyond_a_run(sources: Mapping[str, Source], graph: Graph, feature: str) -> list[Path]:
    """Return the files that a feature's command imports, at any depth, and `sim run` does not."""
    graph = {**graph, "sim": frozenset()}  # the public face names every feature
    run = reachable(graph, _commands(sources, "run"))
    added = reachable(graph, _commands(sources, feature)) - run
    return sorted(sources[module].path for module in added)


def _commands(sources: Mapping[str, Source], name: str) -> list[str]:
    """Return the modules that define a command."""
    return [
        source.module
        for source in sources.values()
        if name in source.definitions
        and ("commands" in source.path.parts or source.path.stem == "command")
    ]


def figures(checkout: Path) -> Iterator[str]:
    """Yield the lines of the report."""
    sources = read_sources(checkout)
    graph = import_graph(sources)
    yield from _sizes(list(sources.values()))
    yield from _tangles(sources, graph)
    for feature in FEATURES:
        named, added = named_after(sources, feature), beyond_a_run(sources, graph, feature)
        yield f"{feature}: named in {_spread(named)}"
        yield f"  needed by its command and not by a plain run: {_spread(added)}"


def _sizes(sources: list[Source]) -> Iterator[str]:
    lines = [source.lines for source in sources]
    full = [count for count in lines if count > 3]  # but for packages' empty __init__
    imports = sum(source.import_lines for source in sources)
    rooms = Counter(source.path.parent for source in sources)
    yield f"files: {len(sources)} in {len(rooms)} folders; {sum(lines)} lines of Python"
    yield (
        f"files of more than three lines: {len(full)}, mean {mean(full):.0f} lines, "
        f"median {median(full):.0f}, longest {max(full)}, {sum(n < 60 for n in full)} below 60"
    )
    yield f"import lines: {imports}, {imports / sum(lines):.1%} of all"


def _tangles(sources: Mapping[str, Source], graph: Graph) -> Iterator[str]:
    found = circles(graph)
    yield f"circles, imports for types and inside functions included: {len(found)}"
    yield from (f"  {', '.join(sorted(group))}" for group in found)
    names = shared_names(sources)
    yield f"names shared by files, roles left out: {len(names)}"
    yield from (f"  {name}: {', '.join(map(str, paths))}" for name, paths in sorted(names.items()))


def _spread(paths: list[Path]) -> str:
    rooms = Counter(str(path.parent) for path in paths)
    (largest, most), *_ = rooms.most_common(1) or [("none", 0)]
    return f"{len(paths)} files in {len(rooms)} folders, {most} of them in {largest}"


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    sys.stdout.writelines(f"{line}\n" for line in figures(place))
