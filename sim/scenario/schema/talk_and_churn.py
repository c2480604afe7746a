"""The behaviour section, second half: fairness, churn, growth and adoption, and the whole."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from sim.scenario.schema.fields import (
    LogWeight,
    Rate,
    Section,
    Share,
    Switchable,
    key,
)
from sim.scenario.schema.minds import (
    Contact,
    Expectation,
    Perception,
    Recovery,
    Satisfaction,
    Voice,
    Waiting,
)
from sim.scenario.schema.telling import Talk

__all__ = ["Adoption", "Behaviour", "Churn", "Fairness", "Growth", "all_switched_off"]

BOLTON = "Bolton 1998: proportional hazard in satisfaction; size assumed"
BASS = "Bass 1969; Sultan, Farley & Lehmann 1990 (p 0.03, q 0.38 a year); size assumed"


class ComparedTreatment(Section):
    """How much each part of what others are given counts where one is given less."""

    queue: Share = key(
        0.5,
        "Weight of being served later by rule: class, head start, pace, promise.",
        symbol="w_queue",
    )
    pool: Share = key(0.5, "Weight of being sent to a lesser pool.", symbol="w_pool")
    remedy: Share = key(
        0.5, "Weight of a smaller remedy, or one granted less often.", symbol="w_remedy"
    )
    manner: Share = key(0.5, "Weight of less courtesy and effort.", symbol="w_manner")


class Fairness(Section):
    """How being given less than others in a like case lowers trust."""

    within_tier: Rate = key(
        0.15,
        "Unfairness of a full shortfall against somebody not known to be of another tier.",
        symbol="within",
    )
    between_tiers: Rate = key(
        0.25,
        "Unfairness of a full shortfall against somebody known to be of another tier.",
        symbol="between",
        source="Larson 1987; Zhou & Soman 2008: first-order, size unknown; sweep it",
    )
    weights: ComparedTreatment = key(
        ComparedTreatment, "How much each part of what others are given counts."
    )
    memory_months: Rate = key(
        12.0, "How long one's own last contact of a kind is compared.", unit="months"
    )
    tells_tier: Share = key(
        0.25,
        "Share of stories that say the teller's tier, where tiers are neither secret nor known.",
        unit="share",
        plausible=(0.0, 0.5),
    )
    grievance_fade_per_month: Rate = key(
        0.1, "Rate at which a grievance fades.", unit="1/month", symbol="fade_g"
    )
    delight: Share = key(
        0.3,
        "Delight at a full privilege in the month in which it is granted.",
        plausible=(0.0, 0.6),
    )
    leak_per_year: Rate = key(0.0, "Rate at which secret tiers leak.", unit="1/year")
    leak_shock: Share = key(
        0.05, "Share of trust that everyone below the top tier loses at a leak.", unit="share"
    )
    published_shock: Share = key(
        0.02,
        "Share of trust that everyone below the top tier loses when tiers are published.",
        unit="share",
    )
    published_expectation: Share = key(
        0.05, "How much more the top tier expects than the last, where tiers are known."
    )
    demotion: Share = key(
        0.0,
        "Disappointment at falling to a lower tier, where tiers are known.",
        source="Wagner et al. 2009; size assumed",
    )


class Churn(Section):
    """The hazard that a customer leaves at a month's end."""

    natural_per_month: Rate = key(
        0.004,
        "Hazard of leaving for reasons outside the company.",
        unit="1/month",
        symbol="h_natural",
    )
    base_per_month: Rate = key(
        0.024,
        "Hazard of leaving dissatisfied where satisfaction and trust are 0.5.",
        unit="1/month",
        symbol="h0",
    )
    satisfaction: LogWeight = key(
        4.0, "Weight of satisfaction in the log hazard.", symbol="b_s", source=BOLTON
    )
    trust: LogWeight = key(2.5, "Weight of trust in the log hazard.", symbol="b_t")
    tenure: LogWeight = key(
        0.35,
        "Weight of ln(1 + years).",
        symbol="b_tenure",
        source="Fader & Hardie 2007: from the first year 0.29 to 0.75 in two segments over 8 years",
        plausible=(0.29, 0.75),
    )
    complained: LogWeight = key(
        0.0,
        "Log hazard added by a recent complaint; its sign changed since the 1970s.",
        symbol="b_complained",
        source="TARP; Rage Study 2020; Knox & van Oest 2014; sweep it",
        no_belief="studies differ in its sign, and say nothing of a hazard; 0 leaves it off",
    )
    lock_in: Rate = key(0.0, "Reduction of the log hazard by contracts and switching costs.", le=50)
    dismissal: Share = key(
        0.8,
        "Share of satisfaction lost by being dismissed, and strength of the story about it.",
        source="Haenlein & Kaplan 2010 on reactions; size assumed",
    )


class Growth(Section):
    """How share of wallet grows or shrinks with satisfaction and trust."""

    rate: Share = key(
        0.04,
        "Share of the distance to satisfaction x trust covered per month.",
        unit="1/month",
        symbol="grow",
    )
    joiner_share: Share = key(
        0.35, "Share of wallet of a new customer.", unit="share", symbol="w_join"
    )


class Adoption(Section):
    """How prospects come to enquire, and whether they then join."""

    spontaneous: Rate = key(
        0.008, "Hazard of enquiring unprompted.", unit="1/month", symbol="p", source=BASS
    )
    imitation: Rate = key(
        0.065,
        "Hazard added when all neighbours are customers, by what is seen and what is told.",
        unit="1/month",
        symbol="q",
        source=BASS,
    )
    talk_share: Share = key(
        0.5,
        "Share of imitation that is talk: recommendations prompt enquiries in its place, by "
        "`talk.shift_good` at 0.5 and in proportion else.",
        unit="share",
        source="Keaveney 1995, at second hand: half of those who switch found the new provider by "
        "word of mouth",
        plausible=(0.25, 0.75),
    )
    opinion: LogWeight = key(1.0, "Weight of opinion in the log hazard.", symbol="k")
    convert: Share = key(
        0.25, "Probability of joining after perfect service.", unit="probability", symbol="convert"
    )
    convert_without_service: Share = key(
        0.4,
        "Share of that probability left after the worst service.",
        unit="share",
        symbol="conv_base",
    )
    never_asks_share: Share = key(
        0.0, "Share of new customers who join without an enquiry.", unit="share"
    )
    offer_boost: Rate = key(
        1.0, "Share by which a newcomer discount of 100 percent raises the probability of joining."
    )


class Behaviour(Section):
    """What people feel, say and do; `none` switches a section off."""

    perception: Perception = key(Perception, "How good people perceive an encounter to be.")
    satisfaction: Switchable[Satisfaction] = key(
        Satisfaction, "How encounters change satisfaction."
    )
    expectation: Switchable[Expectation] = key(Expectation, "How encounters change expectation.")
    contact: Switchable[Contact] = key(Contact, "Trying again and calling back.")
    waiting: Switchable[Waiting] = key(Waiting, "Taking what is told while one waits.")
    voice: Switchable[Voice] = key(Voice, "Complaining, leaving at once, and learning from it.")
    recovery: Switchable[Recovery] = key(Recovery, "What a remedy restores.")
    talk: Switchable[Talk] = key(Talk, "Word of mouth.")
    fairness: Switchable[Fairness] = key(Fairness, "Envy of others who are treated better.")
    churn: Switchable[Churn] = key(Churn, "Leaving at a month's end.")
    growth: Switchable[Growth] = key(Growth, "Share of wallet.")
    adoption: Switchable[Adoption] = key(Adoption, "Enquiring and joining.")

    @model_validator(mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return all_switched_off() if value == "none" else value


def all_switched_off() -> dict[str, str]:
    """Return what `behaviour: none` stands for."""
    return {name: "none" for name in Behaviour.model_fields if name != "perception"}
