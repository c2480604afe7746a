"""Policies in sentences."""

from sim.scenario.shipped import library
from sim.studies.best.policy_in_words import policy_sentences

TOP = (
    "The best-ranked 20% of customers (top) get class 1 in the queue (the usual is 2), "
    "0.6 months of their spend where a complaint is granted, a grant of 50% of unjustified "
    "complaints and a privilege of 0.5."
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
