"""Run what a sweep still lacks, and keep each run as soon as it is done."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache, partial
from itertools import repeat
from math import nan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.sources import model_version
from sim.errors import Fault, RunError, ScenarioError
from sim.execution.execution import Execution, Model
from sim.execution.progress import Progress
from sim.execution.worker import in_turns, unpacked, work
from sim.measures.measure import ANSWERED_WITHIN
from sim.results.run_store import ADDRESS_BYTES, RunStore
from sim.results.store import kept_text, writing
from sim.scenario.dump import policy_fingerprints
from sim.scenario.reading.base_files import DATA_FILES
from sim.scenario.run_size import run_size
from sim.studies.run.record import now
from sim.studies.sweep.choice_tables import write_choice_tables
from sim.studies.sweep.folder import LEDGER, finish, open_sweep, reserve_sweep
from sim.studies.sweep.parts import Part, PartDone
from sim.studies.sweep.plan import SweepStudy
from sim.studies.sweep.summaries import write_point_tables
from sim.studies.sweep.tables import Addresses, Failure

__all__ = ["record_part", "record_sweep"]

Floats = npt.NDArray[np.float64]

# Points whose scenarios are kept ready; a few megabytes.
_READY = 1024
MAX_FAULTS = 20


def record_sweep(
    study: SweepStudy,
    model: Model,
    execution: Execution,
    *,
    only_tables: bool = False,
    whole: bool = False,
    point_tables: bool = True,
    clock: Callable[[], datetime] = now,
) -> None:
    """Run what a sweep still lacks, keep each run as soon as it is done, and write the tables.

    Parameters
    ----------
    study : SweepStudy
    model : Model
        What is run, and what reads numbers off it, where the run is.
    execution : Execution
        How it is run. Its progress counts the runs of earlier calls, too. The tables do not depend
        on it.
    only_tables : bool
        Run nothing; write the tables of the runs that there are.
    whole : bool
        Whether to refuse to write tables, before anything is done, while runs are missing.
    point_tables : bool
        Whether to write each point's intervals, differences and choice, too.
    clock : callable
        Gives the time, for the manifest.

    Raises
    ------
    ScenarioError
        If the scenario of a point is wrong: before anything runs.
    CommandError
        If the folder cannot be written or holds something else.
    RunError
        If the disk is full or a worker process dies; the same call continues from there. A single
        run that fails is listed in ``failed.csv`` instead, and its point left out of the tables.
        So it is if runs are missing and the tables are to be of all.
    """
    reserve_sweep(study)
    started = clock()
    measures = _measures(study, model)
    with (
        execution.show_progress() as progress,
        closing(RunStore(study.folder / LEDGER, measures)) as ledger,
    ):
        addresses = _addresses(study)
        missing = _MissingRuns(study, addresses, ledger)
        if whole:
            _refuse_missing(study, missing)
        with _interruption_told(study, missing):
            failures = [] if only_tables else _run(study, missing, model, execution, progress)
        with writing(study.folder, {"fingerprint": study.identity}):
            ledger.reload()
            shared = _shared(failures, addresses)
            finish(study, ledger, addresses, measures, shared, (started, clock()))
            if point_tables:
                sweep = open_sweep(study.folder)
                write_point_tables(sweep)
                write_choice_tables(sweep)


def record_part(study: SweepStudy, model: Model, execution: Execution, part: Part) -> PartDone:
    """Run what a part of a sweep still lacks, and keep each run; no tables are written.

    Parameters
    ----------
    study : SweepStudy
    model : Model
    execution : Execution
    part : Part

    Raises
    ------
    ScenarioError, CommandError, RunError
        As `record_sweep`.
    """
    reserve_sweep(study)
    measures = _measures(study, model)
    with (
        execution.show_progress() as progress,
        closing(RunStore(study.folder / LEDGER, measures)) as ledger,
    ):
        missing = _MissingRuns(study, _addresses(study), ledger, part)
        with _interruption_told(study, missing):
            failures = _run(study, missing, model, execution, progress)
    errors = tuple(dict.fromkeys(one.error for one in failures))
    return PartDone(study.folder, part, missing.total, len(failures), errors)


def _refuse_missing(study: SweepStudy, missing: _MissingRuns) -> None:
    count = missing.count()
    if count:
        raise RunError(
            f"{count:,} of {missing.total:,} runs are missing in {study.folder}: a part was not "
            "given, was killed, or failed. Run it again; or run the sweep without --part, which "
            "does what is missing; or write the tables of what there is with --so-far."
        )


@contextmanager
def _interruption_told(study: SweepStudy, missing: _MissingRuns) -> Iterator[None]:
    """Say on Ctrl-C what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(kept_text(missing.count_done(), study.folder)) from None


class _Job(NamedTuple):
    """One run: a point, a policy by its place, a replication."""

    point: int
    policy: int
    replication: int


class _MissingRuns:
    """The runs that a sweep still lacks.

    Replications come outermost and points in the order of the design, so that what is finished at
    any time is an even sample of the whole. Points and policies of one address are one run.
    """

    def __init__(
        self,
        study: SweepStudy,
        addresses: Addresses,
        ledger: RunStore,
        part: Part | None = None,
    ) -> None:
        self._order = study.design.order
        self._addresses = addresses
        self._replications = study.replications
        self.ledger = ledger
        flat = addresses.reshape(-1, ADDRESS_BYTES)
        ranks = np.empty(addresses.shape[:2], np.int64)
        ranks[self._order] = np.arange(addresses[..., 0].size).reshape(addresses.shape[:2])
        self._first = _firsts(flat, ranks.reshape(-1)).reshape(addresses.shape[:2])
        self._part = part
        self._numbers = _numbered(self._first, ranks)

    @property
    def total(self) -> int:
        """How many different runs the sweep has."""
        return sum(int(self._ours(number).sum()) for number in range(self._replications))

    def count_done(self) -> int:
        """Count the runs that are done by now."""
        self.ledger.reload()
        return self.total - self.count()

    def count(self) -> int:
        """Count the runs that are still to be done."""
        return sum(int(self._lacking(number).sum()) for number in range(self._replications))

    def __iter__(self) -> Iterator[list[_Job]]:
        """Yield the missing runs of a replication at a point, under all policies, together."""
        for number in range(self._replications):
            lacking = self._lacking(number)
            for point in self._order[lacking[self._order].any(axis=1)]:
                policies = lacking[point].nonzero()[0].tolist()
                yield [_Job(int(point), policy, number) for policy in policies]

    def keep(self, job: _Job, values: Sequence[float]) -> None:
        """Keep the values of a run."""
        address = self._addresses[job.point, job.policy].tobytes()
        self.ledger.add(address, job.replication, values)

    def _lacking(self, replication: int) -> npt.NDArray[np.bool_]:
        positions = self.ledger.find(self._addresses.reshape(-1, ADDRESS_BYTES), replication)
        return (positions < 0).reshape(self._first.shape) & self._ours(replication)

    def _ours(self, replication: int) -> npt.NDArray[np.bool_]:
        """Mark the runs of a replication that are to be done: all, or those of the part."""
        if self._part is None:
            return self._first
        jobs = replication * int(self._first.sum()) + self._numbers
        return self._part.has(jobs) & self._first


def _firsts(addresses: Addresses, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Mark the first of each set of equal addresses."""
    by_rank = np.argsort(ranks)
    whole = np.ascontiguousarray(addresses[by_rank]).view("V16").reshape(-1)
    _, places = np.unique(whole, return_index=True)
    marks = np.zeros(len(addresses), np.bool_)
    marks[by_rank[places]] = True
    return marks


def _numbered(first: npt.NDArray[np.bool_], ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give each run of one replication a number, in the order in which they are taken."""
    numbers = np.zeros(first.shape, np.int64)
    numbers[first] = np.argsort(np.argsort(ranks[first]))
    return numbers


def _run(
    study: SweepStudy,
    missing: _MissingRuns,
    model: Model,
    execution: Execution,
    progress: Progress,
) -> list[Failure]:
    """Do the runs that are missing, and return those that failed."""
    count, total = missing.count(), missing.total
    progress(total - count, total)
    if not count:
        return []
    failures = []
    base = run_size(study.variations.base)
    execution = execution.within_memory(base.memory_bytes, count)
    with execution.open_executor(model, count) as executor:
        jobs = in_turns(missing, execution.at_a_time)
        finished = work(_submitter(study, model), jobs, executor)
        for done, (job, outcome) in enumerate(finished, total - count + 1):
            if isinstance(outcome, Exception):
                error = str(outcome) or type(outcome).__name__
                failures.append(Failure(job.point, job.policy, job.replication, error))
            else:
                missing.keep(job, outcome)
            progress(done, total)
    return failures


def _measures(study: SweepStudy, model: Model) -> tuple[str, ...]:
    """Return the measures of every run, and those of the limits that the scenario lists."""
    limits = study.variations.base.desk.answer_within_seconds
    return (*model.measuring.MEASURES, *map(ANSWERED_WITHIN.format, limits))


def _submitter(study: SweepStudy, model: Model) -> Callable[[Executor, _Job], Future[list[float]]]:
    """Return what begins a run in an executor."""
    ready = _ready(study)
    measures = _measures(study, model)
    task = partial(_measured, model.only_measured, model.measuring.whole, measures)

    def submit(executor: Executor, job: _Job) -> Future[list[float]]:
        policy = study.policies[job.policy]
        return executor.submit(task, ready(job.point), policy, job.replication)

    return submit


def _ready(study: SweepStudy) -> Callable[[int], bytes]:
    @lru_cache(maxsize=_READY)
    def packed(point: int) -> bytes:
        return pickle.dumps(study.variations.at(study.design.values(point)))

    return packed


def _measured(
    simulate: Callable[[Any, str, int], Any],
    whole: Callable[[Any], Mapping[str, float]],
    measures: Sequence[str],
    packed: bytes,
    policy: str,
    replication: int,
) -> list[float]:
    """Run once, and return the measures over the whole horizon."""
    values = whole(simulate(unpacked(packed), policy, replication))
    return [*map(values.get, measures, repeat(nan))]


def _shared(failures: Sequence[Failure], addresses: Addresses) -> list[Failure]:
    """List a failed run at every point and policy that share it."""
    shared = []
    for one in failures:
        same = (addresses == addresses[one.point, one.policy]).all(axis=2)
        shared += [
            Failure(int(point), int(policy), one.replication, one.error)
            for point, policy in np.argwhere(same)
        ]
    return sorted(shared)


def _addresses(study: SweepStudy) -> Addresses:
    """Return the address at which the runs of each point and policy are kept; check every point.

    To compute an address the point's scenario has to be made, so addresses are kept, too.
    """
    columns = [f"{policy}/{word}" for policy in study.policies for word in range(4)]
    points = len(study.design)
    keys = np.frombuffer(b"".join(_keys(study)), np.uint8).reshape(points, ADDRESS_BYTES)
    words = np.zeros((points, len(columns)))
    with closing(RunStore(study.folder / LEDGER / "points", columns)) as known:
        places = known.find(keys, 0) if _by_value(study) else np.full(points, -1)
        words[places >= 0] = known.values(places[places >= 0])
        faults: list[Fault] = []
        for point in np.flatnonzero(places < 0):
            try:
                words[point] = _address(study, int(point))
                known.add(keys[point].tobytes(), 0, words[point])
            except ScenarioError as error:
                faults += _at_point(error, study, int(point))
            if len(faults) >= MAX_FAULTS:
                break
    if faults:
        raise ScenarioError(tuple(faults))
    return words.astype("<u4").view(np.uint8).reshape(points, len(study.policies), ADDRESS_BYTES)


def _by_value(study: SweepStudy) -> bool:
    """Tell whether a point is known by its values; a file's name does not tell its content."""
    files = {f"{section}.{name}" for section, name in DATA_FILES}
    return not any(path in files or path.endswith(".python") for path in study.design.paths)


def _keys(study: SweepStudy) -> Iterator[bytes]:
    """Yield a key for each point, without making its scenario."""
    start = hashlib.sha256(f"{study.variations.digest()} {model_version()}".encode())
    for row in study.design.points.iter_rows():
        key = start.copy()
        key.update(json.dumps([study.design.paths, row]).encode())
        yield key.digest()[:ADDRESS_BYTES]


def _address(study: SweepStudy, point: int) -> Floats:
    scenario = study.variations.at(study.design.values(point))
    prints = policy_fingerprints(scenario)
    digests = [
        hashlib.sha256(f"{prints[policy]} {model_version()}".encode()).digest()[:ADDRESS_BYTES]
        for policy in study.policies
    ]
    return np.frombuffer(b"".join(digests), "<u4").astype(np.float64)


def _at_point(error: ScenarioError, study: SweepStudy, point: int) -> list[Fault]:
    said = ", ".join(f"{path}: {value}" for path, value in study.design.values(point).items())
    where = f"This is at point {point} of the sweep ({said})."
    return [
        Fault(one.file, one.line, one.column, one.key, one.rule, one.value,
              f"{one.suggestion} {where}".strip())
        for one in error.faults
    ]  # fmt: skip
