"""The order of numbers, against numpy's stable sort."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.model.radix_sort import argsort

MANY = np.sort(np.sin(np.arange(5000.0) ** 2))


def expected(values):
    return np.argsort(values, kind="stable").tolist()


@given(arrays.arrays(float, st.integers(0, 200), elements=st.floats(allow_nan=False)))
def test_like_a_stable_sort(values):
    assert argsort(values).tolist() == expected(values)


@pytest.mark.parametrize(
    "values",
    [
        np.round(MANY[::-1], 2),
        np.where(MANY < 0.2, 0.0, -0.0),
        np.full(5000, 3.25),
        MANY * 1e-320,
        1.0 + np.arange(5000)[::-1] * 2.0**-52,
        np.where(MANY > 0.5, np.inf, -MANY),
        np.append(MANY[::-1] * 1e-12 + 40.0, 1e300),
        np.where(np.arange(5000) % 2, MANY, np.nextafter(np.roll(MANY, -1), np.inf)),
    ],
    ids=[
        *("ties", "signed zeros", "equal", "subnormal", "last bits", "infinite"),
        *("far from the rest", "pairs that differ in the last bit"),
    ],
)
def test_many(values):
    assert argsort(values).tolist() == expected(values)
