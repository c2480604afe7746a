import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

from sim.errors import RunError
from sim.execution.executors import InProcess, open_executor
from sim.execution.worker import in_turns, work
from tests.execution.units_of_work import die


def square(job):
    if job == 3:
        raise ZeroDivisionError("three")
    return job * job


def submit(executor, job):
    return executor.submit(square, job)


def test_a_failure_is_set_apart_and_the_rest_goes_on():
    found = dict(work(submit, range(6), InProcess()))
    assert isinstance(found.pop(3), ZeroDivisionError)
    assert found == {0: 0, 1: 1, 2: 4, 4: 16, 5: 25}


def test_results_come_as_they_are_done():
    def slow_first(executor, job):
        return executor.submit(time.sleep, 0.2 if job == 0 else 0)

    with ThreadPoolExecutor(2) as pool:
        assert [job for job, _ in work(slow_first, range(5), pool)][-1] == 0


def test_jobs_are_taken_only_as_there_is_room():
    taken, most = [], 0

    def jobs():
        for job in range(1000):
            taken.append(job)
            yield job

    for done, _ in enumerate(work(submit, jobs(), InProcess(), ahead=4)):
        most = max(most, len(taken) - done)
    assert len(taken) == 1000
    assert most <= 5


def test_jobs_of_a_group_are_not_begun_at_the_same_time():
    sizes = {"a": 2, "b": 3, "c": 0, "d": 1, "e": 2}
    groups = ([f"{name}{place}" for place in range(size)] for name, size in sizes.items())
    assert " ".join(in_turns(groups, 2)) == "a0 b0 a1 b1 b2 d0 e0 e1"


def test_one_worker_goes_through_group_after_group():
    taken = []

    def groups():
        for name in "abc":
            taken.append(name)
            yield [f"{name}0", f"{name}1"]

    jobs = in_turns(groups(), 1)
    assert [next(jobs) for _ in range(3)] == ["a0", "a1", "b0"]
    assert taken == ["a", "b"]


def test_whoever_stops_listening_cancels_what_waits():
    class Never(Executor):
        def __init__(self):
            self.futures = []

        def submit(self, fn, /, *args):
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_result(None)
            return self.futures[-1]

    executor = Never()
    listening = work(submit, range(9), executor, ahead=3)
    next(listening)
    listening.close()
    assert all(future.cancelled() for future in executor.futures[1:])


def test_a_dead_worker_ends_the_work_with_advice():
    with open_executor(2) as pool, pytest.raises(RunError, match="the same command continues"):
        list(work(lambda executor, job: executor.submit(die, 0, "", 0), range(4), pool))


def test_nothing_is_said_to_be_kept_that_is_not():
    with open_executor(2) as pool, pytest.raises(RunError, match=r"memory ran out\. Try fewer"):
        list(work(lambda executor, _: executor.submit(die, 0, "", 0), range(4), pool, kept=False))
