"""The market section: a rival whose customers are not ours."""

from __future__ import annotations

from sim.scenario.schema.fields import Positive, Rate, Section, Share, Switchable, key

__all__ = ["Market", "Rival"]

ALTERNATIVES = "Thibaut & Kelley 1959; Rusbult 1980: alternatives are compared; size assumed"
PRICING = "Keaveney 1995: price is a reason for 30% of switching; size assumed"


class Rival(Section):
    """Another company from which people can buy; `none` is one whose share is 0."""

    share: Share = key(
        0.0,
        "Share of the people who are not our customers at the start who are the rival's; the "
        "others buy from nobody. At 0 there is no rival, and the other keys do nothing.",
        unit="share",
    )
    quality: Share = key(
        0.70, "Perceived quality that the rival's customers experience and expect.", symbol="Q"
    )
    price: Positive = key(
        1.0,
        "The rival's price relative to our list price.",
        symbol="price_rival",
        ge=0.01,
        le=100,
    )
    leavers_share: Share = key(
        0.7,
        "Share of those who leave for a reason of ours who go to the rival; the others buy from "
        "nobody.",
        unit="share",
    )
    comparison: Rate = key(
        3.0,
        "Weight of the difference in quality between an alternative and what one has, in the log "
        "hazard of leaving and the log probability of joining.",
        symbol="b_alt",
        source=ALTERNATIVES,
        plausible=(1.0, 6.0),
        le=50,
    )
    price_sensitivity: Rate = key(
        2.0,
        "Elasticity: percent by which leaving falls, and joining from the rival rises, where the "
        "rival is one percent dearer.",
        symbol="b_price",
        source=PRICING,
        plausible=(0.5, 4.0),
        le=50,
    )
    adapt_per_month: Share = key(
        0.3,
        "Share of the distance to the rival's quality that its customers' expectation covers per "
        "month.",
        unit="1/month",
    )
    better_fit_share: Share = key(
        0.0,
        "Share of people whom the rival's offer fits better; they leave though satisfied, and do "
        "not come back from it.",
        unit="share",
    )
    better_fit_per_month: Rate = key(
        0.05, "Hazard with which a customer whom the rival fits better leaves for it.",
        unit="1/month",
    )  # fmt: skip


class Market(Section):
    """Whom else people can buy from."""

    rival: Switchable[Rival] = key(Rival, "Another company from which people can buy.")
