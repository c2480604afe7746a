import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.stats.at_once import differences_in, estimates_in
from sim.stats.intervals import holm, holm_each
from sim.stats.shares import YES_NO, difference_in, estimate_in

VALUES = (
    st.sampled_from([0.0, 1.0, math.nan, math.inf, 1e200])
    | st.integers(-3, 3).map(float)
    | st.floats(-1e6, 1e6)
)
UNITS = st.sampled_from([YES_NO, "people", ""])


@st.composite
def sides(draw):
    """Units of some rows, and two sides of as many replications."""
    units = draw(st.lists(UNITS, max_size=5))
    count = draw(st.integers(0, 6))
    row = st.lists(VALUES, min_size=count, max_size=count)
    values, versus = (
        np.array([draw(row) for _ in units]).reshape(len(units), count) for _ in range(2)
    )
    return units, values, versus


def fields(one, names):
    return [math.nan if getattr(one, name) is None else getattr(one, name) for name in names]


@given(sides())
def test_means_are_those_of_one_row_to_the_bit(drawn):
    units, values, _ = drawn
    rows = zip(units, values.tolist(), strict=True)
    names = ("mean", "low", "high", "replications")
    wanted = [fields(estimate_in(unit, row), names) for unit, row in rows]
    found = estimates_in(units, values)
    assert found.T.tobytes() == np.array(wanted).reshape(-1, 4).tobytes()


@given(sides())
def test_differences_are_those_of_one_row_to_the_bit(drawn):
    units, values, versus = drawn
    rows = zip(units, values.tolist(), versus.tolist(), strict=True)
    names = ("mean", "low", "high", "p", "replications")
    wanted = [fields(difference_in(unit, one, other), names) for unit, one, other in rows]
    found = differences_in(units, values, versus)
    assert found.T.tobytes() == np.array(wanted).reshape(-1, 5).tobytes()


@given(st.lists(st.lists(st.none() | st.floats(0, 1), min_size=3, max_size=3), min_size=1),
       st.integers(0, 9))  # fmt: skip
def test_families_are_adjusted_each_by_itself(families, size):
    rows = np.array(families, np.float64)
    alone = [holm(family, size) for family in families]
    np.testing.assert_array_equal(holm_each(rows, size), np.array(alone, np.float64))
