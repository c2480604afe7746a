"""Parameters: every key of the scenario lands under its own path, and `none` is neutral."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sim.model.parameters import parameters
from sim.scenario.dump import to_mapping
from sim.scenario.reading.load import from_mapping

SECTIONS = ("behaviour", "staff", "product", "company", "market")


def numbers(section: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from numbers(value, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}", float(value)


def record(**sections: Any) -> Any:
    return parameters(from_mapping({"name": "x", **sections}))[0]


def written() -> list[tuple[str, float]]:
    """Every number of the sections by the name that its path gives it."""
    told = to_mapping(from_mapping({"name": "x"}))
    prefixes = {"behaviour": "", "market": ""}
    return [
        pair
        for section in SECTIONS
        for pair in numbers(told[section], prefixes.get(section, f"{section}_"))
    ]


@pytest.mark.parametrize(("name", "value"), written())
def test_every_number_lands_under_its_path(name, value):
    assert record()[name] == value


def test_a_number_that_is_changed_lands_too():
    got = record(
        behaviour={"voice": {"polite": {"base": -2.5}}, "perception": {"weights": {"wait": 0.25}}},
        staff={"morale": {"knee": 0.5}},
        company={"serve_cost_per_month": 9},
        people={"spend": {"noise_cv": 0.75}},
    )
    assert got["voice_polite_base"] == -2.5
    assert got["perception_weights_wait"] == 0.25
    assert got["staff_morale_knee"] == 0.5
    assert got["company_serve_cost_per_month"] == 9
    assert got["noise_cv"] == 0.75


def test_a_years_discount_is_thirteen_months():
    rate = record(company={"discount_rate_per_year": 0.21})["discount_a_month"]
    assert (1 + rate) ** 13 == pytest.approx(1.21)


def test_there_is_nothing_that_no_path_names():
    others = {
        "contacts_factor",
        "spend_factor",
        "voice_on",
        "noise_cv",
        "patience_mean",
        "discount_a_month",
    }
    assert set(record().dtype.names) == {name for name, _ in written()} | others


# What must be 0 for a mechanism to do nothing; written down here again on purpose.
NEUTRAL = {
    "satisfaction": (
        "satisfaction_gain satisfaction_loss satisfaction_entitlement "
        "satisfaction_drift_per_month satisfaction_trust_rate"
    ),
    "expectation": "expectation_adapt",
    "contact": "contact_retry contact_callback",
    "waiting": "waiting_balk waiting_overdue_spike waiting_accepts_callback",
    "voice": "voice_on",
    "recovery": "recovery_heal",
    "talk": "talk_chance_bad talk_chance_good talk_exposure_share talk_forget_per_month",
    "fairness": "fairness_within_tier fairness_between_tiers fairness_demotion",
    "churn": "churn_natural_per_month churn_base_per_month",
    "growth": "growth_rate",
    "adoption": "adoption_spontaneous adoption_imitation",
}
STAFF_NEUTRAL = (
    "staff_courtesy_price staff_morale_recovery staff_morale_angry staff_morale_thanks "
    "staff_morale_overrule staff_morale_load staff_morale_quality staff_quit_base_per_month"
)


@pytest.mark.parametrize("section", NEUTRAL)
def test_a_section_switched_off_is_neutral_and_leaves_the_others(section):
    off, on = record(behaviour={section: "none"}), record()
    neutral = NEUTRAL[section].split()
    assert [off[name] for name in neutral] == [0.0] * len(neutral)
    changed = {name for name in on.dtype.names if on[name] != off[name]}
    assert all(name.startswith(f"{section}_") for name in changed)


def test_behaviour_switched_off_switches_off_every_section():
    off = record(behaviour="none")
    assert not any(off[name] for names in NEUTRAL.values() for name in names.split())


def test_staff_switched_off_are_old_hands_of_full_morale_who_stay():
    off = record(staff="none")
    assert off["staff_start_speed"] == 1.0
    assert off["staff_morale_base"] == 1.0
    assert not any(off[name] for name in STAFF_NEUTRAL.split())


def test_a_product_switched_off_never_mends():
    assert record(product="none")["product_fault_floor"] == 1.0
