"""Test every hypothesis of every scenario, at other settings too, in as few runs as possible."""

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
from sim.stats.practical_size import PracticalSizes
from sim.stats.verdicts import Verdict, judge
from sim.studies.claims.tables import (
    AS_IT_IS,
    Tested,
    Trial,
    claims_table,
    trials_table,
    values_to_try,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Claims", "claims", "judge_claims"]

LEAST = 20
"""Fewest replications of a hypothesis, unless fewer are asked for."""

Key = tuple[str, str]  # the fingerprint of all that changes a policy's runs, and the policy


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
        replications, turns.
        """
        return claims_table(self.tested)

    @property
    def trials(self) -> pl.DataFrame:
        """A row for each value tried.

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
        rule = f"tests {', '.join(only)}" if only else "is there to test"
        raise CommandError(f"no hypothesis of {', '.join(files)} {rule}")
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
class _Question:
    """A hypothesis of a scenario, and the scenarios in which it is judged.

    Attributes
    ----------
    file : str
        The scenario's name.
    hypothesis : Hypothesis
    own : Scenario
        The scenario as it is.
    points : mapping of str to sequence of (value, Scenario)
        By setting: each value to try, and the scenario at it.
    replications : int
        Of each policy.
    """

    file: str
    hypothesis: Hypothesis
    own: Scenario
    points: Mapping[str, Sequence[tuple[object, Scenario]]]
    replications: int


def _asked(file: str, only: Sequence[str], replications: int | None) -> Iterator[_Question]:
    scenario = load(file)
    own = scenario.model_copy(update={"hypotheses": (), "sweep": None})
    count = max(LEAST, scenario.replications) if replications is None else replications
    for hypothesis in scenario.hypotheses:
        if not only or set(only) & set(hypothesis.argument):
            points = _points(hypothesis, own)
            yield _Question(Path(file).stem, hypothesis, own, points, count)


def _points(hypothesis: Hypothesis, own: Scenario) -> dict[str, list[tuple[object, Scenario]]]:
    return {
        path: [
            (value, own if value == AS_IT_IS else override(own, {path: value}))
            for value in values_to_try(values, _value(own, path))
        ]
        for path, values in hypothesis.turns_with.items()
    }


def _value(own: Scenario, path: str) -> object:
    """Return what a scenario itself has at a path."""
    value = value_at(own, path)
    return AS_IT_IS if value is None else value


class _Study:
    """The runs that hypotheses need, each once, and the values of their terms in them."""

    def __init__(self, asked: Sequence[_Question]) -> None:
        self._asked = asked
        self._keys: dict[int, dict[str, str]] = {}
        self._needed: dict[Key, tuple[Scenario, int, set[Term]]] = {}
        self._values: dict[tuple[Key, Term], list[float]] = {}
        for question in asked:
            for scenario in _scenarios(question):
                self._need(scenario, question)
        self.runs = sum(replications for _, replications, _ in self._needed.values())

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
        """Yield every hypothesis with its verdicts."""
        for question in self._asked:
            trials = {path: self._trials(question, path) for path in question.points}
            verdict = self._verdict(question.own, question)
            yield Tested(question.file, question.hypothesis, verdict, trials)

    def _trials(self, question: _Question, path: str) -> list[Trial]:
        own = _value(question.own, path)
        return [
            Trial(value, self._verdict(point, question), value == own)
            for value, point in question.points[path]
        ]

    def _verdict(self, scenario: Scenario, question: _Question) -> Verdict:
        values = self._values_of(scenario, question)
        sizes = PracticalSizes(scenario.worth, scenario.months)
        return judge(question.hypothesis.read(), values, sizes)

    def _need(self, scenario: Scenario, question: _Question) -> None:
        for term in question.hypothesis.read().terms():
            key, run = self._key(scenario, term), scenario
            if term.cohort() is not None:  # a run follows the cohorts of its scenario's claims
                run = scenario.model_copy(update={"hypotheses": (question.hypothesis,)})
            run, most, terms = self._needed.get(key, (run, 0, set()))
            self._needed[key] = (run, max(most, question.replications), {*terms, term})

    def _key(self, scenario: Scenario, term: Term) -> Key:
        """Return the key of a term's runs, on which the policies beside it have no influence.

        Except the one by whose tiers customers are followed.
        """
        if id(scenario) not in self._keys:
            self._keys[id(scenario)] = policy_fingerprints(scenario)
        known, cohort = self._keys[id(scenario)], term.cohort()
        followed = "" if cohort is None else known[cohort[1]]
        return known[term.policy] + followed, term.policy

    def _values_of(self, scenario: Scenario, question: _Question) -> dict[Term, list[float]]:
        return {
            term: self._values[self._key(scenario, term), term][: question.replications]
            for term in question.hypothesis.read().terms()
        }


def _scenarios(question: _Question) -> Iterator[Scenario]:
    yield question.own
    for points in question.points.values():
        yield from (scenario for _, scenario in points)


def _progress_after(earlier: int, total: int, progress: Progress) -> Progress:
    """Return the progress of runs that come after so many earlier ones."""
    return lambda done, _: progress(earlier + done, total)
