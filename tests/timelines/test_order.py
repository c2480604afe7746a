"""Who goes next: every rule of order, on one agent unless it says more."""

import pytest

from tests.timelines.script import Call, began, happens, play, table, tiers

ONE = {"desk": {"agents": 1}}
TWO = {"desk": {"agents": 2}}


def test_first_come_first_served():
    calls = [Call("A", 0, 10), Call("C", 2, 3), Call("B", 1, 5)]
    assert happens(ONE, calls) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
        15  begins    C  agent0
        18  finishes  C  agent0
    """)


def test_calls_of_the_same_instant_go_by_number():
    calls = [Call("A", 0, 10), Call("B", 1, 5), Call("C", 1, 5)]
    assert happens(ONE, calls) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
        15  begins    C  agent0
        20  finishes  C  agent0
    """)


def test_a_smaller_class_goes_strictly_first_but_interrupts_nobody():
    policy = tiers({"class": 1}, {"class": 2})
    calls = [
        Call("A", 0, 10, tier=1),
        Call("B", 1, 5, tier=1),
        Call("C", 2, 5, tier=0),
        Call("D", 3, 5, tier=0),
        Call("E", 16, 5, tier=0),
    ]
    assert happens(ONE, calls, policy=policy) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    C  agent0
        15  finishes  C  agent0
        15  begins    D  agent0
        20  finishes  D  agent0
        20  begins    E  agent0
        25  finishes  E  agent0
        25  begins    B  agent0
        30  finishes  B  agent0
    """)


def test_a_head_start_is_minutes_of_credit():
    # C's 3 minutes beat B, who came 2 earlier, but not A2, who came 4 earlier.
    policy = tiers({"head_start_minutes": 3}, {})
    calls = [
        Call("A", 0, 10, tier=1),
        Call("A2", 1, 5, tier=1),
        Call("B", 3, 5, tier=1),
        Call("C", 5, 5, tier=0),
    ]
    assert happens(ONE, calls, policy=policy) == table("""
        0   begins    A   agent0
        10  finishes  A   agent0
        10  begins    A2  agent0
        15  finishes  A2  agent0
        15  begins    C   agent0
        20  finishes  C   agent0
        20  begins    B   agent0
        25  finishes  B   agent0
    """)


def test_a_faster_pace_overtakes_when_it_has_waited_long_enough():
    # At 10 the slow one has 9 minutes and the fast one 2 x 4 = 8; at 12 it is 10 against 2 x 6.
    policy = tiers({"pace": 2}, {"pace": 1})
    calls = [
        Call("A", 0, 10, tier=1),
        Call("B", 1, 2, tier=1),
        Call("C", 2, 5, tier=1),
        Call("D", 6, 5, tier=0),
    ]
    assert happens(ONE, calls, policy=policy) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        12  finishes  B  agent0
        12  begins    D  agent0
        17  finishes  D  agent0
        17  begins    C  agent0
        22  finishes  C  agent0
    """)


@pytest.mark.parametrize(("freed_at", "order"), [(7, ["C", "B"]), (9, ["B", "C"])])
def test_head_start_and_pace_together(freed_at, order):
    # 10 + (t - 4) against 2 (t - 1): the head start leads before t = 8, the pace afterwards.
    policy = tiers({"pace": 2}, {"head_start_minutes": 10})
    calls = [Call("A", 0, freed_at), Call("B", 1, 5, tier=0), Call("C", 4, 5, tier=1)]
    assert began(ONE, calls, policy=policy) == ["A", *order]


def test_equal_urgency_goes_by_arrival():
    # At 8 both have 14: 10 + (8 - 4) and 2 (8 - 1). B came first.
    policy = tiers({"pace": 2}, {"head_start_minutes": 10})
    calls = [Call("A", 0, 8), Call("C", 4, 5, tier=1), Call("B", 1, 5, tier=0)]
    assert happens(ONE, calls, policy=policy) == table("""
        0   begins    A  agent0
        8   finishes  A  agent0
        8   begins    B  agent0
        13  finishes  B  agent0
        13  begins    C  agent0
        18  finishes  C  agent0
    """)


def test_no_pace_means_that_waiting_does_not_count():
    policy = tiers({"pace": 0, "head_start_minutes": 3}, {"pace": 0, "head_start_minutes": 2})
    calls = [Call("A", 0, 60), Call("B", 1, 5, tier=1), Call("C", 59, 5, tier=0)]
    assert began(ONE, calls, policy=policy) == ["A", "C", "B"]


def test_class_comes_before_credit():
    policy = tiers({"class": 1, "pace": 0}, {"class": 2, "pace": 9, "head_start_minutes": 500})
    calls = [Call("A", 0, 60), Call("B", 1, 5, tier=1), Call("C", 59, 5, tier=0)]
    assert began(ONE, calls, policy=policy) == ["A", "C", "B"]


def test_overdue_promises_go_to_the_front_in_order_of_arrival():
    # C's promise is due at 8 and B's at 9; at 10 both are in front, and B came first.
    policy = tiers({"class": 1}, {"wait_promise_minutes": 6}, {"wait_promise_minutes": 8})
    calls = [
        Call("A", 0, 10, tier=0),
        Call("B", 1, 5, tier=2),
        Call("C", 2, 5, tier=1),
        Call("D", 1, 5, tier=0),
        Call("E", 5, 5, tier=1),
    ]
    assert happens(ONE, calls, policy=policy) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
        15  begins    C  agent0
        20  finishes  C  agent0
        20  begins    E  agent0
        25  finishes  E  agent0
        25  begins    D  agent0
        30  finishes  D  agent0
    """)


def test_a_promise_runs_only_while_the_pool_is_open():
    # Open from 480 to 600, then from 1920. C is promised an answer within 60 minutes: 40 have
    # passed at closing, so it is due at 1940. At 1920 D goes first by class, at 1950 C before E.
    pools = {"desk": {"agents": 1, "keeps_overnight": True, "opening": {"daily": "08:00-10:00"}}}
    policy = tiers({"class": 2, "wait_promise_minutes": 60}, {"class": 1})
    calls = [
        Call("A", 480, 70, tier=1),
        Call("B", 540, 60, tier=1),
        Call("C", 560, 5, tier=0),
        Call("D", 565, 30, tier=1),
        Call("E", 566, 6, tier=1),
        Call("F", 1000, 4, tier=0),
    ]
    played = play(pools, calls, policy=policy)
    assert [line.split() for line in played.lines] == table("""
        480   begins    A  agent0
        550   finishes  A  agent0
        550   begins    B  agent0
        610   finishes  B  agent0
        1920  begins    D  agent0
        1950  finishes  D  agent0
        1950  begins    C  agent0
        1955  finishes  C  agent0
        1955  begins    E  agent0
        1961  finishes  E  agent0
        1961  begins    F  agent0
        1965  finishes  F  agent0
    """)
    # C waited for 40 + 30 open minutes; F came by night and waited for 41 of them.
    months = played.engine.world.months
    assert (months["promised"].sum(), months["promise_kept"].sum()) == (2, 1)


def test_a_promise_due_in_the_instant_an_agent_frees_is_too_late_for_it():
    policy = tiers({"class": 1}, {"wait_promise_minutes": 9})
    calls = [Call("A", 0, 10, tier=0), Call("B", 1, 5, tier=1), Call("C", 2, 5, tier=0)]
    assert began(ONE, calls, policy=policy) == ["A", "C", "B"]


def test_the_longest_idle_agent_takes_the_call():
    calls = [
        Call("A", 0, 10),
        Call("B", 1, 4),
        Call("C", 12, 5),
        Call("D", 13, 5),
    ]
    assert happens(TWO, calls) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        5   finishes  B  agent1
        10  finishes  A  agent0
        12  begins    C  agent1
        13  begins    D  agent0
        17  finishes  C  agent1
        18  finishes  D  agent0
    """)


def test_agents_freed_in_the_same_instant_take_calls_by_number():
    calls = [Call("A", 0, 9), Call("B", 0, 9), Call("C", 1, 5), Call("D", 2, 5)]
    assert happens(TWO, calls) == table("""
        0   begins    A  agent0
        0   begins    B  agent1
        9   finishes  A  agent0
        9   begins    C  agent0
        9   finishes  B  agent1
        9   begins    D  agent1
        14  finishes  C  agent0
        14  finishes  D  agent1
    """)
