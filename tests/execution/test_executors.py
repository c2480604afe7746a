import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from sim.core.cancel import check_cancelled
from sim.errors import CapacityError, CommandError, RunError
from sim.execution import executors
from sim.execution.executors import InProcess, open_executor, usable_cores
from sim.execution.replicate import plan, replicate
from tests.execution import units_of_work

UNITS = plan(["equal", "tiers"], 3)
ROOT = Path(__file__).parents[2]


def run(work, workers, scenario="s", threads=False):
    with open_executor(workers, threads=threads) as executor:
        return list(replicate(work, scenario, UNITS, executor))


def test_one_worker_is_the_calling_process():
    assert {pid for _, pid in run(units_of_work.process_id, 1)} == {os.getpid()}


def test_more_workers_are_other_processes():
    assert os.getpid() not in {pid for _, pid in run(units_of_work.process_id, 2)}


def test_or_other_threads_of_the_calling_process():
    assert {pid for _, pid in run(units_of_work.process_id, 2, threads=True)} == {os.getpid()}
    threads = {thread for _, thread in run(units_of_work.thread_id, 2, threads=True)}
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("threads", [False, True])
def test_one_worker_and_many_give_the_same(threads):
    assert run(units_of_work.slow_first, 1) == run(units_of_work.slow_first, 2, threads=threads)


def test_no_more_workers_than_units():
    with open_executor(64, units=1) as executor:
        assert isinstance(executor, InProcess)


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ({}, []),
        ({"slurm/job": "max"}, []),
        ({"slurm/job": "4000000000", "slurm": "max", ".": "9000000000"}, [4e9, 9e9]),
    ],
)
def test_memory_is_what_the_control_groups_around_a_process_allow(tmp_path, limits, allowed):
    for group, limit in limits.items():
        (tmp_path / group).mkdir(parents=True, exist_ok=True)
        (tmp_path / group / "memory.max").write_text(f"{limit}\n", encoding="utf-8")
    membership = tmp_path / "cgroup"
    membership.write_text("1:name=systemd:/\n0::/slurm/job\n", encoding="utf-8")
    assert list(executors._memory_allowed(membership, tmp_path)) == allowed


def test_a_machine_without_control_groups_has_its_own_memory(tmp_path):
    assert list(executors._memory_allowed(tmp_path / "none", tmp_path / "none")) == []
    here = executors.memory_here()
    assert here is None or here > 1e8


def test_usable_cores_is_at_least_one():
    assert usable_cores() >= 1


@pytest.mark.parametrize("workers", [0, -3])
def test_too_few_workers_is_a_fault_of_the_command(workers):
    with pytest.raises(CommandError, match="at least 1"), open_executor(workers):
        pass


@pytest.mark.parametrize("threads", [False, True])
def test_an_exception_in_a_worker_names_policy_and_replication(threads):
    with pytest.raises(RunError, match=r"^policy '\w+', replication 1: ZeroDivisionError"):
        run(units_of_work.fail, 2, threads=threads)


def test_the_kind_of_an_error_survives_the_way_between_processes():
    with pytest.raises(CapacityError, match="replication 0: the calendar is full"):
        run(units_of_work.overflow, 2)


def test_a_worker_that_dies_is_reported():
    with pytest.raises(RunError, match="a worker process died"):
        run(units_of_work.die, 2)


def test_a_result_that_cannot_be_sent_is_reported():
    with pytest.raises(RunError, match=r"^policy '\w+', replication 0: "):
        run(units_of_work.unpicklable, 2)


def test_a_script_without_a_main_guard_works(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path[:0] = [{str(ROOT)!r}]
        from tests.execution import units_of_work
        from sim.execution.executors import open_executor
        from sim.execution.replicate import plan, replicate
        with open_executor(2) as executor:
            done = list(replicate(units_of_work.describe, "s", plan(["a"], 2), executor))
        print(len(done))
        """)
    )
    ran = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.stdout, ran.stderr) == ("2\n", "")


SLEEPER = """
import sys
sys.path[:0] = [{root!r}]
from tests.execution import units_of_work
from sim.execution.executors import open_executor
from sim.execution.replicate import plan, replicate
try:
    with open_executor(2) as executor:
        list(replicate(units_of_work.sleep_long, {folder!r}, plan(["a", "b"], 9), executor))
except KeyboardInterrupt:
    raise SystemExit(130)
"""


def test_an_interrupt_stops_threads_within_a_second(tmp_path):
    def interrupt_when_both_work():
        wait_until(lambda: len(list(tmp_path.glob("*.worker"))) == 2)
        begun.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    begun, before = [], threading.active_count()
    threading.Thread(target=interrupt_when_both_work).start()
    with pytest.raises(KeyboardInterrupt):
        run(units_of_work.work_on_and_on, 2, str(tmp_path), threads=True)
    assert time.monotonic() - begun[0] < 1.0
    wait_until(lambda: threading.active_count() == before)


def test_what_nobody_may_stop_goes_on():
    check_cancelled()


def alive(pid):
    """Tell whether a process still runs (one that only waits to be reaped does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


def start_sleeper(folder, workers_seen):
    code = SLEEPER.format(root=str(ROOT), folder=str(folder))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: len(list(folder.glob("*.worker"))) >= workers_seen)
    return process, [int(path.stem) for path in folder.glob("*.worker")]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
@pytest.mark.parametrize("to_all", [True, False], ids=["terminal", "caller only"])
def test_an_interrupt_ends_everything_within_a_second(tmp_path, to_all):
    process, workers = start_sleeper(tmp_path, workers_seen=2)
    begun = time.monotonic()
    (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "")
    assert time.monotonic() - begun < 1.5
    assert not any(alive(pid) for pid in workers)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_an_interrupt_while_workers_start_makes_no_noise(tmp_path):
    process, _ = start_sleeper(tmp_path, workers_seen=0)
    wait_until(lambda: len(children(process.pid)) >= 2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "")


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_workers_do_not_outlive_a_killed_caller(tmp_path):
    process, workers = start_sleeper(tmp_path, workers_seen=2)
    process.kill()
    process.communicate(timeout=30)
    wait_until(lambda: not any(alive(pid) for pid in workers))
