"""Where the units of an experiment run: in the caller's thread, in threads, or in processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from sim.core.cancel import set_cancel_token
from sim.errors import CommandError
from sim.execution.dask import Cluster, open_cluster

__all__ = ["InProcess", "memory_here", "open_executor", "usable_cores"]

P = ParamSpec("P")
T = TypeVar("T")


def usable_cores() -> int:
    """Count the cores that this process may run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_here() -> float | None:
    """Return the memory that this process may fill, in bytes; None where the machine does not say.

    It is the machine's, or what a container or a batch system allows of it (Linux, control groups
    of version 2).
    """
    try:
        whole = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return None
    return min([whole, *_memory_allowed(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))])


def _memory_allowed(membership: Path, groups: Path) -> Iterator[float]:
    """Yield the limits of the control group that this process is in, and of those around it."""
    with suppress(OSError):
        lines = membership.read_text(encoding="utf-8").splitlines()
        own = next((line[3:].strip("/") for line in lines if line.startswith("0::")), "")
        parts = Path(own).parts
        for depth in range(len(parts), -1, -1):
            with suppress(OSError):
                limit = groups.joinpath(*parts[:depth], "memory.max").read_text(encoding="utf-8")
                if limit.strip().isdigit():  # else it says max
                    yield float(limit)


@contextmanager
def open_executor(
    workers: int | None = None,
    units: int | None = None,
    *,
    threads: bool = False,
    cluster: Cluster | None = None,
) -> Iterator[Executor]:
    """Open an executor for as long as the ``with`` block lasts.

    Parameters
    ----------
    workers : int, optional
        Units at a time, at least 1; by default as many as usable cores. With 1 everything runs in
        the calling thread.
    units : int, optional
        How many units there will be; more workers than that are not started.
    threads : bool
        Whether workers are threads, which start at once and share memory, but help only if units
        leave the interpreter alone for most of the time and check for cancellation while they
        work. Otherwise they are processes.
    cluster : Cluster, optional
        A Dask cluster, in place of workers on this machine.

    Yields
    ------
    concurrent.futures.Executor
        When the block ends by an exception (a failed unit, Ctrl-C) worker processes are killed in
        the midst of their work, at once, and threads asked to stop; none outlives the block.

    Raises
    ------
    CommandError
        If ``workers`` is below 1, or as `open_cluster`.
    """
    if workers is not None and workers < 1:
        raise CommandError(f"workers: there must be at least 1 (got {workers})")
    if cluster is not None:
        with open_cluster(cluster) as pool:
            yield pool
        return
    wanted = usable_cores() if workers is None else workers
    count = wanted if units is None else max(1, min(wanted, units))
    if count == 1:
        yield InProcess()
    else:
        with _threads(count) if threads else _processes(count) as pool:
            yield pool


class InProcess(Executor):
    """An executor that runs each unit in the calling process, at the moment it is submitted."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``fn`` and return its finished future; Ctrl-C passes through."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def _threads(count: int) -> Iterator[Executor]:
    """Open a pool of threads that stop when the block fails."""
    stop = threading.Event()
    pool = ThreadPoolExecutor(count, "sim-worker", initializer=set_cancel_token, initargs=(stop,))
    try:
        yield pool
    except BaseException:
        stop.set()
        with _interrupts_held():
            pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True)


@contextmanager
def _processes(count: int) -> Iterator[Executor]:
    """Open a pool of processes that leaves nobody behind."""
    context = _Context()
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin_work)
    try:
        yield pool
    except BaseException:
        with _interrupts_held():
            # In this order: killed first, a pool complains aloud about its cancelled futures.
            pool.shutdown(wait=False, cancel_futures=True)
            context.kill()
        raise
    pool.shutdown(wait=True)


class _Process(SpawnProcess):
    """A worker process, started so that neither Ctrl-C nor the caller's script reaches it."""

    def start(self) -> None:
        """Start the process."""
        with _interrupts_held(), _interrupts_blocked(), _main_module_hidden():
            super().start()


class _Context(SpawnContext):
    """Starts processes by spawning, everywhere alike, and remembers which it started."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[BaseProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # type: ignore[override] # noqa: N802
        """Make a process; the executor calls this by the name that multiprocessing gave it."""
        process = _Process(*args, **kwargs)
        self._started.append(process)
        return process

    def kill(self) -> None:
        """Kill every process that was started and still lives, and wait until it is gone."""
        started = [process for process in self._started if process.pid is not None]
        for process in started:
            process.kill()
        for process in started:
            process.join()


def _begin_work() -> None:
    """Ready a worker: the caller alone hears Ctrl-C, and a worker does not outlive its caller."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_caller, daemon=True).start()


def _end_with_caller() -> None:
    caller = multiprocessing.parent_process()
    if caller is not None:
        caller.join()
        os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hear Ctrl-C only when the block is over; only the main thread hears it at all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
    if heard:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread, which a process started meanwhile inherits for good.

    Otherwise a worker that is still importing would answer Ctrl-C with a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _main_module_hidden() -> Iterator[None]:
    """Hide the caller's script from a process being started, which would run it again.

    Workers need nothing from it, and scripts rarely guard themselves by ``__name__``.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
