"""Measures of fairness over a whole run, person by person: name, unit, title and what is better.

They are told apart by what they look at: *treatment*, which is what the policy's rules give, and
*outcomes*, which is what came of it. Where everybody is treated alike the first are 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["FAIRNESS", "FOUR_FIFTHS", "QUANTITIES", "FairnessMeasure"]


@dataclass(frozen=True, slots=True)
class FairnessMeasure:
    """One measure of a whole run.

    Attributes
    ----------
    name, unit, title : str
    better : {'up', 'down', 'none'}
    source : str
        Literature; empty where it is a mere count.
    """

    name: str
    unit: str
    title: str
    better: Literal["up", "down", "none"] = "none"
    source: str = ""


QUANTITIES = {
    "waited": ("minutes", "minutes waited", "down"),
    "hang_ups": ("hang-ups", "hang-ups", "down"),
    "refusals": ("refusals", "refusals", "down"),
    "remedies": ("currency", "remedies", "up"),
    "gifts": ("currency", "goodwill and discounts", "up"),
    "privilege": ("months", "months of privilege", "up"),
}
"""What a person bore or got over the run: its unit, its title, and which way is better."""

FOUR_FIFTHS = ("decile", "tier", "tenure", "newcomer")
"""Groups whose chances are compared: by potential, first tier, half of tenure, and joining."""

_ADAMS = "Adams 1965"
_THEIL = "Theil 1967"
_EEOC = "Uniform Guidelines 1978: the four-fifths rule"
_HARDT = "Hardt, Price & Srebro 2016: equal opportunity"
_RAQFM = "Avi-Itzhak, Levy & Raz 2007"


def _treatment() -> Iterator[FairnessMeasure]:
    yield FairnessMeasure(
        # A property of the policy, not of a run: its share over runs has no interval.
        "envy_free", "index", "Nobody is entitled to less in the same case (1: so; 0: not)", "up",
        "Foley 1967; Varian 1974",
    )  # fmt: skip
    yield FairnessMeasure(
        "treatment_gap_mean", "index", "Shortfall of entitlements, two customers at random", "down",
        _ADAMS,
    )  # fmt: skip
    yield FairnessMeasure(
        "treatment_gap_most", "index", "Largest shortfall of entitlements", "down", _ADAMS
    )


def _of_quantities() -> Iterator[FairnessMeasure]:
    for name, (unit, title, better) in QUANTITIES.items():
        extreme = "most" if better == "down" else "least"
        yield FairnessMeasure(f"mean_{name}", unit, f"Mean of {title}", "none")
        yield FairnessMeasure(f"gini_{name}", "index", f"Gini of {title}", "none", "Gini 1912")
        yield FairnessMeasure(f"theil_{name}", "index", f"Theil of {title}", "none", _THEIL)
        yield FairnessMeasure(
            f"theil_{name}_between_tiers", "index", f"Theil of {title}, between tiers", "none",
            _THEIL,
        )  # fmt: skip
        yield FairnessMeasure(
            f"theil_{name}_within_tiers", "index", f"Theil of {title}, within tiers", "none", _THEIL
        )
        yield FairnessMeasure(
            f"atkinson_{name}", "index", f"Atkinson (1/2) of {title}", "none", "Atkinson 1970"
        )
        yield FairnessMeasure(
            f"tenth_{name}", unit, f"Mean of {title} of the tenth with {extreme}", "none"
        )
        yield FairnessMeasure(
            f"tenth_to_mean_{name}",
            "index",
            f"{title.capitalize()}: the tenth with {extreme} over the mean of all",
            "none",
        )


def _chances() -> Iterator[FairnessMeasure]:
    for outcome, title in (("resolved", "a need is resolved"), ("stayed", "a customer stays")):
        for group in FOUR_FIFTHS:
            yield FairnessMeasure(
                f"four_fifths_{outcome}_{group}", "index",
                f"Chance that {title}: least over most favoured {group}", "up", _EEOC,
            )  # fmt: skip
        yield FairnessMeasure(
            f"opportunity_{outcome}_tiers", "index",
            f"Chance that {title}: least over most favoured tier, like needs and potential", "up",
            _HARDT,
        )  # fmt: skip
        yield FairnessMeasure(
            f"opportunity_{outcome}_late_bloomers", "index",
            f"Chance that {title}: who started low over others, like needs and potential", "up",
            _HARDT,
        )  # fmt: skip


def _others() -> Iterator[FairnessMeasure]:
    yield FairnessMeasure("surplus_mean", "currency", "Benefit less the worth of waiting", "up")
    yield FairnessMeasure(
        "surplus_tenth", "currency", "Benefit less the worth of waiting, the tenth with least", "up"
    )
    yield FairnessMeasure(
        "discrimination_sum", "minutes", "Service beyond an equal share, all contacts", "none",
        _RAQFM,
    )  # fmt: skip
    yield FairnessMeasure(
        "discrimination_sd", "minutes", "Service beyond an equal share: spread over contacts",
        "down", _RAQFM,
    )  # fmt: skip
    yield FairnessMeasure(
        "discrimination_tenth", "minutes", "Service beyond an equal share, the tenth with least",
        "up", _RAQFM,
    )  # fmt: skip


FAIRNESS: dict[str, FairnessMeasure] = {
    measure.name: measure
    for measures in (_treatment(), _of_quantities(), _chances(), _others())
    for measure in measures
}
"""Every measure of fairness by name, in the order of the table."""
