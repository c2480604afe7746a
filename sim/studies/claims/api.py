"""Test every hypothesis of every scenario, at other settings too, in as few runs as possible."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sim.errors import CommandError
from sim.execution.execution import Execution, ExecutionOptions
from sim.execution.selection import accepts
from sim.scenario.shipped import argument, shipped
from sim.studies.claims.kept_values import KeptValues
from sim.studies.claims.over_worlds import LEAST_WORLDS
from sim.studies.claims.questions import Study, asked
from sim.studies.claims.tables import (
    Tested,
    claims_table,
    parts_table,
    trials_table,
    worlds_table,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Claims", "claims", "judge_claims"]


@dataclass(frozen=True, slots=True)
class Claims:
    """The verdicts on hypotheses.

    Attributes
    ----------
    tested : tuple of Tested
        In the order of the scenarios and of their hypotheses.
    runs : int
        How many runs it took.
    """

    tested: tuple[Tested, ...] = field(repr=False)
    runs: int

    @property
    def table(self) -> pl.DataFrame:
        """A row for each hypothesis.

        argument, scenario, name, claim, verdict, difference (left side less right), low, high, p,
        low_adjusted, high_adjusted, p_adjusted, replications, turns. The verdict rests on what is
        adjusted over all rows; low, high and p are of the hypothesis by itself.
        """
        return claims_table(self.tested)

    @property
    def trials(self) -> pl.DataFrame:
        """A row for each value tried.

        scenario, name, path, value, verdict, difference, low, high, p, low_adjusted, high_adjusted,
        p_adjusted, replications.
        """
        return trials_table(self.tested)

    @property
    def worlds(self) -> pl.DataFrame:
        """A row for each hypothesis, if plausible worlds were drawn.

        argument, scenario, name, worlds, true, error, negligible, p5, p50, p95, settings.
        """
        return worlds_table(self.tested)

    @property
    def parts(self) -> pl.DataFrame:
        """A row for each part of a difference in money between a policy and one without favours.

        scenario, name, policy, reference, of (all, profit, customer equity), part, mean, low, high,
        p, replications. The parts but ``whole`` and ``selection`` add up to ``whole``.
        """
        return parts_table(self.tested)

    def untested(self) -> tuple[str, ...]:
        """Return the numbers of the argument's claims that no hypothesis tests."""
        met = {number for one in self.tested for number in one.hypothesis.argument}
        return tuple(number for number in argument() if number not in met)

    def write(self, page: str | os.PathLike[str], *, plots: bool = True) -> Path:
        """Write a page of all claims, its plots into a folder of its name beside it.

        Parameters
        ----------
        page : path
            Ends in ``.md`` or ``.html``.
        plots : bool
            Whether to draw a plot beside each table of values tried.

        Raises
        ------
        CommandError
            If it does not, or cannot be written.
        """
        from sim.studies.claims.page import write_claims

        return write_claims(Path(page), self.tested, plots=plots)

    def _repr_html_(self) -> str:
        from rich.console import Console

        from sim.studies.claims.page import claims_summary

        console = Console(record=True, file=StringIO(), width=120)
        console.print(claims_summary(self.tested))
        return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")


@accepts(ExecutionOptions)
def claims(
    scenarios: Sequence[str | os.PathLike[str]] | None = None,
    *,
    only: Sequence[str] = (),
    replications: int | None = None,
    worlds: int = 0,
    keep: str | os.PathLike[str] | None = None,
    **options: Unpack[ExecutionOptions],
) -> Claims:
    """Judge the hypotheses of scenarios, as they are and at other values of their settings.

    A run that several hypotheses need is made once.

    Parameters
    ----------
    scenarios : sequence of path, optional
        Files, or names of scenarios that ship; by default all that ship.
    only : sequence of str
        Only hypotheses that test one of these claims of the argument, such as ``C8``.
    replications : int, optional
        Runs of each policy, at least 1; by default the scenario's own number, and at least 20.
    worlds : int
        Plausible worlds to draw, at least 32, in each of which every claim is judged too; by
        default none. Each takes two runs of each policy.
    keep : path, optional
        A folder in which what finished runs gave is kept: the same call goes on where an earlier
        one stopped. By default nothing is kept.
    workers : int, optional
        Runs at a time; by default as many as usable cores. The numbers do not depend on it.
    cluster : str, optional
        Address of a Dask scheduler whose workers run in place of this machine's.
    engine : str
        ``auto``, ``compiled`` or ``simpy``. The numbers do not depend on it.
    progress : callable, optional
        Called with (runs done, runs in all); by default a bar is shown at a terminal.

    Raises
    ------
    InputError
        If a scenario or an argument is wrong, or nothing is claimed: before anything runs.
    RunError
        If a run fails, naming policy and replication.

    Examples
    --------
    >>> import sim
    >>> sim.claims(["my.yaml"]).table.select("name", "replications").rows()
    [('Most stay', 20)]
    """
    execution = Execution(**options)
    return judge_claims(
        scenarios,
        execution,
        only=only,
        replications=replications,
        worlds=worlds,
        keep=keep,
    )


def judge_claims(
    scenarios: Sequence[str | os.PathLike[str]] | None,
    execution: Execution,
    *,
    only: Sequence[str] = (),
    replications: int | None = None,
    worlds: int = 0,
    keep: str | os.PathLike[str] | None = None,
) -> Claims:
    """Judge the hypotheses of scenarios, as `claims` does.

    Parameters
    ----------
    scenarios : sequence of path, optional
    execution : Execution
    only, replications, worlds, keep
        As of `claims`.
    """
    _check(only, replications, worlds)
    files = list(shipped()) if scenarios is None else [os.fspath(one) for one in scenarios]
    questions = [one for file in files for one in asked(file, only, replications, worlds)]
    if not questions:
        rule = f"tests {', '.join(only)}" if only else "is there to test"
        raise CommandError(f"no hypothesis of {', '.join(files)} {rule}")
    study = Study(questions, KeptValues(None if keep is None else Path(keep)))
    study.run(execution)
    return Claims(tuple(study.tested()), study.runs)


def _check(only: Iterable[str], replications: int | None, worlds: int) -> None:
    for number in only:
        if number not in argument():
            first, *_, last = argument()
            raise CommandError(f"only: there is no claim {number}; there are {first} to {last}")
    if replications is not None and replications < 1:
        raise CommandError(f"replications: there must be at least 1 (got {replications})")
    if worlds and worlds < LEAST_WORLDS:
        raise CommandError(f"worlds: there must be 0 or at least {LEAST_WORLDS} (got {worlds})")
