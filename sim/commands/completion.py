"""Completions for the Tab key; called by the shell, so nothing heavy is imported.

Each function takes the beginning of a word and returns the words that complete it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import typer

from sim.errors import EvenhandError

__all__ = [
    "key_and_measure_names",
    "measure_names",
    "plot_names",
    "policy_names",
    "precisions",
    "results_folders",
    "scenario_files",
    "set_paths",
]

YAML = (".yaml", ".yml")


def scenario_files(incomplete: str) -> list[str]:
    """Return the scenarios that ship, and YAML files and folders."""
    from sim.scenario.shipped import shipped

    return [*_from(shipped(), incomplete), *_paths(incomplete, YAML)]


def results_folders(incomplete: str) -> list[str]:
    """Return results folders, and the folders that lead to them."""
    return _paths(incomplete, ())


def policy_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the policies of the scenario on the line, if it is sound, and those that ship."""
    from sim.scenario.reading.load import load
    from sim.scenario.shipped import library

    # If the line ends in an option, the parser leaves the arguments before it in `args`.
    said = [context.params.get("file"), context.params.get("source"), *context.args]
    own: Iterable[str] = ()
    with suppress(EvenhandError, OSError, StopIteration):
        own = load(next(file for file in said if file)).policies
    return _from(dict.fromkeys([*own, *library()]), incomplete)


def measure_names(incomplete: str) -> list[str]:
    """Return the measures."""
    from sim.measures.definitions import MEASURES

    return _from(MEASURES, incomplete)


def plot_names(incomplete: str) -> list[str]:
    """Return the report's own plots, and the measures."""
    from sim.report.kit.catalogue import CORE_PLOTS

    return [*dict.fromkeys([*_from((plot.name for plot in CORE_PLOTS), incomplete),
                            *measure_names(incomplete)])]  # fmt: skip


def precisions(incomplete: str) -> list[str]:
    """Return the measures as ``--precision`` takes them, up to the equals sign."""
    return [f"{name}=" for name in measure_names(incomplete)]


def key_and_measure_names(incomplete: str) -> list[str]:
    """Return the keys of scenarios, the measures and the mechanisms."""
    from sim.scenario.mechanisms import MECHANISMS

    names = [*_keys(incomplete), *MECHANISMS]
    return [*_from(names, incomplete), *measure_names(incomplete)]


def set_paths(incomplete: str) -> list[str]:
    """Return the keys of scenarios as ``--set`` takes them, up to the equals sign."""
    return [f"{key}=" for key in _from(_keys(incomplete), incomplete)]


def _keys(incomplete: str) -> list[str]:
    """Return the keys that complete a word, with the names that it already gives."""
    from sim.scenario.explain import explanations

    names = incomplete.split(".")[:-1]
    keys = (_named(key.key.split("."), names) for key in explanations())
    return [key for key in keys if "<" not in key]


def _named(steps: list[str], names: list[str]) -> str:
    """Return a key with the typed names in the place of `<name>`."""
    own = {index: name for index, name in enumerate(names) if name}
    return ".".join(own.get(i, step) if step[0] == "<" else step for i, step in enumerate(steps))


def _from(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _paths(incomplete: str, suffixes: tuple[str, ...]) -> list[str]:
    """Return the folders, and the files with one of these suffixes, that complete a path."""
    start = incomplete[: incomplete.rfind("/") + 1]
    try:
        there = sorted(Path(start or ".").iterdir())
    except OSError:
        return []
    named = {f"{start}{one.name}": one for one in there if not one.name.startswith(".")}
    return [
        f"{name}/" if one.is_dir() else name
        for name, one in named.items()
        if name.startswith(incomplete) and (one.is_dir() or one.suffix in suffixes)
    ]
