import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest

from sim.errors import CapacityError, DataError, RunError
from sim.execution.executors import InProcess
from sim.execution.replicate import Unit, plan, replicate
from tests.execution import units_of_work

UNITS = plan(["equal", "tiers"], 3)


class Backwards(Executor):
    """Finishes what was submitted in reverse order, once all of it has been submitted."""

    def __init__(self, total):
        self.total = total
        self.held = []

    def submit(self, fn, /, *args):
        future = Future()
        self.held.append((future, fn, args))
        if len(self.held) == self.total:
            for future_held, work, arguments in reversed(self.held):
                future_held.set_result(work(*arguments))
        return future


class Never(Executor):
    """Finishes only the units whose number is given."""

    def __init__(self, finishing):
        self.finishing = finishing
        self.futures = []

    def submit(self, fn, /, *args):
        future = Future()
        self.futures.append(future)
        if len(self.futures) in self.finishing:
            try:
                future.set_result(fn(*args))
            except Exception as error:
                future.set_exception(error)
        return future


def test_replications_are_outermost():
    assert plan(["equal", "tiers"], 3) == (
        Unit("equal", 0),
        Unit("tiers", 0),
        Unit("equal", 1),
        Unit("tiers", 1),
        Unit("equal", 2),
        Unit("tiers", 2),
    )


def test_every_unit_once_in_order():
    got = list(replicate(units_of_work.describe, "s", UNITS, InProcess()))
    assert got == [(unit, f"s/{unit.policy}/{unit.replication}") for unit in UNITS]


def test_order_is_that_of_the_units_whatever_finishes_first():
    got = list(replicate(units_of_work.describe, "s", UNITS, Backwards(len(UNITS))))
    assert [unit for unit, _ in got] == list(UNITS)


@pytest.mark.parametrize("ahead", [1, 2, 64])
def test_order_on_threads(ahead):
    with ThreadPoolExecutor(4) as pool:
        got = replicate(units_of_work.slow_first, "s", UNITS, pool, ahead=ahead)
        assert [unit for unit, _ in got] == list(UNITS)


def test_no_more_than_ahead_are_begun():
    executor = Never({1})
    runs = replicate(units_of_work.describe, "s", plan(["equal"], 50), executor, ahead=5)
    next(runs)
    assert len(executor.futures) <= 6
    runs.close()
    assert all(future.done() for future in executor.futures)


def test_progress_counts_from_nothing_to_all():
    told = []
    list(
        replicate(
            units_of_work.describe, "s", UNITS, InProcess(), progress=lambda *at: told.append(at)
        )
    )
    assert told == [(done, 6) for done in range(7)]


def test_progress_is_told_in_the_callers_thread_as_units_finish_out_of_order():
    told = []

    def progress(done, total):
        told.append((done, threading.current_thread() is threading.main_thread()))

    with ThreadPoolExecutor(3) as pool:
        list(replicate(units_of_work.slow_first, "s", UNITS, pool, progress=progress))
    assert told == [(done, True) for done in range(7)]


def test_nothing_to_do():
    told = []
    units = plan([], 5)
    assert list(replicate(units_of_work.describe, "s", units, InProcess())) == []
    assert told == []


def test_an_exception_names_policy_and_replication():
    with pytest.raises(RunError) as caught:
        list(replicate(units_of_work.fail, "s", UNITS, InProcess()))
    assert str(caught.value) == "policy 'equal', replication 1: ZeroDivisionError: no agents"


def test_our_own_errors_keep_their_kind():
    with pytest.raises(CapacityError, match="policy 'equal', replication 0: the calendar is full"):
        list(replicate(units_of_work.overflow, "s", UNITS, InProcess()))


def test_a_fault_of_the_input_is_left_as_it_is():
    with pytest.raises(DataError, match=r"^people\.csv:3: spend$"):
        list(replicate(units_of_work.bad_data, "s", UNITS, InProcess()))


def test_a_failure_is_heard_at_once_and_cancels_the_rest():
    # The third unit (replication 1) fails while the first two never finish.
    executor = Never({3})
    with pytest.raises(RunError, match="replication 1"):
        list(replicate(units_of_work.fail, "s", UNITS, executor))
    unfinished = [f for place, f in enumerate(executor.futures, 1) if place != 3]
    assert all(future.cancelled() for future in unfinished)


def test_an_interrupt_cancels_what_is_pending():
    def interrupt(done, total):
        if done == 1:
            raise KeyboardInterrupt

    executor = Never({2})
    with pytest.raises(KeyboardInterrupt):
        list(replicate(units_of_work.describe, "s", UNITS, executor, progress=interrupt))
    assert executor.futures[0].cancelled()
