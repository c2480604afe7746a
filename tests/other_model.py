"""The studies on another model than the package's own: from Python, and on the command line."""

from dataclasses import replace

from typer.testing import CliRunner

from sim.cli import app
from sim.execution.execution import Execution, ExecutionOptions, Model
from sim.execution.selection import RunOptions, divided


def execution_of(simulate, measuring, *, threads=False, **options):
    """Return an execution of one run at a time in a model, whatever the engine."""
    return Execution(
        models=lambda engine: Model(simulate, measuring, threads), **{"workers": 1, **options}
    )


def on(execution, study):
    """Return a study that is called as the public function is, and carried out so."""

    def called(source, **options):
        shared = {name: options.pop(name) for name in RunOptions.__annotations__ if name in options}
        how = {name: shared[name] for name in ExecutionOptions.__annotations__ if name in shared}
        selection, _ = divided(source, shared)
        return study(selection, replace(execution, **how), **options)

    return called


def command_on(execution):
    """Return the command line, carried out so."""

    def called(*words, **options):
        return CliRunner().invoke(app, list(words), obj=execution, **options)

    return called
