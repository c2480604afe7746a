"""The desk alone: who waits where, and who goes next, with no clock and nobody's mind."""

import pytest

from sim.engine.event_order import FRONT
from sim.engine.simpy.desk import Desk, Pool, Ticket

CLASSES = [(0, 0.0, 1.0), (1, 0.0, 1.0), (2, 0.0, 1.0), (2, 5.0, 1.0), (2, 0.0, 2.0)]
FIRST, USUAL, AHEAD, FAST = 1, 2, 3, 4


def pool(helps=(), helpers=(), limit=-1, keeps_overnight=False, idle=()):
    """Return a pool; `idle` are its idle slots, by the numbers in which they became idle."""
    return Pool([[] for _ in CLASSES], helps, helpers, limit, keeps_overnight, idle=dict(idle))


def desk(*pools):
    return Desk(list(pools) or [pool()], CLASSES)


def join(at, *tickets):
    """Let (contact, joined, class) join pool 0; return the tickets by contact."""
    made = {}
    for contact, joined, place in tickets:
        made[contact] = Ticket(contact, 0, place, joined)
        at.join(made[contact])
    return made


def served(at, now, pool=0):
    """Take everybody at the same time; return the contacts in order."""
    found = []
    while (ticket := at.take_next_for(pool, now)) is not None:
        found.append(ticket.contact)
    return found


@pytest.mark.parametrize(
    ("tickets", "order"),
    [
        ([(1, 0.0, USUAL), (2, 1.0, USUAL), (3, 2.0, USUAL)], [1, 2, 3]),
        ([(1, 2.0, USUAL), (2, 1.0, USUAL), (3, 0.0, USUAL)], [3, 2, 1]),
        ([(1, 0.0, USUAL), (2, 0.0, USUAL)], [1, 2]),
        ([(1, 0.0, USUAL), (2, 9.0, FIRST), (3, 9.5, FRONT)], [3, 2, 1]),
        # Credit at 10: 10 - 0, 5 + (10 - 5) (as much, but later), 5 + (10 - 4), 2 (10 - 6).
        ([(1, 0.0, USUAL), (2, 5.0, AHEAD), (3, 4.0, AHEAD), (4, 6.0, FAST)], [3, 1, 2, 4]),
    ],
)
def test_order(tickets, order):
    at = desk()
    join(at, *tickets)
    assert served(at, 10.0) == order


def test_nobody_waits():
    at = desk()
    assert at.take_next_for(0, 0.0) is None
    assert list(at.waiting(0)) == []


def test_who_has_left_is_passed_over():
    at = desk()
    tickets = join(at, (1, 0.0, USUAL), (2, 1.0, USUAL), (3, 2.0, FIRST))
    at.leave(tickets[1])
    at.leave(tickets[3])
    assert at.pools[0].length == 1
    assert served(at, 5.0) == [2]
    assert at.pools[0].length == 0


@pytest.mark.parametrize("leaving", [(2, 1), (2, 1, 3), (3, 2), (3, 2, 1)])
def test_whoever_leaves_in_whatever_order_the_others_are_served(leaving):
    at = desk()
    tickets = join(at, (1, 0.0, USUAL), (2, 1.0, USUAL), (3, 2.0, USUAL))
    for contact in leaving:
        at.leave(tickets[contact])
    staying = [contact for contact in tickets if contact not in leaving]
    assert sorted(at.tickets) == [ticket.contact for ticket in at.waiting(0)] == staying
    assert served(at, 5.0) == staying
    assert not at.tickets


def test_an_overdue_promise_is_served_once_and_first():
    at = desk()
    tickets = join(at, (1, 0.0, FIRST), (2, 1.0, USUAL), (3, 2.0, USUAL))
    at.move_to_front(tickets[3])
    at.move_to_front(tickets[2])
    at.move_to_front(tickets[2])
    assert at.pools[0].length == 3
    assert served(at, 5.0) == [2, 3, 1]


def test_moving_to_another_pool_keeps_the_place_by_arrival():
    at = desk(pool(), pool())
    tickets = join(at, (1, 0.0, USUAL), (2, 1.0, USUAL), (3, 2.0, USUAL))
    at.move(tickets[3], 1, USUAL)
    at.move(tickets[1], 1, USUAL)
    assert [at.pools[place].length for place in (0, 1)] == [1, 2]
    assert served(at, 5.0, pool=1) == [1, 3]
    assert served(at, 5.0) == [2]


def test_one_who_comes_back_to_an_old_queue_is_served_once():
    at = desk(pool(), pool())
    ticket = join(at, (1, 0.0, USUAL))[1]
    at.move(ticket, 1, USUAL)
    at.move(ticket, 0, USUAL)
    assert served(at, 5.0) == [1]
    assert served(at, 5.0, pool=1) == []


def test_a_queue_is_full_at_its_limit_and_never_without_one():
    at = desk(pool(limit=2), pool(limit=0), pool())
    tickets = join(at, (1, 0.0, USUAL), (2, 1.0, FIRST))
    assert [at.is_full(place) for place in range(3)] == [True, True, False]
    at.leave(tickets[1])
    assert not at.is_full(0)


@pytest.mark.parametrize("helpers", [[1, 2], [2, 1]])
def test_ones_own_idle_agents_come_first_then_whichever_helper_is_idle_longest(helpers):
    at = desk(pool(helpers=helpers), pool(helps=[0]), pool(helps=[0]))
    for where, slot in ((2, 9), (1, 5), (0, 7), (2, 8), (0, 3), (1, 6)):
        at.become_idle(where, slot)
    at.remove_idle(1, 6)
    at.remove_idle(2, 6)
    assert [at.take_idle_slot(0) for _ in range(6)] == [7, 3, 9, 5, 8, None]


def test_an_idle_agent_of_another_pool_is_nobodys_business_here():
    at = desk(pool(), pool(idle=[(5, 1)]))
    assert at.take_idle_slot(0) is None


@pytest.mark.parametrize("helps", [[0, 1], [1, 0]])
def test_helpers_serve_their_own_queue_first_then_the_most_urgent_of_all_they_help(helps):
    # Credit at 10: 5 + (10 - 4) of contact 3, 10 - 0 of 1, 2 (10 - 6) of 4; 5 is of a lower class.
    at = desk(pool(helpers=[2]), pool(helpers=[2]), pool(helps=helps))
    for contact, where, queue_class, joined in (
        (1, 0, USUAL, 0.0),
        (2, 2, USUAL, 9.0),
        (3, 1, AHEAD, 4.0),
        (4, 0, FAST, 6.0),
        (5, 1, FIRST, 9.5),
    ):
        at.join(Ticket(contact, where, queue_class, joined))
    assert served(at, 10.0, pool=2) == [2, 5, 3, 1, 4]


@pytest.mark.parametrize("pools", [[0, 1], [1, 0]])
def test_the_most_urgent_of_several_pools_stays_in_its_queue(pools):
    at = desk(pool(), pool(), pool())
    for contact, where, queue_class, joined in (
        (1, 0, USUAL, 1.0),
        (2, 1, USUAL, 0.0),
        (3, 1, AHEAD, 3.0),
        (4, 2, FRONT, 0.0),
    ):
        at.join(Ticket(contact, where, queue_class, joined))
    first = at.most_urgent(pools, 9.0)
    assert first is not None
    assert first.contact == 3
    assert first.waiting
    assert at.most_urgent([], 9.0) is None


def test_those_who_wait_are_told_queue_by_queue_each_by_arrival():
    at = desk()
    join(at, (1, 3.0, USUAL), (2, 1.0, USUAL), (3, 2.0, FIRST), (4, 0.0, AHEAD))
    assert [one.contact for one in at.waiting(0)] == [3, 2, 1, 4]


def test_leaving_while_those_who_wait_are_told():
    at = desk()
    tickets = join(at, (1, 0.0, USUAL), (2, 1.0, USUAL), (3, 2.0, USUAL))
    told = []
    for ticket in at.waiting(0):
        told.append(ticket.contact)
        at.leave(ticket)
        if ticket.contact == 1:
            at.leave(tickets[2])
    assert told == [1, 3]
    assert at.pools[0].length == 0


@pytest.mark.parametrize(
    ("is_open", "keeps_overnight", "turns_away"),
    [(True, False, False), (False, False, True), (False, True, False), (True, True, False)],
)
def test_a_closed_line_turns_away_but_mail_does_not(is_open, keeps_overnight, turns_away):
    at = desk(pool(keeps_overnight=keeps_overnight))
    at.pools[0].is_open = is_open
    assert at.turns_away(0) == turns_away
