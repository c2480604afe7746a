"""Who works when: slots of chat, shifts, and vacant seats."""

from tests.timelines.script import Call, happens, play, table


def test_an_agent_has_as_many_chats_as_slots():
    pools = {"chat": {"agents": 1, "concurrency": 2}}
    calls = [Call("A", 0, 10), Call("B", 1, 5), Call("C", 2, 20), Call("D", 3, 5)]
    assert happens(pools, calls) == table("""
        0   begins    A  agent0
        1   begins    B  agent0
        6   finishes  B  agent0
        6   begins    C  agent0
        10  finishes  A  agent0
        10  begins    D  agent0
        15  finishes  D  agent0
        26  finishes  C  agent0
    """)


def test_slots_of_chat_stand_in_line_one_by_one():
    pools = {"chat": {"agents": 2, "concurrency": 2}}
    calls = [Call(name, minute, 20) for minute, name in enumerate("ABCDE")]
    agents = [row[3] for row in happens(pools, calls) if row[1] == "begins"]
    assert agents == ["agent0", "agent0", "agent1", "agent1", "agent0"]


SHIFTS = {
    "desk": {
        "shifts": [
            {"agents": 1, "hours": {"daily": "00:00-01:00"}},
            {"agents": 1, "hours": {"daily": "01:00-02:00"}},
        ]
    }
}


def test_one_shift_hands_over_to_the_next():
    calls = [Call("A", 50, 30), Call("B", 55, 10), Call("C", 61, 10)]
    assert happens(SHIFTS, calls) == table("""
        50  begins    A  agent0
        60  begins    B  agent1
        70  finishes  B  agent1
        70  begins    C  agent1
        80  finishes  A  agent0
        80  finishes  C  agent1
    """)


def test_who_finishes_at_the_handing_over_still_takes_the_next():
    calls = [Call("A", 50, 10), Call("B", 55, 10), Call("C", 56, 10)]
    assert happens(SHIFTS, calls) == table("""
        50  begins    A  agent0
        60  finishes  A  agent0
        60  begins    B  agent0
        60  begins    C  agent1
        70  finishes  B  agent0
        70  finishes  C  agent1
    """)


def test_who_finishes_after_the_shift_is_paid_for_it_and_goes_home():
    calls = [Call("A", 50, 30), Call("B", 55, 40), Call("C", 81, 10)]
    played = play(SHIFTS, calls)
    assert [line.split() for line in played.lines] == table("""
        50   begins    A  agent0
        60   begins    B  agent1
        80   finishes  A  agent0
        100  finishes  B  agent1
        100  begins    C  agent1
        110  finishes  C  agent1
    """)
    month = played.engine.world.months[0]
    assert month["busy_minutes"] == 80
    assert month["paid_minutes"] == 28 * 120 + 20


def test_shifts_overlap():
    pools = {
        "desk": {
            "shifts": [
                {"agents": 1, "hours": {"daily": "00:00-01:00"}},
                {"agents": 1, "hours": {"daily": "00:30-01:30"}},
            ]
        }
    }
    calls = [Call("A", 20, 20), Call("B", 21, 10), Call("C", 58, 40), Call("D", 59, 20)]
    assert happens(pools, calls) == table("""
        20  begins       A  agent0
        30  begins       B  agent1
        40  finishes     A  agent0
        40  finishes     B  agent1
        58  begins       C  agent0
        59  begins       D  agent1
        79  finishes     D  agent1
        98  finishes     C  agent0
    """)


def test_a_vacant_seat_serves_nobody_until_it_is_filled():
    # Everybody quits at the first month's end; a novice as fast as anybody comes a month later.
    staff = {
        "start_speed": 1.0,
        "quit": {"base_per_month": 1000.0},
        "hire_delay_months": 1,
    }
    end = 40_320
    calls = [
        Call("A", end - 10, 20),
        Call("B", end - 5, 5),
        Call("C", 2 * end + 10, 5),
    ]
    pools = {"desk": {"agents": 1}}
    assert happens(pools, calls, staff=staff, months=3) == table("""
        40310  begins    A  agent0
        40330  finishes  A  agent0
        80640  begins    B  agent0
        80645  finishes  B  agent0
        80650  begins    C  agent0
        80655  finishes  C  agent0
    """)
