"""Tabulated quantiles, against each found by itself."""

import numpy as np
import pytest
from scipy import special

from sim.model.population import quantiles
from sim.model.population.quantiles import beta_quantile, gamma_quantile

Z = np.linspace(-5.0, 5.0, 20_001)


def _single(values):
    return values.astype(np.float32).tolist()


@pytest.mark.parametrize("shape", [0.01, 0.16, 0.7, 1.0, 4.0, 400.0])
def test_a_table_of_gamma(shape):
    exact = special.gammaincinv(shape, special.ndtr(Z))
    tabulated = quantiles._along(quantiles._gamma_table(shape), Z, False)
    np.testing.assert_allclose(tabulated, exact, rtol=1e-9, atol=1e-280)


@pytest.mark.parametrize(("a", "b"), [(0.9, 17.1), (2.5, 5.8), (0.2, 0.4), (12, 12), (0.05, 2)])
def test_a_table_of_beta(a, b):
    exact = special.betaincinv(a, b, special.ndtr(Z))
    tabulated = quantiles._along(quantiles._beta_table(a, b), Z, True)
    np.testing.assert_allclose(tabulated, exact, rtol=1e-9, atol=1e-280)


# Where a probability near 1 still holds how far out a score is.
NEAR = Z[np.abs(Z) < 4.0]


@pytest.mark.parametrize("shape", [0.16, 1.0, 4.0])
def test_gamma_is_the_exact_one_rounded(shape):
    exact = special.gammaincinv(shape, special.ndtr(NEAR)) * 3.5 / shape
    assert gamma_quantile(shape, 3.5, NEAR).tolist() == _single(exact)


@pytest.mark.parametrize(("a", "b"), [(2.5, 5.8), (0.2, 0.4), (12, 12)])
def test_beta_is_the_exact_one_rounded(a, b):
    exact = special.betaincinv(a, b, special.ndtr(NEAR))
    assert beta_quantile(a, b, NEAR).tolist() == _single(exact)


def test_it_does_not_matter_how_many_are_asked_for_at_once():
    together = gamma_quantile(0.37, 2.0, Z)
    quantiles._asked.clear()
    apart = [gamma_quantile(0.37, 2.0, some) for some in np.split(Z[:-1], 200)]
    assert np.concatenate(apart).tolist() == together[:-1].tolist()


def test_a_value_too_near_a_middle_of_two_numbers_is_found_directly():
    # A table that is wrong by as much as it may be gives the same, only slower.
    exact = special.gammaincinv(0.7, special.ndtr(NEAR))
    wrong = exact * (1.0 + 1e-10 * np.cos(np.arange(len(exact))))
    rounded = quantiles._rounded(
        wrong, NEAR, lambda z: special.gammaincinv(0.7, special.ndtr(z))
    ).tolist()
    assert rounded == _single(exact)


def test_a_law_too_steep_for_a_table_is_exact():
    assert quantiles._beta_table(1e-4, 1e-4) is None
    exact = special.betaincinv(1e-4, 1e-4, special.ndtr(NEAR))
    assert beta_quantile(1e-4, 1e-4, NEAR).tolist() == _single(exact)


@pytest.mark.parametrize("people", [10, 5000])
def test_an_exponential_far_out_is_right(people):
    # Minus the logarithm of the chance of being above, which a probability near 1 no longer holds.
    far = np.full(people, 8.3)
    assert gamma_quantile(1.0, 1.0, far).tolist() == _single(-special.log_ndtr(-far))


@pytest.mark.parametrize(
    "quantile", [lambda z: gamma_quantile(0.16, 1.0, z), lambda z: beta_quantile(0.2, 0.4, z)]
)
def test_scores_beyond_the_table_take_its_ends(quantile):
    ends = quantile(np.concatenate([np.linspace(-40.0, 40.0, 5001), [-8.5, 8.5]]))
    assert (ends[0], ends[-3]) == (ends[-2], ends[-1])
