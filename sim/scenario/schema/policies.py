"""The policies section: who you are to us, and what you then get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Strict

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
    Slip,
    Text,
    key,
)
from sim.scenario.schema.policy_terms import Dismiss, Escalate, Mend, Offers, OwnPool

__all__ = [
    "DEFAULT_ENTITLEMENT",
    "Entitlement",
    "Observable",
    "Policy",
    "Ruling",
    "Service",
    "Tier",
    "VoiceName",
]

Observable = Literal[
    "spend",
    "recent_revenue",
    "lifetime_revenue",
    "recent_cost",
    "lifetime_cost",
    "tenure",
    "audience",
    "contacts",
    "complaints",
    "favourite",
    "referrals",
    "returns",
    "strikes",
    "paying",
]
"""What the company can see of a customer; the order is that of the weights in a policy's tables."""

VoiceName = Literal["polite", "angry", "public"]

KLEINROCK = "Kleinrock 1964; Stanford, Taylor & Ziedins 2014: accumulating priority"


class Service(Section):
    """What a contact gets at the desk. A key left out is inherited."""

    rank_class: Count | None = key(
        None,
        "Class in the queue: a smaller one is served strictly first; 0 is the front.",
        alias="class",
        shown="inherited, at last 2",
        le=9,
    )
    head_start_minutes: Minutes | None = key(
        None,
        "Minutes of waiting credited on arrival, within the class.",
        unit="min",
        shown="inherited, at last 0",
    )
    pace: Rate | None = key(
        None,
        "How fast waiting counts, within the class.",
        shown="inherited, at last 1",
        source=KLEINROCK,
    )
    pool: Name | None = key(
        None, "Pool that serves it.", shown="inherited, at last the pool that serves its kind"
    )
    effort: Positive | None = key(
        None,
        "Multiplier of handling time, which raises the chance of resolution.",
        shown="inherited, at last 1",
    )
    courtesy: Share | None = key(None, "Courtesy shown.", shown="inherited, at last 0.85")
    wait_promise_minutes: Minutes | None = key(
        None,
        "Wait after which it joins the front class.",
        unit="min",
        shown="inherited, at last no promise",
    )
    ignore: Flag | None = key(
        None, "Whether the contact is never even queued.", shown="inherited, at last false"
    )


class Ruling(Service):
    """What a complaint gets. A key left out is inherited."""

    remedy: Rate | None = key(
        None,
        "Remedy of a complaint granted, in months of this person's spend.",
        unit="months",
        symbol="r",
        shown="inherited, at last 0.25",
    )
    remedy_amount: Rate | None = key(
        None, "Remedy in money, besides.", unit="currency", shown="inherited, at last 0"
    )
    lenient: Share | None = key(
        None,
        "Probability that an unjustified complaint is granted too.",
        unit="probability",
        shown="inherited, at last 0.2",
    )
    explain: Flag | None = key(
        None, "Whether a refusal is explained.", shown="inherited, at last true"
    )


class Entitlement(Ruling):
    """What customers get. A key left out is inherited."""

    privilege: Share | None = key(
        None, "How well treated this is seen to be, by others.", shown="inherited, at last 0"
    )


DEFAULT_ENTITLEMENT = Entitlement(
    rank_class=2,
    head_start_minutes=0.0,
    pace=1.0,
    effort=1.0,
    courtesy=0.85,
    remedy=0.25,
    remedy_amount=0.0,
    lenient=0.2,
    explain=True,
    ignore=False,
    privilege=0.0,
)
"""What everybody gets where a policy says nothing: no pool of their own, no promise."""


class Tier(Entitlement):
    """Customers who rank alike, and what they get."""

    name: Name = key(REQUIRED, "Name of the tier.")
    top_share: Share | None = key(
        None,
        "Cut: this share of all customers, the best by score who are in no earlier tier.",
        unit="share",
        gt=0,
    )
    min_score: Number | None = key(
        None, "Cut: the customers with at least this score who are in no earlier tier."
    )


class Policy(Section):
    """Who you are to the company, and what you then get."""

    describe: Text = key("", "Who argues for it, in a sentence.")
    python: Text | None = key(
        None,
        "Python class, as `module:Class`, for what data cannot say; needs --allow-code.",
        shown="none",
    )
    score: dict[Observable, Number] = key(
        dict, "Weight of what the company sees, each as rank among customers (0 to 1)."
    )
    review_months: Count = key(3, "Months between reviews of tiers.", unit="months", ge=1, le=1200)
    secrecy: Literal["none", "secret", "published"] = key(
        "none",
        "Whether tiers are kept secret, which may leak, or published; else they show by talk only.",
    )
    overrule: Flag = key(False, "Whether the complaints desk reverses a frontline no.")
    everyone: Entitlement = key(Entitlement, "What everybody gets.")
    tiers: Annotated[tuple[Tier, ...], Strict(False)] = key(
        (), "Tiers, best first; the last takes the rest."
    )
    enquiries: Service = key(Service, "What prospects get.")
    voices: dict[VoiceName, Ruling] = key(
        dict, "What complaints get, over the tier's, by voice: polite, angry, public."
    )
    pools: dict[Name, OwnPool] = key(
        dict, "Pools that this policy forms of the desk's agents, where the desk has none so named."
    )
    dismiss: Dismiss = key(Dismiss, "Whom the company dismisses.")
    offers: Offers = key(Offers, "What the company gives unasked.")
    escalate: Escalate = key(Escalate, "Whose contacts go to another pool at once.")
    mend: Mend = key(Mend, "Product faults that the company mends of its own accord.")

    def cuts(self) -> bool:
        """Return whether any tier is cut by share or score."""
        return any(t.top_share is not None or t.min_score is not None for t in self.tiers)

    def slips(self) -> Iterable[Slip]:
        """Yield tiers that are cut wrongly."""
        yield from _name_slips(self.tiers)
        if self.python is not None and not self.score and not self.cuts():
            return  # Python says who is in which tier
        if self.tiers and not any(self.score.values()):
            rule = "needs a weight other than 0 where there are tiers"
            yield Slip(("score",) if self.score else ("tiers",), f"score {rule}")
        for i, tier in enumerate(self.tiers):
            yield from _cut_slips(i, tier, last=i == len(self.tiers) - 1)
        yield from _order_slips(self.tiers)

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


def _name_slips(tiers: tuple[Tier, ...]) -> Iterable[Slip]:
    names = [tier.name for tier in tiers]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Slip(("tiers", i, "name"), "is the name of an earlier tier")


def _cut_slips(i: int, tier: Tier, *, last: bool) -> Iterable[Slip]:
    """Yield a tier without its one cut, or a last tier with a cut."""
    cuts = [name for name in ("top_share", "min_score") if getattr(tier, name) is not None]
    if last and cuts:
        rule = "must be left out of the last tier, which takes the rest"
        yield Slip(("tiers", i, cuts[0]), rule)
    elif not last and len(cuts) != 1:
        rule = "needs exactly one of top_share and min_score; only the last tier has neither"
        yield Slip(("tiers", i), rule)


def _order_slips(tiers: tuple[Tier, ...]) -> Iterable[Slip]:
    """Yield cuts that leave a tier empty because those before it take everybody."""
    share, score = 0.0, float("inf")
    for i, tier in enumerate(tiers[:-1]):
        share += tier.top_share or 0.0
        if tier.top_share is not None and share > 1 + 1e-9:
            yield Slip(("tiers", i, "top_share"), "must leave the shares of all tiers at most 1")
        if tier.min_score is not None and tier.min_score >= score:
            yield Slip(("tiers", i, "min_score"), "must be below that of the tiers before")
        score = min(score, score if tier.min_score is None else tier.min_score)
