"""A first line hands contacts on to a second one."""

from tests.timelines.script import Call, happens, play, table, tiers


def lines(first=None, second=None, **way):
    """Return a phone pool of two agents, agent0 and agent1, and an expert, agent2.

    Everything is handed on, and takes the expert twice as long.
    """
    given = {"pool": "expert", "share": 1, "minutes": 2, **way}
    return {
        "phone": {"agents": 2, "hands_on_to": given, **(first or {})},
        "expert": {"agents": 1, "serves": [], **(second or {})},
    }


def test_who_is_handed_on_keeps_the_wait_so_far():
    # C has waited for two minutes when it is handed on at 7: it counts as arrived at 5, before B.
    calls = [Call("A", 0, 4), Call("B", 1, 5), Call("C", 2, 3)]
    played = play(lines(), calls)
    assert [line.split() for line in played.lines] == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        4   hands_on  A
        4   begins    A  agent2
        4   begins    C  agent0
        6   hands_on  B
        7   hands_on  C
        12  finishes  A  agent2
        12  begins    C  agent2
        18  finishes  C  agent2
        18  begins    B  agent2
        28  finishes  B  agent2
    """)
    months, groups = played.engine.world.months, played.engine.world.groups
    counted = ("arrived", "served", "handed_on", "handed_lost", "wait_minutes")
    assert [months[name].sum() for name in counted] == [3, 3, 3, 0, 2]
    assert months["handed_wait_minutes"].sum() == (12 - 7) + (18 - 6)
    assert [months[name].sum() for name in ("need_encounters", "first_resolved")] == [3, 3]
    first = int(played.engine.world.run[0]["pool_groups"])
    pools = groups[0, first : first + 2]
    counted = ("arrived", "served", "wait_minutes", "wait_served_minutes")
    assert [list(pools[name]) for name in counted] == [[3, 3], [3, 3], [2, 17], [2, 17]]


def test_who_is_handed_on_keeps_class_and_head_start():
    policy = tiers({"class": 1}, {"head_start_minutes": 9}, {})
    calls = [
        Call("A", 0, 4, tier=2),
        Call("B", 0, 5, tier=2),
        Call("C", 5, 1, tier=1),
        Call("D", 6, 1, tier=0),
    ]
    assert happens(lines(), calls, policy=policy) == table("""
        0   begins    A  agent0
        0   begins    B  agent1
        4   hands_on  A
        4   begins    A  agent2
        5   hands_on  B
        5   begins    C  agent0
        6   hands_on  C
        6   begins    D  agent1
        7   hands_on  D
        12  finishes  A  agent2
        12  begins    D  agent2
        14  finishes  D  agent2
        14  begins    C  agent2
        16  finishes  C  agent2
        16  begins    B  agent2
        26  finishes  B  agent2
    """)


def test_what_a_full_second_line_cannot_take_ends_unresolved_with_the_first():
    calls = [Call("A", 0, 4), Call("B", 1, 5)]
    played = play(lines(second={"queue_limit": 0}), calls)
    assert [line.split() for line in played.lines] == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        4   hands_on  A
        4   begins    A  agent2
        6   finishes  B  agent1
        12  finishes  A  agent2
    """)
    months = played.engine.world.months
    assert [months[name].sum() for name in ("need_encounters", "first_resolved")] == [2, 1]


def test_a_closed_second_line_takes_nobody_unless_it_keeps_contacts():
    hours = {"opening": {"daily": "08:00-09:00"}}
    assert happens(lines(second=hours), [Call("A", 0, 4)]) == table("""
        0    begins    A  agent0
        4    finishes  A  agent0
    """)
    mail = {**hours, "keeps_overnight": True}
    assert happens(lines(second=mail), [Call("A", 0, 4)]) == table("""
        0    begins    A  agent0
        4    hands_on  A
        480  begins    A  agent2
        488  finishes  A  agent2
    """)


def test_an_expert_who_helps_the_first_line_finishes_what_they_serve():
    pools = lines(first={"agents": 1}, second={"helps": ["phone"]})
    assert happens(pools, [Call("A", 0, 10), Call("B", 1, 5)]) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        6   finishes  B  agent1
        10  hands_on  A
        10  begins    A  agent1
        30  finishes  A  agent1
    """)


def test_a_first_line_that_helps_the_second_finishes_there():
    # At 7 agent0 has nobody to serve at the phone, and takes B from the expert's queue.
    pools = lines(first={"agents": 1, "helps": ["expert"]})
    calls = [Call("A", 0, 4), Call("B", 1, 3)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        4   hands_on  A
        4   begins    A  agent1
        4   begins    B  agent0
        7   hands_on  B
        7   begins    B  agent0
        12  finishes  A  agent1
        13  finishes  B  agent0
    """)


def test_only_the_needs_named_are_handed_on():
    calls = [Call("A", 0, 4), Call("M", 1, 4, kind="mail")]
    assert happens(lines(needs=["mail"]), calls) == table("""
        0   begins    A  agent0
        1   begins    M  agent1
        4   finishes  A  agent0
        5   hands_on  M
        5   begins    M  agent2
        13  finishes  M  agent2
    """)


def test_a_second_line_may_hand_on_to_a_third_and_overflow():
    pools = {
        "phone": {"agents": 1, "hands_on_to": {"pool": "expert", "share": 1}},
        "expert": {
            "agents": 1,
            "serves": [],
            "hands_on_to": {"pool": "maker", "share": 1, "minutes": 3},
            "overflow": "maker",
            "overflow_minutes": 1,
        },
        "maker": {"agents": 1, "serves": []},
    }
    # B waits for the expert from 6 on, and goes to the maker's queue at 7: not to be handed on.
    assert happens(pools, [Call("A", 0, 4), Call("B", 4, 2)]) == table("""
        0   begins    A  agent0
        4   hands_on  A
        4   begins    A  agent1
        4   begins    B  agent0
        6   hands_on  B
        7   begins    B  agent2
        8   hands_on  A
        9   finishes  B  agent2
        9   begins    A  agent2
        21  finishes  A  agent2
    """)


def test_a_second_line_that_closes_loses_its_queue():
    second = {"opening": {"daily": "00:00-00:10"}}
    played = play(lines(second=second), [Call("A", 0, 4), Call("B", 1, 5)])
    assert [line.split() for line in played.lines] == table("""
        0   begins     A  agent0
        1   begins     B  agent1
        4   hands_on   A
        4   begins     A  agent2
        6   hands_on   B
        10  closed_on  B
        12  finishes   A  agent2
    """)
    months = played.engine.world.months
    counted = ("served", "closed_on", "handed_on", "handed_lost")
    assert [months[name].sum() for name in counted] == [2, 0, 2, 1]
