"""The command line: flags to one library call each, and the only place that prints."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sim.commands.calibrate import calibrate
from sim.commands.claims import claims
from sim.commands.compare import compare
from sim.commands.horizon import horizon
from sim.commands.options import AllowCode, File, Json, Policies, Sets
from sim.commands.run import run
from sim.commands.sensitivity import sensitivity
from sim.commands.sweep import sweep
from sim.commands.verify import verify
from sim.errors import CommandError, EvenhandError, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["app", "main"]

START = """\
Should all customers be treated equally? Next:

  sim new my.yaml         write a commented starting scenario
  sim check my.yaml       say whether it is sound, and if not, every fault
  sim run my.yaml         run its policies and write a report
  sim scenarios           list the scenarios that ship
  sim --help              all commands"""

INTERRUPTED = 130


class _Group(TyperGroup):
    """Turns errors raised on purpose into text on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except EvenhandError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(name="sim", cls=_Group, pretty_exceptions_enable=False, rich_markup_mode="rich")

app.command()(compare)
app.command()(horizon)
app.command()(run)
app.command()(sensitivity)
app.command()(sweep)
app.command()(calibrate)
app.command()(claims)
app.command()(verify)


def _version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        typer.echo(f"evenhand {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - typer hands it to the callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Ask whether all customers should be treated equally, and simulate the answer."""
    if context.invoked_subcommand is None:
        typer.echo(START)


@app.command()
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
    from sim.scenario import fingerprint, load

    try:
        scenario = load(file, sets or (), policy or None, allow_code=allow_code)
    except ScenarioError as error:
        if as_json:
            faults = [dataclasses.asdict(fault) for fault in error.faults]
            _print_json({"file": str(file), "sound": False, "faults": faults})
        raise
    digest, policies = fingerprint(scenario), list(scenario.policies)
    if as_json:
        told = {"name": scenario.name, "fingerprint": digest, "policies": policies}
        _print_json({"file": str(file), "sound": True, "faults": [], **told})
    else:
        typer.echo(f"{file}: sound. {scenario.name} ({digest}): {', '.join(policies)}")


@app.command()
def story(
    file: File,
    person: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A customer file's id or a number from 0; else chosen."),
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option("--policy", metavar="NAME", help="One policy, or two.")
    ] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which people and luck, from 0.")] = 0,
    months: Annotated[int | None, typer.Option(help="Months of four weeks.")] = None,
    sets: Sets = None,
    allow_code: AllowCode = False,
    as_json: Json = False,
) -> None:
    """Tell one person's life, moment by moment, under one policy or two side by side.

    Without --person it is who is a customer at the end under one policy only, or whose satisfaction
    then differs most; under one policy, who made the most contacts.

    Example: sim story broadband --policy equal --policy value_tiers --months 6
    """
    from sim.lives import story as tell

    told = tell(
        file,
        person,
        policies=policy,
        replication=replication,
        months=months,
        sets=sets or (),
        allow_code=allow_code,
    )
    if as_json:
        _print_json(told.as_data())
    else:
        typer.echo(told.text)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, help="A results folder.")],
) -> None:
    """Draw the plots and the page of a results folder again.

    Example: sim report results/broadband-provider-0123456789ab
    """
    from sim.api import read

    typer.echo(f"Report: {read(folder).rebuild()}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check.

    Example: sim schema > scenario.schema.json
    """
    from sim.scenario import json_schema

    _print_json(json_schema())


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="A key such as behaviour.talk.retell, or a measure.")],
    as_json: Json = False,
) -> None:
    """Say what a scenario key or a measure means: unit, range, default, source.

    Example: sim explain behaviour.talk.retell
    """
    found = _meanings(key)
    if as_json:
        _print_json(found[0] if len(found) == 1 else found)
        return
    for meaning in found:
        lines = [f"{meaning.pop('key')}", f"  {meaning.pop('description')}"]
        lines += [f"  {name + ':':<11}{_joined(value)}" for name, value in meaning.items() if value]
        typer.echo("\n".join(lines))


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented starting scenario.

    Example: sim new my.yaml
    """
    from sim.scenario import template

    if file.exists() and not force:
        raise CommandError(f"{file}: exists already. Choose another name, or give --force.")
    try:
        file.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None
    typer.echo(f"Wrote {file}. Next: sim check {file}")


@app.command()
def policies(as_json: Json = False) -> None:
    """List the policies that ship.

    Example: sim policies
    """
    from sim.scenario import library

    _print_list({name: policy.describe for name, policy in library().items()}, as_json)


@app.command()
def scenarios(as_json: Json = False) -> None:
    """List the scenarios that ship, with a sentence on each.

    Example: sim scenarios
    """
    from sim.scenario import load, shipped

    _print_list({name: load(path).in_brief() for name, path in shipped().items()}, as_json)


@app.command()
def measures(as_json: Json = False) -> None:
    """List what is measured, with units.

    Example: sim measures
    """
    found = _measures()
    if as_json:
        _print_json([_measure_meaning(one) for one in found.values()])
    else:
        _print_list({name: f"{one.title} [{one.unit}]" for name, one in found.items()}, False)


def _measures() -> Mapping[str, Any]:
    from sim.measures.definitions import MEASURES

    return MEASURES


def _measure_meaning(measure: Any) -> dict[str, Any]:
    """Return a measure as `explain` shows it."""
    rest = {name: getattr(measure, name) for name in ("unit", "formula", "direction", "source")}
    return {"key": measure.name, "description": measure.title, **rest}


def _meanings(key: str) -> list[dict[str, Any]]:
    """Return what a name means as a key of a scenario and as a measure; at least one."""
    from sim.scenario import explain as explain_key

    measure = _measures().get(key)
    found = [] if measure is None else [_measure_meaning(measure)]
    try:
        return [dataclasses.asdict(explain_key(key)), *found]
    except CommandError:
        if not found:
            raise
        return found


def _joined(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _print_list(found: Mapping[str, str], as_json: bool) -> None:
    if as_json:
        _print_json([{"name": name, "describe": text} for name, text in found.items()])
        return
    width = _widest(found)
    for name, text in found.items():
        typer.echo(f"{name:<{width}}  {text}".rstrip())


def _widest(names: Iterable[str]) -> int:
    return max((len(name) for name in names), default=0)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2))


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong input, 130 interrupted."""
    app()
