"""Reading what is sound: values, files based on files, policies like others, and overrides."""

import pickle

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.scenario.reading.load import from_mapping, load, override, parse, reopened, variations
from sim.scenario.schema.policies import Ruling
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import library, shipped, template

MINIMAL = "name: a\n"


def faults(text, *args, **keywords):
    with pytest.raises(ScenarioError) as caught:
        parse(text, *args, **keywords)
    return caught.value.faults


def test_a_name_is_enough():
    assert parse(MINIMAL) == Scenario(name="a")


def test_template_loads_and_says_the_defaults():
    scenario = parse(template())
    plain = Scenario(name="a")
    assert scenario.people == plain.people
    assert scenario.needs == plain.needs
    assert scenario.desk.pools == plain.desk.pools
    assert scenario.company == plain.company
    assert scenario.policies == plain.policies
    assert plain.policies == dict(list(library().items())[:3])


@pytest.mark.parametrize("path", shipped().values(), ids=shipped().keys())
def test_shipped_scenarios_load(path):
    assert load(path).policies


def test_library_says_who_argues_for_each():
    assert list(library())[:3] == ["equal", "value_tiers", "complaint_rewarding"]
    assert len(library()) == 20
    assert all(policy.describe.endswith(".") for policy in library().values())


@pytest.mark.parametrize(
    ("text", "months"), [("1e1", 10), ("10.0", 10), ("0x0A", 10), ("0o12", 10), ("+10", 10)]
)
def test_core_schema_numbers(text, months):
    assert parse(f"name: a\nmonths: {text}\n").months == months


def test_words_of_yaml_1_1_are_text():
    assert parse("name: on\ndescribe: 2024-01-01\n").name == "on"
    assert parse("name: 12:30\n").name == "12:30"


def test_a_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: a\r\nmonths: 2\r\n")
    assert load(tmp_path / "a.yaml").months == 2


def test_aliases_in_reason_are_read():
    scenario = parse(
        "name: a\ndesk: {enquiry_minutes: &x {mean: 5, cv: 1}, complaint_minutes: *x}\n"
    )
    assert scenario.desk.enquiry_minutes == scenario.desk.complaint_minutes


def test_behaviour_none_switches_every_section_off_but_perception():
    behaviour = parse("name: a\nbehaviour: none\n").behaviour
    off = {name for name in type(behaviour).model_fields if getattr(behaviour, name) is None}
    assert off == set(type(behaviour).model_fields) - {"perception"}


def test_sections_off_and_patience_unlimited_are_none():
    scenario = parse("name: a\nstaff: none\nproduct: none\npeople: {patience_minutes: unlimited}\n")
    assert scenario.staff is scenario.product is scenario.people.patience_minutes is None


def test_customers_are_forty_percent_unless_said():
    assert parse("name: a\npeople: {count: 101}\n").people.customers == 40


@pytest.mark.parametrize(
    ("written", "law", "mean", "cv"),
    [
        ("7", "constant", 7, 0),
        ("{mean: 7, cv: 0.5}", "lognormal", 7, 0.5),
        ("{mean: 7, cv: 0}", "constant", 7, 0),
        ("{law: gamma, mean: 7, cv: 0}", "constant", 7, 0),
        ("{law: exponential, mean: 7}", "exponential", 7, 1),
        ("{law: empirical, values: [1, 3]}", "empirical", 2, 0.5),
    ],
)
def test_laws_of_chance(written, law, mean, cv):
    found = parse(f"name: a\ndesk: {{enquiry_minutes: {written}}}\n").desk.enquiry_minutes
    assert (found.law, found.mean, found.cv) == (law, mean, cv)


@pytest.mark.parametrize(
    ("written", "windows"),
    [
        ("always", [(0, 10080, 1.0)]),
        ("{daily: '00:00-24:00'}", [(0, 10080, 1.0)]),
        (f"[{', '.join(['1'] * 168)}]", [(0, 10080, 1.0)]),
        ("{mon: ['08:00-12:00', '12:00-18:00']}", [(480, 1080, 1.0)]),
        ("{'sat,sun': '10:00-11:00'}", [(7800, 7860, 1.0), (9240, 9300, 1.0)]),
        ("{sun-mon: '10:00-11:00'}", [(600, 660, 1.0), (9240, 9300, 1.0)]),
        (f"[2, 2, 3{', 0' * 165}]", [(0, 120, 2.0), (120, 180, 3.0)]),
    ],
)
def test_opening(written, windows):
    opening = parse(f"name: a\ndesk: {{opening: {written}}}\n").desk.opening
    assert opening.windows() == tuple(windows)


def test_shifts_sum_to_agents():
    text = "{shifts: [{agents: 2, hours: always}, {agents: 3, hours: {mon: '08:00-09:00'}}]}"
    assert parse(f"name: a\ndesk: {{pools: {{f: {text}}}}}\n").desk.pools["f"].agents == 5


def test_each_kind_has_its_server():
    text = "name: a\ndesk: {pools: {f: {agents: 1}, g: {agents: 1, serves: [complaint, fault]}}}\n"
    assert parse(text).servers() == {
        "question": "f",
        "fault": "g",
        "enquiry": "f",
        "complaint": "g",
    }


def test_a_scenario_survives_pickling():
    scenario = parse(template())
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_faults_survive_pickling():
    error = pickle.loads(pickle.dumps(ScenarioError(faults("moths: 1\n"))))
    assert "Did you mean `months`?" in str(error)


# --- policies ---------------------------------------------------------------------------------


def test_an_empty_policy_is_the_librarys():
    scenario = parse("name: a\npolicies:\n  value_tiers:\n  equal: {}\n")
    assert list(scenario.policies) == ["value_tiers", "equal"]
    assert scenario.policies["value_tiers"] == library()["value_tiers"]


def test_like_merges_mappings_and_replaces_lists():
    text = """
name: a
policies:
  loud: {like: complaint_rewarding, voices: {public: {remedy: 3}}}
  louder: {like: loud, voices: {angry: {class: 0}}}
  few: {like: value_tiers, tiers: [{name: all}]}
"""
    policies = parse(text).policies
    assert policies["loud"].voices["public"] == Ruling(rank_class=0, remedy=3, lenient=1)
    assert policies["louder"].voices["public"].remedy == 3
    assert policies["louder"].voices["angry"].rank_class == 0
    assert policies["louder"].overrule
    assert policies["loud"].describe == ""
    assert [tier.name for tier in policies["few"].tiers] == ["all"]


def test_a_librarys_name_starts_from_the_library_unless_like_none():
    text = "name: a\npolicies: {complaint_rewarding: {%s overrule: false}}\n"
    assert parse(text % "").policies["complaint_rewarding"].voices
    assert not parse(text % "like: none,").policies["complaint_rewarding"].voices
    same = parse(text % "like: complaint_rewarding,").policies["complaint_rewarding"]
    assert same.voices == library()["complaint_rewarding"].voices


def test_policies_can_be_chosen_from_file_and_library():
    text = "name: a\npolicies: {mine: {overrule: true}, equal: {}}\n"
    chosen = parse(text, policies=["value_tiers", "mine"]).policies
    assert list(chosen) == ["value_tiers", "mine"]
    (fault,) = faults(text, policies=["mine", "value_tier"])
    assert (fault.file, fault.key) == ("--policy", "value_tier")
    assert fault.suggestion == "Did you mean `value_tiers`?"


# --- base -------------------------------------------------------------------------------------


def tier(scenario):
    return scenario.policies["value_tiers"].tiers[0]


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_base_merges_mappings_and_replaces_lists(tmp_path):
    write(
        tmp_path,
        far="name: far\nmonths: 1\nseed: 9\ndesk: {pools: {f: {agents: 7, wage_per_hour: 30}}}\n",
        near="base: far.yaml\nmonths: 2\nneeds: [{name: q, share: 1, minutes: 3, resolved: 1}]\n",
        own="base: near.yaml\nname: own\ndesk: {pools: {f: {agents: 8}}}\n",
    )
    scenario = load(tmp_path / "own.yaml")
    assert (scenario.name, scenario.months, scenario.seed) == ("own", 2, 9)
    assert [need.name for need in scenario.needs] == ["q"]
    pool = scenario.desk.pools["f"]
    assert (pool.agents, pool.wage_per_hour) == (8, 30)


def test_a_base_hands_on_a_world_not_its_claims(tmp_path):
    claim = "profit[equal, last 12] > profit[value_tiers, last 12]"
    base = f"name: a\nmonths: 24\nhypotheses: [{{name: It pays, claim: '{claim}'}}]\n"
    write(tmp_path, base=base, own="base: base.yaml\nmonths: 6\n")
    assert load(tmp_path / "base.yaml").hypotheses
    own = load(tmp_path / "own.yaml")
    assert (own.months, own.hypotheses) == (6, ())


SCORED = "name: a\npolicies: {mine: {score: {spend: 1, tenure: 2}, tiers: [{name: all}]}}\n"


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ("policies: {mine: {score: {tenure: 1}}}\n", "policies.mine.score"),
        ("policies: {yours: {like: mine, score: {tenure: 1}}}\n", "policies.yours.score"),
        ("policies: {value_tiers: {score: {tenure: 1}}}\n", "policies.value_tiers.score"),
    ],
)
def test_a_score_on_top_of_a_score_says_each_weight(tmp_path, own, key):
    write(tmp_path, base=SCORED, own=f"base: base.yaml\n{own}")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "own.yaml")
    [fault] = caught.value.faults
    assert (fault.line, fault.key) == (2, key)
    assert "also weighs spend;" in fault.rule
    whole = own.replace("{tenure: 1}", "{tenure: 1, spend: 0}")
    write(tmp_path, own=f"base: base.yaml\n{whole}")
    scores = load(tmp_path / "own.yaml").policies
    assert scores[key.split(".")[1]].score == {"tenure": 1, "spend": 0}


def test_hours_and_laws_replace_whole(tmp_path):
    write(
        tmp_path,
        base="name: a\ndesk: {opening: {mon: '08:00-09:00'}, enquiry_minutes: {mean: 3, cv: 1}}\n",
        own="base: base.yaml\ndesk: {opening: {tue: '08:00-09:00'},"
        " enquiry_minutes: {law: exponential, mean: 4}}\n",
    )
    desk = load(tmp_path / "own.yaml").desk
    assert desk.opening.windows() == ((1920, 1980, 1.0),)
    assert desk.enquiry_minutes.law == "exponential"


def test_a_fault_names_the_file_that_it_was_written_in(tmp_path):
    write(tmp_path, base="name: a\n\nmonths: -1\n", own="base: base.yaml\nseed: -1\n")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "own.yaml")
    found = [(fault.file, fault.line, fault.key) for fault in caught.value.faults]
    own, base = str(tmp_path / "own.yaml"), str(tmp_path / "base.yaml")
    assert found == [(own, 2, "seed"), (base, 3, "months")]


def test_a_circle_of_bases_is_told(tmp_path):
    write(tmp_path, one="base: two.yaml\n", two="base: one.yaml\n")
    with pytest.raises(ScenarioError, match=r"two\.yaml:1:7: base: is based on itself"):
        load(tmp_path / "one.yaml")


def test_data_files_start_from_the_file_that_names_them(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "people.csv").write_text("id\n1\n")
    (tmp_path / "deep" / "base.yaml").write_text(
        "name: a\npeople: {file: people.csv}\nnetwork: {kind: none}\n"
    )
    write(tmp_path, own="base: deep/base.yaml\n")
    monkeypatch.chdir(tmp_path)
    people = load("own.yaml").people
    assert people.file == str((tmp_path / "deep" / "people.csv").resolve())
    assert people.count is people.customers is None
    assert load("own.yaml", sets=["people.file=own.yaml"]).people.file == str(
        (tmp_path / "own.yaml").resolve()
    )


# --- overrides --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("months=2", lambda s: s.months == 2),
        ("people.count=1e3", lambda s: s.people.count == 1000),
        ("people.patience_minutes=unlimited", lambda s: s.people.patience_minutes is None),
        ("people.patience_minutes.mean=6", lambda s: s.people.patience_minutes.mean == 6),
        ("needs.fault.resolved=0.7", lambda s: s.needs[1].resolved == 0.7),
        ("needs.0.minutes.mean=5", lambda s: s.needs[0].minutes.mean == 5),
        ("desk.enquiry_minutes.mean=5", lambda s: s.desk.enquiry_minutes.cv == 0.8),
        ("desk.pools.frontline.agents=9", lambda s: s.desk.pools["frontline"].agents == 9),
        ("desk.opening={mon: '08:00-09:00'}", lambda s: len(s.desk.opening.windows()) == 1),
        ("behaviour=none", lambda s: s.behaviour.talk is None),
        ("behaviour.talk=none", lambda s: s.behaviour.talk is None),
        ("behaviour.talk.retell=0.2", lambda s: s.behaviour.talk.retell == 0.2),
        ("policies.value_tiers.tiers.top.remedy=2", lambda s: tier(s).remedy == 2),
        ("policies.value_tiers.review_months=1", lambda s: tier(s).remedy == 0.6),
        ("policies.mine+={like: equal}", lambda s: {"mine", "equal"} <= set(s.policies)),
        ("policies.equal.like=value_tiers", lambda s: s.policies["equal"].tiers),
    ],
)
@pytest.mark.parametrize("text", [MINIMAL, template()])
def test_overrides(text, path, read):
    assert read(parse(text, sets=[path]))


def test_a_plus_adds_what_is_not_there_yet():
    sets = [
        "desk.pools.night+={agents: 2, serves: [letter]}",
        "desk.pools.night.agents=3",
        "needs.question.share=0.5",
        "needs.letter+={share: 0.1, minutes: 9, resolved: 1}",
        "policies.mine+={like: value_tiers}",
    ]
    scenario = parse(template(), sets=sets)
    assert scenario.desk.pools["night"].agents == 3
    assert [need.name for need in scenario.needs] == ["question", "fault", "letter"]
    assert scenario.policies["mine"].tiers == scenario.policies["value_tiers"].tiers


def test_setting_one_policy_of_a_file_without_any_adds_no_others():
    scenario = parse(MINIMAL, sets=["policies.equal.everyone.effort=1.5"])
    assert list(scenario.policies) == ["equal", "value_tiers", "complaint_rewarding"]


def test_a_policy_that_is_chosen_can_be_set():
    chosen = ["fire_the_costly"]
    scenario = parse(MINIMAL, sets=["policies.fire_the_costly.review_months=7"], policies=chosen)
    assert [policy.review_months for policy in scenario.policies.values()] == [7]


def test_later_overrides_build_on_earlier_ones():
    scenario = parse(
        "name: a\nbehaviour: none\n", sets=["behaviour.talk={}", "behaviour.talk.retell=0.3"]
    )
    assert scenario.behaviour.talk.retell == 0.3
    assert scenario.behaviour.churn is None


def test_an_overridden_policy_still_starts_from_its_like():
    text = "name: a\npolicies: {loud: {like: complaint_rewarding}, louder: {like: loud}}\n"
    policies = parse(text, sets=["policies.loud.voices.public.remedy=5"]).policies
    assert policies["louder"].voices["public"].remedy == 5
    assert policies["loud"].voices["angry"].remedy == 1


@pytest.mark.parametrize(
    ("path", "key", "rule"),
    [
        ("months", "months", "PATH=VALUE"),
        ("=3", "(nothing)", "PATH=VALUE"),
        ("a..b=3", "a..b", "PATH=VALUE"),
        ("months=", "months", "PATH=VALUE"),
        ("months=[1", "months", "not YAML"),
        ("months=!!int 3", "months", "tags"),
        ("months=yes", "months", "whole number"),
        ("moths=3", "moths", "`months`"),
        ("people.spend.meen=3", "people.spend.meen", "`mean`"),
        ("needs.falt.share=1", "needs", "`fault`"),
        ("needs.7.share=1", "needs", "no need `7`"),
        ("desk.pools.frontlin.agents=30", "desk.pools", "Did you mean `frontline`?"),
        ("desk.pools.night={agents: 3}", "desk.pools", "+= in place of ="),
        ("desk.pools.frontline.agents+=3", "desk.pools.frontline.agents", "names nothing new"),
        ("policies.valeu_tiers.review_months=1", "policies", "`value_tiers`"),
        ("policies.fire_the_costly.review_months=1", "policies", "no policy"),
        ("policies.equal.pools.vip.agents=1", "policies.equal.pools", "no pool `vip`"),
        ("policies.value_tiers.score.tenrue=1", "policies.value_tiers.score.tenrue", "`tenure`"),
        ("months.days=1", "months", "whole number (got a mapping)"),
        ("policies.none_such.overrule=maybe", "policies", "has no policy `none_such`"),
        ("policies.equal.overrule=maybe", "policies.equal.overrule", "true or false"),
    ],
)
def test_overrides_that_lead_nowhere(path, key, rule):
    (fault,) = faults(MINIMAL, sets=[path])
    assert fault.file.startswith("--set")
    assert (fault.line, fault.key) == (0, key)
    assert rule in str(fault)


def test_a_section_that_is_off_must_be_switched_on_first():
    (fault,) = faults("name: a\nstaff: none\n", sets=["staff.hire_cost=1"])
    assert "is 'none' here" in fault.rule


def test_override_of_a_loaded_scenario_checks_again():
    scenario = parse(template())
    changed = override(scenario, {"needs.fault.resolved": 0.7, "desk.pools.frontline.agents": 5})
    assert (changed.needs[1].resolved, changed.desk.pools["frontline"].agents) == (0.7, 5)
    assert override(scenario, {}) == scenario
    assert override(changed, {"switch_month": None}) == changed
    with pytest.raises(ScenarioError, match="at least 0"):
        override(scenario, {"desk.pools.frontline.agents": -5})


TYPED = {"seed": 3, "people.count": 400, "people.spend.mean": 21.5, "describe": "on: 12"}


def test_changes_are_set_as_they_are():
    scenario = parse("name: a\n", changes=TYPED)
    assert (scenario.seed, scenario.people.count, scenario.describe) == (3, 400, "on: 12")
    assert scenario.people.spend.mean == 21.5


def test_changes_come_after_sets_and_none_leaves_a_key_alone():
    scenario = parse("name: a\n", sets=["seed=1", "months=3"], changes={"seed": 2, "months": None})
    assert (scenario.seed, scenario.months) == (2, 3)


def test_changes_reach_every_way_of_opening_a_scenario(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("name: a\n")
    loaded = load(file, changes={"seed": 3})
    assert loaded.seed == reopened(file, changes={"seed": 3}).seed == 3
    assert reopened(loaded, changes={"seed": 4}).seed == 4
    assert reopened(loaded, changes={}) is loaded
    assert variations(file, changes={"seed": 5}).base.seed == 5
    assert variations(loaded, changes={"seed": 6}).at({"months": 2}).seed == 6


def test_numbers_of_numpy_are_numbers():
    changes = {"seed": np.int64(3), "people.spend.mean": np.float32(1.5)}
    scenario = parse("name: a\n", changes=changes)
    assert (scenario.seed, scenario.people.spend.mean) == (3, 1.5)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"replications": 0}, "replications: must be at least 1 (got 0)."),
        ({"months": "3"}, "months: must be a whole number (got '3'). Write 3."),
        ({"moths": 3}, "moths: is not a known key. Did you mean `months`?"),
        ({"people..count": 3}, "people..count: must be a dotted path, such as people.count."),
        ({"people": {1: 2}}, "people: must have text as keys (got 1)."),
        ({".".join("a" * 50): 2}, f"'{'a.' * 28}...: is more than 40 deep."),
    ],
)
def test_a_fault_in_a_change_names_the_argument(changes, text):
    with pytest.raises(ScenarioError) as error:
        parse("name: a\n", changes=changes)
    assert str(error.value) == text


def test_plain_data_is_judged_like_a_file():
    assert from_mapping({"name": "a", "months": 3}).months == 3
    with pytest.raises(ScenarioError, match="must have text as keys"):
        from_mapping({"name": "a", "people": {1: 2}})
    with pytest.raises(ScenarioError, match="whole number"):
        from_mapping({"name": "a", "months": object()})
