"""A story told: who hears it, what it does to minds, and how it travels and ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model.events.allocate import has_heard
from sim.model.events.word_of_mouth import tell_story
from sim.model.records import ANGRY, CUSTOMER, MONTH, NOBODY, PROSPECT, SCHEDULE_TELLING
from sim.model.state import World
from tests.small_worlds import (
    chain,
    counted,
    requests,
    scenario,
    settled,
    story,
    telling,
    tied,
    world,
)

ALL = 1e9  # so many are told in the mean that all neighbours are


def town(*pairs: tuple[int, int], people: dict[str, Any] | None = None, **talk: Any) -> World:
    usual = {"tells_bad": ALL, "tells_good": ALL, "retell": 0.0, "delay_minutes": 0.0}
    given = scenario(people=people or {}, behaviour={"talk": usual | talk})
    return tied(world(given), *pairs)


def customer(W: World, i: int, **state: Any) -> Any:
    usual = {
        "satisfaction": 0.6,
        "trust": 0.8,
        "fairness": 0.3,
        "tier": 0,
    }
    return settled(W, i, CUSTOMER, **usual | state)


def test_a_customer_who_hears_is_reminded():
    W = town((0, 1))
    person = customer(W, 1)
    assert tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0) == 0
    assert person["satisfaction"] == pytest.approx(0.594)  # 0.6 + 0.02 x 0.5 (0 - 0.6)
    assert person["trust"] == 0.8
    assert counted(W) == pytest.approx(
        {
            "messages_bad": 1,
            "reached_bad": 1,
            "depth": 1,
            "hearings_of_customers": 1,
        }
    )


@pytest.mark.parametrize(("strength", "opinion"), [(-0.5, 0.164), (0.5, 0.224)])
def test_who_is_no_customer_forms_an_opinion(strength, opinion):
    W = town((0, 1))
    person = settled(W, 1, PROSPECT, opinion=0.2, satisfaction=0.6, trust=0.8)
    tell_story(W, telling(W, story(W, 0), strength, 0), 10.0)
    assert person["opinion"] == pytest.approx(opinion)
    assert (person["satisfaction"], person["trust"]) == (0.6, 0.8)
    assert W.months[0]["hearings_of_customers"] == 0


def test_hearers_learn_what_complaining_brings():
    W = town((0, 1))
    person = customer(W, 1)
    tell_story(W, telling(W, story(W, 0, voice=ANGRY, remedy=1.0), 0.5, 0), 10.0)
    assert person["voice_value"].tolist() == pytest.approx([0, 0.085, 0])  # 0.05 (2 x 1 - 0.3 - 0)


def test_a_story_without_a_complaint_teaches_no_voice():
    W = town((0, 1))
    tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0)
    assert not W.people["voice_value"].any()


def test_only_neighbours_hear():
    W = town((0, 1), (0, 2), (2, 3))
    before = W.people.copy()
    tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0)
    touched = np.flatnonzero(
        (W.people["satisfaction"] != before["satisfaction"])
        | (W.people["opinion"] != before["opinion"])
    )
    assert touched.tolist() == [1, 2]
    assert W.months[0]["reached_bad"] == 2


def test_nobody_is_told_where_nobody_would_be():
    W = town((0, 1), tells_bad=0.0)
    tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0)
    assert counted(W) == {"messages_bad": 1}


def test_a_story_never_goes_back():
    W = town((0, 1), (1, 2), (1, 3))
    m = telling(W, story(W, 0), -0.5, 1, heard_from=2, hop=1)
    tell_story(W, m, 10.0)
    assert W.months[0]["reached_bad"] == 1  # 3 alone: 0 began it, and 2 told it to 1


def test_a_story_is_heard_once():
    W = town((0, 1), (2, 1))
    person = customer(W, 1)
    y = story(W, 0)
    one, other = telling(W, y, -0.5, 0), telling(W, y, -0.5, 2)
    tell_story(W, one, 10.0)
    assert [has_heard(W, i, y) for i in range(3)] == [False, True, False]
    tell_story(W, other, 20.0)
    assert person["satisfaction"] == pytest.approx(0.594)
    assert (W.months[0]["messages_bad"], W.months[0]["reached_bad"]) == (2, 1)


def test_with_its_last_telling_a_story_is_forgotten():
    W = town((0, 1), (2, 1))
    free = {store: sorted(chain(W, store)) for store in ("stories", "tellings", "hearings")}
    y = story(W, 0)
    one, other = telling(W, y, -0.5, 0), telling(W, y, -0.5, 2)
    tell_story(W, one, 10.0)
    assert len(chain(W, "hearings")) == len(free["hearings"]) - 1
    tell_story(W, other, 20.0)
    assert {store: sorted(chain(W, store)) for store in free} == free
    for name in ("stories_left", "tellings_left", "hearings_left"):
        assert W.run[0][name] == len(free["stories"])
    assert (W.heard == NOBODY).all()


def test_two_stories_are_two():
    W = town((0, 1))
    person = customer(W, 1)
    one, other = story(W, 0), story(W, 0)
    first, second = telling(W, one, -0.5, 0), telling(W, other, -0.5, 0)
    tell_story(W, first, 10.0)
    tell_story(W, second, 20.0)
    assert person["satisfaction"] == pytest.approx(0.594 * 0.99)  # 1 - 0.02 x 0.5
    assert W.months[0]["reached_bad"] == 2


def test_retelling_fades_along_the_way():
    W = town((0, 1), (1, 2), (2, 3), retell=1.0, fade=0.5)
    for i in (1, 2, 3):
        settled(W, i, PROSPECT, opinion=0.0)
    now, m = 10.0, telling(W, story(W, 0), -0.8, 0)
    strengths = []
    while True:
        strengths.append(float(W.tellings[m]["strength"]))
        told = requests(W, tell_story(W, m, now))
        if not told:
            break
        ((now, kind, m),) = told
        assert kind == SCHEDULE_TELLING
    # 3 would tell it on as well, but knows nobody who has not told it.
    assert strengths == [-0.8, -0.4, -0.2, -0.1]
    # o = -0.06 |v|
    assert W.people["opinion"][1:4] == pytest.approx([-0.048, -0.024, -0.012])
    assert (W.months[0]["retellings"], W.months[0]["depth"]) == (3, 3)


def test_a_retelling_waits_its_while():
    W = town((0, 1), retell=1.0, delay_minutes=1000.0)
    ((at, _, m),) = requests(W, tell_story(W, telling(W, story(W, 0), -0.8, 0), 10.0))
    assert at > 10.0
    assert at * 2**20 % 1 == 0
    state = W.tellings[m]
    assert (state["teller"], state["heard_from"], state["hop"]) == (1, 0, 1)


def test_what_would_be_told_after_the_end_is_not():
    W = town((0, 1), retell=1.0, delay_minutes=1e9)
    assert requests(W, tell_story(W, telling(W, story(W, 0), -0.8, 0), 10.0)) == []
    assert W.run[0]["tellings_left"] == len(W.tellings)
    assert W.run[0]["stories_left"] == len(W.stories)


def test_a_post_is_read_by_a_share_of_the_audience_and_no_more_than_the_cap():
    crowd = {"count": 3000, "customers": 1000}
    for audience, read in ((500.0, 10), (1e9, 25), (49.0, 0)):
        W = town(people=crowd, exposure_share=0.02, cap=25)
        W.people[0]["audience"] = audience
        tell_story(W, telling(W, story(W, 0), -0.5, 0, public=1), 10.0)
        assert W.months[0]["messages_bad"] == 1
        # Who happens upon it twice has read it once; at this key nobody does.
        assert W.months[0]["reached_bad"] == read


def test_readers_need_know_nobody():
    W = town(people={"count": 3000, "customers": 1000}, exposure_share=1.0, cap=25)
    W.people[0]["audience"] = 1e6
    before = W.people.copy()
    tell_story(W, telling(W, story(W, 0), -1.0, 0, public=1), 10.0)
    changed = (W.people["satisfaction"] != before["satisfaction"]) | (
        W.people["opinion"] != before["opinion"]
    )
    assert changed.sum() == 25


def test_stories_are_counted_in_the_month_in_which_they_are_heard():
    W = town((0, 1))
    W.run[0]["month"] = 2
    tell_story(W, telling(W, story(W, 0), 0.5, 0), 2 * MONTH + 5.0)
    assert counted(W) == counted(W, 1) == {}
    assert counted(W, 2)["messages_good"] == 1


def test_the_last_good_story_is_remembered_as_a_recommendation():
    W = town((0, 1), (2, 1), (3, 1))
    settled(W, 1, PROSPECT)
    for teller, strength, told_by in ((0, 0.5, 0), (2, 0.3, 2), (3, -0.9, 2)):
        tell_story(W, telling(W, story(W, teller), strength, teller), 10.0)
        assert W.people[1]["recommender"] == told_by


def test_a_retold_story_is_its_tellers_recommendation():
    W = town((1, 2))
    settled(W, 2, PROSPECT)
    tell_story(W, telling(W, story(W, 0), 0.5, 1), 10.0)
    assert W.people[2]["recommender"] == 1


def test_customers_need_no_recommendation():
    W = town((0, 1))
    customer(W, 1)
    tell_story(W, telling(W, story(W, 0), 0.5, 0), 10.0)
    assert W.people[1]["recommender"] == NOBODY
