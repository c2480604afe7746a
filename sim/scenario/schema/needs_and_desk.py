"""The needs that people have and the desk that meets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Strict

from sim.errors import nearest
from sim.scenario.schema.distributions import Distribution, PatienceLaw
from sim.scenario.schema.fields import (
    REQUIRED,
    Count,
    Flag,
    Minutes,
    Name,
    Number,
    Rate,
    Section,
    Share,
    Spread,
    Switchable,
    Violation,
    key,
)
from sim.scenario.schema.opening_hours import Hours, Opening, always
from sim.scenario.schema.queue_news import Announce, CallbackOffer

__all__ = ["RESERVED_KINDS", "Breaks", "Desk", "Need", "Pool", "Shift", "default_needs"]

BANK = "Anonymous Bank call log, 1999: lognormal"
SKILLS = "Gans, Koole & Mandelbaum 2003, section 5"
HETEROGENEITY = "Gans, Liu, Mandelbaum, Shen & Ye 2010; Anonymous Bank call log, 1999: 0.33"

LEAST_SKILL, MOST_SKILL = 0.01, 10.0

MINUTES_A_WEEK = 7 * 24 * 60

MOST_SLOTS = 200_000
"""The most contacts that a pool can serve at once."""

RESERVED_KINDS = ("enquiry", "complaint")
"""Kinds of contact that are no need of a customer's."""

Names = Annotated[tuple[Name, ...], Strict(False)]


def _lognormal(mean: float) -> Distribution:
    return Distribution(mean=mean, cv=0.8)


class Need(Section):
    """A kind of need for which customers contact the company."""

    name: Name = key(REQUIRED, "Name of the kind.")
    share: Share = key(REQUIRED, "Share of all needs; the shares sum to 1.", unit="share")
    minutes: Distribution = key(REQUIRED, "Handling time.", unit="min", source=BANK)
    resolved: Share = key(
        REQUIRED, "Probability that it is resolved, if it can be met.", unit="probability"
    )
    product_fault: Flag = key(
        False, "Whether a product fault causes it, which complaints teach the company to remove."
    )
    is_return: Flag = key(
        False,
        "Whether it is a return or cancellation, which the observable `returns` counts.",
    )
    cost: Rate = key(
        0.0,
        "What each costs the company once it is resolved, such as a refund, besides the agent.",
        unit="currency",
        no_belief="the company knows what it pays",
    )
    patience_minutes: PatienceLaw | None = key(
        None,
        "Minutes that people are willing to wait with this need, times how patient a person is; "
        "it goes before a pool's.",
        unit="min",
        default_text="the pool's",
    )
    tolerable_wait_minutes: Minutes | None = key(
        None,
        "Wait with this need at which the score for a short wait has fallen to 1/e; it goes "
        "before a pool's.",
        unit="min",
        default_text="the pool's",
        gt=0,
    )

    def violations(self) -> Iterable[Violation]:
        """Yield a name that the model needs itself."""
        if self.name in RESERVED_KINDS:
            yield Violation(("name",), "is reserved for the contacts of that name; choose another")


def default_needs() -> tuple[Need, ...]:
    """Return the needs of a scenario that lists none."""
    minutes = _lognormal(9.0)
    return (
        Need(name="question", share=0.6, minutes=minutes, resolved=0.82),
        Need(name="fault", share=0.4, minutes=minutes, resolved=0.82, product_fault=True),
    )


class Shift(Section):
    """Agents who work the same hours."""

    agents: Count = key(REQUIRED, "How many agents work this shift.", unit="agents", le=100_000)
    hours: Hours = key(REQUIRED, "When, as in `opening`.")


class HandOn(Section):
    """Contacts that a pool hands on to a second line after its own part.

    A contact is handed on in the instant in which the first line's service ends, if the second line
    is open, or keeps contacts overnight, and is not full. Else it ends there, not resolved.
    """

    pool: Name = key(REQUIRED, "The second line, another pool.")
    share: Share = key(REQUIRED, "Share of the contacts served that are handed on.", gt=0)
    needs: Names | None = key(
        None,
        "Names of the needs, enquiry or complaint that may be handed on.",
        default_text="all",
    )
    minutes: Distribution | None = key(
        None,
        "Handling time at the second line.",
        unit="min",
        default_text="another draw from that of its kind",
    )


class Breaks(Section):
    """Paid breaks, which begin at random times and never interrupt a service."""

    # The types have no bounds of their own where these are tighter.
    share: Rate = key(
        0.0, "Share of the time on shift that agents are on break.", unit="share", le=0.5
    )
    minutes: Number = key(15.0, "How long a break is.", unit="min", ge=1, le=240)

    def violations(self) -> Iterable[Violation]:
        """Yield a length of breaks that nobody takes."""
        if "minutes" in self.model_fields_set and "share" not in self.model_fields_set:
            yield Violation(("share",), "is required: without it nobody takes a break")


class Pool(Section):
    """Agents who serve the same queue."""

    agents: Count = key(
        0,
        "How many agents; with shifts, their sum.",
        unit="agents",
        default_text="none: write it, or shifts",
        le=100_000,
    )
    wage_per_hour: Rate = key(25.0, "Wage of an agent.", unit="currency/hour")
    opening: Hours | None = key(None, "When this pool is open.", default_text="the desk's")
    shifts: Annotated[tuple[Shift, ...], Strict(False)] = key((), "Shifts, instead of agents.")
    serves: Names | None = key(
        None,
        "Names of needs, enquiry or complaint; [] serves only what a policy or a pool sends there.",
        default_text="all that no other pool serves",
    )
    helps: Names = key(
        (), "Pools whose queues it serves when its own is empty: of all of them, who goes first."
    )
    overflow: Name | None = key(None, "Pool that takes over a contact that waited too long.")
    overflow_minutes: Minutes | None = key(
        None, "Wait after which a contact overflows; 0: at once, if no agent is idle.", unit="min"
    )
    hands_on_to: HandOn | None = key(
        None, "What it hands on to a second line after its own part.", default_text="nothing"
    )
    hand_over_minutes: Minutes | None = key(
        None,
        "Extra handling time when a shift ends and a colleague takes over the contact in hand.",
        unit="min",
        default_text="nothing is handed over: the agent finishes",
        source="declared assumption",
    )
    queue_limit: Count | None = key(
        None,
        "Largest number of contacts in the queue; further ones are blocked.",
        default_text="no limit",
        le=1_000_000_000,
    )
    concurrency: Count = key(1, "Contacts that an agent serves at once (chat).", ge=1, le=1000)
    keeps_overnight: Flag = key(
        False, "Whether contacts queued at closing wait for the next opening (mail) or are lost."
    )
    patience_minutes: PatienceLaw | None = key(
        None,
        "Minutes that people are willing to wait when they join this queue, times how patient a "
        "person is.",
        unit="min",
        default_text="people.patience_minutes",
    )
    tolerable_wait_minutes: Minutes | None = key(
        None,
        "Wait at this pool at which the score for a short wait has fallen to 1/e.",
        unit="min",
        default_text="behaviour.perception.tolerable_wait_minutes",
        gt=0,
    )
    announce: Switchable[Announce] = key(
        None, "The expected wait, announced to whoever joins this queue."
    )
    callback_offer: Switchable[CallbackOffer] = key(
        None, "The offer to be called back when one's turn comes."
    )

    skills: dict[Name, Rate] = key(
        dict,
        "How fast its agents are at a kind of contact, 1 as usual, 0 if they cannot do it.",
        source=SKILLS,
    )
    speed_cv: Spread = key(
        0.0,
        "Coefficient of variation over agents of the time that each takes for the same work.",
        symbol="cv_agent",
        source=HETEROGENEITY,
        le=2,
    )
    quality_sd: Rate = key(
        0.0,
        "Standard deviation over agents of the log odds that a need is resolved.",
        unit="log odds",
        le=3,
    )
    shrinkage: Share = key(
        0.0,
        "Share of working days on which an agent is absent: ill, on leave or in training.",
        unit="share",
        lt=1,
    )
    shrinkage_paid: Flag = key(True, "Whether absent agents are paid.")
    breaks: Breaks = key(Breaks, "Breaks on shift.")

    def fill_defaults(self) -> None:
        """Count the agents of the shifts."""
        if self.shifts:
            self._set("agents", sum(shift.agents for shift in self.shifts))

    def violations(self) -> Iterable[Violation]:
        """Yield agents told twice or never, and an overflow that is only half there."""
        if self.shifts and "agents" in self.model_fields_set:
            yield Violation(("agents",), "follows from the shifts; leave out one of the two")
        if not self.shifts and "agents" not in self.model_fields_set:
            yield Violation(("agents",), "is required")
        if (self.overflow is None) != (self.overflow_minutes is None):
            missing = "overflow" if self.overflow is None else "overflow_minutes"
            yield Violation((missing,), "is required: overflow and overflow_minutes go together")
        if self.callback_offer and self.callback_offer.when == "announced" and not self.announce:
            rule = "needs `announce`, as no wait is announced here; or write when: elapsed"
            yield Violation(("callback_offer", "when"), rule)
        if self.agents * self.concurrency > MOST_SLOTS:
            rule = f"times the pool's agents must be at most {MOST_SLOTS:,} contacts at once"
            yield Violation(("concurrency",), rule)
        for kind, skill in self.skills.items():
            if 0 < skill < LEAST_SKILL or skill > MOST_SKILL:
                rule = f"must be 0, or {LEAST_SKILL:g} to {MOST_SKILL:g}"
                yield Violation(("skills", kind), rule)
        if not (self.shrinkage_paid or "shrinkage" in self.model_fields_set):
            yield Violation(("shrinkage_paid",), "says nothing without shrinkage; write that too")

    def as_written(self) -> object:
        """Return the pool as written, with agents or shifts but not both."""
        data = super().as_written()
        if isinstance(data, dict):
            data.pop("agents" if self.shifts else "shifts")
        return data


class Desk(Section):
    """Where contacts wait and are served."""

    opening: Opening = key(
        always, "When the desk is open: `always`, days with hours, or 168 hourly weights."
    )
    day_cv: Spread = key(
        0.0,
        "Coefficient of variation of the gamma factor that makes days busy or quiet.",
        source="Anonymous Bank call log, 1999: about 0.12",
    )
    enquiry_minutes: Distribution = key(
        lambda: _lognormal(6.0), "Handling time of a prospect's enquiry.", unit="min"
    )
    enquiry_resolved: Share = key(
        0.9,
        "Probability that a prospect's enquiry is answered for good.",
        unit="probability",
    )
    complaint_minutes: Distribution = key(
        lambda: _lognormal(12.0), "Handling time of a complaint.", unit="min"
    )
    answer_within_seconds: Annotated[tuple[Count, ...], Strict(False)] = key(
        (),
        "Limits, in whole seconds from 1: each n gives the measure `answered_within_<n>s`.",
        unit="s",
        source="Gans, Koole & Mandelbaum 2003; 80% within 20 s is the custom",
    )
    pools: dict[Name, Pool] = key(lambda: {"frontline": Pool(agents=4)}, "Pools of agents by name.")

    def violations(self) -> Iterable[Violation]:
        """Yield limits told twice, pools that are not there, and ways in a circle."""
        for i, seconds in enumerate(self.answer_within_seconds):
            yield from _limit_violations(self.answer_within_seconds, i, seconds)
        if not self.pools:
            yield Violation(("pools",), "must have at least one pool")
        for name, pool in self.pools.items():
            for i, other in enumerate(pool.helps):
                yield from self._other_pool(name, ("helps", i), other)
            if pool.overflow is not None:
                yield from self._other_pool(name, ("overflow",), pool.overflow)
            if pool.hands_on_to is not None:
                yield from self._other_pool(name, ("hands_on_to", "pool"), pool.hands_on_to.pool)
        yield from self._circles()
        yield from self._endless_shifts()
        yield from self._vain_hand_overs()

    def _endless_shifts(self) -> Iterable[Violation]:
        """Yield absence by the day in pools whose agents' working day never ends."""
        for name, pool in self.pools.items():
            if pool.shrinkage > 0 and any(map(_never_ends, self._working_hours(pool))):
                rule = "needs working days that end: give the pool opening hours or shifts"
                yield Violation(("pools", name, "shrinkage"), rule)

    def _working_hours(self, pool: Pool) -> list[Opening]:
        return [shift.hours for shift in pool.shifts] or [pool.opening or self.opening]

    def _vain_hand_overs(self) -> Iterable[Violation]:
        """Yield hand-overs in pools whose agents and helpers all go off together."""
        for name, pool in self.pools.items():
            takers = [pool, *(other for other in self.pools.values() if name in other.helps)]
            hours = [_bounds(theirs) for one in takers for theirs in self._working_hours(one)]
            if pool.hand_over_minutes is not None and all(theirs == hours[0] for theirs in hours):
                rule = "needs shifts or helpers with other hours: here all agents go off together"
                yield Violation(("pools", name, "hand_over_minutes"), rule)

    def _other_pool(self, name: str, at: tuple[str | int, ...], other: str) -> Iterable[Violation]:
        path = ("pools", name, *at)
        if other == name:
            yield Violation(path, "must name another pool than itself")
        elif other not in self.pools:
            yield Violation(path, "is not a pool of this desk", nearest(other, self.pools))

    def _circles(self) -> Iterable[Violation]:
        overflows = {name: pool.overflow for name, pool in self.pools.items()}
        second = {
            name: None if pool.hands_on_to is None else pool.hands_on_to.pool
            for name, pool in self.pools.items()
        }
        yield from _told_circles(overflows, ("overflow",), "overflows")
        yield from _told_circles(second, ("hands_on_to", "pool"), "hands on")


def _limit_violations(limits: tuple[int, ...], i: int, seconds: int) -> Iterable[Violation]:
    path = ("answer_within_seconds", i)
    if seconds < 1:
        yield Violation(path, "must be at least 1; `delayed` has the share that waits at all")
    if seconds in limits[:i]:
        yield Violation(path, "is listed already")


def _told_circles(
    targets: Mapping[str, str | None], key: tuple[str, ...], does: str
) -> Iterable[Violation]:
    for name in targets:
        circle = _circle(name, targets)
        # Told once, at its alphabetically first pool; a pool onto itself is told elsewhere.
        if len(circle) > 1 and name == min(circle):
            rule = f"{does} in a circle: {' > '.join([*circle, name])}"
            yield Violation(("pools", name, *key), rule)


def _bounds(hours: Opening) -> tuple[set[int], set[int]]:
    """Return when hours begin and end; a new weight alone is neither."""
    starts = {start for start, _, _ in hours.windows()}
    ends = {end for _, end, _ in hours.windows()}
    return starts - ends, ends - starts


def _never_ends(hours: Opening) -> bool:
    return sum(end - start for start, end, _ in hours.windows()) >= MINUTES_A_WEEK


def _circle(name: str, targets: Mapping[str, str | None]) -> list[str]:
    """Return the pools on the way from a pool back to itself, or none if there is no way."""
    trail: list[str] = []
    pool: str | None = name
    while pool is not None and pool not in trail:
        trail.append(pool)
        pool = targets.get(pool)
    return trail if pool == name else []
