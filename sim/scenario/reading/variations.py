"""Scenarios made from one by setting values: the points of a sweep, and what is wrong with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sim.errors import Fault, ScenarioError
from sim.measures.policy_names import read_policy_name
from sim.scenario.dump import policy_fingerprints, to_mapping
from sim.scenario.reading.base_files import with_data_files
from sim.scenario.reading.controls import as_policy_name
from sim.scenario.reading.nodes import Node, Position, Scalar, found, from_data
from sim.scenario.reading.overrides import Setting, with_settings
from sim.scenario.reading.policy_inheritance import with_inherited_policies
from sim.scenario.reading.python_policies import python_faults, with_python_files
from sim.scenario.reading.regime_faults import change_faults
from sim.scenario.reading.validate import validate
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.sweep import Levels
from sim.scenario.schema.walk import bare_type, element_type, keys_under
from sim.scenario.schema.what_changes import only_for

__all__ = ["Variations", "resolved", "select_policies", "sweep_faults", "whole_number"]

# Values of a path tried when a file is loaded; all points are checked before the first run.
MAX_LEVELS = 200

# Scenarios that are kept ready, of less than 100 KB each: a point is checked, addressed and run.
MOST_KEPT = 256

# What leaves the numbers of a run as they are.
DESCRIPTIVE = ("name", "describe", "replications")

# The sections that say what is varied.
VARYING = ("sweep", "best")

# What is asked of runs, of which a run knows nothing.
ASKED = ("hypotheses", "sweep", "best", "worth", "beliefs", "known")


class Variations:
    """A scenario from which others are made by setting values, as ``--set`` does.

    Parameters
    ----------
    root : Node
        As read, with overrides set.
    base : Scenario
        What it means.
    policies : sequence of str, optional
        The policies that were chosen.
    allow_code : bool
        Whether a policy may name Python.

    Attributes
    ----------
    base : Scenario
        The scenario with nothing varied.
    """

    def __init__(
        self,
        root: Node,
        base: Scenario,
        policies: Sequence[str] | None,
        *,
        allow_code: bool = False,
    ) -> None:
        self.base = base
        self._allow_code = allow_code
        self._root = _bare(root)
        self._levels = _level_nodes(root, "best") | _level_nodes(root, "sweep")
        self._policies = policies
        self._made: OrderedDict[str, Scenario] = OrderedDict()

    def at(self, values: Mapping[str, Scalar]) -> Scenario:
        """Return the scenario with values set by dotted path, checked.

        The last ones made are returned again, so that runs of a scenario share their work.

        Parameters
        ----------
        values : mapping of str to number, text or bool
            By path, such as ``{"desk.pools.frontline.agents": 5}``.

        Raises
        ------
        ScenarioError
            If a path leads nowhere or a value breaks a rule; it names the line in the sweep.
        """
        # As text, since 1, 1.0 and True are equal but not the same setting.
        key = repr([*values.items()])
        made = self._made.pop(key, None) or self._make(values)
        self._made[key] = made
        if len(self._made) > MOST_KEPT:
            self._made.popitem(last=False)
        return made

    def _make(self, values: Mapping[str, Scalar]) -> Scenario:
        nodes = [Setting(path, self._node(path, value)) for path, value in values.items()]
        scenario, faults = _at(self._root, nodes, allow_code=self._allow_code)
        if scenario is not None:
            faults += python_faults(scenario, self._root)
        if scenario is None or faults:
            raise ScenarioError(tuple(faults))
        return select_policies(scenario, self._policies)

    def digest(self) -> str:
        """Return 64 hexadecimal digits that change with whatever a point may be made from.

        That is what is written, and the content of the files and modules that it names.
        """
        data: Any = self._root.plain()
        for name in DESCRIPTIVE:
            data.pop(name, None)
        parts = [data, self._policies, policy_fingerprints(self.base)]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    def value_at(self, path: str) -> Scalar:
        """Return the value that stands at a dotted path when nothing is varied.

        Raises
        ------
        ScenarioError
            If there is no single value there.
        """
        value: Any = found(to_mapping(self.base), path)
        if value is None or isinstance(value, (dict, list)):
            rule = "has no single value in the scenario from which to vary it"
            raise ScenarioError((self._node(path, None).position.fault(path, rule),))
        scalar: Scalar = value
        return scalar

    def _node(self, path: str, value: Scalar) -> Node:
        node = self._levels.get(path)
        if node is None:
            return from_data(value, "<sweep>")
        return Node(value, node.key_position, node.key_position)


def resolved(root: Node, *, allow_code: bool = False) -> tuple[Scenario | None, list[Fault]]:
    """Return the scenario that a whole tree describes, or None and every fault."""
    written = root
    root, unlike = with_inherited_policies(root)
    root, unfound = with_data_files(root)
    root, uncoded = with_python_files(root, allowed=allow_code)
    scenario, wrong = validate(root)
    if scenario is not None:
        wrong = [
            *wrong,
            *change_faults(written, scenario, partial(resolved, allow_code=allow_code)),
        ]
    return scenario, [*unlike, *unfound, *uncoded, *wrong]


def select_policies(scenario: Scenario, policies: Sequence[str] | None) -> Scenario:
    """Return a scenario with only the policies that were chosen, if any were.

    The one that all start under, if there is one, stays too, and so do the controls of claims about
    chosen policies, and of their trials.
    """
    if policies is None:
        return scenario
    policies = [str(as_policy_name(name) or name) for name in policies]
    policies = [*dict.fromkeys([*policies, *_controls_of(scenario, policies)])]
    if scenario.switch_month is not None:
        policies = [*dict.fromkeys([next(iter(scenario.policies)), *policies])]
    chosen = {name: scenario.policies[name] for name in policies}
    changes = only_for(scenario.changes, chosen)
    kept = {"policies": chosen, "changes": changes}
    return scenario.model_copy(update=kept | _same_history(scenario, chosen))


def _same_history(scenario: Scenario, chosen: Mapping[str, object]) -> dict[str, object]:
    """Return how to say the same history with these policies only."""
    name, policy = scenario.before_month_1()
    if not scenario.history_months or scenario.history_policy is policy:
        return {}
    return {"history_policy": name if name in chosen else policy}


def _controls_of(scenario: Scenario, policies: Sequence[str]) -> Iterator[str]:
    """Yield controls: of trials, and of claims that compare nothing else than chosen policies."""
    for name in policies:
        trial = scenario.policies[name].trial
        if trial is not None:
            yield trial.control
    for hypothesis in scenario.hypotheses:
        names = [term.policy for term in hypothesis.read().terms()]
        if all(name in policies or read_policy_name(name).policy in policies for name in names):
            yield from (name for name in names if name in scenario.policies)


def sweep_faults(
    root: Node, scenario: Scenario | None, *, allow_code: bool = False
) -> Iterator[Fault]:
    """Yield paths that lead nowhere, of what a sweep or `sim best` varies, and impossible values.

    Rules between several keys are left to the points themselves, which may keep them together.
    """
    for section in VARYING:
        asked = getattr(scenario, section, None)
        for path, levels in asked.vary.items() if asked is not None else ():
            level = _level_nodes(root, section)[path]
            for value in _tried(levels):
                yield from _level_faults(
                    _bare(root), f"{section}.vary", (path, level), value, allow_code=allow_code
                )


def whole_number(path: str) -> bool:
    """Tell whether only whole numbers may stand at a dotted path."""
    annotation: Any = Scenario
    for step in _path_changed(path).split("."):
        keys = keys_under(annotation)
        annotation = keys[step].annotation if step in keys else element_type(annotation)
    return bare_type(annotation)[0] is int


def _tried(levels: Levels) -> tuple[Scalar, ...]:
    listed = levels.listed
    if listed:
        return (*listed[:MAX_LEVELS], listed[-1]) if len(listed) > MAX_LEVELS else listed
    return (levels.between(0.0), levels.between(1.0))


def _level_faults(
    root: Node, where: str, lever: tuple[str, Node], value: Scalar, *, allow_code: bool
) -> Iterator[Fault]:
    path, level = lever
    # Data given from Python has no lines; a name of its own tells faults of this very value.
    position = level.key_position if level.key_position.line else Position(f"{where}.{path}")
    _, faults = _at(root, [Setting(path, Node(value, position, position))], allow_code=allow_code)
    for fault in faults:
        if (fault.file, fault.line, fault.column) == (
            position.file,
            position.line,
            position.column,
        ):
            yield fault
        elif fault.line == 0 and fault.file == position.file:
            yield replace(fault, line=position.line, column=position.column)


def _at(
    root: Node, settings: list[Setting], *, allow_code: bool
) -> tuple[Scenario | None, list[Fault]]:
    root, unset = with_settings(root, settings)
    scenario, faults = resolved(root, allow_code=allow_code)
    return scenario, [*unset, *faults]


def _bare(root: Node) -> Node:
    """Return the tree without what it asks: a point is only to be run."""
    if not isinstance(root.value, dict):
        return root
    kept = {name: node for name, node in root.value.items() if name not in ASKED}
    return root.with_value(kept)


def _level_nodes(root: Node, section: str) -> dict[str, Node]:
    asked = root.child(section)
    vary = asked.child("vary") if asked else None
    return vary.value if vary is not None and isinstance(vary.value, dict) else {}


def _path_changed(path: str) -> str:
    """Return the path that a path into `changes` sets, or the path itself."""
    return re.sub(r"^changes\.\d+\.set\.", "", path)
