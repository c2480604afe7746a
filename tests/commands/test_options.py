"""Groups of options: a command has them by naming a parameter, and gets a record made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from sim.commands.options import Quiet, with_options
from sim.execution.execution import Execution as How
from sim.execution.progress import silent
from sim.execution.selection import ScenarioSelection as What

if TYPE_CHECKING:
    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection


@pytest.fixture
def called():
    """Call a command with options, and return the records that it got."""
    got = []

    @with_options(without=("months",))
    def command(
        *, selection: ScenarioSelection, execution: Execution, quiet: Quiet = False
    ) -> None:
        got.append((selection, execution, quiet))

    app = typer.Typer()
    app.command()(command)

    def call(*words, execution=None):
        ran = CliRunner().invoke(app, words, obj=execution)
        return got.pop() if ran.exit_code == 0 else ran

    return call


def test_options_become_records(called):
    words = ["a.yaml", "--policy", "x", "-n", "3", "--seed", "0", "--set", "b=1", "--workers", "2"]
    selection, execution, quiet = called(*words)
    assert (str(selection.source), selection.policies, selection.sets) == ("a.yaml", ["x"], ["b=1"])
    assert (selection.replications, selection.seed, selection.months) == (3, 0, None)
    assert (execution, quiet) == (How(workers=2), False)


def test_without_options_the_records_are_those_by_default(called):
    selection, execution, _ = called("a.yaml")
    assert selection == What(selection.source)
    assert execution == How()


def test_an_option_of_a_group_may_be_a_parameter_too(called):
    _, execution, quiet = called("a.yaml", "--quiet")
    assert quiet
    assert execution.progress is silent


def test_an_option_that_is_left_out_is_unknown(called):
    assert called("a.yaml", "--months", "3").exit_code == 2


def test_whoever_calls_may_say_how_it_is_run(called):
    given = How(workers=1, cluster="here", models=len)
    _, execution, _ = called("a.yaml", "--workers", "3", execution=given)
    assert (execution.workers, execution.cluster, execution.models) == (3, "here", len)
