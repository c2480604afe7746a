"""Policies in Python: what such a class is asked, and what the company can see when it answers.

A class answers the two questions that data answers: who somebody is to the company (`Reviews`), and
what they then get (`Entitles`). It has one of the two methods or both; what it does not answer, the
policy's data does. One object is made for each run, without arguments.
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
        1 at first, more when they try again or call back.
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
    """Says who somebody is to the company."""

    def review(self, customers: Sequence[Customer]) -> Sequence[str]:
        """Return the name of each customer's tier, in their order.

        Asked at the start and every `review_months`, of all customers at once.
        """
        ...


class Entitles(Protocol):
    """Says what somebody gets for a contact."""

    def entitle(self, contact: Contact, customer: Customer) -> Mapping[str, object] | None:
        """Return what differs from what the policy's data gives, by an entitlement's keys, or None.

        Asked whenever a contact reaches the desk, and good until it leaves it. All keys of an
        entitlement but `privilege`, which is the tier's.
        """
        ...
