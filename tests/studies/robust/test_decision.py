"""Chances, regrets and the value of knowing, against closed forms.

A difference uniform on (a, b) with a < 0 < b is positive with probability b / (b - a), and knowing
it is worth b^2 / (2 (b - a)) less the larger of its mean and 0.
"""

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from sim.studies.robust.decision import (
    best_alike,
    decision_of,
    evppi_of_group,
    evppi_of_setting,
)
from sim.studies.robust.surrogate import luck_variance, screened, symmetric_root
from tests.studies.robust.problems import gains_of, world


def line(shares):
    """Uniform on (-1.2, 0.8): positive with probability 0.4; knowing it is worth 0.16."""
    return 2 * shares[:, 0] - 1.2


def test_equal_policies_share_the_chance_and_nothing_is_worth_knowing():
    shares, runs = world(lambda x: 0 * x[:, 0], luck=0.0)
    found = decision_of(shares, runs)
    assert found.share(found.best_in()[:, 0]) == (0.5, 0)
    assert found.evpi().value == 0
    assert best_alike(shares, found, 2) == 0
    assert evppi_of_setting(shares[:, 0], gains_of(runs).mean(2), found.weights).value == 0
    assert evppi_of_group(shares, gains_of(runs), [0, 1], found.weights).value == 0


def test_luck_between_policies_that_are_alike_is_not_worth_knowing():
    shares, runs = world(lambda x: 0 * x[:, 0], luck=1.0, settings=30)
    found = decision_of(shares, runs)
    # The luckier of two means of two runs would be worth sqrt(1 / 2) / sqrt(2 pi) = 0.28.
    assert found.evpi().value < 0.28 / 4


def test_chances_and_the_value_of_knowing_are_those_of_the_closed_form():
    shares, runs = world(line)
    found = decision_of(shares, runs)
    chance, error = found.share(found.best_in()[:, 1])
    assert chance == pytest.approx(0.4, abs=2 * error)
    assert found.evpi().value == pytest.approx(0.16, abs=2.5 * found.evpi().error)
    # Within 0.3 of the best where the difference is above -0.3: 0.55 of the worlds.
    assert found.share(found.best_in(0.3)[:, 1])[0] == pytest.approx(0.55, abs=0.05)
    # Without the choice in hand, the first policy gives away what the second would gain.
    assert found.share(found.regret[:, 0])[0] == pytest.approx(0.16, abs=0.03)
    assert found.means[1] == pytest.approx(-0.2, abs=0.1)


def test_less_is_better_where_it_is_said():
    shares, runs = world(line)
    found = decision_of(shares, runs, larger=False)
    assert found.share(found.best_in()[:, 1])[0] == pytest.approx(0.6, abs=0.06)


def test_weights_count():
    shares, runs = world(line)
    found = decision_of(shares, runs, np.where(shares[:, 0] > 0.6, 1.0, 0.0))
    assert found.share(found.best_in()[:, 1])[0] > 0.9
    assert found.evpi().value < 0.01


def product(shares):
    """Of two settings that decide only together: knowing one alone is worth nothing."""
    return 4 * (shares[:, 0] - 0.5) * (shares[:, 1] - 0.5)


def three(shares):
    """Of three policies: the others' advantages are uniform on (-1, 1), and independent."""
    return np.column_stack([2 * shares[:, 0] - 1, 2 * shares[:, 1] - 1])


@pytest.mark.parametrize(
    ("advantage", "columns", "exact"),
    [
        (line, [0], 0.16),
        (line, [1], 0.0),
        (product, [0], 0.0),
        # 4uv with u and v uniform on (-1/2, 1/2): the mean of its positive part is 4/2/16.
        (product, [0, 1], 0.125),
        (three, [0], 0.25),  # the mean of the positive part of one
        # The mean of max(0, A, B): each density 1/2; P(max <= t) = ((1 + t) / 2)^2 above 0.
        (three, [0, 1], 1 - 7 / 12),
    ],
)
def test_what_knowing_is_worth_is_that_of_the_closed_form(advantage, columns, exact):
    shares, runs = world(advantage, luck=0.3)
    even = np.full(len(shares), 1 / len(shares))
    found = evppi_of_group(shares, gains_of(runs), columns, even)
    assert found.value == pytest.approx(exact, abs=max(2.5 * found.error, 0.01))
    if len(columns) == 1:
        alone = evppi_of_setting(shares[:, columns[0]], gains_of(runs).mean(2), even)
        assert alone.value == pytest.approx(exact, abs=max(2.5 * alone.error, 0.01))


# What it prints, to nine digits: of 200 worlds, in most of which two policies do not differ.
PRINTS = """
import numpy as np
from sim.studies.robust.decision import decision_of, evppi_of_setting
chance = np.random.default_rng(3)
shares = chance.random((200, 20))
runs = np.round(chance.random((200, 2, 6)) * (shares[:, :1, None] > 0.8))
decision = decision_of(shares, runs)
gains = (runs - runs[:, :1]).mean(axis=2)
worth = evppi_of_setting(shares[:, 0], gains, decision.weights)
print(*(f"{x:.9f}" for x in (*np.sort(decision.samples[:, ::7, 1:].ravel())[::20000], worth.value)))
"""


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="other processors")
def test_processors_agree_on_every_digit_that_is_shown():
    told = {
        subprocess.run(
            [sys.executable, "-c", PRINTS],
            env={**os.environ, "OPENBLAS_CORETYPE": name},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in ("Sandybridge", "Haswell")
    }
    assert len(told) == 1


def test_the_symmetric_root_is_a_covariance_whose_square_is_the_other():
    some = np.random.default_rng(1).normal(size=(9, 4))
    cover = some @ some.T  # of rank 4
    root = symmetric_root(cover)
    assert root == pytest.approx(root.T)
    assert root @ root == pytest.approx(cover)
    assert (np.linalg.eigvalsh(root) > -1e-7).all()


def test_luck_is_estimated_from_runs_and_shared_between_draws():
    runs = np.array([[0.0, 2.0], [1.0, 1.0]])  # variances 2 and 0, mean 1
    assert luck_variance(runs).tolist() == pytest.approx([(12 + 2) / 13, 12 / 13])


def test_the_settings_that_matter_are_found():
    shares, runs = world(lambda x: (x[:, 3] > 0.7) + 4 * (x[:, 5] - 0.5) ** 2, settings=40)
    assert set(screened(shares, gains_of(runs)[:, 1].mean(axis=1), 2)) == {3, 5}
