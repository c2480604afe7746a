"""What callers do who are told how long they will wait, or offered a call-back."""

from tests.timelines.script import KINDS, Call, play, table

OFF = dict.fromkeys(
    ("satisfaction", "expectation", "contact", "voice", "recovery", "talk", "fairness", "churn",
     "growth", "adoption"), "none",
)  # fmt: skip
PATIENT = {"patience_minutes": "unlimited"}
PRONE = {"balk": 1.0, "overdue_hazard": 2.0, "accepts_callback": 1.0}


def told(pool, calls, *, needs=(), waiting=None, **more):
    """Return the table of a desk with one agent, and the tally of its month."""
    given = dict(needs)
    kinds = [
        {"name": kind, "share": float(kind == "phone"), "minutes": 1, "resolved": 1}
        | ({"patience_minutes": given[kind]} if kind in given else {})
        for kind in KINDS
    ]
    played = play(
        {"desk": {"agents": 1, **pool}},
        calls,
        needs=kinds,
        people=PATIENT,
        behaviour={**OFF, "waiting": PRONE | (waiting or {})},
        **more,
    )
    return [line.split() for line in played.lines], played.engine.world.months[0]


def test_who_hears_of_more_than_their_patience_hangs_up_and_others_tire_sooner_when_it_is_over():
    pool = {"announce": {"handling_minutes": 10}, "patience_minutes": 15}
    calls = [
        Call("A", 0, 30),
        Call("B", 1, 5),  # told 10: patience lasts 10 + 5 / 2
        Call("C", 2, 5),  # told 20, as B is ahead
        Call("D", 3, 5),  # told 20, as C has gone
        Call("E", 14, 5),  # told 10
    ]
    lines, month = told(pool, calls)
    assert lines == table("""
        0     begins    A  agent0
        2     abandons  C
        3     abandons  D
        13.5  abandons  B
        26.5  abandons  E
        30    finishes  A  agent0
    """)
    assert (month["abandoned"], month["balked"], month["delayed"]) == (4, 2, 2)


def test_an_announcement_by_the_last_answered_repeats_that_wait():
    pool = {"announce": {"estimate": "last"}, "patience_minutes": 20}
    calls = [
        Call("A", 0, 10),
        Call("B", 1, 10),  # told 0, as A did not wait: patience lasts 20 / 2
        Call("C", 12, 30),  # told 9, as B waited
        Call("D", 13, 5),  # told 9: patience lasts 9 + 11 / 2
        Call("E", 21, 5),  # told 8, as C waited: 8 + 12 / 2
    ]
    lines, month = told(pool, calls)
    assert lines == table("""
        0     begins    A  agent0
        10    finishes  A  agent0
        10    begins    B  agent0
        20    finishes  B  agent0
        20    begins    C  agent0
        27.5  abandons  D
        35    abandons  E
        50    finishes  C  agent0
    """)
    assert (month["abandoned"], month["balked"]) == (2, 0)


def test_some_wait_just_as_long_as_was_announced_and_those_without_end_are_not_turned_away():
    pool = {"announce": {"handling_minutes": 10}, "patience_minutes": 15}
    calls = [Call("A", 0, 30), Call("B", 1, 5), Call("C", 2, 5, kind="mail")]
    lines, _ = told(pool, calls, needs={"mail": "unlimited"}, waiting={"overdue_spike": 1.0})
    assert lines == table("""
        0   begins    A  agent0
        11  abandons  B
        30  finishes  A  agent0
        30  begins    C  agent0
        35  finishes  C  agent0
    """)


def test_nothing_is_announced_while_nobody_is_on_shift():
    morning = {"daily": "01:00-02:00"}
    pool = {
        "agents": 1,
        "opening": morning,
        "keeps_overnight": True,
        "announce": {"handling_minutes": 100},
        "patience_minutes": 90,
    }
    lines, month = told(pool, [Call("A", 0, 10), Call("B", 61, 5)])
    assert lines == table("""
        60  begins    A  agent0
        61  abandons  B
        70  finishes  A  agent0
    """)
    assert (month["abandoned"], month["balked"]) == (1, 1)


def test_who_still_holds_the_line_when_a_callback_is_offered_keeps_the_place_and_all_patience():
    pool = {"callback_offer": {"when": "elapsed", "minutes": 5}, "patience_minutes": 9}
    calls = [
        Call("A", 0, 30),
        Call("B", 1, 5, kind="chat"),  # hangs up before the offer
        Call("C", 2, 5, kind="mail"),  # in the instant of the offer it is still there
        Call("D", 3, 5),
        Call("E", 28, 5),
    ]
    lines, month = told(pool, calls, needs={"chat": 4, "mail": 5})
    assert lines == table("""
        0   begins    A  agent0
        5   abandons  B
        30  finishes  A  agent0
        30  begins    C  agent0
        35  finishes  C  agent0
        35  begins    D  agent0
        40  finishes  D  agent0
        40  begins    E  agent0
        45  finishes  E  agent0
    """)
    assert (month["callbacks_offered"], month["callbacks_accepted"]) == (3, 3)


def test_a_callback_on_a_long_announced_wait_comes_before_balking():
    pool = {
        "announce": {"handling_minutes": 10},
        "callback_offer": {"when": "announced", "minutes": 20},
        "patience_minutes": 5,
    }
    calls = [Call("A", 0, 30), Call("B", 1, 5, kind="mail"), Call("C", 2, 5), Call("D", 31, 5)]
    lines, month = told(pool, calls, needs={"mail": 40})
    assert lines == table("""
        0   begins    A  agent0
        26  abandons  B
        30  finishes  A  agent0
        30  begins    C  agent0
        31  abandons  D
        35  finishes  C  agent0
    """)
    assert (month["callbacks_offered"], month["callbacks_accepted"], month["balked"]) == (1, 1, 1)


def test_whoever_refuses_a_callback_hangs_up_as_ever():
    pool = {"callback_offer": {"when": "elapsed", "minutes": 5}, "patience_minutes": 9}
    calls = [Call("A", 0, 30), Call("B", 1, 5)]
    lines, month = told(pool, calls, waiting={"accepts_callback": 0.0})
    assert lines == table("""
        0   begins    A  agent0
        10  abandons  B
        30  finishes  A  agent0
    """)
    assert (month["callbacks_offered"], month["callbacks_accepted"]) == (1, 0)


def test_closing_loses_those_who_wait_for_a_callback_unless_they_are_kept_overnight():
    hour = {"opening": {"daily": "00:00-01:00"}}
    pool = {"callback_offer": {"when": "elapsed", "minutes": 0}}
    calls = [Call("A", 50, 30), Call("B", 55, 5)]
    lost, month = told(pool, calls, desk=hour)
    assert lost == table("""
        50  begins     A  agent0
        60  closed_on  B
        80  finishes   A  agent0
    """)
    assert (month["callbacks_offered"], month["callbacks_accepted"]) == (1, 1)
    kept, _ = told({**pool, "keeps_overnight": True}, calls, desk=hour)
    assert kept[-1] == ["1445", "finishes", "B", "agent0"]
