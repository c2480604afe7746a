"""What must balance in every run, month by month: people, contacts, money, minutes."""

import numpy as np
import pytest

from sim.measures.definitions import COSTS, REASONS
from sim.model.records import IN_SERVICE, NOBODY, NOT_AT_DESK
from sim.scenario.reading.load import from_mapping
from tests.properties.lives import holds, live, lives

ENDED_UNQUEUED = ("blocked", "turned_away", "ignored")
ENDED_QUEUED = ("served", "abandoned", "closed_on", "withdrawn")
VALUES = ("value_polite", "value_angry", "value_public", "value_public_hearsay")
MAY_BE_NEGATIVE = {"cash", "customer_equity", "opinion", *VALUES}
SHARES = ("top20_share", "top1_share", "top2_share", "late_bloomers_share")
MAY_BE_UNDEFINED = {*SHARES, "customer_equity"}

# Of months that are all reported, at the same wages and under the same behaviour.
BOOKS = {"history_months": 0, "changes": []}


def total(months, names):
    return sum((months[name] for name in names), np.zeros(len(months)))


def change(counts, at_first=0.0):
    return np.diff(counts, prepend=at_first)


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-6)


def near_to_seven_digits(expected):
    """Of sums that are kept of each person, in four bytes."""
    return pytest.approx(expected, rel=1e-6, abs=1e-6)


@holds(lives())
def test_people_are_conserved(life):
    months, left = life.months, total(life.months, REASONS)
    everybody = total(months, ("customers", "prospects", "at_rival", "lapsed", "dismissed"))
    assert (everybody == life.scenario.people.count).all()
    assert (months["dismissed"] == months["dismissals"].cumsum()).all()
    assert (months["dismissals_wrong"] <= months["dismissals"]).all()
    assert (months["customers"][-1:] == life.world.run[0]["customers"]).all()
    begun = months["opening_customers"]
    assert (months["customers"] == begun + months["joined"] - left).all()
    assert (begun[1:] == months["customers"][:-1]).all()
    assert (begun[:1] == life.scenario.people.customers).all()
    for sort in ("tier", "decile"):
        groups = life.groups(sort)
        assert (groups["customers"].sum(axis=1) == months["customers"]).all()
        assert (groups["opening_customers"].sum(axis=1) == begun).all()
        assert (groups["joined"].sum(axis=1) == months["joined"]).all()
        assert (groups["left"].sum(axis=1) == left).all()


@holds(lives())
def test_contacts_are_conserved(life):
    months = life.months
    ended = total(months, ENDED_UNQUEUED) + total(months, ENDED_QUEUED)
    waiting = months["waiting"] - months["handed_waiting"]
    assert (months["arrived"] == ended + change(waiting)).all()
    for sort in ("tier", "decile", "pool", "need"):
        groups = life.groups(sort)
        assert (groups["unqueued"].sum(axis=1) == total(months, ENDED_UNQUEUED)).all()
        if sort == "pool":
            continue
        for name in ("arrived", "served", "abandoned"):
            assert (groups[name].sum(axis=1) == months[name]).all()
        assert groups["wait_minutes"].sum(axis=1) == near(months["wait_minutes"])


@holds(lives())
def test_contacts_handed_on_count_in_each_pool_that_they_reach(life):
    months, pools = life.months, life.groups("pool")
    handed = months["handed_on"]
    taken = handed - months["handed_lost"] - change(months["handed_waiting"])
    # What a colleague takes over at a shift's end is the same contact in the same pool.
    over, taken_over = months["handed_over"], months["taken_over"]
    assert ((over <= handed) & (np.cumsum(taken_over) <= np.cumsum(over))).all()
    assert (pools["arrived"].sum(axis=1) == months["arrived"] + handed - over).all()
    assert (pools["served"].sum(axis=1) == months["served"] + taken - taken_over).all()
    abandoned = pools["abandoned"].sum(axis=1) - months["abandoned"]
    assert ((abandoned >= 0) & (abandoned <= months["handed_lost"])).all()
    waited = months["wait_minutes"] + months["handed_wait_minutes"]
    assert pools["wait_minutes"].sum(axis=1) == near(waited)


@holds(lives(**BOOKS))
def test_money_adds_up(life):
    months = life.months
    profit = months["revenue"] - total(months, COSTS)
    assert change(months["cash"], life.scenario.company.cash) == near(profit)
    for sort in ("tier", "decile"):
        for name in ("revenue", "remedies"):
            assert life.groups(sort)[name].sum(axis=1) == near(months[name])
    assert life.world.people["remedies"].sum() == near_to_seven_digits(months["remedies"].sum())
    fee = life.scenario.behaviour.voice.ombudsman.fee if life.scenario.behaviour.voice else 0.0
    assert months["ombudsman_fees"] == near(fee * months["ombudsman_cases"])
    assert (months["left_ombudsman"] <= months["ombudsman_cases"]).all()
    by_pool = life.groups("pool")["paid_minutes"] / life.world.pools["concurrency"]
    assert months["wages"] == near((by_pool / 60.0 * life.world.pools["wage"]).sum(axis=1))


@holds(lives(**BOOKS))
def test_nothing_is_negative_or_undefined_that_cannot_be(life):
    for records in (life.months, life.world.groups):
        for name in records.dtype.names:
            if name not in MAY_BE_UNDEFINED:
                assert np.isfinite(records[name]).all(), name
            if name not in MAY_BE_NEGATIVE:
                assert not (records[name] < 0.0).any(), name
    for name in (*SHARES, "fault_rate", "ruined"):
        assert not (life.months[name] > 1.0 + 1e-9).any(), name


@holds(lives(**BOOKS))
def test_parts_are_no_larger_than_what_they_are_parts_of(life):
    months = life.months
    for part, whole in (
        ("busy_minutes", "paid_minutes"),
        ("promise_kept", "promised"),
        ("promise_kept", "served"),
        ("wait_served_minutes", "wait_minutes"),
        ("balked", "abandoned"),
        ("callbacks_accepted", "callbacks_offered"),
        ("granted", "handled"),
        ("joined_after_recommendation", "joined"),
        ("joiners_left", "joiners_at_risk"),
        ("overrulings", "granted"),
        ("morale", "agents_present"),
        ("satisfaction", "customers"),
        ("expectation", "customers"),
        ("trust", "customers"),
    ):
        assert (months[part] <= months[whole] + 1e-6).all(), part
    pools = life.groups("pool")
    assert (pools["busy_minutes"] <= pools["paid_minutes"]).all()
    assert pools["busy_minutes"].sum(axis=1) == near(months["busy_minutes"])
    voices = total(months, ("polite", "angry", "public"))
    assert (months["justified"] + months["opportunist"] <= voices).all()


@holds(lives(**BOOKS))
def test_every_contact_that_leaves_a_queue_is_in_the_histogram_of_waits(life):
    months, waits = life.months, life.world.waits
    assert (waits.sum(axis=1) == total(months, ENDED_QUEUED)).all()
    assert (waits[:, 1:].sum(axis=1) == months["delayed"]).all()


# A rival who fits better takes people away by itself.
@holds(lives(behaviour="none", market={}, **BOOKS))
def test_without_behaviour_nobody_complains_leaves_joins_talks_or_tries_again(life):
    silent = (
        "left_natural", "left_dissatisfied", "left_at_once", "left_offer_end", "left_ombudsman",
        "joined", "enquiries", "polite", "angry", "public", "handled", "retried",
        "called_back", "stories_good", "stories_bad", "messages_good", "messages_bad",
        "reached_good", "reached_bad", "unfairness_within", "unfairness_between",
        "joined_after_recommendation", "decided_by_good", "decided_by_bad",
    )  # fmt: skip
    for name in silent:
        assert not life.months[name].any(), name
    # Only what nobody asked for is ever paid.
    assert not life.months["remedies"][life.months["unasked"] == 0].any()
    assert (life.months["arrived"] <= life.months["needs"]).all()
    known = life.months["customers"] + life.months["dismissed"]
    assert (known == life.scenario.people.customers).all()


def test_nobody_joins_twice_on_two_enquiries():
    # Enquiries wait for more than a month, so that many have two in the queue: one convinces, and
    # patience ends for the other.
    scenario = from_mapping(
        {
            "name": "Crowded",
            "months": 3,
            "people": {"count": 600, "customers": 0, "patience_minutes": {"mean": 40_000}},
            "network": {"kind": "none"},
            "desk": {"enquiry_minutes": 1500, "pools": {"desk": {"agents": 1}}},
            "behaviour": {
                "adoption": {"spontaneous": 3, "convert": 0.5, "convert_without_service": 0.9},
                "churn": "none",
                "voice": "none",
            },
            "policies": {"drawn": {"describe": "Everybody alike."}},
        }
    )
    months = live(scenario).months
    assert months["joined"].sum() > 200
    assert (months["customers"] == months["joined"].cumsum()).all()


@holds(lives(**BOOKS))
def test_sizes_of_stories_agree_with_how_many_were_reached(life):
    for sort, reached in zip(("bad", "good"), life.world.cascades, strict=True):
        people = life.months[f"reached_{sort}"].sum()
        powers = 2 ** np.arange(len(reached))
        assert (np.diff(reached) <= 0).all()
        assert reached[0] <= life.months[f"stories_{sort}"].sum()
        # One that reached from 2^k to 2^(k + 1) - 1 people stands in the first k + 1 places.
        assert reached[0] + (reached[1:] * powers[:-1]).sum() <= people <= (reached * powers).sum()


@holds(lives(**BOOKS))
def test_what_people_bore_and_got_is_what_the_company_counted(life):
    people, months, outcomes = life.world.people, life.months, life.world.outcomes
    minutes = months["wait_minutes"].sum() + months["handed_wait_minutes"].sum()
    assert people["minutes_waited"].sum() == near_to_seven_digits(minutes)
    hung_up = months["abandoned"].sum()
    assert hung_up <= people["hang_ups"].sum() <= hung_up + months["handed_lost"].sum()
    assert people["remedies"].sum() == near_to_seven_digits(months["remedies"].sum())
    assert people["gifts"].sum() == near_to_seven_digits(months["offers"].sum())
    ended = months["need_encounters"].sum() - months["needs_again"].sum()
    assert outcomes["ended"].sum() == ended
    assert (outcomes["resolved"] <= outcomes["ended"]).all()
    paid = people["revenue"]
    most = months["revenue"].sum() * (1.0 + 1e-6) + 1e-6
    assert months["revenue"].sum() - months["offers"].sum() - 1e-6 * most <= paid.sum() <= most
    assert (people["was_customer"][paid > 0.0] == 1).all()
    assert (people["privilege_months"] <= life.scenario.months * (1.0 + 1e-6)).all()


@holds(lives(**BOOKS))
def test_service_beyond_an_equal_share_comes_to_nothing_over_all_contacts(life):
    world, run = life.world, life.world.run[0]
    present = [contact for contact in _contacts(world) if contact["state"] != NOT_AT_DESK]
    assert run["desk_contacts"] == len(present)
    in_service = [contact for contact in present if contact["state"] == IN_SERVICE]
    assert run["desk_served"] == len(in_service)
    served = sum(contact["served_minutes"] for contact in present)
    served += sum(run["deserved_until"] - contact["served_since"] for contact in in_service)
    deserved = sum(run["deserved"] - contact["deserved_before"] for contact in present)
    assert run["discriminated"] + served - deserved == near(0.0)
    of_each = world.people["discriminated"].astype(np.float64)
    served = life.months["busy_minutes"].sum()
    rounded = 1e-6 * (1.0 + served)  # kept in four bytes, and what is added may be taken back
    assert of_each.sum() == pytest.approx(run["discriminated"], abs=rounded)


def _contacts(world):
    """Yield every contact that is not over."""
    for first in world.people["first_contact"]:
        c = first
        while c != NOBODY:
            yield world.contacts[c]
            c = world.contacts[c]["next"]
