"""What claims ask of scenarios, and the runs that answer all of them, each made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sim.execution.execution import Execution, Model
from sim.execution.replicate import Unit, run_unit
from sim.execution.worker import in_turns, work
from sim.measures.expressions import Term
from sim.scenario.dump import policy_fingerprints
from sim.scenario.reading.late_checks import value_at
from sim.scenario.reading.load import load, override
from sim.scenario.schema.hypotheses import Hypothesis
from sim.scenario.schema.scenario import Scenario
from sim.stats.practical_size import PracticalSizes
from sim.stats.verdicts import Verdict, judge
from sim.studies.claims.kept_values import KeptValues, Key
from sim.studies.claims.over_worlds import RUNS, OverWorlds, PlausibleWorlds, judged_over, worlds_of
from sim.studies.claims.tables import AS_IT_IS, Tested, Trial, values_to_try
from sim.studies.claims.taken_apart import Controls, TakenApart, controls_for

__all__ = ["LEAST", "Question", "Study", "asked"]

LEAST = 20
"""Fewest replications of a hypothesis, unless fewer are asked for."""


@dataclass(frozen=True, slots=True)
class Question:
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
    worlds : PlausibleWorlds, optional
        Draws of all that is assumed; without, it is judged in the scenario's own world alone.
    controls : Controls, optional
        Runs of the scenario's own world that take its difference apart, if it has parts.
    """

    file: str
    hypothesis: Hypothesis
    own: Scenario
    points: Mapping[str, Sequence[tuple[object, Scenario]]]
    replications: int
    worlds: PlausibleWorlds | None = None
    controls: Controls | None = None

    def scenarios(self) -> Iterator[tuple[Scenario, int]]:
        """Yield every scenario that it is judged in, with its number of replications."""
        yield self.own, self.replications
        for points in self.points.values():
            yield from ((scenario, self.replications) for _, scenario in points)
        if self.worlds is not None:
            yield from ((scenario, RUNS) for scenario in self.worlds.scenarios)


def asked(
    file: str, only: Sequence[str], replications: int | None, worlds: int
) -> Iterator[Question]:
    """Yield a question for each hypothesis of a scenario.

    Parameters
    ----------
    file : str
    only : sequence of str
        Claims of the argument to which to keep; by default to all.
    replications : int or None
        By default the scenario's own number, and at least `LEAST`.
    worlds : int
        Plausible worlds to draw; 0 for none.
    """
    scenario = load(file)
    hypotheses = [one for one in scenario.hypotheses if not only or set(only) & set(one.argument)]
    if not hypotheses:
        return
    own = scenario.model_copy(update={"hypotheses": (), "sweep": None})
    count = max(LEAST, scenario.replications) if replications is None else replications
    drawn = worlds_of(own, worlds) if worlds else None
    made = dict[tuple[str, str], Scenario]()
    for hypothesis in hypotheses:
        points = _points(hypothesis, own, made)
        controls = controls_for(hypothesis.read(), own)
        yield Question(Path(file).stem, hypothesis, own, points, count, drawn, controls)


def _points(
    hypothesis: Hypothesis, own: Scenario, made: dict[tuple[str, str], Scenario]
) -> dict[str, list[tuple[object, Scenario]]]:
    """Return the scenarios at the values to try, each of `made` if another hypothesis tries it."""
    points: dict[str, list[tuple[object, Scenario]]] = {}
    for path, values in hypothesis.turns_with.items():
        points[path] = []
        for value in values_to_try(values, _value(own, path)):
            key = path, repr(value)
            if key not in made:
                made[key] = own if value == AS_IT_IS else override(own, {path: value})
            points[path].append((value, made[key]))
    return points


def _value(own: Scenario, path: str) -> object:
    """Return what a scenario itself has at a path."""
    value = value_at(own, path)
    return AS_IT_IS if value is None else value


class Study:
    """The runs that hypotheses need, each once, and the values of their terms in them.

    Parameters
    ----------
    asked : sequence of Question
    kept : KeptValues
        Runs that are there already are not made again.
    """

    def __init__(self, asked: Sequence[Question], kept: KeptValues) -> None:
        self._asked, self._kept = asked, kept
        self._keys: dict[int, dict[str, str]] = {}
        self._needed: dict[Key, tuple[Scenario, int, set[Term]]] = {}
        for question in asked:
            terms, apart = question.hypothesis.read().terms(), question.controls
            for scenario, count in question.scenarios():
                self._need(scenario, question, terms, count)
            if apart is not None:
                self._need(apart.scenario, question, apart.terms(), question.replications)
        self.runs = sum(replications for _, replications, _ in self._needed.values())

    def run(self, execution: Execution) -> None:
        """Make the runs that are not there."""
        missing = [*in_turns(self._missing(), execution.at_a_time)]
        if not missing:
            return
        model = execution.model()
        with (
            execution.show_progress() as progress,
            execution.open_executor(model, len(missing)) as executor,
        ):
            progress(0, len(missing))
            finished = work(self._submitter(model), missing, executor, kept=self._kept.on_disk)
            for done, ((key, replication), values) in enumerate(finished, 1):
                if isinstance(values, Exception):
                    raise values
                self._kept.add(key, replication, values)
                progress(done, len(missing))

    def _missing(self) -> Iterator[list[tuple[Key, int]]]:
        """Yield the runs that are not there, all policies of a scenario's replication together."""
        together: dict[int, list[Key]] = {}
        for key, (scenario, _, _) in self._needed.items():
            together.setdefault(id(scenario), []).append(key)
        for keys in together.values():
            for number in range(max(self._needed[key][1] for key in keys)):
                yield [(key, number) for key in keys if self._is_missing(key, number)]

    def _is_missing(self, key: Key, replication: int) -> bool:
        _, replications, terms = self._needed[key]
        return replication < replications and not self._kept.has(key, replication, terms)

    def _submitter(
        self, model: Model
    ) -> Callable[[Executor, tuple[Key, int]], Future[dict[Term, float]]]:
        """Return what begins a run in an executor."""

        def submit(executor: Executor, job: tuple[Key, int]) -> Future[dict[Term, float]]:
            key, replication = job
            scenario, _, terms = self._needed[key]
            task = partial(_values, model.only_measured, model.measuring.value, terms)
            return executor.submit(run_unit, task, scenario, Unit(key[1], replication))

        return submit

    def tested(self) -> Iterator[Tested]:
        """Yield every hypothesis with its verdicts, judged as one family.

        Values tried are judged at the same level, so that a verdict turns because of the setting;
        they show where it does, and are no comparisons of their own.
        """
        for question in self._asked:
            trials = {path: self._trials(question, path) for path in question.points}
            verdict = self._verdict(question.own, question)
            over, apart = self._over_worlds(question), self._taken_apart(question)
            yield Tested(question.file, question.hypothesis, verdict, trials, over, apart)

    def _trials(self, question: Question, path: str) -> list[Trial]:
        own = _value(question.own, path)
        return [
            Trial(value, self._verdict(point, question), value == own)
            for value, point in question.points[path]
        ]

    def _verdict(self, scenario: Scenario, question: Question) -> Verdict:
        claim = question.hypothesis.read()
        values = self._values_of(scenario, claim.terms(), question.replications)
        sizes = PracticalSizes(scenario.worth, scenario.months)
        return judge(claim, values, sizes, len(self._asked))

    def _over_worlds(self, question: Question) -> OverWorlds | None:
        if question.worlds is None:
            return None
        claim = question.hypothesis.read()
        values = [self._values_of(one, claim.terms(), RUNS) for one in question.worlds.scenarios]
        sizes = PracticalSizes(question.own.worth, question.own.months)
        return judged_over(claim, question.worlds, values, sizes)

    def _taken_apart(self, question: Question) -> TakenApart | None:
        controls, count = question.controls, question.replications
        if controls is None:
            return None
        return controls.taken(self._values_of(controls.scenario, controls.terms(), count))

    def _need(
        self, scenario: Scenario, question: Question, needed: Iterable[Term], count: int
    ) -> None:
        # A run follows the cohorts of its scenario's claims; policies share runs of one scenario.
        following = scenario.model_copy(update={"hypotheses": (question.hypothesis,)})
        for term in needed:
            key, run = self._key(scenario, term), following if term.cohort() else scenario
            run, most, terms = self._needed.get(key, (run, 0, set()))
            self._needed[key] = (run, max(most, count), {*terms, term})

    def _key(self, scenario: Scenario, term: Term) -> Key:
        """Return the key of a term's runs, on which the policies beside it have no influence.

        Except the one by whose tiers customers are followed.
        """
        if id(scenario) not in self._keys:
            self._keys[id(scenario)] = policy_fingerprints(scenario)
        known, cohort = self._keys[id(scenario)], term.cohort()
        followed = "" if cohort is None else known[cohort[1]]
        return known[term.policy] + followed, term.policy

    def _values_of(
        self, scenario: Scenario, terms: Iterable[Term], count: int
    ) -> dict[Term, list[float]]:
        return {
            term: [self._kept.of(self._key(scenario, term), one, term) for one in range(count)]
            for term in terms
        }


def _values(
    simulate: Callable[[Any, str, int], Any],
    value: Callable[[Any, Term], float],
    terms: Iterable[Term],
    scenario: Scenario,
    policy: str,
    replication: int,
) -> dict[Term, float]:
    """Run once, and return the values of terms; tallies are forgotten where the run was made."""
    tallies = simulate(scenario, policy, replication)
    return {term: value(tallies, term) for term in terms}
