"""The register: which registrations hold since when, and which parameters they were run with.

A finding that is changed, or a parameter of the model that is changed after a run, needs a new
edition of the register, which says what was changed. So nobody can adjust either to a verdict
without saying so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sim.errors import CommandError
from sim.scenario.dump import fingerprint
from sim.scenario.explain import explanations
from sim.studies.verify.field.findings import Finding, every_finding
from sim.studies.verify.field.worlds import scenario_of

__all__ = [
    "Edition",
    "changed_parameters",
    "check",
    "editions",
    "parameters",
    "register",
    "unregistered",
]

_FILE = Path(str(files("sim.studies.verify.field"))) / "register.yaml"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the register.

    Attributes
    ----------
    number : int
        From 1.
    registered : date
    says : str
        What is new in it, or what was changed and why.
    findings : mapping of str to str
        The digest of each registration.
    """

    number: int
    registered: date
    says: str
    findings: Mapping[str, str]


def editions() -> tuple[Edition, ...]:
    """Return every edition, the oldest first."""
    return tuple(Edition(**one) for one in yaml.safe_load(_FILE.read_text("utf-8")) or ())


def unregistered(findings: Iterable[Finding], edition: Edition) -> list[str]:
    """Return what was added, changed or taken away since an edition, a line each."""
    now = {one.name: one.digest for one in findings}
    then = dict(edition.findings)
    added = [f"{name} is new" for name in now if name not in then]
    gone = [f"{name} is gone" for name in then if name not in now]
    changed = [f"{name} was changed" for name in now if then.get(name, now[name]) != now[name]]
    return [*added, *gone, *changed]


def check() -> Edition:
    """Return the last edition if it holds all registrations as they are now.

    Raises
    ------
    CommandError
        If anything was added, changed or taken away since.
    """
    edition = editions()[-1]
    faults = unregistered(every_finding(), edition)
    if faults:
        raise CommandError(
            f"edition {edition.number} of the register does not hold these findings "
            f"({'; '.join(faults)}); register a new one with --register and what is new in it"
        )
    return edition


def register(says: str, today: date) -> Edition:
    """Append an edition with all registrations as they are now.

    Raises
    ------
    CommandError
        If it says nothing.
    """
    if not says.strip():
        raise CommandError("--register: say what is new in this edition, or what was changed")
    new = {one.name: one.digest for one in every_finding()}
    edition = Edition(len(editions()) + 1, today, says.strip(), new)
    entry = {
        "number": edition.number,
        "registered": edition.registered,
        "says": edition.says,
        "findings": dict(edition.findings),
    }
    with _FILE.open("a", encoding="utf-8") as file:
        file.write(yaml.safe_dump([entry], sort_keys=False, width=100))
    return edition


def parameters() -> dict[str, dict[str, str]]:
    """Return what the numbers depend on: the default of each key, and each world's fingerprint."""
    worlds = {world.name: world for one in every_finding() for world in one.worlds}
    return {
        "defaults": {one.key: one.default for one in explanations() if one.default},
        "worlds": {name: fingerprint(scenario_of(world, ())) for name, world in worlds.items()},
    }


def changed_parameters(then: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return which parameters differ from those of a run, a line each; new keys do not."""
    now: dict[str, dict[str, Any]] = parameters()
    return [
        f"{name}: {value} then, {now[part].get(name, 'gone')} now"
        for part, values in then.items()
        for name, value in values.items()
        if now[part].get(name) != value
    ]
