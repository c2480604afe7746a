"""Parameters of behaviour, staff, product and company as one record.

Names are the scenario's own paths joined by underscores (`behaviour.voice.polite.base` is
`voice_polite_base`), so that nothing has two names. A section that the scenario switches off
(`none`) has the values that switch off all of its mechanisms (`sim.scenario.mechanisms`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sim.core.ieee import exp, log
from sim.core.kept import kept
from sim.model.records import Records
from sim.scenario.mechanisms import neutral_values
from sim.scenario.schema.company import Product, Staff
from sim.scenario.schema.fields import Section
from sim.scenario.schema.market import Rival
from sim.scenario.schema.minds import (
    Contact,
    Expectation,
    Perception,
    Recovery,
    Satisfaction,
    Voice,
    Waiting,
)
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.talk_and_churn import Adoption, Churn, Fairness, Growth
from sim.scenario.schema.telling import Talk

__all__ = ["parameters"]

_SECTIONS: Mapping[str, type[Section]] = {
    "perception": Perception,
    "satisfaction": Satisfaction,
    "expectation": Expectation,
    "contact": Contact,
    "waiting": Waiting,
    "voice": Voice,
    "recovery": Recovery,
    "talk": Talk,
    "fairness": Fairness,
    "churn": Churn,
    "growth": Growth,
    "adoption": Adoption,
}

MONTHS_A_YEAR = 13


@kept(64)
def parameters(scenario: Scenario) -> Records:
    """Return one record with every number of behaviour, staff, product and company."""
    values = dict(_behaviour(scenario))
    values |= _section("staff", scenario.staff, Staff)
    values |= _section("product", scenario.product, Product)
    values |= _section("market.rival", scenario.market.rival, Rival)
    values |= dict(_numbers("company_", scenario.company))
    values["noise_cv"] = scenario.people.spend.noise_cv
    # Of all people; a customer file may say otherwise.
    patience = scenario.people.patience_minutes
    values["patience_mean"] = 0.0 if patience is None else patience.mean
    values["contacts_factor"] = scenario.people.contacts_per_month.factor
    values["spend_factor"] = scenario.people.spend.factor
    yearly = 1.0 + scenario.company.discount_rate_per_year
    values["discount_a_month"] = exp(log(yearly) / MONTHS_A_YEAR) - 1.0
    record = np.zeros(1, np.dtype([(name, "f8") for name in values], align=True))
    record[0] = tuple(values.values())
    return record


def _behaviour(scenario: Scenario) -> Iterator[tuple[str, float]]:
    yield "voice_on", float(scenario.behaviour.voice is not None)
    for name, model in _SECTIONS.items():
        section = f"behaviour.{name}"
        yield from _section(section, getattr(scenario.behaviour, name), model).items()


def _section(path: str, given: Section | None, model: type[Section]) -> dict[str, float]:
    """Return the numbers of a section; of one that is switched off, those that do nothing."""
    prefix = f"{path.rpartition('.')[2]}_"
    if given is not None:
        return dict(_numbers(prefix, given))
    neutral = neutral_values(path).items()
    off = {f"{prefix}{name.replace('.', '_')}": value for name, value in neutral}
    return dict(_numbers(prefix, model())) | off


def _numbers(prefix: str, section: Section) -> Iterator[tuple[str, float]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Section):
            yield from _numbers(f"{prefix}{name}_", value)
        else:
            yield f"{prefix}{name}", float(value)
