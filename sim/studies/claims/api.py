"""The whole argument put to the test: every hypothesis of every scenario, and where it turns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from sim.errors import CommandError
from sim.execution.execution import Execution, ExecutionOptions
from sim.execution.progress import Progress
from sim.execution.replicate import plan, replicate
from sim.execution.selection import accepts
from sim.measures.expressions import Term
from sim.scenario.dump import policy_fingerprints
from sim.scenario.reading.late_checks import value_at
from sim.scenario.reading.load import load, override
from sim.scenario.schema.hypotheses import Hypothesis
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import argument, shipped
from sim.stats.verdicts import judge
from sim.studies.claims.tables import AS_IT_IS, Tested, Trial, claims_table, in_order, trials_table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Claims", "claims", "judge_claims"]

LEAST = 20
"""Fewest replications of a hypothesis, unless fewer are asked for."""

Key = tuple[str, str]  # of what changes the numbers of a policy's runs; and the policy


@dataclass(frozen=True, slots=True)
class Claims:
    """What came of the argument.

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
        """A row a hypothesis.

        argument, scenario, name, claim, verdict, difference (left side less right), low, high, p,
        replications, turns.
        """
        return claims_table(self.tested)

    @property
    def trials(self) -> pl.DataFrame:
        """A row a value tried.

        scenario, name, path, value, verdict, difference, low, high, p, replications.
        """
        return trials_table(self.tested)

    def untested(self) -> tuple[str, ...]:
        """Return the numbers of the argument's claims that no hypothesis tests."""
        met = {number for one in self.tested for number in one.hypothesis.argument}
        return tuple(number for number in argument() if number not in met)

    def write(self, page: str | os.PathLike[str], *, plots: bool = True) -> Path:
        """Write a page of all claims, its plots into a folder of its name beside it.

        Parameters
        ----------
        page : path
            Ends in ``.md``.
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
    **options: Unpack[ExecutionOptions],
) -> Claims:
    """Judge the hypotheses of scenarios, in each as it is and at the values to try.

    A run that several hypotheses need is made once.

    Parameters
    ----------
    scenarios : sequence of path, optional
        Files, or names of scenarios that ship; by default all that ship.
    only : sequence of str
        Only hypotheses that test one of these claims of the argument, such as ``C8``.
    replications : int, optional
        Runs of each policy, at least 1; by default the scenario's own number, and at least 20.
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
    return judge_claims(scenarios, Execution(**options), only=only, replications=replications)


def judge_claims(
    scenarios: Sequence[str | os.PathLike[str]] | None,
    execution: Execution,
    *,
    only: Sequence[str] = (),
    replications: int | None = None,
) -> Claims:
    """Judge the hypotheses of scenarios, as `claims` does.

    Parameters
    ----------
    scenarios : sequence of path, optional
    execution : Execution
    only, replications
        As of `claims`.
    """
    _check(only, replications)
    files = list(shipped()) if scenarios is None else [os.fspath(one) for one in scenarios]
    asked = [one for file in files for one in _asked(file, only, replications)]
    if not asked:
        what = f"tests {', '.join(only)}" if only else "is there to test"
        raise CommandError(f"no hypothesis of {', '.join(files)} {what}")
    study = _Study(asked)
    study.run(execution)
    return Claims(tuple(study.tested()), study.runs)


def _check(only: Iterable[str], replications: int | None) -> None:
    for number in only:
        if number not in argument():
            first, *_, last = argument()
            raise CommandError(f"only: there is no claim {number}; there are {first} to {last}")
    if replications is not None and replications < 1:
        raise CommandError(f"replications: there must be at least 1 (got {replications})")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A hypothesis of a scenario, and the scenarios in which it is judged.

    `points` are those at each value of each path, `own` the scenario itself.
    """

    file: str
    hypothesis: Hypothesis
    own: Scenario
    points: Mapping[str, Sequence[tuple[object, Scenario]]]
    replications: int


def _asked(file: str, only: Sequence[str], replications: int | None) -> Iterator[_Asked]:
    scenario = load(file)
    own = scenario.model_copy(update={"hypotheses": (), "sweep": None})
    times = max(LEAST, scenario.replications) if replications is None else replications
    for one in scenario.hypotheses:
        if not only or set(only) & set(one.argument):
            yield _Asked(Path(file).stem, one, own, _points(one, own), times)


def _points(hypothesis: Hypothesis, own: Scenario) -> dict[str, list[tuple[object, Scenario]]]:
    found: dict[str, list[tuple[object, Scenario]]] = {}
    for path, values in hypothesis.turns_with.items():
        tried = in_order(values, _value(own, path))
        found[path] = [
            (one, own if one == AS_IT_IS else override(own, {path: one})) for one in tried
        ]
    return found


def _value(own: Scenario, path: str) -> object:
    """Return what a scenario itself has at a path."""
    found = value_at(own, path)
    return AS_IT_IS if found is None else found


class _Study:
    """The runs that hypotheses need, each once, and what their terms were in them."""

    def __init__(self, asked: Sequence[_Asked]) -> None:
        self._asked = asked
        self._keys: dict[int, dict[str, str]] = {}
        self._needed: dict[Key, tuple[Scenario, int, set[Term]]] = {}
        self._values: dict[tuple[Key, Term], list[float]] = {}
        for one in asked:
            for scenario in _scenarios(one):
                self._need(scenario, one)
        self.runs = sum(times for _, times, _ in self._needed.values())

    def run(self, execution: Execution) -> None:
        """Make the runs."""
        model, done = execution.model(), 0
        with (
            execution.show_progress() as progress,
            execution.open_executor(model, self.runs) as executor,
        ):
            for key, (scenario, replications, terms) in self._needed.items():
                units = plan([key[1]], replications)
                after = _progress_after(done, self.runs, progress)
                for _, tallies in replicate(
                    model.simulate, scenario, units, executor, progress=after
                ):
                    for term in terms:
                        values = self._values.setdefault((key, term), [])
                        values.append(model.measuring.value(tallies, term))
                done += replications

    def tested(self) -> Iterator[Tested]:
        """Yield every hypothesis with what came of it."""
        for one in self._asked:
            trials = {path: self._trials(one, path) for path in one.points}
            verdict = judge(one.hypothesis.read(), self._values_of(one.own, one))
            yield Tested(one.file, one.hypothesis, verdict, trials)

    def _trials(self, one: _Asked, path: str) -> list[Trial]:
        claim, own = one.hypothesis.read(), _value(one.own, path)
        return [
            Trial(value, judge(claim, self._values_of(point, one)), value == own)
            for value, point in one.points[path]
        ]

    def _need(self, scenario: Scenario, one: _Asked) -> None:
        for term in one.hypothesis.read().terms():
            key = self._key(scenario, term.policy)
            _, times, terms = self._needed.get(key, (scenario, 0, set()))
            self._needed[key] = (scenario, max(times, one.replications), {*terms, term})

    def _key(self, scenario: Scenario, policy: str) -> Key:
        """Return what tells the runs of a policy from all others: not the policies beside it."""
        if id(scenario) not in self._keys:
            self._keys[id(scenario)] = policy_fingerprints(scenario)
        return self._keys[id(scenario)][policy], policy

    def _values_of(self, scenario: Scenario, one: _Asked) -> dict[Term, list[float]]:
        return {
            term: self._values[self._key(scenario, term.policy), term][: one.replications]
            for term in one.hypothesis.read().terms()
        }


def _scenarios(one: _Asked) -> Iterator[Scenario]:
    yield one.own
    for points in one.points.values():
        yield from (scenario for _, scenario in points)


def _progress_after(earlier: int, total: int, progress: Progress) -> Progress:
    """Return the progress of runs that come after so many earlier ones."""
    return lambda done, _: progress(earlier + done, total)
