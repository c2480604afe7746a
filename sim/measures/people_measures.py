"""Measures of people: who comes and goes, what they think, what they tell, who bore what."""

from __future__ import annotations

from sim.measures.measure import Measure

__all__ = ["EQUALITY", "MIND", "PEOPLE", "TALK"]

PEOPLE = (
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

MIND = (
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

TALK = (
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

EQUALITY = (
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
