"""Who can do what, and how fast: contacts go only to those who can, and first to the fittest."""

from __future__ import annotations

from tests.timelines.script import Call, happens, table, tiers

HELPER = {"agents": 1, "serves": [], "helps": ["front"]}


def test_skill_divides_the_time():
    pools = {"front": {"agents": 1, "skills": {"phone": 0.5, "chat": 2}}}
    calls = [Call("A", 0, 10), Call("B", 1, 10, kind="mail"), Call("C", 2, 10, kind="chat")]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        20  finishes  A  agent0
        20  begins    B  agent0
        30  finishes  B  agent0
        30  begins    C  agent0
        35  finishes  C  agent0
    """)


def test_a_contact_waits_for_those_who_can_and_the_next_is_not_held_up():
    pools = {
        "front": {"agents": 1, "skills": {"mail": 0}},
        "helper": HELPER | {"skills": {"phone": 0}},
    }
    calls = [
        Call("A", 0, 10),
        Call("B", 1, 20, kind="mail"),
        Call("C", 2, 5, kind="mail"),
        Call("D", 3, 5),
        Call("E", 12, 5, kind="chat"),
        Call("F", 13, 5, kind="mail"),
    ]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        10  finishes  A  agent0
        10  begins    D  agent0
        15  finishes  D  agent0
        15  begins    E  agent0
        20  finishes  E  agent0
        21  finishes  B  agent1
        21  begins    C  agent1
        26  finishes  C  agent1
        26  begins    F  agent1
        31  finishes  F  agent1
    """)


def test_of_what_can_be_done_the_class_decides_and_then_arrival():
    pools = {
        "front": {"agents": 1, "skills": {"mail": 0}},
        "helper": HELPER | {"skills": {"phone": 0, "chat": 0}},
    }
    policy = tiers({"class": 1}, {"class": 2})
    calls = [
        Call("A", 0, 10, tier=1),
        Call("B", 0, 30, tier=1, kind="mail"),
        Call("C", 1, 5, tier=1),
        Call("D", 2, 5, tier=0, kind="mail"),
        Call("E", 3, 5, tier=1, kind="chat"),
        Call("F", 4, 5, tier=0, kind="chat"),
    ]
    begun = [(row[2], row[3]) for row in happens(pools, calls, policy=policy) if row[1] == "begins"]
    assert begun == [
        ("A", "agent0"),
        ("B", "agent1"),
        ("F", "agent0"),
        ("C", "agent0"),
        ("E", "agent0"),
        ("D", "agent1"),
    ]


def test_among_idle_helpers_the_fittest_goes_first():
    pools = {
        "front": {"agents": 1, "skills": {"phone": 0.1}},
        "slow": HELPER | {"skills": {"phone": 0.5}},
        "fast": HELPER | {"agents": 2, "skills": {"phone": 2}},
    }
    # The pool's own agent goes before any helper; of equally fit helpers, who is idle longest.
    calls = [Call("A", 0, 10), Call("B", 1, 10), Call("C", 2, 10), Call("D", 3, 10)]
    assert happens(pools, calls) == table("""
        0    begins    A  agent0
        1    begins    B  agent2
        2    begins    C  agent3
        3    begins    D  agent1
        6    finishes  B  agent2
        7    finishes  C  agent3
        23   finishes  D  agent1
        100  finishes  A  agent0
    """)


def test_a_contact_overflows_only_to_those_who_can():
    pools = {
        "front": {"agents": 1, "overflow": "back", "overflow_minutes": 5},
        "back": {"agents": 1, "serves": [], "skills": {"mail": 0}},
    }
    calls = [Call("A", 0, 20), Call("B", 1, 5, kind="mail"), Call("C", 2, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        7   begins    C  agent1
        12  finishes  C  agent1
        20  finishes  A  agent0
        20  begins    B  agent0
        25  finishes  B  agent0
    """)


def test_a_policy_sends_to_a_pool_only_what_can_be_done_there():
    pools = {
        "front": {"agents": 1},
        "gold": {"agents": 1, "serves": [], "skills": {"mail": 0}},
    }
    calls = [Call("A", 0, 10, kind="mail"), Call("B", 1, 10), Call("C", 2, 10, kind="mail")]
    assert happens(pools, calls, policy={"everyone": {"pool": "gold"}}) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        10  finishes  A  agent0
        10  begins    C  agent0
        11  finishes  B  agent1
        20  finishes  C  agent0
    """)


def test_a_pool_that_a_policy_forms_has_the_skills_of_those_who_move():
    pools = {"front": {"agents": 2, "skills": {"phone": 0.5}}}
    policy = {"pools": {"line": {"agents": 1, "helps": False}}, "everyone": {"pool": "line"}}
    assert happens(pools, [Call("A", 0, 10)], policy=policy) == table("""
        0   begins    A  agent1
        20  finishes  A  agent1
    """)
