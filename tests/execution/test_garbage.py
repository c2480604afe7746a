"""When the garbage collector is at work during a command."""

import gc
import weakref

import pytest

from sim.execution.garbage import begin_to_collect, collecting_late, keeping_garbage


@pytest.fixture(autouse=True)
def _as_before():
    assert gc.isenabled()
    yield
    gc.enable()
    gc.unfreeze()


def test_nothing_is_collected_before_the_first_run():
    with collecting_late():
        assert not gc.isenabled()
        begin_to_collect()
        assert gc.isenabled()
    assert gc.isenabled()


def test_what_was_imported_is_gone_through_no_more():
    with collecting_late():
        before = [[]]
        begin_to_collect()
        after = [[]]
        young = [id(one) for one in gc.get_objects()]
        assert id(before) not in young
        assert id(after) in young
    assert id(after) not in [id(one) for one in gc.get_objects()]


def test_an_error_leaves_the_collector_on():
    with pytest.raises(ValueError, match="wrong"), collecting_late():
        raise ValueError("wrong")
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off():
    gc.disable()
    with collecting_late():
        begin_to_collect()
        assert not gc.isenabled()
    assert not gc.isenabled()
    assert gc.get_freeze_count() == 0


class _Cycle:
    """An object that only the collector takes apart."""

    def __init__(self):
        self.itself = self


def test_a_command_leaves_the_garbage_of_a_block_to_its_end():
    with collecting_late():
        begin_to_collect()
        with keeping_garbage():
            assert not gc.isenabled()
            garbage = weakref.ref(_Cycle())
        assert gc.isenabled()
        gc.collect()
        assert garbage() is not None


def test_outside_of_a_command_the_garbage_of_a_block_is_collected_afterwards():
    with collecting_late():
        pass
    gc.unfreeze()
    with keeping_garbage():
        assert not gc.isenabled()
        garbage = weakref.ref(_Cycle())
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert garbage() is None


def test_a_block_keeps_the_collector_off_that_somebody_has_switched_off():
    gc.disable()
    with keeping_garbage():
        assert not gc.isenabled()
    assert not gc.isenabled()
