"""Laws of patience against SciPy's censored fits, and against laws from which waits are drawn."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.scenario.reading.load import from_mapping
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.log import Columns
from sim.studies.calibrate.patience import fit_patience
from sim.studies.calibrate.patience_laws import LAWS, PatienceLaw, condensed, fit_law
from tests.studies.calibrate.queue_oracle import queue_log

SCIPY = {"weibull": stats.weibull_min, "lognormal": stats.lognorm}


def censored(law, count=6000, seed=3, offered=6.0):
    """Draw waits that end by patience or by an answer."""
    chance = np.random.default_rng(seed)
    patience = law.rvs(count, random_state=chance)
    answer = chance.exponential(offered, count)
    return np.minimum(patience, answer), patience < answer


@pytest.mark.parametrize(
    ("name", "law"),
    [("weibull", stats.weibull_min(1.8, scale=7.0)), ("lognormal", stats.lognorm(0.8, scale=5.0))],
)
def test_the_fit_is_that_of_scipy_and_recovers_the_law(name, law):
    wait, left = censored(law, count=1500)
    ours = fit_law(name, condensed(wait, left), 5.0)
    data = stats.CensoredData(uncensored=wait[left], right=wait[~left])
    shape, _, scale = SCIPY[name].fit(data, floc=0)
    theirs = SCIPY[name](shape, scale=scale)
    assert ours.mean == pytest.approx(theirs.mean(), rel=2e-3)
    assert ours.cv == pytest.approx(theirs.std() / theirs.mean(), rel=5e-3)
    expected = theirs.logpdf(wait[left]).sum() + theirs.logsf(wait[~left]).sum()
    assert ours.loglik == pytest.approx(expected, abs=0.01)
    assert abs(ours.mean - law.mean()) < 3.5 * ours.mean_error
    found = fit_patience(wait, left)
    assert found.law == name
    assert found.attempt_cv == pytest.approx(ours.cv, rel=1e-3)
    assert found.cv == 0.0
    assert found.alike == ()
    assert found.gap < 0.05


@pytest.mark.parametrize("name", LAWS)
def test_density_is_the_slope_of_survival(name):
    minutes = np.array([0.3, 1.0, 4.0, 11.0])
    step = 1e-5
    density, _ = LAWS[name](minutes, 5.0, 0.7)
    up, down = (np.exp(LAWS[name](minutes + d, 5.0, 0.7)[1]) for d in (step, -step))
    assert np.exp(density) == pytest.approx((down - up) / (2 * step), rel=1e-5)


def test_thousands_of_waits_are_condensed_without_a_change_that_matters():
    wait, left = censored(stats.weibull_min(1.5, scale=6.0), count=30_000)
    every = np.unique(wait[left])
    data = condensed(wait, left)
    assert len(data.left) == 2000 < len(every)
    assert data.left_count.sum() + data.stayed_count.sum() == 30_000
    exact = stats.weibull_min.fit(
        stats.CensoredData(uncensored=wait[left][:9000], right=wait[~left][:9000]), floc=0
    )
    half = condensed(np.append(wait[left][:9000], wait[~left][:9000]), np.arange(18_000) < 9000)
    assert fit_law("weibull", half, 5.0).mean == pytest.approx(
        stats.weibull_min(exact[0], scale=exact[2]).mean(), rel=1e-3
    )


def test_one_exponential_is_kept_unless_another_law_is_worth_its_parameter():
    found = fit_patience(*censored(stats.expon(scale=8.0)))
    assert (found.law, found.cv, found.attempt_cv, found.laws) == ("exponential", 0.0, None, ())
    assert found.survives(np.array([8.0]))[0] == pytest.approx(math.exp(-8 / found.mean))


def test_laws_that_few_waits_cannot_tell_apart_are_said_to_be_alike():
    wait, left = censored(stats.weibull_min(2.0, scale=6.0), count=60, offered=4.0, seed=2)
    found = fit_patience(wait, left)
    assert found.law in ("weibull", "lognormal")
    assert found.alike
    assert all(isinstance(one, PatienceLaw) for one in found.alike)


def test_the_law_is_written_as_a_scenario_reads_it(tmp_path):
    draw = np.random.default_rng(9)
    log = queue_log(
        6, 14, per_hour=60, agents=[4] * 24, patience=lambda: 5.0 * draw.weibull(2.2)
    )  # fmt: skip
    found = fit_log(log, Columns())
    people = found.sections()["people"]["patience_minutes"]
    assert people["attempt_law"] == "weibull"
    law = stats.weibull_min(2.2, scale=5.0)
    assert people["mean"] == pytest.approx(law.mean(), rel=0.15)
    assert people["attempt_cv"] == pytest.approx(law.std() / law.mean(), rel=0.25)
    text = found.write(tmp_path / "desk.yaml").read_text()
    assert "attempt_law: weibull" in text
    scenario = from_mapping(
        {"name": "x", "people": {"patience_minutes": people}, "policies": {"equal": {}}}
    )
    assert scenario.people.patience_minutes.attempt_law == "weibull"
