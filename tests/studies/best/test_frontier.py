"""The frontier of a model in which both profit and inequality of treatment are formulas."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.engine.simulate import simulate as engine
from sim.errors import CommandError
from sim.execution.progress import silent
from sim.execution.selection import divided
from sim.model.measuring import whole
from sim.scenario.reading.load import load
from sim.studies.best.api import best_selection
from sim.studies.best.frontier_search import MEASURED
from sim.studies.best.trial_runs import Candidate, open_trial_runs
from tests.other_model import command_on, execution_of, on
from tests.studies.best.planted import MEASURES, luck

TEXT = """\
name: Frontier
months: 1
history_months: 0
staff: none
product: none
desk: {pools: {frontline: {agents: 2}}}
policies:
  equal: {}
  mine: {score: {spend: 1}, tiers: [{name: top, top_share: 0.2, class: 1}, {name: rest}]}
worth: {profit: 0.2}
best:
  policy: mine
  objective: profit
  vary:
    policies.mine.tiers.top.top_share: {from: 0.02, to: 0.6}
    policies.mine.tiers.top.remedy: {from: 0, to: 1}
"""
DESK = "    desk.pools.frontline.agents: {from: 1, to: 4}\n"


def share_of(scenario, policy):
    tiers = scenario.policies[policy].tiers
    return tiers[0].top_share if tiers else 0.0


def simulate(scenario, policy, replication):
    """Tiers bring 20 s - 30 s^2, most at s = 1/3; remedies cost; the third agent is worth most."""
    share = share_of(scenario, policy)
    tiers = scenario.policies[policy].tiers
    remedy = (tiers[0].remedy or 0.0) if tiers else 0.0
    agents = scenario.desk.pools["frontline"].agents
    shared = 5 * luck("all", replication)
    own = 0.1 * luck("own", replication, policy, share, remedy)
    profit = 100 + 20 * share - 30 * share**2 - 2 * remedy - 3 * (agents - 3) ** 2
    return {"profit": profit + shared + own, "treatment_gap_mean": share}


def distributions(tallies):
    return {"fairness_runs": {"treatment_gap_mean": [tallies["treatment_gap_mean"]]}}


MEASURING = SimpleNamespace(
    MEASURES=MEASURES | {"profit": SimpleNamespace(unit="currency")},
    whole=dict, distributions=distributions,
)  # fmt: skip
EXECUTION = execution_of(simulate, MEASURING)
best = on(EXECUTION, best_selection)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(TEXT)


def test_the_frontier_begins_at_equal_treatment_and_ends_at_the_best():
    found = best("my.yaml", policies=["equal"], runs=300, frontier=True)
    table = found.frontier
    first, last = table.row(0, named=True), table.filter(role="best").row(0, named=True)
    numbers = range(MEASURED, MEASURED + first["replications"])
    alone = [simulate(load("my.yaml"), "equal", number)["profit"] for number in numbers]
    assert first["role"] == "equal"
    assert first["inequality"] == 0
    assert first["objective"] == pytest.approx(np.mean(alone), rel=1e-12)
    assert last["inequality"] == pytest.approx(1 / 3, abs=0.06)
    # 20/3 - 30/9: what the best brings more than equal treatment.
    assert last["less_equal_low"] <= 10 / 3 + 0.1
    assert last["less_equal_high"] >= 3.2
    on_it = table.filter("undominated")
    assert on_it["inequality"].is_sorted()
    assert on_it["objective"].is_sorted()


def test_given_policies_stand_beside_the_frontier():
    found = best("my.yaml", policies=["equal", "mine"], runs=300, frontier=True)
    given = found.frontier.filter(role="given").row(0, named=True)
    assert (given["policy"], given["settings"]) == ("mine", "")
    assert given["inequality"] == pytest.approx(0.2)
    # 20/5 - 30/25 above equal treatment, and below what a third of the people bring.
    assert given["less_equal"] == pytest.approx(2.8, abs=0.3)


def test_the_price_of_fairness_and_the_knee_are_those_of_the_formulas():
    found = best("my.yaml", policies=["equal"], runs=300, frontier=True)
    [price] = found.facts["frontiers"]
    assert price["word"] == "costs"
    assert price["share"][0] == pytest.approx((10 / 3) / (310 / 3), abs=0.004)
    knee = found.frontier.filter("knee")
    assert knee["inequality"][0] == pytest.approx(1 / 6, abs=0.09)
    said = "\n".join(found.answer())
    assert "equality costs" in said
    assert "price of fairness of" in said


def test_same_staff_and_best_staff_are_apart():
    Path("my.yaml").write_text(TEXT + DESK)
    found = best("my.yaml", policies=["equal"], runs=300, frontier=True)
    same, staffed = (found.frontier.filter(staffing=name) for name in ("same", "best"))
    assert not same["settings"].str.contains("agents").any()
    first = staffed.row(0, named=True)
    assert (first["policy"], first["role"]) == ("equal", "equal")
    assert first["settings"] == "desk.pools.frontline.agents=3"
    assert staffed.filter(role="best")["settings"][0].endswith("agents=3")
    # With two agents and with three the tiers bring as much: the staff's part is in neither.
    for price in found.facts["frontiers"]:
        assert price["amount"][0] == pytest.approx(10 / 3, abs=0.4)


def test_where_tiers_bring_nothing_equality_pays():
    free = TEXT.replace("{from: 0.02, to: 0.6}", "{from: 0.9, to: 1}")
    Path("my.yaml").write_text(free)
    found = best("my.yaml", policies=["equal"], runs=150, frontier=True)
    assert found.facts["frontiers"][0]["word"] == "pays"
    assert "equality pays" in "\n".join(found.answer())


def test_a_frontier_without_keys_of_the_policy_is_refused():
    Path("my.yaml").write_text(TEXT[: TEXT.index("    policies.mine")] + DESK)
    with pytest.raises(CommandError, match="needs a key of the policy"):
        best("my.yaml", policies=["equal"], runs=150, frontier=True)


def test_the_command_draws_it():
    done = command_on(EXECUTION)(
        "best", "my.yaml", "--policy", "equal", "-n", "120", "--frontier", "--out", "search"
    )
    assert done.exit_code == 0, done.output
    assert "Knee" in done.stdout or "No knee" in done.stdout
    assert "The price of fairness" in Path("search/report.html").read_text()
    assert Path("search/frontier.parquet").exists()


@pytest.mark.slow
def test_equal_alone_gives_the_same_numbers_in_the_full_model(tmp_path):
    text = "name: Small\nmonths: 2\nhistory_months: 0\npeople: {count: 60, customers: 30}\n"
    Path("small.yaml").write_text(text + "network: {mean_degree: 4}\n")
    selection, execution = divided("small.yaml", {"workers": 1, "progress": silent})
    with open_trial_runs(selection, execution, tmp_path / "runs", budget=1, python=False) as trials:
        [[values]] = trials.values([Candidate("equal")], [MEASURED])
    alone = engine(load("small.yaml"), "equal", MEASURED)
    measured = dict(zip(trials.measures, values, strict=True))
    assert measured["profit"] == whole(alone)["profit"]
    assert measured["treatment_gap_mean"] == alone.fairness["treatment_gap_mean"] == 0
