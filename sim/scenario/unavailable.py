"""Keys that are planned but not in this version: refused by name, not as misspelt."""

from __future__ import annotations

from fnmatch import fnmatchcase

__all__ = ["is_unavailable"]

UNAVAILABLE = (
    "people.deal_seeker_share",
    "policies.*.offers",
    "policies.*.escalate",
    "policies.*.score.referrals",
    "policies.*.score.returns",
    "policies.*.score.strikes",
    "policies.*.score.paying",
)


def is_unavailable(key: str) -> bool:
    """Return whether a dotted key is planned but not in this version."""
    return any(fnmatchcase(key, pattern) for pattern in UNAVAILABLE)
