"""What a report shows: the one list of key measures, and the plots made of measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.measures.definitions import MEASURES, Measure

__all__ = ["CHURN", "CORE_PLOTS", "KEY_MEASURES", "MONEY", "Plot", "Section", "describe"]

Section = Literal["paths", "gains", "complaints", "talk", "money", "staff"]
"""Parts of the page in which plots stand."""

KEY_MEASURES: tuple[str, ...] = (
    "customers",
    "churn_rate",
    "revenue",
    "profit",
    "profit_discounted",
    "customer_equity",
    "satisfaction_mean",
    "unfairness_mean",
    "wait_mean",
    "abandonment",
    "complaints_polite",
    "complaints_angry",
    "complaints_public",
    "messages_good",
    "messages_bad",
)
"""The measures that stand side by side in the page, the forest plot and the terminal."""

MONEY: tuple[str, ...] = ("profit_discounted", "profit")
"""What the answer ranks policies by: the first of these that the results have."""

CHURN = "churn_rate"
"""What the answer's second sentence is about."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture of measures over months.

    Attributes
    ----------
    name : str
        The file's name in ``plots/``, without its ending.
    title : str
        Plain words; empty where the measure's own title says it.
    measures : tuple of str
        One a panel.
    columns : int
        Panels in a row.
    share_y : bool
        Whether the panels of a row have one scale, so that they can be compared.
    section : {'paths', 'gains', 'complaints', 'talk', 'money', 'staff'}
        The part of the page in which it stands.
    """

    name: str
    title: str
    measures: tuple[str, ...]
    columns: int = 1
    share_y: bool = False
    section: Section = "paths"


def _single(measure: str) -> Plot:
    return Plot(measure, "", (measure,))


CORE_PLOTS: tuple[Plot, ...] = (
    _single("profit"),
    _single("customers"),
    _single("churn_rate"),
    _single("revenue"),
    _single("satisfaction_mean"),
    _single("unfairness_mean"),
    Plot(
        "complaints",
        "Complaints by voice",
        ("complaints_polite", "complaints_angry", "complaints_public"),
        columns=3,
        share_y=True,
        section="complaints",
    ),
    Plot("waits", "Waiting and hanging up", ("wait_mean", "abandonment"), columns=2),
    Plot(
        "talk",
        "Word of mouth",
        ("messages_good", "messages_bad", "reached_good", "reached_bad"),
        columns=2,
        share_y=True,
        section="talk",
    ),
)
"""The plots over months that every report has, in the page's order."""


def describe(name: str) -> Measure:
    """Give a measure's declaration; one that is not declared is described by its bare name.

    A results folder may be read by another version than wrote it, so an unknown column is
    shown, never refused.
    """
    known = MEASURES.get(name)
    if known is not None:
        return known
    return Measure(
        name=name,
        unit="",
        title=name.replace("_", " ").capitalize(),
        formula="",
        direction="none",
        source="",
        horizon="mean",
    )
