"""Scenario files: what a person writes, read into frozen, checked models."""

from __future__ import annotations

from sim.scenario.argument import Conviction, argument
from sim.scenario.claims import Claim, Expression, Operation, Term, read_claim
from sim.scenario.code import class_named, last_frame
from sim.scenario.coding import names_code
from sim.scenario.desk import Desk, Need, Pool, Shift
from sim.scenario.explaining import Explanation, explain, explanations, json_schema
from sim.scenario.hypotheses import Hypothesis, misses
from sim.scenario.law import Law
from sim.scenario.loader import from_mapping, load, override, parse, reopened, variations
from sim.scenario.network import Network
from sim.scenario.opening import Opening
from sim.scenario.people import People
from sim.scenario.policies import DEFAULT_ENTITLEMENT, Entitlement, Policy, Tier
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import library, shipped, template
from sim.scenario.sweeping import Levels, Sweep
from sim.scenario.turning import value_at
from sim.scenario.variations import Variations
from sim.scenario.writing import dump, fingerprint, policy_fingerprints, to_mapping

__all__ = [
    "DEFAULT_ENTITLEMENT",
    "Claim",
    "Conviction",
    "Desk",
    "Entitlement",
    "Explanation",
    "Expression",
    "Hypothesis",
    "Law",
    "Levels",
    "Need",
    "Network",
    "Opening",
    "Operation",
    "People",
    "Policy",
    "Pool",
    "Scenario",
    "Shift",
    "Sweep",
    "Term",
    "Tier",
    "Variations",
    "argument",
    "class_named",
    "dump",
    "explain",
    "explanations",
    "fingerprint",
    "from_mapping",
    "json_schema",
    "last_frame",
    "library",
    "load",
    "misses",
    "names_code",
    "override",
    "parse",
    "policy_fingerprints",
    "read_claim",
    "reopened",
    "shipped",
    "template",
    "to_mapping",
    "value_at",
    "variations",
]
