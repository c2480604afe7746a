"""Write a page in which the model runs with settings that its reader changes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from sim.errors import CommandError, ScenarioError
from sim.execution.selection import (
    ScenarioSelection,
    SelectionOptions,
    Source,
    accepts,
    divided,
)
from sim.report.kit.canvas import write_file
from sim.report.kit.templating import render_template
from sim.report.live.what_if import Asked, Carried, WhatIf, what_if
from sim.results.manifest import slug
from sim.scenario.dump import dump
from sim.scenario.reading.overrides import parse_sets
from sim.scenario.schema.scenario import Scenario

__all__ = ["explore", "explore_selection", "read_choices"]

_TITLES = {
    "what-if": "What if?",
    "policies": "Policies",
    "method": "Method",
    "scenario": "Scenario",
}


@accepts(SelectionOptions)
def explore(
    scenario: Source,
    *,
    out: str | os.PathLike[str] | None = None,
    settings: Sequence[str] = (),
    choices: Mapping[str, Sequence[Any]] | None = None,
    with_people: bool = False,
    megabytes: float = 3.0,
    **options: Unpack[SelectionOptions],
) -> Path:
    """Write a page that runs a scenario in the browser, with sliders; return its path.

    The page needs no server and no network: it holds the engine, compiled for browsers, and the
    worlds of as many replications as fit. It gives the numbers of `sim.run`, bit by bit.

    Parameters
    ----------
    scenario : path or Scenario
        A scenario file, the name of one that ships, or a scenario already loaded.
    out : path, optional
        The page; by default ``<name>-what-if.html`` in the current folder.
    settings : sequence of str
        Only settings whose dotted path begins so have sliders; by default all that may move.
    choices : mapping of str to sequence, optional
        By dotted path, values to choose from, such as ``{"desk.pools.frontline.agents": [4, 6]}``:
        for settings that need worlds of their own, which the page then holds.
    with_people : bool
        Whether people of a customer file may go along with the page, one by one.
    megabytes : float
        Largest size of the page. More replications fit into a larger one, up to the scenario's.
    replications, seed, months, policies, sets, set, allow_code
        As of `sim.run`.

    Raises
    ------
    InputError
        If the scenario or an argument is wrong, or fewer than two replications fit.
    RunError
        If the engine that ships for browsers is missing, or is of another version of the model.

    Examples
    --------
    >>> import sim
    >>> sim.explore("my.yaml", months=2, settings=["behaviour.talk"]).name
    'mine-what-if.html'
    """
    selection, _ = divided(scenario, options)
    carried = Carried(tuple(settings), choices or {}, with_people, round(megabytes * 1e6))
    return explore_selection(selection, carried, None if out is None else Path(out))


def explore_selection(selection: ScenarioSelection, carried: Carried, out: Path | None) -> Path:
    """Write the page of what is selected, as `explore` does."""
    scenario = selection.scenario()
    live = what_if(scenario, _asked(selection, scenario.policies), carried)
    path = out if out is not None else Path(f"{slug(scenario.name)}-what-if.html")
    return write_file(path, _page(scenario, live).encode())


def _page(scenario: Scenario, live: WhatIf) -> str:
    """Return the page: what may be changed, and what comes of it."""
    people = scenario.people.count or 0
    counts = (
        f"{len(scenario.policies)} policies",
        f"{live.facts['replications']} replications",
        f"{scenario.months} months of four weeks",
        *([f"{people:,} people"] if people else []),
        f"seed {scenario.seed}",
    )
    context = {
        "title": scenario.name,
        "question": scenario.describe or "",
        "facts": counts,
        "contents": _TITLES,
        "policies": {name: one.describe or "" for name, one in scenario.policies.items()},
        "live": live,
        "months": scenario.months,
        "scenario_text": dump(scenario),
    }
    return render_template("explore.html.j2", context)


def _asked(selection: ScenarioSelection, policies: Mapping[str, Any]) -> Asked:
    """Return how a person writes what is selected: as a file that starts from it, or a command."""
    flags = [word for name in policies for word in ("--policy", name)]
    words = selection.words("run")
    chosen = [*words, *flags] if not selection.policies else words
    adds = any(text.partition("=")[0].strip().endswith("+") for text in selection.sets)
    base = "" if adds or words[2] == "scenario.yaml" else words[2]
    given = {path.strip(): value.strip() for path, _, value in
             (text.partition("=") for text in selection.sets)}  # fmt: skip
    numbers = {"seed": selection.seed, "months": selection.months}
    given |= {name: str(value) for name, value in numbers.items() if value is not None}
    return Asked(base, tuple(_without_replications(chosen)), given)


def _without_replications(words: Sequence[str]) -> list[str]:
    """Return a command without its number of replications, in whose place the page has its own."""
    if "-n" not in words:
        return list(words)
    at = words.index("-n")
    return [*words[:at], *words[at + 2 :]]


def read_choices(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Read ``PATH=VALUE,VALUE`` texts, the values as YAML.

    Raises
    ------
    CommandError
        If a text has no path, or no values.
    """
    found = {}
    for text in texts:
        path, equals, values = (part.strip() for part in text.partition("="))
        settings, faults = parse_sets([f"{path}=[{values}]"]) if equals and values else ([], [])
        if faults:
            raise ScenarioError(tuple(faults))
        if not settings:
            rule = "must be written PATH=VALUE,VALUE, such as desk.pools.frontline.agents=4,6"
            raise CommandError(f"--choice {text}: {rule}")
        found[path] = settings[0].value.plain()
    return found
