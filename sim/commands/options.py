"""The options that commands share, and a decorator that gives a command a whole group of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

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

if TYPE_CHECKING:
    from sim.report.live.what_if import Carried

__all__ = [
    "File",
    "Folder",
    "Json",
    "Live",
    "Log",
    "Measures",
    "Megabytes",
    "Most",
    "Out",
    "Plots",
    "Precisions",
    "Quiet",
    "Reference",
    "WithPeople",
    "Workers",
    "as_json_text",
    "carried",
    "carried_if",
    "targets_of",
    "with_options",
]

_SCENARIO, _EXECUTION = "Options: the scenario", "Options: how it is run"

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
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="NAME",
        help="Keep only these policies (repeatable).",
        autocompletion=policy_names,
        rich_help_panel=_SCENARIO,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option("-n", "--replications", help="Runs of each policy.", rich_help_panel=_SCENARIO),
]
Seed = Annotated[
    int | None, typer.Option(help="Seed of all random numbers.", rich_help_panel=_SCENARIO)
]
Months = Annotated[
    int | None, typer.Option(help="Months of four weeks.", rich_help_panel=_SCENARIO)
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set a key, given as a dotted path, to a value (repeatable). KEY+=VALUE adds a pool, "
        "policy, need or tier.",
        autocompletion=set_paths,
        rich_help_panel=_SCENARIO,
    ),
]
AllowCode = Annotated[
    bool,
    typer.Option(
        "--allow-code",
        help="Let the scenario name Python classes as policies, and run them.",
        rich_help_panel=_SCENARIO,
    ),
]
Engine = Annotated[
    str,
    typer.Option(
        metavar="auto|compiled|simpy",
        help="What drives time: compiled is fast, simpy runs policies in Python; same numbers.",
        rich_help_panel=_EXECUTION,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(help="Runs at a time; by default one for each core.", rich_help_panel=_EXECUTION),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Run on the workers of a Dask scheduler.",
        rich_help_panel=_EXECUTION,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        help="Print only where the results are, and show no progress.",
        rich_help_panel=_EXECUTION,
    ),
]
Precisions = Annotated[
    list[str] | None,
    typer.Option(
        "--precision",
        metavar="MEASURE=WIDTH",
        help="Replicate until half of the measure's 95% interval is at most WIDTH under every "
        "policy: 0.02 is a share of the mean, +-5 is in the measure's unit (repeatable). Never "
        "reached while all runs give the same number.",
        autocompletion=precisions,
    ),
]
Most = Annotated[int | None, typer.Option(help="Replications after which --precision gives up.")]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="Show only these measures (repeatable); `sim measures` lists them.",
        autocompletion=measure_names,
    ),
]
Log = Annotated[
    Path | None,
    typer.Option(help="Write the contacts of the first replication, as a service desk would."),
]
Reference = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Compare with this policy, not the first other one."),
]
Out = Annotated[Path | None, typer.Option(help="Results folder.")]
Plots = Annotated[
    list[str] | None,
    typer.Option(
        metavar="png|pdf", help="Also write every plot as a file of this kind (repeatable)."
    ),
]
Live = Annotated[
    bool,
    typer.Option(
        "--live", help="Put a part into the page that runs the model with settings one changes."
    ),
]
WithPeople = Annotated[
    bool,
    typer.Option(
        "--with-people",
        help="Let the people of the scenario's customer file go along with the page, one by one.",
    ),
]
Megabytes = Annotated[
    float | None,
    typer.Option(
        min=0.1,
        metavar="MB",
        help="Largest size of a page that runs the model: more replications fit into more. By "
        "default 3.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable results.")]

# By the name of a command's parameter: the options that stand in its place, with their defaults.
_GROUPS: Mapping[str, Mapping[str, tuple[Any, Any]]] = {
    "selection": {
        "file": (File, Parameter.empty),
        "policy": (Policies, None),
        "replications": (Replications, None),
        "seed": (Seed, None),
        "months": (Months, None),
        "sets": (Sets, None),
        "allow_code": (AllowCode, False),
    },
    "execution": {
        "context": (typer.Context, Parameter.empty),
        "engine": (Engine, "auto"),
        "workers": (Workers, None),
        "cluster": (ClusterAddress, None),
        "quiet": (Quiet, False),
    },
}


def carried(
    *,
    with_people: bool,
    megabytes: float | None,
    settings: Sequence[str] = (),
    choices: Mapping[str, Sequence[Any]] | None = None,
) -> Carried:
    """Return what a page that runs the model is to hold."""
    from sim.report.live.what_if import MOST_BYTES, Carried

    most = MOST_BYTES if megabytes is None else round(megabytes * 1e6)
    return Carried(tuple(settings), choices or {}, with_people, most)


def carried_if(live: bool, *, with_people: bool, megabytes: float | None) -> Carried | None:
    """Return what a page that runs the model is to hold; None if it does not run it.

    Raises
    ------
    CommandError
        If an option says what such a page holds, and the page is none.
    """
    if live:
        return carried(with_people=with_people, megabytes=megabytes)
    given = {"--with-people": with_people, "--megabytes": megabytes is not None}
    for name in (name for name, is_given in given.items() if is_given):
        raise CommandError(f"{name}: has an effect only with --live")
    return None


def with_options(
    *, without: Collection[str] = (), **instead: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of the groups that its parameters name.

    A parameter ``selection`` stands for the options that select and change a scenario, and the
    command gets a `sim.execution.selection.ScenarioSelection` made of them. A parameter
    ``execution`` stands for those that say how it is run, and the command gets a
    `sim.execution.execution.Execution`. An option that the command also has as a parameter of its
    own stays where it is and counts for both.

    Parameters
    ----------
    without : collection of str
        Options to leave out.
    **instead
        Annotations in place of those of the groups, by the name of the option.
    """

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        own = signature(command).parameters
        groups = {
            name: {
                option: (instead.get(option, kind), default)
                for option, (kind, default) in group.items()
                if option not in without
            }
            for name, group in _GROUPS.items()
            if name in own
        }
        return _expanded(command, groups)

    return decorated


def _expanded(
    command: Callable[..., None], groups: Mapping[str, Mapping[str, tuple[Any, Any]]]
) -> Callable[..., None]:
    """Return a command with options in place of the parameters that stand for groups of them."""
    parameters = _parameters(command, groups)
    own = signature(command).parameters

    def called(**options: Any) -> None:
        made = {name: _MAKERS[name](options) for name in groups}
        rest = {name: value for name, value in options.items() if name in own}
        command(**made, **rest)

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__module__ = command.__module__
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    called.__signature__ = signature(command).replace(  # type: ignore[attr-defined]
        parameters=parameters, return_annotation=None
    )
    return called


def _parameters(
    command: Callable[..., None], groups: Mapping[str, Mapping[str, tuple[Any, Any]]]
) -> list[Parameter]:
    own = signature(command).parameters
    unneeded = dict.fromkeys(("Execution", "ScenarioSelection"), object)
    hints = get_type_hints(command, localns=unneeded, include_extras=True)
    parameters: list[Parameter] = []
    for name, parameter in own.items():
        if name not in groups:
            parameters.append(
                parameter.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY)
            )
        else:
            parameters += [
                Parameter(option, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
                for option, (kind, default) in groups[name].items()
                if option not in own
            ]
    return parameters


def _selection_of(options: Mapping[str, Any]) -> Any:
    from sim.execution.selection import ScenarioSelection

    names = ("replications", "seed", "months")
    return ScenarioSelection(
        options["file"],
        policies=options.get("policy") or None,
        sets=options.get("sets") or (),
        allow_code=options.get("allow_code", False),
        **{name: options.get(name) for name in names},
    )


def _execution_of(options: Mapping[str, Any]) -> Any:
    """Return how runs are carried out: as the options say, else as the caller of `main` says."""
    from dataclasses import replace

    from sim.execution.execution import Execution
    from sim.execution.progress import silent

    given = options["context"].find_object(Execution) or Execution()
    names = ("engine", "workers", "cluster")
    said = {name: options[name] for name in names if options.get(name) is not None}
    return replace(given, **said, progress=silent if options.get("quiet") else given.progress)


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "selection": _selection_of,
    "execution": _execution_of,
}


def as_json_text(value: object) -> str:
    """Write plain data as JSON for people and programs."""
    return json.dumps(value, indent=2)


def targets_of(texts: Iterable[str]) -> dict[str, str]:
    """Read ``MEASURE=WIDTH`` texts.

    Raises
    ------
    CommandError
        If one is not written so, or a measure is named twice.
    """
    targets: dict[str, str] = {}
    for text in texts:
        measure, _, width = (part.strip() for part in text.partition("="))
        _check_width(text, width)
        if measure in targets:
            raise CommandError(f"--precision {text}: {measure} is named twice")
        targets[measure] = width
    return targets


def _check_width(text: str, width: str) -> None:
    from sim.stats.precision import read_target

    try:
        read_target(width)
    except ValueError:
        raise CommandError(
            f"--precision {text}: must be written MEASURE=WIDTH with a width above 0, such as "
            "profit=0.02 (a share of the mean) or profit=+-1000 (in the measure's unit)"
        ) from None
