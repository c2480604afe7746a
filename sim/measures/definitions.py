"""Every measure, once: name, unit, formula, direction and source.

The formula is what is computed (`sim.model.measuring` evaluates it on a run's tallies) and what
tables, help and documentation show. Its names are those of the tally (`sim.model.records`), with
`month` from 1, and these::

    queued        contacts offered to a queue: arrived - ignored - blocked - turned_away
    left          the sum of REASONS
    complaints    polite + angry + public
    costs         the sum of COSTS
    profit        revenue - costs
    quantile(q)   of the waits' histogram, right to 1%
    gini_waits()  of the waits' histogram
    discount      (1 + the company's rate a month) to the power -month
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BLOCKS", "COSTS", "DECILES", "GROUP_MEASURES", "MEASURES", "REASONS", "Measure"]

DECILES = 10
"""Groups of equally many people, by potential: 1 has the least."""

REASONS = (
    "left_natural", "left_dissatisfied", "left_at_once", "left_offer_end", "left_ombudsman",
    "dismissals",
)  # fmt: skip
"""Why customers are customers no more."""

COSTS = (
    "wages", "serving", "remedies", "offers", "acquisition", "hiring", "ombudsman_fees", "mending",
    "fixed",
)  # fmt: skip
"""What the company pays."""

Direction = Literal["up", "down", "none"]
Horizon = Literal["sum", "ratio", "mean", "last"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that a run is asked about.

    Attributes
    ----------
    name : str
        Stable; a column of the tables.
    unit : str
        people, contacts, currency, minutes, share, months, agents, stories, messages, index or 0/1.
    title : str
        In plain words.
    formula : str
        What is computed from the tally.
    direction : {'up', 'down', 'none'}
        Which way the company would have it.
    horizon : {'sum', 'ratio', 'mean', 'last'}
        How months make a whole: their sum; the formula on the summed tally; their mean; the last.
    source : str
        Literature or definition; empty where the formula says it all.
    """

    name: str
    unit: str
    title: str
    formula: str
    direction: Direction = "none"
    horizon: Horizon = "sum"
    source: str = ""


_PEOPLE = (
    Measure("customers", "people", "Customers", "customers", "up", "last"),
    Measure("prospects", "people", "Prospects", "prospects", "none", "last"),
    Measure("lapsed", "people", "Lapsed customers", "lapsed", "down", "last"),
    Measure("dismissed", "people", "Dismissed customers", "dismissed", "none", "last"),
    Measure("joined", "people", "Joined", "joined", "up"),
    Measure("left", "people", "Left", "left", "down"),
    Measure("left_natural", "people", "Left for natural causes", "left_natural", "none"),
    Measure("left_dissatisfied", "people", "Left dissatisfied", "left_dissatisfied", "down"),
    Measure("left_at_once", "people", "Left at once", "left_at_once", "down"),
    Measure("left_offer_end", "people", "Left at the end of an offer", "left_offer_end", "down"),
    Measure("left_ombudsman", "people", "Left after an appeal lost", "left_ombudsman", "down"),
    Measure("dismissals", "people", "Dismissals", "dismissals", "none"),
    Measure(
        "dismissals_wrong", "people", "Dismissals of the promising", "dismissals_wrong", "down",
        "sum", "Dismissed with a potential above the median of customers'",
    ),
    Measure(
        "churn_rate", "share", "Churn a month", "left / opening_customers", "down", "ratio",
        "Share of the month's opening customers",
    ),
    Measure(
        "joiners_left", "people", "Joiners who left within their first year", "joiners_left", "down"
    ),
    Measure(
        "joiner_churn_rate", "share", "Churn a month of joiners in their first year",
        "joiners_left / joiners_at_risk", "down", "ratio",
        "Of those who joined during the run, per month as a customer of less than a year",
    ),
    Measure(
        "loyal_churn_rate", "share", "Churn a month of the loyal",
        "(left - joiners_left) / (customers + left - joiners_at_risk)", "down", "ratio",
        "Of all but those who joined during the run and were customers for less than a year",
    ),
    Measure(
        "referrals", "people", "Joined by recommendation", "referrals", "up", "sum",
        "Credited to whoever told the joiner last with a good story",
    ),
    Measure("enquiries", "contacts", "Enquiries", "enquiries", "up"),
)  # fmt: skip

_MONEY = (
    Measure("revenue", "currency", "Revenue", "revenue", "up"),
    Measure("wages", "currency", "Wages", "wages", "down"),
    Measure("serving", "currency", "Cost to serve", "serving", "down"),
    Measure("remedies", "currency", "Remedies", "remedies", "down"),
    Measure(
        "offers", "currency", "Offers", "offers", "down", "sum",
        "Discounts for newcomers and the loyal, goodwill for the polite",
    ),
    Measure("acquisition", "currency", "Acquisition", "acquisition", "down"),
    Measure("hiring", "currency", "Hiring", "hiring", "down"),
    Measure("ombudsman_fees", "currency", "Ombudsman's fees", "ombudsman_fees", "down"),
    Measure(
        "mending", "currency", "Mending", "mending", "down", "sum",
        "Product faults that the company sees to of its own accord",
    ),
    Measure("fixed", "currency", "Fixed costs", "fixed", "down"),
    Measure("profit", "currency", "Profit", "profit", "up"),
    Measure(
        "profit_discounted", "currency", "Discounted profit",
        "profit * discount", "up",
    ),
    Measure(
        "customer_equity", "currency", "Customer equity", "customer_equity", "up", "last",
        "Sum over customers of margin / (hazard of leaving + discount rate): Gupta, Lehmann & "
        "Stuart 2004; expected spend less what serving a customer has cost a month, over a year",
    ),
    Measure("cash", "currency", "Cash", "cash", "up", "last"),
    Measure("ruined", "0/1", "Ruined", "ruined", "down", "last", "Cash has been below zero"),
    Measure(
        "revenue_top20_share", "share", "Revenue from the top 20%", "top20_share", "none", "mean",
        "McCarthy & Winer 2018",
    ),
    Measure(
        "revenue_top1_share", "share", "Revenue from the top 1%", "top1_share", "none", "mean"
    ),
    Measure(
        "late_bloomers_share", "share", "Late bloomers' part of the top 20%'s revenue",
        "late_bloomers_share", "none", "last",
        "Revenue of the top 20% from people who at the start spent less than the median customer",
    ),
    Measure(
        "revenue_top2_customers_share", "share", "Revenue from the two largest", "top2_share",
        "down", "mean",
    ),
)  # fmt: skip

_DESK = (
    Measure("needs", "contacts", "Needs", "needs", "none"),
    Measure("contacts_offered", "contacts", "Contacts offered to a queue", "queued", "none"),
    Measure("contacts_served", "contacts", "Contacts served", "served", "up"),
    Measure("contacts_abandoned", "contacts", "Contacts abandoned", "abandoned", "down"),
    Measure("contacts_blocked", "contacts", "Contacts blocked", "blocked", "down"),
    Measure(
        "contacts_closed_on", "contacts", "Contacts closed on", "closed_on + turned_away", "down",
        "sum", "Waiting at closing, or found the pool closed",
    ),
    Measure("contacts_ignored", "contacts", "Contacts ignored", "ignored", "down"),
    Measure("contacts_withdrawn", "contacts", "Contacts withdrawn", "withdrawn", "down"),
    Measure("contacts_retried", "contacts", "Contacts tried again", "retried", "down"),
    Measure("contacts_called_back", "contacts", "Call-backs", "called_back", "down"),
    Measure("contacts_waiting", "contacts", "Waiting at month end", "waiting", "down", "last"),
    Measure(
        "contacts_in_service", "contacts", "In service at month end", "in_service", "none",
        "last",
    ),
    Measure(
        "abandonment", "share", "Abandonment", "abandoned / queued", "down", "ratio",
        "Garnett, Mandelbaum & Reiman 2002",
    ),
    Measure("delayed", "share", "Share that waits at all", "delayed / queued", "down", "ratio"),
    Measure(
        "wait_mean", "minutes", "Mean wait", "wait_minutes / queued", "down", "ratio",
        "Over all that joined the queue, served or not",
    ),
    Measure(
        "wait_served_mean", "minutes", "Mean wait of the served", "wait_served_minutes / served",
        "down", "ratio",
    ),
    Measure("wait_p50", "minutes", "Median wait", "quantile(0.50)", "down", "ratio"),
    Measure("wait_p90", "minutes", "Wait, 90th percentile", "quantile(0.90)", "down", "ratio"),
    Measure("wait_p95", "minutes", "Wait, 95th percentile", "quantile(0.95)", "down", "ratio"),
    Measure("wait_p99", "minutes", "Wait, 99th percentile", "quantile(0.99)", "down", "ratio"),
    Measure(
        "within_promise", "share", "Promises kept", "promise_kept / promised", "up", "ratio",
        "Of those that were kept or came due while the contact still waited",
    ),
    Measure(
        "utilisation", "share", "Utilisation", "busy_minutes / paid_minutes", "none", "ratio"
    ),
)  # fmt: skip

_VOICE = (
    Measure("complaints_polite", "contacts", "Polite complaints", "polite", "down"),
    Measure("complaints_angry", "contacts", "Angry complaints", "angry", "down"),
    Measure("complaints_public", "contacts", "Public complaints", "public", "down"),
    Measure(
        "complaints_opportunist", "contacts", "Complaints without a cause", "opportunist", "down",
        "sum", "Wirtz & McColl-Kennedy 2010",
    ),
    Measure(
        "complaints_rate", "share", "Complaints a contact", "complaints / arrived", "down", "ratio"
    ),
    Measure("complaints_handled", "contacts", "Complaints handled", "handled", "none"),
    Measure("complaints_granted", "contacts", "Complaints granted", "granted", "none"),
    Measure("overrulings", "contacts", "Agents overruled", "overrulings", "down"),
    Measure("refusals", "contacts", "Customers told no", "refusals", "none"),
    Measure(
        "refusals_digested", "share", "Refusals that did not disappoint",
        "refusals_digested / refusals", "up", "ratio",
    ),
    Measure("ombudsman_cases", "contacts", "Ombudsman's cases", "ombudsman_cases", "down"),
    Measure(
        "voice_value_polite", "index", "Learned value of complaining politely",
        "value_polite / customers", "none", "ratio", "Rescorla & Wagner 1972",
    ),
    Measure(
        "voice_value_angry", "index", "Learned value of complaining in anger",
        "value_angry / customers", "none", "ratio", "Rescorla & Wagner 1972",
    ),
    Measure(
        "voice_value_public", "index", "Learned value of complaining in public",
        "value_public / customers", "none", "ratio", "Rescorla & Wagner 1972",
    ),
    Measure(
        "voice_value_public_hearsay", "index",
        "Value of complaining in public, learned by hearsay",
        "value_public_hearsay / never_complained", "none", "ratio",
        "Among customers who have never complained",
    ),
)  # fmt: skip

_MIND = (
    Measure(
        "satisfaction_mean", "index", "Satisfaction", "satisfaction / customers", "up", "ratio",
        "Oliver 1980",
    ),
    Measure(
        "satisfaction_after_refusal", "index", "Satisfaction after a refusal",
        "satisfaction_refused / refusals", "up", "ratio",
        "Of customers, right after they were told no",
    ),
    Measure(
        "satisfaction_without_strikes", "index", "Satisfaction of who never made trouble",
        "satisfaction_without_strikes / without_strikes", "up", "ratio",
        "Among customers who never complained in anger or without a cause",
    ),
    Measure("expectation_mean", "index", "Expectation", "expectation / customers", "none", "ratio"),
    Measure("trust_mean", "index", "Trust", "trust / customers", "up", "ratio"),
    Measure("opinion_mean", "index", "Others' opinion", "opinion / opinions", "up", "ratio"),
    Measure("leaked", "0/1", "The secret of tiers is out", "leaked", "down", "last"),
    Measure(
        "unfairness_mean", "index", "Unfairness felt on hearing a story",
        "(unfairness_within + unfairness_between) / hearings_of_customers", "down", "ratio",
        "Adams 1965",
    ),
    Measure(
        "unfairness_within_tier", "index", "Unfairness felt within a tier",
        "unfairness_within / hearings_of_customers", "down", "ratio", "Adams 1965",
    ),
    Measure(
        "unfairness_between_tiers", "index", "Unfairness felt between tiers",
        "unfairness_between / hearings_of_customers", "down", "ratio", "Adams 1965",
    ),
)  # fmt: skip

_TALK = (
    Measure("messages_good", "messages", "Good stories told", "messages_good", "up"),
    Measure("messages_bad", "messages", "Bad stories told", "messages_bad", "down"),
    Measure("reached_good", "people", "Reached by good stories", "reached_good", "up"),
    Measure("reached_bad", "people", "Reached by bad stories", "reached_bad", "down"),
    Measure(
        "cascade_mean", "people", "People reached by a story",
        "(reached_good + reached_bad) / (stories_good + stories_bad)", "none", "ratio",
    ),
    Measure(
        "cascade_depth_mean", "index", "Hops that a story travels",
        "depth / (stories_good + stories_bad)", "none", "ratio",
    ),
    Measure(
        "talk_reproduction", "index", "Retellings a telling",
        "retellings / (messages_good + messages_bad)", "none", "ratio",
        "Goldenberg, Libai & Muller 2001",
    ),
)  # fmt: skip

_EQUALITY = (
    Measure("gini_wait", "index", "Gini of waits", "gini_waits()", "down", "ratio", "Gini 1912"),
    Measure("gini_remedy", "index", "Gini of remedies", "gini_remedy", "none", "mean", "Gini 1912"),
)
_STAFF = (
    Measure("agents_present", "agents", "Agents present", "agents_present", "none", "last"),
    Measure("morale_mean", "index", "Morale", "morale / agents_present", "up", "ratio"),
    Measure("agents_quit", "agents", "Agents who quit", "agents_quit", "down"),
)
_PRODUCT = (Measure("fault_rate", "share", "Product faults left", "fault_rate", "down", "last"),)

BLOCKS: dict[str, tuple[Measure, ...]] = {
    "people": _PEOPLE,
    "money": _MONEY,
    "desk": _DESK,
    "voice": _VOICE,
    "mind": _MIND,
    "talk": _TALK,
    "equality": _EQUALITY,
    "staff": _STAFF,
    "product": _PRODUCT,
}
"""All measures, by what they are about."""

MEASURES: dict[str, Measure] = {one.name: one for block in BLOCKS.values() for one in block}

# By tier, value decile, pool or kind of need: the same names and units, on the groups' own tally.
_SOCIAL = {
    "customers": "customers",
    "joined": "joined",
    "left": "left",
    "churn_rate": "left / opening_customers",
    "revenue": "revenue",
    "remedies": "remedies",
    "satisfaction_mean": "satisfaction / customers",
    "complaints_rate": "complaints / arrived",
}
_SERVED = {
    "contacts_offered": "arrived - unqueued",
    "contacts_served": "served",
    "contacts_abandoned": "abandoned",
    "abandonment": "abandoned / (arrived - unqueued)",
    "wait_mean": "wait_minutes / (arrived - unqueued)",
}
GROUP_MEASURES: dict[str, dict[str, str]] = {
    "tier": _SOCIAL | _SERVED,
    "decile": _SOCIAL | _SERVED,
    "pool": _SERVED | {"utilisation": "busy_minutes / paid_minutes"},
    "need": dict(_SERVED),
}
