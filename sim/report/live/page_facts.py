"""What a page that runs the model knows beside its worlds: measures, claims, limits, quantiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.measures.definitions import MEASURES
from sim.measures.expressions import Claim
from sim.measures.implausible import BUSY, CHURN, HANGING_UP, IDLE
from sim.model.build import group_names
from sim.model.policy.entitlements import policy_tables
from sim.report.kit.catalogue import KEY_MEASURES
from sim.report.kit.number_format import display_factor, unit_label
from sim.report.live.live_measures import claim_data, measures_of
from sim.report.run.hypothesis_rows import unit_of
from sim.scenario.schema.scenario import Scenario
from sim.stats.intervals import ALPHA, CONFIDENCE, ROUNDING, level_of_each
from sim.stats.practical_size import SHARE_OF_LEVEL, PracticalSizes, worth_of

__all__ = [
    "FEWEST",
    "groups_of",
    "page_facts",
    "practical_size_data",
    "quantile_data",
    "replicated_facts",
]

FEWEST = 2
"""Replications without which nothing is shown: one has no interval."""

_LIMITS = (BUSY, IDLE, HANGING_UP, CHURN)
_KINDS = {"sum": "sum over all months", "last": "in the last month", "ratio": "over all months"}


def page_facts(scenario: Scenario) -> dict[str, Any]:
    """Return what the page shows whatever the number of replications in it, ready for JSON."""
    claims = list(_claims(scenario))
    return {
        "policies": list(scenario.policies),
        "of": scenario.replications,
        "measures": [_measure(scenario, name) for name in _shown(scenario)],
        "claims": claims,
        "not_judged": len(scenario.testable_hypotheses()) - len(claims),
        "limits": [
            {
                "measure": one.measure,
                "least": _finite(one.least),
                "most": _finite(one.most),
                "says": one.says.format(pool="the desk"),
            }
            for one in _LIMITS
        ],
        "share_of_level": SHARE_OF_LEVEL,
        "alpha": ALPHA,
        "rounding": ROUNDING,
        "family": _family(scenario),
    }


def _family(scenario: Scenario) -> int:
    """Return how many hypotheses are judged together."""
    return max(len(scenario.testable_hypotheses()), 1)


def replicated_facts(scenario: Scenario, count: int) -> dict[str, Any]:
    """Return Student's quantiles for so many replications, by which the page judges."""
    quantiles = quantile_data(count, len(scenario.policies), _family(scenario))
    return {"replications": count, **quantiles}


def quantile_data(count: int, policies: int, family: int) -> dict[str, Any]:
    """Return Student's quantiles for up to so many replications, ready for JSON.

    Parameters
    ----------
    count : int
        Replications.
    policies : int
        Of which as many are compared within a measure.
    family : int
        Hypotheses that are judged together.
    """
    tests = range(1, max(policies, 1) + 1)
    return {
        "t": _quantiles(count, CONFIDENCE),
        # A difference is significant as Holm's method says: at this level over 1, 2, ... tests.
        "holm": [_quantiles(count, 1 - ALPHA / number) for number in tests],
        "t_family": _quantiles(count, 1 - level_of_each(family)),
    }


def _quantiles(count: int, coverage: float) -> list[float]:
    """Return Student's quantile for an interval of 2, 3, ... replications."""
    found = stdtrit(np.arange(1, max(count, FEWEST)), 0.5 + coverage / 2)
    return [float(one) for one in found]


def _finite(limit: float) -> float | None:
    return limit if np.isfinite(limit) else None


def _shown(scenario: Scenario) -> list[str]:
    """Return the measures in the order of the page: the key ones first."""
    known = measures_of(scenario)
    return list(dict.fromkeys([*(name for name in KEY_MEASURES if name in known), *known]))


def _measure(scenario: Scenario, name: str) -> dict[str, Any]:
    declared = MEASURES[name]
    return {
        "name": name,
        "title": declared.title,
        "key": name in KEY_MEASURES,
        "unit": unit_label(declared.unit),
        "difference_unit": unit_label(declared.unit, difference=True),
        "factor": display_factor(declared.unit),
        "direction": declared.direction,
        "over": _KINDS.get(declared.horizon, ""),
        "worth": worth_of(scenario.worth, name),
    }


def _claims(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Yield the hypotheses that the page can judge."""
    groups = {policy: groups_of(scenario, policy) for policy in scenario.policies}
    sizes = PracticalSizes(scenario.worth, scenario.months)
    for hypothesis in scenario.testable_hypotheses():
        claim = hypothesis.read()
        data = claim_data(claim, list(scenario.policies), groups)
        if data is None:
            continue
        unit = unit_of(claim)
        yield {
            **data,
            **practical_size_data(claim, sizes),
            "name": hypothesis.name,
            "text": hypothesis.claim,
            "unit": unit_label(unit, difference=True),
            "factor": display_factor(unit),
        }


def practical_size_data(claim: Claim, sizes: PracticalSizes) -> dict[str, Any]:
    """Return what a scenario says is too little, or whether a share of the level stands in."""
    nothing, something = ({term: [level] for term in claim.terms()} for level in (0.0, 1.0))
    return {
        "worth": sizes.of(claim, nothing),
        "has_level": replace(sizes, worth={}).of(claim, something) is not None,
        "one_measure": len({term.measure for term in claim.terms()}) == 1,
    }


def groups_of(scenario: Scenario, policy: str) -> list[str]:
    """Return sort and name of each group of a run's tallies, in the order of their columns."""
    names = group_names(scenario, policy_tables(scenario, policy))
    return [f"{sort} {name}" for sort, members in names.items() for name in members]
