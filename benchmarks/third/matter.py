"""What somebody contacts the company about, and how one contact went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.third.desk import Agent
from benchmarks.third.people import Person

__all__ = ["Contact", "Matter"]


@dataclass
class Matter:
    """A need, an enquiry or a complaint, through all its contacts."""

    person: Person
    phase: str  # need, enquiry, complaint
    kind: dict[str, Any]  # of need; name, minutes, resolved
    of_customer: bool
    can_be_met: bool = True
    attempts: int = 0
    retries: int = 0
    lost: float = 0.0  # satisfaction, so far
    refused_by: Agent | None = None
    voice: str = ""
    level: int = 0  # 1 a complaint, 2 a complaint about a complaint
    justified: bool = False
    without_cause: bool = False
    abusive: bool = False
    turned_round: bool = False  # by the explanation of a refusal
    paid: bool = False  # something was paid in this matter
    remedy: float = 0.0  # what this contact brought, in months of spend
    ruling: str = "none"  # none, granted, refused, goodwill
    felt: float = 0.0  # minutes, of attempts after which they came back
    outcome: float = 0.0  # of the last answer
    courtesy: float = -1.0  # of who answered last; negative if nobody did


@dataclass
class Contact:
    """How one contact went: who answered, if anybody did, and the wait that was felt."""

    agent: Agent | None
    felt: float
