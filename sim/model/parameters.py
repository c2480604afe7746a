"""Parameters of behaviour, staff, product and company as one record.

Names are the scenario's own paths joined by underscores (`behaviour.voice.polite.base` is
`voice_polite_base`), so that nothing is named twice. A mechanism that the scenario switches off
(`none`) gets the neutral values below: rates, weights and chances of 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel

from sim.core.ieee import exp, log
from sim.model.records import Records
from sim.scenario.schema.company import Product, Staff
from sim.scenario.schema.minds import (
    Contact,
    Expectation,
    Perception,
    Recovery,
    Satisfaction,
    Voice,
)
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.talk_and_churn import Adoption, Churn, Fairness, Growth, Talk

__all__ = ["parameters"]

_SECTIONS: Mapping[str, type[BaseModel]] = {
    "perception": Perception,
    "satisfaction": Satisfaction,
    "expectation": Expectation,
    "contact": Contact,
    "voice": Voice,
    "recovery": Recovery,
    "talk": Talk,
    "fairness": Fairness,
    "churn": Churn,
    "growth": Growth,
    "adoption": Adoption,
}

_OFF: Mapping[str, Mapping[str, float]] = {
    "satisfaction_": {
        "gain": 0,
        "loss": 0,
        "entitlement": 0,
        "drift_per_month": 0,
        "trust_rate": 0,
    },
    "expectation_": {"adapt": 0},
    "contact_": {"retry": 0, "callback": 0},
    "voice_": {"on": 0},
    "recovery_": {"heal": 0},
    "talk_": {
        "chance_bad": 0,
        "chance_good": 0,
        "exposure_share": 0,
        "forget_per_month": 0,
    },
    "fairness_": {
        "within_tier": 0,
        "between_tiers": 0,
        "leak_per_year": 0,
        "leak_shock": 0,
        "published_shock": 0,
        "published_expectation": 0,
        "demotion": 0,
        "regard_fade_per_month": 0,
    },
    "churn_": {"natural_per_month": 0, "base_per_month": 0, "dismissal": 0},
    "growth_": {"rate": 0},
    "adoption_": {"spontaneous": 0, "imitation": 0},
    "staff_": {
        "start_speed": 1,
        "courtesy_price": 0,
        "morale_base": 1,
        "morale_recovery": 0,
        "morale_angry": 0,
        "morale_thanks": 0,
        "morale_overrule": 0,
        "morale_load": 0,
        "morale_quality": 0,
        "quit_base_per_month": 0,
    },
    "product_": {"fault_floor": 1},
}

MONTHS_A_YEAR = 13


def parameters(scenario: Scenario) -> Records:
    """Return one record with every number of behaviour, staff, product and company."""
    values = dict(_behaviour(scenario))
    values |= _section("staff_", scenario.staff, Staff)
    values |= _section("product_", scenario.product, Product)
    values |= dict(_numbers("company_", scenario.company))
    values["noise_cv"] = scenario.people.spend.noise_cv
    yearly = 1.0 + scenario.company.discount_rate_per_year
    values["discount_a_month"] = exp(log(yearly) / MONTHS_A_YEAR) - 1.0
    record = np.zeros(1, np.dtype([(name, "f8") for name in values], align=True))
    record[0] = tuple(values.values())
    return record


def _behaviour(scenario: Scenario) -> Iterator[tuple[str, float]]:
    yield "voice_on", 1.0
    for name, model in _SECTIONS.items():
        yield from _section(f"{name}_", getattr(scenario.behaviour, name), model).items()


def _section(prefix: str, given: Any, model: type[BaseModel]) -> dict[str, float]:
    if given is not None:
        return dict(_numbers(prefix, given))
    off = {f"{prefix}{name}": float(value) for name, value in _OFF[prefix].items()}
    return dict(_numbers(prefix, model())) | off


def _numbers(prefix: str, model: BaseModel) -> Iterator[tuple[str, float]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _numbers(f"{prefix}{name}_", value)
        else:
            yield f"{prefix}{name}", float(value)
