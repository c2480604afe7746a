"""How long people wait with a need of its own patience, or at a pool of its own."""

from tests.timelines.script import KINDS, Call, happens, table

PATIENT = {"patience_minutes": "unlimited"}


def needs(**own):
    return [
        {"name": kind, "share": float(kind == "phone"), "minutes": 1, "resolved": 1}
        | own.get(kind, {})
        for kind in KINDS
    ]


def test_a_pool_of_letters_outlasts_a_phone_and_a_need_goes_before_its_pool():
    calls = [
        Call("A", 0, 30),
        Call("B", 1, 5),
        Call("C", 2, 5, kind="chat"),
        Call("D", 0, 40, kind="mail"),
        Call("E", 1, 5, kind="mail"),
    ]
    pools = {
        "desk": {"agents": 1, "patience_minutes": 4},
        "post": {"agents": 1, "serves": ["mail"], "patience_minutes": "unlimited"},
    }
    more = {"people": PATIENT, "needs": needs(chat={"patience_minutes": 9})}
    assert happens(pools, calls, **more) == table("""
        0   begins    A  agent0
        0   begins    D  agent1
        5   abandons  B
        11  abandons  C
        30  finishes  A  agent0
        40  finishes  D  agent1
        40  begins    E  agent1
        45  finishes  E  agent1
    """)


def test_patience_begun_in_one_pool_goes_along_to_another():
    calls = [Call("A", 0, 30), Call("B", 0, 30, kind="mail"), Call("C", 1, 5)]
    pools = {
        "desk": {"agents": 1, "patience_minutes": 6, "overflow": "post", "overflow_minutes": 2},
        "post": {"agents": 1, "serves": ["mail"], "patience_minutes": "unlimited"},
    }
    assert happens(pools, calls, people=PATIENT) == table("""
        0   begins    A  agent0
        0   begins    B  agent1
        7   abandons  C
        30  finishes  A  agent0
        30  finishes  B  agent1
    """)
