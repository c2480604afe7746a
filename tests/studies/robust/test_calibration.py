"""A small fixed sample of what `python -m tests.studies.robust.calibration` measures."""

from tests.studies.robust import calibration


def test_planted_boundaries_are_found_within_5_percent_of_the_range():
    assert max(calibration.planted_regions(4)) < 0.05


def test_intervals_of_expected_differences_hold_them():
    # Of 24 intervals of 95%, fewer than 20 hold with probability 0.6%.
    assert calibration.coverage(24) >= 20 / 24


def test_known_figures_find_what_was_planted():
    # Of 20 ranges of 90%, fewer than 15 hold with probability 1.1%.
    assert calibration.planted_known(20) >= 15 / 20
