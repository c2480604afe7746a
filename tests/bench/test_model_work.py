"""The benchmark's model is the shipped one, scaled; its events are those of the tallies."""

import pytest

from benchmarks import engines as engines_module
from benchmarks.engines import engines, run_once
from benchmarks.model_work import FEW, SCENARIO, events, live, scaled
from sim.scenario.reading.load import load


@pytest.mark.parametrize(
    ("people", "customers", "frontline", "complaints"),
    [(20_000, 8_000, 4, 1), (10_000, 4_000, 2, 1), (1_000_000, 400_000, 200, 50), (200, 80, 1, 1)],
)
def test_customers_and_agents_grow_with_people(
    people: int, customers: int, frontline: int, complaints: int
) -> None:
    scenario = scaled(people, 3, "equal")
    pools = scenario.desk.pools
    assert (scenario.people.count, scenario.people.customers) == (people, customers)
    assert (pools["frontline"].agents, pools["complaints"].agents) == (frontline, complaints)
    assert scenario.company.fixed_cost_per_month == pytest.approx(8 * people)
    assert (scenario.months, list(scenario.policies)) == (3, ["equal"])


def test_the_shipped_size_is_the_shipped_scenario() -> None:
    assert scaled(20_000, 36, "equal") == load(SCENARIO, policies=["equal"])


@pytest.mark.parametrize("engine", engines())
def test_events_are_the_tallies_sums(engine: str) -> None:
    tallies = run_once(scaled(1_000, 2, "equal"), "equal", 0, engine)
    found, months = events(tallies), tallies.months
    assert found["needs"] == months["needs"].sum() > 0
    assert found["services begun"] == months["served"].sum() > 0
    assert found["tellings"] == (months["messages_good"] + months["messages_bad"]).sum()
    # Whoever reached the desk has an end, unless inside when time is over.
    inside = months[-1]["waiting"] + months[-1]["in_service"]
    assert found["contacts' ends"] == months["arrived"].sum() - inside


def test_no_months_have_no_events() -> None:
    assert sum(events(run_once(scaled(FEW, 0, "equal"), "equal", 0, "simpy")).values()) == 0


def test_a_run_is_measured() -> None:
    life = live(300, 1, "equal", engines()[-1], 0)
    assert life.seconds > 0
    assert life.building > 0
    assert life.peak > 10**7
    assert life.happened > 0


def test_an_engine_is_only_chosen_where_there_is_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = scaled(FEW, 0, "equal")
    monkeypatch.setattr(engines_module, "simulate", lambda scenario, policy, replication: "one")
    assert engines() == ("simpy",)
    assert run_once(scenario, "equal", 0, "simpy") == "one"
    monkeypatch.setattr(
        engines_module, "simulate", lambda scenario, policy, replication, engine="auto": engine
    )
    assert engines() == ("simpy", "compiled")
    assert run_once(scenario, "equal", 0, "compiled") == "compiled"
