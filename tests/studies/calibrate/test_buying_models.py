"""Models of repeat purchases against published estimates, numerical integrals and closed forms."""

import numpy as np
import pytest
from scipy import integrate, stats

from sim.studies.calibrate.bgnbd import BgNbd, fit_bgnbd
from sim.studies.calibrate.buying_histories import Histories, poisson_quantile, uncertain
from sim.studies.calibrate.gamma_gamma import GammaGamma, fit_gamma_gamma
from sim.studies.calibrate.gamma_gamma import misfit as misfit_of_amounts
from sim.studies.calibrate.pareto_nbd import ParetoNbd, fit_pareto_nbd
from tests.docs.pages import ROOT

SUMMARY = ROOT.parent / "shared" / "data" / "cdnow_summary_39_weeks.csv"
needs_summary = pytest.mark.skipif(
    not SUMMARY.exists(), reason="no cdnow_summary_39_weeks.csv in ../shared/data"
)

NOTHING = float("nan")
PARETO = ParetoNbd(0.553, 10.578, 0.606, 11.669, NOTHING)
BGNBD = BgNbd(0.243, 4.414, 0.793, 2.426, NOTHING)
LONGER_ALPHA = ParetoNbd(0.8, 9.0, 1.4, 5.0, NOTHING)
SOME = [(0.0, 0.0, 30.0), (1.0, 4.0, 20.0), (3.0, 21.0, 38.0), (7.0, 25.0, 25.5)]


@pytest.fixture(scope="module")
def cdnow():
    return Histories.of(*np.genfromtxt(SUMMARY, delimiter=",", skip_header=1).T[1:])


@needs_summary
def test_bgnbd_agrees_with_the_published_cdnow_estimates(cdnow):
    """Fader, Hardie & Lee (2005), table 2."""
    found = fit_bgnbd(cdnow)
    assert (found.r, found.alpha) == pytest.approx((0.243, 4.414), rel=5e-3)
    assert (found.a, found.b) == pytest.approx((0.793, 2.426), rel=5e-3)
    assert found.loglik == pytest.approx(-9582.4, abs=0.1)


@needs_summary
def test_pareto_nbd_agrees_with_the_published_cdnow_estimates(cdnow):
    """Fader, Hardie & Lee (2005), table 2."""
    found = fit_pareto_nbd(cdnow)
    assert (found.r, found.alpha) == pytest.approx((0.553, 10.578), abs=1e-3)
    assert (found.s, found.beta) == pytest.approx((0.606, 11.669), rel=5e-4)
    assert found.loglik == pytest.approx(-9595.0, abs=0.05)


def test_pareto_nbd_agrees_with_published_expectations():
    """Platzer (2008) and the walkthrough of the R package BTYD, from the CDNOW estimates."""
    one = Histories.of(*np.array([[26.0], [30.86], [31.0]]))
    assert PARETO.expected(np.array([52.0]))[0] == pytest.approx(1.473, abs=5e-4)
    assert PARETO.alive(one)[0] == pytest.approx(0.9979, abs=5e-5)
    many = Histories.of(*np.repeat([[26.0], [30.86], [31.0]], 20_000, axis=1))
    draws = np.random.default_rng(1).random((3, 20_000))
    bought = PARETO.alive(many) * PARETO.purchases(many, 52.0, draws)
    assert abs(bought.mean() - 25.46) < 3 * bought.std() / 20_000**0.5 + 0.005


def pareto_density(rate, hazard, repeats, recency, age):
    """Return the likelihood of one whose rate and hazard are known, and its part of the alive."""
    both = rate + hazard
    still = rate**repeats * np.exp(-both * age)
    gone = rate**repeats * hazard / both * (np.exp(-both * recency) - np.exp(-both * age))
    return still + gone, still


def mixed(density, one, other):
    """Return the mean of a density over two laws, by Gauss-Legendre in their quantiles."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    # Nodes are drawn towards the ends, where quantiles are steep.
    share = (nodes + 1.0) / 2.0
    at, weights = share**2 * (3.0 - 2.0 * share), weights * 3.0 * share * (1.0 - share)
    return weights @ density(one.ppf(at)[:, None], other.ppf(at)) @ weights


@pytest.mark.parametrize("model", [PARETO, LONGER_ALPHA], ids=["alpha below", "alpha above"])
@pytest.mark.parametrize("given", SOME)
def test_pareto_nbd_is_the_mixture_that_it_says(model, given):
    rate = stats.gamma(model.r, scale=1 / model.alpha)
    hazard = stats.gamma(model.s, scale=1 / model.beta)
    likelihood, still = (
        mixed(lambda u, v, part=part: pareto_density(u, v, *given)[part], rate, hazard)
        for part in (0, 1)
    )
    one = Histories.of(*np.array([given]).T)
    assert np.exp(-model.misfit(model.logs, one)) == pytest.approx(likelihood, rel=1e-4)
    assert model.alive(one)[0] == pytest.approx(still / likelihood, rel=1e-4)


@pytest.mark.parametrize("given", SOME)
def test_bgnbd_is_the_mixture_that_it_says(given):
    repeats, recency, age = given
    rate = stats.gamma(BGNBD.r, scale=1 / BGNBD.alpha)
    stop = stats.beta(BGNBD.a, BGNBD.b)

    def alive(often, chance):
        return often**repeats * (1 - chance) ** repeats * np.exp(-often * age)

    def gone(often, chance):
        kept = chance * (1 - chance) ** max(repeats - 1, 0)
        return (repeats > 0) * often**repeats * kept * np.exp(-often * recency)

    still, stopped = (mixed(part, rate, stop) for part in (alive, gone))
    one = Histories.of(*np.array([given]).T)
    assert np.exp(-BGNBD.misfit(BGNBD.logs, one)) == pytest.approx(still + stopped, rel=1e-4)
    assert BGNBD.alive(one)[0] == pytest.approx(still / (still + stopped), rel=1e-4)


@pytest.mark.statistical
@pytest.mark.parametrize("model", [PARETO, LONGER_ALPHA, BGNBD])
def test_new_customers_buy_as_often_as_expected(model):
    # One who has just bought for the first time is alive, and nothing else is known.
    new = Histories.of(*np.zeros((3, 40_000)))
    bought = model.purchases(new, 26.0, np.random.default_rng(2).random((3, 40_000)))
    expected = model.expected(np.array([26.0]))[0]
    assert abs(bought.mean() - expected) < 4 * bought.std() / 40_000**0.5
    stays = model.stays(new, 26.0)[0]
    assert 0.0 < stays < 1.0
    halves = model.stays(Histories.of(*np.zeros((3, 1))), 13.0)[0]
    assert stays < halves < 1.0


@pytest.mark.statistical
@pytest.mark.parametrize("fit", [fit_bgnbd, fit_pareto_nbd])
def test_rates_drawn_for_everybody_have_the_fitted_mean(fit):
    """Averaged over what may be observed, the rates given it are the rates of all."""
    chance, people, age = np.random.default_rng(3), 8_000, 30.0
    rate, hazard = chance.gamma(1.2, 1 / 6.0, people), chance.gamma(1.5, 1 / 40.0, people)
    life = np.minimum(chance.exponential(1 / hazard), age)
    repeats = chance.poisson(rate * life).astype(float)
    latest = life * chance.random(people) ** (1 / np.maximum(repeats, 1.0))
    buyers = Histories.of(repeats, np.where(repeats > 0, latest, 0.0), np.full(people, age))
    model = fit(buyers)
    stays = chance.random(people) < model.alive(buyers)
    drawn = model.rates(buyers, stays, chance.random((2, people)))
    assert drawn.mean() == pytest.approx(model.r / model.alpha, rel=0.06)
    if fit is fit_pareto_nbd:
        assert model.r / model.alpha == pytest.approx(0.2, rel=0.06)
        assert stays.mean() == pytest.approx((life == age).mean(), abs=0.05)


def test_amounts_are_the_mixture_that_they_say():
    p, q, gamma = 6.25, 3.74, 15.44
    model = GammaGamma(p, q, gamma, NOTHING)
    for repeats, amount in ((1.0, 30.0), (4.0, 55.0)):
        # The mean of x amounts is gamma too, of shape p x.
        def given(u, repeats=repeats, amount=amount):
            rate = stats.gamma.ppf(u, q, scale=1 / gamma)
            return stats.gamma.pdf(amount, p * repeats, scale=1 / (rate * repeats))

        def mean(u, given=given):
            return given(u) * p / stats.gamma.ppf(u, q, scale=1 / gamma)

        density = integrate.quad(given, 0, 1)[0]
        one = Histories.of(np.array([repeats]), np.array([amount]), np.array([amount]))
        assert np.exp(-misfit_of_amounts(model.logs, one)) == pytest.approx(density, rel=1e-6)
        expected = model.expected(np.array([repeats]), np.array([amount]))[0]
        assert expected == pytest.approx(integrate.quad(mean, 0, 1)[0] / density, rel=1e-6)
    unknown = model.expected(np.zeros(1), np.zeros(1))[0]
    assert unknown == pytest.approx(model.mean) == pytest.approx(p * gamma / (q - 1))


@pytest.mark.statistical
def test_amounts_come_out_with_their_uncertainty():
    chance, people = np.random.default_rng(4), 3_000
    repeats = 1.0 + chance.poisson(2.0, people)
    rate = chance.gamma(3.74, 1 / 15.44, people)
    amount = chance.gamma(6.25 * repeats) / (rate * repeats)
    found = fit_gamma_gamma(repeats, amount)
    buyers = Histories.of(repeats, amount, amount)
    spread = uncertain(
        misfit_of_amounts, found.logs, buyers, chance.standard_normal((400, 3))
    ).std(axis=0)  # fmt: skip
    truth = np.log([6.25, 2.74, 15.44])
    assert (np.abs(found.logs - truth) < 3 * spread).all()
    # The mean amount's standard error is the spread of people's means over the root of their count.
    assert found.mean == pytest.approx(6.25 * 15.44 / 2.74, rel=4 * 0.8 / people**0.5)


def test_poisson_quantiles_are_the_smallest_counts_that_reach_a_draw():
    draws = np.random.default_rng(5).random(2_000)
    mean = np.geomspace(1e-4, 400.0, 2_000)
    assert poisson_quantile(draws, mean).tolist() == stats.poisson.ppf(draws, mean).tolist()


def test_an_unknown_direction_is_left_wide_and_a_known_one_is_not():
    # Of a normal likelihood the curvature is the precision.
    def misfit(logs, rows):
        return 50.0 * logs[0] ** 2 + 0.0 * logs[1]

    drawn = uncertain(
        misfit, np.zeros(2), Histories.of(*np.zeros((3, 2))),
        np.random.default_rng(6).standard_normal((4_000, 2)),
    )  # fmt: skip
    assert drawn.std(axis=0) == pytest.approx([0.1, 1.0], rel=0.05)
