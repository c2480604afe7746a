"""What is registered can be run and judged; what is written wrongly is refused."""

from __future__ import annotations

import copy

import pytest
import yaml

from sim.scenario.shipped import shipped
from sim.studies.verify.field import findings as written
from sim.studies.verify.field.findings import (
    FINDINGS,
    OUTPUTS,
    digest,
    every_finding,
    registered,
    trades,
)
from sim.studies.verify.field.worlds import needs_of, scenario_of

NEEDS = needs_of(every_finding())
PLAIN = {
    "title": "T", "source": "S", "seen": "The abstract.", "found": "F", "maps": "M",
    "reads": {"left": "churn_rate[equal]"},
    "predicts": [{"name": "n", "value": "left[here] - 1", "direction": "up"}],
}  # fmt: skip
WORLDS = {"here": written._world("here", {"replications": 2, "base": "broadband"})}


def test_there_are_at_least_twelve_findings_and_some_say_that_nothing_happens():
    assert len(registered(FINDINGS)) >= 12
    nulls = [
        one for one in every_finding() if any(p.published == "no effect" for p in one.predicts)
    ]
    assert len(nulls) >= 2


def test_a_figure_may_set_keys_only_if_they_exist():
    from sim.scenario.explain import explanations

    known = {one.key for one in explanations()}
    assert {key for one in every_finding() for key in one.set_by} <= known


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.world.name)
def test_every_world_is_sound_and_gives_what_is_read_in_it(need):
    scenario = scenario_of(need.world, need.reads)
    assert [one.name for one in scenario.hypotheses] == list(need.reads)
    assert set(need.policies()) <= set(scenario.policies)
    for claim in need.claims().values():
        assert all(term.months <= scenario.months for term in claim.terms())


def test_every_name_is_used_once():
    names = [one.name for one in every_finding()]
    assert len(set(names)) == len(names)
    for one in every_finding():
        predicted = [prediction.name for prediction in one.predicts]
        assert len(set(predicted)) == len(predicted)
        assert {term.measure for p in one.predicts for term in p.needed()} == set(one.reads)


def test_every_other_scenario_says_why_its_trade_differs():
    assert set(trades()) == set(shipped()) - {"broadband"}


def test_a_range_is_from_half_to_double_or_says_what_it_is():
    for one in every_finding():
        for prediction in one.predicts:
            assert prediction.has_size == bool(prediction.allows), (one.name, prediction.name)
            if prediction.allows.startswith("Half to double") and "(" not in prediction.published:
                figure = float(prediction.published.split("=")[-1])
                low, high = sorted((figure / 2, 2 * figure))
                assert prediction.low == pytest.approx(low, rel=0.03)
                assert prediction.high == pytest.approx(
                    min(high, 1.0 if high <= 1.1 else high), rel=0.03
                )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"predicts": [{"name": "n", "value": "left[there]", "direction": "up"}]}, "left.there"),
        ({"predicts": [{"name": "n", "value": "right[here]", "direction": "up"}]}, "right.here"),
        ({"predicts": [{"name": "n", "value": "left[here]", "direction": "none"}]}, "no direction"),
        ({"predicts": [{"name": "n", "value": "left[here]", "direction": "on"}]}, "no direction"),
        (
            {
                "predicts": [
                    {"name": "n", "value": "left[here]", "direction": "up", "range": [2, 1]}
                ]
            },
            "no direction",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(change, says):
    with pytest.raises(ValueError, match=says):
        written._finding("mine", PLAIN | change, WORLDS)


def test_the_digest_follows_every_part_and_the_worlds():
    plain = written._finding("mine", PLAIN, WORLDS)
    assert written._finding("mine", copy.deepcopy(PLAIN), WORLDS).digest == plain.digest
    for name in ("title", "source", "seen", "found", "maps"):
        assert written._finding("mine", PLAIN | {name: "other"}, WORLDS).digest != plain.digest
    longer = {"here": written._world("here", {"replications": 3, "base": "broadband"})}
    assert written._finding("mine", PLAIN, longer).digest != plain.digest


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": [2, 3]}) == digest({"b": [2, 3], "a": 1})
    assert digest({"a": [2, 3]}) != digest({"a": [3, 2]})


@pytest.mark.parametrize("name", [FINDINGS, OUTPUTS])
def test_each_file_has_only_worlds_that_are_used(name):
    used = {world.name for one in registered(name) for world in one.worlds}
    file = written.files("sim.studies.verify.field") / f"{name}.yaml"
    assert used == set(yaml.safe_load(file.read_text("utf-8"))["worlds"])
