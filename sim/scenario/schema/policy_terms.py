"""What a policy does beside serving: pools it forms, dismissals, offers, escalation."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.schema.fields import (
    REQUIRED,
    Count,
    Flag,
    Minutes,
    Months,
    Name,
    Positive,
    Rate,
    Section,
    Share,
    Switchable,
    Violation,
    key,
)

__all__ = [
    "Abuse",
    "Dismiss",
    "Escalate",
    "Loyalty",
    "Mend",
    "Newcomer",
    "Offers",
    "OwnPool",
    "Trial",
    "WinBack",
]


class OwnPool(Section):
    """Agents of the desk's largest pool who serve whom the policy sends to them.

    They are no more than before: the pool that they come from is left with so many fewer, and never
    with none. More than it can spare are refused; where it can spare none, a pool of one agent is
    not formed, and its contacts stay where they were.
    """

    agents: Count = key(1, "How many agents move.", unit="agents", ge=1, le=100_000)
    helps: Flag = key(
        True, "Whether they serve the pool they came from when nobody waits for them."
    )
    overflow_minutes: Minutes | None = key(
        None,
        "Wait after which a contact goes over to the pool they came from; 0: at once.",
        unit="min",
        default_text="never",
    )


class Dismiss(Section):
    """When a customer is dismissed, at a month's end, and never served again."""

    strikes: Count | None = key(
        None,
        "Strikes at which a customer is dismissed: abusive complaints.",
        default_text="never for strikes",
        ge=1,
        le=1_000_000,
    )
    cost_ratio: Positive | None = key(
        None,
        "Recent cost of service (agents' minutes, remedies, goodwill, returns, fees) over recent "
        "revenue above which a month counts against a customer.",
        default_text="never for costs",
        source="Haenlein & Kaplan 2010 on practice; size assumed",
    )
    months: Count = key(
        6,
        "Number of such months in a row after which a costly customer is dismissed.",
        unit="months",
        ge=1,
        le=1200,
    )


class Newcomer(Section):
    """A discount for those who join, again whenever they come back."""

    share: Share = key(REQUIRED, "Share of the bill discounted.", unit="share", gt=0)
    months: Months = key(REQUIRED, "Duration of the discount from joining.", unit="months", gt=0)


class Loyalty(Section):
    """A discount for those who stay."""

    share: Share = key(REQUIRED, "Share of the bill discounted.", unit="share", gt=0)
    after_months: Months = key(
        REQUIRED, "Months as a customer after which it applies.", unit="months"
    )


class WinBack(Section):
    """Winning back the deal seekers who left at the end of a newcomer offer, with another."""

    share: Share = key(REQUIRED, "Share of them who come back.", unit="share", gt=0)
    weeks: Rate = key(2.0, "Mean weeks until they do.", unit="weeks", le=520)


class Offers(Section):
    """What the company gives unasked."""

    newcomer: Switchable[Newcomer] = key(None, "Discount for newcomers.")
    loyalty: Switchable[Loyalty] = key(None, "Discount for loyal customers.")
    goodwill_months: Rate = key(
        0.0,
        "Goodwill for a polite complaint that is refused, in months of this person's spend.",
        unit="months",
    )
    goodwill_amount: Rate = key(0.0, "Further goodwill, in money.", unit="currency")
    win_back: Switchable[WinBack] = key(
        None, "The newcomer offer, made again to deal seekers who left at its end."
    )

    def violations(self) -> Iterable[Violation]:
        """Yield an offer made again where there is none."""
        if self.win_back is not None and self.newcomer is None:
            yield Violation(("win_back",), "needs `newcomer`, the offer that is made again")


class Abuse(Section):
    """What an agent says to abuse: come back when you are calm."""

    postpone_minutes: Minutes | None = key(
        None,
        "Minutes in open hours after which an abusive caller is told to come back.",
        unit="min",
        default_text="they are heard",
    )
    warning_minutes: Minutes = key(2.0, "How long it takes the agent to say so.", unit="min")


class Mend(Section):
    """Product faults that the company removes before anybody complains."""

    share: Share = key(0.0, "Share of product faults removed, beyond what complaints teach.")
    cost_per_month: Rate = key(
        0.0, "Cost of removing them.", unit="currency/month", source="declared assumption"
    )


class Escalate(Section):
    """Unhappy customers whose contacts go straight to another pool."""

    below: Share = key(0.0, "Satisfaction below which a customer counts as unhappy.")
    pool: Name | None = key(None, "Pool that serves them, such as the manager's.")

    def violations(self) -> Iterable[Violation]:
        """Yield an escalation that leads nowhere."""
        if self.below > 0 and self.pool is None:
            yield Violation(("pool",), "is required")


class Trial(Section):
    """Who is kept out of a policy from month 1 on, and lives under another: a field experiment.

    All customers are ranked as if nobody were kept out, so that nobody's tier depends on it. Tiers
    are reviewed when the policy reviews its own; agents' pools, and the faults that it removes, are
    those of the policy for everybody.
    """

    control: Name = key(REQUIRED, "Policy that those live under who are kept out.")
    withheld_share: Share | None = key(
        None,
        "Probability that a person is kept out throughout, future customers too: an A/B test.",
        default_text="no A/B test",
    )
    fold: Count | None = key(
        None,
        "Which of the folds is kept out: every person whose number leaves it when divided by "
        "`folds`.",
        default_text="no fold",
        le=1_000_000_000,
    )
    folds: Count | None = key(
        None, "How many folds there are.", default_text="no folds", ge=2, le=1_000_000_000
    )
    months: Count | None = key(
        None,
        "Months of a period in which everybody, or nobody, is kept out, by lot in each pair of "
        "periods: a switchback.",
        unit="months",
        default_text="no switchback",
        ge=1,
        le=1200,
    )

    def violations(self) -> Iterable[Violation]:
        """Yield a trial that is not exactly one of the three kinds."""
        kinds = ("withheld_share", "folds", "months")
        said = [name for name in kinds if getattr(self, name) is not None]
        if len(said) != 1:
            rule = "needs exactly one of withheld_share, folds (with fold) and months"
            yield Violation((said[1] if said else "control",), rule)
        if (self.fold is None) != (self.folds is None):
            missing = "fold" if self.fold is None else "folds"
            yield Violation((missing,), "is required: a fold needs fold and folds")
        elif self.fold is not None and self.folds is not None and self.fold >= self.folds:
            yield Violation(("fold",), f"must be below folds ({self.folds}): folds count from 0")
