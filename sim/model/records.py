"""What there is, as records: one a person, an agent, a contact, a story, a month.

All numbers are eight bytes wide, so that compiled code is made once for one kind of integer and one
kind of float. `sim.model.state.World` holds every array of a run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.rng import LAW
from sim.scenario.schema.needs_and_desk import Desk
from sim.scenario.schema.policies import Policy

__all__ = [
    "AGENT",
    "CONTACT",
    "DAY",
    "ENTITLEMENT",
    "GROUP",
    "HEARING",
    "KIND",
    "LAW",
    "MONTH",
    "MONTH_TALLY",
    "OUTBOX",
    "PERSON",
    "POOL",
    "QUEUE_CLASS",
    "RULES",
    "RUN",
    "STORY",
    "TELLING",
    "TIER",
    "WEEK",
    "PolicyTables",
    "Records",
]

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

DAY = 1440.0  # minutes
WEEK = 7 * DAY
MONTH = 4 * WEEK  # every month has the same opening hours

# Status of a person.
PROSPECT, CUSTOMER, LAPSED, DISMISSED = range(4)
STATUSES = ("prospect", "customer", "lapsed", "dismissed")
# What a contact is about.
NEED, ENQUIRY, COMPLAINT = range(3)
# What a disappointed person does; 1 to 3 are voices.
SILENCE, POLITE, ANGRY, PUBLIC, EXIT, APPEAL = range(6)
VOICES = ("", "polite", "angry", "public")
# Where a contact is.
AWAITED, WAITING, IN_SERVICE = range(3)
# How a contact ends that no agent finishes.
ABANDONED, CLOSED_ON, BLOCKED, TURNED_AWAY, IGNORED = range(5)
# What a moment asks the engine to put on its calendar, or to take from a queue.
OUT_NEED, OUT_ENQUIRY, OUT_CONTACT, OUT_TELLING, OUT_WITHDRAW = range(5)

NOBODY = -1


def _record(floats: str, integers: str) -> np.dtype[np.void]:
    return np.dtype([*_fields("f8", floats), *_fields("i8", integers)], align=True)


def _fields(kind: str, names: str) -> list[tuple[str, str]]:
    return [(name, kind) for name in names.split()]


# Minds: satisfaction, expectation, trust (0 to 1), opinion (-1 to 1), share of wallet `w`, regard.
# Money is what the company sees, in currency; recent money fades by a third a month.
#
# Fields lie in the order of how often and by what they are touched, for a million people are too
# many for a cache: what a month's end asks of everybody, what a contact touches, what a month's end
# asks of a customer, and the rest.
PERSON = np.dtype(
    [
        *_fields("i8", "status visits customer_ties"),
        *_fields("f8", "o recent_revenue recent_cost remedies_month"),
        *_fields("i8", "tier decile need_k contacts returns"),
        *_fields("f8", "s e rank lifetime_cost need_at need_rate difficulty patience demanding"),
        *_fields("f8", "joined_at t w potential spend lifetime_revenue complained_at"),
        *_fields("f8", "regard offer_share offer_until"),
        *_fields("i8", "strikes complaints deal_seeker"),
        ("rho", "f8", (3,)),  # learned value of complaining: politely, in anger, in public
        *_fields("f8", "loudness temper honesty audience fairness remedied_at remedies"),
        *_fields("i8", "old_tier favourite referrals told_by started_low costly_months left_for"),
    ],
    align=True,
)

AGENT = _record(
    "morale trained_since since busy_minutes paid_minutes",
    "pool shift present on_shift busy returns_month overruled",
)

POOL = _record("wage overflow_minutes", "concurrency queue_limit overflow keeps_overnight")

CONTACT = _record(
    # of its last moment of truth: the outcome, the quality perceived and the disconfirmation
    "joined wait since loss remedy outcome perceived disconfirmation",
    "person phase kind month k stage retries voice level "
    "can_be_met justified opportune repaid refused refused_by "
    "tier given state pool queue_class promised seat next",
)

STORY = _record("regard remedy", "origin key tier voice live reached depth hearings next")

TELLING = _record("strength", "story teller heard_from key hop public next")

HEARING = _record("", "person story next_at_place next_of_story")

# A kind of contact: its law of handling with what `LAW` has, the cumulated share of needs up to it,
# how likely it is resolved, whether a product fault is behind it, and the pool that serves it.
KIND = np.dtype(
    [*LAW.descr, ("share_to", "f8"), ("resolved", "f8"), ("fault", "i8"), ("pool", "i8")]
)

# Class is a place in the order of service: strict level, then head start and pace.
QUEUE_CLASS = _record("head_start pace", "level")

ENTITLEMENT = _record(
    "effort courtesy promise remedy remedy_amount lenient privilege",
    "queue_class pool explain ignore",
)

# How a tier is cut from the ranking; -1 for no share, minus infinity for no least score. Standing
# is 1 for the top and 0 for the last; tiers of one name share a column of the tally.
TIER = _record("top_share min_score standing", "column")

# What is told of tiers: nothing, nothing but it may leak, or all.
UNTOLD, SECRET, PUBLISHED = range(3)

# What a policy says beside its table of entitlements. Nobody is dismissed where strikes are -1 and
# the ratio of cost to revenue is infinite; shares and months of 0 are no offers.
RULES = _record(
    "dismiss_cost_ratio newcomer_share newcomer_months loyalty_share loyalty_after_months "
    "goodwill_months escalate_below mend_share mend_cost",
    # `since` is the month, from 0, in which it comes into force
    "since first_tier last_tier review_months overrule secrecy dismiss_strikes dismiss_months "
    "escalate_pool",
)

OUTBOX = _record("at", "kind who")

RUN = _record(
    "cash fault_rate lessons month_oper oper_now_begins oper_now_ends horizon",
    "key month months people customers outbox burst "
    "free_contact contacts_left free_story stories_left free_telling tellings_left "
    "free_hearing hearings_left tier_groups decile_groups pool_groups need_groups "
    "policy leaked enquiry_kind complaint_kind",
)

MONTH_TALLY = _record(
    "opening_customers customers prospects lapsed dismissed "
    "joined referrals left_natural left_dissatisfied left_at_once left_offer_end left_ombudsman "
    "dismissals dismissals_wrong joiners_left joiners_at_risk "
    "revenue wages serving remedies offers acquisition hiring ombudsman_fees mending fixed "
    "cash ruined "
    "leaked customer_equity top20_share top1_share top2_share late_bloomers_share "
    "needs arrived served abandoned closed_on blocked turned_away ignored withdrawn "
    "retried called_back enquiries delayed "
    "wait_minutes wait_served_minutes promised promise_kept busy_minutes paid_minutes "
    "polite angry public opportunist justified handled granted overrulings ombudsman_cases "
    "refusals refusals_digested satisfaction_refused "
    "satisfaction expectation trust opinion opinions "
    "unfairness_within unfairness_between hearings_of_customers "
    "without_strikes satisfaction_without_strikes "
    "value_polite value_angry value_public never_complained value_public_hearsay "
    "stories_good stories_bad messages_good messages_bad retellings reached_good reached_bad depth "
    "gini_remedy agents_present morale agents_quit fault_rate moments waiting in_service",
    "",
)

GROUP = _record(
    "opening_customers customers joined left revenue remedies satisfaction complaints "
    "arrived unqueued served abandoned wait_minutes busy_minutes paid_minutes",
    "",
)


class PolicyTables(NamedTuple):
    """A policy, resolved: what the engines and moments look up.

    Attributes
    ----------
    entitlements : records of ENTITLEMENT, shape (3 phases, tiers, 4 voices)
        Of all policies, one after the other, where one gives way to another.
    classes : records of QUEUE_CLASS; the first is the front, where overdue promises go
    weights : floats, shape (policies, observables of `sim.model.policy.tiering`)
        All 0 where nobody is scored.
    cuts : records of TIER, those of a policy from the top
    tier_names : tuple of str
        The columns of the tally.
    rules : records of RULES, one a policy
    policies : tuple of Policy
        As validated.
    desk : Desk
        With the pools that the policies form of its agents.
    seats : integers, shape (policies, agents)
        The pool in which each agent sits.
    """

    entitlements: Records
    classes: Records
    weights: Floats
    cuts: Records
    tier_names: tuple[str, ...]
    rules: Records
    policies: tuple[Policy, ...]
    desk: Desk
    seats: Integers
