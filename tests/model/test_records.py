"""Records have no bytes between their fields, which copies leave as they find them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.compiled import calendar_queue, engine_state
from sim.model import records

MODULES = (records, engine_state, calendar_queue)
DTYPES = {
    name: found
    for module in MODULES
    for name, found in vars(module).items()
    if isinstance(found, np.dtype) and found.names
}


@pytest.mark.parametrize("name", sorted(DTYPES))
def test_fields_lie_side_by_side(name):
    dtype = DTYPES[name]
    assert sum(dtype[field].itemsize for field in dtype.names or ()) == dtype.itemsize
    assert dtype.itemsize % 8 == 0  # so that they can be copied as whole numbers


@pytest.mark.parametrize("shape", [0, 3, (4, 2), (0, 5)])
def test_a_copy_has_the_same_bytes_and_memory_of_its_own(shape):
    made = np.zeros(shape, records.MEMORY)
    made["at"], made["like"] = -np.inf, 7
    copy = records.copied(made)
    assert (copy.dtype, copy.shape, copy.tobytes()) == (made.dtype, made.shape, made.tobytes())
    assert not np.shares_memory(copy, made)


def test_there_are_records():
    assert {"PERSON", "CONTACT", "WAITER", "EVENT"} <= set(DTYPES)
