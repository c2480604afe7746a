"""The policies section: how customers are ranked, and what each then gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Strict

from sim.errors import nearest
from sim.measures.policy_names import Placebo
from sim.scenario.mechanisms import GROUPS, MECHANISMS
from sim.scenario.schema.fields import (
    REQUIRED,
    Count,
    Flag,
    Minutes,
    Name,
    Number,
    Positive,
    Rate,
    Section,
    Share,
    Text,
    Violation,
    key,
    plain,
)
from sim.scenario.schema.observables import ObservableName
from sim.scenario.schema.policy_terms import (
    Abuse,
    Dismiss,
    Escalate,
    Mend,
    Offers,
    OwnPool,
    Trial,
)

__all__ = [
    "DEFAULT_ENTITLEMENT",
    "FAVOURS",
    "QUEUE_KEYS",
    "Entitlement",
    "Policy",
    "Ruling",
    "Service",
    "Tier",
    "VoiceName",
]

VoiceName = Literal["polite", "angry", "public"]

KLEINROCK = "Kleinrock 1964; Stanford, Taylor & Ziedins 2014: accumulating priority"


FAVOURS = ("priority", "care", "generosity", "dismissal")
"""What a policy may do without, beside mechanisms: what it does for whom it chooses."""

QUEUE_KEYS = ("rank_class", "head_start_minutes", "pace")
"""The entitlements that decide who is served next; together they make a queue class."""


def entitlement(default: Any, description: str, *, default_text: str = "", **declared: Any) -> Any:
    """Declare what a policy can give: a key that is inherited where it is left out.

    Parameters
    ----------
    default : object
        What everybody gets where no policy says anything; None where that is no single value.
    description : str
        One sentence.
    default_text : str
        How to show a default of None.
    **declared
        As of `key`.
    """
    text = default_text or str(plain(default)).lower().removesuffix(".0")
    return key(
        None, description, default_text=f"inherited, at last {text}", at_last=default, **declared
    )


class Service(Section):
    """What a contact gets at the desk. A key left out is inherited."""

    rank_class: Count | None = entitlement(
        2,
        "Class in the queue: a smaller one is served strictly first; 0 is the front.",
        alias="class",
        le=9,
    )
    head_start_minutes: Minutes | None = entitlement(
        0.0, "Minutes of waiting credited on arrival, within the class.", unit="min"
    )
    pace: Rate | None = entitlement(
        1.0, "How fast waiting counts, within the class.", source=KLEINROCK
    )
    pool: Name | None = entitlement(
        None, "Pool that serves it.", default_text="the pool that serves its kind"
    )
    effort: Positive | None = entitlement(
        1.0, "Multiplier of handling time, which raises the probability of resolution."
    )
    courtesy: Share | None = entitlement(0.85, "Courtesy shown.")
    wait_promise_minutes: Minutes | None = entitlement(
        None,
        "Promised wait while the pool is open; a contact that waits longer joins the front class.",
        unit="min",
        default_text="no promise",
    )
    ignore: Flag | None = entitlement(False, "Whether the contact is turned away without queueing.")


class Ruling(Service):
    """What a complaint gets. A key left out is inherited."""

    remedy: Rate | None = entitlement(
        0.25,
        "Remedy of a complaint granted, in months of this person's spend.",
        unit="months",
        symbol="r",
    )
    remedy_amount: Rate | None = entitlement(0.0, "Further remedy, in money.", unit="currency")
    lenient: Share | None = entitlement(
        0.0,  # luck in rulings would be no part of what a policy says, and differ from `equal`
        "Probability that an unjustified complaint is granted too; drawn anew for a second one.",
        unit="probability",
    )
    explain: Flag | None = entitlement(True, "Whether a refusal is explained.")


class Entitlement(Ruling):
    """What customers get. A key left out is inherited."""

    proactive_after_minutes: Minutes | None = entitlement(
        None,
        "Wait, over all attempts, after which a remedy is paid unasked when the need ends.",
        unit="min",
        default_text="never",
        source="Cohen, Fiszer & Kim 2022",
    )
    proactive_after_failure: Flag | None = entitlement(
        False, "Whether a remedy is paid unasked for a need that could be met and was not."
    )
    proactive_remedy: Rate | None = entitlement(
        0.0, "Remedy paid unasked, in months of this person's spend.", unit="months"
    )
    proactive_amount: Rate | None = entitlement(
        0.0, "Further remedy paid unasked, in money.", unit="currency"
    )
    privilege: Share | None = entitlement(
        0.0,
        "Privilege, such as an upgrade: it pleases its owner when granted, and others may envy it.",
    )
    price: Positive | None = entitlement(
        1.0,
        "Multiplier of the bill: a price plan of one's own. Only a rival makes people mind it.",
        ge=0.01,
        le=100,
    )


def _at_last() -> dict[str, Any]:
    """Return the declared default of every entitlement."""
    declared: dict[str, Any] = {
        name: field.json_schema_extra for name, field in Entitlement.model_fields.items()
    }
    return {name: extra.get("at_last") for name, extra in declared.items()}


DEFAULT_ENTITLEMENT = Entitlement(**_at_last())
"""What everybody gets where a policy says nothing: no pool of their own, no promise."""


class Tier(Entitlement):
    """Customers who rank alike, and what they get."""

    name: Name = key(REQUIRED, "Name of the tier.")
    top_share: Share | None = key(
        None,
        "Cut by share: the best-scored customers not in an earlier tier, as a share of all.",
        unit="share",
        gt=0,
    )
    min_score: Number | None = key(
        None, "Cut by score: the customers not in an earlier tier with at least this score."
    )


class Policy(Section):
    """How the company ranks customers, and what each then gets."""

    describe: Text = key("", "Who argues for it, in a sentence.")
    python: Text | None = key(
        None,
        "Python class, as `module:Class`, for what data cannot say; needs --allow-code.",
        default_text="none",
    )
    placebo: Placebo = key(
        "none",
        "Whether people are chosen by somebody else's merits: one of all customers (`people`) or "
        "of those who make contact about as often (`load`).",
    )
    without: Annotated[tuple[Name, ...], Strict(False)] = key(
        (),
        "Mechanisms of the model that are switched off where this policy runs, or favours "
        "(priority, care, generosity, dismissal) that it withholds from whom it chooses.",
    )
    score: dict[ObservableName, Number] = key(
        dict, "Weight of each observable, which counts as a rank among customers (0 to 1)."
    )
    review_months: Count = key(3, "Months between reviews of tiers.", unit="months", ge=1, le=1200)
    secrecy: Literal["none", "secret", "published"] = key(
        "none",
        "Whether tiers are secret, which may leak, or published; by default only talk shows them.",
    )
    overrule: Flag = key(False, "Whether the complaints desk may reverse an agent's refusal.")
    everyone: Entitlement = key(Entitlement, "What everybody gets.")
    tiers: Annotated[tuple[Tier, ...], Strict(False)] = key(
        (), "Tiers, best first; the last takes the rest."
    )
    enquiries: Service = key(Service, "What prospects get.")
    voices: dict[VoiceName, Ruling] = key(
        dict, "What complaints get, over the tier's, by voice: polite, angry, public."
    )
    pools: dict[Name, OwnPool] = key(
        dict,
        "Pools that this policy forms from the desk's agents, unless the desk has them.",
    )
    dismiss: Dismiss = key(Dismiss, "Whom the company dismisses.")
    offers: Offers = key(Offers, "What the company gives unasked.")
    abuse: Abuse = key(Abuse, "How abusive complaints are met.")
    # A number of months has a bound of its own, and this one is tighter.
    window_months: Number = key(
        12.0,
        "Months after which 63% of past contacts, complaints, returns and repeats are forgotten "
        "in scores.",
        unit="months",
        ge=1,
        le=1200,
    )
    escalate: Escalate = key(Escalate, "Whose contacts go to another pool at once.")
    mend: Mend = key(Mend, "Product faults that the company removes unprompted.")
    trial: Trial | None = key(
        None,
        "Who is kept out of this policy, as in a field experiment.",
        default_text="nobody",
        source="Hudgens & Halloran 2008, doi:10.1198/016214508000000292",
    )

    def cuts(self) -> bool:
        """Return whether any tier is cut by share or score."""
        return any(t.top_share is not None or t.min_score is not None for t in self.tiers)

    def targets(self) -> bool:
        """Return whether the policy chooses among customers, so that it has a placebo."""
        dismisses = self.dismiss.strikes is not None or self.dismiss.cost_ratio is not None
        loyalty = self.offers.loyalty is not None
        return self.cuts() or dismisses or loyalty or bool(self.voices) or self.escalate.below > 0

    def violations(self) -> Iterable[Violation]:
        """Yield tiers that are cut wrongly, and controls that are none."""
        yield from self._control_violations()
        yield from _name_violations(self.tiers)
        if self.python is not None and not self.score and not self.cuts():
            return  # Python says who is in which tier
        if self.tiers and not any(self.score.values()):
            rule = "needs a weight other than 0 where there are tiers"
            yield Violation(("score",) if self.score else ("tiers",), f"score {rule}")
        for i, tier in enumerate(self.tiers):
            yield from _cut_violations(i, tier, last=i == len(self.tiers) - 1)
        yield from _order_violations(self.tiers)

    def _control_violations(self) -> Iterable[Violation]:
        if self.placebo != "none" and self.python is not None:
            yield Violation(("placebo",), "must be none: Python chooses by rules of its own")
        elif self.placebo != "none" and not self.targets():
            rule = "must be none: this policy chooses nobody, so it would be its own placebo"
            yield Violation(("placebo",), rule)
        for i, name in enumerate(self.without):
            if name not in (*MECHANISMS, *GROUPS, *FAVOURS):
                hint = nearest(name, [*MECHANISMS, *GROUPS, *FAVOURS])
                rule = "is not a mechanism of the model, nor a favour of a policy"
                yield Violation(("without", i), rule, hint)

    def tier_names(self) -> tuple[str, ...]:
        """Return the names of the tiers: that of everybody's where there are none."""
        return tuple(tier.name for tier in self.tiers) or ("everyone",)

    def routes(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield the path and the name of every pool that the policy sends contacts to."""
        for path, given in self.entitlements():
            if given.pool is not None:
                yield (*path, "pool"), given.pool
        if self.escalate.pool is not None:
            yield ("escalate", "pool"), self.escalate.pool

    def entitlements(self) -> Iterator[tuple[tuple[str | int, ...], Service]]:
        """Yield the path and the entitlement of everyone, each tier, enquiries and each voice."""
        yield ("everyone",), self.everyone
        yield from ((("tiers", i), tier) for i, tier in enumerate(self.tiers))
        yield ("enquiries",), self.enquiries
        yield from ((("voices", voice), given) for voice, given in self.voices.items())


def _name_violations(tiers: tuple[Tier, ...]) -> Iterable[Violation]:
    names = [tier.name for tier in tiers]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Violation(("tiers", i, "name"), "is the name of an earlier tier")


def _cut_violations(i: int, tier: Tier, *, last: bool) -> Iterable[Violation]:
    """Yield a tier without its one cut, or a last tier with a cut."""
    cuts = [name for name in ("top_share", "min_score") if getattr(tier, name) is not None]
    if last and cuts:
        rule = "must be left out of the last tier, which takes the rest"
        yield Violation(("tiers", i, cuts[0]), rule)
    elif not last and len(cuts) != 1:
        rule = "needs exactly one of top_share and min_score; only the last tier has neither"
        yield Violation(("tiers", i), rule)


def _order_violations(tiers: tuple[Tier, ...]) -> Iterable[Violation]:
    """Yield cuts that leave a tier empty because those before it take everybody."""
    share, score = 0.0, float("inf")
    for i, tier in enumerate(tiers[:-1]):
        share += tier.top_share or 0.0
        if tier.top_share is not None and share > 1 + 1e-9:
            yield Violation(
                ("tiers", i, "top_share"), "must keep the sum of all tiers' shares at or below 1"
            )
        if tier.min_score is not None and tier.min_score >= score:
            yield Violation(("tiers", i, "min_score"), "must be below that of the tiers before")
        score = min(score, score if tier.min_score is None else tier.min_score)
