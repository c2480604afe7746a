"""The moment of truth: an encounter is perceived, changes a mind, and is acted on."""

from __future__ import annotations

from typing import Any

from sim.chance import draw_index, exponential, gumbel, uniform
from sim.jit import jitted
from sim.laws.churn import conversion
from sim.laws.satisfaction import disconfirmation, expected, expected_next, perceived, satisfied
from sim.laws.voice import exit_utility, opportunist_utility, reach_of, voice_utility
from sim.moments.membership import AT_ONCE, bill, join, leave
from sim.moments.stores import (
    account,
    discard_contact,
    month_tally,
    post_contact,
    take_contact,
)
from sim.moments.talk import spread
from sim.world import purposes
from sim.world.calendar import delayed
from sim.world.records import (
    ANGRY,
    AWAITED,
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
from sim.world.whole import World

__all__ = ["entitled", "index_of", "live_through"]

_ATTEMPTS = 21  # bits of a stage that count attempts; above them, the level of complaint
_LAST_LEVEL = 2  # a complaint about a complaint
_MOST_ATTEMPTS = 1000  # nobody calls more often about one need, however stubborn


@jitted
def index_of(contact: Any) -> int:
    """Return the draw index of a contact: its need, its level of complaint, its attempt."""
    return draw_index(contact.month, contact.k, contact.level << _ATTEMPTS | contact.stage)


@jitted
def entitled(W: World, c: int) -> Any:
    """Return what the policy gives to this contact's person for it."""
    contact = W.contacts[c]
    return W.entitlements[contact.phase, W.people[contact.person].tier, contact.voice]


@jitted
def live_through(
    W: World, c: int, a: int, outcome: float, courtesy: float, wait: float, now: float
) -> None:
    """Let a person live through the end of a contact, and act on it.

    Parameters
    ----------
    c : int
        The contact; it is over afterwards, or put off to another attempt.
    a : int
        The agent who finished it; NOBODY if none did.
    outcome, courtesy : float
        0 to 1.
    wait : float
        Minutes in the queue; infinity for somebody who was never let in.
    now : float
    """
    contact, P = W.contacts[c], W.P[0]
    i = contact.person
    month_tally(W).moments += 1.0
    p = perceived(
        wait,
        outcome,
        courtesy,
        P.perception_tolerable_wait_minutes,
        P.perception_weights_wait,
        P.perception_weights_outcome,
        P.perception_weights_courtesy,
    )
    d = _change_mind(W, c, p)
    choice = _choose(W, c, d)
    _tell_others(W, c, a, choice, d, now)
    if choice == EXIT:
        bill(W, i, now)
        leave(W, i, AT_ONCE)
        discard_contact(W, c)
    elif choice != SILENCE:
        _complain(W, c, choice, d, now)
    elif contact.phase == ENQUIRY and _convinced(W, c, p):
        join(W, i, now)
        discard_contact(W, c)
    else:
        _let_it_pass(W, c, a, outcome, now)


@jitted
def _change_mind(W: World, c: int, p: float) -> float:
    """Change what the person thinks; return the disconfirmation.

    Somebody who is no customer has no satisfaction: the same gain and loss move their opinion.
    """
    contact, P = W.contacts[c], W.P[0]
    person = W.people[contact.person]
    gain, loss = P.satisfaction_gain, P.satisfaction_loss
    if person.status == CUSTOMER:
        d = disconfirmation(p, expected(person.e, P.satisfaction_entitlement, person.rank))
        after = satisfied(person.s, d, gain, loss)
        contact.loss += max(person.s - after, 0.0)
        person.s = after
    else:
        d = disconfirmation(p, expected(person.e, 0.0, 0.5))
        person.o = 2.0 * satisfied(0.5 * (person.o + 1.0), d, gain, loss) - 1.0
    person.e = expected_next(
        person.e, p, P.expectation_adapt, P.expectation_market_weight, P.expectation_market_norm
    )
    return d


@jitted
def _choose(W: World, c: int, d: float) -> int:
    """Return what the person does: silence, a voice, or exit, by multinomial logit."""
    contact = W.contacts[c]
    P = W.P[0]
    if P.voice_on == 0.0 or W.people[contact.person].status != CUSTOMER:
        return SILENCE
    if d < 0.0:
        return _choose_hurt(W, c, -d)
    if contact.phase == NEED:
        return _choose_opportunity(W, c)
    return SILENCE


@jitted
def _luck(W: World, c: int, choice: int) -> float:
    contact = W.contacts[c]
    purpose = purposes.CHOICE_SILENCE + choice
    return gumbel(W.run[0].key, purpose, contact.person, index_of(contact))


@jitted
def _voice_base(P: Any, voice: int) -> float:
    if voice == POLITE:
        return P.voice_polite_base
    return P.voice_angry_base if voice == ANGRY else P.voice_public_base


@jitted
def _voice_slope(P: Any, voice: int) -> float:
    if voice == POLITE:
        return P.voice_polite_slope
    return P.voice_angry_slope if voice == ANGRY else P.voice_public_slope


@jitted
def _voice_extra(P: Any, person: Any, voice: int) -> float:
    """Return what speaks for this voice: temper for anger, followers for the public."""
    if voice == ANGRY:
        return P.voice_temper * person.temper
    if voice == PUBLIC:
        return P.voice_audience * reach_of(person.audience)
    return 0.0


@jitted
def _choose_hurt(W: World, c: int, x: float) -> int:
    P, person = W.P[0], W.people[W.contacts[c].person]
    best, choice = _luck(W, c, SILENCE), SILENCE
    if W.contacts[c].level < _LAST_LEVEL:
        for voice in range(POLITE, EXIT):
            utility = _luck(W, c, voice) + voice_utility(
                _voice_base(P, voice),
                _voice_slope(P, voice),
                x,
                P.voice_loudness * person.loudness,
                _voice_extra(P, person, voice),
                person.rho[voice],
            )
            if utility > best:
                best, choice = utility, voice
    utility = exit_utility(P.voice_exit_base, P.voice_exit_slope, x, P.churn_lock_in)
    if _luck(W, c, EXIT) + utility > best:
        return EXIT
    return choice


@jitted
def _choose_opportunity(W: World, c: int) -> int:
    P, person = W.P[0], W.people[W.contacts[c].person]
    best, choice = _luck(W, c, SILENCE), SILENCE
    for voice in range(POLITE, EXIT):
        utility = _luck(W, c, voice) + opportunist_utility(
            person.honesty,
            _voice_base(P, voice),
            P.voice_polite_base,
            _voice_extra(P, person, voice),
            person.rho[voice],
        )
        if utility > best:
            best, choice = utility, voice
    return choice


@jitted
def _tell_others(W: World, c: int, a: int, choice: int, d: float, now: float) -> None:
    """Thank for a delightful remedy; tell neighbours; post a public complaint or thanks."""
    contact, P = W.contacts[c], W.P[0]
    if d > P.talk_threshold and contact.remedy > 0.0 and a != NOBODY:
        W.agents[a].morale = min(W.agents[a].morale + P.staff_morale_thanks, 1.0)
    thanks = contact.voice == PUBLIC and contact.remedy > 0.0 and d > 0.0
    spread(
        W,
        contact.person,
        index_of(contact),
        d,
        contact.voice,
        contact.remedy,
        now,
        choice == PUBLIC or thanks,
        _complaint_time(W, c, now) if choice == PUBLIC else now,
    )


@jitted
def _complaint_time(W: World, c: int, now: float) -> float:
    contact, run = W.contacts[c], W.run[0]
    wait = exponential(run.key, purposes.COMPLAINT_DELAY, contact.person, index_of(contact))
    return delayed(W, now, wait * W.P[0].voice_delay_minutes)


@jitted
def _complain(W: World, c: int, voice: int, d: float, now: float) -> None:
    """Put a complaint on its way; it remembers its cause, and takes that contact's place."""
    at, n = _complaint_time(W, c, now), take_contact(W, W.contacts[c].person)
    cause, new, tally = W.contacts[c], W.contacts[n], month_tally(W)
    new.phase, new.kind, new.voice = COMPLAINT, W.run[0].complaint_kind, voice
    new.month, new.k, new.level = cause.month, cause.k, cause.level + 1
    new.loss, new.refused_by = cause.loss, cause.refused_by
    new.repaid = int(cause.repaid or cause.remedy > 0.0)
    if cause.phase == COMPLAINT:
        new.justified, new.opportune = cause.justified, cause.opportune
    else:
        new.justified = int(d < 0.0 and cause.can_be_met == 1)
        new.opportune = int(d >= 0.0)
    _count_voice(W, new.person, voice, now)
    tally.opportunist += new.opportune
    tally.justified += new.justified
    discard_contact(W, c)
    post_contact(W, n, at)


@jitted
def _count_voice(W: World, i: int, voice: int, now: float) -> None:
    person, tally = W.people[i], month_tally(W)
    person.complaints += 1
    person.complained_at = now
    if voice == POLITE:
        tally.polite += 1.0
    elif voice == ANGRY:
        tally.angry += 1.0
    else:
        tally.public += 1.0
    account(W, W.run[0].tier_groups, person.tier).complaints += 1.0
    account(W, W.run[0].decile_groups, person.decile).complaints += 1.0


@jitted
def _convinced(W: World, c: int, p: float) -> bool:
    contact, P, run = W.contacts[c], W.P[0], W.run[0]
    chance = conversion(P.adoption_convert, P.adoption_convert_without_service, p)
    return uniform(run.key, purposes.CONVERSION, contact.person, index_of(contact)) < chance


@jitted
def _let_it_pass(W: World, c: int, a: int, outcome: float, now: float) -> None:
    """Say nothing: try again later what no agent took, call back about what was not resolved."""
    contact, P, tally = W.contacts[c], W.P[0], month_tally(W)
    if contact.stage >= _MOST_ATTEMPTS:
        discard_contact(W, c)
    elif a == NOBODY and contact.retries < P.contact_retry_limit:
        again = _comes_again(W, c, purposes.RETRY, P.contact_retry)
        tally.retried += again
        contact.retries += 1
        _put_off(W, c, again, purposes.RETRY_DELAY, P.contact_retry_delay_minutes, now)
    elif a != NOBODY and contact.phase == NEED and contact.can_be_met == 1 and outcome < 1.0:
        again = _comes_again(W, c, purposes.CALLBACK, P.contact_callback)
        tally.called_back += again
        contact.retries = 0
        _put_off(W, c, again, purposes.CALLBACK_DELAY, P.contact_callback_delay_minutes, now)
    else:
        discard_contact(W, c)


@jitted
def _comes_again(W: World, c: int, purpose: int, chance: float) -> bool:
    contact = W.contacts[c]
    return uniform(W.run[0].key, purpose, contact.person, index_of(contact)) < chance


@jitted
def _put_off(W: World, c: int, again: bool, purpose: int, mean_minutes: float, now: float) -> None:
    """Put a contact off to another attempt, in open hours; or end it."""
    contact = W.contacts[c]
    if not again:
        discard_contact(W, c)
        return
    minutes = exponential(W.run[0].key, purpose, contact.person, index_of(contact)) * mean_minutes
    contact.stage += 1
    contact.state = AWAITED
    post_contact(W, c, delayed(W, now, minutes))
