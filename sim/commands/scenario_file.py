"""``sim new``, ``sim check`` and ``sim schema``: scenario files, before anything runs."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.options import Json, as_json_text, with_options
from sim.commands.output import print_text
from sim.errors import CommandError, InputError, ScenarioError

if TYPE_CHECKING:
    from sim.execution.selection import ScenarioSelection

__all__ = ["check", "new", "schema"]


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented starting scenario.

    Example: sim new my.yaml
    """
    from sim.results.atomic import write_whole
    from sim.scenario.shipped import template

    if file.exists() and not (force and file.is_file()):
        hint = ", or give --force" if file.is_file() else ""
        raise CommandError(f"{file}: exists already. Choose another name{hint}.")
    try:
        write_whole(Path(os.path.realpath(file)), template().encode())
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}.") from None
    print_text(f"Wrote {file}. Next: sim check {file}")


@with_options(without=("replications", "seed", "months"))
def check(*, selection: ScenarioSelection, as_json: Json = False) -> None:
    """Check a scenario as `sim run` would, and print every fault and how large a run is.

    Every file that it names is read.

    Example: sim check my.yaml --set people.count=5000
    """
    from sim.scenario.dump import fingerprint

    file = str(selection.source)
    try:
        prepared = selection.prepared()
        selection.refuse_points()
    except InputError as error:
        if as_json:
            print_text(as_json_text({"file": file, "sound": False, "faults": _faults(error)}))
        raise
    scenario = prepared.scenario
    digest, policies = fingerprint(scenario), list(scenario.policies)
    if as_json:
        facts = {
            "name": scenario.name,
            "fingerprint": digest,
            "policies": policies,
            "inherited": _inherited(selection),
            "size": dataclasses.asdict(prepared.size),
            "warnings": prepared.warnings,
        }
        print_text(as_json_text({"file": file, "sound": True, "faults": [], **facts}))
        return
    print_text(f"{file}: sound. {scenario.name} ({digest}): {', '.join(policies)}")
    for base, keys in _inherited(selection).items():
        print_text(f"From {base}: {', '.join(keys)}.")
    for warning in prepared.warnings:
        print_text(f"Note: {warning}")
    print_text(f"{prepared.size}.")


def _inherited(selection: ScenarioSelection) -> dict[str, list[str]]:
    """Return what the file takes from each file that it is based on, by the base's name or path."""
    from sim.scenario.reading.base_files import inherited, read_chain
    from sim.scenario.shipped import shipped

    names = {str(path): name for name, path in shipped().items()}
    bases = inherited(read_chain(Path(str(selection.source)))[0])
    return {names.get(base, base): keys for base, keys in bases.items()}


def _faults(error: InputError) -> list[dict[str, object]]:
    """Return the faults of a scenario with their places; those of its files as sentences."""
    if isinstance(error, ScenarioError):
        return [dataclasses.asdict(fault) for fault in error.faults]
    return [{"rule": line} for line in str(error).splitlines()]


def schema() -> None:
    """Print the JSON Schema of scenario files, by which editors complete and check them.

    Example: sim schema > scenario.schema.json
    """
    from sim.scenario.explain import json_schema

    print_text(as_json_text(json_schema()))
