"""At a shift's end a colleague takes over what an agent has in hand."""

from tests.timelines.script import Call, happens, play, table

EARLY = {"daily": "00:00-00:10"}
ALL_DAY = "always"


def phone(*hours, **more):
    """Return a phone pool of an agent for each of the hours; a hand-over takes 2 minutes."""
    shifts = [{"agents": 1, "hours": theirs} for theirs in hours]
    return {"phone": {"shifts": shifts, "hand_over_minutes": 2, **more}}


def test_an_idle_colleague_takes_over_at_once_and_needs_the_rest_and_more():
    # Agent0 has served 10 of 15 minutes: 5 + 2 are left, for which agent1 is paid and not agent0.
    company = {"serve_cost_per_month": 0}
    played = play(phone(EARLY, ALL_DAY, wage_per_hour=60), [Call("A", 0, 15)], company=company)
    assert [line.split() for line in played.lines] == table("""
        0   begins      A  agent0
        10  hands_over  A  agent0
        10  begins      A  agent1
        17  finishes    A  agent1
    """)
    world = played.engine.world
    month = world.months[0]
    counted = ("arrived", "served", "handed_over", "taken_over", "encounters")
    assert [month[name] for name in counted] == [1, 1, 1, 1, 1]
    assert [month[name] for name in ("busy_minutes", "wait_minutes")] == [10 + 7, 0]
    assert world.people[0]["lifetime_cost"] == (10 + 7) / 60 * 60


def test_who_is_to_be_taken_over_goes_before_everybody_even_an_overdue_promise():
    policy = {"everyone": {"wait_promise_minutes": 1}}
    calls = [Call("A", 0, 15), Call("B", 1, 13), Call("C", 2, 3)]
    played = play(phone(EARLY, ALL_DAY), calls, policy=policy)
    assert [line.split() for line in played.lines] == table("""
        0   begins      A  agent0
        1   begins      B  agent1
        10  hands_over  A  agent0
        14  finishes    B  agent1
        14  begins      A  agent1
        21  finishes    A  agent1
        21  begins      C  agent1
        24  finishes    C  agent1
    """)
    month = played.engine.world.months[0]
    counted = ("served", "handed_on", "handed_over", "promised", "promise_kept")
    assert [month[name] for name in counted] == [3, 1, 1, 3, 2]
    assert [month[name] for name in ("wait_minutes", "handed_wait_minutes")] == [21 - 2, 14 - 10]
    first = int(played.engine.world.run[0]["pool_groups"])
    pool = played.engine.world.groups[0, first]
    assert [pool[name] for name in ("arrived", "served", "wait_served_minutes")] == [3, 3, 19]


def test_of_two_to_be_taken_over_who_has_waited_longest_goes_first():
    hours = {"daily": "00:05-00:10"}
    calls = [Call("L", 0, 12), Call("A", 1, 15), Call("B", 3, 20)]
    assert happens(phone(hours, hours, ALL_DAY), calls) == table("""
        0   begins      L  agent2
        5   begins      A  agent0
        5   begins      B  agent1
        10  hands_over  A  agent0
        10  hands_over  B  agent1
        12  finishes    L  agent2
        12  begins      A  agent2
        24  finishes    A  agent2
        24  begins      B  agent2
        41  finishes    B  agent2
    """)


def test_who_comes_on_in_that_instant_takes_over_before_the_queue():
    late = {"daily": "00:10-24:00"}
    assert happens(phone(EARLY, late), [Call("A", 0, 15), Call("C", 5, 1)]) == table("""
        0   begins      A  agent0
        10  hands_over  A  agent0
        10  begins      A  agent1
        17  finishes    A  agent1
        17  begins      C  agent1
        18  finishes    C  agent1
    """)


def test_an_agent_finishes_when_all_go_off_in_that_instant():
    later = {"daily": "01:00-24:00"}
    assert happens(phone(EARLY, EARLY, later), [Call("A", 0, 15), Call("B", 1, 20)]) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        15  finishes  A  agent0
        21  finishes  B  agent1
    """)


def test_a_service_that_ends_with_the_shift_is_not_handed_over():
    assert happens(phone(EARLY, ALL_DAY), [Call("A", 0, 10)]) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
    """)


def test_an_idle_helper_takes_over_from_a_pool_that_closes_and_a_busy_one_only_what_it_keeps():
    helper = {"back": {"agents": 1, "serves": [], "helps": ["phone"]}}
    taken = """
        0   begins      A  agent0
        10  hands_over  A  agent0
        10  begins      A  agent1
        17  finishes    A  agent1
    """
    calls = [Call("A", 0, 15)]
    assert happens(phone(EARLY) | helper, calls) == table(taken)
    calls = [Call("A", 0, 15), Call("B", 1, 13)]
    assert happens(phone(EARLY) | helper, calls) == table("""
        0   begins    A  agent0
        1   begins    B  agent1
        14  finishes  B  agent1
        15  finishes  A  agent0
    """)
    assert happens(phone(EARLY, keeps_overnight=True) | helper, calls) == table("""
        0   begins      A  agent0
        1   begins      B  agent1
        10  hands_over  A  agent0
        14  finishes    B  agent1
        14  begins      A  agent1
        21  finishes    A  agent1
    """)


def test_a_helper_who_cannot_do_it_takes_nothing_over():
    skills = {"phone": 0}
    helper = {"back": {"agents": 1, "serves": [], "helps": ["phone"], "skills": skills}}
    assert happens(phone(EARLY) | helper, [Call("A", 0, 15)]) == table("""
        0   begins    A  agent0
        15  finishes  A  agent0
    """)


def test_a_contact_may_be_handed_over_again():
    longer = {"daily": "00:00-00:20"}
    played = play(phone(EARLY, longer, ALL_DAY), [Call("A", 0, 30)])
    assert [line.split() for line in played.lines] == table("""
        0   begins      A  agent0
        10  hands_over  A  agent0
        10  begins      A  agent1
        20  hands_over  A  agent1
        20  begins      A  agent2
        34  finishes    A  agent2
    """)
    counted = ("served", "handed_over", "taken_over", "busy_minutes")
    assert [played.engine.world.months[0][name] for name in counted] == [1, 2, 2, 34]


def test_whoever_comes_back_finishes_only_what_they_have_then():
    # A would have ended at 15 with agent0, who has D in hand by then.
    with_pause = {"daily": ["00:00-00:10", "00:12-24:00"]}
    calls = [Call("A", 0, 15), Call("D", 13, 10)]
    assert happens(phone(with_pause, ALL_DAY), calls) == table("""
        0   begins      A  agent0
        10  hands_over  A  agent0
        10  begins      A  agent1
        13  begins      D  agent0
        17  finishes    A  agent1
        23  finishes    D  agent0
    """)


def test_all_chats_of_an_agent_are_handed_over():
    pools = phone(EARLY, ALL_DAY, concurrency=2)
    assert happens(pools, [Call("A", 0, 15), Call("B", 1, 12)]) == table("""
        0   begins      A  agent0
        1   begins      B  agent0
        10  hands_over  A  agent0
        10  begins      A  agent1
        10  hands_over  B  agent0
        10  begins      B  agent1
        15  finishes    B  agent1
        17  finishes    A  agent1
    """)


def test_who_loses_patience_before_a_colleague_is_free_is_lost_after_an_answer():
    calls = [Call("A", 0, 15, patience=3), Call("B", 1, 13)]
    played = play(phone(EARLY, ALL_DAY), calls)
    assert [line.split() for line in played.lines] == table("""
        0   begins      A  agent0
        1   begins      B  agent1
        10  hands_over  A  agent0
        13  abandons    A
        14  finishes    B  agent1
    """)
    month = played.engine.world.months[0]
    counted = ("served", "abandoned", "handed_over", "taken_over", "handed_lost")
    assert [month[name] for name in counted] == [2, 0, 1, 0, 1]
