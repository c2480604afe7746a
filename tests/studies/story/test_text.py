"""A life as text: columns, dates, and the point where two lives first differ."""

import pytest

from sim.studies.story.readers import Entry
from sim.studies.story.text import date_text, first_difference, story_text

DAY = 1440.0
BEGINS = {
    "status": "customer",
    "tier": "everyone",
    "satisfaction": 0.67,
    "spend": 40.0,
    "contacts": 0,
    "complaints": 0,
    "revenue": 100.0,
}
ANSWERED = {"pool": "front", "wait_minutes": 0.0, "handling_minutes": 9.25, "called": False}
FELT = {"perceived": 0.5, "expected": 0.75, "satisfaction": (0.7, 0.65), "does": [], "story": None}


def life(*, tier="everyone", agent=0, wait=0.0, felt=0.5, also=()):
    at = 485.5
    return (
        Entry(0.0, "begins", BEGINS | {"tier": tier}),
        Entry(at, "need", {"need": "fault", "can_be_met": True, "pool": "front"}),
        Entry(at + wait, "answered", ANSWERED | {"agent": agent, "wait_minutes": wait}),
        *also,
        Entry(at + 60.0, "served", FELT | {"outcome": "unresolved", "perceived": felt}),
        Entry(28 * DAY, "ends", BEGINS | {"contacts": 1}),
    )


def text(**lives):
    return story_text("Person 7", {"potential": 88.88}, lives)


@pytest.mark.parametrize(
    ("minute", "shown"),
    [
        (0.0, " 1/01/00:00"),
        (59.99, " 1/01/00:59"),
        (1439.9, " 1/01/23:59"),
        (28 * DAY - 1, " 1/28/23:59"),
        (28 * DAY, " 2/01/00:00"),
        (400 * DAY + 61, "15/09/01:01"),
    ],
)
def test_dates_have_months_of_28_days(minute, shown):
    assert date_text(minute) == shown


PAGE = """\
month/day/hh:mm
 1/01/00:00 Begins as a customer in tier everyone: satisfaction 0.67, spends 40.00 per month
 1/01/08:05 Needs help: fault; contacts front
 1/01/08:05 Answered at once by agent 0, for 9.2 min
 1/01/09:05 Not resolved: felt 0.50, expected 0.75; satisfaction 0.70 to 0.65
 2/01/00:00 Ends as a customer in tier everyone: satisfaction 0.67, spends 40.00 per month; contacts 1,
              complaints 0, revenue 100.00 in all"""  # noqa: E501 - as wide as it is printed

BESIDE = """\
            equal                                           | tiers
 1/01/00:00 Begins as a customer in tier everyone: satisfaction 0.67, spends 40.00 per month
----------------------------------- the lives differ from here: 1/01/08:05 -----------------------------------
 1/01/08:05 Needs help: fault; contacts front               | Needs help: fault; contacts front
            Answered at once by agent 0, for 9.2 min        |
 1/01/08:08                                                 | Answered after 3.0 min by agent 0, for 9.2 min
 1/01/09:05 Not resolved: felt 0.50, expected 0.75; satisfaction 0.70 to 0.65
"""  # noqa: E501 - as wide as it is printed


def test_one_life_runs_down_the_page():
    assert text(equal=life()).splitlines()[3:] == PAGE.splitlines()


def test_two_lives_stand_side_by_side_only_where_they_differ():
    lines = text(equal=life(), tiers=life(wait=3.0)).splitlines()
    assert lines[4:11] == BESIDE.splitlines()
    assert lines[-1] == "The lives first differ at 1/01/08:05."


def test_whatever_happens_the_text_fits_110_columns():
    long = tuple(
        Entry(
            600.0 + place, "served", FELT | {"outcome": "refused", "does": ["will call back"] * 9}
        )
        for place in range(3)
    )
    lines = text(a_policy_of_a_very_long_name=life(also=long), other=life()).splitlines()
    assert max(map(len, lines)) <= 110


def test_lives_differ_from_where_another_thing_happens_and_not_before():
    also = (Entry(500.0, "hears", {"teller": 3, "origin": 3, "strength": -0.5, "public": False}),)
    assert first_difference({"one": life(), "other": life(also=also)}) == 500.0
    assert first_difference({"one": life(also=also), "other": life()}) == 500.0


def test_an_answer_a_minute_later_is_another_thing():
    assert first_difference({"one": life(wait=3.0), "other": life()}) == 485.5


@pytest.mark.parametrize("other", [life(), life(tier="gold"), life(agent=3), life(felt=0.6)])
def test_tier_agent_and_feeling_alone_make_no_difference(other):
    lives = {"one": life(), "other": other}
    assert first_difference(lives) is None
    assert text(**lives).endswith("The two lives do not differ.")


def test_one_life_differs_from_none():
    assert first_difference({"one": life()}) is None
