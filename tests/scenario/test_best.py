"""The section `best`: what it may say, and what is refused, with its line."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.dump import dump, fingerprint
from sim.scenario.reading.load import load, parse
from sim.scenario.schema.best import read_constraint

TEXT = """\
name: Mine
policies: {equal: {}, value_tiers: {}}
best:
  policy: value_tiers
  vary:
    policies.value_tiers.tiers.top.top_share: {from: 0.05, to: 0.5}
    policies.value_tiers.tiers.0.class: [0, 1, 2]
    policies.value_tiers.everyone.courtesy: {from: 0.7, to: 1, cost_per_month: 2000}
    desk.pools.frontline.agents: {from: 2, to: 6}
  constraints: [wait_p95 <= 10, satisfaction_mean >= 0.6]
"""


def faults_of(old, new):
    assert old in TEXT
    with pytest.raises(ScenarioError) as caught:
        parse(TEXT.replace(old, new), "mine.yaml")
    return caught.value.faults


def test_it_is_written_and_read_back():
    scenario = parse(TEXT)
    assert parse(dump(scenario)) == scenario
    assert scenario.best.objective == {"profit_discounted": 1.0, "customer_equity": 1.0}
    assert [str(one) for one in scenario.best.bounds()] == [
        "wait_p95 <= 10",
        "satisfaction_mean >= 0.6",
    ]


def test_it_changes_no_numbers():
    assert fingerprint(parse(TEXT)) == fingerprint(parse(TEXT[: TEXT.index("best:")]))


def test_a_base_hands_on_no_search(tmp_path):
    (tmp_path / "base.yaml").write_text(TEXT)
    own = tmp_path / "own.yaml"
    own.write_text("base: base.yaml\n")
    assert load(own).best is None


def test_a_search_from_a_policy_that_was_not_chosen_is_not_written():
    scenario = parse(TEXT, policies=["equal"])
    assert parse(dump(scenario)).best is None


def test_the_name_of_a_measure_is_its_weight_in_the_direction_that_is_better():
    for measure, weight in (("profit", 1.0), ("wait_p95", -1.0)):
        text = TEXT.replace("  vary:", f"  objective: {measure}\n  vary:")
        text = text.replace(", cost_per_month: 2000", "")
        assert parse(text).best.objective == {measure: weight}


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("  policy:", "  polcy: a\n  policy:", 4, "is not a known key"),
        ("tiers.top.top_share", "tiers.tpo.top_share", 6, "tpo"),
        ("tiers.0.class", "tiers.0.rank", 7, "is not a known key"),
        ("[0, 1, 2]", "[0, 1, 12]", 7, "must be at most 9"),
        ("to: 0.5}", "to: 1.5}", 6, "must be at most 1"),
        ("from: 0.05, to: 0.5", "from: 0.5, to: 0.05", 6, "must be below `to`"),
        ("policies.value_tiers.tiers.0", "policies.equal.tiers.0", 7, "must lead into policies.va"),
        ("desk.pools.frontline.agents", "people.count", 9, "which a manager decides on"),
        ("wait_p95 <= 10", "wait_p95 < 10", 10, "must be a measure, <= or >="),
        ("wait_p95", "wait_p59", 10, "is not a measure of a run"),
        ("  vary:", "  objective: contacts_offered\n  vary:", 5, "neither more nor less"),
        ("  vary:", "  objective: {profits: 1}\n  vary:", 5, "is not a measure"),
        ("  vary:", "  objective: {profit: 0}\n  vary:", 5, "with a weight other than 0"),
        ("  vary:", "  objective: wait_p95\n  vary:", 9, "has no effect"),
        ("  vary:", "  inequality: gini_wiat\n  vary:", 5, "is not a measure"),
        ("  vary:", "  runs: 10\n  vary:", 5, "must be at least 60"),
        ("{from: 2, to: 6}", "{from: 2, to: 6, cost_from: 3}", 9, "has no effect without"),
        ("[0, 1, 2]", "{values: [0, a], cost_per_month: 3}", 7, "values of one kind"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old, new, line, rule):
    found = faults_of(old, new)
    assert any(rule in f"{one.key} {one.rule}" and one.line == line for one in found), found


def test_a_list_of_values_may_have_a_cost():
    text = TEXT.replace("[0, 1, 2]", "{values: [0, 1, 2], cost_per_month: -5, cost_from: 2}")
    scenario = parse(text)
    assert parse(dump(scenario)) == scenario


def test_the_policy_must_be_there():
    text = "name: Mine\nbest:\n  policy: gold\n  vary: {desk.pools.frontline.agents: [1, 2]}\n"
    with pytest.raises(ScenarioError, match=r"3:11: best.policy: must be a policy of this scen"):
        parse(text)


@pytest.mark.parametrize("text", ["wait <= ", "<= 3", "wait = 3", "wait <= 3 minutes", "a <= 1%"])
def test_half_a_constraint_is_refused(text):
    with pytest.raises(ValueError, match="must be a measure"):
        read_constraint(text)
