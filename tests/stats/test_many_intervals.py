import math

import numpy as np
import pytest

from sim.stats.intervals import estimate, estimate_each


def test_each_point_is_as_if_estimated_alone():
    values = np.sin(np.arange(60.0)).reshape(5, 4, 3) * 1e6
    values[0, 0, 0] = np.nan
    values[1:, 1, 1] = np.inf
    values[:, 2, 2] = np.nan
    means, halves = estimate_each(values, axis=0)
    for place in np.ndindex(4, 3):
        alone = estimate(values[(slice(None), *place)])
        if alone.mean is None:
            assert math.isnan(means[place])
        else:
            assert means[place] == pytest.approx(alone.mean, rel=1e-12)
        if alone.low is None:
            assert math.isnan(halves[place])
        else:
            assert 2 * halves[place] == pytest.approx(alone.high - alone.low, rel=1e-9)


def test_the_confidence_widens_the_interval():
    values = np.array([[1.0], [2.0], [4.0]])
    assert estimate_each(values, 0, 0.99)[1] > estimate_each(values, 0)[1]
