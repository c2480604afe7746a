"""What a sweep varies: read, checked, written, and the scenarios that it makes."""

import pytest

from sim.errors import CommandError, ScenarioError
from sim.scenario.dump import dump, fingerprint, policy_fingerprints
from sim.scenario.reading.load import from_mapping, load, parse, variations
from sim.scenario.reading.variations import whole_number
from sim.studies.sweep.plan import design_of

TEXT = """\
name: a
sweep:
  vary:
    desk.pools.frontline.agents: {from: 2, to: 8, steps: 4}
    behaviour.talk.retell: {from: 0, to: 0.3, steps: 4}
    behaviour.talk.fade: {from: 0.01, to: 1, steps: 3, scale: log}
    network.kind: [small_world, random]
"""


NO_POLICY = "has no policy `equl`; there are equal, value_tiers, complaint_rewarding"


def faults_of(text):
    with pytest.raises(ScenarioError) as caught:
        parse(text, "a.yaml")
    return [(one.line, one.key, one.rule) for one in caught.value.faults]


def test_ranges_are_cut_into_round_steps():
    vary = parse(TEXT).sweep.vary
    assert [levels.listed for levels in vary.values()] == [
        (2.0, 4.0, 6.0, 8.0),
        (0.0, 0.1, 0.2, 0.3),
        (0.01, 0.1, 1.0),
        ("small_world", "random"),
    ]


def test_whole_numbers_stay_whole():
    points = design_of(variations(parse(TEXT))).points
    assert points["desk.pools.frontline.agents"].dtype.is_integer()
    assert points.height == 4 * 4 * 3 * 2
    assert whole_number("desk.pools.frontline.agents")
    assert whole_number("policies.mine.tiers.0.class")
    assert not whole_number("behaviour.talk.retell")


def test_a_sweep_is_written_and_read_back():
    scenario = parse(TEXT)
    assert parse(dump(scenario)) == scenario


def test_a_sweep_changes_no_numbers():
    assert fingerprint(parse(TEXT)) == fingerprint(parse("name: a\n"))


@pytest.mark.parametrize(
    ("levels", "line", "key", "rule"),
    [
        ("people.cuont: [1]", 4, "people.cuont", "is not a known key"),
        ("poeple.count: [1]", 4, "poeple", "is not a known key"),
        ("people.count: [100, -1]", 4, "people.count", "must be at least 0"),
        ("people.count: {from: 0.5, to: 2, steps: 3}", 4, "people.count", "must be a whole number"),
        ("behaviour.talk.fade: {from: 0, to: 2}", 4, "behaviour.talk.fade", "must be at most 1"),
        ("needs.9.share: [1]", 4, "needs", "has no need `9`; there are question, fault"),
        (
            "desk.pools.fone.agents: [1, 9]",
            4,
            "desk.pools",
            "has no pool `fone`; there are frontline",
        ),
        ("policies.equl.review_months: [1]", 4, "policies", NO_POLICY),
        ("policies.fire_the_costly.review_months: [1]", 4, "policies", "has no policy `fire_the_"),
        ("policies.equal.tiers: [a]", 4, "policies.equal.tiers", "must be a list"),
    ],
)
def test_paths_and_values_are_checked_when_the_file_is_read(levels, line, key, rule):
    text = f"name: a\nsweep:\n  vary:\n    {levels}\n"
    if "steps" not in levels:
        text += "  design: sobol\n  points: 4\n"
    assert any(
        (line, key) == (at, name) and told.startswith(rule) for at, name, told in faults_of(text)
    )


@pytest.mark.parametrize(
    ("sweep", "key", "rule"),
    [
        ("{}", "sweep.vary", "must name at least one path"),
        ("{vary: {seed: [1], months: {from: 1, to: 3}}}", "sweep.vary.months", "needs `steps`"),
        ("{vary: {seed: []}}", "sweep.vary.seed", "must list at least one value"),
        ("{vary: {seed: [1, 1]}}", "sweep.vary.seed", "must not list a value twice"),
        ("{vary: {seed: [1, a]}}", "sweep.vary.seed", "must be values of one kind"),
        ("{vary: {seed: 3}}", "sweep.vary.seed", "must be a list of values, or a range"),
        ("{vary: {seed: {from: 3}}}", "sweep.vary.seed", "needs both `from` and `to`"),
        ("{vary: {seed: {from: 3, to: 2}}}", "sweep.vary.seed.from", "must be below `to`"),
        ("{vary: {seed: [1]}, points: 3}", "sweep.points", "belongs to latin_hypercube"),
        ("{vary: {seed: [1]}, design: sobol}", "sweep.points", "is required"),
        ("{design: file}", "sweep.file", "is required"),
        ("{design: file, file: none.csv}", "sweep.file", "must be a file that exists"),
    ],
)
def test_designs_are_checked(sweep, key, rule):
    found = faults_of(f"name: a\nsweep: {sweep}\n")
    assert any(k == key and r.startswith(rule) for _, k, r in found), found


def test_a_point_is_what_set_would_make():
    varied = variations(from_mapping({"name": "a"}), ["months=3"], ["equal"])
    point = varied.at({"people.spend.mean": 50, "policies.equal.everyone.effort": 1.5})
    sets = ["months=3", "people.spend.mean=50", "policies.equal.everyone.effort=1.5"]
    assert fingerprint(point) == fingerprint(parse("name: a\n", "a", sets, ["equal"]))


def test_a_file_gives_points_with_its_own_defaults(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: a\n")
    assert variations(file).at({"people.count": 500}).people.customers == 200


def test_a_point_that_breaks_a_rule_names_the_line_of_its_path(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: a\nsweep:\n  vary:\n    months: [1]\n")
    with pytest.raises(ScenarioError, match=r"a\.yaml:4:5: months: must be at most 1200"):
        variations(file).at({"months": 5000})


def test_what_a_point_may_be_made_from_shows_in_the_digest(tmp_path):
    people = tmp_path / "p.csv"
    people.write_text("id,spend\n1,2\n2,3\n")
    file = tmp_path / "a.yaml"
    text = (
        "name: a\nnetwork: {kind: none}\npeople: {file: p.csv, columns: {id: id, spend: spend}}\n"
    )
    file.write_text(text)
    first = variations(file).digest()
    file.write_text("describe: told\n" + text.replace("name: a", "name: b"))
    assert variations(file).digest() == first
    people.write_text("id,spend\n1,2\n2,4\n")
    second = variations(file).digest()
    assert second != first
    assert variations(file, ["months=3"]).digest() != second


def test_another_policy_leaves_a_policys_fingerprint_alone():
    one = policy_fingerprints(parse("name: a\npolicies: {equal: {}}\n"))
    two = policy_fingerprints(parse("name: a\npolicies: {equal: {}, value_tiers: {}}\n"))
    assert one["equal"] == two["equal"] != two["value_tiers"]
    assert len(two["equal"]) == 64


def test_the_policy_that_all_start_under_counts_for_the_others():
    text = "name: a\nswitch_month: 2\npolicies: {equal: {review_months: %s}, value_tiers: {}}\n"
    one, two = (policy_fingerprints(parse(text % months)) for months in (1, 2))
    assert one["value_tiers"] != two["value_tiers"]
    plain = policy_fingerprints(parse(text.replace("switch_month: 2\n", "") % 1))
    assert len({plain["value_tiers"], one["value_tiers"], two["value_tiers"]}) == 3


def test_other_code_of_a_policy_shows_in_the_digest(tmp_path):
    code = tmp_path / "mine.py"
    file = tmp_path / "a.yaml"
    file.write_text("name: a\npolicies: {equal: {}, mine: {python: 'mine.py:Mine'}}\n")
    digests = set()
    for number in ("1", "2", "2"):
        code.write_text(f"class Mine:\n    def review(self, *rest):\n        return {number}\n")
        digests.add(variations(file, allow_code=True).digest())
    assert len(digests) == 2


def test_varying_about_the_scenario_needs_a_value_there():
    varied = variations(from_mapping({"name": "a", "months": 7}))
    assert varied.value_at("months") == 7
    assert varied.value_at("needs.question.share") == varied.base.needs[0].share
    with pytest.raises(ScenarioError, match="has no single value"):
        varied.value_at("people.spend")


def test_nothing_to_vary_is_told():
    with pytest.raises(CommandError, match="sim explain sweep"):
        design_of(variations(from_mapping({"name": "a"})))


def test_a_base_hands_on_no_sweep(tmp_path):
    (tmp_path / "base.yaml").write_text(TEXT)
    own = tmp_path / "own.yaml"
    own.write_text("base: base.yaml\nsweep: {vary: {months: [1, 2]}}\n")
    assert list(load(own).sweep.vary) == ["months"]
    own.write_text("base: base.yaml\n")
    assert load(own).sweep is None


@pytest.mark.parametrize("policies", [None, ["equal", "value_tiers"]])
def test_what_judges_no_claims_does_not_choose_among_their_controls(tmp_path, policies):
    text = """
name: a
policies: {equal: {}, value_tiers: {}}
hypotheses:
  - {name: It pays to choose, claim: "profit[value_tiers] > profit[placebo value_tiers by load]"}
"""
    (file := tmp_path / "a.yaml").write_text(text)
    found = variations(file, policies=policies)
    assert list(found.base.policies) == ["equal", "value_tiers"]
    assert found.at({"months": 3}).policies == found.base.policies
    asked = variations(file, policies=["equal", "placebo value_tiers"])
    assert list(asked.at({"months": 3}).policies) == ["equal", "placebo value_tiers"]


def test_a_scenario_is_made_once_as_long_as_it_is_kept(monkeypatch):
    monkeypatch.setattr("sim.scenario.reading.variations.MOST_KEPT", 2)
    found = variations(parse("name: a"))
    first = found.at({"months": 3})
    assert found.at({"months": 3}) is first
    found.at({"months": 4})
    assert found.at({"months": 3}) is first
    found.at({"months": 5})
    found.at({"months": 6})
    again = found.at({"months": 3})
    assert again is not first
    assert again == first


def test_settings_that_are_equal_but_not_alike_make_scenarios_of_their_own():
    found = variations(parse("name: a"))
    assert found.at({"desk.complaint_minutes.cv": 1}).desk.complaint_minutes.cv == 1
    with pytest.raises(ScenarioError):
        found.at({"desk.complaint_minutes.cv": True})
