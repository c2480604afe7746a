"""What the company can see of a customer: an observable.

Each is declared once, as a field of `Customer`. The keys of a policy's `score`, the ranking of
customers, Python policies, the reference, completion and ``sim explain`` follow from here. How it
is computed is declared beside it, in `sim.model.policy.observed`, which refuses to be imported
where one of the two is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, get_type_hints

__all__ = ["OBSERVABLES", "Customer", "Observable", "ObservableName"]


@dataclass(frozen=True, slots=True)
class Observable:
    """What the company can see of a customer.

    Attributes
    ----------
    title : str
        What it is, as a sentence.
    unit : str
        Its unit; empty where it has none.
    """

    title: str
    unit: str = ""


class Customer(NamedTuple):
    """A person as the company sees them; it does not see potential, satisfaction or opinion.

    The first three fields say who it is; every other field is an observable.
    """

    number: int
    """From 0; the same person in every policy and month."""

    is_customer: bool
    """Whether the person is a customer now; a prospect who enquires is not."""

    tier: str
    """The tier that the person is in now."""

    spend: Annotated[float, Observable("Spend in the last month billed.", "currency/month")]
    recent_revenue: Annotated[
        float, Observable("Revenue, of which a third is forgotten each month.", "currency")
    ]
    lifetime_revenue: Annotated[float, Observable("Revenue so far.", "currency")]
    recent_cost: Annotated[
        float,
        Observable(
            "Cost of service, not of having them, of which a third is forgotten each month.",
            "currency",
        ),
    ]
    lifetime_cost: Annotated[float, Observable("Cost of service so far.", "currency")]
    tenure: Annotated[float, Observable("Time as a customer.", "months")]
    audience: Annotated[float, Observable("Followers.", "people")]
    contacts: Annotated[
        float, Observable("Contacts lately, within the policy's window.", "contacts")
    ]
    complaints: Annotated[
        float, Observable("Complaints lately, within the policy's window.", "complaints")
    ]
    favourite: Annotated[float, Observable("1 for a manager's favourite, else 0.")]
    referrals: Annotated[float, Observable("Customers brought in so far.", "people")]
    returns: Annotated[
        float,
        Observable("Returns and cancellations lately, within the policy's window.", "returns"),
    ]
    repeats: Annotated[
        float,
        Observable("Contacts lately that repeat an earlier one about one matter.", "contacts"),
    ]
    strikes: Annotated[float, Observable("Abusive complaints so far.", "strikes")]
    paying: Annotated[float, Observable("1 if anything was spent in the last month, else 0.")]
    leaving_risk: Annotated[
        float,
        Observable(
            "Predicted risk of leaving: trouble lately and falling spend, over years as a customer."
        ),
    ]
    retention_lift: Annotated[
        float,
        Observable(
            "Predicted effect of better service on staying: that risk times contacts lately."
        ),
    ]


def _declared() -> Iterator[tuple[str, Observable]]:
    for name, kind in get_type_hints(Customer, include_extras=True).items():
        for mark in getattr(kind, "__metadata__", ()):
            if isinstance(mark, Observable):
                yield name, mark


OBSERVABLES: dict[str, Observable] = dict(_declared())
"""Every observable by name; the order is that of the weights in a policy's tables."""

if TYPE_CHECKING:
    ObservableName = str
else:
    ObservableName = Literal[tuple(OBSERVABLES)]
