"""Policies as tables: who a person is to the company, and what that person then gets."""

from __future__ import annotations

from sim.policy.entitlements import resolve
from sim.policy.review import OBSERVABLES, rank_by_spend, review_tiers

__all__ = ["OBSERVABLES", "rank_by_spend", "resolve", "review_tiers"]
