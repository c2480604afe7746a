"""``sim new``, ``sim check`` and ``sim schema``: scenario files, before anything runs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import AllowCode, File, Json, Policies, Sets, as_json_text
from sim.errors import CommandError, ScenarioError

__all__ = ["check", "new", "schema"]


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented starting scenario.

    Example: sim new my.yaml
    """
    from sim.scenario.shipped import template

    if file.exists() and not force:
        raise CommandError(f"{file}: exists already. Choose another name, or give --force.")
    try:
        file.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None
    typer.echo(f"Wrote {file}. Next: sim check {file}")


def check(
    file: File,
    sets: Sets = None,
    policy: Policies = None,
    allow_code: AllowCode = False,
    as_json: Json = False,
) -> None:
    """Say whether a scenario is sound, and if not, every fault at once.

    Example: sim check my.yaml --set people.count=5000
    """
    from sim.scenario.dump import fingerprint
    from sim.scenario.reading.load import load

    try:
        scenario = load(file, sets or (), policy or None, allow_code=allow_code)
    except ScenarioError as error:
        if as_json:
            faults = [dataclasses.asdict(fault) for fault in error.faults]
            typer.echo(as_json_text({"file": str(file), "sound": False, "faults": faults}))
        raise
    digest, policies = fingerprint(scenario), list(scenario.policies)
    if as_json:
        told = {"name": scenario.name, "fingerprint": digest, "policies": policies}
        typer.echo(as_json_text({"file": str(file), "sound": True, "faults": [], **told}))
    else:
        typer.echo(f"{file}: sound. {scenario.name} ({digest}): {', '.join(policies)}")


def schema() -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check.

    Example: sim schema > scenario.schema.json
    """
    from sim.scenario.explain import json_schema

    typer.echo(as_json_text(json_schema()))
