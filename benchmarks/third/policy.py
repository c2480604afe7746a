"""What a policy entitles a contact to, by phase, tier and voice, and who is in which tier."""

from __future__ import annotations

from typing import Any

from benchmarks.third.people import Person
from benchmarks.third.scenario import Keys, read_policy

__all__ = ["Policy"]

_TERMS = (
    "class",
    "head_start_minutes",
    "pace",
    "effort",
    "courtesy",
    "ignore",
    "remedy",
    "remedy_amount",
    "lenient",
    "explain",
    "privilege",
    "price",
)


class Policy:
    """A policy's terms, with what is left out at its default.

    Parameters
    ----------
    keys : Keys
        The scenario.
    name : str
        The policy.
    """

    def __init__(self, keys: Keys, name: str) -> None:
        terms = read_policy(keys, name)
        defaults = {term: keys[f"policies.{name}.everyone.{term}"] for term in _TERMS}
        everyone = defaults | terms.get("everyone", {})
        self.name = name
        self.review_months = int(terms.get("review_months", 3))
        self.score = terms.get("score", {})
        self.goodwill_months = float(terms.get("offers", {}).get("goodwill_months", 0))
        self.tiers = [everyone | tier for tier in terms.get("tiers", [{}])]
        self.enquiries = everyone | terms.get("enquiries", {})
        self._voices = terms.get("voices", {})
        self._shares = [tier.get("top_share") for tier in self.tiers]

    def terms(self, person: Person, voice: str | None = None) -> dict[str, Any]:
        """Return what a contact of a person gets; a complaint's depends on its voice."""
        if not person.is_customer():
            return self.enquiries
        tier = self.tiers[person.tier]
        return tier | self._voices.get(voice, {}) if voice else tier

    def review(self, customers: list[Person]) -> None:
        """Cut the tiers anew by score: each takes its share of all, the last takes the rest."""
        best_first = sorted(customers, key=lambda p: (-self._score(p), p.number))
        start = 0
        for tier, share in enumerate(self._shares):
            end = len(customers) if share is None else start + round(share * len(customers))
            for person in best_first[start:end]:
                person.tier = tier
            start = end

    def _score(self, person: Person) -> float:
        """Return the score: of one observable, its rank orders as it does itself."""
        if len(self.score) > 1 or set(self.score) - {"spend"}:
            raise SystemExit(f"{self.name}: the third implementation scores by spend alone")
        return sum(weight * person.billed for weight in self.score.values())
