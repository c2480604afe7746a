"""Policies as tables: who a person is to the company, and what that person then gets."""

from __future__ import annotations

from sim.policy.custom import Contact, Customer, Entitles, Reviews
from sim.policy.entitlements import resolve, tables_of
from sim.policy.review import OBSERVABLES, rank_by_spend, review_tiers
from sim.policy.rules import rules_now

__all__ = [
    "OBSERVABLES",
    "Contact",
    "Customer",
    "Entitles",
    "Reviews",
    "rank_by_spend",
    "resolve",
    "review_tiers",
    "rules_now",
    "tables_of",
]
