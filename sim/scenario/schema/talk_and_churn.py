"""The behaviour section, second half: talk, fairness, churn, growth and adoption."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from sim.scenario.schema.fields import Count, Minutes, Number, Rate, Section, Share, Switchable, key
from sim.scenario.schema.minds import (
    Contact,
    Expectation,
    Perception,
    Recovery,
    Satisfaction,
    Voice,
)

__all__ = ["Adoption", "Behaviour", "Churn", "Fairness", "Growth", "Talk", "all_switched_off"]

GOODMAN = "TARP: about 2:1; AmEx 2012: 24 told of a bad event against 15 of a good one"
BOLTON = "Bolton 1998: proportional hazard in satisfaction"
BASS = "Bass 1969; Sultan, Farley & Lehmann 1990 (p 0.03, q 0.38 a year)"


class Talk(Section):
    """Word of mouth: who tells, how many, how far, and what hearing does."""

    tells_bad: Rate = key(
        6.0, "Mean number told of a full disappointment.", unit="people", source=GOODMAN
    )
    tells_good: Rate = key(
        3.0, "Mean number told of a full delight.", unit="people", source=GOODMAN
    )
    chance_bad: Share = key(
        0.5, "Probability to tell of a bad moment past the threshold.", unit="probability"
    )
    chance_good: Share = key(
        0.5,
        "Probability to tell of a good moment past the threshold.",
        unit="probability",
        source="East, Hammond & Wright 2007: good talk is the more frequent; sweep it",
    )
    threshold: Share = key(0.25, "Disconfirmation past which a moment is worth telling.")
    retell: Share = key(0.10, "Probability that a hearer tells it on.", unit="probability")
    fade: Share = key(0.5, "Strength of a message told on, against the one heard.")
    delay_minutes: Minutes = key(2880.0, "Mean time until it is told.", unit="min")
    exposure_share: Share = key(0.02, "Share of an audience that sees a public post.", unit="share")
    cap: Count = key(200, "Most people whom one public post reaches.", unit="people", le=1_000_000)
    listen: Share = key(
        0.06,
        "Step of a non-customer's opinion at hearing a full message.",
        source="East, Hammond & Wright 2007: four times the effect on present users",
    )
    listen_customer: Share = key(
        0.02, "Step of a customer's satisfaction at hearing one.", symbol="listen_s"
    )
    forget_per_month: Share = key(
        0.03, "Share of opinion forgotten in a month.", unit="1/month", symbol="forget"
    )


class Fairness(Section):
    """What hearing of others' better treatment does to trust."""

    within_tier: Rate = key(
        0.15, "Unfairness of full regard to a teller of one's own tier.", symbol="within"
    )
    between_tiers: Rate = key(
        0.25,
        "Unfairness of full regard to a teller of another tier.",
        symbol="between",
        source="Larson 1987; Zhou & Soman 2008: first-order, size unknown; sweep it",
    )
    leak_per_year: Rate = key(0.0, "Rate at which the secret of tiers gets out.", unit="1/year")
    leak_shock: Share = key(
        0.05, "Share of trust that all below the top lose when it does.", unit="share"
    )
    published_shock: Share = key(
        0.02, "Share of trust that all below the top lose when tiers are published.", unit="share"
    )
    published_expectation: Share = key(
        0.05, "How much more the top tier expects than the last, where tiers are known."
    )
    demotion: Share = key(
        0.0, "Disappointment of losing a tier.", source="Wagner et al. 2009; size assumed"
    )
    regard_fade_per_month: Share = key(
        0.10, "Share of regard that fades in a month.", unit="1/month"
    )


class Churn(Section):
    """The hazard of leaving, at each month's end."""

    natural_per_month: Rate = key(
        0.004, "Hazard of leaving for no fault of the company.", unit="1/month", symbol="h_natural"
    )
    base_per_month: Rate = key(
        0.024, "Hazard at satisfaction and trust of a half.", unit="1/month", symbol="h0"
    )
    satisfaction: Number = key(
        4.0, "Weight of satisfaction in the log hazard.", symbol="b_s", source=BOLTON
    )
    trust: Number = key(2.5, "Weight of trust in the log hazard.", symbol="b_t")
    tenure: Number = key(
        0.35, "Weight of ln(1 + years).", symbol="b_tenure", source="Fader & Hardie 2007"
    )
    complained: Number = key(
        0.0,
        "Log hazard added by a recent complaint; its sign changed since the 1970s.",
        symbol="b_complained",
        source="TARP; Rage Study 2020; Knox & van Oest 2014; sweep it",
    )
    lock_in: Rate = key(0.0, "Log hazard taken off by contracts and switching costs.")
    dismissal: Share = key(
        0.8,
        "Share of satisfaction that being dismissed takes, and strength of the story told of it.",
        source="Haenlein & Kaplan 2010 on reactions; size assumed",
    )


class Growth(Section):
    """How share of wallet grows or shrinks with satisfaction and trust."""

    rate: Share = key(0.04, "Share of the way made in a month.", unit="1/month", symbol="grow")
    joiner_share: Share = key(0.35, "Share of wallet of a joiner.", unit="share", symbol="w_join")


class Adoption(Section):
    """How prospects come to ask, and asking turns to buying."""

    spontaneous: Rate = key(
        0.008, "Hazard to enquire of one's own accord.", unit="1/month", symbol="p", source=BASS
    )
    imitation: Rate = key(
        0.065,
        "Hazard added when all neighbours are customers.",
        unit="1/month",
        symbol="q",
        source=BASS,
    )
    opinion: Number = key(1.0, "Weight of opinion in the log hazard.", symbol="k")
    convert: Share = key(
        0.25, "Probability to join after perfect service.", unit="probability", symbol="convert"
    )
    convert_without_service: Share = key(
        0.4, "Share of that left after the worst service.", unit="share", symbol="conv_base"
    )
    never_asks_share: Share = key(0.0, "Share of joiners who join without asking.", unit="share")
    offer_boost: Rate = key(
        1.0, "Share by which a newcomer offer of everything would raise the chance to join."
    )


class Behaviour(Section):
    """What people feel, say and do; each section may be `none`, which switches it off."""

    perception: Perception = key(Perception, "How good a moment of truth is felt to be.")
    satisfaction: Switchable[Satisfaction] = key(Satisfaction, "What moments do to satisfaction.")
    expectation: Switchable[Expectation] = key(Expectation, "What moments do to expectation.")
    contact: Switchable[Contact] = key(Contact, "Trying again and calling back.")
    voice: Switchable[Voice] = key(Voice, "Complaining, leaving at once, and learning from it.")
    recovery: Switchable[Recovery] = key(Recovery, "What a remedy mends.")
    talk: Switchable[Talk] = key(Talk, "Word of mouth.")
    fairness: Switchable[Fairness] = key(Fairness, "Others' better treatment.")
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
