"""``sim explain``, ``policies``, ``scenarios`` and ``measures``: lists, and what names mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.completion import key_and_measure_names
from sim.commands.options import Json, as_json_text
from sim.commands.output import print_text
from sim.errors import CommandError

if TYPE_CHECKING:
    from sim.measures.measure import Measure
    from sim.scenario.mechanism import Mechanism

__all__ = ["explain", "measures", "policies", "scenarios"]


def explain(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A key such as behaviour.talk.retell, a measure or a mechanism; by default the "
            "sections of a scenario are listed.",
            autocompletion=key_and_measure_names,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Explain a scenario key, a measure or a mechanism: meaning, unit, range, default, source.

    Example: sim explain behaviour.talk.retell
    """
    if key is None:
        _print_sections(as_json)
        return
    meanings = _meanings(key)
    if as_json:
        print_text(as_json_text(meanings[0] if len(meanings) == 1 else meanings))
        return
    for meaning in meanings:
        lines = [f"{meaning.pop('key')}", f"  {meaning.pop('description')}"]
        lines += [f"  {name + ':':<11}{_joined(value)}" for name, value in meaning.items() if value]
        print_text("\n".join(lines))


def policies(as_json: Json = False) -> None:
    """List the policies that ship, and who argues for each.

    Example: sim policies
    """
    from sim.scenario.shipped import library

    _list({name: policy.describe for name, policy in library().items()}, as_json)


def scenarios(as_json: Json = False) -> None:
    """List the scenarios that ship, with a sentence on each.

    Example: sim scenarios
    """
    from sim.scenario.reading.load import variations
    from sim.scenario.shipped import shipped

    # Without hypotheses: to check all values at which they are tried takes most of a second each.
    _list({name: variations(path).base.in_brief() for name, path in shipped().items()}, as_json)


def measures(as_json: Json = False) -> None:
    """List the measures, with units.

    Example: sim measures
    """
    declared = _measures()
    if as_json:
        print_text(as_json_text([_measure_meaning(measure) for measure in declared.values()]))
    else:
        _list({name: f"{m.title} [{m.unit}]" for name, m in declared.items()}, False)


def _measures() -> Mapping[str, Measure]:
    from sim.measures.definitions import MEASURES

    return MEASURES


def _measure_meaning(measure: Measure) -> dict[str, Any]:
    """Return a measure as `explain` shows it."""
    rest = {name: getattr(measure, name) for name in ("unit", "formula", "direction", "source")}
    return {"key": measure.name, "description": measure.title, **rest}


def _mechanism_meaning(mechanism: Mechanism) -> dict[str, Any]:
    """Return a mechanism as `explain` shows it."""
    off = tuple(f"{path}={value}" for path, value in mechanism.off.items())
    return {
        "key": mechanism.name,
        "description": mechanism.does,
        "off": off,
        "group": mechanism.group,
    }


def _print_sections(as_json: bool) -> None:
    """Print what stands at the top of a scenario, and where to go on."""
    from sim.scenario.explain import explanations

    top = {one.key: one.description for one in explanations() if "." not in one.key}
    _list(top, as_json)
    if not as_json:
        print_text(
            "\nsim explain desk says what stands in a section, sim explain desk.pools what stands "
            "below that. Measures: sim measures. All keys: docs/reference.md."
        )


def _meanings(key: str) -> list[dict[str, Any]]:
    """Return the meanings of a name as a key, a measure and a mechanism, at least one."""
    from sim.scenario.explain import explain as explain_key
    from sim.scenario.mechanisms import MECHANISMS

    measure, mechanism = _measures().get(key), MECHANISMS.get(key)
    meanings = [] if measure is None else [_measure_meaning(measure)]
    meanings += [] if mechanism is None else [_mechanism_meaning(mechanism)]
    try:
        return [dataclasses.asdict(explain_key(key)), *meanings]
    except CommandError:
        if not meanings:
            raise
        return meanings


def _joined(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _list(texts: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        print_text(as_json_text([{"name": name, "describe": text} for name, text in texts.items()]))
        return
    width = max((len(name) for name in texts), default=0)
    for name, text in texts.items():
        print_text(f"{name:<{width}}  {text}".rstrip())
