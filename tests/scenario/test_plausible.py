"""What is uncertain, and by how much: worked numbers and conserved sums."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.errors import ScenarioError
from sim.scenario.explain import explain, explanations
from sim.scenario.plausible import BELIEVED, beliefs_of
from sim.scenario.ranges import Range
from sim.scenario.reading.load import from_mapping, parse


def beliefs(**keys):
    return beliefs_of(from_mapping({"name": "Mine", **keys}))


def by_path(found):
    return {one.path: one for one in found.ranges}


def test_a_number_is_half_to_double_and_a_share_half_to_double_of_its_odds():
    found = by_path(beliefs(people={"spend": {"mean": 30}, "fairness": {"mean": 0.2}}))
    spend, fair = found["people.spend.mean"], found["people.fairness.mean"]
    assert (spend.low, spend.at(0.5), spend.high) == (15, 30, 60)
    # Odds of 1 to 4: from 1 to 8, to 2 to 4.
    assert [fair.low, fair.at(0.5), fair.high] == pytest.approx([1 / 9, 0.2, 1 / 3])


def test_every_number_with_a_source_has_a_range_or_is_listed_with_the_reason():
    found = beliefs(market={"rival": {"share": 0.5}})
    numbers = {*found.paths, *found.off}
    known = {path.replace("needs.question", "needs.<name>") for path in numbers}
    asked = {
        one.key
        for one in explanations()
        if one.source and one.kind in ("number", "whole number")
        and one.key.split(".")[0] in BELIEVED
    }  # fmt: skip
    assert asked <= known
    assert "people.spend.factor" in found.off
    assert "market.rival.better_fit_share" in found.off
    assert found.off["behaviour.waiting.balk"] == "1 follows from what patience means"
    assert found.off["behaviour.churn.complained"].startswith("studies differ in its sign")


def test_the_declared_range_holds_where_the_value_lies_in_it():
    inside = by_path(beliefs(market={"rival": {"comparison": 2}}))["market.rival.comparison"]
    outside = by_path(beliefs(market={"rival": {"comparison": 8}}))["market.rival.comparison"]
    assert (inside.low, inside.high) == (1, 6)
    assert (outside.low, outside.high) == (4, 16)


def test_evidence_leaves_two_standard_errors_in_proportion_to_the_scenarios_own_value():
    own = by_path(beliefs())["behaviour.contact.retry"]
    # 0.48 within the hour of a log (0.02 by callers): 1.96 standard errors about the default.
    assert [own.low, own.at(0.5), own.high] == pytest.approx([0.4608, 0.5, 0.5392], abs=1e-4)
    half = by_path(beliefs(behaviour={"contact": {"retry": 0.25}}))["behaviour.contact.retry"]
    assert [half.low, half.high] == pytest.approx([own.low / 2, own.high / 2])
    assert "behaviour.contact.retry" not in by_path(beliefs(behaviour={"contact": {"retry": 0}}))


def test_evidence_leaves_the_range_that_was_found_in_proportion_too():
    top = by_path(beliefs())["people.spend.top20_share"]
    assert (top.law, top.low, top.high) == ("uniform", 0.59, 0.73)
    lower = by_path(beliefs(people={"spend": {"top20_share": 0.335}}))["people.spend.top20_share"]
    assert [lower.low, lower.high] == pytest.approx([0.295, 0.365])
    share = by_path(beliefs(behaviour={"talk": {"shift_bad": 0.9}}))["behaviour.talk.shift_bad"]
    assert [share.low, share.high] == pytest.approx([0.45, 1.0])  # not past what a share can be


def test_no_joint_world_has_stories_that_never_end():
    found = by_path(beliefs())
    retell, tells = found["behaviour.talk.retell"], found["behaviour.talk.tells_bad"]
    assert retell.high * tells.high < 1


def test_what_sums_to_1_moves_together():
    found = beliefs()
    for share in (0.0, 0.3, 1.0):
        shares = [share if "question" in path or "wait" in path else 0.5 for path in found.paths]
        values = found.values(shares)
        assert values["needs.question.share"] + values["needs.fault.share"] == pytest.approx(1)
        names = ("wait", "outcome", "courtesy")
        weights = [values[f"behaviour.perception.weights.{name}"] for name in names]
        assert sum(weights) == pytest.approx(1)
        from_mapping({"name": "Mine"})
    assert found.values([0.5] * len(found.ranges))["needs.question.share"] == pytest.approx(0.6)


def test_whole_numbers_and_steps_are_kept():
    found = by_path(beliefs())
    limits = {found["behaviour.contact.retry_limit"].at(share / 20) for share in range(21)}
    assert limits == {1, 2, 3, 4}
    ties = {found["network.mean_degree"].at(share / 20) for share in range(21)}
    assert ties <= {4, 6, 8, 10, 12, 14, 16, 18, 20}


def test_beliefs_go_before_the_rule():
    found = by_path(
        beliefs(
            beliefs={
                "behaviour.talk.retell": {"from": 0, "to": 0.3},
                "behaviour.satisfaction.loss": {"mean": 0.4, "sd": 0.08},
                "needs.*.share": {"spread": 0.2},
                "needs.*.minutes.mean": {"spread": 0.1},
            }
        )
    )
    assert [found["behaviour.talk.retell"].at(x) for x in (0, 0.5, 1)] == [0, 0.15, 0.3]
    loss = found["behaviour.satisfaction.loss"]
    assert [loss.low, loss.at(0.5), loss.high] == pytest.approx([0.2432, 0.4, 0.5568], abs=1e-4)
    share = found["needs.fault.share"]
    # The logarithm's standard deviation is sqrt(log(1 + 0.2^2)) = 0.198042.
    assert share.at(0.8413447) == pytest.approx(0.4 * 2.718281828**0.198042, rel=1e-6)
    assert found["needs.fault.minutes.mean"].at(0.5) == 9


def test_a_normal_law_is_cut_off_at_the_bounds():
    law = Range("a.b", 0.1, "", 0.0, 1.0).with_law("normal", 0.1, 0.1)
    assert law.at(0.0) == 0
    # Half of what is left above 0: the quantile 0.158655 + 0.420672 = 0.579328 of the whole law.
    assert law.at(0.5) == pytest.approx(0.1 + 0.1 * 0.200174, abs=1e-6)


def test_a_range_is_widened_in_the_scale_of_its_law():
    log = Range("a.b", 2.0, "", 0.0, 1e12).with_law("log", 1.0, 4.0)
    assert (log.widened(2).low, log.widened(2).high) == (0.5, 8)
    slope = replace(log, least=-50.0, own=-2.0).with_law("log", -4.0, -1.0)
    assert (slope.widened(2).low, slope.widened(2).high) == (-8, -0.5)
    line = Range("a.b", 1.0, "", 0.0, 3.5).with_law("uniform", 1.0, 3.0)
    assert (line.widened(2).low, line.widened(2).high) == (0, 3.5)
    assert log.with_law("normal", 1.0, 0.1).widened(2).second == 0.2


@pytest.mark.parametrize(
    ("belief", "rule"),
    [
        ("desk.pools.frontline.agents: {from: 1, to: 5}", "is for a manager to choose"),
        ("policies.equal.review_months: {spread: 0.1}", "is for a manager to choose"),
        ("behaviour.talk.retel: {from: 0, to: 1}", "is no number of this scenario's world"),
        ("people.file: {from: 0, to: 1}", "is no number of this scenario's world"),
        ("behaviour.talk.retell: {from: 0}", "must be {from, to}, {mean, sd} or {spread}"),
        ("behaviour.talk.retell: {from: 0.3, to: 0.1}", "must be below `to`"),
        ("behaviour.talk.retell: {from: 0, to: 1.5}", "must be within 0 and 1"),
        ("behaviour.fairness.demotion: {spread: 0.2}", "needs a value above 0"),
        ("needs.fault.share: {from: 0.1, to: 0.2}", "sum to 1 and move together"),
    ],
)
def test_what_cannot_be_believed_is_refused_with_its_line(belief, rule):
    with pytest.raises(ScenarioError) as caught:
        parse(f"name: Mine\nbeliefs:\n  {belief}\n")
    assert rule in str(caught.value)
    assert caught.value.faults[0].line == 3


def test_known_figures_are_of_measures():
    with pytest.raises(ScenarioError, match="is not a measure"):
        from_mapping({"name": "Mine", "known": {"chrun_rate": {"value": 1, "within": 1}}})
    scenario = from_mapping({"name": "Mine", "known": {"churn_rate": {"value": 0.02, "within": 1}}})
    assert scenario.known["churn_rate"].model_error() == 0.001


def test_explain_says_the_range_and_the_rule():
    assert explain("behaviour.talk.retell").plausible == "0.0101 to 0.0392"
    assert explain("market.rival.comparison").plausible == "1 to 6"
    assert explain("needs.<name>.resolved").plausible == "half to double of the odds"
    assert explain("behaviour.satisfaction.loss").plausible == "0.3 to 0.5"
    assert explain("behaviour.contact.retry").plausible == "0.461 to 0.539"
    assert explain("behaviour.waiting.balk").plausible == "none: 1 follows from what patience means"
    assert explain("people.count").plausible == ""
    assert explain("behaviour.fairness.demotion").plausible == "none: it is off"
