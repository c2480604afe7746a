"""Pools: limits, overflow, helping, and whom a policy sends where."""

from dataclasses import replace

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


@pytest.mark.parametrize("minutes", [0, 3])
def test_who_was_to_overflow_into_a_closed_pool_does_when_it_opens(minutes):
    pools = overflow(minutes, second={"opening": {"daily": "00:10-01:00"}})
    calls = [Call("A", 0, 30), Call("B", 1, 5), Call("C", 9.5, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        10  begins    B  agent1
        15  finishes  B  agent1
        15  begins    C  agent1
        20  finishes  C  agent1
        30  finishes  A  agent0
    """)


def test_overflow_falls_on_the_clocks_grid():
    pools = overflow(minutes=0.1)
    begins = float(play(pools, [Call("A", 0, 20), Call("B", 1, 5)]).lines[1].split()[0])
    assert begins == pytest.approx(1.1, abs=2.0**-20)
    assert (begins * 2**20).is_integer()


def test_a_busy_pool_passes_calls_on_in_the_instant_in_which_they_arrive():
    calls = [
        Call("A", 0, 20),
        Call("B", 1, 5),
        Call("C", 2, 5),
        Call("N", 3, 5, kind="mail"),
        Call("D", 12, 3),
        Call("E", 20, 2),
    ]
    assert happens(overflow(minutes=0), calls) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        6   finishes  B  agent1
        6   begins    C  agent1
        11  finishes  C  agent1
        11  begins    N  agent1
        16  finishes  N  agent1
        16  begins    D  agent1
        19  finishes  D  agent1
        20  finishes  A  agent0
        20  begins    E  agent0
        22  finishes  E  agent0
    """)


def test_nobody_is_passed_on_to_a_closed_pool():
    pools = overflow(minutes=0, second={"opening": {"daily": "08:00-09:00"}})
    calls = [Call("A", 0, 10), Call("B", 1, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
    """)


def test_a_dedicated_line_passes_on_at_once_with_class_and_head_start():
    # agent2 sits on the line. K2 and K3 find them busy and queue with everybody: K3's head start of
    # ten minutes outweighs that R3 came first, and the class of neither is lost.
    policy = tiers({"pool": "line", "head_start_minutes": 10}, {})
    policy["pools"] = {"line": {"agents": 1, "overflow_minutes": 0}}
    calls = [
        Call("R1", 0, 12, tier=1),
        Call("R2", 0, 40, tier=1),
        Call("K1", 1, 30, tier=0),
        Call("K2", 2, 5, tier=0),
        Call("R3", 3, 5, tier=1),
        Call("K3", 11, 5, tier=0),
        Call("K4", 22, 5, tier=0),
    ]
    assert happens({"phone": {"agents": 3}}, calls, policy=policy) == table("""
        0   begins    R1  agent0
        0   begins    R2  agent1
        1   begins    K1  agent2
        12  finishes  R1  agent0
        12  begins    K2  agent0
        17  finishes  K2  agent0
        17  begins    K3  agent0
        22  finishes  K3  agent0
        22  begins    R3  agent0
        27  finishes  R3  agent0
        27  begins    K4  agent0
        31  finishes  K1  agent2
        32  finishes  K4  agent0
        40  finishes  R2  agent1
    """)


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


# A phone and a mail pool of one agent each, and a third agent who helps both: agent2. The agents of
# phone and mail are busy all the while, so that agent2 takes all who wait.
BUSY = [Call("P", 0, 500), Call("M", 0, 500, kind="mail"), Call("H", 0, 10, kind="chat")]
RENAMED = {"phone": "mail", "mail": "phone"}


def helped(calls, helps, mirrored=False, **more):
    """Return the table of what agent2 does, who helps the pools in the order listed.

    Mirrored, phone is called mail and mail phone, in the desk as in the calls.
    """
    names = RENAMED if mirrored else {}
    serving = [names.get(kind, kind) for kind in ("phone", "mail")]
    pools = {kind: {"agents": 1, "serves": [kind]} for kind in serving}
    pools["chat"] = {"agents": 1, "helps": [names.get(pool, pool) for pool in helps]}
    cast = [replace(call, kind=names.get(call.kind, call.kind)) for call in (*BUSY, *calls)]
    return [line for line in happens(pools, cast, **more) if line[-1] == "agent2"]


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("helps", [["phone", "mail"], ["mail", "phone"]])
class TestOneWhoHelpsTwoPools:
    """Whoever goes first in either queue goes first; neither list nor name decides."""

    def test_takes_who_came_first(self, helps, mirrored):
        calls = [Call("B", 2, 5), Call("A", 1, 5, kind="mail"), Call("C", 3, 5, kind="mail")]
        assert helped(calls, helps, mirrored) == table("""
            0   begins    H  agent2
            10  finishes  H  agent2
            10  begins    A  agent2
            15  finishes  A  agent2
            15  begins    B  agent2
            20  finishes  B  agent2
            20  begins    C  agent2
            25  finishes  C  agent2
        """)

    def test_takes_those_of_the_same_instant_by_number(self, helps, mirrored):
        calls = [Call("A", 1, 5, kind="mail"), Call("B", 1, 5), Call("C", 1, 5, kind="mail")]
        assert helped(calls, helps, mirrored) == table("""
            0   begins    H  agent2
            10  finishes  H  agent2
            10  begins    A  agent2
            15  finishes  A  agent2
            15  begins    B  agent2
            20  finishes  B  agent2
            20  begins    C  agent2
            25  finishes  C  agent2
        """)

    def test_takes_the_smaller_class_of_either(self, helps, mirrored):
        policy = tiers({"class": 1}, {"class": 2})
        calls = [
            Call("A", 1, 5, tier=1),
            Call("B", 2, 5, tier=0, kind="mail"),
            Call("C", 3, 5, tier=0),
            Call("D", 4, 5, tier=1, kind="mail"),
        ]
        assert helped(calls, helps, mirrored, policy=policy) == table("""
            0   begins    H  agent2
            10  finishes  H  agent2
            10  begins    B  agent2
            15  finishes  B  agent2
            15  begins    C  agent2
            20  finishes  C  agent2
            20  begins    A  agent2
            25  finishes  A  agent2
            25  begins    D  agent2
            30  finishes  D  agent2
        """)

    def test_counts_a_head_start_in_either(self, helps, mirrored):
        # C's 3 minutes beat B, who came 2 earlier, but not A, who came 4 earlier.
        policy = tiers({"head_start_minutes": 3}, {})
        calls = [
            Call("A", 1, 5, tier=1),
            Call("B", 3, 5, tier=1, kind="mail"),
            Call("C", 5, 5, tier=0),
        ]
        assert helped(calls, helps, mirrored, policy=policy) == table("""
            0   begins    H  agent2
            10  finishes  H  agent2
            10  begins    A  agent2
            15  finishes  A  agent2
            15  begins    C  agent2
            20  finishes  C  agent2
            20  begins    B  agent2
            25  finishes  B  agent2
        """)

    def test_counts_the_pace_in_either(self, helps, mirrored):
        # At 10 C's 2 (10 - 6) is behind A's 9 and ahead of B's 7; at 15 its 18 would lead by far.
        policy = tiers({"pace": 2}, {})
        calls = [
            Call("A", 1, 5, tier=1),
            Call("B", 3, 5, tier=1),
            Call("C", 6, 5, tier=0, kind="mail"),
            Call("D", 4, 5, tier=1, kind="mail"),
        ]
        assert helped(calls, helps, mirrored, policy=policy) == table("""
            0   begins    H  agent2
            10  finishes  H  agent2
            10  begins    A  agent2
            15  finishes  A  agent2
            15  begins    C  agent2
            20  finishes  C  agent2
            20  begins    B  agent2
            25  finishes  B  agent2
            25  begins    D  agent2
            30  finishes  D  agent2
        """)

    def test_takes_an_overdue_promise_of_either(self, helps, mirrored):
        policy = tiers({"wait_promise_minutes": 4}, {"class": 1})
        calls = [Call("A", 1, 5, tier=1), Call("B", 2, 5, tier=1), Call("C", 3, 5, kind="mail")]
        assert [line[2] for line in helped(calls, helps, mirrored, policy=policy)][2::2] == [
            "C",
            "A",
            "B",
        ]

    def test_takes_its_own_queue_before_either(self, helps, mirrored):
        calls = [Call("A", 1, 5, kind="mail"), Call("B", 2, 5), Call("C", 9, 5, kind="chat")]
        assert helped(calls, helps, mirrored) == table("""
            0   begins    H  agent2
            10  finishes  H  agent2
            10  begins    C  agent2
            15  finishes  C  agent2
            15  begins    A  agent2
            20  finishes  A  agent2
            20  begins    B  agent2
            25  finishes  B  agent2
        """)


@pytest.mark.parametrize("first", ["mail", "chat"])
def test_the_helper_who_is_idle_longest_takes_the_call_whichever_pool_is_listed_first(first):
    # Mail's agent has been idle since 3, chat's since 5.
    second = "chat" if first == "mail" else "mail"
    pools = {
        "phone": {"agents": 1},
        first: {"agents": 1, "serves": [first], "helps": ["phone"]},
        second: {"agents": 1, "serves": [second], "helps": ["phone"]},
    }
    calls = [
        Call("A", 0, 50),
        Call("X", 0, 5, kind="chat"),
        Call("M", 0, 3, kind="mail"),
        Call("B", 10, 5),
        Call("C", 11, 5),
    ]
    mail, chat = ("agent1", "agent2") if first == "mail" else ("agent2", "agent1")
    assert happens(pools, calls) == table(f"""
        0   begins    A  agent0
        0   begins    X  {chat}
        0   begins    M  {mail}
        3   finishes  M  {mail}
        5   finishes  X  {chat}
        10  begins    B  {mail}
        11  begins    C  {chat}
        15  finishes  B  {mail}
        16  finishes  C  {chat}
        50  finishes  A  agent0
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
