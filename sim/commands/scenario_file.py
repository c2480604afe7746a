"""``sim new``, ``sim check`` and ``sim schema``: scenario files, before anything runs."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import scenario_files
from sim.commands.options import Json, as_json_text, with_options
from sim.commands.output import print_text
from sim.errors import CommandError, InputError, ScenarioError

if TYPE_CHECKING:
    from sim.execution.selection import ScenarioSelection

__all__ = ["check", "new", "schema"]


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    like: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="Start from a copy of this file, or of one that ships.",
            autocompletion=scenario_files,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented starting scenario, and beside it the schema that editors complete by.

    Example: sim new my.yaml
    """
    from sim.commands.editor_schema import SCHEMA_FILE, editor_schema, header
    from sim.scenario.shipped import template

    if file.exists() and not (force and file.is_file()):
        hint = ", or give --force" if file.is_file() else ""
        raise CommandError(f"{file}: exists already. Choose another name{hint}.")
    text, data = (template(), {}) if like is None else _copied(like, file)
    for path, content in data.items():
        if path.exists() and path.read_bytes() != content and not force:
            raise CommandError(f"{path}: exists already, and is another file than {like} names.")
        _write(path, content)
    _write(file, (header() + text).encode())
    _write(file.parent / SCHEMA_FILE, f"{json.dumps(editor_schema())}\n".encode())
    beside = ", ".join([*(path.name for path in data), SCHEMA_FILE])
    print_text(f"Wrote {file}, and {beside} beside it. Next: sim check {file}")


def _write(path: Path, content: bytes) -> None:
    from sim.results.atomic import write_whole

    try:
        write_whole(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}.") from None


def _copied(like: str, file: Path) -> tuple[str, dict[Path, bytes]]:
    """Return the text of a sound scenario, and the files that it names, by where they go.

    Raises
    ------
    CommandError
        If it names a file that cannot be copied beside the new one.
    InputError
        If it is not sound.
    """
    import yaml

    from sim.scenario.reading.base_files import DATA_FILES
    from sim.scenario.reading.load import load
    from sim.scenario.shipped import shipped

    source = shipped().get(like, Path(like))
    load(source)
    text = source.read_text("utf-8")
    written = yaml.safe_load(text)
    own = "".join(line for line in text.splitlines(keepends=True) if "$schema" not in line)
    if source.resolve().parent == file.resolve().parent:
        return own, {}
    named = [(written.get(section) or {}).get(name) for section, name in DATA_FILES]
    base = written.get("base")
    elsewhere = [base] if base and base not in shipped() else []
    names = [str(name) for name in named if name and not Path(name).is_absolute()]
    elsewhere += [name for name in names if Path(name).name != name]
    if elsewhere:
        raise CommandError(
            f"--like {like}: it names {elsewhere[0]} by where it lies, so its copy must lie beside "
            f"it: sim new {source.parent / file.name} --like {like}"
        )
    return own, {file.parent / name: (source.parent / name).read_bytes() for name in names}


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
    from sim.commands.editor_schema import editor_schema

    print_text(as_json_text(editor_schema()))
