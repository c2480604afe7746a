"""The beliefs and known sections: how sure one is of what is assumed, and what was measured."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.schema.fields import REQUIRED, Number, Positive, Rate, Section, Violation, key

__all__ = ["DISCREPANCY", "Belief", "Known"]

DISCREPANCY = 0.05
"""What the model itself may be off by where nothing else is said, as a share of the figure."""

_FORMS = "must be {from, to}, {mean, sd} or {spread}"


class Belief(Section):
    """What values a key may plausibly have: a range, a normal law, or a spread about its own."""

    low: Number | None = key(None, "Lower end; all values up to `to` are equally likely.",
                             alias="from")  # fmt: skip
    high: Number | None = key(None, "Upper end.", alias="to")
    mean: Number | None = key(None, "Mean of a normal law, cut off at the key's bounds.")
    sd: Positive | None = key(None, "Its standard deviation.")
    spread: Positive | None = key(
        None, "Coefficient of variation of a lognormal law about the scenario's own value.", le=10
    )

    def violations(self) -> Iterable[Violation]:
        """Yield forms that are mixed or half written, and ends out of order."""
        given = {name for name in ("low", "high", "mean", "sd", "spread")
                 if getattr(self, name) is not None}  # fmt: skip
        if given not in ({"low", "high"}, {"mean", "sd"}, {"spread"}):
            yield Violation((), _FORMS)
        elif self.low is not None and self.high is not None and self.low >= self.high:
            yield Violation(("from",), "must be below `to`")


class Known(Section):
    """A figure that the company has measured over the months before month 1."""

    value: Number = key(REQUIRED, "What was measured, in the measure's unit.", source="")
    within: Positive = key(REQUIRED, "One standard error of it.", source="")
    discrepancy: Rate | None = key(
        None,
        "Standard deviation of what the model itself gets wrong of it.",
        default_text=f"{DISCREPANCY:g} of the value",
    )

    def model_error(self) -> float:
        """Return the standard deviation of what the model itself gets wrong."""
        return DISCREPANCY * abs(self.value) if self.discrepancy is None else self.discrepancy
