"""Tabulated quantiles, against each found by itself."""

import numpy as np
import pytest
from scipy import special

from sim.model.population import quantiles
from sim.model.population.quantiles import beta_quantile, gamma_quantile

Z = np.linspace(-5.0, 5.0, 20_001)


@pytest.mark.parametrize("shape", [0.01, 0.16, 0.7, 1.0, 4.0, 400.0])
def test_gamma(shape):
    exact = special.gammaincinv(shape, special.ndtr(Z))
    np.testing.assert_allclose(gamma_quantile(shape, Z), exact, rtol=1e-9, atol=1e-280)
    assert quantiles._gamma_table(shape) is not None


@pytest.mark.parametrize(("a", "b"), [(0.9, 17.1), (2.5, 5.8), (0.2, 0.4), (12, 12), (0.05, 2)])
def test_beta(a, b):
    exact = special.betaincinv(a, b, special.ndtr(Z))
    np.testing.assert_allclose(beta_quantile(a, b, Z), exact, rtol=1e-9, atol=1e-280)
    assert quantiles._beta_table(a, b) is not None


def test_a_law_too_steep_for_a_table_is_exact():
    assert quantiles._beta_table(1e-4, 1e-4) is None
    exact = special.betaincinv(1e-4, 1e-4, special.ndtr(Z))
    assert beta_quantile(1e-4, 1e-4, Z).tolist() == exact.tolist()


def test_few_are_exact():
    few = Z[::100]
    assert gamma_quantile(0.7, few).tolist() == special.gammaincinv(0.7, special.ndtr(few)).tolist()


def test_an_exponential_far_out_is_right():
    # Minus the logarithm of the chance of being above, which a probability near 1 no longer holds.
    far = np.full(5000, 8.3)
    np.testing.assert_allclose(gamma_quantile(1.0, far), -special.log_ndtr(-far), rtol=1e-12)


@pytest.mark.parametrize(
    "quantile", [lambda z: gamma_quantile(0.16, z), lambda z: beta_quantile(0.2, 0.4, z)]
)
def test_scores_beyond_the_table_take_its_ends(quantile):
    ends = quantile(np.concatenate([np.linspace(-40.0, 40.0, 5001), [-8.5, 8.5]]))
    assert (ends[0], ends[-3]) == (ends[-2], ends[-1])
