"""Measures of a run, by the names and formulas of the reference."""

from __future__ import annotations

from benchmarks.third.state import State

__all__ = ["measures"]

_SUMS = (
    "needs",
    "enquiries",
    "contacts_offered",
    "contacts_served",
    "contacts_abandoned",
    "contacts_closed_on",
    "contacts_retried",
    "contacts_called_back",
    "callbacks_offered",
    "callbacks_accepted",
    "complaints_polite",
    "complaints_angry",
    "complaints_public",
    "complaints_opportunist",
    "complaints_handled",
    "complaints_granted",
    "refusals",
    "ombudsman_cases",
    "messages_good",
    "messages_bad",
    "reached_good",
    "reached_bad",
    "joined",
    "joined_from_rival",
    "left_natural",
    "left_dissatisfied",
    "left_at_once",
    "left_ombudsman",
    "left_to_rival",
    "agents_quit",
    "hiring",
    "revenue",
    "wages",
    "serving",
    "remedies",
    "acquisition",
    "ombudsman_fees",
)
_RATIOS = {
    "wait_mean": ("wait_minutes", "contacts_offered"),
    "wait_served_mean": ("wait_served_minutes", "contacts_served"),
    "abandonment": ("contacts_abandoned", "contacts_offered"),
    "delayed": ("delayed_contacts", "contacts_offered"),
    "utilisation": ("busy_minutes", "present_minutes"),
    "refusals_digested": ("refusals_that_pleased", "refusals"),
    "churn_rate": ("left", "opening_customers"),
    "satisfaction_mean": ("satisfaction", "customer_months"),
    "expectation_mean": ("expectation", "customer_months"),
    "trust_mean": ("trust", "customer_months"),
    "opinion_mean": ("opinion", "opinions"),
    "voice_value_polite": ("value_polite", "customer_months"),
    "voice_value_angry": ("value_angry", "customer_months"),
    "voice_value_public": ("value_public", "customer_months"),
    "first_contact_resolution": ("first_resolved", "needs_ended"),
    "unfairness_within_tier": ("unfairness_within", "hearings_of_customers"),
    "unfairness_between_tiers": ("unfairness_between", "hearings_of_customers"),
    "morale_mean": ("morale", "agent_months"),
}
_COSTS = ("wages", "serving", "remedies", "acquisition", "hiring", "ombudsman_fees")


def measures(c: State) -> dict[str, float]:
    """Return the measures of a run over its reported months."""
    tally = c.tally
    found = {name: float(tally[name]) for name in _SUMS}
    found |= {name: tally[a] / tally[b] if tally[b] else 0.0 for name, (a, b) in _RATIOS.items()}
    felt = tally["unfairness_within"] + tally["unfairness_between"]
    found["unfairness_mean"] = felt / max(tally["hearings_of_customers"], 1)
    fixed = c.keys["company.fixed_cost_per_month"] * tally["reported_months"]
    found["profit"] = found["revenue"] - sum(found[cost] for cost in _COSTS) - fixed
    return found | c.last
