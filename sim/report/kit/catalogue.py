"""List the key measures and the plots that every report shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.errors import CommandError
from sim.measures.definitions import MEASURES
from sim.measures.measure import Measure

__all__ = [
    "ASSUMPTIONS_HEADING",
    "CHURN",
    "CORE_PLOTS",
    "FORMATS",
    "KEY_MEASURES",
    "MAIN_MEASURES",
    "MONEY",
    "PART_TITLES",
    "Kind",
    "Plot",
    "SectionId",
    "check_formats",
    "describe",
]

ASSUMPTIONS_HEADING = "How much the verdicts depend on assumptions"
"""Heading of the section of docs/claims.md to which other pages refer."""

PART_TITLES: Mapping[str, str] = {
    "whole": "all together",
    "selection": "choosing these people",
    "rest": "what everybody gets",
    "priority": "priority alone",
    "care": "care alone",
    "generosity": "generosity alone",
    "dismissal": "dismissal alone",
    "interaction": "interaction",
}
"""The parts of a difference between a policy and its reference, in words."""

SectionId = Literal["why", "months", "differences", "gains", "complaints", "talk", "money", "staff"]
Kind = Literal[
    "lines", "changes", "deciles", "tiers", "lorenz", "cascades", "waterfall", "why", "differences"
]
"""What a plot draws; see `Plot`."""

FORMATS = ("png", "svg", "pdf")
"""How a plot can be written."""

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
    "utilisation",
    "complaints_polite",
    "complaints_angry",
    "complaints_public",
    "messages_good",
    "messages_bad",
)
"""The measures shown for all policies in the page, the forest plot and the terminal."""

MAIN_MEASURES: tuple[str, ...] = (
    "profit_discounted",
    "customer_equity",
    "churn_rate",
    "satisfaction_mean",
    "unfairness_mean",
    "wait_mean",
)
"""The measures whose differences the page shows before all others."""

MONEY: tuple[str, ...] = ("profit_discounted", "profit")
"""Measures by which the answer ranks policies: the first that the results have."""

CHURN = "churn_rate"
"""Measure of the answer's second sentence."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture of the report.

    Attributes
    ----------
    name : str
        File name in ``plots/`` without ending.
    title : str
        Title in plain words; empty to use the measure's own title.
    measures : tuple of str
        One per panel; empty where the kind of plot determines them.
    columns : int
        Panels in a row.
    share_y : bool
        Whether the panels of a row share one scale, so that they can be compared.
    section : str
        Section of the page that shows it; see `SectionId`.
    kind : str
        What it draws: measures by month, or paired differences by month; gains by value decile or
        tier; Lorenz curves; sizes of cascades; components of profit, of all policies or of the
        best; paired differences.
    folded : bool
        Whether the page shows it only on demand.
    """

    name: str
    title: str
    measures: tuple[str, ...]
    columns: int = 1
    share_y: bool = False
    section: SectionId = "months"
    kind: Kind = "lines"
    folded: bool = False

    @property
    def compares(self) -> bool:
        """Whether it needs two policies at least."""
        return self.kind in ("changes", "why")


def _level(measure: str) -> Plot:
    return Plot(measure, "", (measure,), folded=True)


def _change(measure: str, *, folded: bool = False) -> Plot:
    return Plot(f"{measure}_difference", "", (measure,), kind="changes", folded=folded)


_WHO = ("satisfaction_mean", "wait_mean", "churn_rate", "revenue", "remedies")

CORE_PLOTS: tuple[Plot, ...] = (
    Plot("why", "What makes up the difference in profit", (), section="why", kind="why"),
    Plot("main_differences", "", MAIN_MEASURES, section="differences", kind="differences"),
    Plot("differences", "", KEY_MEASURES, section="differences", kind="differences", folded=True),
    _change("profit"),
    _change("customers"),
    _change("satisfaction_mean"),
    _change("wait_mean"),
    _change("churn_rate", folded=True),
    _change("unfairness_mean", folded=True),
    _level("profit"),
    _level("customers"),
    _level("churn_rate"),
    _level("revenue"),
    _level("satisfaction_mean"),
    _level("unfairness_mean"),
    Plot("waits", "Waiting and abandonment", ("wait_mean", "abandonment"), columns=2, folded=True),
    Plot("gains_by_decile", "Who gains and who pays", _WHO, 3, section="gains", kind="deciles"),
    Plot("gains_by_tier", "What each tier gets", _WHO, section="gains", kind="tiers", folded=True),
    Plot(
        "lorenz",
        "Distribution of waiting and remedies",
        (),
        section="gains",
        kind="lorenz",
        folded=True,
    ),
    Plot(
        "complaints",
        "Complaints by type",
        ("complaints_polite", "complaints_angry", "complaints_public"),
        columns=3,
        share_y=True,
        section="complaints",
    ),
    Plot(
        "voice_values",
        "Learned value of complaining",
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
        "How far word of mouth spreads",
        ("cascade_mean", "talk_reproduction"),
        columns=2,
        section="talk",
    ),
    Plot("cascades", "How many people a story reaches", (), section="talk", kind="cascades"),
    Plot(
        "waterfall", "What makes up the difference in profit", (), section="money", kind="waterfall"
    ),
    Plot(
        "staff",
        "Staff",
        ("agents_present", "utilisation", "morale_mean", "agents_quit"),
        columns=2,
        section="staff",
    ),
)
"""The plots of every report, in the order of the page."""


def describe(name: str) -> Measure:
    """Return a measure's declaration; an unknown measure is described by its name alone.

    Another version may have written the results, so unknown columns are shown, not refused.
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


def check_formats(formats: Sequence[str]) -> None:
    """Check that plots can be written in these formats.

    Raises
    ------
    CommandError
        If a format is unknown.
    """
    for name in formats:
        if name not in FORMATS:
            raise CommandError(f"no format '{name}'; choose from {', '.join(FORMATS)}")
