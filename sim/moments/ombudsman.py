"""The ombudsman: who turns there after a last refusal, and what its ruling costs."""

from __future__ import annotations

from sim.chance import uniform
from sim.jit import jitted
from sim.laws.voice import appeal_chance
from sim.moments.membership import OMBUDSMAN, bill, charge, leave
from sim.moments.remedy import learn, make_good
from sim.moments.stores import discard_contact, month_tally
from sim.moments.terms import LAST_LEVEL, index_of
from sim.world import purposes
from sim.world.whole import World

__all__ = ["appeal", "appeals"]


@jitted
def appeals(W: World, c: int) -> bool:
    """Return whether a person takes a last refusal to the ombudsman, the louder the likelier."""
    contact, P = W.contacts[c], W.P[0]
    if not contact.refused or contact.level < LAST_LEVEL:
        return False
    loudness = P.voice_loudness * W.people[contact.person].loudness
    luck = uniform(W.run[0].key, purposes.APPEAL, contact.person, index_of(contact))
    return luck < appeal_chance(P.voice_ombudsman_share, loudness)


@jitted
def appeal(W: World, c: int, now: float) -> None:
    """Let the ombudsman rule: the company is upheld and loses the customer, or it makes good.

    The company pays the fee of the case either way.
    """
    contact, P, tally = W.contacts[c], W.P[0], month_tally(W)
    i = contact.person
    tally.ombudsman_cases += 1.0
    tally.ombudsman_fees += P.voice_ombudsman_fee
    charge(W, i, P.voice_ombudsman_fee)
    luck = uniform(W.run[0].key, purposes.RULING, i, index_of(contact))
    if luck < P.voice_ombudsman_upheld:
        bill(W, i, now)
        leave(W, i, OMBUDSMAN, now)
    else:
        learn(W, c, make_good(W, c, now))
    discard_contact(W, c)
