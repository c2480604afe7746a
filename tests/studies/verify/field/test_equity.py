"""Living on, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from sim.studies.verify.field.equity import lived_value


def test_two_months_by_hand():
    # (100 - 10 x 4) / 1.1 + (50 - 5 x 6) / 1.21
    lived = lived_value(np.array([100.0, 50.0]), np.array([10.0, 5.0]), np.array([4.0, 6.0]), 0.1)
    assert lived == pytest.approx(60 / 1.1 + 20 / 1.21)


def test_a_steady_margin_of_people_who_leave_at_a_steady_rate_is_a_geometric_sum():
    people = 1000 * 0.98 ** np.arange(1, 131)
    lived = lived_value(40 * people, people, np.full(130, 15.0), 0.006)
    share = 0.98 / 1.006
    assert lived == pytest.approx(1000 * 25 * share * (1 - share**130) / (1 - share))
