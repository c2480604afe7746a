"""What a report shows: the one list of key measures, and the plots made of measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.measures.definitions import MEASURES, Measure

__all__ = [
    "ASSUMPTIONS_HEADING",
    "CHURN",
    "CORE_PLOTS",
    "KEY_MEASURES",
    "MONEY",
    "Kind",
    "Plot",
    "Section",
    "describe",
]

ASSUMPTIONS_HEADING = "How much the verdicts lean on what is assumed"
"""Of the section of docs/claims.md that other pages name."""


Section = Literal["paths", "differences", "gains", "complaints", "talk", "money", "staff"]
Kind = Literal["paths", "deciles", "tiers", "lorenz", "cascades", "waterfall", "differences"]
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
    """One picture of the report.

    Attributes
    ----------
    name : str
        The file's name in ``plots/``, without its ending.
    title : str
        Plain words; empty where the measure's own title says it.
    measures : tuple of str
        One a panel; empty where the kind of picture says what it is of.
    columns : int
        Panels in a row.
    share_y : bool
        Whether the panels of a row have one scale, so that they can be compared.
    section : {'paths', 'differences', 'gains', 'complaints', 'talk', 'money', 'staff'}
        The part of the page in which it stands.
    kind : {'paths', 'deciles', 'tiers', 'lorenz', 'cascades', 'waterfall', 'differences'}
        What it draws: measures over months; who gains, by value decile or tier; Lorenz curves;
        sizes of stories; profit's parts; paired differences.
    """

    name: str
    title: str
    measures: tuple[str, ...]
    columns: int = 1
    share_y: bool = False
    section: Section = "paths"
    kind: Kind = "paths"


def _single(measure: str) -> Plot:
    return Plot(measure, "", (measure,))


_WHO = ("satisfaction_mean", "wait_mean", "churn_rate", "revenue", "remedies")

CORE_PLOTS: tuple[Plot, ...] = (
    _single("profit"),
    _single("customers"),
    _single("churn_rate"),
    _single("revenue"),
    _single("satisfaction_mean"),
    _single("unfairness_mean"),
    Plot("waits", "Waiting and hanging up", ("wait_mean", "abandonment"), columns=2),
    Plot("differences", "", (), section="differences", kind="differences"),
    Plot("gains_by_decile", "Who gains and who pays", _WHO, 3, section="gains", kind="deciles"),
    Plot("gains_by_tier", "What each tier gets", _WHO, section="gains", kind="tiers"),
    Plot("lorenz", "Who waits, and who is paid", (), section="gains", kind="lorenz"),
    Plot(
        "complaints",
        "Complaints by voice",
        ("complaints_polite", "complaints_angry", "complaints_public"),
        columns=3,
        share_y=True,
        section="complaints",
    ),
    Plot(
        "voice_values",
        "What people learn that complaining brings",
        (
            "voice_value_polite",
            "voice_value_angry",
            "voice_value_public",
            "voice_value_public_hearsay",
        ),
        columns=2,
        share_y=True,
        section="complaints",
    ),
    Plot(
        "talk",
        "Word of mouth",
        ("messages_good", "messages_bad", "reached_good", "reached_bad"),
        columns=2,
        share_y=True,
        section="talk",
    ),
    Plot(
        "reach",
        "How far word of mouth carries",
        ("cascade_mean", "talk_reproduction"),
        columns=2,
        section="talk",
    ),
    Plot("cascades", "How many people a story reaches", (), section="talk", kind="cascades"),
    Plot("waterfall", "Profit, from", (), section="money", kind="waterfall"),
    Plot(
        "staff",
        "Staff",
        ("agents_present", "utilisation", "morale_mean", "agents_quit"),
        columns=2,
        section="staff",
    ),
)
"""The plots that every report has, in the page's order."""


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
