"""The layout of every record: a person, an agent, a contact, a story, a month, and the rest.

Numbers are eight bytes wide; those of which there are many take fewer, since a large world waits
for memory. Compiled code reads all of them as eight bytes. `sim.model.state.World` holds every
array of a run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.numba_support import USES_INTERNALS
from sim.core.rng import DISTRIBUTION
from sim.scenario.schema.policies import Entitlement
from sim.scenario.schema.walk import bare_type

__all__ = [
    "AGENT",
    "COHORT",
    "COHORT_TIER",
    "CONTACT",
    "DAY",
    "DISTRIBUTION",
    "ENTITLEMENT",
    "GROUP",
    "HAND_ON",
    "HEARING",
    "KIND",
    "MEMORY",
    "MONTH",
    "MONTH_TALLY",
    "OUTCOME",
    "PERSON",
    "POOL",
    "POOL_HOURS",
    "QUEUE_CLASS",
    "REGIME",
    "RULES",
    "RUN",
    "SCHEDULED",
    "STORY",
    "TELLING",
    "TIER",
    "WAIT",
    "WEEK",
    "Records",
    "copied",
    "numbers_of",
    "wide",
]

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

DAY = 1440.0  # minutes
WEEK = 7 * DAY
MONTH = 4 * WEEK  # every month has the same opening hours

# Status of a person.
PROSPECT, CUSTOMER, LAPSED, DISMISSED, AT_RIVAL = range(5)
STATUSES = ("prospect", "customer", "lapsed", "dismissed", "rival's")
# What a contact is about.
NEED, ENQUIRY, COMPLAINT = range(3)
# What a disappointed person does; 1 to 3 are voices.
SILENCE, POLITE, ANGRY, PUBLIC, EXIT, APPEAL = range(6)
VOICES = ("", "polite", "angry", "public")
# Where a contact is: still to reach the desk, in a queue, or with an agent.
NOT_AT_DESK, WAITING, IN_SERVICE = range(3)
# How a contact ends that no agent finishes.
ABANDONED, CLOSED_ON, BLOCKED, TURNED_AWAY, IGNORED = range(5)
# What an event asks of the engine: put something on the calendar, or take a contact off a queue.
SCHEDULE_CONTACT, SCHEDULE_NEED, SCHEDULE_ENQUIRY, SCHEDULE_TELLING, WITHDRAW_CONTACT = range(5)

NOBODY = -1
NEWCOMER_OFFER = -2  # what a story may be about, where it is not about a contact


def _record(floats: str, integers: str, counts: str = "") -> np.dtype[np.void]:
    """Return a record of numbers of eight bytes, and of counts and indices of four.

    There are no bytes between fields, which copies would leave as they find them.
    """
    fields = [*_fields("f8", floats), *_fields("i8", integers), *_fields("i4", counts)]
    return np.dtype(fields, align=True)


def _fields(kind: str, names: str) -> list[tuple[str, str]]:
    return [(name, kind) for name in names.split()]


# Plain numba would compute with a trait of four bytes in four bytes, and get other numbers.
_TRAIT = "f4" if USES_INTERNALS else "f8"

# Satisfaction, expectation, trust and share of wallet are 0 to 1, opinion -1 to 1. `heard_good` and
# `heard_bad` are what the stories heard since the last decision amount to, 0 to 1; `told_by` is the
# key of the telling that last reached a person. Money is what the company sees, in currency; recent
# money fades by a third per month.
#
# Fields are in the order in which code touches them, because a million people do not fit a cache:
# first what a month's end reads of everybody, then what a contact touches, then what a month's end
# reads of a customer, then the rest (`sim.model.events.people_blocks` asks for them by lines of 64
# bytes). For the same reason they are narrow: traits are known to seven digits anyhow, and so are
# sums that nothing but measures reads.
PERSON = np.dtype(
    [
        # `withheld`: kept out of the run's policy by a trial; `coming_back`: for another offer
        *_fields("i1", "status withheld decile coming_back"),
        *_fields("i2", "tier old_tier"),
        *_fields("i4", "first_contact customer_ties"),
        *_fields("f8", "opinion heard_good heard_bad recent_revenue recent_cost"),
        *_fields("i8", "told_by"),  # with what a hearing touches first
        # counts in which the past fades: of contacts, complaints, returns, and contacts repeated
        *_fields("f8", "contacts_lately complaints_lately returns_lately repeats_lately"),
        *_fields("i4", "contacts complaints strikes"),
        # Of the whole run, for measures: here and below, minutes waited, service more than an equal
        # share, money given in remedies, as goodwill and in discounts, privilege in months, what
        # the person paid.
        *_fields("f4", "minutes_waited"),
        *_fields("f8", "satisfaction expectation rank lifetime_cost need_at"),
        *_fields("i4", "need_number cohort"),
        *_fields(_TRAIT, "need_rate difficulty patience demanding"),
        *_fields("f4", "discriminated"),
        # whose newcomer offer they joined with: a policy, or NOBODY for none
        *_fields("i2", "offer_of costly_months"),
        *_fields("f8", "joined_at trust wallet_share potential spend lifetime_revenue"),
        *_fields("f8", "complained_at"),
        *_fields("f4", "gifts privilege_months revenue"),
        # `was_customer`: in the run; whom a rival fits better
        *_fields("i1", "deal_seeker was_customer fits_rival favourite"),
        ("voice_value", "f8", (3,)),  # learned value of complaining: politely, in anger, in public
        *_fields(_TRAIT, "loudness temper honesty audience fairness understanding"),
        *_fields("f8", "remedied_at"),
        *_fields("i4", "remedies_lately referrals recommender hang_ups refusals"),
        *_fields("i4", "contacts_before"),  # month 1
        *_fields("f4", "remedies"),
        *_fields("i2", "first_tier"),
        *_fields("i1", "started_low leaving_reason"),
    ],
    align=True,
)


def numbers_of(records: Records) -> Integers:
    """Return records one after the other, as the numbers of eight bytes that they lie in."""
    return records.reshape(-1).view(np.int64)


def copied(records: Records) -> Records:
    """Return a copy of records; numpy's own takes several times as long, field by field."""
    return numbers_of(records).copy().view(records.dtype).reshape(records.shape)


def wide(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a field of many records eight bytes wide, as numpy has to compute with it."""
    return column.astype(np.int64 if column.dtype.kind == "i" else np.float64)


AGENT = _record(
    # when their experience began, and up to when their minutes are counted; what they are paid for,
    # and that without absence and breaks
    "morale trained_since counted_until busy_minutes paid_minutes present_minutes "
    # their own factor on handling time, and shift of the log odds that a need is resolved
    "own_time own_quality "
    # of the shift that is on; when the next break falls due, how long it is, when it ends
    "shift_began shift_ends break_due break_minutes break_ends",
    # whether somebody holds the seat, how many have been hired for it, and from which month on
    # somebody does if nobody does; `home` is the desk's own pool, whatever a policy forms
    "pool home shift present on_shift busy replacement_month hired absent rest breaks "
    # whether the seat is there at all in this regime, and the regime in which it first is
    "seated seated_from",
)

# Whether an agent who is on shift takes contacts, owes a break as soon as nothing is in hand, or is
# on break.
AT_WORK, BREAK_OWED, ON_BREAK = range(3)

# What a pool announces is none of the estimates, by the queue or by the last contact answered; a
# call-back is offered never, on an announced wait or on an elapsed one. `last_wait` is below 0
# until somebody has been answered.
BY_QUEUE, BY_LAST = 1, 2
ON_ANNOUNCED, ON_ELAPSED = 1, 2

# `exists` is 0 for a pool that a change has taken away, or has not yet brought. Nothing is handed
# over at a shift's end where `hand_over_minutes` is below 0.
POOL = _record(
    "wage overflow_minutes announced_handling offer_minutes last_wait "
    "speed_cv quality_sd shrinkage break_share break_minutes hand_over_minutes",
    "concurrency queue_limit overflow keeps_overnight announces offers exists shrinkage_paid",
)

CONTACT = _record(
    # satisfaction lost over the whole matter; the remedy in months of spend, and its worth; the
    # outcome, quality and disconfirmation of the need when it ended; minutes felt at earlier
    # attempts; the courtesy of who answered last, if `heard`; after how many minutes of waiting a
    # call-back is offered, infinity if never; while it waits for a colleague to take over, the
    # minutes of service that remain, else 0
    "arrived_at wait offered_after satisfaction_loss remedy worth outcome perceived "
    "disconfirmation felt_before courtesy remaining "
    # at the desk: what had been deserved when it came, since when it is served, and for how long
    "deserved_before served_since served_minutes "
    # the uniform draws of a need's first attempt at its first line
    "patience_draw handling_draw resolution_draw",
    "need_number",
    # `entitlement_row` is what a Python policy gave, 0 for what the tier gives; `answered` is
    # whether an agent has begun to serve this attempt, `heard` whether one ever finished or handed
    # on an attempt, `resolved` whether the need was, `judged` whether it ended; and `handed` how
    # often it was handed on since, last by the pool `handed_from`
    "person phase kind month attempt retries voice complaint_level "
    "can_be_met justified opportunistic abusive calmed turned already_remedied refused refused_by "
    "tier entitlement_row treated_voice state pool queue_class promised balked accepts_callback "
    "agent answered heard resolved judged handed handed_from next",
)

# A story holds the remedy for which voice, and what its origin was given: in a `matter`, which is a
# kind of contact, the newcomer offer (one past the kinds) or NOBODY; `like` says what is compared
# with it (`sim.model.events.envy`), and `cell` is where the table of entitlements has it.
STORY = _record(
    "remedy discount",
    "origin key tier says_tier matter like cell voice pending_tellings reached depth hearings next",
)

# How many needs of a kind ended for a person during the run, and how many were resolved.
OUTCOME = _record("", "", "ended resolved")

# What a person remembers of a matter: when they last met it, what they were given, in which tier;
# and the largest grievance about it, as it was when it was felt.
MEMORY = np.dtype(
    [*_fields("f8", "at grievance grieved_at"), *_fields("i4", "cell"), *_fields("i2", "like tier")]
)

TELLING = _record("strength", "story teller heard_from key hop public next")

HEARING = _record("", "", "person story next_in_bucket next_of_story")

# A kind of contact: the distribution of its handling time with the fields of `DISTRIBUTION`, the
# cumulative share of needs up to it, the probability that it is resolved, what each costs once
# resolved, whether a product fault is behind it, whether it is a return, and which pool serves it.
KIND = np.dtype(
    [
        *DISTRIBUTION.descr,
        *_fields("f8", "share_to resolved cost"),
        *_fields("i8", "fault is_return pool"),
    ]
)

# How long people wait with a kind of contact at a pool: the distribution of patience, in minutes if
# `own` and else times the person's own; whether it never ends; and the tolerable wait in minutes.
WAIT = np.dtype([*DISTRIBUTION.descr, ("tolerable", "f8"), ("own", "i8"), ("unlimited", "i8")])

# The tiers of a cohort's policy follow each other; `first` says where those of each begin. `stride`
# is how far apart the columns of the tally are that a tier's number tells apart.
COHORT_TIER = _record("top_share min_score", "")
COHORT = _record("", "since first tiers stride")

# What a pool hands on of a kind of contact: the distribution of the second line's handling time,
# the share, and the pool that is the second line.
HAND_ON = np.dtype([*DISTRIBUTION.descr, ("share", "f8"), ("pool", "i8")])

# A queue class is a place in the order of service: strict level, then head start and pace.
QUEUE_CLASS = _record("head_start pace", "level")


def _entitlements(*kinds: type) -> str:
    """Return the entitlements that the schema declares with a number of these kinds."""
    declared = Entitlement.model_fields.items()
    return " ".join(name for name, field in declared if bare_type(field.annotation)[0] in kinds)


ENTITLEMENT = _record(_entitlements(float), f"queue_class pool {_entitlements(bool, int)}")

# How a tier is cut from the ranking: its largest share of customers (-1: any) and its least score
# (minus infinity: any). Standing is 1 for the top tier and 0 for the last; tiers of the same name
# share a column of the tally.
TIER = _record("top_share min_score standing", "column")

# By whose merits a policy chooses: one's own, or, under a placebo, those of a partner among all
# customers or among those of like load.
OWN_MERITS, OF_ANYBODY, OF_LIKE_LOAD = range(3)

# What customers are told of tiers: nothing, nothing but it may leak, or everything.
UNDISCLOSED, SECRET, PUBLISHED = range(3)

# What a policy says besides its table of entitlements. Nobody is dismissed where strikes are -1 and
# the ratio of cost to revenue is infinite; a share or months of 0 mean that there is no offer.
RULES = _record(
    "dismiss_cost_ratio newcomer_share newcomer_months loyalty_share loyalty_after_months "
    "goodwill_months goodwill_amount calm_minutes warning_minutes window_keep "
    "win_back_share win_back_minutes escalate_below mend_share mend_cost",
    # `since` is the month, from 0, from which the policy is in force, and `control_since` that from
    # which it is for those whom a trial keeps out of the run's own; NEVER if it never is
    # `announces` says that published tiers are news when the policy takes over
    "since control_since first_tier last_tier review_months announces overrule secrecy "
    "dismiss_strikes dismiss_months escalate_pool placebo",
)
NEVER = 1 << 40  # months

# Who is kept out of the run's own policy from month 1 on: nobody, each with a probability, all
# whose number leaves `fold` when divided by `folds`, or everybody in one of two periods.
NOBODY_OUT, SHARE_OUT, FOLD_OUT, PERIODS_OUT = range(4)

# An event that the engine is asked to schedule: when, of what kind, for which person or record.
SCHEDULED = _record("at", "kind entity")

# A regime: from which month, counted from 0, what a month's operational time then is, and the
# factors on everybody's contacts and spend.
REGIME = _record("minutes_per_month", "since")

RUN = _record(
    # In operational minutes: those of a normal month, and when this month starts and ends. Months
    # of the history are negative, and month 0 is the first that is reported.
    "cash fault_rate lessons minutes_per_month operational_month_start operational_month_end "
    "start horizon "
    # minutes of service that a contact at the desk throughout would have deserved, and until when
    # they are counted; what contacts got beyond that, and its squares
    "deserved deserved_until discriminated discriminated_squares trial_share",
    # `reserve` is the most records of a store that one event can take
    "key month months people customers scheduled reserve "
    "free_contact contacts_left free_story stories_left free_telling tellings_left "
    "free_hearing hearings_left tier_groups decile_groups pool_groups need_groups "
    "policy leaked enquiry_kind complaint_kind last_voice cohort_groups regime history "
    "agent_groups desk_contacts desk_served discriminated_contacts "
    # the policy of those who are kept out of `policy`, and who they are, as of NOBODY_OUT
    "control trial trial_fold trial_folds trial_months",
)

# When a pool is open: from when to when, and how many minutes it has been open before.
POOL_HOURS = _record("begins ends opened_before", "")

MONTH_TALLY = _record(
    "opening_customers customers prospects lapsed dismissed "
    "joined joined_after_recommendation left_natural left_dissatisfied left_at_once "
    "left_offer_end left_ombudsman dismissals dismissals_wrong joiners_left joiners_at_risk "
    "revenue wages serving remedies offers acquisition hiring ombudsman_fees mending fixed "
    "cash ruined "
    "leaked customer_equity top20_share top1_share top2_share late_bloomers_share "
    "needs arrived served abandoned closed_on blocked turned_away ignored withdrawn "
    "retried called_back enquiries delayed balked callbacks_offered callbacks_accepted "
    "wait_minutes wait_served_minutes promised promise_kept busy_minutes paid_minutes "
    "present_minutes "
    "polite angry public opportunist justified handled granted overrulings ombudsman_cases "
    "refusals refusals_digested satisfaction_refused "
    "satisfaction expectation trust opinion opinions "
    "unfairness_within unfairness_between hearings_of_customers "
    "without_strikes satisfaction_without_strikes "
    "value_polite value_angry value_public never_complained value_public_hearsay "
    "stories_good stories_bad strength_good strength_bad messages_good messages_bad retellings "
    "posts_good posts_bad reached_good reached_bad depth decided_by_good decided_by_bad "
    "agents_present morale agents_quit fault_rate encounters waiting in_service "
    "at_rival left_to_rival joined_from_rival left_better_fit "
    "first_resolved need_encounters needs_again "
    "handed_on handed_lost handed_waiting handed_wait_minutes handed_over taken_over "
    "disappointed disappointed_complained complainers_left complainers_at_risk "
    "explained explained_disputed redone redone_disputed paid paid_disputed "
    "abusive postponed turned_round refusals_praised unasked returning returned "
    "won_back won_back_minutes",
    "",
)

GROUP = _record(
    "opening_customers customers joined left revenue remedies satisfaction complaints "
    "arrived unqueued served abandoned wait_minutes wait_served_minutes busy_minutes paid_minutes "
    "present_minutes first_resolved need_encounters needs_again",
    "",
)
