"""Run units on a Dask cluster, whatever its workers are: processes, machines, a batch queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sim.errors import CommandError

__all__ = ["Cluster", "open_cluster"]

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


@contextmanager
def open_cluster(cluster: Cluster) -> Iterator[Executor]:
    """Open an executor on a cluster for as long as the ``with`` block lasts.

    Raises
    ------
    CommandError
        If the package ``distributed`` is missing, nobody answers at the address, there is no
        worker, or a worker has another version of the model.
    """
    client = _connected(cluster)
    executor = client.get_executor(pure=False, retries=_RETRIES)
    try:
        _agree(client, cluster)
        yield executor
    except BaseException:
        executor.shutdown(wait=False)
        raise
    finally:
        client.close()


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
