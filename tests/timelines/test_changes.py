"""A history, and regimes at the desk: who comes on, who goes off and who moves when a month begins.

A month has 40,320 minutes.
"""

from tests.timelines.script import Call, happens, table

NEXT = 40_320


def from_month_2(**values):
    return {
        "months": 2,
        "changes": [{"month": 2, "set": {k.replace("__", "."): v for k, v in values.items()}}],
    }


def test_an_agent_who_comes_takes_who_waits_at_once():
    calls = [Call("A", NEXT - 20, 50), Call("B", NEXT - 10, 5), Call("C", NEXT - 5, 5)]
    more = from_month_2(desk__pools__front__agents=2)
    assert happens({"front": {"agents": 1}}, calls, **more) == table("""
        40300  begins    A  agent0
        40320  begins    B  agent1
        40325  finishes  B  agent1
        40325  begins    C  agent1
        40330  finishes  C  agent1
        40350  finishes  A  agent0
    """)


def test_an_agent_who_goes_finishes_what_is_in_hand():
    calls = [
        Call("A", NEXT - 20, 30),
        Call("B", NEXT - 15, 25),
        Call("C", NEXT - 10, 5),
        Call("D", NEXT - 5, 5),
    ]
    more = from_month_2(desk__pools__front__agents=1)
    assert happens({"front": {"agents": 2}}, calls, **more) == table("""
        40300  begins    A  agent0
        40305  begins    B  agent1
        40330  finishes  A  agent0
        40330  begins    C  agent0
        40330  finishes  B  agent1
        40335  finishes  C  agent0
        40335  begins    D  agent0
        40340  finishes  D  agent0
    """)


def test_who_waits_for_a_pool_that_goes_waits_where_the_kind_now_belongs():
    pools = {"front": {"agents": 1}, "letters": {"agents": 1, "serves": ["mail"]}}
    calls = [
        Call("A", NEXT - 30, 60, kind="mail"),
        Call("B", NEXT - 20, 5, kind="mail"),
        Call("C", NEXT - 10, 25),
        Call("D", NEXT - 5, 5),
    ]
    more = from_month_2(desk__pools={"front": {"agents": 1}})
    assert happens(pools, calls, **more) == table("""
        40290  begins    A  agent1
        40310  begins    C  agent0
        40335  finishes  C  agent0
        40335  begins    B  agent0
        40340  finishes  B  agent0
        40340  begins    D  agent0
        40345  finishes  D  agent0
        40350  finishes  A  agent1
    """)


def test_shorter_hours_send_who_comes_later_away():
    calls = [Call("A", NEXT + 9 * 60, 5), Call("B", NEXT + 16 * 60, 5)]
    opening = {"daily": "08:00-16:00"}
    more = from_month_2(desk__opening=opening)
    assert happens({"front": {"agents": 1}}, calls, **more) == table("""
        40860  begins       A  agent0
        40865  finishes     A  agent0
        41280  turned_away  B
    """)


def test_a_call_of_the_history_is_finished_in_month_1():
    calls = [Call("A", -20, 30), Call("B", -10, 5), Call("C", 12, 5)]
    assert happens({"front": {"agents": 1}}, calls, history_months=1) == table("""
        -20  begins    A  agent0
        10   finishes  A  agent0
        10   begins    B  agent0
        15   finishes  B  agent0
        15   begins    C  agent0
        20   finishes  C  agent0
    """)


def test_a_desk_without_agents_for_a_month_keeps_who_waits():
    """An outage: nobody answers from the month's start, and everybody is back after it."""
    calls = [Call("A", NEXT - 5, 10), Call("B", NEXT + 1, 5, patience=100), Call("C", NEXT + 2, 5)]
    outage = {"month": 2, "months": 1, "set": {"desk.pools.front.agents": 0}}
    assert happens({"front": {"agents": 1}}, calls, months=3, changes=[outage]) == table("""
        40315  begins    A  agent0
        40325  finishes  A  agent0
        40421  abandons  B
        80640  begins    C  agent0
        80645  finishes  C  agent0
    """)
