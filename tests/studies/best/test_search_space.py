"""Candidates: drawn within their bounds, written in few digits, varied a little."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema.best import Lever
from sim.studies.best.search_space import space_of

VARY = {
    "policies.a.everyone.courtesy": Lever.model_validate({"from": 0.7, "to": 1.0}),
    "policies.a.tiers.0.class": Lever.model_validate([0, 1, 2]),
    "policies.a.secrecy": Lever.model_validate(["none", "secret"]),
    "desk.pools.frontline.agents": Lever.model_validate({"from": 2, "to": 6}),
    "policies.a.everyone.pace": Lever.model_validate({"from": 0.1, "to": 10, "scale": "log"}),
}
SPACE = space_of(VARY)
SHARE = st.floats(0, 1)


@given(st.lists(SHARE, min_size=5, max_size=5))
def test_every_point_is_within_the_bounds(point):
    [(courtesy, rank, secrecy, agents, pace)] = SPACE.at(np.array([point]))
    assert 0.7 <= courtesy <= 1
    assert courtesy == round(courtesy, 3)
    assert rank in (0, 1, 2)
    assert secrecy in ("none", "secret")
    assert agents in range(2, 7)
    assert isinstance(agents, int)
    assert 0.1 <= pace <= 10


@given(st.lists(SHARE, min_size=15, max_size=15))
def test_what_is_near_is_within_the_bounds_too(luck):
    [values] = SPACE.at(np.full((1, 5), 0.5))
    [near] = SPACE.near(values, np.array([luck]))
    assert all(one.holds(value) for one, value in zip(SPACE.dimensions, near, strict=True))


def test_what_is_near_reaches_every_neighbour():
    [values] = SPACE.at(np.full((1, 5), 0.5))
    luck = np.random.default_rng(1).random((400, 15))
    near = SPACE.near(values, luck)
    assert {one[1] for one in near} == {0, 1, 2}
    assert {one[2] for one in near} == {"none", "secret"}
    assert {3, 5} <= {one[3] for one in near}


def test_a_logarithmic_range_has_equal_ratios():
    low, middle, high = (SPACE.dimensions[4].at(share) for share in (0.0, 0.5, 1.0))
    assert (low, middle, high) == pytest.approx((0.1, 1.0, 10.0))


def test_words_are_as_far_from_each_other_as_from_any_other():
    at = {word: SPACE.dimensions[2].coordinates(word) for word in ("none", "secret")}
    assert at == {"none": [1.0, 0.0], "secret": [0.0, 1.0]}


def test_a_space_with_a_range_has_no_end_and_one_without_is_listed_whole():
    assert SPACE.size == float("inf")
    listed = space_of({name: VARY[name] for name in list(VARY)[1:4]})
    assert listed.size == 3 * 2 * 5
    assert len(set(listed.all())) == 30


def test_shares_and_values_are_inverse():
    for one in SPACE.dimensions:
        for share in (0.0, 0.3, 0.99):
            value = one.at(share)
            assert one.at(one.share_of(value)) == value
