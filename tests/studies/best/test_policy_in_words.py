"""Policies in sentences."""

import pytest

from sim.scenario.schema.policies import Entitlement
from sim.scenario.shipped import library
from sim.studies.best.policy_in_words import policy_sentences

TOP = (
    "The best-ranked 20% of customers (top) get class 1 in the queue (the usual is 2), "
    "0.6 months of their spend where a complaint is granted, 50% of their unjustified complaints "
    "granted and a privilege of 0.5."
)


def test_equal_treatment_is_said_as_such():
    assert policy_sentences(library()["equal"]) == ["Everybody is treated alike, as usual."]


def test_tiers_are_said_with_what_they_get():
    assert policy_sentences(library()["value_tiers"]) == [
        "Customers are ranked by spend, every 3 months.",
        TOP,
    ]


def test_every_policy_of_the_library_says_something():
    for name, policy in library().items():
        said = policy_sentences(policy)
        assert said, name
        assert (name == "equal") == (said == ["Everybody is treated alike, as usual."]), said


@pytest.mark.parametrize(
    ("months", "said"),
    [(0.0, "no money"), (1.0, "1 month of their spend"), (1.5, "1.5 months of their spend")],
)
def test_money_is_said_as_people_say_it(months, said):
    generous = library()["equal"].model_copy(
        update={"everyone": Entitlement(remedy=months, lenient=1.0)}
    )
    (sentence,) = policy_sentences(generous)
    assert sentence == (
        f"Everybody gets {said} where a complaint is granted and 100% of their unjustified "
        "complaints granted."
    )
