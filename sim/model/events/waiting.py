"""A contact begins to wait: how long its person is willing to."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import entry, inlined
from sim.core.ieee import on_grid
from sim.core.rng import draw_from
from sim.model.events.lookups import contact_index, entitlement_of
from sim.model.laws.impatience import relative_patience
from sim.model.state import World

__all__ = ["begin_waiting"]


@entry
def begin_waiting(W: World, c: int, now: float) -> tuple[float, float]:
    """Begin the wait of a contact that nobody can answer at once.

    Returns
    -------
    patience_until, promised_by : float
        When patience ends, and by when an answer is promised: minutes, possibly infinite.
    """
    contact = W.contacts[c]
    promise = entitlement_of(W, c).wait_promise_minutes
    promised_by = now + on_grid(promise) if contact.promised else math.inf
    patience = _patience(W, c)
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
    return mean * draw_from(
        law, W.samples, run.key, streams.PATIENCE, contact.person, contact_index(contact)
    )
