"""Identities of like treatment, in whole runs without a history: exact, and able to fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import people_at_end, simulate
from sim.model.tallies import Tallies
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario

SPEND = {"score": {"spend": 1}, "review_months": 1, "describe": "A test."}


def tiers(top: dict[str, Any], rest: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    cut = [{"name": "top", "top_share": 0.3, **top}, {"name": "rest", **(rest or {})}]
    return {**SPEND, "tiers": cut, **more}


def company(policies: dict[str, Any], **more: Any) -> Scenario:
    """Return a busy company of people who complain, talk and mind."""
    return from_mapping(
        {
            "name": "Talkative",
            "months": 5,
            "history_months": 0,
            "people": {
                "count": 300,
                "customers": 200,
                "contacts_per_month": {"mean": 3.0},
                "demanding_share": {"mean": 0.2},
                "fairness": {"mean": 0.8, "cv": 0.1},
            },
            "network": {"mean_degree": 8},
            "desk": {"pools": {"frontline": {"agents": 2}}, "opening": {"mon-fri": "08:00-12:00"}},
            "behaviour": {
                "talk": {"chance_bad": 1.0, "chance_good": 1.0},
                "voice": {"polite": {"base": -1.0}, "angry": {"base": -2.0}},
                "fairness": {"demotion": 0.5, "tells_tier": 0.5},
            },
            "policies": policies,
        }
        | more
    )


def felt(tallies: Tallies) -> tuple[float, float]:
    months = tallies.months
    assert months["hearings_of_customers"].sum() > 500
    assert months["granted"].sum() > 20
    assert (months["handled"] - months["granted"]).sum() > 20
    return float(months["unfairness_within"].sum()), float(months["unfairness_between"].sum())


@pytest.mark.parametrize("secrecy", ["none", "published"])
def test_equal_treatment_is_never_unfair_whatever_is_told(secrecy):
    alike = {"describe": "A test.", "everyone": {"lenient": 0.5, "remedy_amount": 3.0}}
    policies = {"alike": alike, "label": alike | tiers({}, secrecy=secrecy)}
    scenario = company(policies | {"unlike": tiers({"class": 1}, secrecy=secrecy)})
    assert felt(simulate(scenario, "alike", 0)) == (0.0, 0.0)
    assert felt(simulate(scenario, "label", 0)) == (0.0, 0.0)
    assert felt(simulate(scenario, "unlike", 0))[1] > 0.0


def test_equal_treatment_within_tiers_is_unfair_only_between_them():
    more = {"class": 1, "remedy": 1.0, "lenient": 0.6, "courtesy": 0.95, "privilege": 0.4}
    voices = {"angry": {"remedy": 2.0}}
    policies = {"tiers": tiers(more), "voices": tiers(more, voices=voices)}
    scenario = company(policies)
    within, between = felt(simulate(scenario, "tiers", 0))
    assert within == 0.0 < between
    assert felt(simulate(scenario, "voices", 0))[0] > 0.0


def _same_but_for_tiers(one: Tallies, other: Tallies) -> None:
    for name in ("months", "waits", "cascades"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
    mine, theirs = (each.groups[:, len(each.group_names["tier"]) :] for each in (one, other))
    assert mine.tobytes() == theirs.tobytes()


def test_a_label_that_nobody_is_told_and_that_gives_nothing_changes_nothing():
    scenario = company({"plain": {"describe": "A test."}, "label": tiers({})})
    plain, label = (simulate(scenario, name, 0) for name in ("plain", "label"))
    assert len(label.group_names["tier"]) == 2
    assert (label.groups["customers"][-1, :2] > 0).all()
    _same_but_for_tiers(plain, label)
    people = [people_at_end(scenario, name, 0) for name in ("plain", "label")]
    for field in people[0].dtype.names:
        if field not in ("tier", "old_tier", "first_tier"):
            assert np.array_equal(people[0][field], people[1][field], equal_nan=True), field


def test_a_label_is_noticed_where_it_is_published():
    scenario = company({"plain": {"describe": "A test."}, "label": tiers({}, secrecy="published")})
    plain, label = (simulate(scenario, name, 0) for name in ("plain", "label"))
    assert plain.months.tobytes() != label.months.tobytes()


def test_renaming_tiers_changes_nothing():
    more = {"class": 1, "remedy": 1.0, "privilege": 0.4}
    renamed = tiers(more)
    renamed["tiers"] = [
        tier | {"name": name} for tier, name in zip(renamed["tiers"], ("zinc", "air"), strict=True)
    ]
    scenario = company({"mine": tiers(more), "renamed": renamed})
    one, other = (simulate(scenario, name, 0) for name in ("mine", "renamed"))
    assert one.group_names["tier"] != other.group_names["tier"]
    for name in ("months", "groups", "waits", "cascades"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
