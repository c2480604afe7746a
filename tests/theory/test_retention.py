"""Retention against the published fits, and against the mixture it stands for."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from sim.theory.retention import (
    exponential_gamma_survival,
    shifted_beta_geometric_retention,
    shifted_beta_geometric_survival,
)

# Fader & Hardie (2007), tables 1 and 2: percent surviving after 1 to 7 years, and the fits.
REGULAR = (63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1)
HIGH_END = (86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1)


@pytest.mark.parametrize(
    ("percent", "alpha", "beta"), [(REGULAR, 0.704, 1.182), (HIGH_END, 0.668, 3.806)]
)
def test_the_published_fits_are_the_likeliest(percent, alpha, beta):
    share = np.array([1.0, *(np.array(percent) / 100)])

    def misfit(logs):
        survival = [shifted_beta_geometric_survival(*map(float, np.exp(logs)), t) for t in range(8)]
        lost = -np.diff(share) @ np.log(-np.diff(survival))
        return -(lost + share[-1] * math.log(survival[-1]))

    found = np.exp(minimize(misfit, [0.0, 0.0], method="Nelder-Mead", tol=1e-10).x)
    assert found == pytest.approx([alpha, beta], rel=5e-3)


def test_it_is_a_beta_mixture_of_geometric_lives():
    for periods in (1, 4, 12):
        mixed = beta_law(1.4, 3.8).expect(lambda p, t=periods: (1 - p) ** t)
        assert shifted_beta_geometric_survival(1.4, 3.8, periods) == pytest.approx(mixed)


def test_retention_rises_though_nobody_changes():
    rates = [shifted_beta_geometric_retention(0.704, 1.182, t) for t in range(1, 9)]
    assert rates == sorted(rates)
    assert rates[0] == pytest.approx(1.182 / 1.886)


@pytest.mark.parametrize("cv", [0.5, 1.0, 1.7])
def test_exponential_lives_mixed_by_a_gamma(cv):
    shape = 1 / cv**2
    law = gamma_law(shape, scale=0.2 / shape)
    edges = law.ppf([0.0, 0.3, 0.7, 0.99, 1 - 1e-13])
    mixed = sum(
        quad(lambda rate: law.pdf(rate) * math.exp(-6 * rate), low, high)[0]
        for low, high in pairwise(edges)
    )
    assert exponential_gamma_survival(0.2, cv, 6.0) == pytest.approx(mixed, rel=1e-6)


def test_equal_people_leave_exponentially():
    assert exponential_gamma_survival(0.2, 0.0, 6.0) == pytest.approx(math.exp(-1.2))
    assert exponential_gamma_survival(0.2, 1e-4, 6.0) == pytest.approx(math.exp(-1.2), 1e-6)


@pytest.mark.parametrize(
    ("function", "given", "rule"),
    [
        (shifted_beta_geometric_survival, (0.0, 1.0, 1), "alpha"),
        (shifted_beta_geometric_survival, (1.0, 1.0, -1), "periods"),
        (shifted_beta_geometric_retention, (1.0, 1.0, 0), "period"),
        (exponential_gamma_survival, (0.0, 1.0, 1.0), "rate_mean"),
        (exponential_gamma_survival, (1.0, -1.0, 1.0), "rate_cv"),
    ],
)
def test_outside_their_domain_they_say_the_inequality(function, given, rule):
    with pytest.raises(ValueError, match=rule):
        function(*given)
