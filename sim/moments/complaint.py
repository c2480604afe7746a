"""A complaint handled: a remedy or a refusal, and a strike if it was uncalled for."""

from __future__ import annotations

from sim.chance import uniform
from sim.jit import jitted
from sim.moments.remedy import goodwill, learn, make_good
from sim.moments.stores import month_tally
from sim.moments.terms import entitled, index_of
from sim.policy import rules_now
from sim.world import purposes
from sim.world.records import ANGRY, NOBODY
from sim.world.whole import World

__all__ = ["handle_complaint"]


@jitted
def handle_complaint(W: World, c: int, now: float) -> float:
    """Decide a complaint and pay its remedy; return the outcome that the complainer perceives."""
    contact, P, run, tally = W.contacts[c], W.P[0], W.run[0], month_tally(W)
    given = entitled(W, c)
    tally.handled += 1.0
    if contact.justified and contact.level == 1:
        run.lessons += 1.0
    if contact.voice == ANGRY:
        _sour(W, contact.seat, P.staff_morale_angry)
    if contact.voice == ANGRY or not contact.justified:
        W.people[contact.person].strikes += 1
    granted = _granted(W, c)
    contact.refused = int(not granted)
    if not granted:
        learn(W, c, goodwill(W, c, now))
        return P.perception_explained_no if given.explain else 0.0
    tally.granted += 1.0
    learn(W, c, make_good(W, c, now))
    if contact.refused_by != NOBODY:
        tally.overrulings += 1.0
        _sour(W, contact.refused_by, P.staff_morale_overrule)
    return 1.0


@jitted
def _sour(W: World, a: int, much: float) -> None:
    W.agents[a].morale = max(W.agents[a].morale - much, 0.0)


@jitted
def _granted(W: World, c: int) -> bool:
    """Return whether the desk gives in.

    A justified complaint is granted once. The frontline's no stands unless the policy overrules.
    """
    contact, run = W.contacts[c], W.run[0]
    if contact.repaid:
        return False
    if contact.justified:
        return True
    if contact.refused_by != NOBODY and not rules_now(W).overrule:
        return False
    luck = uniform(run.key, purposes.LENIENCY, contact.person, index_of(contact))
    return luck < entitled(W, c).lenient
