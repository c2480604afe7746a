"""Flags that commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Engine",
    "File",
    "Json",
    "Months",
    "Out",
    "Policies",
    "Quiet",
    "Replications",
    "Seed",
    "Sets",
    "Workers",
    "as_json_text",
]

File = Annotated[Path, typer.Argument(help="A scenario file, or the name of one that ships.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value by dotted path (repeatable)."),
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", metavar="NAME", help="Keep only these policies (repeatable)."),
]
Replications = Annotated[
    int | None, typer.Option("-n", "--replications", help="Runs of each policy.")
]
Seed = Annotated[int | None, typer.Option(help="Seed of all chance.")]
Months = Annotated[int | None, typer.Option(help="Months of four weeks.")]
Engine = Annotated[str, typer.Option(metavar="auto|compiled|simpy", help="What drives time.")]
Workers = Annotated[int | None, typer.Option(help="Runs at a time, by default one a core.")]
Out = Annotated[Path | None, typer.Option(help="Results folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say only where the results are.")]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable results.")]


def as_json_text(value: object) -> str:
    """Write plain data as JSON for people and programs."""
    return json.dumps(value, indent=2)
