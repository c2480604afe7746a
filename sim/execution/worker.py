"""Work through jobs over any executor: each result as soon as it is there, failures set apart."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import lru_cache
from itertools import islice, zip_longest
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sim.errors import RunError
from sim.execution.dask import SchedulerLostError

__all__ = ["in_turns", "unpacked", "work"]

J = TypeVar("J")
T = TypeVar("T")

# Enough to keep any executor busy, few enough that what waits never fills the memory.
AHEAD = 256


def work(
    submit: Callable[[Executor, J], Future[T]],
    jobs: Iterable[J],
    executor: Executor,
    *,
    ahead: int = AHEAD,
    kept: bool = True,
) -> Iterator[tuple[J, T | Exception]]:
    """Do jobs and yield each with what it gave, in the order in which they are done.

    Parameters
    ----------
    submit : callable
        ``submit(executor, job)`` begins a job.
    jobs : iterable
        Taken one by one as there is room; never all at once.
    executor : concurrent.futures.Executor
        Where to run; opened and closed by the caller.
    ahead : int
        Most jobs begun or waiting at any time, at least 1.
    kept : bool
        Whether the caller keeps what finished, which is said if a worker dies.

    Yields
    ------
    tuple of job and result
        The result is the exception where the job raised one.

    Raises
    ------
    RunError
        If a worker process dies: nobody can tell then which job was to blame.
    """
    done: SimpleQueue[tuple[J, Future[T]]] = SimpleQueue()
    under_way: set[Future[T]] = set()
    try:
        for job in jobs:
            under_way.add(_begun(submit, executor, job, done))
            while len(under_way) >= ahead or not done.empty():
                finished = _next(done, under_way)
                yield finished
        while under_way:
            last = _next(done, under_way)
            yield last
    except BrokenExecutor as error:
        under_way.clear()  # a broken executor ends its futures itself
        raise _death(error, kept=kept) from error
    finally:
        for future in under_way:
            future.cancel()


def _begun(
    submit: Callable[[Executor, J], Future[T]],
    executor: Executor,
    job: J,
    done: SimpleQueue[tuple[J, Future[T]]],
) -> Future[T]:
    try:
        future = submit(executor, job)
    except OSError as error:
        raise RunError(f"cannot start a worker process: {error}. Try fewer workers.") from error
    future.add_done_callback(lambda finished: done.put((job, finished)))
    return future


def _next(
    done: SimpleQueue[tuple[J, Future[T]]], under_way: set[Future[T]]
) -> tuple[J, T | Exception]:
    while True:
        # A wait without end is deaf to Ctrl-C on Windows.
        try:
            job, future = done.get(timeout=0.5)
        except Empty:
            continue
        under_way.discard(future)
        return job, _outcome(future)


def _outcome(future: Future[T]) -> T | Exception:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        return error


def _death(error: BrokenExecutor, *, kept: bool) -> RunError:
    if isinstance(error, SchedulerLostError):
        return RunError(str(error))
    rest = "Finished runs are kept; the same command continues from there. " if kept else ""
    return RunError(
        f"a worker process died, perhaps because memory ran out. {rest}Try fewer workers."
    )


def in_turns(groups: Iterable[Iterable[J]], at_a_time: int) -> Iterator[J]:
    """Yield jobs so that workers are busy with different groups.

    Jobs of one group, such as the policies of a replication, share people and history. Two that are
    begun at the same time would both make them; one that is begun later finds them.

    Parameters
    ----------
    groups : iterable of iterable
        Taken one by one as there is need.
    at_a_time : int
        Jobs at a time, and so groups in turn; at least 1.
    """
    source = iter(groups)
    while block := [*islice(source, at_a_time)]:
        for turn in zip_longest(*block):
            yield from (job for job in turn if job is not None)


# A sweep comes back to each of its points in every replication; a scenario takes less than 100 KB.
@lru_cache(maxsize=64)
def unpacked(content: bytes) -> Any:
    """Return what was pickled for a job; the same object for jobs of the same content.

    So runs of one scenario know each other where they are carried out, and share their work.
    """
    return pickle.loads(content)
