"""When the garbage collector is at work during a command."""

import gc

import pytest

from sim.execution.garbage import begin_to_collect, collecting_late


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
