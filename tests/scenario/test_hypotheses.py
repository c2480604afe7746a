"""Hypotheses in a scenario: what they may name, and what becomes of them when a run is cut."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.dump import dump, fingerprint
from sim.scenario.reading.load import parse

HEAD = """name: a
months: 24
policies: {equal: {}, value_tiers: {}}
hypotheses:
"""
FLOWN = '  - {{name: x, claim: "{claim}", {more}}}\n'
SOUND = "profit[value_tiers, last 12] > 1.1 * profit[equal, last 12]"


def scenario(claim=SOUND, more="because: y", **options):
    return parse(HEAD + FLOWN.format(claim=claim, more=more), **options)


def faults(*claim, **options):
    with pytest.raises(ScenarioError) as caught:
        scenario(*claim, **options)
    return caught.value.faults


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("proft[equal] > 1", "names an unknown measure, `proft`"),
        ("profit[equals] > 1", "names a policy that the scenario does not run, `equals`"),
        ("customers[value_tiers, tier vip] > 1", "there are top, rest"),
        ("customers[equal, tier top] > 1", "there are everyone"),
        ("customers[equal, decile 11] > 1", "names an unknown decile"),
        ("wait_mean[equal, pool upstairs] > 1", "there are frontline"),
        ("wait_mean[equal, need x] > 1", "there are question, fault, enquiry, complaint"),
        ("profit[equal, tier everyone] > 1", "`profit` is not counted by tier"),
        ("revenue[equal, pool frontline] > 1", "`revenue` is not counted by pool"),
        ("profit[equal, last 25] > 1", "it needs 25 months, and a run has 24"),
        ("profit[equal, month 25] > 1", "it needs 25 months, and a run has 24"),
        ("profit[equal > 1", "cannot be read"),
    ],
)
def test_a_claim_names_only_what_there_is(claim, said):
    [fault] = faults(claim)
    assert (fault.line, fault.key) == (5, "hypotheses.0.claim")
    assert said in fault.rule


def test_a_misspelt_name_is_guessed():
    [fault] = faults("custmers[equal] > 1")
    assert fault.suggestion == "Did you mean `customers`?"


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        ("argument: [C29]", "argument.0", "C1 to C28"),
        ("turns_with: {people.cuont: [9]}", "turns_with.people.cuont.0", "is not a known key"),
        ("turns_with: {seed: [1, x]}", "turns_with.seed.1", "must be a whole number"),
        ("turns_with: {seed: []}", "turns_with.seed", "at least 1"),
        (
            "turns_with: {months: [36, 6]}",
            "turns_with.months.1",
            "needs 12 months, and a run has 6",
        ),
        (
            "turns_with: {policies.equal.tiers.top.privilege: [1]}",
            "turns_with.policies.equal.tiers.top.privilege.0",
            "has no tier `top`",
        ),
    ],
)
def test_what_a_hypothesis_says_besides_is_checked_at_load(more, key, said):
    [fault] = faults(SOUND, more)
    assert (fault.line, fault.key) == (5, f"hypotheses.0.{key}")
    assert said in fault.rule


def test_all_faults_of_all_hypotheses_are_told_at_once():
    text = HEAD + FLOWN.format(claim="1 > 2", more="") + FLOWN.format(claim="x[y] > 1", more="")
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    assert [fault.line for fault in caught.value.faults] == [5, 6, 6, 6]


def test_a_hypothesis_reads_back():
    more = "argument: [C8], turns_with: {behaviour.talk.retell: [0, 0.2]}"
    given = scenario(more=more)
    assert parse(dump(given)) == given
    assert given.testable_hypotheses() == given.hypotheses


def test_it_changes_no_number_of_a_run():
    assert fingerprint(scenario()) == fingerprint(parse(HEAD + "  []\n"))


@pytest.mark.parametrize("cut", [{"policies": ["equal"]}, {"sets": ["months=6"]}])
def test_one_that_a_cut_run_cannot_judge_is_left_out(cut):
    given = scenario(more="turns_with: {behaviour.talk.retell: [0]}", **cut)
    assert (len(given.hypotheses), given.testable_hypotheses()) == (1, ())
    assert parse(dump(given)).hypotheses == ()


def test_the_old_name_of_testable_hypotheses_warns():
    with pytest.warns(DeprecationWarning, match="testable_hypotheses"):
        assert scenario().judgeable() == scenario().testable_hypotheses()


def test_controls_that_a_claim_names_are_run():
    found = scenario(
        "profit[placebo value_tiers by load] - profit[value_tiers, without talk, without envy] > 1"
    )
    assert list(found.policies) == [
        "equal",
        "value_tiers",
        "placebo value_tiers by load",
        "value_tiers without envy without talk",
    ]
    placebo = found.policies["placebo value_tiers by load"]
    assert (placebo.placebo, placebo.without) == ("load", ())
    assert placebo.tiers == found.policies["value_tiers"].tiers
    assert found.policies["value_tiers without envy without talk"].without == ("envy", "talk")
    again = parse(dump(found))
    assert again.policies == found.policies
    assert fingerprint(again) == fingerprint(found)


def test_controls_can_be_asked_for_and_changed():
    asked = parse("name: a", policies=["equal", "placebo value_tiers"])
    assert list(asked.policies) == ["equal", "placebo value_tiers"]
    written = parse("name: a\npolicies: {equal: {}, placebo value_tiers: {review_months: 6}}")
    own = written.policies["placebo value_tiers"]
    assert (own.placebo, own.review_months, len(own.tiers)) == ("people", 6, 2)


def test_a_control_is_left_out_with_its_policy():
    claim = "profit[placebo value_tiers] > profit[equal]"
    assert "placebo value_tiers" not in scenario(claim, policies=["equal"]).policies
    kept = scenario(claim, policies=["value_tiers", "equal"])
    assert list(kept.policies) == ["value_tiers", "equal", "placebo value_tiers"]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("profit[placebo equal] > 1", "chooses nobody, so it would be its own placebo"),
        ("profit[placebo vips] > 1", "does not run, `placebo vips`"),
        ("profit[equal, without tlak] > 1", "is not a mechanism of the model"),
        ("revenue[equal, tier vip of value_tiers] > 1", "an unknown tier of value_tiers, `vip`"),
        ("revenue[equal, tier top of tiers] > 1", "does not run, `tiers`"),
        (
            "churn_rate[value_tiers, tier top] < churn_rate[equal]",
            "write `tier top of value_tiers` on both sides",
        ),
    ],
)
def test_a_control_is_of_something_that_is_there(claim, said):
    assert any(said in fault.rule for fault in faults(claim))


def test_the_name_of_a_control_is_no_other_policys():
    text = "name: a\npolicies: {equal: {}, placebo value_tiers: {like: equal, placebo: none}}"
    with pytest.raises(ScenarioError, match="is the name of a control"):
        parse(text)
