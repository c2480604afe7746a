"""The load expected of a desk, against the closed form: arrivals times minutes over agents."""

import pytest

from sim.execution.expected_load import expected_loads, implausible_loads
from sim.scenario.reading.load import from_mapping

WEEKDAYS = {"mon-fri": "09:00-17:00"}  # 40 hours of 168


def scenario(**sections):
    usual = {
        "name": "a",
        "people": {"count": 1000, "customers": 1000, "contacts_per_month": {"mean": 2}},
        "behaviour": "none", "policies": {"equal": {}},
        "needs": [
            {"name": "call", "share": 0.75, "minutes": 6, "resolved": 1},
            {"name": "letter", "share": 0.25, "minutes": 12, "resolved": 1},
        ],
        "desk": {"opening": WEEKDAYS, "pools": {"phone": {"agents": 2}}},
    }  # fmt: skip
    return from_mapping(usual | sections)


def loads(**sections):
    made = scenario(**sections)
    return {load.pools: load for load in expected_loads(made, made.people.customers)}


def test_the_load_is_arrivals_times_minutes_over_agents():
    found = loads()[("phone",)]
    # 500 contacts a week of 0.75 * 6 + 0.25 * 12 = 7.5 minutes; two agents for 2400 minutes each
    assert (found.work, found.capacity, found.share) == (3750.0, 4800.0, 0.78125)


def test_contacts_that_are_called_back_about_come_again():
    needs = [{"name": "call", "share": 1, "minutes": 6, "resolved": 0.8}]
    contact = {"callback": 0.5}
    found = loads(needs=needs, behaviour={"contact": contact, "adoption": "none"})[("phone",)]
    assert found.work == pytest.approx(500 * 6 / (1 - 0.5 * 0.2))


def test_prospects_enquire_at_the_hazard_of_bass():
    people = {"count": 2000, "customers": 1000, "contacts_per_month": {"mean": 0}}
    adoption = {"spontaneous": 0.01, "imitation": 0.04, "never_asks_share": 0.5}
    desk = {"opening": WEEKDAYS, "enquiry_minutes": 8, "pools": {"phone": {"agents": 2}}}
    found = loads(people=people, desk=desk, behaviour={"adoption": adoption})[("phone",)]
    assert found.work == pytest.approx(1000 * (0.01 + 0.04 / 2) * 0.5 / 4 * 8)
    assert not found.is_all


def test_absence_and_breaks_are_no_work_and_the_best_skill_counts():
    phone = {"agents": 2, "shrinkage": 0.25, "breaks": {"share": 0.2}, "skills": {"call": 0.5}}
    found = loads(desk={"opening": WEEKDAYS, "pools": {"phone": phone}})[("phone",)]
    assert found.capacity == pytest.approx(4800 * 0.75 * 0.8)
    assert found.work == 375 * 6 / 0.5 + 125 * 12
    help_them = {"agents": 1, "serves": [], "helps": ["phone"], "skills": {"call": 1.5}}
    found = loads(desk={"opening": WEEKDAYS, "pools": {"phone": phone, "aid": help_them}})
    assert found[("phone", "aid")].work == pytest.approx(375 * 6 / 1.5 + 125 * 12)


def test_pools_that_do_not_share_are_judged_apart_and_helpers_together():
    apart = {"phone": {"agents": 2}, "mail": {"agents": 1, "serves": ["letter"]}}
    found = loads(desk={"opening": WEEKDAYS, "pools": apart})
    assert [load.work for load in found.values()] == [375 * 6, 125 * 12]
    helping = apart | {"mail": {"agents": 1, "serves": ["letter"], "helps": ["phone"]}}
    found = loads(desk={"opening": WEEKDAYS, "pools": helping})
    assert found[("phone", "mail")].capacity == 3 * 2400


def test_a_policy_that_sends_contacts_to_a_pool_makes_pools_share():
    pools = {"phone": {"agents": 2}, "mail": {"agents": 1, "serves": []}}
    desk = {"opening": WEEKDAYS, "pools": pools}
    to_mail = {"everyone": {"pool": "mail"}}
    assert set(loads(desk=desk, policies={"mine": to_mail})) == {("phone", "mail")}
    assert set(loads(desk=desk, policies={"equal": {}})) == {("phone",), ("mail",)}


def test_what_is_handed_on_is_work_at_the_second_line_too():
    on = {"pool": "back", "share": 0.2, "needs": ["letter"], "minutes": 30}
    pools = {"phone": {"agents": 2, "hands_on_to": on}, "back": {"agents": 1, "serves": []}}
    found = loads(desk={"opening": WEEKDAYS, "pools": pools})[("phone", "back")]
    assert found.work == pytest.approx(3750.0 + 125 * 0.2 * 30)


@pytest.mark.parametrize(("kept", "work"), [(True, 3750.0), (False, 3750.0 * 40 / 168)])
def test_what_arises_while_a_pool_is_closed_is_lost_unless_it_is_kept(kept, work):
    pool = {"agents": 2, "opening": WEEKDAYS, "keeps_overnight": kept}
    found = loads(desk={"opening": "always", "pools": {"phone": pool}})[("phone",)]
    assert (found.work, found.capacity) == (pytest.approx(work), 4800.0)


def test_chats_are_served_several_at_once_and_shifts_in_their_hours():
    shifts = [{"agents": 1, "hours": WEEKDAYS}, {"agents": 2, "hours": {"sat": "10:00-12:00"}}]
    pool = {"shifts": shifts, "concurrency": 3}
    desk = {"opening": "always", "pools": {"chat": pool}}
    assert loads(desk=desk)[("chat",)].capacity == 3 * (2400 + 2 * 120)


@pytest.mark.parametrize(
    ("agents", "name", "figure"),
    [(1, "overload", "156%"), (2, None, ""), (16, "idle", "9.77%")],
)
def test_what_is_beyond_the_limits_is_found_before_a_run(agents, name, figure):
    desk = {"opening": WEEKDAYS, "pools": {"phone": {"agents": agents}}}
    found = [(one.limit.name, one.figure) for one in implausible_loads(scenario(desk=desk), 1000)]
    assert found == ([(name, figure)] if name else [])


def test_idleness_is_left_open_where_complaints_may_come():
    made = scenario(behaviour={}, desk={"opening": WEEKDAYS, "pools": {"phone": {"agents": 99}}})
    assert list(implausible_loads(made, 1000)) == []


def test_nothing_is_expected_where_only_rows_of_a_file_say_how_many_call(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("id,calls\n1,9\n")
    people = {"file": str(file), "columns": {"contacts_per_month": "calls"}}
    assert list(expected_loads(scenario(people=people, network={"kind": "none"}), 1)) == []
