"""What a month's end leaves out changes nothing: tiers that cannot change, a second look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.model.events import month_end
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario
from tests.interpreted import interpreted, run_interpreted


def company() -> Scenario:
    """Return a company whose tiers end in month 2, which dismisses some, and which many join."""
    return from_mapping(
        {
            "name": "Changing",
            "months": 4,
            "history_months": 0,
            "switch_month": 2,
            "people": {"count": 60, "customers": 30, "contacts_per_month": {"mean": 3.0}},
            "desk": {"pools": {"front": {"agents": 1}}},
            "behaviour": {
                "adoption": {"spontaneous": 0.3, "never_asks_share": 0.5},
                "churn": {"natural_per_month": 0.1},
            },
            "policies": {
                "tiers": {
                    "describe": "Two tiers.",
                    "secrecy": "published",
                    "review_months": 1,
                    "score": {"spend": 1},
                    "tiers": [
                        {"name": "best", "top_share": 0.3, "class": 0},
                        {"name": "rest", "class": 1},
                    ],
                },
                "one": {
                    "describe": "One tier.",
                    "review_months": 1,
                    "dismiss": {"cost_ratio": 0.1, "months": 1},
                },
            },
        }
    )


def lived(change: Callable[[pytest.MonkeyPatch], object] = lambda _: None) -> Any:
    """Return the world after a run of the interpreted model, changed or as it is."""
    scenario = company()
    with interpreted(scenario) as patch:
        change(patch)
        return run_interpreted(scenario, "one")


def always_review(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(month_end, "_may_change_tiers", lambda *_: True)


def never_review(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(month_end, "_may_change_tiers", lambda *_: False)


def count_afterwards(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(month_end, "may_dismiss", lambda _: True)


def count_before_dismissals(patch: pytest.MonkeyPatch) -> None:
    update, dismiss = month_end._update_and_count, month_end.dismiss_customers

    def update_and_count(W: Any, now: float) -> tuple[int, float, float]:
        counted = update(W, now)
        if W.run[0].month >= 0:
            dismiss(W, now)
        return counted

    patch.setattr(month_end, "may_dismiss", lambda _: False)
    patch.setattr(month_end, "_update_and_count", update_and_count)


def same(one: Any, other: Any) -> bool:
    """Tell whether two worlds ended alike, but for the tier before the last review."""
    names = [name for name in one.people.dtype.names if name != "old_tier"]
    people = all(np.array_equal(one.people[name], other.people[name]) for name in names)
    return people and one.months.tobytes() == other.months.tobytes()


@pytest.fixture(scope="module")
def ordinary():
    return lived()


def test_everything_happens_that_could_matter(ordinary):
    for name in ("joined", "left_natural", "dismissals", "needs"):
        assert ordinary.months[name].sum() > 0, name


@pytest.mark.parametrize("change", [always_review, count_afterwards])
def test_nothing_changes_without_the_shortcut(ordinary, change):
    assert same(ordinary, lived(change))


@pytest.mark.parametrize("change", [never_review, count_before_dismissals])
def test_what_matters_is_not_left_out(ordinary, change):
    assert not same(ordinary, lived(change))
