"""What compiled code calls is translated once, and gives what Python gets."""

import numba
import numpy as np
import pytest

from sim.core.compile import entry, jitted


@jitted
def halved(x, rounding):
    if rounding > 9:
        raise ValueError("too much")
    return x / 2 + rounding


@jitted
def twice(x):
    return halved(x, 0) + halved(x, 1) + halved(x, int(x))


@entry
def called(x):
    return twice(x) + 1.0


def test_compiled_callers_and_python_get_the_same():
    assert called(3.0) == twice(3.0) + 1.0 == 1.5 + 2.5 + 4.5 + 1.0


def test_one_version_serves_all_literals():
    called(3.0)
    part = halved.get_call_template.__self__
    assert part.signatures == [(numba.float64, numba.int64)]


def test_what_goes_wrong_inside_reaches_python():
    with pytest.raises(ValueError, match="too much"):
        called(12.0)
    with pytest.raises(ValueError, match="too much"):
        halved(12.0, 12)


def test_a_function_called_by_compiled_code_first_is_callable_by_python_afterwards():
    @jitted
    def inside(values):
        return values.sum()

    @jitted
    def outside(values):
        return 2.0 * inside(values)

    values = np.arange(4.0)
    assert (outside(values), inside(values)) == (12.0, 6.0)
