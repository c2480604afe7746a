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
    gini_waited, gini_remedies  over people, of the whole run; in no month but the last
    answered(n)   contacts that an agent answered within n seconds of reaching the desk
    discount      (1 + the company's monthly rate) to the power -month
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

__all__ = [
    "ALIASES",
    "ANSWERED_WITHIN",
    "BLOCKS",
    "COSTS",
    "DECILES",
    "GROUP_MEASURES",
    "MEASURES",
    "REASONS",
    "Measure",
    "answer_limit",
    "answered_within",
    "with_limits",
]

T = TypeVar("T")

DECILES = 10
"""Groups of equal size, by potential: 1 has the least."""

REASONS = (
    "left_natural", "left_dissatisfied", "left_at_once", "left_offer_end", "left_ombudsman",
    "left_better_fit", "dismissals",
)  # fmt: skip
"""Reasons for which customers leave."""

COSTS = (
    "wages", "serving", "remedies", "offers", "acquisition", "hiring", "ombudsman_fees", "mending",
    "returning", "fixed",
)  # fmt: skip
"""Costs of the company."""

Direction = Literal["up", "down", "none"]
Horizon = Literal["sum", "ratio", "mean", "last"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity that a run reports.

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
        How months are combined: sum; formula on the summed tally; mean; last month.
    source : str
        Literature or definition; empty if the formula suffices.
    """

    name: str
    unit: str
    title: str
    formula: str
    direction: Direction = "none"
    horizon: Horizon = "sum"
    source: str = ""


ANSWERED_WITHIN = "answered_within_{}s"
"""Name of the share answered within so many seconds; desk.answer_within_seconds lists them."""


def answer_limit(name: str) -> int | None:
    """Return the seconds in the name of a measure such as `answered_within_20s`, or None."""
    found = re.fullmatch(r"answered_within_([1-9]\d{0,15})s", name)
    return int(found[1]) if found else None


def answered_within(seconds: Any) -> Measure:
    """Return the measure of the contacts answered within so many seconds of arriving."""
    return Measure(
        ANSWERED_WITHIN.format(seconds), "share", f"Answered within {seconds} s",
        f"answered({seconds}) / queued", "up", "ratio",
        "Of all contacts offered to a queue, so those who hang up earlier count as not answered: "
        "Gans, Koole & Mandelbaum 2003",
    )  # fmt: skip


ALIASES = {"referrals": "joined_after_recommendation"}
"""Measures that were renamed: old files, claims and results still name them so."""


class _WithLimits(dict[str, T]):
    """What is declared by name, and for every limit in seconds what is made of it on demand.

    It lists what every run has; a run lists its own limits besides (`with_limits`).
    """

    def __init__(self, known: Mapping[str, T], of_limit: Callable[[int], T]) -> None:
        super().__init__(known)
        self._of_limit = of_limit

    def __missing__(self, name: str) -> T:
        if name in ALIASES:
            return self[ALIASES[name]]
        seconds = answer_limit(name)
        if seconds is None:
            raise KeyError(name)
        return self._of_limit(seconds)

    def __contains__(self, name: object) -> bool:
        name = ALIASES.get(str(name), name)
        return super().__contains__(name) or answer_limit(str(name)) is not None

    def get(self, name: str, default: Any = None) -> Any:
        """Return what is declared or made for a name."""
        if name not in self:
            return default
        return self[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self), self._of_limit)


def with_limits(known: Mapping[str, T], limits: Iterable[int]) -> dict[str, T]:
    """Return what every run has, and then what a run has for its limits in seconds."""
    names = [ANSWERED_WITHIN.format(seconds) for seconds in limits]
    return {**known, **{name: known[name] for name in names}}


_PEOPLE = (
    Measure("customers", "people", "Customers", "customers", "up", "last"),
    Measure("prospects", "people", "Prospects", "prospects", "none", "last"),
    Measure("lapsed", "people", "Lapsed customers", "lapsed", "down", "last"),
    Measure("dismissed", "people", "Dismissed customers", "dismissed", "none", "last"),
    Measure("at_rival", "people", "Customers of the rival", "at_rival", "none", "last"),
    Measure("joined", "people", "Customers who joined", "joined", "up"),
    Measure("left", "people", "Customers who left", "left", "down"),
    Measure("left_natural", "people", "Left for natural reasons", "left_natural", "none"),
    Measure("left_dissatisfied", "people", "Left dissatisfied", "left_dissatisfied", "down"),
    Measure("left_at_once", "people", "Left immediately", "left_at_once", "down"),
    Measure("left_offer_end", "people", "Left at the end of an offer", "left_offer_end", "down"),
    Measure("left_ombudsman", "people", "Left after a lost appeal", "left_ombudsman", "down"),
    Measure(
        "left_better_fit", "people", "Left for a better fit elsewhere", "left_better_fit", "none"
    ),
    Measure("left_to_rival", "people", "Left to the rival", "left_to_rival", "down"),
    Measure("joined_from_rival", "people", "Joined from the rival", "joined_from_rival", "up"),
    Measure("dismissals", "people", "Dismissals", "dismissals", "none"),
    Measure(
        "dismissals_wrong", "people", "Dismissals of promising customers", "dismissals_wrong",
        "down",
        "sum", "Potential above the median of customers",
    ),
    Measure(
        "churn_rate", "share", "Monthly churn", "left / opening_customers", "down", "ratio",
        "Share of the month's opening customers",
    ),
    Measure(
        "joiners_left", "people", "Joiners who left within their first year", "joiners_left", "down"
    ),
    Measure(
        "joiner_churn_rate", "share", "Monthly churn of joiners in their first year",
        "joiners_left / joiners_at_risk", "down", "ratio",
        "Of customers who joined during the run, per month of their first year",
    ),
    Measure(
        "loyal_churn_rate", "share", "Monthly churn of loyal customers",
        "(left - joiners_left) / (customers + left - joiners_at_risk)", "down", "ratio",
        "Of all customers except joiners in their first year",
    ),
    Measure(
        "complainer_churn_rate", "share", "Monthly churn after a complaint",
        "complainers_left / complainers_at_risk", "down", "ratio",
        "Of customers who complained within the last three months",
    ),
    Measure(
        "joined_after_recommendation", "people", "Joined after a recommendation",
        "joined_after_recommendation", "up", "sum",
        "Had ever heard a good story; credited to who told the last one, which does not say that "
        "the story was the cause",
    ),
    Measure("enquiries", "contacts", "Enquiries", "enquiries", "up"),
    Measure(
        "won_back", "people", "Deal seekers won back", "won_back", "none", "sum",
        "Joined again for the newcomer offer, after leaving at the end of one",
    ),
    Measure(
        "offer_cycle_months", "months", "From one newcomer offer to the next",
        "won_back_minutes / won_back / 40320", "none", "ratio",
        "Of deal seekers won back, from joining to joining again; a month is four weeks",
    ),
)  # fmt: skip

_MONEY = (
    Measure("revenue", "currency", "Revenue", "revenue", "up"),
    Measure("wages", "currency", "Wages", "wages", "down"),
    Measure("serving", "currency", "Cost to serve", "serving", "down"),
    Measure("remedies", "currency", "Remedies", "remedies", "down"),
    Measure(
        "offers", "currency", "Offers", "offers", "down", "sum",
        "Discounts for new and loyal customers, goodwill for polite complaints",
    ),
    Measure("acquisition", "currency", "Acquisition", "acquisition", "down"),
    Measure("hiring", "currency", "Hiring", "hiring", "down"),
    Measure("ombudsman_fees", "currency", "Ombudsman fees", "ombudsman_fees", "down"),
    Measure(
        "mending", "currency", "Product fixes", "mending", "down", "sum",
        "Product faults that the company fixes on its own initiative",
    ),
    Measure(
        "returning", "currency", "Returns", "returning", "down", "sum",
        "What needs with a `cost` cost, besides the agents' minutes",
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
        "Stuart 2004; margin is expected spend minus the monthly cost to serve, over a year",
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
        "late_bloomers_share", "share", "Late bloomers' share of revenue from the top 20%",
        "late_bloomers_share", "none", "last",
        "Revenue of the top 20% from people who at the start spent less than the median customer",
    ),
    Measure(
        "revenue_top2_customers_share", "share", "Revenue from the two largest customers",
        "top2_share",
        "down", "mean",
    ),
)  # fmt: skip

_DESK = (
    Measure("needs", "contacts", "Needs", "needs", "none"),
    Measure("contacts_offered", "contacts", "Contacts offered to a queue", "queued", "none"),
    Measure("contacts_served", "contacts", "Contacts served", "served", "up"),
    Measure("contacts_abandoned", "contacts", "Contacts abandoned", "abandoned", "down"),
    Measure(
        "contacts_balked", "contacts", "Contacts that hung up on an announced wait", "balked",
        "down", "sum", "Part of those abandoned, after a wait of 0",
    ),
    Measure(
        "callbacks_offered", "contacts", "Call-backs offered", "callbacks_offered", "none", "sum",
        "Counted when the contact leaves the queue",
    ),
    Measure(
        "callbacks_accepted", "contacts", "Offered call-backs accepted", "callbacks_accepted",
        "none", "sum", "Counted when the contact leaves the queue",
    ),
    Measure("contacts_blocked", "contacts", "Contacts blocked", "blocked", "down"),
    Measure(
        "contacts_closed_on", "contacts", "Contacts lost to closing", "closed_on + turned_away",
        "down",
        "sum", "Waiting at closing, or found the pool closed",
    ),
    Measure("contacts_ignored", "contacts", "Contacts ignored", "ignored", "down"),
    Measure("contacts_withdrawn", "contacts", "Contacts withdrawn", "withdrawn", "down"),
    Measure("returns", "contacts", "Returns and cancellations", "returned", "down"),
    Measure("contacts_retried", "contacts", "Contacts retried", "retried", "down"),
    Measure("contacts_called_back", "contacts", "Call-backs", "called_back", "down"),
    Measure(
        "contacts_waiting", "contacts", "Contacts waiting at month end", "waiting", "down", "last"
    ),
    Measure(
        "contacts_in_service", "contacts", "Contacts in service at month end", "in_service", "none",
        "last",
    ),
    Measure(
        "contacts_handed_on", "contacts", "Contacts handed on", "handed_on", "none", "sum",
        "To a second line, or to a colleague at a shift's end; each stays one contact, served and "
        "waited for where it was first answered in all other measures of the desk",
    ),
    Measure(
        "contacts_handed_lost", "contacts", "Contacts lost once handed on", "handed_lost", "down",
        "sum", "Abandoned, lost to closing or withdrawn in that queue; not in contacts_abandoned",
    ),
    Measure(
        "wait_handed_mean", "minutes", "Mean wait once handed on",
        "handed_wait_minutes / handed_on", "down", "ratio",
    ),
    Measure(
        "abandonment", "share", "Abandonment", "abandoned / queued", "down", "ratio",
        "Garnett, Mandelbaum & Reiman 2002",
    ),
    Measure("delayed", "share", "Share of contacts that wait", "delayed / queued", "down", "ratio"),
    Measure(
        "wait_mean", "minutes", "Mean wait", "wait_minutes / queued", "down", "ratio",
        "Over all contacts that joined the queue, served or not",
    ),
    Measure(
        "wait_served_mean", "minutes", "Mean wait of served contacts",
        "wait_served_minutes / served",
        "down", "ratio",
    ),
    Measure("wait_p50", "minutes", "Median wait", "quantile(0.50)", "down", "ratio"),
    Measure("wait_p90", "minutes", "Wait, 90th percentile", "quantile(0.90)", "down", "ratio"),
    Measure("wait_p95", "minutes", "Wait, 95th percentile", "quantile(0.95)", "down", "ratio"),
    Measure("wait_p99", "minutes", "Wait, 99th percentile", "quantile(0.99)", "down", "ratio"),
    Measure(
        "within_promise", "share", "Promises kept", "promise_kept / promised", "up", "ratio",
        "Of promises kept or due while the contact still waited",
    ),
    Measure(
        "first_contact_resolution", "share", "Needs resolved at the first contact",
        "first_resolved / (need_encounters - needs_again)", "up", "ratio",
        "Of needs that ended: no further contact about them follows, whether resolved, given up or "
        "turned into a complaint. Feinberg, Kim, Hokama, de Ruyter & Keen 2000",
    ),
    Measure(
        "utilisation", "share", "Utilisation", "busy_minutes / present_minutes", "none", "ratio",
        "Of the time that agents are at work: absences and breaks are paid, but left out",
    ),
)  # fmt: skip

_VOICE = (
    Measure("complaints_polite", "contacts", "Polite complaints", "polite", "down"),
    Measure("complaints_angry", "contacts", "Angry complaints", "angry", "down"),
    Measure("complaints_public", "contacts", "Public complaints", "public", "down"),
    Measure(
        "complaints_opportunist", "contacts", "Complaints without cause", "opportunist", "down",
        "sum", "After a need that did not disappoint, and second complaints about that: "
        "Wirtz & McColl-Kennedy 2010",
    ),
    Measure(
        "complaints_rate", "share", "Complaints per contact", "complaints / arrived", "down",
        "ratio"
    ),
    Measure(
        "complaints_abusive", "contacts", "Abusive complaints", "abusive", "down", "sum",
        "Angry complaints that an agent met with abuse: Grandey, Dickter & Sin 2004",
    ),
    Measure(
        "complaints_postponed", "contacts", "Abusive callers told to come back when calm",
        "postponed", "none",
    ),
    Measure(
        "complaints_turned_round", "contacts", "Angry or public complainers convinced",
        "turned_round", "up",
    ),
    Measure(
        "remedies_unasked", "contacts", "Remedies paid unasked", "unasked", "none", "sum",
        "Of those who did not complain, after a long wait or a failure",
    ),
    Measure("complaints_handled", "contacts", "Complaints handled", "handled", "none"),
    Measure("complaints_granted", "contacts", "Complaints granted", "granted", "none"),
    Measure("overrulings", "contacts", "Agents overruled", "overrulings", "down"),
    Measure("refusals", "contacts", "Refusals", "refusals", "none"),
    Measure(
        "refusals_digested", "share", "Refusals that did not disappoint",
        "refusals_digested / refusals", "up", "ratio",
    ),
    Measure(
        "refusals_praised", "share", "Refusals that were praised", "refusals_praised / refusals",
        "up", "ratio", "Told to others as a good story",
    ),
    Measure("ombudsman_cases", "contacts", "Ombudsman cases", "ombudsman_cases", "down"),
    Measure(
        "complaints_of_disappointed", "share", "Share of disappointments complained about",
        "disappointed_complained / disappointed", "none", "ratio",
        "Of encounters about a need that disappointed a customer: Goodman 2005",
    ),
    Measure(
        "disputes_explained", "share", "Disputed though explained",
        "explained_disputed / explained", "down", "ratio",
        "Of first complaints that were refused with an explanation and without money, the share "
        "about whose handling the customer complains again",
    ),
    Measure(
        "disputes_redone", "share", "Disputed though put right", "redone_disputed / redone",
        "down", "ratio", "Of first complaints that were granted without money",
    ),
    Measure(
        "disputes_paid", "share", "Disputed though paid", "paid_disputed / paid", "down", "ratio",
        "Of first complaints that were closed with money, as a remedy or as goodwill",
    ),
    Measure(
        "voice_value_polite", "index", "Learned value of polite complaints",
        "value_polite / customers", "none", "ratio", "Rescorla & Wagner 1972",
    ),
    Measure(
        "voice_value_angry", "index", "Learned value of angry complaints",
        "value_angry / customers", "none", "ratio", "Rescorla & Wagner 1972",
    ),
    Measure(
        "voice_value_public", "index", "Learned value of public complaints",
        "value_public / customers", "none", "ratio", "Rescorla & Wagner 1972",
    ),
    Measure(
        "voice_value_public_hearsay", "index",
        "Value of public complaints learned by hearsay",
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
        "Of customers, immediately after a refusal",
    ),
    Measure(
        "satisfaction_without_strikes", "index", "Satisfaction of customers who never made trouble",
        "satisfaction_without_strikes / without_strikes", "up", "ratio",
        "Among customers who were never abusive",
    ),
    Measure("expectation_mean", "index", "Expectation", "expectation / customers", "none", "ratio"),
    Measure("trust_mean", "index", "Trust", "trust / customers", "up", "ratio"),
    Measure("opinion_mean", "index", "Others' opinion", "opinion / opinions", "up", "ratio"),
    Measure("leaked", "0/1", "Tiers have become known", "leaked", "down", "last"),
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
    Measure("posts_good", "messages", "Thanks posted in public", "posts_good", "up"),
    Measure("posts_bad", "messages", "Complaints posted in public", "posts_bad", "down"),
    Measure(
        "tellings_ratio", "index", "Good tellings per bad telling",
        "(messages_good - posts_good) / (messages_bad - posts_bad)", "up", "ratio",
        "Told from person to person, posts not counted; about 3 in 15 studies: East, Hammond & "
        "Wright 2007",
    ),
    Measure("reached_good", "people", "People reached by good stories", "reached_good", "up"),
    Measure("reached_bad", "people", "People reached by bad stories", "reached_bad", "down"),
    Measure(
        "decided_by_good_talk", "people", "Decisions that good stories turned", "decided_by_good",
        "up", "sum",
        "To ask, to join or to stay: at the same state and the same draw they would have fallen "
        "otherwise without the stories heard before them",
    ),
    Measure(
        "decided_by_bad_talk", "people", "Decisions that bad stories turned", "decided_by_bad",
        "down", "sum", "As `decided_by_good_talk`",
    ),
    Measure(
        "story_strength_good", "index", "Mean strength of good stories",
        "strength_good / stories_good", "none", "ratio",
    ),
    Measure(
        "story_strength_bad", "index", "Mean strength of bad stories",
        "strength_bad / stories_bad", "none", "ratio",
    ),
    Measure(
        "cascade_mean", "people", "People reached per story",
        "(reached_good + reached_bad) / (stories_good + stories_bad)", "none", "ratio",
    ),
    Measure(
        "cascade_depth_mean", "index", "Retelling steps of a story",
        "depth / (stories_good + stories_bad)", "none", "ratio",
    ),
    Measure(
        "talk_reproduction", "index", "Retellings per telling",
        "retellings / (messages_good + messages_bad)", "none", "ratio",
        "Goldenberg, Libai & Muller 2001",
    ),
)  # fmt: skip

_EQUALITY = (
    Measure(
        "gini_wait",
        "index",
        "Gini of minutes waited, over customers of the run",
        "gini_waited",
        "down",
        "last",
        "Gini 1912",
    ),
    Measure(
        "gini_remedy",
        "index",
        "Gini of remedies, over customers of the run",
        "gini_remedies",
        "none",
        "last",
        "Gini 1912",
    ),
)
_STAFF = (
    Measure("agents_present", "agents", "Agents present", "agents_present", "none", "last"),
    Measure("morale_mean", "index", "Morale", "morale / agents_present", "up", "ratio"),
    Measure("agents_quit", "agents", "Agents who quit", "agents_quit", "down"),
)
_PRODUCT = (
    Measure("fault_rate", "share", "Remaining product faults", "fault_rate", "down", "last"),
)

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
"""All measures, by subject."""

MEASURES: dict[str, Measure] = _WithLimits(
    {measure.name: measure for block in BLOCKS.values() for measure in block}, answered_within
)

# By tier, value decile, pool, kind of need or agent: the same names and units, on the groups' own
# tally.
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
    "wait_served_mean": "wait_served_minutes / served",
}
_RESOLVED = {"first_contact_resolution": "first_resolved / (need_encounters - needs_again)"}


def _answered_in_group(seconds: int) -> str:
    return f"answered({seconds}) / (arrived - unqueued)"


GROUP_MEASURES: dict[str, dict[str, str]] = {
    sort: _WithLimits(formulas, _answered_in_group)
    for sort, formulas in {
        "tier": _SOCIAL | _SERVED,
        "decile": _SOCIAL | _SERVED,
        "pool": _SERVED | {"utilisation": "busy_minutes / present_minutes"},
        "need": _SERVED | _RESOLVED,
        "cohort": _SOCIAL | _SERVED,
        "agent": {"contacts_served": "served", "utilisation": "busy_minutes / present_minutes"},
    }.items()
}
