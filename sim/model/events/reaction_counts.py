"""Counts of how people react: who complains, and who disputes how a complaint was handled."""

from __future__ import annotations

from sim.core.compile import jitted
from sim.model.events.allocate import month_tally
from sim.model.events.lookups import entitlement_of
from sim.model.records import COMPLAINT, CUSTOMER, EXIT, NEED, NOBODY, POLITE
from sim.model.state import World

__all__ = ["count_reaction"]


@jitted
def count_reaction(W: World, c: int, a: int, choice: int, d: float) -> None:
    """Count what a customer chose after an encounter, a need's or a first complaint's.

    Parameters
    ----------
    c : int
        The contact, as it was judged.
    a : int
        The agent who finished it; NOBODY if none did.
    choice : int
        SILENCE, a voice, EXIT or APPEAL.
    d : float
        Disconfirmation.
    """
    contact = W.contacts[c]
    if W.people[contact.person].status != CUSTOMER:
        return
    voiced = POLITE <= choice < EXIT
    if contact.phase == NEED and d < 0.0:
        month_tally(W).disappointed += 1.0
        month_tally(W).disappointed_complained += voiced
    elif contact.phase == COMPLAINT and contact.complaint_level == 1 and a != NOBODY:
        _count_dispute(W, c, voiced)


@jitted
def _count_dispute(W: World, c: int, disputed: bool) -> None:
    """Count a first complaint by how it was closed, and whether that is disputed.

    Closed with money, or without it by putting things right or by an explanation. A refusal that
    nobody explains is none of these.
    """
    contact, tally = W.contacts[c], month_tally(W)
    if contact.remedy > 0.0:
        tally.paid += 1.0
        tally.paid_disputed += disputed
    elif not contact.refused:
        tally.redone += 1.0
        tally.redone_disputed += disputed
    elif entitlement_of(W, c).explain:
        tally.explained += 1.0
        tally.explained_disputed += disputed
