"""A contact goes from one agent to another: on to a second line, or over to a colleague.

A first line hands a contact on to a second one, where it queues again. An agent whose shift ends
hands it over to a colleague, at the head of the queue that it reached. It stays one contact: it has
one outcome, when it ends, and its wait so far counts for its place in the next queue and for what
the person perceives. What was promised was an answer, which it has had.
"""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import entry, inlined
from sim.core.rng import happens
from sim.model.events.allocate import group_tally, month_tally
from sim.model.events.billing import book_cost
from sim.model.events.lookups import hand_index
from sim.model.events.sharing import pause_share
from sim.model.events.staff import update_minutes
from sim.model.records import CUSTOMER, DISMISSED, ENQUIRY, NOBODY, WAITING
from sim.model.state import World

__all__ = ["hand_on", "hand_over", "is_outdated", "may_hand_over", "second_line"]


@inlined
def is_outdated(W: World, c: int) -> bool:
    """Return whether the person has left, or joined, since this contact began."""
    contact = W.contacts[c]
    status = W.people[contact.person].status
    return status == DISMISSED or (status == CUSTOMER) == (contact.phase == ENQUIRY)


@entry
def second_line(W: World, c: int) -> int:
    """Return the pool to which a contact that has been served is handed on; NOBODY if to none.

    That depends on the pool that the contact reached. An agent of the second line who helps the
    first finishes what they serve. Nothing is handed on to where nobody can do it.
    """
    contact = W.contacts[c]
    way = W.hand_ons[contact.kind, contact.pool]
    if way.share == 0.0 or W.agents[contact.agent].pool == way.pool or is_outdated(W, c):
        return NOBODY
    if not W.reachable[way.pool, contact.kind]:
        return NOBODY
    key, index = W.run[0].key, hand_index(contact)
    if happens(way.share, key, streams.HANDS_ON, contact.person, index):
        return way.pool
    return NOBODY


@entry
def hand_on(W: World, c: int, pool: int, now: float) -> tuple[int, float]:
    """End the first line's part of a contact.

    Returns
    -------
    queue_class : int
        In which it queues at the second line.
    arrived_at : float
        As if it had waited there all that it has waited so far.
    """
    contact = W.contacts[c]
    _leave_agent(W, c, now)
    contact.handed += 1
    contact.handed_from, contact.pool = contact.pool, pool
    group_tally(W, W.run[0].pool_groups, pool).arrived += 1.0
    return contact.queue_class, contact.arrived_at


@inlined
def _leave_agent(W: World, c: int, now: float) -> None:
    """Let an agent go on without a contact, which waits again with the wait that it has had."""
    contact = W.contacts[c]
    update_minutes(W, contact.agent, now)
    W.agents[contact.agent].busy -= 1
    pause_share(W, c, now)
    contact.state, contact.promised = WAITING, 0
    contact.arrived_at = now - contact.wait
    month_tally(W).handed_on += 1.0


@entry
def may_hand_over(W: World, c: int) -> bool:
    """Return whether a colleague is to finish what an agent has in hand when the shift ends.

    That depends on the pool that the contact reached. Whom the company has lost, or won, meanwhile
    is served to the end: they do not react.
    """
    pool = W.pools[W.contacts[c].pool]
    return pool.exists == 1 and pool.hand_over_minutes >= 0.0 and not is_outdated(W, c)


@entry
def hand_over(W: World, c: int, left: float, now: float) -> float:
    """End an agent's part of a contact that a colleague is to finish.

    Parameters
    ----------
    left : float
        Minutes that the service would still have taken, above 0.

    Returns
    -------
    arrived_at : float
        As if it had waited until now all that it has waited so far.
    """
    contact = W.contacts[c]
    _leave_agent(W, c, now)
    # What it costs was booked when the service began.
    wage = W.pools[W.agents[contact.agent].pool].wage
    book_cost(W, contact.person, -left / 60.0 * wage)
    contact.remaining = left + W.pools[contact.pool].hand_over_minutes
    month_tally(W).handed_over += 1.0
    return contact.arrived_at
