"""From text, files or plain data to a checked scenario, or to every fault at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import Fault, ScenarioError, nearest
from sim.scenario.dump import dump, to_mapping
from sim.scenario.reading.base_files import read_chain, with_bases
from sim.scenario.reading.late_checks import hypothesis_faults, switch_faults
from sim.scenario.reading.nodes import Node, Place, from_data
from sim.scenario.reading.overrides import nodes_of, parse_sets, with_sets
from sim.scenario.reading.python_policies import code_faults, names_code
from sim.scenario.reading.variations import Variations, narrowed, resolved, sweep_faults
from sim.scenario.reading.yaml_nodes import read_with_faults
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import library_nodes

__all__ = ["from_mapping", "load", "override", "parse", "reopened", "variations"]


def load(
    path: str | os.PathLike[str],
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    allow_code: bool = False,
) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path : str or path
        The file, or the name of a scenario that ships.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML.
    policies : sequence of str, optional
        Keep only these policies, in this order; those of the library need not be in the file.
    allow_code : bool
        Whether a policy may name Python, which is then imported.

    Raises
    ------
    ScenarioError
        With every fault of the file, of those that it is based on, and of the overrides.

    Examples
    --------
    >>> import sim
    >>> sim.load("broadband", ["people.count=30000"]).people.count
    30000
    """
    root, faults = read_chain(Path(path))
    return _finished(root, faults, sets, policies, allow_code=allow_code)


def parse(
    text: str,
    name: str = "<text>",
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    allow_code: bool = False,
) -> Scenario:
    """Check a scenario given as YAML text; paths in it start from the current folder.

    Raises
    ------
    ScenarioError
        With every fault; `name` stands for the file.
    """
    root, faults = with_bases(*read_with_faults(text, name))
    return _finished(root, faults, sets, policies, allow_code=allow_code)


def from_mapping(
    data: Mapping[str, Any], name: str = "<mapping>", *, allow_code: bool = False
) -> Scenario:
    """Check a scenario given as plain data, as a file would say it.

    Raises
    ------
    ScenarioError
        With every fault; `name` stands for the file.
    """
    root, faults = with_bases(from_data(dict(data), name), [])
    return _finished(root, faults, (), None, allow_code=allow_code)


def override(scenario: Scenario, values: Mapping[str, object]) -> Scenario:
    """Return a scenario with values set by dotted path, checked again.

    Parameters
    ----------
    scenario : Scenario
        Where to start from.
    values : mapping of str to plain data
        By path, such as ``{"desk.pools.frontline.agents": 5}``.

    Raises
    ------
    ScenarioError
        If a path leads nowhere or a value breaks a rule.
    """
    root = from_data(to_mapping(scenario), "<scenario>")
    pairs = nodes_of(values, "<override>")
    return _finished(root, [], (), None, pairs, allow_code=names_code(scenario))


def reopened(
    scenario: str | os.PathLike[str] | Scenario,
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    allow_code: bool = False,
) -> Scenario:
    """Load a scenario, or take one already loaded and change it as `load` would.

    Parameters
    ----------
    scenario : path or Scenario
    sets, policies, allow_code
        As of `load`; a policy named twice counts once, and none at all keeps every one. A scenario
        already loaded with Python has been allowed it.

    Raises
    ------
    ScenarioError
        As `load`.
    """
    chosen = list(dict.fromkeys(policies)) if policies else None
    if not isinstance(scenario, Scenario):
        return load(scenario, sets, chosen, allow_code=allow_code)
    if not sets and chosen is None:
        return scenario
    allowed = allow_code or names_code(scenario)
    return parse(dump(scenario), scenario.name, sets, chosen, allow_code=allowed)


def variations(
    scenario: str | os.PathLike[str] | Scenario,
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    allow_code: bool = False,
) -> Variations:
    """Return a scenario from which others are made by setting values.

    Parameters
    ----------
    scenario : path or Scenario
        A file, the name of a scenario that ships, or a scenario already loaded.
    sets, policies, allow_code
        As `reopened`.

    Raises
    ------
    ScenarioError
        As `load`.
    """
    if isinstance(scenario, Scenario):
        plain: list[Fault] = []
        root, faults = from_data(to_mapping(scenario), scenario.name), plain
        allow_code = allow_code or names_code(scenario)
    else:
        root, faults = read_chain(Path(scenario))
    months = root.child("months")
    root, unset = _with_choices(root, sets, policies)
    as_written = root.child("months") is months
    found = [*faults, *unset]
    base = _judged(
        root, found, policies, as_written=as_written, untouched=not sets, allow_code=allow_code
    )
    return Variations(root, base, policies, allow_code=allow_code)


def _finished(
    root: Node,
    faults: list[Fault],
    sets: Sequence[str],
    policies: Sequence[str] | None,
    values: Sequence[tuple[str, Node]] = (),
    *,
    allow_code: bool,
) -> Scenario:
    """Set, fill in and judge; raise all faults in the order of the files."""
    months = root.child("months")
    root, unset = _with_choices(root, sets, policies, values)
    as_written = root.child("months") is months
    found = [*faults, *unset]
    untouched = not (sets or values)
    return _judged(
        root, found, policies, as_written=as_written, untouched=untouched, allow_code=allow_code
    )


def _with_choices(
    root: Node,
    sets: Sequence[str],
    policies: Sequence[str] | None,
    values: Sequence[tuple[str, Node]] = (),
) -> tuple[Node, list[Fault]]:
    pairs, unread = parse_sets(sets)
    root, unset = with_sets(root, [*values, *pairs])
    root, unknown = _with_chosen(root, policies or ())
    return root, [*unread, *unset, *unknown]


def _judged(
    root: Node,
    faults: list[Fault],
    policies: Sequence[str] | None,
    *,
    as_written: bool,
    untouched: bool,
    allow_code: bool,
) -> Scenario:
    scenario, wrong = resolved(root, allow_code=allow_code)
    found = [*faults, *wrong, *sweep_faults(root, scenario, allow_code=allow_code)]
    if scenario is not None and not found:
        found = [
            *code_faults(scenario, root),
            *switch_faults(scenario, root, as_written=as_written),
            *hypothesis_faults(
                scenario, root, override, as_written=as_written, untouched=untouched
            ),
        ]
    if found or scenario is None:
        first = root.place.file
        raise ScenarioError(tuple(sorted(dict.fromkeys(found), key=lambda one: _order(one, first))))
    return narrowed(scenario, policies)


def _order(fault: Fault, first: str) -> tuple[bool, str, int, int]:
    return fault.file != first, fault.file, fault.line, fault.column


def _with_chosen(root: Node, names: Sequence[str]) -> tuple[Node, list[Fault]]:
    """Return the tree with the library's policies that were asked for, and the unknown ones."""
    written = root.child("policies")
    there = written.value if written is not None and isinstance(written.value, dict) else None
    known = [*(there if there is not None else ()), *library_nodes()]
    faults = [
        Place("--policy").fault(name, "is no policy of this scenario or of the library", "", hint)
        for name in names
        if name not in known
        for hint in [nearest(name, known)]
    ]
    if not names or there is None or written is None or not isinstance(root.value, dict):
        return root, faults
    lacking = {name: from_data({}, "--policy") for name in names if name not in there}
    both = {**there, **{name: one for name, one in lacking.items() if name in known}}
    return root.with_value({**root.value, "policies": written.with_value(both)}), faults
