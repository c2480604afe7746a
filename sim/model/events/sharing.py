"""What each contact got of the desk's time, against an equal share of it (RAQFM).

At any time the contacts at the desk, waiting and in service, would each deserve the same part of
the service that is given. A contact's discrimination is the minutes of service that it got less
that part, over its stay. These sum to 0 over all contacts, at any time and so over a busy period.

References
----------
Avi-Itzhak, B., Levy, H. & Raz, D. (2007). A resource allocation queueing fairness measure:
properties and bounds. Queueing Systems 56(2), 65-71. https://doi.org/10.1007/s11134-007-9025-5
"""

from __future__ import annotations

from sim.core.compile import inlined, jitted
from sim.model.state import World

__all__ = ["begin_share", "enter_desk", "leave_desk", "pause_share"]


@inlined
def _advance(W: World, now: float) -> None:
    """Count the minutes of service that each contact at the desk has deserved up to now."""
    run = W.run[0]
    if run.desk_contacts > 0:
        run.deserved += (now - run.deserved_until) * run.desk_served / run.desk_contacts
    run.deserved_until = now


@jitted
def enter_desk(W: World, c: int, now: float) -> None:
    """Let a contact count among those at the desk."""
    _advance(W, now)
    W.run[0].desk_contacts += 1
    W.contacts[c].deserved_before, W.contacts[c].served_minutes = W.run[0].deserved, 0.0


@jitted
def begin_share(W: World, c: int, now: float) -> None:
    """Let a contact be among those that are being served."""
    _advance(W, now)
    W.run[0].desk_served += 1
    W.contacts[c].served_since = now


@jitted
def pause_share(W: World, c: int, now: float) -> None:
    """Let a contact be served no longer, for now or for good."""
    _advance(W, now)
    W.run[0].desk_served -= 1
    W.contacts[c].served_minutes += now - W.contacts[c].served_since


@inlined
def leave_desk(W: World, c: int, now: float) -> None:
    """Let a contact leave the desk, served or not, and count how it was discriminated."""
    _advance(W, now)
    run, contact = W.run[0], W.contacts[c]
    run.desk_contacts -= 1
    found = contact.served_minutes - (run.deserved - contact.deserved_before)
    run.discriminated += found
    run.discriminated_squares += found * found
    run.discriminated_contacts += 1
    W.people[contact.person].discriminated += found
