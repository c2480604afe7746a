"""What claims about money are made of: which have parts, and that the parts add up."""

from __future__ import annotations

from itertools import groupby
from math import fsum

import numpy as np
import pytest

import sim
from sim.measures.expressions import read_claim
from sim.scenario.reading.load import load
from sim.studies.claims.taken_apart import controls_for

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
  kind: {like: equal, everyone: {courtesy: 1}}
  value_tiers: {}
  fires: {like: equal, dismiss: {cost_ratio: 0.01, months: 1}}
"""
BOTH = "profit_discounted[{0}] + 0.9 * customer_equity[{0}]"
LATE = "profit[{0}, last 2] / 2"
CLAIMS = {
    "Tiers pay": (BOTH, "value_tiers", ">", "equal"),
    "Kindness pays more": (BOTH, "kind", ">", "value_tiers"),
    "Firing costs": (LATE, "fires", "<", "equal"),
    "Tiers pay late": ("profit[{0}]", "value_tiers", ">", "kind"),
}


def text(side, left, sign, right):
    return f"{side.format(left)} {sign} {side.format(right)}"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    claims = [f'  - {{name: {name}, claim: "{text(*one)}"}}\n' for name, one in CLAIMS.items()]
    (tmp_path / "apart.yaml").write_text(WORLD + "hypotheses:\n" + "".join(claims))
    return "apart.yaml"


def test_parts_add_up_to_the_difference_that_the_verdict_is_about(world):
    found = sim.claims([world], replications=3)
    parts = found.parts.to_dicts()
    judged = {row["name"]: row["difference"] for row in found.table.to_dicts()}
    for (name, of), rows in groupby(parts, lambda row: (row["name"], row["of"])):
        means = {row["part"]: row["mean"] for row in rows}
        whole, _ = means.pop("whole"), means.pop("selection")
        assert fsum(means.values()) == pytest.approx(whole, rel=1e-9, abs=1e-9 * 1e4)
        if of == "all":  # what the claim names on its right side may be what is taken apart
            sign = -1 if name == "Kindness pays more" else 1
            assert whole == pytest.approx(sign * judged[name], rel=1e-9)
    assert {row["name"] for row in parts} == set(CLAIMS)


def test_profit_and_customers_add_up_part_by_part(world):
    parts = sim.claims([world], replications=3).parts
    tiers = parts.filter(name="Tiers pay")
    assert tiers["of"].unique(maintain_order=True).to_list() == ["all", "profit", "customer equity"]
    every, profit, equity = (one["mean"].to_numpy() for one in tiers.partition_by("of"))
    np.testing.assert_allclose(profit + equity, every, rtol=1e-9, atol=1e-6)
    assert (abs(equity) > 1).any()
    assert parts.filter(name="Firing costs")["of"].unique().to_list() == ["all"]


def test_each_part_is_what_the_runs_of_the_controls_say(world):
    parts = sim.claims([world], replications=3).parts.filter(name="Tiers pay", of="profit")
    names = {
        "placebo": "placebo value_tiers by load",
        "bare": "value_tiers without generosity without priority",
        "priority": "value_tiers without generosity",
    }
    runs = sim.run(world, policies=["equal", "value_tiers", *names.values()], out="out")
    table = runs.results.tables["replications"]
    mean = {
        name: table.filter(policy=name)["profit_discounted"].mean()
        for name in ("equal", "value_tiers", *names.values())
    }
    part = dict(zip(parts["part"], parts["mean"], strict=True))
    whole = mean["value_tiers"] - mean["equal"]
    assert part["whole"] == pytest.approx(whole)
    assert part["selection"] == pytest.approx(mean["value_tiers"] - mean[names["placebo"]])
    assert part["priority"] == pytest.approx(mean[names["priority"]] - mean[names["bare"]])
    assert part["rest"] == pytest.approx(mean[names["bare"]] - mean["equal"], abs=1e-9)


@pytest.mark.parametrize(
    "claim",
    [
        "profit[kind] > profit[equal]",  # nobody is favoured
        "profit[value_tiers] > profit[fires]",  # on both sides somebody is
        "profit[value_tiers] > profit[placebo value_tiers]",
        "profit[value_tiers, without priority] > profit[equal]",
        "profit[value_tiers] > 1.1 * profit[equal]",  # not the same of both
        "profit[value_tiers, last 2] > profit[equal]",
        "profit[value_tiers] - profit[equal] > 5",
        "revenue[value_tiers] > revenue[equal]",
        "profit[equal] > 0",
    ],
)
def test_other_claims_have_no_parts(tmp_path, claim):
    file = tmp_path / "one.yaml"
    file.write_text(f'{WORLD}hypotheses:\n  - {{name: One, claim: "{claim}"}}\n')
    assert controls_for(read_claim(claim), load(file)) is None


def test_the_page_says_the_parts(world):
    page = sim.claims([world], replications=3).write("claims.md", plots=False)
    lines = page.read_text(encoding="utf-8").splitlines()
    start = lines.index("| | difference | profit | customer equity |")
    rows = [line.split(" | ")[0].strip("| ") for line in lines[start + 2 : start + 8]]
    assert rows == [
        *("all together", "choosing these people", "what everybody gets"),
        *("priority alone", "generosity alone", "interaction"),
    ]
    assert any("`value_tiers` less `kind`, in currency" in line for line in lines)
