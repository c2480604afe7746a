"""Declare the sections of the page: titles, introductions and the measures that they list."""

from __future__ import annotations

from dataclasses import dataclass

from sim.measures.definitions import COSTS

__all__ = ["SECTIONS", "Section"]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    title : str
        Its heading.
    lead : str
        Introduction that says what to look for, in a sentence or two; may be empty.
    measures : tuple of str
        Measures in its table; empty where it has none.
    """

    title: str
    lead: str = ""
    measures: tuple[str, ...] = ()


SECTIONS: dict[str, Section] = {
    "implausible": Section(
        "What is implausible",
        "Few companies live like this for long. If it is not meant, change the keys that are named "
        "before you compare policies.",
    ),
    "why": Section(
        "Why",
        "What revenue and each cost add to the difference in profit between the policy with most "
        "profit and the one that it is compared with.",
    ),
    "side": Section("Policies side by side"),
    "differences": Section(
        "Paired differences",
        "Policies are compared replication by replication. Within a replication every policy has "
        "the same people and the same random numbers, so most of the variation cancels and these "
        "intervals are narrower than those of the means.",
    ),
    "gains": Section(
        "Who gains and who pays",
        "A policy that is better on average may be better for some customers and worse for others.",
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
    "months": Section(
        "Month by month",
        "How each policy comes to differ: paired differences, so that what all policies share "
        "cancels. In the levels, bands include variation common to all policies, and overlap even "
        "where policies differ.",
    ),
    "fairness": Section(
        "Fairness, person by person",
        "Treatment is what the policy's rules give, and outcomes are what came of it, for each "
        "customer over the whole run. Under equal treatment the first never differs; the second "
        "does, because needs, queues and chance differ. Ratios of chances below 0.8 would fail the "
        "four-fifths rule. All measures are in fairness.parquet.",
    ),
    "complaints": Section(
        "Complaints and what people learn from them",
        "People who are compensated for a complaint learn to complain that way again, and so do "
        "people who hear about it. A learned value above zero means that this way of complaining "
        "has been worth the effort.",
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
    "talk": Section(
        "Word of mouth",
        "How many stories people told, how far they spread, and how they changed opinions.",
        (
            "messages_good",
            "messages_bad",
            "reached_good",
            "reached_bad",
            "cascade_mean",
            "cascade_depth_mean",
            "talk_reproduction",
            "opinion_mean",
            "joined_after_recommendation",
        ),
    ),
    "money": Section(
        "Money",
        "Profit is revenue minus all costs. Customer equity is the future value of the customers "
        "who are left in the last month; without it, a policy that exploits them would look good.",
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
    "staff": Section(
        "Staff",
        "How many agents work, how busy they are, their morale, and how many quit.",
        ("agents_present", "agents_quit", "morale_mean", "utilisation"),
    ),
    "hypotheses": Section(
        "Hypotheses",
        "Tests of the scenario's claims. The difference is the left side of the claim minus its "
        "right side, replication by replication. A claim is supported if the adjusted interval "
        "lies entirely on the claimed side of zero, refuted if it lies entirely on the other side, "
        "and undecided otherwise. It is negligible if the whole interval lies within the practical "
        "size: what the scenario says under `worth`, else a hundredth of the level of what is "
        "compared. Adjusted intervals cover together: all of these hypotheses with 95% "
        "(Bonferroni). Beside them are the 95% interval and p of each by itself.",
    ),
    "everything": Section("All measures"),
    "method": Section("Method"),
    "scenario": Section("Scenario"),
    "again": Section("How to reproduce these results"),
}
"""The sections of the page in its order, by the id that links use."""
