"""Policies in Python: what such a class is asked, and what the company can see when it answers.

A class answers the two questions that data answers: who somebody is to the company (`Reviews`), and
what they then get (`Entitles`). It has one of the two methods or both; what it does not answer, the
policy's data does. One object is made for each run, without arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

__all__ = ["Contact", "Customer", "Entitles", "Reviews"]


class Customer(NamedTuple):
    """A person as the company sees them; of potential, satisfaction or opinion it knows nothing.

    Attributes
    ----------
    number : int
        From 0; the same person in every policy and month.
    is_customer : bool
        Whether they are one now; who enquires is not.
    tier : str
        That they are in now.
    spend : float
        Currency, in the last month that was billed.
    recent_revenue, lifetime_revenue, recent_cost, lifetime_cost : float
        Currency; recent ones fade by a third a month.
    tenure : float
        Months as a customer.
    audience : float
        Followers.
    contacts, complaints : float
        So far.
    favourite : float
        1 for a manager's favourite, else 0.
    referrals, returns, strikes : float
        Customers brought in, contacts again about one matter, strikes held against them.
    paying : float
        1 for who spent anything in that month, else 0.
    """

    number: int
    is_customer: bool
    tier: str
    spend: float
    recent_revenue: float
    lifetime_revenue: float
    recent_cost: float
    lifetime_cost: float
    tenure: float
    audience: float
    contacts: float
    complaints: float
    favourite: float
    referrals: float
    returns: float
    strikes: float
    paying: float


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
