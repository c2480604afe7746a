"""Every measure, by subject and by name, and those of groups.

Each is declared once, in `people_measures`, `contact_measures` or `company_measures`. The formula
is what is computed (`sim.model.measuring` evaluates it on a run's tallies) and what tables, help
and documentation show. Its names are those of the tally (`sim.model.records`), with `month` from 1,
and these::

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

from sim.measures.company_measures import MONEY, PRODUCT, STAFF
from sim.measures.contact_measures import DESK, VOICE
from sim.measures.measure import Measure, WithLimits, answered_within
from sim.measures.people_measures import EQUALITY, MIND, PEOPLE, TALK

__all__ = ["BLOCKS", "COSTS", "DECILES", "GROUP_MEASURES", "MEASURES", "REASONS"]

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

BLOCKS: dict[str, tuple[Measure, ...]] = {
    "people": PEOPLE,
    "money": MONEY,
    "desk": DESK,
    "voice": VOICE,
    "mind": MIND,
    "talk": TALK,
    "equality": EQUALITY,
    "staff": STAFF,
    "product": PRODUCT,
}
"""All measures, by subject."""

MEASURES: dict[str, Measure] = WithLimits(
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
    sort: WithLimits(formulas, _answered_in_group)
    for sort, formulas in {
        "tier": _SOCIAL | _SERVED,
        "decile": _SOCIAL | _SERVED,
        "pool": _SERVED | {"utilisation": "busy_minutes / present_minutes"},
        "need": _SERVED | _RESOLVED,
        "cohort": _SOCIAL | _SERVED,
        "agent": {"contacts_served": "served", "utilisation": "busy_minutes / present_minutes"},
    }.items()
}
