"""Talk, a section of behaviour: word of mouth."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from sim.scenario.schema.fields import (
    Count,
    LogWeight,
    Minutes,
    Rate,
    Section,
    Share,
    Violation,
    key,
    raise_violations,
)

__all__ = ["Talk"]

AMEX = "AmEx 2012 (USA): 24 are told of a bad event, 15 of a good one; 16 and 9 in 2011"
LEVEL = (
    "the ratio of the two: AmEx 2012 (USA), 56% always tell of bad service and 47% of good; the "
    "level is set so that talk brings its share of imitation in scenarios/broadband.yaml under "
    "`equal`, which is then no evidence for the model"
)
SHIFT = "East, Hammond & Lomax 2008: {} in the mean, at second hand"
CURRENT = "East et al. on currently used brands: {} as much on buying as on staying"

_REMOVED = {
    "threshold": "telling is a smooth probability; use `strength`, `chance_bad` and `chance_good`",
    "listen": "a story shifts a decision once; use `shift_good` and `shift_bad`",
    "listen_customer": "a story shifts a decision once; use `shift_good_customer` and "
    "`shift_bad_customer`",
}


class Talk(Section):
    """Word of mouth: who tells, how many hear, how far it goes, and what hearing does."""

    tells_bad: Rate = key(
        24.0,
        "Mean number of people told of a bad event by who tells of it, ties first.",
        unit="people",
        source=AMEX,
        plausible=(16.0, 24.0),
    )
    tells_good: Rate = key(
        15.0,
        "Mean number of people told of a good event by who tells of it, ties first.",
        unit="people",
        source=AMEX,
        plausible=(9.0, 15.0),
    )
    tells_sigma: Rate = key(
        1.5,
        "Standard deviation of the logarithm of the number told; 0 tells everybody the mean.",
        symbol="sigma",
        source="declared assumption: then the median is 5 of 15 and 8 of 24; surveys have about 6; "
        "plausible 1 to 2",
        le=2,
    )
    acquaintances: Share = key(
        1.0,
        "Share of those told beyond one's ties who are found among all people; 0 tells ties only.",
        unit="share",
    )
    chance_bad: Share = key(
        0.1,
        "Probability of telling of a bad event of strength 0.5, at satisfaction 0.5.",
        unit="probability",
        source=LEVEL,
        plausible=(0.05, 0.18),
    )
    chance_good: Share = key(
        0.09,
        "Probability that a newcomer tells of a good event of strength 0.5, at satisfaction 0.5.",
        unit="probability",
        source=LEVEL,
        plausible=(0.05, 0.16),
    )
    strength: LogWeight = key(
        8.0,
        "Weight of an event's strength in the log odds of telling of it.",
        symbol="b_v",
        source="declared assumption; plausible 4 to 16",
    )
    satisfaction: LogWeight = key(
        8.0,
        "Weight of satisfaction in the log odds of telling of good events, and against bad ones.",
        symbol="b_s",
        source="East, Hammond & Wright 2007: good talk is 3 times as frequent; the weight is set "
        "to that in scenarios/broadband.yaml under `equal`, then no evidence for the model",
        plausible=(4.0, 16.0),
    )
    tenure: LogWeight = key(
        0.2,
        "Weight of ln(1 + years as a customer) in the log odds of telling of good events.",
        symbol="b_y",
        source="declared assumption; plausible 0 to 0.4",
    )
    retell: Share = key(
        0.02,
        "Probability that a hearer retells it, to as many people as who began it.",
        unit="probability",
        source="declared assumption; plausible 0 to 0.04; past 1 / tells_bad stories never end",
    )
    fade: Share = key(0.5, "Strength of a retold message, as a share of the one heard.")
    delay_minutes: Minutes = key(2880.0, "Mean time until it is told.", unit="min")
    exposure_share: Share = key(0.02, "Share of an audience that sees a public post.", unit="share")
    cap: Count = key(
        200, "Largest number of people whom one public post reaches.", unit="people", le=1_000_000
    )
    shift_good: Share = key(
        0.2,
        "Shift of the probability to ask or join by a good story of typical strength.",
        unit="probability",
        source=SHIFT.format("+0.20"),
        plausible=(0.1, 0.4),
    )
    shift_bad: Share = key(
        0.1,
        "Share of the probability to ask or join that a bad story of typical strength takes away.",
        unit="probability",
        source=SHIFT.format("-0.1"),
        plausible=(0.05, 0.25),
    )
    shift_good_customer: Share = key(
        0.1,
        "Share of the probability to leave that a good story of typical strength takes away.",
        unit="probability",
        source=CURRENT.format("twice"),
        plausible=(0.05, 0.2),
    )
    shift_bad_customer: Share = key(
        0.025,
        "Share of the probability to stay that a bad story of typical strength takes away.",
        unit="probability",
        source=CURRENT.format("over 4 times"),
        plausible=(0.012, 0.05),
    )
    typical_good: Share = key(
        0.2, "Mean strength of good stories, to which `shift_good` belongs.", ge=0.001
    )
    typical_bad: Share = key(
        0.35, "Mean strength of bad stories, to which `shift_bad` belongs.", ge=0.001
    )
    conviction: Share = key(
        0.5,
        "Weight of the hearer's own attitude, by which the convinced resist a story.",
        source="East, Hammond & Lomax 2008: the convinced are shifted less; size assumed; "
        "plausible 0 to 1",
    )
    forget_per_month: Share = key(
        0.03,
        "Share of opinion, and of stories not yet acted on, forgotten per month.",
        unit="1/month",
        symbol="forget",
    )

    @model_validator(mode="before")
    @classmethod
    def _removed(cls, value: Any) -> Any:
        if isinstance(value, dict):
            raise_violations(
                Violation((name,), f"is no longer a key: {word}")
                for name, word in _REMOVED.items()
                if name in value
            )
        return value
