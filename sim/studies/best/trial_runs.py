"""The runs of candidates: done once, kept as soon as they are done, and read by number."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.sources import model_version
from sim.errors import ScenarioError
from sim.execution.execution import Execution, Model
from sim.execution.progress import Progress
from sim.execution.selection import ScenarioSelection
from sim.execution.worker import unpacked, work
from sim.measures.fairness_measures import FAIRNESS
from sim.measures.measure import ANSWERED_WITHIN
from sim.results.run_store import ADDRESS_BYTES, RunStore
from sim.results.store import kept_text
from sim.scenario.dump import policy_fingerprints
from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.scenario import Scenario

__all__ = ["Candidate", "TrialRuns", "open_trial_runs", "same_world"]

Floats = npt.NDArray[np.float64]
WorldOf = Callable[[int], Mapping[str, Scalar]]
"""What is set, by path, in the world of a replication."""


_MISSING, _IMPOSSIBLE = -1, -2


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A policy, and what is set in the scenario beside it.

    Attributes
    ----------
    policy : str
    settings : tuple of (str, value)
        By dotted path; none for a policy as the scenario has it.
    """

    policy: str
    settings: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class _Job:
    """One run: the place of a candidate in what is asked for, and a replication."""

    place: int
    replication: int


@dataclass
class TrialRuns:
    """The runs of candidates, those of earlier calls included.

    Attributes
    ----------
    selection : ScenarioSelection
    model : Model
    executor : concurrent.futures.Executor
    store : RunStore
    measures : tuple of str
        What is kept of each run, in the order of the last axis of `values`.
    progress : callable
    budget : int
        Runs in all, for the progress.
    world_of : callable
    used : int
        Runs asked for so far, each counted once.
    failures : dict of Candidate to str
        What went wrong in the first run that failed of a candidate.
    """

    selection: ScenarioSelection
    model: Model
    executor: Executor
    store: RunStore
    measures: tuple[str, ...]
    progress: Progress
    budget: int
    world_of: WorldOf
    failures: dict[Candidate, str] = field(default_factory=dict)
    _seen: set[tuple[Candidate, int]] = field(default_factory=set)
    _of_policy: dict[str, Variations] = field(default_factory=dict)
    _addresses: dict[tuple[Candidate, int], bytes] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Return how many different runs were asked for so far."""
        return len(self._seen)

    def scenario(self, candidate: Candidate, replication: int = 0) -> Scenario:
        """Return the scenario of a candidate in the world of a replication.

        Raises
        ------
        ScenarioError
            If its settings break a rule.
        """
        settings = dict(self.world_of(replication)) | dict(candidate.settings)
        return self.variations(candidate.policy).at(settings)

    def variations(self, policy: str) -> Variations:
        """Return what the scenarios of a policy's candidates are made from.

        Raises
        ------
        ScenarioError
            If the policy cannot run here.
        """
        if policy not in self._of_policy:
            chosen = replace(self.selection, policies=[policy], replications=None)
            self._of_policy[policy] = chosen.variations()
        return self._of_policy[policy]

    def is_possible(self, candidate: Candidate) -> bool:
        """Tell whether a candidate's settings keep all rules."""
        try:
            self.scenario(candidate)
        except ScenarioError:
            return False
        return True

    def values(self, candidates: Sequence[Candidate], replications: Sequence[int]) -> Floats:
        """Return the measures of candidates in replications, running what was not run before.

        Parameters
        ----------
        candidates : sequence of Candidate
        replications : sequence of int

        Returns
        -------
        array of float, shape (candidates, replications, measures)
            NaN where undefined, or where a run failed.

        Raises
        ------
        RunError
            If the disk is full or a worker process dies; the same call continues from there.
        """
        wanted = [_Job(place, number)
                  for number in replications for place in range(len(candidates))]  # fmt: skip
        self._run([job for job in wanted if not self._is_kept(candidates, job)], candidates)
        self._seen |= {(candidates[job.place], job.replication) for job in wanted}
        self.store.reload()
        found = [[self._read(candidate, number) for number in replications]
                 for candidate in candidates]  # fmt: skip
        return np.array(found).reshape(len(candidates), len(replications), len(self.measures))

    def _run(self, missing: Sequence[_Job], candidates: Sequence[Candidate]) -> None:
        done = self.used
        submit = partial(self._begin, candidates)
        for job, outcome in work(submit, missing, self.executor):
            candidate = candidates[job.place]
            if isinstance(outcome, Exception):
                self.failures.setdefault(candidate, str(outcome) or type(outcome).__name__)
            else:
                self.store.add(self._address(candidate, job.replication), job.replication, outcome)
            done += 1
            self.progress(min(done, self.budget), self.budget)

    def _begin(
        self, candidates: Sequence[Candidate], executor: Executor, job: _Job
    ) -> Future[Floats]:
        candidate = candidates[job.place]
        packed = pickle.dumps(self.scenario(candidate, job.replication))
        measuring = self.model.measuring
        task = partial(
            _measured, self.model.simulate, measuring.whole, measuring.distributions, self.measures
        )
        return executor.submit(task, packed, candidate.policy, job.replication)

    def _is_kept(self, candidates: Sequence[Candidate], job: _Job) -> bool:
        return self._position(candidates[job.place], job.replication) != _MISSING

    def _read(self, candidate: Candidate, replication: int) -> Floats:
        position = self._position(candidate, replication)
        if position < 0:
            return np.full(len(self.measures), np.nan)
        return np.asarray(self.store.values(np.array([position]))[0])

    def _position(self, candidate: Candidate, replication: int) -> int:
        """Return where a run is kept, or -1; or -2 where its settings break a rule in its world."""
        try:
            address = np.frombuffer(self._address(candidate, replication), np.uint8)
        except ScenarioError as error:
            self.failures.setdefault(candidate, str(error))
            return _IMPOSSIBLE
        return int(self.store.find(address.reshape(1, -1), replication)[0])

    def _address(self, candidate: Candidate, replication: int) -> bytes:
        # One world for all replications where none is said, so that one address will do.
        key = (candidate, replication if self.world_of(replication) else 0)
        if key not in self._addresses:
            scenario = self.scenario(candidate, replication)
            told = f"{policy_fingerprints(scenario)[candidate.policy]} {model_version()}"
            self._addresses[key] = hashlib.sha256(told.encode()).digest()[:ADDRESS_BYTES]
        return self._addresses[key]


def same_world(replication: int) -> Mapping[str, Scalar]:  # noqa: ARG001 - all have the same one
    """Return what is set in the world of a replication: nothing."""
    return {}


@contextmanager
def open_trial_runs(
    selection: ScenarioSelection,
    execution: Execution,
    folder: Path,
    *,
    budget: int,
    python: bool,
    world_of: WorldOf = same_world,
) -> Iterator[TrialRuns]:
    """Open the runs that a folder keeps, and what carries out further ones.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    folder : Path
        Where runs are kept.
    budget : int
        Runs in all, for the progress.
    python : bool
        Whether a policy is a Python class.
    world_of : callable
        What is set in the world of a replication; nothing by default.
    """
    model = execution.model(python=python)
    measures = _measures_of(selection, model)
    with (
        execution.show_progress() as progress,
        execution.open_executor(model, budget) as executor,
        closing(RunStore(folder, measures)) as store,
    ):
        trials = TrialRuns(selection, model, executor, store, measures, progress, budget, world_of)
        progress(0, budget)
        try:
            yield trials
        except KeyboardInterrupt:
            store.reload()
            raise KeyboardInterrupt(kept_text(len(store), folder.parent)) from None


def _measures_of(selection: ScenarioSelection, model: Model) -> tuple[str, ...]:
    limits = replace(selection, replications=None).variations().base.desk.answer_within_seconds
    return (*model.measuring.MEASURES, *map(ANSWERED_WITHIN.format, limits), *FAIRNESS)


def _measured(
    simulate: Callable[[Any, str, int], Any],
    whole: Callable[[Any], Mapping[str, float]],
    distributions: Callable[[Any], Mapping[str, Any]],
    measures: Sequence[str],
    packed: bytes,
    policy: str,
    replication: int,
) -> Floats:
    """Run once, and return the measures over the whole horizon."""
    tallies = simulate(unpacked(packed), policy, replication)
    fairness = distributions(tallies).get("fairness_runs", {})
    values = {name: float(column[0]) for name, column in fairness.items()} | dict(whole(tallies))
    return np.array([values.get(name, np.nan) for name in measures])
