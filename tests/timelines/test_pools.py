"""Pools: limits, overflow, helping, and whom a policy sends where."""

import pytest

from tests.timelines.script import Call, began, happens, play, table, tiers


def two_pools(first=None, second=None):
    """Return a phone pool and a mail pool of one agent each: agent0 and agent1."""
    return {
        "phone": {"agents": 1, **(first or {})},
        "mail": {"agents": 1, "serves": ["mail"], **(second or {})},
    }


def overflow(minutes=3, second=None):
    return two_pools({"overflow": "mail", "overflow_minutes": minutes}, second)


def test_a_full_queue_blocks_until_somebody_leaves_it():
    pools = {"desk": {"agents": 1, "queue_limit": 1}}
    calls = [
        Call("A", 0, 10),
        Call("B", 1, 5, patience=5),
        Call("C", 2, 5),
        Call("D", 7, 5),
        Call("E", 8, 5),
    ]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        2   blocked   C
        6   abandons  B
        8   blocked   E
        10  finishes  A  agent0
        10  begins    D  agent0
        15  finishes  D  agent0
    """)


def test_no_places_to_wait_means_answered_or_blocked():
    pools = {"desk": {"agents": 1, "queue_limit": 0}}
    calls = [Call("A", 0, 10), Call("B", 1, 5), Call("C", 10, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        1   blocked   B
        10  finishes  A  agent0
        10  begins    C  agent0
        15  finishes  C  agent0
    """)


def test_overflow_goes_to_an_idle_agent():
    calls = [Call("A", 0, 20), Call("B", 1, 5), Call("C", 2, 5)]
    assert happens(overflow(), calls) == table("""
        0   begins    A  agent0
        4   begins    B  agent1
        9   finishes  B  agent1
        9   begins    C  agent1
        14  finishes  C  agent1
        20  finishes  A  agent0
    """)


def test_overflow_into_a_queue_keeps_the_place_by_arrival():
    calls = [
        Call("A", 0, 30),
        Call("M", 0, 10, kind="mail"),
        Call("B", 1, 5),
        Call("N", 2, 5, kind="mail"),
        Call("L", 0, 5, kind="mail"),
    ]
    assert happens(overflow(), calls) == table("""
        0   begins    A  agent0
        0   begins    M  agent1
        10  finishes  M  agent1
        10  begins    L  agent1
        15  finishes  L  agent1
        15  begins    B  agent1
        20  finishes  B  agent1
        20  begins    N  agent1
        25  finishes  N  agent1
        30  finishes  A  agent0
    """)


def test_one_who_has_overflowed_no_longer_waits_where_they_were():
    calls = [Call("A", 0, 10), Call("M", 0, 30, kind="mail"), Call("B", 1, 5), Call("C", 8, 5)]
    assert happens(overflow(), calls) == table("""
        0   begins    A  agent0
        0   begins    M  agent1
        10  finishes  A  agent0
        10  begins    C  agent0
        15  finishes  C  agent0
        30  finishes  M  agent1
        30  begins    B  agent1
        35  finishes  B  agent1
    """)


def test_no_overflow_into_a_full_queue():
    pools = overflow(second={"queue_limit": 1})
    calls = [
        Call("A", 0, 10),
        Call("M", 0, 30, kind="mail"),
        Call("N", 0, 5, kind="mail"),
        Call("B", 1, 5),
    ]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        0   begins    M  agent1
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
        30  finishes  M  agent1
        30  begins    N  agent1
        35  finishes  N  agent1
    """)


def test_no_overflow_into_a_closed_pool():
    pools = overflow(second={"opening": {"daily": "08:00-09:00"}})
    calls = [Call("A", 0, 10), Call("B", 1, 5)]
    assert began(pools, calls) == ["A", "B"]
    assert ["4", "begins", "B", "agent1"] not in happens(pools, calls)


def test_overflow_falls_on_the_clocks_grid():
    pools = overflow(minutes=0.1)
    begins = float(play(pools, [Call("A", 0, 20), Call("B", 1, 5)]).lines[1].split()[0])
    assert begins == pytest.approx(1.1, abs=2.0**-20)
    assert (begins * 2**20).is_integer()


def test_an_abandoned_call_does_not_overflow():
    calls = [Call("A", 0, 20), Call("B", 1, 5, patience=3), Call("C", 2, 5, patience=2)]
    assert happens(overflow(), calls) == table("""
        0   begins    A  agent0
        4   abandons  B
        4   abandons  C
        20  finishes  A  agent0
    """)


def test_overflow_goes_on_from_pool_to_pool():
    pools = {
        "phone": {"agents": 1, "overflow": "chat", "overflow_minutes": 3},
        "chat": {"agents": 1, "serves": ["chat"], "overflow": "mail", "overflow_minutes": 4},
        "mail": {"agents": 1, "serves": ["mail"]},
    }
    calls = [Call("A", 0, 30), Call("X", 0, 30, kind="chat"), Call("B", 1, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        0   begins    X  agent1
        8   begins    B  agent2
        13  finishes  B  agent2
        30  finishes  A  agent0
        30  finishes  X  agent1
    """)


def test_a_helper_takes_calls_but_its_own_queue_first():
    pools = two_pools(second={"helps": ["phone"]})
    calls = [
        Call("A", 0, 30),
        Call("B", 1, 10),
        Call("C", 2, 5),
        Call("M", 3, 5, kind="mail"),
    ]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        11  finishes  B  agent1
        11  begins    M  agent1
        16  finishes  M  agent1
        16  begins    C  agent1
        21  finishes  C  agent1
        30  finishes  A  agent0
    """)


def test_one_who_is_not_a_helper_does_not_help():
    calls = [Call("A", 0, 10), Call("B", 1, 5)]
    assert happens(two_pools(), calls) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
    """)


def test_ones_own_agents_come_before_helpers_however_long_these_are_idle():
    pools = two_pools(second={"helps": ["phone"]})
    calls = [Call("A", 0, 5), Call("B", 50, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        5   finishes  A  agent0
        50  begins    B  agent0
        55  finishes  B  agent0
    """)


def test_a_pool_that_opens_earlier_waits_for_its_own_agents():
    # Mail closes at 60; the phone's agent, who helps, takes what was kept once free.
    pools = {
        "phone": {"agents": 1, "helps": ["mail"], "opening": {"daily": "00:00-24:00"}},
        "mail": {
            "agents": 1,
            "serves": ["mail"],
            "opening": {"daily": "00:00-01:00"},
            "keeps_overnight": True,
        },
    }
    calls = [Call("A", 50, 30), Call("M", 61, 5, kind="mail"), Call("N", 90, 5, kind="mail")]
    assert happens(pools, calls) == table("""
        50  begins    A  agent0
        80  finishes  A  agent0
        80  begins    M  agent0
        85  finishes  M  agent0
        90  begins    N  agent0
        95  finishes  N  agent0
    """)


def test_a_policy_may_send_a_tier_to_a_pool_of_its_own():
    pools = {"desk": {"agents": 1}, "line": {"agents": 1, "serves": []}}
    policy = tiers({"pool": "line"}, {})
    calls = [Call("A", 0, 10, tier=1), Call("B", 1, 5, tier=1), Call("C", 2, 5, tier=0)]
    assert happens(pools, calls, policy=policy) == table("""
        0   begins    A  agent0
        2   begins    C  agent1
        7   finishes  C  agent1
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
    """)
