"""The parts of the page: their titles, what they say first, and the measures that they list."""

from __future__ import annotations

from dataclasses import dataclass

from sim.measures.definitions import COSTS

__all__ = ["PARTS", "Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page.

    Attributes
    ----------
    title : str
        Its heading.
    lead : str
        What a reader is to look for, in a sentence or two; may be empty.
    measures : tuple of str
        Those whose means stand in its table; empty where it has none.
    """

    title: str
    lead: str = ""
    measures: tuple[str, ...] = ()


PARTS: dict[str, Part] = {
    "side": Part("Policies side by side"),
    "paths": Part(
        "Month by month",
        "Bands hold the luck that all policies share, so they overlap even where policies differ "
        "for certain. Whether they do is told by the paired differences in the next part.",
    ),
    "differences": Part(
        "Paired differences",
        "The same people have the same luck under every policy, so policies are compared "
        "replication by replication: most of the noise cancels, and these intervals are narrower "
        "than those of the means.",
    ),
    "gains": Part(
        "Who gains and who pays",
        "A policy that wins on average may win for some and lose for others.",
        (
            "gini_wait",
            "gini_remedy",
            "revenue_top20_share",
            "loyal_churn_rate",
            "joiner_churn_rate",
            "unfairness_within_tier",
            "unfairness_between_tiers",
        ),
    ),
    "complaints": Part(
        "Complaints, and what people learned",
        "Who is paid for a voice learns to use it, and so do those who hear of it. A learned value "
        "above zero says that this way of complaining has been worth its trouble.",
        (
            "complaints_polite",
            "complaints_angry",
            "complaints_public",
            "complaints_opportunist",
            "complaints_rate",
            "complaints_granted",
            "overrulings",
            "refusals",
            "refusals_digested",
            "ombudsman_cases",
            "voice_value_polite",
            "voice_value_angry",
            "voice_value_public",
            "voice_value_public_hearsay",
        ),
    ),
    "talk": Part(
        "Word of mouth",
        "How many stories went round, how far they came, and what others came to think.",
        (
            "messages_good",
            "messages_bad",
            "reached_good",
            "reached_bad",
            "cascade_mean",
            "cascade_depth_mean",
            "talk_reproduction",
            "opinion_mean",
            "referrals",
        ),
    ),
    "money": Part(
        "Money",
        "Revenue less all costs is profit. Customer equity is what the customers of the last month "
        "are still worth: without it, harvesting them would look wise.",
        (
            "revenue",
            *COSTS,
            "profit",
            "profit_discounted",
            "customer_equity",
            "cash",
            "ruined",
        ),
    ),
    "staff": Part(
        "Staff",
        "Who serves, how they feel, and who leaves.",
        ("agents_present", "agents_quit", "morale_mean", "utilisation"),
    ),
    "hypotheses": Part(
        "Hypotheses",
        "What the scenario claims, put to the test. The difference is the claim's left side less "
        "its right side, taken replication by replication: a claim is supported where the 95% "
        "interval lies wholly on the claimed side of zero, refuted where it lies wholly on the "
        "other, and undecided else. Adjusted p is by Holm's method over all of these hypotheses.",
    ),
    "everything": Part("All measures"),
    "method": Part("Method"),
    "scenario": Part("Scenario"),
    "again": Part("Make it again"),
}
"""The page's parts in its order, by the ids that links lead to."""
