"""A contact begins to wait: what it is told, and how long its person is willing to wait."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import on_grid
from sim.core.rng import draw_from, happens, uniform
from sim.model.events.lookups import contact_index, entitlement_of, hand_index, is_first
from sim.model.laws.impatience import (
    announced_by_queue,
    felt_wait,
    overdue_patience,
    relative_patience,
)
from sim.model.opening_clock import pool_due
from sim.model.records import BY_LAST, BY_QUEUE, ON_ANNOUNCED, ON_ELAPSED
from sim.model.state import World

__all__ = ["begin_waiting", "minutes_felt"]

_UNKNOWN = -1.0  # minutes: no wait is announced


@entry
def begin_waiting(W: World, c: int, ahead: int, now: float) -> tuple[float, float]:
    """Begin the wait of a contact that nobody can answer at once.

    Parameters
    ----------
    ahead : int
        Contacts in the queue of its pool before it joins, whatever their class.

    Returns
    -------
    patience_until, promised_by : float
        When patience ends, and by when an answer is promised: minutes, possibly infinite. Patience
        ends at once for who hangs up on what is announced, and never for who accepts a call-back.
        A promise runs while the pool that the contact has reached is open.
    """
    contact = W.contacts[c]
    pool, promised_by = W.pools[contact.pool], math.inf
    if contact.promised:
        promise = entitlement_of(W, c).wait_promise_minutes
        promised_by = pool_due(W, contact.pool, now, on_grid(promise))
    patience = _patience(W, c)
    # Who is handed on is told by the agent, and neither announced a wait nor offered a call-back.
    if (pool.announces or pool.offers) and not contact.answered:
        patience = _patience_once_told(W, c, patience, ahead)
    return now + on_grid(patience) if patience < math.inf else math.inf, promised_by


@inlined
def _patience(W: World, c: int) -> float:
    """Return the minutes that a person is willing to wait with this contact at its pool."""
    contact, run = W.contacts[c], W.run[0]
    person, law = W.people[contact.person], W.patiences[contact.kind, contact.pool]
    mean = person.patience
    if law.own:
        mean = relative_patience(person.patience, W.parameters[0].patience_mean)
    if law.unlimited or mean == math.inf:
        return math.inf
    index, draw = hand_index(contact), contact.patience_draw
    if not is_first(contact):
        draw = uniform(run.key, streams.PATIENCE, contact.person, index)
    return mean * draw_from(law, W.samples, draw, run.key, streams.PATIENCE, contact.person, index)


@jitted
def _patience_once_told(W: World, c: int, patience: float, ahead: int) -> float:
    """Announce a wait, offer a call-back, and return the patience that is left, in minutes.

    A call-back that is offered at once is accepted or not before an announcement can turn the
    caller away; one that is offered later, only by who is still on the line.
    """
    contact = W.contacts[c]
    announced = _announced_wait(W, c, ahead)
    _note_offer(W, c, announced)
    accepts = contact.offered_after < math.inf and _is_so(
        W, c, W.parameters[0].waiting_accepts_callback, streams.ACCEPTS_CALLBACK
    )
    if accepts and contact.offered_after == 0.0:
        contact.accepts_callback = 1
        return math.inf
    patience = _patience_once_announced(W, c, patience, announced)
    if accepts and on_grid(patience) >= contact.offered_after:
        contact.accepts_callback = 1
        return math.inf
    return patience


@inlined
def _note_offer(W: World, c: int, announced: float) -> None:
    """Note after how many minutes of waiting a call-back is offered to this contact."""
    contact, pool = W.contacts[c], W.pools[W.contacts[c].pool]
    if pool.offers == ON_ELAPSED:
        contact.offered_after = pool.offer_minutes
    elif pool.offers == ON_ANNOUNCED and announced >= pool.offer_minutes:
        contact.offered_after = 0.0


@jitted
def _announced_wait(W: World, c: int, ahead: int) -> float:
    """Return the wait that is announced, in minutes; below 0 if nothing can be."""
    place = W.contacts[c].pool
    pool = W.pools[place]
    if pool.announces == BY_LAST:
        return pool.last_wait
    if pool.announces != BY_QUEUE:
        return _UNKNOWN
    places = 0
    for a in range(W.agents.shape[0]):
        if W.agents[a].pool == place and W.agents[a].on_shift:
            places += pool.concurrency
    if places == 0:
        return _UNKNOWN
    return on_grid(announced_by_queue(ahead, pool.announced_handling, places))


@inlined
def _patience_once_announced(W: World, c: int, patience: float, announced: float) -> float:
    """Return the patience of a person who has heard of a wait, in minutes: 0 if they hang up."""
    contact, P = W.contacts[c], W.parameters[0]
    if announced < 0.0 or patience == math.inf:
        return patience
    if patience < announced:
        contact.balked = int(_is_so(W, c, P.waiting_balk, streams.BALKS))
        return 0.0 if contact.balked else patience
    if announced > 0.0 and _is_so(W, c, P.waiting_overdue_spike, streams.HANGS_UP_WHEN_OVERDUE):
        return announced
    return overdue_patience(patience, announced, P.waiting_overdue_hazard)


@jitted
def _is_so(W: World, c: int, chance: float, purpose: int) -> bool:
    contact = W.contacts[c]
    return happens(chance, W.run[0].key, purpose, contact.person, contact_index(contact))


@inlined
def minutes_felt(W: World, c: int) -> float:
    """Return the minutes that a person feels to have waited, of those in the contact's record."""
    contact = W.contacts[c]
    if not contact.accepts_callback:
        return contact.wait
    return felt_wait(contact.wait, contact.offered_after, W.parameters[0].waiting_callback_felt)
