"""The choice after an encounter: silence, a complaint, leaving at once, or an appeal."""

from __future__ import annotations

from typing import Any

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import fill_streams, gumbel, gumbel_above
from sim.model.events.complaint import chooses_to_appeal
from sim.model.events.lookups import LAST_LEVEL, contact_index
from sim.model.laws.voice import exit_utility, log_audience, opportunist_utility, voice_utility
from sim.model.records import ANGRY, APPEAL, CUSTOMER, EXIT, NEED, POLITE, PUBLIC, SILENCE
from sim.model.state import World

__all__ = ["choose_reaction"]


@jitted
def choose_reaction(W: World, c: int, d: float) -> int:
    """Return the person's choice: silence, a voice or exit, by multinomial logit.

    After a last refusal it may be an appeal to the ombudsman instead.
    """
    contact = W.contacts[c]
    P = W.parameters[0]
    if P.voice_on == 0.0 or W.people[contact.person].status != CUSTOMER:
        return SILENCE
    if chooses_to_appeal(W, c):
        return APPEAL
    if d < 0.0:
        return _choose_when_disappointed(W, c, -d)
    if contact.phase == NEED:
        return _choose_without_cause(W, c)
    return SILENCE


@inlined
def _draw_choices(W: World, c: int) -> None:
    """Draw what the utilities of silence, of each voice and of leaving vary by."""
    contact, key = W.contacts[c], W.run[0].key
    index = contact_index(contact)
    fill_streams(W.batch, key, streams.CHOICE_SILENCE, contact.person, index, 0)


@inlined
def _of_silence(W: World) -> float:
    """Return the utility of silence: what was drawn, since the others are measured from it."""
    return gumbel(W.batch[SILENCE])


@inlined
def _random_utility(W: World, choice: int, least: float) -> float:
    """Return what was drawn for another choice, if it is above what it needs to be better."""
    return gumbel_above(least, W.batch[choice])


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
    """Return what raises the utility of a voice: temper for anger, followers for the public."""
    if voice == ANGRY:
        return P.voice_temper * person.temper
    if voice == PUBLIC:
        return P.voice_audience * log_audience(person.audience)
    return 0.0


@inlined
def _choose_when_disappointed(W: World, c: int, x: float) -> int:
    P, person = W.parameters[0], W.people[W.contacts[c].person]
    _draw_choices(W, c)
    best, choice = _of_silence(W), SILENCE
    # Complaining again may be easier, once begun, or harder, once explained: its sign says which.
    more = P.voice_persistence if W.contacts[c].complaint_level > 0 else 0.0
    if W.contacts[c].complaint_level < LAST_LEVEL:
        for voice in range(POLITE, EXIT):
            utility = voice_utility(
                _voice_base(P, voice) + more,
                _voice_slope(P, voice),
                x,
                P.voice_loudness * person.loudness,
                _voice_extra(P, person, voice),
                person.voice_value[voice - POLITE],
            )
            utility += _random_utility(W, voice, best - utility)
            if utility > best:
                best, choice = utility, voice
    utility = exit_utility(P.voice_exit_base, P.voice_exit_slope, x, P.churn_lock_in)
    if _random_utility(W, EXIT, best - utility) + utility > best:
        return EXIT
    return choice


@inlined
def _choose_without_cause(W: World, c: int) -> int:
    P, person = W.parameters[0], W.people[W.contacts[c].person]
    _draw_choices(W, c)
    best, choice = _of_silence(W), SILENCE
    for voice in range(POLITE, EXIT):
        utility = opportunist_utility(
            person.honesty,
            _voice_base(P, voice),
            P.voice_polite_base,
            _voice_extra(P, person, voice),
            person.voice_value[voice - POLITE],
        )
        utility += _random_utility(W, voice, best - utility)
        if utility > best:
            best, choice = utility, voice
    return choice
