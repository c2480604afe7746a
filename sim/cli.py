"""The command line. Each command maps its options to one call; only this and they print."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from inspect import getdoc
from io import TextIOWrapper
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup

from sim.commands.names import explain, measures, policies, scenarios
from sim.commands.output import print_text, printable
from sim.commands.scenario_file import check, new, schema
from sim.errors import CommandError, EvenhandError
from sim.execution.garbage import collecting_late
from sim.studies.best.command import best
from sim.studies.calibrate.command import calibrate
from sim.studies.claims.command import claims
from sim.studies.compare.command import compare
from sim.studies.decompose.command import decompose
from sim.studies.effects.command import effects
from sim.studies.explore.command import explore
from sim.studies.export.command import export
from sim.studies.horizon.command import horizon
from sim.studies.report.command import plot, report
from sim.studies.robust.command import robust
from sim.studies.run.command import run
from sim.studies.story.command import story
from sim.studies.sweep.command import sweep
from sim.studies.sweep.sensitivity.command import sensitivity
from sim.studies.verify.command import verify

if TYPE_CHECKING:
    from sim.execution.execution import Execution

__all__ = ["app", "main"]

START = """\
Should all customers be treated equally? Commands to begin with:

  sim run broadband --months 12 -n 5    run a scenario that ships, and write a report
  sim new my.yaml                       write a commented scenario of your own
  sim check my.yaml                     check it, and print every fault in it
  sim explain                           list what a scenario may say

All commands: sim -h. One of them: sim run -h."""

INTERRUPTED = 130

# In the order in which somebody meets them.
COMMANDS = {
    "Write a scenario": (new, check, explain),
    "Run it": (run, compare, decompose, effects, sweep, sensitivity, robust, best, claims),
    "Look at the results": (report, explore, plot, export, story, horizon),
    "List what there is": (scenarios, policies, measures, schema),
    "Fit and verify": (calibrate, verify),
}
_BY_NAME = {one.__name__: one for panel in COMMANDS.values() for one in panel}
_MARKUP: Literal["markdown"] = "markdown"
_NARROWEST, _NARROW, _WIDEST = 32, 60, 100  # columns of help
_SETTINGS = {"help_option_names": ["-h", "--help"]}


_UsageError: Any = typer.BadParameter.__base__  # typer has moved its module from release to release


@contextmanager
def _usage_errors_printable() -> Iterator[None]:
    """Write out what would act on the terminal where an error repeats words of the command."""
    try:
        yield
    except _UsageError as error:
        error.message = printable(error.message)
        raise


@cache
def _built(name: str) -> Any:
    """Make a command of its function: this takes so long that nobody waits for all of them."""
    made = typer.Typer(add_completion=False, rich_markup_mode=_MARKUP)
    made.command(cls=_Command, context_settings=_SETTINGS)(_BY_NAME[name])
    return typer.main.get_command(made)


def _sentence(function: Any) -> str:
    """Return the first paragraph of a function's docstring, without marks."""
    return (getdoc(function) or "").partition("\n\n")[0].replace("`", "")


def _fit(ctx: Any, formatter: Any) -> None:
    """Write help as wide as the terminal, if it is not told how wide."""
    if ctx.terminal_width is None:
        columns = get_terminal_size().columns
        formatter.width = max(min(columns, _WIDEST), _NARROWEST) - 2


class _Command(TyperCommand):
    """Writes its help in plain text, in which no name is cut however narrow the terminal is."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what the command does, and its options."""
        _fit(ctx, formatter)
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text((self.help or "").replace("`", ""))
        self.format_options(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options by what they are about."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            kind = "Arguments" if parameter.param_type_name == "argument" else "Options"
            panel = getattr(parameter, "rich_help_panel", None) or kind
            if record is not None:
                panels.setdefault(panel, []).append((record[0], record[1].replace("`", "")))
        for panel, records in panels.items():
            with formatter.section(panel):
                formatter.write_dl(records, col_max=30 if formatter.width > _NARROW else 8)


class _Group(TyperGroup):
    """Builds the command that is named, and turns errors raised on purpose into an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the group's own signature
        """List the commands in the order in which somebody meets them."""
        return list(_BY_NAME)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - as above
        """Return a command, or None if there is none of that name."""
        return _built(cmd_name) if cmd_name in _BY_NAME else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help in plain text: to import what draws boxes takes longer than all else."""
        _fit(ctx, formatter)
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as above
        """Write every command with its sentence, by what it is for."""
        for panel, functions in COMMANDS.items():
            with formatter.section(panel):
                formatter.write_dl([(one.__name__, _sentence(one)) for one in functions])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that was named, or say which may have been meant."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            from sim.errors import nearest

            hint = nearest(args[0], known)
            raise CommandError(f"no command '{args[0]}'. {hint or 'All of them: sim --help'}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the options before the command's name."""
        with _usage_errors_printable():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            with _usage_errors_printable():
                return super().invoke(ctx)
        except EvenhandError as error:
            print_text(str(error), err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt as interruption:
            print_text(" ".join(("Interrupted.", *map(str, interruption.args))), err=True)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="sim",
    cls=_Group,
    context_settings=_SETTINGS,
    pretty_exceptions_enable=False,
    rich_markup_mode=_MARKUP,
)


def _version(wanted: bool) -> None:
    if wanted:
        from sim._version import __version__

        print_text(f"evenhand {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - typer hands it to the callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask whether all customers should be treated equally, and simulate the answer.

    Example: sim run broadband --months 12 -n 5
    """
    if context.invoked_subcommand is None:
        print_text(START)


def main(execution: Execution | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong input, 130 interrupted.

    Parameters
    ----------
    execution : Execution, optional
        How runs are carried out where no option says otherwise.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows a question mark, rather than that the work is lost.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    warnings.showwarning = _print_warning
    # Sums of several threads are not the same every time, so linear algebra takes one. Threads that
    # it starts beside that one take a twelfth of a small run.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _run_and_flush(execution)
    except OSError as error:
        if error.filename is not None:
            raise
        _say_unwritten(error)
        sys.exit(1)


def _run_and_flush(execution: Execution | None) -> None:
    """Run the command, and see that all it printed was written, in whatever way it ended."""
    try:
        with collecting_late():
            app(prog_name="sim", obj=execution)
    finally:
        if sys.stdout is not None:
            sys.stdout.flush()


def _say_unwritten(error: OSError) -> None:
    """Say that standard output takes nothing, and let Python end without trying it once more."""
    with suppress(OSError):
        print_text(f"cannot write to standard output: {error.strerror}.", err=True)
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Print what a warning says, without the line of code that it comes from."""
    print_text(f"Warning: {message}", err=True)
