"""Flags that commands share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from sim.commands.completion import (
    measure_names,
    policy_names,
    precisions,
    results_folders,
    scenario_files,
    set_paths,
)
from sim.errors import CommandError

__all__ = [
    "AllowCode",
    "ClusterAddress",
    "Engine",
    "File",
    "Folder",
    "Json",
    "Log",
    "Measures",
    "Months",
    "Most",
    "Out",
    "Policies",
    "Precisions",
    "Quiet",
    "Replications",
    "Seed",
    "Sets",
    "Workers",
    "as_json_text",
    "targets_of",
]

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A scenario file, or the name of one that ships.",
        autocompletion=scenario_files,
    ),
]
Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", exists=True, help="A results folder.", autocompletion=results_folders
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a value by dotted path (repeatable).",
        autocompletion=set_paths,
    ),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="NAME",
        help="Keep only these policies (repeatable).",
        autocompletion=policy_names,
    ),
]
Replications = Annotated[
    int | None, typer.Option("-n", "--replications", help="Runs of each policy.")
]
Precisions = Annotated[
    list[str] | None,
    typer.Option(
        "--precision",
        metavar="MEASURE=SHARE",
        help="Replicate until half of its 95% interval is at most this share of it (repeatable).",
        autocompletion=precisions,
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="Only these measures (repeatable); `sim measures` lists them.",
        autocompletion=measure_names,
    ),
]
Most = Annotated[int | None, typer.Option(help="Replications at which --precision gives up.")]
Seed = Annotated[int | None, typer.Option(help="Seed of all chance.")]
Months = Annotated[int | None, typer.Option(help="Months of four weeks.")]
Engine = Annotated[
    str,
    typer.Option(
        metavar="auto|compiled|simpy",
        help="What drives time: compiled is fast, simpy takes policies in Python; same numbers.",
    ),
]
Workers = Annotated[int | None, typer.Option(help="Runs at a time, by default one a core.")]
ClusterAddress = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Run on a Dask scheduler's workers."),
]
Log = Annotated[
    Path | None, typer.Option(help="Write the first replication's contacts, as a desk would.")
]
Out = Annotated[Path | None, typer.Option(help="Results folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say only where the results are.")]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable results.")]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", help="Let the scenario name Python classes as policies.")
]


def as_json_text(value: object) -> str:
    """Write plain data as JSON for people and programs."""
    return json.dumps(value, indent=2)


def targets_of(texts: Iterable[str]) -> dict[str, float]:
    """Read ``MEASURE=SHARE`` texts.

    Raises
    ------
    CommandError
        If one is not written so.
    """
    found = {}
    for text in texts:
        measure, _, share = (part.strip() for part in text.partition("="))
        try:
            found[measure] = float(share)
        except ValueError:
            raise CommandError(
                f"--precision {text}: must be written MEASURE=SHARE, such as profit=0.02"
            ) from None
    return found
