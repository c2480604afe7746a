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


def test_there_are_records():
    assert {"PERSON", "CONTACT", "WAITER", "EVENT"} <= set(DTYPES)
