"""The benchmark's work is what it says, and its peers do it rightly."""

import math

import pytest
import yaml

from benchmarks import compare_queue, queue_work
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


@pytest.mark.parametrize("words", [["--rounds", "1"], ["--arrivals", "10"], ["--only", "nobody"]])
def test_command_refuses_what_it_cannot_do(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        compare_queue.main(words)
    assert caught.value.code == 2


def test_command_prints_times_and_verdicts(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare_queue.main(["--arrivals", "20160", "--rounds", "3", "--only", "simpy"]) == 0
    printed = capsys.readouterr().out
    assert "times as fast as simpy" in printed
    assert printed.count("agrees") == 4
