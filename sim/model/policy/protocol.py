"""Policies in Python: the methods that such a class may have, and what they are given.

A class may decide what a policy's data decides otherwise: which tier a customer is in (`Reviews`),
and what a contact gets (`Entitles`). It has one of the two methods or both; the policy's data
decides the rest. One object is made for each run, without arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from sim.scenario.schema.observables import Customer

__all__ = ["Contact", "Customer", "Entitles", "Reviews"]


class Contact(NamedTuple):
    """A contact that reaches the desk.

    Attributes
    ----------
    phase : {'need', 'enquiry', 'complaint'}
    kind : str
        The need's name, ``enquiry`` or ``complaint``.
    voice : {'', 'polite', 'angry', 'public'}
        Of a complaint.
    attempt : int
        1 for the first, more for retries and call-backs.
    minute : float
        From the scenario's start.
    month : int
        From 1.
    """

    phase: Literal["need", "enquiry", "complaint"]
    kind: str
    voice: str
    attempt: int
    minute: float
    month: int


class Reviews(Protocol):
    """Decides which tier each customer is in."""

    def review(self, customers: Sequence[Customer]) -> Sequence[str]:
        """Return the name of each customer's tier, in their order.

        Called at the start and every `review_months`, with all customers at once.
        """
        ...


class Entitles(Protocol):
    """Decides what a contact gets."""

    def entitle(self, contact: Contact, customer: Customer) -> Mapping[str, object] | None:
        """Return what differs from what the policy's data gives, by an entitlement's keys, or None.

        Called whenever a contact reaches the desk; the answer holds until it leaves. All keys of
        an entitlement are allowed except `privilege` and `price`, which belong to the
        tier.
        """
        ...
