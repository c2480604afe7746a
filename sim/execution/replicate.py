"""Map (scenario, policy, replication) to tallies over any executor, in a fixed order.

Nothing here knows the model: what a unit of work gives is whatever the injected ``simulate`` gives.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sim.errors import EvenhandError, InputError, RunError
from sim.execution.dask import SchedulerLostError

__all__ = ["Progress", "Unit", "plan", "replicate", "run_unit"]

S = TypeVar("S")
T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with (units done, units in all) at the start and whenever one is done."""

# How many units may be begun or waiting before the oldest of them is taken: enough to keep any
# executor busy, few enough that a million units are never held in memory at once.
AHEAD = 256


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One run: a policy and a replication.

    Attributes
    ----------
    policy : str
        Name of the policy in the scenario.
    replication : int
        From 0; an equal number has the same people and random numbers under every policy.
    """

    policy: str
    replication: int

    def __str__(self) -> str:
        return f"policy '{self.policy}', replication {self.replication}"


def plan(policies: Iterable[str], replications: int) -> tuple[Unit, ...]:
    """List the units of an experiment in the order in which they are worked.

    Parameters
    ----------
    policies : iterable of str
        In the scenario's order.
    replications : int
        Of each policy, at least 1.

    Returns
    -------
    tuple of Unit
        Replications outermost, so that at any time each policy has been run about as often.
    """
    names = tuple(policies)
    return tuple(Unit(name, number) for number in range(replications) for name in names)


def replicate(
    simulate: Callable[[S, str, int], T],
    scenario: S,
    units: Sequence[Unit],
    executor: Executor,
    *,
    progress: Progress | None = None,
    ahead: int = AHEAD,
) -> Iterator[tuple[Unit, T]]:
    """Run units and yield what each gives, in the order of the units whatever finishes first.

    Parameters
    ----------
    simulate : callable
        ``simulate(scenario, policy, replication)``; picklable if the executor's workers need it.
    scenario : object
        Handed on as it is.
    units : sequence of Unit
        What to run, in order.
    executor : concurrent.futures.Executor
        Where to run; opened and closed by the caller.
    progress : callable, optional
        Called in this thread with (done, total).
    ahead : int
        Most units begun or waiting beyond the one that is yielded next, at least 1.

    Yields
    ------
    tuple of Unit and result
        One a unit.

    Raises
    ------
    RunError
        If a unit fails, naming its policy and replication, or a worker dies. What is not yet begun
        is cancelled then, as it is when the caller stops listening.
    InputError
        As a unit raised it: what is wrong with the input is so under every policy.
    """
    watch = _Watch(len(units), progress)
    pending: deque[tuple[Unit, Future[T]]] = deque()
    try:
        for unit in units:
            pending.append((unit, watch.over(unit, _submit(executor, simulate, scenario, unit))))
            watch.look()
            yield from watch.finished(pending)
            while len(pending) >= ahead:
                watch.wait()
                yield from watch.finished(pending)
        while pending:
            watch.wait()
            yield from watch.finished(pending)
    except _WorkerDiedError:
        pending.clear()  # a broken executor ends its futures itself, and trips over cancelled ones
        raise
    finally:
        for _, future in pending:
            future.cancel()


class _WorkerDiedError(RunError):
    """A worker process ended without a word."""


class _Watch:
    """Sees units become done in whatever order, tells the progress, and fails at the first failure.

    Executors finish units in threads of their own; the inbox brings the news to this one.
    """

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._done = 0
        self._progress = progress
        self._inbox: SimpleQueue[tuple[Unit, Future[Any]]] = SimpleQueue()
        self._seen: set[Future[Any]] = set()
        self._tell()

    def over(self, unit: Unit, future: Future[T]) -> Future[T]:
        """Watch over one more unit."""
        future.add_done_callback(lambda done: self._inbox.put((unit, done)))
        return future

    def look(self) -> None:
        """Take in what is done by now."""
        with suppress(Empty):
            while True:
                self._take(*self._inbox.get_nowait())

    def wait(self) -> None:
        """Wait until something more is done, and take it in."""
        while True:
            # A wait without end is deaf to Ctrl-C on Windows.
            with suppress(Empty):
                return self._take(*self._inbox.get(timeout=0.5))

    def finished(self, pending: deque[tuple[Unit, Future[T]]]) -> Iterator[tuple[Unit, T]]:
        """Take from the front what was seen to be done."""
        while pending and pending[0][1] in self._seen:
            unit, future = pending.popleft()
            self._seen.remove(future)
            yield unit, future.result()

    def _take(self, unit: Unit, future: Future[Any]) -> None:
        _check(unit, future)
        self._seen.add(future)
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total)


def _submit(
    executor: Executor, simulate: Callable[[S, str, int], T], scenario: S, unit: Unit
) -> Future[T]:
    try:
        return executor.submit(run_unit, simulate, scenario, unit)
    except BrokenExecutor as error:
        raise _death(unit, error) from error
    except OSError as error:
        raise RunError(f"cannot start a worker process: {error}. Try fewer workers.") from error


def _check(unit: Unit, future: Future[Any]) -> None:
    """Raise what went wrong in a finished unit, if anything did."""
    try:
        future.result()
    except EvenhandError:
        raise
    except BrokenExecutor as error:
        raise _death(unit, error) from error
    except Exception as error:
        raise _failure(unit, error) from error


def run_unit(simulate: Callable[[S, str, int], T], scenario: S, unit: Unit) -> T:
    """Run one unit where the executor put it, naming the unit in whatever goes wrong.

    Raises
    ------
    RunError
        If it fails, naming its policy and replication.
    InputError
        As it was raised: what is wrong with the input is so under every policy.
    """
    try:
        return simulate(scenario, unit.policy, unit.replication)
    except InputError:
        raise
    except EvenhandError as error:
        raise type(error)(f"{unit}: {error}") from error
    except Exception as error:
        raise _failure(unit, error) from error


def _failure(unit: Unit, error: Exception) -> RunError:
    said = f": {error}" if str(error) else ""
    return RunError(f"{unit}: {type(error).__name__}{said}")


def _death(unit: Unit, error: BrokenExecutor) -> _WorkerDiedError:
    if isinstance(error, SchedulerLostError):
        return _WorkerDiedError(str(error))
    return _WorkerDiedError(
        f"a worker process died, perhaps because memory ran out; {unit} was not finished. "
        "Try fewer workers."
    )
