"""Whose life is told where nobody is asked for: an example of what more people meet, and why."""

import numpy as np
import pytest

from sim.errors import CommandError
from sim.model.records import CUSTOMER
from sim.studies.story import choice as choice_module
from sim.studies.story.choice import choose_person

GONE = CUSTOMER + 1
POLICIES = ("equal", "own_line")


def people(*rows):
    fields = [("status", "i8"), ("satisfaction", "f8"), ("contacts", "i8")]
    return np.array([(*row, 0)[:3] for row in rows], dtype=fields)


@pytest.fixture
def choose(monkeypatch):
    """Choose among people who end as they are given under each policy."""

    def choose(*ends):
        by_policy = dict(zip(POLICIES, ends, strict=False))
        monkeypatch.setattr(choice_module, "people_at_end", lambda _, policy, __: by_policy[policy])
        return choose_person(None, POLICIES[: len(ends)], 0)

    return choose


# Persons 0, 2 and 3 are less satisfied under the line; person 1 gains more than any of them loses.
EQUAL = people((CUSTOMER, 0.5), (GONE, 0.1), (CUSTOMER, 0.7), (CUSTOMER, 0.9))
LINE = people((GONE, 0.4), (CUSTOMER, 0.9), (GONE, 0.5), (CUSTOMER, 0.3))


def test_it_goes_the_way_of_more_people_though_another_differs_more(choose):
    found = choose(EQUAL, LINE)
    # Person 3 loses more than person 2, but stays a customer under both.
    assert found.person == 2
    assert "3 people are more satisfied at the end under equal, and 1 under" in found.reason
    assert "of those who fare better under equal and stay customers" in found.reason


def test_it_does_not_depend_on_the_order_of_the_policies(choose):
    found = choose(LINE, EQUAL)
    assert found.person == 2
    assert "1 people are more satisfied at the end under equal, and 3 under" in found.reason


def test_where_nobody_stays_under_one_only_it_is_whose_satisfaction_differs_most(choose):
    one = people((CUSTOMER, 0.5), (CUSTOMER, 0.5), (CUSTOMER, 0.9))
    other = people((CUSTOMER, 0.6), (CUSTOMER, 0.7), (CUSTOMER, 0.1))
    found = choose(one, other)
    assert found.person == 1
    assert "under own_line the one whose satisfaction differs most" in found.reason


def test_where_all_end_alike_it_is_the_first_and_that_is_said(choose):
    found = choose(EQUAL, EQUAL)
    assert found.person == 0
    assert "alike" in found.reason


def test_nobody_is_refused(choose):
    with pytest.raises(CommandError, match="nobody"):
        choose(people(), people())
