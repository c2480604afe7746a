"""A small fixed sample of what the module `calibration` measures, and the whole of it.

The whole is of problems that the method was not developed on.
"""

import pytest

from tests.studies.robust import calibration, tiny_companies

FRESH = 5000


def test_planted_boundaries_are_found_within_5_percent_of_the_range():
    assert max(calibration.planted_regions(4, first=0)) < 0.05


def test_intervals_of_expected_differences_hold_them():
    # Of 24 intervals of 95%, fewer than 20 hold with probability 0.6%.
    assert calibration.coverage(24, first=0)[0] >= 20 / 24


@pytest.mark.whole
def test_95_percent_intervals_hold_93_to_97_percent_of_the_expected_differences():
    assert 0.93 <= calibration.coverage(500, first=FRESH)[1] <= 0.97


def test_known_figures_find_what_was_planted():
    # Of 20 ranges of 90%, fewer than 15 hold with probability 1.1%.
    assert calibration.planted_known(20, first=0) >= 15 / 20


@pytest.mark.whole
def test_known_figures_find_what_was_planted_in_formulas_in_85_percent():
    assert calibration.planted_known(200, first=FRESH) >= 0.85


@pytest.mark.slow
def test_known_figures_find_the_settings_of_tiny_companies():
    found = tiny_companies.planted_companies(8, first=0, worlds=256)
    # Of 8 ranges of 90%, fewer than 5 hold with probability 0.5%.
    assert found.informed >= 5 / 8
    # The figures say more of it than the beliefs did.
    assert found.width < 0.8


@pytest.mark.whole
def test_known_figures_find_the_settings_of_85_percent_of_tiny_companies():
    found = tiny_companies.planted_companies(200, first=FRESH)
    assert found.informed >= 0.85
    assert found.all >= 0.85


@pytest.mark.slow
def test_a_policy_that_targets_at_random_is_undecided_against_its_placebo():
    # Of 20 verdicts of 95%, fewer than 16 are undecided with probability 0.3%.
    assert tiny_companies.random_targets(20, first=1)["undecided"] >= 16


@pytest.mark.whole
def test_93_to_97_percent_of_random_targets_are_undecided():
    assert 186 <= tiny_companies.random_targets(200, first=FRESH)["undecided"] <= 194
