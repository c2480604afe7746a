"""What is done before a run: files are read, sizes estimated; run and check refuse alike."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import DataError, InputError
from sim.execution.prepare import prepare
from sim.execution.progress import note
from sim.model.build import build_world
from sim.model.policy.entitlements import policy_tables
from sim.scenario.reading.load import from_mapping, load

SMALL = {"name": "a", "months": 1, "replications": 1, "policies": {"equal": {}}}


def prepared(**sections):
    return prepare(from_mapping(SMALL | {"network": {"kind": "none"}} | sections))


def world(folder: Path, **files: str) -> dict[str, str]:
    """Write files, and return the path of each by its name without its ending."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return {name: str(folder / f"{name}.csv") for name in files}


def test_every_file_is_read_and_all_faults_told_at_once(tmp_path):
    files = world(tmp_path, people="id,spend\n1,-5\n1,x\n", points="months\n1\ny\n")
    sweep = {"design": "file", "file": files["points"]}
    with pytest.raises(DataError) as caught:
        prepared(people={"file": files["people"]}, sweep=sweep)
    told = str(caught.value)
    assert told.count("people.csv") == 3
    assert "points.csv: months: must hold values of one kind" in told


def test_people_without_ties_and_weights_that_do_nothing_are_said(tmp_path):
    files = world(tmp_path, ties="from,to,calls\n0,1,9\n5,900,2\n")
    people = {"count": 1000, "customers": 10}
    found = prepared(people=people, network={"kind": "file", "file": files["ties"]})
    assert [text.partition(": ")[2] for text in found.warnings] == [
        "calls: not used; ties have no weight.",
        "996 of 1,000 people have no ties in it.",
    ]


def test_what_a_run_notes_cannot_clear_the_screen(capsys):
    note("ties.csv: \x1b[2J: not used")
    assert capsys.readouterr().err == "ties.csv: \\x1b[2J: not used\n"


def test_the_people_of_a_file_count_for_the_network(tmp_path):
    files = world(tmp_path, people="spend\n" + "1\n" * 8)
    with pytest.raises(DataError, match="must be at most 7, as there are 8 people"):
        prepared(people={"file": files["people"]}, network={"kind": "random"})


@pytest.mark.parametrize("name", ["count", "customers"])
def test_numbers_that_a_file_contradicts_are_refused(tmp_path, name):
    files = world(tmp_path, people="spend\n1\n2\n")
    with pytest.raises(DataError, match=f"people.{name} is 3"):
        prepared(people={"file": files["people"], name: 3})


def test_the_size_of_a_run_is_counted():
    # 100 customers with 10 contacts each month of three events, and 200 people at 2 months' ends;
    # 4 agents begin a shift on 56 days.
    size = prepared(
        people={"count": 200, "customers": 100, "contacts_per_month": {"mean": 10}},
        behaviour="none",
        months=2,
        replications=7,
    ).size
    assert (size.people, size.runs, size.events) == (200, 7, 6000 + 400 + 224)
    assert str(size).startswith("200 people, about 6.6 thousand events in each of 7 runs: roughly")


def test_call_backs_count_until_the_need_is_resolved():
    needs = [{"name": "n", "share": 1, "minutes": 1, "resolved": 0.5}]
    off = {"adoption": "none"}
    people = {"count": 100, "customers": 100, "contacts_per_month": {"mean": 10}}
    half = prepared(needs=needs, behaviour=off | {"contact": {"callback": 1}}, people=people)
    assert half.size.events == 100 * 10 * 3 * 2 + 100 + 4 * 28


@pytest.mark.parametrize(
    ("people", "rule"),
    [
        ({"count": 10**6, "contacts_per_month": {"mean": 1e5}}, "lower people.customers"),
        ({"count": 2, "customers": 1}, None),
    ],
)
def test_what_cannot_end_is_refused(people, rule):
    if rule is None:
        assert prepared(people=people).warnings == ()
    else:
        with pytest.raises(InputError, match=rule):
            prepared(people=people)


def test_what_does_not_fit_this_machine_is_refused(monkeypatch):
    monkeypatch.setattr("sim.execution.prepare.memory_here", lambda: 1e9)
    with pytest.raises(InputError, match="this machine has 1 GB"):
        prepared(people={"count": 10_000_000}, network={"kind": "random"})


@pytest.mark.parametrize("name", ["broadband", "saas", "print_shop"])
def test_memory_is_estimated_above_what_a_world_of_these_people_holds(name):
    scenario, more = load(name), 1000
    larger = load(name, [f"people.count={scenario.people.count + more}"])
    sizes = [prepare(one).size.memory_bytes for one in (scenario, larger)]
    policy = next(iter(scenario.policies))
    worlds = [build_world(one, policy_tables(one, policy), 0) for one in (scenario, larger)]
    # What is written to of everybody; room that nobody has used takes no memory.
    arrays = ("people", "outcomes", "memories", "ties")
    held = [sum(getattr(one, array).nbytes for array in arrays) for one in worlds]
    assert held[1] - held[0] < sizes[1] - sizes[0] < 2 * (held[1] - held[0])


def test_a_pool_that_nobody_can_be_spared_for_is_said():
    desk = {"pools": {"phone": {"agents": 1}}}
    found = prepared(desk=desk, policies={"dedicated_line": {}})
    (told,) = found.warnings
    assert told.startswith("policies.dedicated_line.pools.dedicated is not formed: desk.pools.ph")


def test_churn_is_judged_by_what_is_natural_in_it():
    churn = {"natural_per_month": 0.12}
    [told] = prepared(behaviour={"churn": churn}).warnings
    assert told.startswith(
        "Before any run: more than 10% of customers leave per month: 11.3% for natural reasons "
        "alone under equal. See behaviour.churn.natural_per_month"
    )


def test_what_does_nothing_without_a_rival_is_said():
    plan = {"plan": {"everyone": {"price": 0.9}}}
    usual = prepared(policies=plan).warnings
    assert [text.partition(",")[0] for text in usual] == ["policies.plan gives a price"]
    dear = {"rival": {"share": 0, "price": 2}}
    [told] = prepared(policies={"equal": {}}, market=dear).warnings
    assert told == "market.rival.share is 0: there is no rival, and its other keys do nothing."
    there = {"rival": {"share": 0.3, "price": 2}}
    assert prepared(policies=plan, market=there).warnings == ()


# Each is a world that was called sound, and then failed or did not end.
REFUSED = {
    "slope": "staff: {quit: {slope: 3000}}",
    "weibull": "desk: {enquiry_minutes: {law: weibull, mean: 9, cv: 1.0e-6}}",
    "queue_limit": "desk: {pools: {f: {agents: 2, queue_limit: 1e19}}}",
    "blocks": "people: {count: 120}\nnetwork: {kind: blocks, mean_degree: 6}",
    "concurrency": "desk: {pools: {f: {agents: 1000, concurrency: 1000}}}",
    "rate": "people: {contacts_per_month: {mean: 1e9}}",
    "cv": "people: {contacts_per_month: {cv: 1e-200}}",
    "audience": "people: {audience: {sigma: 1e9}}",
    "start": "behaviour: {satisfaction: {start: 1e-200}}",
    "weights": f"desk: {{opening: [{', '.join(['1e-300'] * 168)}]}}",
    "file": "people: {file: bad.csv}\nnetwork: {kind: none}",
    "ties": "people: {count: 3}\nnetwork: {kind: file, file: bad.csv}",
    "pool": "policies: {mine: {pools: {p: {agents: 4}}}}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_run_refuses_what_check_refuses_in_the_same_words(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("bad.csv").write_text("id,spend\n1,-5\n1,x\n")
    Path("my.yaml").write_text(f"name: a\n{REFUSED[name]}\n")
    check, run = (CliRunner().invoke(app, [verb, "my.yaml"]) for verb in ("check", "run"))
    assert (check.exit_code, run.exit_code, check.stdout) == (2, 2, "")
    assert check.stderr == run.stderr
    assert "Traceback" not in check.stderr
    assert not Path("results").exists()


def test_check_says_the_size_and_what_may_not_be_meant(tmp_path):
    file = tmp_path / "my.yaml"
    file.write_text("name: a\ndesk: {pools: {f: {agents: 1}}}\npolicies: {boss_takes_it: {}}\n")
    told = CliRunner().invoke(app, ["check", str(file)]).stdout.splitlines()
    assert "sound" in told[0]
    assert told[1].startswith("Note: policies.boss_takes_it.pools.manager is not formed")
    assert told[2].startswith("20,000 people, about ")
    answer = json.loads(CliRunner().invoke(app, ["check", str(file), "--json"]).stdout)
    assert answer["size"]["people"] == 20_000
    assert len(answer["warnings"]) == 1


def test_check_says_what_comes_from_a_base(tmp_path):
    (tmp_path / "base.yaml").write_text(
        "name: a\nmonths: 3\ndesk: {pools: {f: {agents: 1}}}\npolicies: {equal: {}}\n"
    )
    file = tmp_path / "my.yaml"
    file.write_text("base: base.yaml\nname: b\npolicies: {value_tiers: {}}\n")
    told = CliRunner().invoke(app, ["check", str(file)]).stdout.splitlines()
    assert told[1] == f"From {tmp_path / 'base.yaml'}: months, desk, policies.equal."


def test_check_makes_every_point_of_a_sweeps_file(tmp_path):
    world(tmp_path, points="desk.pools.frontline.agents,months\n3,1\n-2,1\n3,9999\n")
    file = tmp_path / "my.yaml"
    file.write_text("name: a\nsweep: {design: file, file: points.csv}\n")
    told = CliRunner().invoke(app, ["check", str(file)])
    assert told.exit_code == 2
    assert "desk.pools.frontline.agents: must be at least 0 (got -2)" in told.stderr
    assert "months: must be at most 1200 (got 9999)" in told.stderr
