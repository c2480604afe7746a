"""A Dask cluster of two workers on this machine gives the bytes of one process, come what may."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from functools import partial

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    distributed = pytest.importorskip("distributed")

from sim.errors import CommandError, RunError
from sim.execution.dask import Cluster
from sim.execution.execution import Execution, Model
from sim.execution.executors import open_executor
from sim.results.run_store import RunStore
from sim.studies.sweep.folder import open_sweep
from sim.studies.sweep.runner import record_sweep
from tests.results import fake_sweep
from tests.results.fake_sweep import study, tables

# Dask's own warnings are no concern of ours.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]


def version():
    return "of these sources"


def of_this_process():
    return str(os.getpid())


@pytest.fixture(scope="module")
def address():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


def swept(folder, address=None, seconds=0.0, progress=None):
    execution = Execution(workers=1, cluster=address, progress=progress)
    model = Model(partial(fake_sweep.slowly, seconds), fake_sweep.MEASURING)
    record_sweep(study(folder), model, execution)
    return tables(folder)


def test_a_cluster_gives_the_same_bytes(tmp_path, address):
    assert swept(tmp_path / "cluster", address) == swept(tmp_path / "here")


def test_a_worker_killed_half_way_costs_nothing(tmp_path, address):
    with distributed.Client(address, set_as_default=False) as client:
        pids = client.run(os.getpid)
    killed = []

    def kill(done, total):
        if done >= total // 2 and not killed:
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    told = swept(tmp_path / "cluster", address, 0.03, kill)
    assert killed
    assert told == swept(tmp_path / "here")
    assert open_sweep(tmp_path / "cluster").failed.is_empty()


def test_a_stopped_sweep_leaves_the_cluster_idle_and_keeps_what_was_done(tmp_path, address):
    def stop(done, total):
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path / "cluster", address, 0.02, stop)
    assert len(RunStore(tmp_path / "cluster" / "runs", tuple(fake_sweep.MEASURES))) == 10
    end = time.monotonic() + 20
    with distributed.Client(address, set_as_default=False) as client:
        while any(client.processing().values()) and time.monotonic() < end:
            time.sleep(0.1)
        assert not any(client.processing().values())
    assert swept(tmp_path / "cluster", address) == swept(tmp_path / "here")


def started(*words):
    """Start a part of Dask in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_scheduler_that_dies_is_told_in_a_line_and_costs_nothing_finished(tmp_path, capfd):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    scheduler = started(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"
    )
    worker = started("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard")

    def kill(done, total):
        if done == 5:
            scheduler.kill()

    try:
        with pytest.raises(RunError, match=f"scheduler at {address} no longer answers") as caught:
            swept(tmp_path / "cluster", address, 0.2, kill)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert "Finished runs are kept" in str(caught.value)
    assert capfd.readouterr().err == ""
    assert len(RunStore(tmp_path / "cluster" / "runs", tuple(fake_sweep.MEASURES))) >= 5
    assert swept(tmp_path / "cluster") == swept(tmp_path / "here")


def test_workers_of_another_version_are_refused(address):
    with (
        pytest.raises(CommandError, match="have another version of the model"),
        open_executor(cluster=Cluster(address, of_this_process)),
    ):
        pass


def test_nobody_at_the_address_is_told():
    with (
        pytest.raises(CommandError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"),
        open_executor(cluster=Cluster("tcp://127.0.0.1:9", version, timeout=1.0)),
    ):
        pass
    assert threading.active_count() < 50


def test_a_missing_package_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(CommandError, match=r"pip install 'evenhand\[cluster\]'"),
        open_executor(cluster=Cluster("tcp://127.0.0.1:9", version)),
    ):
        pass
