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
    usual = {"tells_bad": ALL, "tells_good": ALL, "acquaintances": 0.0, "retell": 0.0}
    usual |= {"delay_minutes": 0.0, "typical_bad": 0.4}
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


def test_a_customer_who_hears_is_shifted():
    W = town((0, 1))
    person = customer(W, 1)
    assert tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0) == 0
    assert (person["satisfaction"], person["trust"]) == (0.6, 0.8)
    # 0.025 x 0.5 / 0.4 (1 + 0.5 (1 - 2 x 0.6)): the satisfied resist bad news.
    assert person["heard_bad"] == pytest.approx(0.03125 * 0.9)
    assert person["heard_good"] == 0.0
    assert counted(W) == pytest.approx(
        {
            "messages_bad": 1,
            "reached_bad": 1,
            "depth": 1,
            "hearings_of_customers": 1,
        }
    )


def test_the_satisfied_believe_good_news():
    W = town((0, 1))
    person = customer(W, 1)
    tell_story(W, telling(W, story(W, 0), 0.5, 0), 10.0)
    # 0.1 x 0.5 / 0.2 (1 + 0.5 (1 - 2 x 0.4))
    assert person["heard_good"] == pytest.approx(0.25 * 1.1)


# Opinion 0.2 is an attitude of 0.6. Bad: 0.1 x 0.2 / 0.4 x 0.9. Good: 0.2 x 0.1 / 0.2 x 1.1.
@pytest.mark.parametrize(("strength", "good", "bad"), [(-0.2, 0, 0.045), (0.1, 0.11, 0)])
def test_who_is_no_customer_is_shifted_more(strength, good, bad):
    W = town((0, 1))
    person = settled(W, 1, PROSPECT, opinion=0.2, satisfaction=0.6, trust=0.8)
    tell_story(W, telling(W, story(W, 0), strength, 0), 10.0)
    assert (person["heard_good"], person["heard_bad"]) == pytest.approx((good, bad))
    assert (person["opinion"], person["satisfaction"], person["trust"]) == (0.2, 0.6, 0.8)
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
    tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0)
    assert np.flatnonzero(W.people["heard_bad"]).tolist() == [1, 2]
    assert W.months[0]["reached_bad"] == 2


def test_nobody_is_told_where_nobody_would_be():
    W = town((0, 1), tells_bad=0.0)
    tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0)
    assert counted(W) == {"messages_bad": 1}


CROWD = {"count": 3000, "customers": 1000}


@pytest.mark.parametrize(("number", "reached"), [(200.0, 200), (2.0, 2), (1e9, 2999)])
def test_as_many_people_hear_as_are_told(number, reached):
    W = town((0, 1), (0, 2), people=CROWD, tells_bad=number, tells_sigma=0.0, acquaintances=1.0)
    tell_story(W, telling(W, story(W, 0), -0.1, 0), 10.0)
    heard = np.flatnonzero(W.people["heard_bad"])
    assert len(heard) == W.months[0]["reached_bad"] == reached
    assert heard[:2].tolist() == [1, 2]  # ties first
    assert 0 not in heard


def test_who_has_heard_is_told_in_vain():
    W = town((0, 1), (2, 1), people=CROWD, tells_bad=50.0, tells_sigma=0.0, acquaintances=1.0)
    y = story(W, 0)
    one, other = telling(W, y, -0.5, 0, key=1000), telling(W, y, -0.5, 2, key=2000)
    tell_story(W, one, 10.0)
    reached = int(W.months[0]["reached_bad"])
    before = {i for i in range(3000) if has_heard(W, i, y)}
    tell_story(W, other, 20.0)
    told = np.flatnonzero(W.people["told_by"] == W.people["told_by"][1])
    assert len(told) == 50
    assert reached == 50
    # Of the fifty told by 2: 1, at least, has heard it, and 0 began it.
    vain = sum(i in before or i == 0 for i in told.tolist())
    assert W.months[0]["reached_bad"] == 100 - vain
    assert 1 <= vain < 10


def test_part_of_those_beyond_the_ties_can_be_found():
    W = town((0, 1), people=CROWD, tells_bad=101.0, tells_sigma=0.0, acquaintances=0.25)
    tell_story(W, telling(W, story(W, 0), -0.5, 0), 10.0)
    assert W.months[0]["reached_bad"] == 26  # the tie, and a quarter of a hundred


@pytest.mark.statistical
def test_the_number_told_has_its_mean_and_median():
    W = town(people=CROWD, tells_good=15.0, tells_sigma=1.5, acquaintances=1.0)
    told, n = [], 4000
    for i in range(n):
        before = float(W.months[0]["reached_good"])
        tell_story(W, telling(W, story(W, i % 3000, key=i), 0.1, i % 3000, key=7 * i + 1), 10.0)
        told.append(float(W.months[0]["reached_good"]) - before)
    sd = 15.0 * np.sqrt(np.exp(1.5**2) - 1)
    assert np.mean(told) == pytest.approx(15.0 * 0.998, abs=4 * sd / n**0.5)
    # Of 4,000 numbers, 4 standard errors of the share below the median are 3.2%.
    assert np.quantile(told, 0.465) <= 15 * np.exp(-1.125) + 1
    assert np.quantile(told, 0.535) >= 15 * np.exp(-1.125) - 1


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
    assert person["heard_bad"] == pytest.approx(0.03125 * 0.9)
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
    assert person["heard_bad"] == pytest.approx(1 - (1 - 0.03125 * 0.9) ** 2)
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
    # 0.1 |v| / 0.4 for the indifferent
    assert W.people["heard_bad"][1:4] == pytest.approx([0.2, 0.1, 0.05])
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
    tell_story(W, telling(W, story(W, 0), -1.0, 0, public=1), 10.0)
    assert (W.people["heard_bad"] > 0.0).sum() == 25
    assert W.months[0]["posts_bad"] == 1


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
