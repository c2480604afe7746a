"""What is kept of each person of a run: what they went through, what they brought, who they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.measures.fairness_measures import QUANTITIES
from sim.model.fairness_over_people import quantity
from sim.model.records import CUSTOMER, MONTH, Records

__all__ = ["LIFE", "OUTCOMES", "TRAITS", "Lives", "Outcome", "life_of", "traits_of"]

Lives = npt.NDArray[np.void]
"""Records of `LIFE`, one a person."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that a person went through or brought during the reported months.

    Attributes
    ----------
    unit, title : str
    better : {'up', 'down', 'none'}
        Which way is better for the person.
    noticed : float
        The least difference that counts as gained or lost, in the unit: declared.
    """

    unit: str
    title: str
    better: str
    noticed: float


_NOTICED = {"minutes": 1.0, "hang-ups": 1.0, "refusals": 1.0, "currency": 1.0, "months": 0.1}

OUTCOMES: Mapping[str, Outcome] = {
    "satisfaction": Outcome("index", "satisfaction at the end, or when they left", "up", 0.01),
    "stayed": Outcome("share", "still a customer at the end", "up", 0.5),
    "contacts": Outcome("contacts", "contacts", "none", 1.0),
    **{
        name: Outcome(unit, title, better, _NOTICED[unit])
        for name, (unit, title, better) in QUANTITIES.items()
    },
    "spend": Outcome("currency", "money brought", "none", 1.0),
}
"""By name; those that a person bore or got are those of the measures of fairness."""

TRAITS = {
    "potential": "what they could spend",
    "need_rate": "contacts a month",
    "patience": "patience",
    "difficulty": "difficulty of what they need",
    "demanding": "share of demands that are unjustified",
    "loudness": "readiness to complain",
    "temper": "temper",
    "audience": "audience",
    "fairness": "sense of fairness",
    "understanding": "understanding of an explained no",
    "tenure_months": "months as a customer at the start",
}
"""Who a person is before any policy: what groups of gainers and losers are looked for in."""

LIFE = np.dtype(
    [
        ("person", "i8"),
        # 1 and up: the tier of the policy's first review; 0 for whoever was no customer then
        ("cohort", "i8"),
        ("here", "?"),  # whether they were a customer in any reported month
        ("withheld", "?"),
        ("decile", "i8"),
        ("tenure_months", "f8"),
        *((name, "f8") for name in OUTCOMES),
    ]
)


def life_of(before: Records, after: Records) -> Lives:
    """Return what is kept of each person of a run.

    Parameters
    ----------
    before, after : records of PERSON
        All people before time starts, and after the run.
    """
    lives = np.zeros(len(after), LIFE)
    lives["person"] = np.arange(len(after))
    lives["cohort"], lives["withheld"] = after["cohort"], after["withheld"]
    lives["here"], lives["decile"] = after["was_customer"], before["decile"]
    lives["tenure_months"] = _tenure(before)
    lives["satisfaction"] = after["satisfaction"]
    lives["stayed"] = after["status"] == CUSTOMER
    lives["contacts"] = after["contacts"] - after["contacts_before"]
    lives["spend"] = after["revenue"]
    for name in QUANTITIES:
        lives[name] = quantity(after, name)
    return lives


def traits_of(before: Records) -> Floats:
    """Return who people are: a row each, a column each of `TRAITS`."""
    columns = [_tenure(before) if name == "tenure_months" else before[name] for name in TRAITS]
    return np.column_stack(columns).astype(np.float64)


def _tenure(before: Records) -> Floats:
    return np.asarray(np.maximum(-before["joined_at"], 0.0) / MONTH)
