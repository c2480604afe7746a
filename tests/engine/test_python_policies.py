"""Policies in Python: they decide what data would decide, and more, and their slips are told."""

from __future__ import annotations

import json
from typing import get_type_hints

import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.simulate import engines_of, people_at_end, simulate
from sim.errors import CommandError, RunError, ScenarioError
from sim.model.policy.protocol import Customer
from sim.scenario.dump import fingerprint
from sim.scenario.reading.load import load, parse
from sim.scenario.reading.python_policies import import_class
from sim.scenario.schema.observables import OBSERVABLES

RULES = '''
from helper import SHARE


class Largest:
    """Who spends most: what `value_tiers` says in data."""

    def review(self, customers):
        best = sorted(range(len(customers)), key=lambda place: -customers[place].spend)
        top = set(best[: int(SHARE * len(customers) + 0.5)])
        return ["top" if place in top else "rest" for place in range(len(customers))]


class Largely(Largest):
    """The same, with what the top gets given contact by contact."""

    def entitle(self, contact, customer):
        if customer.tier == "top" and contact.phase != "enquiry":
            return {"class": 1, "remedy": 0.6, "lenient": 0.5}
        return None


class Persistent:
    """Whoever comes again goes first, the first comers to another pool; data says the rest."""

    def entitle(self, contact, customer):
        if contact.attempt > 1:
            return {"class": 1, "head_start_minutes": 3.0 * contact.attempt}
        return {"pool": "back"} if contact.kind == "question" else None


class Forgetful:
    """Keeps count, and would not if one object served several runs."""

    def __init__(self):
        self.asked = 0

    def entitle(self, contact, customer):
        self.asked += 1
        return {"effort": 1.5} if self.asked % 2 else None


class Watcher:
    seen = []

    def review(self, customers):
        self.seen.append(customers)
        return ["everyone"] * len(customers)

    def entitle(self, contact, customer):
        self.seen.append((contact, customer))


class Nothing:
    pass


def function():
    pass
'''

SCENARIO = """\
name: Coded
months: 7
replications: 2
seed: 5
people: {count: 120, customers: 80, contacts_per_month: {mean: 6}, demanding_share: {mean: 0.2}}
desk:
  opening: {mon-fri: "08:00-18:00"}
  pools:
    front: {agents: 1}
    back: {agents: 1, serves: [complaint]}
behaviour:
  voice: {polite: {base: -1}, angry: {base: -1}}
  adoption: {spontaneous: 0.2}
  fairness: {demotion: 0.3}
policies:
  equal: {}
  value_tiers: {}
  mine:
    like: none
    python: "rules:Largest"
    tiers:
      - {name: top, class: 1, remedy: 0.6, lenient: 0.5, privilege: 0.5}
      - {name: rest}
"""

PLAIN_TIERS = "tiers: [{name: top, privilege: 0.5}, {name: rest}]"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand in a folder with the rules and the scenario."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "helper.py").write_text("SHARE = 0.2\n")
    (tmp_path / "rules.py").write_text(RULES)
    (tmp_path / "my.yaml").write_text(SCENARIO)
    return tmp_path


def coded(python, more="", text=SCENARIO):
    """Return the scenario with another class, and no tiers but those given."""
    head = text[: text.index("  mine:")]
    body = f'  mine:\n    like: none\n    python: "{python}"\n'
    return parse(
        head + body + "".join(f"    {line}\n" for line in more.splitlines()), allow_code=True
    )


def assert_same(one, other):
    assert one.months.tobytes() == other.months.tobytes()
    assert one.groups.tobytes() == other.groups.tobytes()
    assert one.waits.tobytes() == other.waits.tobytes()


@pytest.mark.usefixtures("folder")
def test_a_class_that_reviews_as_value_tiers_does_gives_the_same_bytes():
    scenario = load("my.yaml", allow_code=True)
    assert_same(simulate(scenario, "mine", 0), simulate(scenario, "value_tiers", 0, "compiled"))
    mine, theirs = (people_at_end(scenario, name, 0) for name in ("mine", "value_tiers"))
    assert mine.tobytes() == theirs.tobytes()
    assert len(set(mine["tier"])) == 2


@pytest.mark.usefixtures("folder")
def test_a_class_that_entitles_as_value_tiers_does_gives_the_same_bytes():
    # Privilege stands in the table; with the desk closed at month's end no tier changes in between.
    scenario = coded("rules:Largely", PLAIN_TIERS)
    assert_same(simulate(scenario, "mine", 0), simulate(scenario, "value_tiers", 0))


@pytest.mark.usefixtures("folder")
def test_a_class_may_open_queues_and_send_to_pools():
    told = simulate(coded("rules:Persistent"), "mine", 0)
    plain = simulate(load("my.yaml", policies=["equal"], allow_code=True), "equal", 0)
    assert told.months.tobytes() != plain.months.tobytes()
    first = sum(len(told.group_names[sort]) for sort in ("tier", "decile"))
    back = told.groups["arrived"][:, first + 1].sum()
    last = sum(len(told.group_names[sort]) for sort in ("tier", "decile", "pool", "need")) - 1
    complaints = told.groups["arrived"][:, last].sum()
    assert back > complaints + 100


@pytest.mark.usefixtures("folder")
def test_what_a_class_sees_is_what_the_company_can_see():
    scenario = coded("rules:Watcher")
    simulate(scenario, "mine", 0)
    watcher = import_class(scenario.policies["mine"].python)
    first, *rest = watcher.seen
    assert [customer.number for customer in first] == sorted(c.number for c in first)
    assert len(first) == 80
    assert all(customer.is_customer and customer.tier == "everyone" for customer in first)
    asked = [one for one in rest if isinstance(one, tuple)]
    phases = {contact.phase for contact, _ in asked}
    assert phases == {"need", "enquiry", "complaint"}
    assert {contact.voice for contact, _ in asked} >= {"", "polite", "angry"}
    assert {customer.is_customer for _, customer in asked} == {True, False}
    assert max(contact.attempt for contact, _ in asked) > 1
    assert {contact.month for contact, _ in asked} == set(range(1, 8))
    reviews = [one for one in rest if not isinstance(one, tuple)]
    assert len(reviews) == 2  # in the fourth month and the seventh


def test_a_view_shows_every_observable_in_its_order():
    fields = list(get_type_hints(Customer))
    assert fields == ["number", "is_customer", "tier", *OBSERVABLES]


@pytest.mark.usefixtures("folder")
@pytest.mark.usefixtures("folder")
def test_a_class_lives_through_what_changes_on_the_way():
    changes = """\
changes:
  - month: 3
    set:
      desk.pools.front.agents: 2
      "desk.pools.chat+": {agents: 1, serves: [question]}
      people.spend.factor: 1.2
  - {month: 5, months: 1, set: {people.contacts_per_month.factor: 1.5}}
policies:
"""
    text = SCENARIO.replace("policies:\n", changes)
    scenario = parse(text, allow_code=True)
    assert_same(simulate(scenario, "mine", 0), simulate(scenario, "value_tiers", 0))
    entitled = coded("rules:Largely", PLAIN_TIERS, text)
    assert_same(simulate(entitled, "mine", 0), simulate(scenario, "value_tiers", 0))


@pytest.mark.usefixtures("folder")
def test_each_run_has_an_object_of_its_own():
    scenario = coded("rules:Forgetful")
    first = simulate(scenario, "mine", 1)
    simulate(scenario, "mine", 0)
    assert_same(first, simulate(scenario, "mine", 1))


@pytest.mark.usefixtures("folder")
def test_the_bytes_do_not_depend_on_workers():
    runs = {
        workers: sim.run("my.yaml", workers=workers, out=f"out{workers}", allow_code=True)
        for workers in (1, 2)
    }
    assert runs[1].monthly.equals(runs[2].monthly)
    assert runs[1].engines == {"equal": "compiled", "value_tiers": "compiled", "mine": "simpy"}


@pytest.mark.usefixtures("folder")
def test_the_results_name_the_code_by_its_way_and_run_again():
    result = sim.run("my.yaml", months=2, policies=["mine"], allow_code=True)
    text = (result.folder / "scenario.yaml").read_text()
    assert "../../rules.py:Largest" in text
    assert result.results.manifest["command"].endswith("--allow-code")
    again = load(result.folder / "scenario.yaml", allow_code=True)
    assert fingerprint(again) == result.results.manifest["fingerprint"]


def test_the_fingerprint_changes_with_the_code(folder):
    before = fingerprint(load("my.yaml", allow_code=True))
    (folder / "elsewhere").mkdir()
    assert fingerprint(load("my.yaml", allow_code=True)) == before
    (folder / "rules.py").write_text(RULES + "\nSPARE = 1\n")
    assert fingerprint(load("my.yaml", allow_code=True)) != before


def test_code_that_changes_is_read_again(folder):
    scenario = load("my.yaml", allow_code=True)
    before = simulate(scenario, "mine", 0)
    (folder / "rules.py").write_text(RULES.replace("SHARE *", "0.6 *"))
    assert simulate(scenario, "mine", 0).groups.tobytes() != before.groups.tobytes()


@pytest.mark.usefixtures("folder")
def test_a_module_may_lie_on_pythons_path(monkeypatch):
    monkeypatch.syspath_prepend("elsewhere")
    (sim_path := __import__("pathlib").Path("elsewhere")).mkdir()
    (sim_path / "far.py").write_text("class Far:\n    def entitle(self, contact, customer): pass\n")
    scenario = coded("far:Far", text=SCENARIO.replace("equal: {}", "equal: {like: none}"))
    assert scenario.policies["mine"].python == "far:Far"
    assert_same(simulate(scenario, "mine", 0), simulate(scenario, "equal", 0))


@pytest.mark.usefixtures("folder")
def test_policies_may_take_over_in_python():
    text = SCENARIO.replace("seed: 5", "seed: 5\nswitch_month: 4")
    scenario = parse(text, allow_code=True)
    assert_same(simulate(scenario, "mine", 0), simulate(scenario, "value_tiers", 0))
    assert engines_of(scenario, "auto")["mine"] == "simpy"


@pytest.mark.usefixtures("folder")
def test_a_story_can_be_told_under_a_policy_in_python():
    told = sim.story("my.yaml", policies=["value_tiers", "mine"], allow_code=True)
    assert told.first_difference is None
    assert told.lives["mine"] == told.lives["value_tiers"]


# What is refused.


@pytest.mark.usefixtures("folder")
def test_without_leave_no_code_runs_and_the_line_is_told(folder):
    (folder / "rules.py").write_text("raise SystemExit('ran')")
    with pytest.raises(ScenarioError) as caught:
        load("my.yaml")
    (fault,) = caught.value.faults
    assert (fault.key, fault.line) == ("policies.mine.python", 20)
    assert "--allow-code" in fault.rule


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sim.run("my.yaml"), ["run", "my.yaml"]),
        (lambda: sim.story("my.yaml", 1), ["story", "my.yaml", "--person", "1"]),
        (lambda: load("my.yaml"), ["check", "my.yaml"]),
        (
            lambda: load("broadband", ["policies.equal.python=rules:Largest"]),
            ["check", "broadband", "--set", "policies.equal.python=rules:Largest"],
        ),
    ],
)
def test_every_way_in_needs_leave(call, words):
    with pytest.raises(ScenarioError, match="--allow-code"):
        call()
    ran = CliRunner().invoke(app, words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "policies." in ran.stderr
    assert "--allow-code" in ran.stderr


def test_a_sweep_cannot_bring_code_in_without_leave(folder):
    text = SCENARIO[: SCENARIO.index("  mine:")]
    vary = 'sweep: {design: grid, vary: {policies.equal.python: ["rules:Persistent"]}}\n'
    (folder / "my.yaml").write_text(text + vary)
    (folder / "rules.py").write_text("raise SystemExit('ran')")
    with pytest.raises(ScenarioError, match="--allow-code"):
        sim.sweep("my.yaml")


@pytest.mark.usefixtures("folder")
def test_the_compiled_engine_refuses_code_before_anything_runs(folder):
    ran = CliRunner().invoke(app, ["run", "my.yaml", "--allow-code", "--engine", "compiled"])
    assert ran.exit_code == 2
    assert "the compiled engine cannot run rules.py:Largest" in ran.stderr
    assert not (folder / "results").exists()
    with pytest.raises(CommandError):
        simulate(load("my.yaml", allow_code=True), "mine", 0, "compiled")


@pytest.mark.usefixtures("folder")
def test_auto_says_in_a_line_which_engine_it_took():
    words = ["run", "my.yaml", "--allow-code", "-n", "1", "--months", "1", "--workers", "1"]
    ran = CliRunner().invoke(app, [*words, "--json"])
    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["policies"] == ["equal", "value_tiers", "mine"]
    assert "Ran in the SimPy engine, because of a policy in Python: mine\n" in ran.stderr


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("python", "more", "said"),
    [
        ("rules", "", "must be written module:Class"),
        ("rules:Larger", "", "rules.py has no class Larger"),
        ("rules:function", "", "must name a class"),
        ("rules:Nothing", "", "a method review or entitle"),
        ("nowhere:Largest", "", "No module named 'nowhere'"),
        ("nowhere.py:Largest", "", "must name a file that exists"),
        ("broken:Largest", "", "ZeroDivisionError: division by zero (broken.py, line 2,"),
        ("rules:Largest", "score: {spend: 1}", "reviews tiers itself; leave out score"),
        ("rules:Persistent", PLAIN_TIERS, "has no method review"),
    ],
)
def test_code_that_cannot_be_a_policy_is_a_fault_of_its_line(folder, python, more, said):
    (folder / "broken.py").write_text("\n1 / 0\n")
    with pytest.raises(ScenarioError) as caught:
        coded(python, more)
    (fault,) = caught.value.faults
    assert (fault.key, fault.line) == ("policies.mine.python", 20)
    assert said in str(fault)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def entitle(self, contact, customer):\n        return 1 / 0",
         "Bad.entitle: ZeroDivisionError: division by zero (bad.py, line 3, in entitle)"),
        ("def __init__(self): 1 / 0\n    def entitle(self, contact, customer): pass",
         "Bad.__init__: ZeroDivisionError: division by zero (bad.py, line 2, in __init__)"),
        ("def entitle(self, contact, customer):\n        return {'effort': -1}",
         "Bad.entitle: returned a wrong 'effort': Input should be greater than 0"),
        ("def entitle(self, contact, customer):\n        return {'efort': 1}",
         "Bad.entitle: returned a wrong 'efort'"),
        ("def entitle(self, contact, customer):\n        return {'pool': 'cellar'}",
         "Bad.entitle: must return one of the pools front, back, not 'cellar'"),
        ("def entitle(self, contact, customer):\n        return {'price': 1.5}",
         "Bad.entitle: cannot return 'price'"),
        ("def entitle(self, contact, customer):\n        return {'privilege': 1}",
         "Bad.entitle: cannot return 'privilege'"),
        ("def entitle(self, contact, customer):\n        return 'first'",
         "Bad.entitle: must return None or keys of an entitlement, not 'first'"),
        ("def entitle(self, contact, customer):\n        return {'pool': []}",
         "Bad.entitle: must return None or keys"),
        ("def entitle(self, contact, customer):\n        return {'effort': contact.minute}",
         "more than 1000 different entitlements"),
        ("def review(self, customers):\n        return ['everyone']",
         "Bad.review: must return a list with a tier for each of 80 customers"),
        ("def review(self, customers):\n        return ['gold' for _ in customers]",
         "Bad.review: must return names of tiers (everyone), not 'gold'"),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_a_class_is_told_with_policy_method_and_line(folder, body, said):
    (folder / "bad.py").write_text(f"class Bad:\n    {body}\n")
    with pytest.raises(RunError) as caught:
        simulate(coded("bad:Bad"), "mine", 0)
    assert said in str(caught.value)


def test_a_failing_class_ends_a_run_with_exit_1(folder):
    (folder / "rules.py").write_text(RULES.replace("best[:", "customers[0].wealth[:"))
    words = ["run", "my.yaml", "--allow-code", "-n", "1", "--months", "1", "--workers", "1"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 1
    assert "policy 'mine', replication 0: Largest.review: AttributeError" in ran.stderr
    assert "(rules.py, line 10, in review)" in ran.stderr
