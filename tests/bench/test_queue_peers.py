"""The benchmark's work is what it says, and its peers do it rightly."""

import math

import pytest
import yaml

from benchmarks import compare_queue, queue_contestants, queue_work
from benchmarks.queue_limit import compiler, limit_queue
from benchmarks.queue_peers import simpy_queue
from benchmarks.queue_work import ClassResult, QueueResult


@pytest.mark.statistical
def test_simpy_peer_agrees_with_theory() -> None:
    """Eight fixed seeds; each of four measures within Student's 99.9% interval."""
    rounds = compare_queue.play({"simpy": simpy_queue}, 10_000, 8)["simpy"]
    assert all(check.agrees for check in compare_queue.checks(rounds))


def test_simpy_peer_accounts_for_everybody_and_repeats_by_seed() -> None:
    first, rest = simpy_queue(2_000, 3)
    assert first.joined + rest.joined == 2_000
    assert (first, rest) == simpy_queue(2_000, 3) != simpy_queue(2_000, 4)


def test_a_biased_contestant_is_found_out() -> None:
    def biased(arrivals: int, seed: int) -> QueueResult:
        return tuple(
            ClassResult(arrivals, each["abandonment"] * 1.1, each["wait_mean"] + seed * 1e-3)
            for each in queue_work.exact()
        )

    rounds = compare_queue.play({"biased": biased}, 100, 3)["biased"]
    verdicts = {check.label: check.agrees for check in compare_queue.checks(rounds)}
    assert not verdicts["first abandonment (share)"]
    assert not verdicts["rest abandonment (share)"]


def test_contestants_take_turns_on_the_same_seeds() -> None:
    calls: list[tuple[str, int]] = []

    def contestant(name: str) -> queue_work.Contestant:
        def call(arrivals: int, seed: int) -> QueueResult:
            calls.append((name, seed))
            return ClassResult(arrivals, 0.0, 0.0), ClassResult(arrivals, 0.0, 0.0)

        return call

    compare_queue.play({name: contestant(name) for name in "ab"}, 10, 3)
    assert calls == [("a", 1), ("b", 1), ("b", 2), ("a", 2), ("a", 3), ("b", 3)]


def test_scenario_has_the_rates_of_the_queue() -> None:
    scenario = yaml.safe_load(queue_work.scenario_text(100_800, 7))
    people, policy = scenario["people"], scenario["policies"]["two_classes"]
    a_month = people["count"] * people["contacts_per_month"]["mean"]
    an_hour = a_month * 60 / queue_work.MONTH_MINUTES
    first_share = policy["tiers"][0]["top_share"]
    rates = (an_hour * first_share, an_hour * (1 - first_share))
    assert rates == pytest.approx(queue_work.ARRIVALS_PER_HOUR)
    assert math.isclose(scenario["months"] * a_month, 100_800)
    assert scenario["desk"]["pools"]["frontline"]["agents"] == queue_work.AGENTS


def installed(name: str) -> queue_work.Contestant:
    if reason := queue_contestants.absent().get(name):
        pytest.skip(f"{name}: {reason}")
    return queue_contestants.present()[name]


@pytest.mark.parametrize("name", ["asimpy", "desmod", "salabim"])
def test_a_peer_that_draws_as_simpy_does_finds_the_same_to_the_last_bit(name: str) -> None:
    """All draw arrival, class, patience and service from one stream, in the order of time."""
    peer = installed(name)
    assert peer(3_000, 5) == simpy_queue(3_000, 5)


@pytest.mark.statistical
def test_ciw_agrees_with_theory() -> None:
    """Eight fixed seeds; each of four measures within Student's 99.9% interval."""
    rounds = compare_queue.play({"ciw": installed("ciw")}, 5_000, 8)["ciw"]
    assert all(check.agrees for check in compare_queue.checks(rounds))


needs_compiler = pytest.mark.skipif(compiler() is None, reason="no C compiler on the path")


@needs_compiler
@pytest.mark.statistical
def test_the_limit_agrees_with_theory() -> None:
    """Eight fixed seeds; each of four measures within Student's 99.9% interval."""
    rounds = compare_queue.play({"C": limit_queue}, 100_000, 8)["C"]
    assert all(check.agrees for check in compare_queue.checks(rounds))


@needs_compiler
def test_the_limit_accounts_for_everybody_and_repeats_by_seed() -> None:
    first, rest = limit_queue(2_000, 3)
    assert first.joined + rest.joined == 2_000
    assert (first, rest) == limit_queue(2_000, 3) != limit_queue(2_000, 4)


def test_every_contestant_is_present_or_says_why_not() -> None:
    present, absent = queue_contestants.present(), queue_contestants.absent()
    assert {*present, *absent} == {*queue_contestants.NAMES}
    assert not {*present} & {*absent}
    assert all(absent.values())
    assert {"simpy", "evenhand on simpy"} <= {*present}


def test_a_package_that_is_not_installed_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_contestants, "find_spec", lambda _: None)
    assert "not installed" in queue_contestants.absent()["ciw"]
    assert "ciw" not in queue_contestants.present()
