"""The history ends and month 1 begins: seats are filled, and what the run counts starts at 0."""

from __future__ import annotations

from sim.core.compile import jitted
from sim.model.events.staff import draw_agent
from sim.model.records import CUSTOMER
from sim.model.state import World

__all__ = ["end_history"]


@jitted
def end_history(W: World, now: float) -> None:
    """Let month 1 begin with what the file says, and with minds, staff and product as they are."""
    for i in range(W.people.shape[0]):
        person = W.people[i]
        person.started_low = int(person.status != CUSTOMER or W.scratch[i] < 0.5)
        # Strikes count from when a policy counts them, and remedies are those of the run.
        person.strikes = 0
        person.remedies = 0.0
        _forget_history(W, i)
    run = W.run[0]
    run.discriminated = run.discriminated_squares = 0.0
    run.discriminated_contacts = 0
    _settle_shares(W)
    for power in range(W.cascades.shape[1]):
        W.cascades[0, power] = W.cascades[1, power] = 0
    for a in range(W.agents.shape[0]):
        _fill_seat(W, a, now)


@jitted
def _forget_history(W: World, i: int) -> None:
    """Let what measures count of a person begin with month 1."""
    person = W.people[i]
    person.minutes_waited = person.discriminated = person.gifts = 0.0
    person.privilege_months = person.revenue = 0.0
    person.hang_ups = person.refusals = person.was_customer = 0
    person.contacts_before = person.contacts
    for kind in range(W.outcomes.shape[1]):
        W.outcomes[i, kind].ended = W.outcomes[i, kind].resolved = 0


@jitted
def _settle_shares(W: World) -> None:
    """Let spend of the file be what people spend at the share of wallet that minds settled at.

    Potential is spend over this share, so that what customers spend together is in balance with
    their minds when month 1 begins; what each spends stays as it is.
    """
    if W.parameters[0].growth_rate <= 0.0:
        return
    held, due = 0.0, 0.0
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER:
            held += person.potential * person.wallet_share
            due += person.potential * person.satisfaction * person.trust
    if held <= 0.0 or due <= 0.0:
        return
    factor = held / due
    for i in range(W.people.shape[0]):
        W.people[i].potential *= factor
        W.people[i].wallet_share /= factor


@jitted
def _fill_seat(W: World, a: int, now: float) -> None:
    """Let a novice take a seat that is vacant when month 1 begins."""
    agent = W.agents[a]
    if agent.present == 0:
        agent.present = 1
        agent.morale = W.parameters[0].staff_morale_base
        agent.trained_since = now
        agent.hired += 1
        draw_agent(W, a)
