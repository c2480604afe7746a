"""Run units on a Dask cluster, whatever its workers are: processes, machines, a batch queue."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from sim.errors import CommandError

__all__ = ["Cluster", "SchedulerLostError", "open_cluster"]

P = ParamSpec("P")
T = TypeVar("T")

# A worker that dies takes its units along; they are run again elsewhere, as often as this.
_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask scheduler, and what its workers must agree on.

    Attributes
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    version : callable
        Says which model it is; asked here and on every worker, and to be the same.
    timeout : float
        Seconds in which the scheduler has to answer.
    """

    address: str
    version: Callable[[], str]
    timeout: float = 30.0


class SchedulerLostError(BrokenExecutor):
    """The scheduler no longer answers; the message says what to do."""


def _lost(address: str) -> SchedulerLostError:
    return SchedulerLostError(
        f"the Dask scheduler at {address} no longer answers. Finished runs are kept; start the "
        "scheduler and its workers again, and the same command continues from there."
    )


@contextmanager
def open_cluster(cluster: Cluster) -> Iterator[Executor]:
    """Open an executor on a cluster for as long as the ``with`` block lasts.

    Raises
    ------
    CommandError
        If the package ``distributed`` is missing, nobody answers at the address, there is no
        worker, or a worker has another version of the model.
    """
    with _loggers_quiet():
        client = _connected(cluster)
        executor = client.get_executor(pure=False, retries=_RETRIES)
        try:
            _agree(client, cluster)
            yield _ClusterExecutor(executor, cluster.address)
        except BaseException:
            if client.status == "running":  # else there is nobody who could cancel anything
                executor.shutdown(wait=False)
            raise
        finally:
            client.close()


class _ClusterExecutor(Executor):
    """Dask's executor, whose futures tell a lost scheduler from a failed or cancelled unit."""

    def __init__(self, executor: Executor, address: str) -> None:
        self._executor = executor
        self._address = address

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit a unit.

        Raises
        ------
        SchedulerLostError
            If the client has given the scheduler up.
        """
        ours: Future[T] = Future()
        try:
            theirs = self._executor.submit(fn, *args, **kwargs)
        except CancelledError:
            raise _lost(self._address) from None
        theirs.add_done_callback(lambda done: self._pass_on(done, ours))
        ours.add_done_callback(lambda done: theirs.cancel() if done.cancelled() else None)
        return ours

    def _pass_on(self, theirs: Future[T], ours: Future[T]) -> None:
        if not ours.set_running_or_notify_cancel():
            return
        try:
            ours.set_result(theirs.result())
        except CancelledError:  # by Dask itself, which does so once it has lost its scheduler
            ours.set_exception(_lost(self._address))
        except Exception as error:
            ours.set_exception(error)


@contextmanager
def _loggers_quiet() -> Iterator[None]:
    """Keep Dask from printing tracebacks about lost connections: the error says it in a line."""
    names = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _connected(cluster: Cluster) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise CommandError(
            "cluster: needs the package `distributed`: pip install 'evenhand[cluster]'"
        ) from None
    try:
        return Client(cluster.address, timeout=cluster.timeout, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise CommandError(f"cluster: no scheduler answers at {cluster.address}: {error}") from None


def _agree(client: Any, cluster: Cluster) -> None:
    """Make sure that workers give the numbers that this process would."""
    try:
        client.wait_for_workers(1, timeout=cluster.timeout)
    except TimeoutError:
        raise CommandError(f"cluster: {cluster.address} has no workers") from None
    here = cluster.version()
    others = [worker for worker, there in client.run(cluster.version).items() if there != here]
    if others:
        some = ", ".join(sorted(others)[:3])
        raise CommandError(
            f"cluster: {len(others)} workers ({some}) have another version of the model than this "
            "process; install the same one everywhere"
        )
