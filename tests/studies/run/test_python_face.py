"""From Python, scenarios and changes are plain data, and results say what they are."""

from __future__ import annotations

import pytest

import sim
from sim.errors import CommandError, ScenarioError

MINE = {
    "name": "Mine",
    "months": 1,
    "replications": 2,
    "history_months": 0,
    "people": {"count": 200},
    "desk": {"pools": {"frontline": {"agents": 1}}},
    "policies": {"equal": {}, "value_tiers": {}},
    "sweep": {"design": "grid", "vary": {"desk.pools.frontline.agents": [1, 2]}},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return sim.run(MINE, out=tmp_path_factory.mktemp("face") / "mine")


def test_a_dict_goes_in_and_comes_out_as_the_same_scenario(result, tmp_path):
    assert result.scenario["people"]["count"] == 200
    again = sim.run(result.scenario, out=tmp_path / "again")
    assert again.summary().equals(result.summary())
    assert again.results.manifest["fingerprint"] == result.results.manifest["fingerprint"]


def test_set_says_the_same_as_sets(result, tmp_path):
    changed = {"desk.pools.frontline.agents": 2, "name": "A: b", "behaviour.talk": "none"}
    one = sim.run(MINE, set=changed, out=tmp_path / "one")
    texts = ["desk.pools.frontline.agents=2", "name='A: b'", "behaviour.talk=none"]
    other = sim.run(MINE, sets=texts, out=tmp_path / "other")
    assert one.scenario == other.scenario
    assert one.scenario["desk"]["pools"]["frontline"]["agents"] == 2
    assert one.monthly.equals(other.monthly)
    assert not one.monthly.equals(result.monthly)


def test_set_adds_a_pool_only_if_it_says_so(tmp_path):
    pool = {"agents": 1, "serves": ["complaint"]}
    with pytest.raises(ScenarioError):
        sim.run(MINE, set={"desk.pools.second": pool}, out=tmp_path / "one")
    added = sim.run(MINE, set={"desk.pools.second+": pool}, out=tmp_path / "two")
    assert added.scenario["desk"]["pools"]["second"]["serves"] == ["complaint"]


def test_what_is_no_plain_data_is_refused():
    with pytest.raises(CommandError, match="months must be a number"):
        sim.run(MINE, set={"months": object()})
    with pytest.raises(ScenarioError, match="scenario: mnths"):
        sim.run({**MINE, "mnths": 3})


def test_other_studies_take_dicts_too(tmp_path):
    found = sim.sweep(MINE, out=tmp_path / "sweep", set={"months": 2})
    assert found.scenario["months"] == 2
    assert sim.compare(MINE, set={"months": 2}, out=tmp_path / "run").pairs.height


def test_a_result_says_what_it_is(result, tmp_path):
    assert repr(result) == (
        f"<Result of 'Mine': equal, value_tiers; 1 months, 2 replications; in {result.folder}>"
    )
    assert repr(sim.sweep(MINE, out=tmp_path / "s")).startswith(
        "<Sweep of 'Mine': 2 points of desk.pools.frontline.agents; equal, value_tiers; 8 runs; in "
    )
    assert repr(sim.compare(result.folder)).startswith("<Comparison of 1 pairs. ")


def test_differences_are_drawn(result):
    levels, differences = result.plot("customers"), result.plot("customers", versus="equal")
    assert levels.get_axes()
    texts = [text.get_text() for text in differences.findobj(lambda one: hasattr(one, "get_text"))]
    assert any("from Equal treatment" in text for text in texts)
