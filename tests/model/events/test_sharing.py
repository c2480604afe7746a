"""Service beyond an equal share, worked by hand: two contacts, one agent."""

from __future__ import annotations

import pytest

from sim.model.events.sharing import begin_share, enter_desk, leave_desk, pause_share
from tests.small_worlds import scenario, taken, world


def test_who_is_served_first_gets_what_the_other_lacks():
    W = world(scenario())
    first, second = taken(W, 0, "need"), taken(W, 1, "need")
    enter_desk(W, first, 0.0)
    begin_share(W, first, 0.0)
    enter_desk(W, second, 4.0)
    pause_share(W, first, 10.0)
    leave_desk(W, first, 10.0)
    begin_share(W, second, 10.0)
    pause_share(W, second, 14.0)
    leave_desk(W, second, 14.0)
    # Alone to minute 4 the first deserves all, with the other half of it; so 10 - (4 + 3).
    assert W.people["discriminated"][:2].tolist() == pytest.approx([3.0, -3.0])
    run = W.run[0]
    assert (run["discriminated"], run["discriminated_squares"]) == pytest.approx((0.0, 18.0))
    assert (run["desk_contacts"], run["desk_served"], run["discriminated_contacts"]) == (0, 0, 2)


def test_who_hangs_up_while_others_are_served_has_deserved_a_part():
    W = world(scenario())
    one, other = taken(W, 0, "need"), taken(W, 1, "need")
    enter_desk(W, one, 0.0)
    begin_share(W, one, 0.0)
    enter_desk(W, other, 0.0)
    leave_desk(W, other, 6.0)
    assert W.people["discriminated"][1] == pytest.approx(-3.0)


def test_while_nobody_is_served_nobody_deserves_anything():
    W = world(scenario())
    c = taken(W, 0, "need")
    enter_desk(W, c, 0.0)
    leave_desk(W, c, 600.0)
    assert W.people["discriminated"][0] == 0.0
