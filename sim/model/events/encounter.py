"""An encounter ends: the person comes back about the need, or judges it, and reacts."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import exponential, happens
from sim.model.events.allocate import (
    allocate_contact,
    free_contact,
    group_tally,
    month_tally,
    person_tallies,
    schedule_contact,
)
from sim.model.events.coming_back import comes_back
from sim.model.events.complaint import rule_on_appeal
from sim.model.events.complaint_choice import choose_reaction
from sim.model.events.contact_counts import count_reaction
from sim.model.events.envy import remember_treatment
from sim.model.events.joining_and_leaving import AT_ONCE, decides_to_join, join, leave_at_once
from sim.model.events.lookups import contact_index
from sim.model.events.remedies import pay_unasked
from sim.model.events.tier_disclosure import disclosed_expectation
from sim.model.events.word_of_mouth import start_story
from sim.model.laws.satisfaction import (
    after_gesture,
    disconfirmation,
    expected_quality,
    next_expectation,
    next_satisfaction,
    perceived_quality,
    wait_comfort,
)
from sim.model.laws.voice import abuse_chance
from sim.model.opening_clock import after_open_minutes
from sim.model.policy.placebo import treated_voice
from sim.model.records import (
    ANGRY,
    APPEAL,
    COMPLAINT,
    CUSTOMER,
    ENQUIRY,
    EXIT,
    NEED,
    NOBODY,
    POLITE,
    PUBLIC,
    SILENCE,
)
from sim.model.state import World

__all__ = ["conclude_encounter"]


@inlined
def conclude_encounter(
    W: World, c: int, a: int, outcome: float, courtesy: float, wait: float, now: float
) -> None:
    """End a contact: the person comes back about the same need, or judges the need and reacts.

    Parameters
    ----------
    c : int
        The contact; afterwards it is over, or scheduled for another attempt.
    a : int
        The agent who finished it; NOBODY if none did.
    outcome, courtesy : float
        Of the need, if this is its end; 0 to 1.
    wait : float
        Minutes felt in the queue; infinity for a contact that was never let in.
    now : float
    """
    contact = W.contacts[c]
    contact.outcome = outcome
    _count_encounter(W, c)
    if not comes_back(W, c, a, wait, now):
        _judge(W, c, a, courtesy, contact.felt_before + wait, now)


@inlined
def _count_encounter(W: World, c: int) -> None:
    contact = W.contacts[c]
    month_tally(W).encounters += 1.0
    if contact.phase == NEED:
        month_tally(W).need_encounters += 1.0
        group_tally(W, W.run[0].need_groups, contact.kind).need_encounters += 1.0


@inlined
def _judge(W: World, c: int, a: int, courtesy: float, wait: float, now: float) -> None:
    """Let a person judge what ends here, by its outcome and all minutes waited, and react."""
    contact, P = W.contacts[c], W.parameters[0]
    i = contact.person
    comfort = wait_comfort(wait, W.patiences[contact.kind, contact.pool].tolerable)
    pay_unasked(W, c, wait, now)
    if contact.phase == NEED:
        comfort = after_gesture(comfort, contact.worth)
        contact.outcome = after_gesture(contact.outcome, contact.worth)
    p = perceived_quality(
        comfort,
        contact.outcome,
        courtesy,
        P.perception_weights_wait,
        P.perception_weights_outcome,
        P.perception_weights_courtesy,
    )
    d = _update_attitudes(W, c, p)
    contact.perceived, contact.disconfirmation, contact.judged = p, d, 1
    refused = _is_refused(W, c, a)
    if refused:
        _count_refusal(W, c, d)
    if contact.phase == NEED:
        W.outcomes[i, contact.kind].ended += 1
        W.outcomes[i, contact.kind].resolved += contact.resolved
    choice = choose_reaction(W, c, d)
    count_reaction(W, c, a, choice, d)
    remember_treatment(W, c, now)
    _start_word_of_mouth(W, c, a, choice, d, refused, now)
    if choice == EXIT:
        leave_at_once(W, i, AT_ONCE, now)
        free_contact(W, c)
    elif choice == APPEAL:
        rule_on_appeal(W, c, now)
    elif choice != SILENCE:
        _file_complaint(W, c, choice, d, now)
    else:
        if contact.phase == ENQUIRY and _joins_after_enquiry(W, c):
            join(W, i, now)
        free_contact(W, c)


@inlined
def _update_attitudes(W: World, c: int, p: float) -> float:
    """Update satisfaction or opinion and expectation; return the disconfirmation.

    People who are not customers have no satisfaction: gain and loss change their opinion instead.
    """
    contact, P = W.contacts[c], W.parameters[0]
    person = W.people[contact.person]
    gain, loss = P.satisfaction_gain, P.satisfaction_loss
    if person.status == CUSTOMER:
        d = disconfirmation(
            p,
            expected_quality(
                person.expectation + disclosed_expectation(W, contact.person),
                P.satisfaction_entitlement,
                person.rank,
            ),
        )
        after = next_satisfaction(person.satisfaction, d, gain, loss)
        contact.satisfaction_loss += max(person.satisfaction - after, 0.0)
        person.satisfaction = after
    else:
        d = disconfirmation(p, expected_quality(person.expectation, 0.0, 0.5))
        person.opinion = 2.0 * next_satisfaction(0.5 * (person.opinion + 1.0), d, gain, loss) - 1.0
    person.expectation = next_expectation(
        person.expectation,
        p,
        P.expectation_adapt,
        P.expectation_market_weight,
        P.expectation_market_norm,
    )
    return d


@jitted
def _count_refusal(W: World, c: int, d: float) -> None:
    """Count a refusal, whether it did not disappoint, and the satisfaction after it."""
    tally, person = month_tally(W), W.people[W.contacts[c].person]
    tally.refusals += 1.0
    person.refusals += 1
    tally.refusals_digested += d >= 0.0
    tally.satisfaction_refused += person.satisfaction


@inlined
def _is_refused(W: World, c: int, a: int) -> bool:
    """Return whether an agent said no to a customer, to a need or to a complaint."""
    contact = W.contacts[c]
    unmet = contact.phase == NEED and contact.can_be_met == 0
    customer = W.people[contact.person].status == CUSTOMER
    return a != NOBODY and customer and (unmet or contact.refused == 1)


@inlined
def _start_word_of_mouth(
    W: World, c: int, a: int, choice: int, d: float, refused: bool, now: float
) -> None:
    """Raise the agent's morale by thanks; tell neighbours; post a public complaint or thanks."""
    contact, P = W.contacts[c], W.parameters[0]
    if d > P.staff_morale_delight and contact.remedy > 0.0 and a != NOBODY:
        W.agents[a].morale = min(W.agents[a].morale + P.staff_morale_thanks, 1.0)
    pleased = contact.remedy > 0.0 or contact.turned == 1
    thanks = contact.voice == PUBLIC and pleased and d > 0.0
    before = month_tally(W).stories_good
    start_story(
        W,
        contact.person,
        contact_index(contact),
        d,
        contact.voice,
        contact.remedy,
        now,
        choice == PUBLIC or thanks,
        _time_of_complaint(W, c, now) if choice == PUBLIC else now,
        c,
    )
    if refused:
        month_tally(W).refusals_praised += month_tally(W).stories_good - before


@jitted
def _time_of_complaint(W: World, c: int, now: float) -> float:
    contact, run = W.contacts[c], W.run[0]
    wait = exponential(run.key, streams.COMPLAINT_DELAY, contact.person, contact_index(contact))
    return after_open_minutes(W, now, wait * W.parameters[0].voice_delay_minutes)


@jitted
def _file_complaint(W: World, c: int, voice: int, d: float, now: float) -> None:
    """File a complaint, which replaces the contact that caused it and keeps what matters of it."""
    at, n = _time_of_complaint(W, c, now), allocate_contact(W, W.contacts[c].person)
    cause, new, tally = W.contacts[c], W.contacts[n], month_tally(W)
    new.phase, new.kind, new.voice = COMPLAINT, W.run[0].complaint_kind, voice
    new.treated_voice = treated_voice(W, W.contacts[c].person, voice)
    new.month, new.need_number, new.complaint_level = (
        cause.month,
        cause.need_number,
        cause.complaint_level + 1,
    )
    new.satisfaction_loss, new.refused_by = cause.satisfaction_loss, cause.refused_by
    new.already_remedied = int(cause.already_remedied or cause.remedy > 0.0)
    if cause.phase == COMPLAINT:
        new.justified, new.opportunistic = cause.justified, cause.opportunistic
    else:
        new.justified = int(d < 0.0 and cause.can_be_met == 1)
        new.opportunistic = int(d >= 0.0)
    if voice == ANGRY:
        new.abusive = int(_is_abusive(W, n))
    _count_voice(W, new.person, voice, now)
    tally.opportunist += new.opportunistic
    tally.justified += new.justified
    free_contact(W, c)
    schedule_contact(W, n, at)


@jitted
def _is_abusive(W: World, c: int) -> bool:
    contact, P = W.contacts[c], W.parameters[0]
    heat = P.voice_abusive_temper * W.people[contact.person].temper
    chance = abuse_chance(P.voice_abusive_share, heat)
    return happens(chance, W.run[0].key, streams.ABUSE, contact.person, contact_index(contact))


@jitted
def _count_voice(W: World, i: int, voice: int, now: float) -> None:
    person, tally = W.people[i], month_tally(W)
    person.complaints += 1
    person.complaints_lately += 1.0
    person.complained_at = now
    if voice == POLITE:
        tally.polite += 1.0
    elif voice == ANGRY:
        tally.angry += 1.0
    else:
        tally.public += 1.0
    for group in person_tallies(W, i):
        group.complaints += 1.0


@jitted
def _joins_after_enquiry(W: World, c: int) -> bool:
    contact = W.contacts[c]
    return decides_to_join(
        W, contact.person, contact.perceived, contact.disconfirmation, contact_index(contact)
    )
