"""The scenarios that ship: sound as written, told in words, and together the whole argument."""

from __future__ import annotations

import pytest

from sim.scenario.reading.load import from_mapping, load
from sim.scenario.shipped import argument, shipped

# The small worlds in which the argument is settled; others ship that only show something.
WORLDS = (
    "antique_shop", "broadband", "key_accounts", "mobile_operator",
    "newspaper", "print_shop", "saas", "search_engine",
)  # fmt: skip
CLAIMED = [(name, one) for name in WORLDS for one in load(name).hypotheses]
IDS = [f"{name}: {one.name}" for name, one in CLAIMED]


def test_the_argument_is_settled_in_these_worlds_alone():
    assert {name for name in shipped() if load(name).hypotheses} == set(WORLDS)


def test_every_claim_of_the_argument_is_put_to_the_test():
    tested = {number for _, one in CLAIMED for number in one.argument}
    assert tested == set(argument())


@pytest.mark.parametrize("name", WORLDS)
def test_a_scenario_says_what_it_asks_and_claims_something(name):
    scenario = load(name)
    assert len(scenario.describe) > 200
    assert len(scenario.policies) > 1
    assert scenario.hypotheses
    assert scenario.replications >= 20


@pytest.mark.parametrize(("name", "hypothesis"), CLAIMED, ids=IDS)
def test_a_hypothesis_is_somebodys_claim_and_is_swept(name, hypothesis):
    assert hypothesis.argument
    assert hypothesis.because
    assert hypothesis.turns_with
    assert all(len(values) > 1 for values in hypothesis.turns_with.values())


@pytest.mark.parametrize(
    ("describe", "brief"),
    [
        ("A shop. It asks?", "A shop."),
        ("A shop\nin town. What\nnow?", "A shop in town."),
        ("What now?", "What now?"),
        ("", "Shop"),
    ],
)
def test_a_scenario_in_brief_is_its_first_sentence(describe, brief):
    assert from_mapping({"name": "Shop", "describe": describe}).in_brief() == brief
