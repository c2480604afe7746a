"""What docstrings of public functions show is what happens."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path

import pytest

import sim
from tests.docs.page_givens import calls_and_purchases

MINE = """\
name: Mine
months: 3
replications: 2
people: {count: 600}
desk: {pools: {frontline: {agents: 1}}}
policies: {equal: {}, value_tiers: {}}
hypotheses: [{name: Most stay, claim: "churn_rate[equal] < 0.5"}]
sweep: {design: grid, vary: {desk.pools.frontline.agents: [1, 2]}, replications: 2}
best:
  policy: equal
  vary:
    policies.equal.everyone.courtesy: {from: 0.7, to: 1, cost_per_month: 500, cost_from: 0.85}
    desk.pools.frontline.agents: [1, 2]
"""
FUNCTIONS = [name for name in sim.__all__ if inspect.isfunction(getattr(sim, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_does_what_it_shows(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(MINE)
    calls_and_purchases()
    (test,) = doctest.DocTestFinder(recurse=False).find(getattr(sim, name), name, globs={})
    assert test.examples, f"sim.{name} has no example"
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.append)
    assert not told, "".join(told)
