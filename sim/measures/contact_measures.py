"""Measures of contacts: what the desk does with them, and what people complain about."""

from __future__ import annotations

from sim.measures.measure import Measure

__all__ = ["DESK", "VOICE"]

DESK = (
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

VOICE = (
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
