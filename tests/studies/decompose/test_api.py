"""A policy taken apart: which controls are run, that the parts add up, and what is refused."""

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.engine.simulate import simulate
from sim.errors import CommandError, ScenarioError
from sim.scenario.reading.load import load
from sim.scenario.schema.favours import favours_of

WORLD = """\
name: Apart
months: 3
replications: 3
seed: 4
people: {count: 300, customers: 200, contacts_per_month: {mean: 3}, demanding_share: {mean: 0.2}}
needs: [{name: call, share: 1, minutes: {mean: 12, cv: 1}, resolved: 0.7}]
desk: {opening: {mon-fri: "09:00-13:00"}, pools: {desk: {agents: 1}}}
policies:
  equal: {}
  value_tiers: {}
  labels: {score: {spend: 1}, tiers: [{name: top, top_share: 0.2}, {name: rest}]}
  fires: {like: equal, dismiss: {cost_ratio: 0.01, months: 1}}
  by_hand: {like: value_tiers, tiers: [{name: top, top_share: 0.2, class: 1}, {name: rest}]}
  kind:
    like: value_tiers
    tiers: [{name: top, top_share: 0.2, courtesy: 1, class: 1}, {name: rest}]
"""


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "apart.yaml").write_text(WORLD)
    return "apart.yaml"


def test_favours_are_what_some_get_and_others_do_not(world):
    policies = load(world).policies
    assert favours_of(policies["value_tiers"]) == ("priority", "generosity")
    assert favours_of(policies["kind"]) == ("priority", "care")
    assert favours_of(policies["fires"]) == ("dismissal",)
    assert favours_of(policies["equal"]) == favours_of(policies["labels"]) == ()


@pytest.mark.parametrize(
    ("policy", "bare"),
    [
        ("value_tiers without generosity without priority", "value_tiers"),
        ("fires without dismissal", "fires"),
    ],
)
def test_a_policy_without_its_favours_is_equal_to_the_last_bit(world, policy, bare):
    scenario = load(world, policies=["equal", bare, policy])
    months = [simulate(scenario, name, 0).months for name in ("equal", policy, bare)]
    assert months[0].tobytes() == months[1].tobytes()
    assert months[0].tobytes() != months[2].tobytes()


def test_a_favour_alone_is_the_policy_written_with_it_alone(world):
    alone = "value_tiers without generosity"
    scenario = load(world, policies=[alone, "by_hand"])
    months = [simulate(scenario, name, 1).months.tobytes() for name in (alone, "by_hand")]
    assert months[0] == months[1]


def test_parts_add_up_and_the_rest_is_nothing(world):
    found = sim.decompose(world, "value_tiers", out="runs")
    table = found.table
    names = ["whole", "selection", "rest", "priority", "generosity", "interaction"]
    for _, rows in table.group_by("measure"):
        assert rows["part"].to_list() == names
        part = dict(zip(rows["part"], rows["mean"], strict=True))
        assert part["rest"] == 0
        added = part["priority"] + part["generosity"] + part["interaction"]
        assert added == pytest.approx(part["whole"], rel=1e-9, abs=1e-9)
    runs = found.result.results.tables["replications"]
    tiers, equal = (
        runs.filter(policy=name)["profit_discounted"].to_numpy()
        for name in ("value_tiers", "equal")
    )
    whole = table.filter(measure="profit_discounted", part="whole")["mean"].item()
    assert whole == pytest.approx(np.mean(tiers - equal), rel=1e-9)


@pytest.mark.parametrize(
    ("policy", "said"),
    [("labels", "treats everybody alike"), ("equal", "treats everybody alike")],
)
def test_what_gives_nobody_a_favour_cannot_be_taken_apart(world, policy, said):
    with pytest.raises(CommandError, match=said):
        sim.decompose(world, policy, reference="kind")


def test_a_favour_that_a_policy_does_not_give_is_refused_with_its_line(world):
    with pytest.raises(ScenarioError, match=r"`care` is nothing that some get more of.*priority"):
        load(world, policies=["value_tiers without care"])


def test_the_command_says_the_parts(world):
    words = ["decompose", world, "fires", "--measure", "churn_rate", "--out", "runs"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0
    said = " ".join(ran.stdout.split())
    assert "fires - equal" in said
    assert "dismissal alone" in said
    assert "interaction -" not in said


def test_the_command_refuses_a_choice_of_policies(world):
    ran = CliRunner().invoke(app, ["decompose", world, "fires", "--policy", "equal"])
    assert ran.exit_code == 2
    assert "name the policy to take apart" in ran.stderr
