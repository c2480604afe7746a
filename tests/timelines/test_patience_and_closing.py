"""How a wait ends without an answer, and the instants in which it nearly does."""

from tests.timelines.script import Call, happens, play, table, tiers

ONE = {"desk": {"agents": 1}}
ONE_HOUR = {"opening": {"daily": "00:00-01:00"}}


def mail(agents):
    return {"desk": {"agents": agents, "keeps_overnight": True}}


def test_patience_ends_and_the_next_goes():
    calls = [Call("A", 0, 10), Call("B", 1, 5, patience=4), Call("C", 2, 5, patience=20)]
    assert happens(ONE, calls) == table("""
        0   begins    A  agent0
        5   abandons  B
        10  finishes  A  agent0
        10  begins    C  agent0
        15  finishes  C  agent0
    """)


def test_an_agent_freed_in_the_instant_patience_ends_takes_the_call():
    calls = [Call("A", 0, 10), Call("B", 1, 5, patience=9)]
    assert happens(ONE, calls) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        15  finishes  B  agent0
    """)


def test_two_patiences_end_in_the_instant_one_agent_frees():
    calls = [Call("A", 0, 10), Call("B", 1, 5, patience=9), Call("C", 2, 5, patience=8)]
    assert happens(ONE, calls) == table("""
        0   begins    A  agent0
        10  finishes  A  agent0
        10  begins    B  agent0
        10  abandons  C
        15  finishes  B  agent0
    """)


def test_nobody_without_patience_waits_but_who_finds_an_idle_agent_is_served():
    calls = [Call("A", 0, 10, patience=0), Call("B", 1, 5, patience=0)]
    assert happens(ONE, calls) == table("""
        0   begins    A  agent0
        1   abandons  B
        10  finishes  A  agent0
    """)


def test_one_who_abandons_in_the_front_leaves_the_order_as_it_was():
    policy = tiers({"class": 1}, {"wait_promise_minutes": 3})
    calls = [
        Call("A", 0, 20, tier=0),
        Call("B", 1, 5, tier=1, patience=10),
        Call("C", 2, 5, tier=1),
        Call("D", 3, 5, tier=0),
    ]
    assert happens(ONE, calls, policy=policy) == table("""
        0   begins    A  agent0
        11  abandons  B
        20  finishes  A  agent0
        20  begins    C  agent0
        25  finishes  C  agent0
        25  begins    D  agent0
        30  finishes  D  agent0
    """)


def test_closing_loses_those_who_hold_the_line_and_finishes_what_has_begun():
    calls = [Call("A", 50, 30), Call("B", 55, 5), Call("C", 56, 5)]
    assert happens(ONE, calls, desk=ONE_HOUR) == table("""
        50  begins     A  agent0
        60  closed_on  B
        60  closed_on  C
        80  finishes   A  agent0
    """)


def test_closing_loses_queue_after_queue():
    policy = tiers({"class": 1}, {"class": 2})
    calls = [Call("A", 50, 30), Call("B", 55, 5, tier=1), Call("C", 56, 5, tier=0)]
    assert happens(ONE, calls, desk=ONE_HOUR, policy=policy) == table("""
        50  begins     A  agent0
        60  closed_on  C
        60  closed_on  B
        80  finishes   A  agent0
    """)


def test_a_service_that_ends_at_closing_takes_the_next_queued():
    calls = [Call("A", 50, 10), Call("B", 55, 5), Call("C", 56, 5)]
    assert happens(ONE, calls, desk=ONE_HOUR) == table("""
        50  begins     A  agent0
        60  finishes   A  agent0
        60  begins     B  agent0
        60  closed_on  C
        65  finishes   B  agent0
    """)


def test_patience_that_ends_at_closing_is_abandonment():
    calls = [Call("A", 50, 30), Call("B", 55, 5, patience=5)]
    assert happens(ONE, calls, desk=ONE_HOUR) == table("""
        50  begins    A  agent0
        60  abandons  B
        80  finishes  A  agent0
    """)


def test_mail_waits_for_the_opening_where_agents_take_it_by_number():
    calls = [
        Call("A", 50, 30, kind="mail"),
        Call("B", 59, 100, kind="mail"),
        Call("C", 60, 5, kind="mail"),
        Call("D", 100, 5, kind="mail"),
        Call("E", 70, 6, kind="mail"),
    ]
    assert happens(mail(2), calls, desk=ONE_HOUR) == table("""
        50    begins    A  agent0
        59    begins    B  agent1
        80    finishes  A  agent0
        159   finishes  B  agent1
        1440  begins    C  agent0
        1440  begins    E  agent1
        1445  finishes  C  agent0
        1445  begins    D  agent0
        1446  finishes  E  agent1
        1450  finishes  D  agent0
    """)


def test_mail_loses_patience_in_the_night():
    calls = [Call("A", 100, 5, patience=200), Call("B", 101, 5)]
    assert happens(mail(1), calls, desk=ONE_HOUR) == table("""
        300   abandons  A
        1440  begins    B  agent0
        1445  finishes  B  agent0
    """)


def test_an_agent_still_busy_at_the_opening_takes_the_mail_afterwards():
    calls = [Call("A", 59, 1391), Call("B", 100, 5)]
    assert happens(mail(1), calls, desk=ONE_HOUR) == table("""
        59    begins    A  agent0
        1450  finishes  A  agent0
        1450  begins    B  agent0
        1455  finishes  B  agent0
    """)


def test_a_closed_line_turns_away_and_the_instant_of_opening_does_not():
    calls = [Call("A", 60, 5), Call("B", 1439, 5), Call("C", 1440, 5)]
    assert happens(ONE, calls, desk=ONE_HOUR) == table("""
        60    turned_away  A
        1439  turned_away  B
        1440  begins       C  agent0
        1445  finishes     C  agent0
    """)


def test_idle_agents_of_a_new_day_stand_by_number_again():
    two = {"desk": {"agents": 2}}
    calls = [Call("A", 0, 5), Call("B", 10, 5), Call("C", 1441, 5), Call("D", 1442, 5)]
    assert happens(two, calls, desk=ONE_HOUR) == table("""
        0     begins    A  agent0
        5     finishes  A  agent0
        10    begins    B  agent1
        15    finishes  B  agent1
        1441  begins    C  agent0
        1442  begins    D  agent1
        1446  finishes  C  agent0
        1447  finishes  D  agent1
    """)


def test_what_falls_on_the_end_does_not_happen():
    end = 40_320
    calls = [Call("A", end - 10, 10), Call("B", end - 5, 5), Call("C", end - 3, 1, patience=3)]
    played = play(ONE, calls)
    assert [line.split() for line in played.lines] == table("""
        40310  begins  A  agent0
    """)
    month = played.engine.world.months[0]
    assert (month["waiting"], month["in_service"]) == (2, 1)


def test_who_leaves_the_company_at_a_months_end_is_taken_out_of_the_queue():
    end = 40_320
    # Churn alone is on, and nobody withstands it; B is in a queue, A in service, C still to call.
    behaviour = dict.fromkeys(SECTIONS, "none") | {"churn": {"natural_per_month": 1000}}
    calls = [Call("A", end - 10, 30), Call("B", end - 5, 5), Call("C", end + 5, 5)]
    assert happens(ONE, calls, months=2, behaviour=behaviour) == table("""
        40310  begins     A  agent0
        40320  withdraws  B
        40340  finishes   A  agent0
    """)


def test_who_leaves_at_the_last_months_end_still_waits_in_the_last_count():
    end = 40_320
    behaviour = dict.fromkeys(SECTIONS, "none") | {"churn": {"natural_per_month": 1000}}
    played = play(ONE, [Call("A", end - 10, 30), Call("B", end - 5, 5)], behaviour=behaviour)
    assert [line.split() for line in played.lines] == table("""
        40310  begins  A  agent0
    """)
    month = played.engine.world.months[0]
    assert (month["waiting"], month["withdrawn"], month["left_natural"]) == (1, 0, 2)


SECTIONS = (
    "satisfaction",
    "expectation",
    "contact",
    "voice",
    "recovery",
    "talk",
    "fairness",
    "growth",
    "adoption",
)
