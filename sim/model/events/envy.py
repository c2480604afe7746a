"""Envy: people remember what they were given, and compare it with what they hear others were.

Like is compared with like: the same kind of contact, the same justification and the same ruling.
What counts is what a policy gives, never how long somebody happened to wait.
"""

from __future__ import annotations

import math
from typing import Any

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.rng import happens
from sim.model.events.allocate import month_tally
from sim.model.events.lookups import (
    current_discount,
    entitlement_row_of,
    newcomer_share,
    voice_for,
)
from sim.model.events.tier_disclosure import tiers_are_known
from sim.model.laws.unfairness import (
    grievance_left,
    manner_shortfall,
    newly_felt,
    order_shortfall,
    promise_shortfall,
    remedy_shortfall,
    total_shortfall,
    trust_after_shock,
    unfairness,
)
from sim.model.records import (
    COMPLAINT,
    ENQUIRY,
    IN_SERVICE,
    MONTH,
    NEED,
    NEWCOMER_OFFER,
    NOBODY,
    UNDISCLOSED,
    VOICES,
)
from sim.model.state import World, rules_of

__all__ = [
    "compare_treatment",
    "describe_treatment",
    "entitlement_gap",
    "remember_treatment",
]

_VOICES = len(VOICES)
_RULINGS = 4
# How a contact was ruled on: not at all, granted, refused, or refused with goodwill. A need is
# granted what it ends with unasked.
_NONE, _GRANTED, _REFUSED, _GOODWILL = range(_RULINGS)
_CASES = 2 * _RULINGS  # justified or not


@inlined
def _ruling(contact: Any) -> int:
    if contact.phase == NEED:
        return _GRANTED if contact.remedy > 0.0 else _NONE
    if contact.phase != COMPLAINT or contact.state != IN_SERVICE:
        return _NONE
    if not contact.refused:
        return _GRANTED
    return _GOODWILL if contact.remedy > 0.0 else _REFUSED


@inlined
def _likeness(W: World, contact: Any) -> int:
    """Return one number for the policy in force, the justification and the ruling of a contact.

    Experience of another policy is never compared.
    """
    justified = contact.justified if contact.phase == COMPLAINT else contact.can_be_met
    return W.run[0].policy * _CASES + justified * _RULINGS + _ruling(contact)


@inlined
def _cell(W: World, c: int) -> int:
    """Return the place of what a contact was given among all rows and voices of its phase."""
    return entitlement_row_of(W, c) * _VOICES + voice_for(W.contacts[c])


@jitted
def remember_treatment(W: World, c: int, now: float) -> None:
    """Let a person remember what they were given at a contact, in place of the last of its kind."""
    if W.memories.shape[0] == 0:
        return
    contact = W.contacts[c]
    memory = W.memories[contact.person, contact.kind]
    memory.at, memory.like, memory.cell = now, _likeness(W, contact), _cell(W, c)
    memory.tier = W.people[contact.person].tier


@jitted
def describe_treatment(W: World, y: int, about: int) -> None:
    """Let a story carry what it is about, what its origin was given, and whether it says the tier.

    `about` is a contact, NEWCOMER_OFFER, or NOBODY for what nobody compares.
    """
    story, run, P = W.stories[y], W.run[0], W.parameters[0]
    person, rules = W.people[story.origin], rules_of(W, story.origin)
    story.tier, story.matter = person.tier, NOBODY
    if rules.secrecy == UNDISCLOSED and rules.first_tier < rules.last_tier:
        says = happens(P.fairness_tells_tier, run.key, streams.TELLS_TIER, story.origin, story.key)
        story.says_tier = int(says)
    if about == NEWCOMER_OFFER:
        story.matter, story.discount = W.kinds.shape[0], newcomer_share(W, story.origin)
        story.like = run.policy * _CASES
    elif about != NOBODY:
        contact = W.contacts[about]
        story.matter, story.like = contact.kind, _likeness(W, contact)
        story.cell = _cell(W, about)


@jitted
def compare_treatment(W: World, j: int, y: int, now: float) -> None:
    """Let a customer who hears a story compare; who was given less trusts less.

    Of a grievance that is held already, only the increase is felt.
    """
    P, person, story, tally = W.parameters[0], W.people[j], W.stories[y], month_tally(W)
    tally.hearings_of_customers += 1.0
    of_this_policy = story.like // _CASES == W.run[0].policy
    if W.memories.shape[0] == 0 or story.matter == NOBODY or not of_this_policy:
        return
    known = story.tier != person.tier and (story.says_tier == 1 or tiers_are_known(W))
    weight = P.fairness_between_tiers if known else P.fairness_within_tier
    shortfall, tier = _shortfall(W, j, y, known, now)
    unfair = unfairness(person.fairness, shortfall, weight)
    if unfair == 0.0:
        return
    memory = W.memories[j, story.matter]
    months = (now - memory.grieved_at) / MONTH
    held = grievance_left(memory.grievance, P.fairness_grievance_fade_per_month, months)
    felt = newly_felt(unfair, held)
    if felt == 0.0:
        return
    memory.grievance, memory.grieved_at = unfair, now
    person.trust = trust_after_shock(person.trust, felt)
    if tier == story.tier:
        tally.unfairness_within += felt
    else:
        tally.unfairness_between += felt


@jitted
def _shortfall(W: World, j: int, y: int, known: bool, now: float) -> tuple[float, int]:
    """Return how much less a hearer was given, 0 to 1, and in which tier they were then.

    By rule where the other is known to belong to another tier; else by the hearer's own last
    experience of the like. An offer says itself what was given.
    """
    person, story = W.people[j], W.stories[y]
    if story.matter == W.kinds.shape[0]:
        return max(story.discount - current_discount(W, j, now), 0.0), person.tier
    if known:
        return _shortfall_by_rule(W, j, y), person.tier
    memory, P = W.memories[j, story.matter], W.parameters[0]
    if now - memory.at >= P.fairness_memory_months * MONTH or memory.like != story.like:
        return 0.0, person.tier
    chance = 1.0 if story.like % _RULINGS == _GRANTED else 0.0
    part = _difference(W, j, y, memory.cell, memory.tier, chance, chance)
    return part, memory.tier


@jitted
def _shortfall_by_rule(W: World, j: int, y: int) -> float:
    """Return by how much a hearer is entitled to less in the case that a story is about."""
    story, phase = W.stories[y], _phase(W, W.stories[y].matter)
    own = W.people[j].tier * _VOICES + story.cell % _VOICES
    if phase != COMPLAINT:
        paid = 1.0 if story.like % _RULINGS == _GRANTED else 0.0
        return _difference(W, j, y, own, W.people[j].tier, paid, paid)
    justified = story.like // _RULINGS % 2 == 1
    mine = W.entitlements[phase, own // _VOICES, own % _VOICES]
    theirs = W.entitlements[phase, story.cell // _VOICES, story.cell % _VOICES]
    chance = 1.0 if justified else mine.lenient
    their_chance = 1.0 if justified else theirs.lenient
    return _difference(W, j, y, own, W.people[j].tier, chance, their_chance)


@inlined
def _phase(W: World, kind: int) -> int:
    run = W.run[0]
    if kind == run.complaint_kind:
        return COMPLAINT
    return ENQUIRY if kind == run.enquiry_kind else NEED


@jitted
def _difference(
    W: World, j: int, y: int, cell: int, tier: int, chance: float, their_chance: float
) -> float:
    """Return the shortfall between what a cell of the table gives and what a story's does.

    `tier` is the tier of the hearer's cell; chances are those that a remedy is given at all.
    """
    story, phase = W.stories[y], _phase(W, W.stories[y].matter)
    mine = W.entitlements[phase, cell // _VOICES, cell % _VOICES]
    theirs = W.entitlements[phase, story.cell // _VOICES, story.cell % _VOICES]
    P, spend = W.parameters[0], W.people[j].spend
    tolerable = P.perception_tolerable_wait_minutes
    return total_shortfall(
        P.fairness_weights_queue * _queue_shortfall(mine, theirs, tolerable),
        P.fairness_weights_pool * _pool_shortfall(W, mine, theirs, tier, story.tier),
        P.fairness_weights_remedy
        * remedy_shortfall(
            chance,
            _months_for(mine, phase, spend),
            their_chance,
            _months_for(theirs, phase, spend),
            P.recovery_half_value_months,
        ),
        P.fairness_weights_manner
        * manner_shortfall(mine.courtesy, theirs.courtesy, mine.effort, theirs.effort),
        max(theirs.privilege - mine.privilege, 0.0),
    )


@entry
def entitlement_gap(
    W: World,
    phase: int,
    tier: int,
    voice: int,
    other: int,
    their_voice: int,
    justified: bool,
    spend: float,
) -> float:
    """Return by how much a tier and voice are entitled to less than another in the same case.

    Each part counts in full, whatever people mind. Remedies in money count in months of this spend.
    """
    P = W.parameters[0]
    mine, theirs = W.entitlements[phase, tier, voice], W.entitlements[phase, other, their_voice]
    chance, their_chance = 0.0, 0.0
    if phase == COMPLAINT:
        chance, their_chance = mine.lenient, theirs.lenient
    if justified:
        chance, their_chance = 1.0, 1.0
    return total_shortfall(
        _queue_shortfall(mine, theirs, P.perception_tolerable_wait_minutes),
        _pool_shortfall(W, mine, theirs, tier, other),
        remedy_shortfall(
            chance,
            _months_for(mine, phase, spend),
            their_chance,
            _months_for(theirs, phase, spend),
            P.recovery_half_value_months,
        ),
        manner_shortfall(mine.courtesy, theirs.courtesy, mine.effort, theirs.effort),
        max(theirs.privilege - mine.privilege, 0.0),
    )


@inlined
def _queue_shortfall(mine: Any, theirs: Any, tolerable: float) -> float:
    """Return how much later one is served by rule: 1 if one is turned away and they are not."""
    if mine.ignore != theirs.ignore:
        return float(mine.ignore)
    order = order_shortfall(
        mine.rank_class,
        theirs.rank_class,
        mine.head_start_minutes,
        theirs.head_start_minutes,
        mine.pace,
        theirs.pace,
        tolerable,
    )
    promise = promise_shortfall(mine.wait_promise_minutes, theirs.wait_promise_minutes, tolerable)
    return max(order, promise)


@inlined
def _pool_shortfall(W: World, mine: Any, theirs: Any, tier: int, their_tier: int) -> float:
    """Return 1 if they are sent to another pool, and a better one.

    That is the pool of a tier that stands higher; of tiers that stand alike, a pool of one's own.
    """
    if mine.pool == theirs.pool:
        return 0.0
    standing, theirs_standing = W.tiers[tier].standing, W.tiers[their_tier].standing
    if standing == theirs_standing:
        return 1.0 if mine.pool == NOBODY else 0.0
    return 1.0 if theirs_standing > standing else 0.0


@inlined
def _months_for(given: Any, phase: int, spend: float) -> float:
    """Return a remedy in months of somebody's spend, however it is declared.

    That of a need is what is paid unasked, if ever it is.
    """
    months, amount = given.remedy, given.remedy_amount
    if phase == NEED:
        ever = given.proactive_after_minutes < math.inf or given.proactive_after_failure == 1
        months = given.proactive_remedy if ever else 0.0
        amount = given.proactive_amount if ever else 0.0
    return months if amount == 0.0 else months + amount / max(spend, 1e-9)
