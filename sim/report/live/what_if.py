"""The part "What if?" of a page: worlds, settings and texts, and the scripts that run them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from itertools import product
from math import isfinite
from typing import Any

from sim.engine.simulate import simulate
from sim.errors import CommandError
from sim.model.measuring import whole
from sim.model.policy.entitlements import policy_tables
from sim.report.live.live_measures import measures_of, tally_data
from sim.report.live.module import module
from sim.report.live.movable import Place, Setting, places_of, settings_of
from sim.report.live.packed_worlds import Arrays, Packer, arrays_of, layout_of, packed, start_of
from sim.report.live.page_facts import FEWEST, page_facts, replicated_facts
from sim.scenario.dump import to_mapping
from sim.scenario.reading.load import override
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "MOST_BYTES", "Asked", "Carried", "WhatIf", "page_script", "what_if", "worker_script",
]  # fmt: skip

MOST_BYTES = 3_000_000
"""Largest size of a page unless a person allows a larger one: what a mail may carry."""

_REST = 60_000  # bytes of scripts and tables, and of what a page has besides
_SCRIPTS = ("engine.js", "tallies.js", "worker.js")


@dataclass(frozen=True, slots=True)
class Asked:
    """How a person writes what a page runs.

    Attributes
    ----------
    base : str
        How a file that starts from the scenario names it: a path, or the name of one that ships;
        empty where none can.
    command : tuple of str
        Words of the command that runs the scenario as it is, without the number of replications.
    given : mapping of str to str
        What the scenario differs by from the base: YAML, by dotted path.
    """

    base: str
    command: tuple[str, ...]
    given: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Carried:
    """What a page is to hold.

    Attributes
    ----------
    prefixes : tuple of str
        Settings whose path begins so have sliders; empty for all that may move.
    choices : mapping of str to sequence
        Values to choose from, by path, of settings that need worlds of their own.
    with_people : bool
        Whether people of a customer file may go along.
    most_bytes : int
        Largest size of the page.
    """

    prefixes: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    with_people: bool = False
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True)
class WhatIf:
    """What the template lays out.

    Attributes
    ----------
    facts : mapping
        All that the page shows, ready for JSON.
    worlds, code : str
        In base64, compressed: what the workers start from, and the engine's loop.
    """

    facts: Mapping[str, Any]
    worlds: str
    code: str

    @property
    def worker(self) -> str:
        """The script of the workers."""
        return worker_script()

    @property
    def script(self) -> str:
        """The script of the page."""
        return "\n".join(page_script(name) for name in ("estimates.js", "sliders.js"))

    @cached_property
    def hashes(self) -> str:
        """What the page's policy must allow besides: the script, and WebAssembly."""
        digest = base64.b64encode(hashlib.sha256(self.script.encode()).digest()).decode()
        return f"'sha256-{digest}' 'wasm-unsafe-eval'"


def worker_script() -> str:
    """Return the script of the workers."""
    return "\n".join(page_script(name) for name in _SCRIPTS)


def page_script(name: str) -> str:
    """Return a script of the page, to be joined with others."""
    text = (files("sim.report.live") / name).read_text("utf-8")
    return text.removeprefix('"use strict";\n')


def what_if(scenario: Scenario, asked: Asked, carried: Carried, page_bytes: int = 0) -> WhatIf:
    """Return the part of a page in which settings of a scenario may be changed.

    Parameters
    ----------
    scenario : Scenario
    asked : Asked
    carried : Carried
    page_bytes : int
        What the rest of the page takes.

    Raises
    ------
    RunError
        If the module is missing or was made of other sources.
    CommandError
        If a policy is a Python class, a prefix fits no setting that may move, people of a file
        would go along unasked, or fewer than two replications fit.
    """
    compiled = module()
    _refuse(scenario, carried)
    choices = _with_own(scenario, carried.choices)
    variants = _variants(scenario, choices)
    settings, places = _movable(scenario, variants, carried.prefixes)
    shown = {
        **page_facts(scenario),
        "base": asked.base,
        "given": [list(pair) for pair in asked.given.items()],
        "settings": [_slider(one) for one in settings],
        "places": places,
        "check": _first_run(scenario),
        "choices": [[path, list(values)] for path, values in choices.items()],
        "own": [_own(scenario, path) for path in choices],
    }
    worlds = _Worlds(scenario, variants, compiled.entry)
    rest = _REST + page_bytes + len(json.dumps(shown)) + 4 * len(compiled.code) // 3
    count = worlds.fill(carried.most_bytes - rest)
    shown |= {"command": [*asked.command, "-n", str(count)], **replicated_facts(scenario, count)}
    coded = (base64.b64encode(content).decode() for content in (worlds.block(), compiled.code))
    return WhatIf(shown, *coded)


def _refuse(scenario: Scenario, carried: Carried) -> None:
    for name in scenario.policies:
        if any(policy.python for policy in policy_tables(scenario, name).policies):
            raise CommandError(f"{name}: a policy written in Python cannot run in a page")
    if scenario.people.file and not carried.with_people:
        raise CommandError(
            f"the page would carry the people of {scenario.people.file}, one by one: who is a "
            "customer since when, and every number that the model reads of them, from the file or "
            "drawn; no names or other columns. To pass that on, say --with-people"
        )
    if carried.with_people and not scenario.people.file:
        raise CommandError("--with-people: this scenario has no customer file")


def _with_own(
    scenario: Scenario, choices: Mapping[str, Sequence[Any]]
) -> dict[str, tuple[Any, ...]]:
    """Return choices with the scenario's own value of each among them."""
    return {
        path: tuple(dict.fromkeys([*values, _own(scenario, path)]))
        for path, values in choices.items()
    }


def _own(scenario: Scenario, path: str) -> Any:
    value: Any = to_mapping(scenario)
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            raise CommandError(f"--choice {path}: the scenario has no such key")
        value = value[step]
    return value


def _variants(scenario: Scenario, choices: Mapping[str, Sequence[Any]]) -> list[Scenario]:
    """Return a scenario for each combination of choices, the last changing fastest."""
    return [
        override(scenario, dict(zip(choices, chosen, strict=True))) if chosen else scenario
        for chosen in product(*choices.values())
    ]


def _movable(
    scenario: Scenario, variants: Sequence[Scenario], prefixes: Sequence[str]
) -> tuple[list[Setting], list[dict[str, list[Place]]]]:
    """Return the settings that may move, and their places by variant and policy."""
    candidates = settings_of(scenario, prefixes)
    places = []
    for variant in variants:
        each = places_of(variant, candidates, _first_worlds)
        places += [each[policy] for policy in scenario.policies]
    known = [one for one in candidates if all(one.path in found for found in places)]
    for prefix in prefixes:
        if not any(f"{one.path}.".startswith(f"{prefix}.") for one in known):
            raise CommandError(
                f"--setting {prefix}: no setting of it may move in a page; give its values with "
                f"--choice {prefix}=VALUE,VALUE"
            )
    return known, places


def _first_worlds(scenario: Scenario) -> Iterator[tuple[str, Arrays]]:
    for policy in scenario.policies:
        yield policy, arrays_of(*start_of(scenario, policy, 0))


class _Worlds:
    """The worlds of all variants, policies and replications, as many as fit."""

    def __init__(self, scenario: Scenario, variants: Sequence[Scenario], entry: str) -> None:
        self._scenario, self._variants, self._entry = scenario, variants, entry
        self._packer, self._worlds = Packer(), list[list[Any]]()
        self._layout: dict[str, Any] = {}

    def fill(self, most_bytes: int) -> int:
        """Pack as many replications as fit, at most the scenario's, and return how many.

        Raises
        ------
        CommandError
            If fewer than two fit.
        """
        most = max(self._scenario.replications, FEWEST)
        sizes = [self._with_one_more(number) for number in range(FEWEST)]
        each = sizes[1] - sizes[0]
        count = min(most, FEWEST + max(0, (most_bytes - sizes[1]) // max(each, 1)))
        if sizes[1] > most_bytes:
            needed = -(-sizes[1] // 1_000_000) + 1
            raise CommandError(
                f"{self._scenario.people.count:,} people in two replications take "
                f"{sizes[1] / 1e6:.1f} MB; allow as much with --megabytes {needed}, or set fewer "
                "people"
            )
        for number in range(FEWEST, count):
            self._add(number)
        return count

    def _with_one_more(self, replication: int) -> int:
        self._add(replication)
        return len(base64.b64encode(self.block()))

    def _add(self, replication: int) -> None:
        for variant in self._variants:
            for policy in variant.policies:
                arrays = arrays_of(*start_of(variant, policy, replication))
                self._layout = self._layout or layout_of(arrays)
                self._worlds.append(self._packer.add(arrays))

    def block(self) -> bytes:
        """Return what the workers start from."""
        header = {
            "entry": self._entry,
            "layout": self._layout,
            "worlds": self._worlds,
            "tallies": tally_data(self._scenario),
            **self._packer.header(),
        }
        return packed(header, self._packer.data())


def _first_run(scenario: Scenario) -> dict[str, float | None]:
    """Return every measure of the first replication under the first policy, to be compared."""
    found = whole(simulate(scenario, next(iter(scenario.policies)), 0))
    live = ((name, found[name]) for name in measures_of(scenario))
    return {name: value if isfinite(value) else None for name, value in live}


def _slider(setting: Setting) -> dict[str, Any]:
    return {
        "path": setting.path, "own": setting.own, "unit": setting.unit, "group": setting.group,
        "title": setting.description, "stops": list(setting.stops),
    }  # fmt: skip
