"""Whose patience and tolerable wait hold for a kind of contact at a pool."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.core.rng import CONSTANT, EXPONENTIAL, LOGNORMAL
from sim.errors import InputError
from sim.model.events.arrival import contact_arrives
from sim.model.events.contact import finish_service
from sim.model.events.waiting import begin_waiting
from sim.model.records import CUSTOMER
from tests.small_worlds import in_hand, scenario, settled, taken, world

NEEDS = [
    {"name": "call", "share": 0.5, "minutes": 9, "resolved": 1},
    {
        "name": "letter",
        "share": 0.5,
        "minutes": 9,
        "resolved": 1,
        "patience_minutes": "unlimited",
        "tolerable_wait_minutes": 600,
    },
]
POOLS = {
    "front": {"agents": 1},
    "back": {
        "agents": 1,
        "serves": ["complaint"],
        "patience_minutes": {"law": "lognormal", "mean": 50, "cv": 1.2},
        "tolerable_wait_minutes": 60,
    },
}
CALL, LETTER, ENQUIRY, COMPLAINT = range(4)
FRONT, BACK = range(2)


def test_a_needs_own_goes_before_the_pools_and_that_before_all_peoples():
    table = world(scenario(needs=NEEDS, desk={"pools": POOLS})).patiences
    assert table.shape == (4, 2)
    assert table["own"].tolist() == [[0, 1], [1, 1], [0, 1], [0, 1]]
    assert table["unlimited"].tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]
    assert table["tolerable"].tolist() == [[15, 60], [600, 600], [15, 60], [15, 60]]
    assert set(table["kind"][:, FRONT][[CALL, ENQUIRY, COMPLAINT]]) == {EXPONENTIAL}
    assert (table["parameter"][CALL, FRONT], table["kind"][COMPLAINT, BACK]) == (1, LOGNORMAL)


def test_people_whose_attempts_are_all_alike_have_a_law_of_mean_1():
    patience = {"mean": 8, "attempt_law": "constant"}
    table = world(scenario(people={"patience_minutes": patience})).patiences
    assert set(table["kind"].flat) == {CONSTANT}
    assert set(table["parameter"].flat) == {1.0}


def test_values_of_patience_stand_behind_those_of_handling():
    needs = [
        NEEDS[0]
        | {
            "share": 1,
            "minutes": {"law": "empirical", "values": [7, 3]},
            "patience_minutes": {"law": "empirical", "values": [9, 8]},
        }
    ]
    W = world(scenario(needs=needs))
    assert W.samples.tolist() == [3, 7, 8, 9]
    assert (W.kinds["start"][0], W.patiences["start"][0, 0]) == (0, 2)


def waits(patience, own, of_person, contact=CALL):
    """Return how long a person of this patience waits where `own` stands at the pool."""
    pool = {"front": {"agents": 1} | ({} if own is None else {"patience_minutes": own})}
    W = world(scenario(needs=NEEDS, people={"patience_minutes": patience}, desk={"pools": pool}))
    W.people[0]["patience"] = of_person
    c = taken(W, 0, "need", kind=contact)
    contact_arrives(W, c, 100.0)
    return begin_waiting(W, c, 0, 100.0)[0] - 100.0


def test_a_person_twice_as_patient_as_people_waits_twice_as_long():
    assert waits({"mean": 10}, 8, 20.0) == 16
    assert waits({"mean": 10}, 8, 5.0) == 4
    assert waits({"mean": 10}, None, 20.0, LETTER) == math.inf
    assert waits({"mean": 10, "attempt_law": "constant"}, None, 20.0) == 20


def test_where_people_wait_for_ever_or_never_all_are_as_patient_at_a_pool_of_its_own():
    assert waits("unlimited", 8, math.inf) == 8
    assert waits({"mean": 0}, 8, 0.0) == 8
    assert waits("unlimited", None, math.inf) == math.inf
    assert waits({"mean": 0}, None, 0.0) == 0


def test_the_mean_of_a_customer_file_is_that_of_its_column(tmp_path):
    rows = "\n".join(f"{i},1,{minutes}" for i, minutes in enumerate((5, 10, 30)))
    (tmp_path / "people.csv").write_text(f"id,customer,patience_minutes\n{rows}\n")
    people = {"file": str(tmp_path / "people.csv"), "count": None, "customers": None}
    given = scenario(people=people, network={"kind": "none", "mean_degree": 0})
    assert world(given).parameters[0]["patience_mean"] == 15


def satisfaction(waited, **tolerable):
    """Return the satisfaction of a customer after a wait with a letter."""
    letter = NEEDS[1] | {"tolerable_wait_minutes": tolerable.pop("of_need", None)}
    needs = [NEEDS[0], {name: value for name, value in letter.items() if value is not None}]
    perception = {"tolerable_wait_minutes": tolerable.pop("of_people", 15.0)}
    pools = {"front": {"agents": 1, **tolerable}}
    given = scenario(
        needs=needs, desk={"pools": pools}, behaviour={"perception": perception, "voice": "none"}
    )
    W = world(given)
    settled(W, 0, CUSTOMER)
    c = in_hand(W, 0, "need", kind=LETTER, wait=waited)
    finish_service(W, c, 50.0)
    return float(W.people[0]["satisfaction"])


def test_a_wait_is_felt_by_what_is_tolerable_for_its_need_or_at_its_pool():
    assert satisfaction(30, of_need=30) == satisfaction(15) == satisfaction(1, of_people=1)
    assert satisfaction(30, tolerable_wait_minutes=30) == satisfaction(15)
    assert satisfaction(30, of_need=30, tolerable_wait_minutes=2) == satisfaction(15)
    assert satisfaction(30, of_need=60) > satisfaction(30)


def test_where_no_wait_is_felt_none_is_whatever_a_need_says():
    assert satisfaction(30, of_need=1, of_people=1e9) == satisfaction(30, of_people=1e9)


@pytest.mark.parametrize(
    ("changes", "key", "rule"),
    [
        ({"attempt_law": "weibull"}, "attempt_cv", "is required for attempt_law: weibull"),
        ({"attempt_cv": 0.5}, "attempt_cv", "must be left out for attempt_law: exponential"),
        ({"attempt_law": "gamma", "attempt_cv": 0}, "attempt_cv", "must be above 0"),
        ({"attempt_law": "beta"}, "attempt_law", "weibull"),
    ],
)
def test_laws_of_attempts_that_cannot_be_are_refused(changes, key, rule):
    with pytest.raises(InputError) as refused:
        scenario(people={"patience_minutes": changes})
    assert f"people.patience_minutes.{key}" in str(refused.value)
    assert rule in str(refused.value)


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ("for ever", "must be a number, a mapping with mean and cv, or the word unlimited"),
        ({"law": "unlimited", "mean": 3}, "has no meaning for patience that is unlimited"),
        ({"mean": 3}, "is required for law: lognormal"),
        ({"law": "exponential", "mean": 0}, "must be above 0"),
    ],
)
def test_patience_of_a_pool_that_cannot_be_is_refused(told, rule):
    with pytest.raises(InputError) as refused:
        scenario(desk={"pools": {"front": {"agents": 1, "patience_minutes": told}}})
    assert "desk.pools.front.patience_minutes" in str(refused.value)
    assert rule in str(refused.value)


def test_what_is_written_is_read_again():
    for told in ("unlimited", 4.0, {"law": "weibull", "mean": 3.0, "cv": 2.0}):
        pool = {"agents": 1, "patience_minutes": told}
        (read,) = scenario(desk={"pools": {"front": pool}}).desk.pools.values()
        assert read.patience_minutes is not None
        assert read.patience_minutes.as_written() == told
    assert np.isinf(waits({"mean": 10}, "unlimited", 10.0))
