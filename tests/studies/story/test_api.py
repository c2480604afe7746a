"""`sim story` and `sim.story`: whose life is told, in which form, and what is refused."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.simulate import people_at_end
from sim.errors import InputError
from sim.scenario.reading.load import from_mapping

MINE = """\
name: Mine
months: 3
people: {count: 60, customers: 40, contacts_per_month: {mean: 4}}
desk: {opening: {mon-fri: "08:00-18:00"}, pools: {front: {agents: 1}}}
policies: {equal: {}, value_tiers: {}, complaint_rewarding: {}}
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(MINE)
    return "my.yaml"


def call(*words):
    return CliRunner().invoke(app, ["story", *words])


def test_the_command_tells_two_lives_side_by_side(file):
    ran = call(file, "--person", "7", "--policy", "value_tiers", "--policy", "equal")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Person 7 of Mine, replication 0\n")
    assert ran.stdout.splitlines()[5].split() == ["value_tiers", "|", "equal"]
    assert max(map(len, ran.stdout.splitlines())) <= 110


def test_a_notebook_shows_the_story(file):
    told = sim.story(file, person=7, policies=["equal"])._repr_html_()
    assert told.startswith("<pre>Person 7 of Mine, replication 0\n")


def test_json_has_every_entry(file):
    ran = call(file, "--person", "7", "--policy", "equal", "--months", "2", "--json")
    told = json.loads(ran.stdout)
    assert (told["person"], told["id"], told["parting_minute"]) == (7, None, None)
    entries = told["lives"]["equal"]
    assert [entries[0]["event"], entries[-1]["event"]] == ["begins", "ends"]
    assert (entries[-1]["minute"], entries[-1]["when"]) == (2 * 40320, "3/01/00:00")


def test_the_first_two_policies_are_told_unless_others_are_named(file):
    assert list(sim.story(file, 3).lives) == ["equal", "value_tiers"]
    assert list(sim.story(file, 3, policies=["complaint_rewarding"]).lives) == [
        "complaint_rewarding"
    ]


def test_a_story_is_that_of_its_replication(file):
    first, again, other = (sim.story(file, 3, replication=r) for r in (0, 0, 1))
    assert first.text == again.text
    assert first.traits != other.traits


def test_of_two_policies_it_is_who_stays_under_one_only():
    scenario = from_mapping(
        {
            "name": "Two",
            "months": 12,
            "people": {"count": 200, "customers": 200, "contacts_per_month": {"mean": 9}},
            "network": {"kind": "none"},
            "behaviour": {"churn": {"base_per_month": 0.1}},
            "desk": {"pools": {"front": {"agents": 1}}},
            "policies": {"equal": {}, "value_tiers": {}},
        }
    )
    told = sim.story(scenario)
    ends = [life[-1].facts["status"] for life in told.lives.values()]
    assert sorted(ends) == ["customer", "lapsed"]
    one, other = (people_at_end(scenario, policy, 0) for policy in told.lives)
    gap = one["satisfaction"] - other["satisfaction"]
    more, fewer = (gap > 0).sum(), (gap < 0).sum()
    assert f"{more} people are more satisfied at the end under equal, and {fewer} un" in told.reason
    # The person fares better where more people do, and stays a customer only there.
    assert (gap[told.person] > 0) == (more >= fewer)
    assert ends[0 if more >= fewer else 1] == "customer"
    assert " ".join(told.text.split()).count(told.reason) == 1
    assert told.as_data()["reason"] == told.reason


def test_of_one_policy_it_is_who_made_the_most_contacts(file):
    told = sim.story(file, policies=["equal"])
    contacts = people_at_end(sim.load(file, ["months=3"], ["equal"]), "equal", 0)["contacts"]
    assert told.person == contacts.argmax()
    assert told.lives["equal"][-1].facts["contacts"] == contacts.max()
    assert told.reason == f"Chosen for the most contacts of all people, {contacts.max()}."
    assert sim.story(file, 3, policies=["equal"]).reason == ""


def test_people_of_a_customer_file_are_known_by_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"c{10 - i},{20 + i}\n" for i in range(10))
    (tmp_path / "people.csv").write_text(f"id,spend\n{rows}")
    given = MINE.replace("count: 60, customers: 40", "file: people.csv, count: null")
    (tmp_path / "my.yaml").write_text(given.replace("desk:", "network: {kind: none}\ndesk:"))
    told = sim.story("my.yaml", "c7", policies=["equal"], months=1)
    assert (told.person, told.name) == (3, "c7")
    assert told.text.startswith("Person 3 (c7) of Mine")
    assert sim.story("my.yaml", 3, policies=["equal"], months=1).name == "c7"
    with pytest.raises(InputError, match=r"an id of the customer file or a number.*'c99'"):
        sim.story("my.yaml", "c99")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--person", "60"], "no person 60 in this scenario; they are 0 to 59"),
        (["--person", "-1"], "person: must be a number from 0 (got '-1')"),
        (["--person", "Ada"], "person: must be a number from 0 (got 'Ada')"),
        (["--policy", "eqaul"], "Did you mean `equal`?"),
        (
            ["--policy", "equal", "--policy", "value_tiers", "--policy", "complaint_rewarding"],
            "only two fit side by side",
        ),
        (["--replication", "-1"], "replication"),
        (["--set", "people.count=0", "--set", "people.customers=0"], "there is nobody"),
    ],
)
def test_wrong_input_is_exit_2(file, words, said):
    ran = call(file, *words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_progress_counts_the_months_of_both_lives(file):
    told = []
    sim.story(file, 1, progress=lambda *done: told.append(done))
    assert told == [(month, 6) for month in range(1, 7)]
