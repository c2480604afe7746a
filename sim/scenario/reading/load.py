"""From text, files or plain data to a checked scenario, or to every fault at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from sim.errors import Fault, ScenarioError, nearest
from sim.scenario.dump import dump, to_mapping
from sim.scenario.reading.base_files import read_chain, with_bases
from sim.scenario.reading.controls import as_policy_name, with_controls
from sim.scenario.reading.late_checks import (
    belief_faults,
    hypothesis_faults,
    late_changes,
    switch_faults,
)
from sim.scenario.reading.nodes import Node, Position, from_data
from sim.scenario.reading.overrides import parse_changes, parse_sets, with_settings
from sim.scenario.reading.python_policies import names_code, python_faults
from sim.scenario.reading.variations import Variations, resolved, select_policies, sweep_faults
from sim.scenario.reading.yaml_nodes import read_with_faults
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import default_policies, library_nodes

__all__ = ["from_mapping", "load", "override", "parse", "reopened", "variations"]


class _Choices(NamedTuple):
    """What a caller changes of a scenario: see `load` for each; every value of `changes` counts."""

    sets: Sequence[str] = ()
    policies: Sequence[str] | None = None
    changes: Mapping[str, object] = MappingProxyType({})
    allow_code: bool = False


def load(
    path: str | os.PathLike[str],
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    changes: Mapping[str, object] | None = None,
    allow_code: bool = False,
) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path : str or path
        The file, or the name of a scenario that ships.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML; ``PATH+=VALUE`` adds
        a pool, policy, need or tier that is not there yet.
    policies : sequence of str, optional
        Keep only these policies, in this order; those of the library need not be in the file.
    changes : mapping of str to plain data, optional
        Overrides as Python values by dotted path, such as ``{"seed": 3}``, set after `sets`. None
        leaves a key as it is. A fault in one names its path where one in `sets` names ``--set``.
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
    return _finished(root, faults, _Choices(sets, policies, _said(changes), allow_code))


def parse(
    text: str,
    name: str = "<text>",
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    changes: Mapping[str, object] | None = None,
    allow_code: bool = False,
) -> Scenario:
    """Check a scenario given as YAML text; paths in it start from the current folder.

    Parameters
    ----------
    text : str
        One YAML document.
    name : str
        How to name it in faults.
    sets, policies, changes, allow_code
        As of `load`.

    Raises
    ------
    ScenarioError
        With every fault; `name` stands for the file.
    """
    root, faults = with_bases(*read_with_faults(text, name))
    return _finished(root, faults, _Choices(sets, policies, _said(changes), allow_code))


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
    return _finished(root, faults, _Choices(allow_code=allow_code))


def override(scenario: Scenario, values: Mapping[str, object]) -> Scenario:
    """Return a scenario with values set by dotted path, checked again.

    Parameters
    ----------
    scenario : Scenario
        Where to start from.
    values : mapping of str to plain data
        By path, such as ``{"desk.pools.frontline.agents": 5}``; None is YAML's null.

    Raises
    ------
    ScenarioError
        If a path leads nowhere or a value breaks a rule.
    """
    return _overriding(scenario)(values)


def _overriding(scenario: Scenario) -> Callable[[Mapping[str, object]], Scenario]:
    """Return `override` of one scenario, which is written out once for many values."""
    root, allow_code = from_data(to_mapping(scenario), "<scenario>"), names_code(scenario)
    return lambda values: _finished(root, [], _Choices(changes=values, allow_code=allow_code))


def reopened(
    scenario: str | os.PathLike[str] | Scenario,
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    changes: Mapping[str, object] | None = None,
    allow_code: bool = False,
) -> Scenario:
    """Load a scenario, or take one already loaded and change it as `load` would.

    Parameters
    ----------
    scenario : path or Scenario
    sets, policies, changes, allow_code
        As of `load`; a policy named twice counts once, and none at all keeps every one. A scenario
        already loaded with Python has been allowed it.

    Raises
    ------
    ScenarioError
        As `load`.
    """
    chosen = list(dict.fromkeys(policies)) if policies else None
    if not isinstance(scenario, Scenario):
        return load(scenario, sets, chosen, changes=changes, allow_code=allow_code)
    if not sets and not changes and chosen is None:
        return scenario
    allowed = allow_code or names_code(scenario)
    text = dump(scenario)
    return parse(text, scenario.name, sets, chosen, changes=changes, allow_code=allowed)


def variations(
    scenario: str | os.PathLike[str] | Scenario,
    sets: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    *,
    changes: Mapping[str, object] | None = None,
    allow_code: bool = False,
) -> Variations:
    """Return a scenario from which others are made by setting values.

    Parameters
    ----------
    scenario : path or Scenario
        A file, the name of a scenario that ships, or a scenario already loaded.
    sets, policies, changes, allow_code
        As of `load`; a scenario already loaded with Python has been allowed it.

    Raises
    ------
    ScenarioError
        As `load`.
    """
    if isinstance(scenario, Scenario):
        root, faults = from_data(to_mapping(scenario), scenario.name), list[Fault]()
        allow_code = allow_code or names_code(scenario)
    else:
        root, faults = read_chain(Path(scenario))
    choices = _Choices(sets, policies, _said(changes), allow_code)
    root = _without_claims(root)
    chosen, unset = _with_choices(root, choices)
    base = _checked(chosen, [*faults, *unset], choices, _as_written(root, chosen))
    return Variations(chosen, base, policies, allow_code=allow_code)


def _without_claims(root: Node) -> Node:
    """Return the tree without hypotheses: where none is judged, their controls are no policies."""
    if not isinstance(root.value, dict):
        return root
    return root.with_value({name: one for name, one in root.value.items() if name != "hypotheses"})


def _finished(root: Node, faults: list[Fault], choices: _Choices) -> Scenario:
    """Set, fill in and judge; raise all faults in the order of the files."""
    chosen, unset = _with_choices(root, choices)
    return _checked(chosen, [*faults, *unset], choices, _as_written(root, chosen))


def _said(changes: Mapping[str, object] | None) -> dict[str, object]:
    """Return the changes that are not None, which stands for an argument left out."""
    return {path: value for path, value in (changes or {}).items() if value is not None}


def _as_written(root: Node, chosen: Node) -> bool:
    """Tell whether the months are still those of the file."""
    return root.child("months") is chosen.child("months")


def _with_choices(root: Node, choices: _Choices) -> tuple[Node, list[Fault]]:
    sets, unread = parse_sets(choices.sets)
    changes, unusable = parse_changes(choices.changes)
    # A policy that is chosen is one of the scenario's, so that its settings can be set.
    root = with_controls(_with_chosen(root, choices.policies or ()), choices.policies or ())
    root, unset = with_settings(root, [*sets, *changes])
    return root, [*unread, *unusable, *unset, *_unknown_policies(root, choices.policies or ())]


def _checked(root: Node, faults: list[Fault], choices: _Choices, as_written: bool) -> Scenario:
    scenario, wrong = resolved(root, allow_code=choices.allow_code)
    faults = [*faults, *wrong, *sweep_faults(root, scenario, allow_code=choices.allow_code)]
    if scenario is not None and not faults:
        untouched = not (choices.sets or choices.changes)
        faults = [
            *python_faults(scenario, root),
            *switch_faults(scenario, root, as_written=as_written),
            *late_changes(scenario, root, as_written=as_written),
            *(belief_faults(scenario, root) if untouched else ()),
            *hypothesis_faults(
                scenario, root, _overriding, as_written=as_written, untouched=untouched
            ),
        ]
    if faults or scenario is None:
        first = root.position.file
        unique = dict.fromkeys(faults)
        raise ScenarioError(tuple(sorted(unique, key=lambda fault: _order(fault, first))))
    return select_policies(scenario, choices.policies)


def _order(fault: Fault, first: str) -> tuple[bool, str, int, int]:
    return fault.file != first, fault.file, fault.line, fault.column


def _with_chosen(root: Node, names: Sequence[str]) -> Node:
    """Return the tree with the library's policies that were asked for."""
    written = root.child("policies") or from_data(dict.fromkeys(default_policies()), "--policy")
    asked = [name.policy for name in map(as_policy_name, names) if name is not None]
    library = [name for name in asked if name in library_nodes()]
    if not library or not isinstance(written.value, dict) or not isinstance(root.value, dict):
        return root
    missing = {name: from_data({}, "--policy") for name in library if name not in written.value}
    both = written.with_value({**written.value, **missing})
    return root.with_value({**root.value, "policies": both})


def _unknown_policies(root: Node, names: Sequence[str]) -> list[Fault]:
    """Return a fault for each policy that was asked for and is nowhere."""
    written = root.child("policies")
    own = written.value if written is not None and isinstance(written.value, dict) else {}
    known = [*own, *library_nodes()]  # with the controls that are asked for
    rule = "is not a policy of this scenario or of the library"
    return [
        Position("--policy").fault(name, rule, "", nearest(name, known))
        for name in names
        if name not in known
    ]
