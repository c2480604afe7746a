"""The command plays both implementations in turns, and says what it can tell and what not.

Oracles: contestants made up here, whose numbers are known; and worked cases in real runs, such as
a policy compared with itself.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks import precision_command, precision_work
from benchmarks.command import main
from benchmarks.precision_evidence import (
    APART,
    COMPILED,
    CONTESTANTS,
    SIMPY,
    THIRD,
    THIRD_ONE_SEED,
)
from benchmarks.precision_work import Question, compiling_seconds, contestants, measure

BROADBAND = Path("scenarios/broadband.yaml")
ROUNDS, PAIRS = 4, 40
WORDS = ["precision", "--rounds", f"{ROUNDS}", "--pairs", f"{PAIRS}", "--measure", "profit"]

Pair = Callable[[int], tuple[dict[str, float], dict[str, float]]]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave alone the garbage of all that tests have imported: a quarter of a second a pair."""
    monkeypatch.setattr(precision_work, "collect", lambda: 0)


def made_up(name: str, calls: list[tuple[str, int]], shift: float = 0.0) -> Pair:
    """Earn 100 under the first policy and 104 under the other, each with known noise."""
    is_ours = name in (COMPILED.name, APART.name, SIMPY.name)

    def pair(number: int) -> tuple[dict[str, float], dict[str, float]]:
        calls.append((name, number))
        rng = np.random.default_rng((31, number, is_ours))
        common, own, other = rng.normal(100.0, [5.0, 0.5, 5.0])
        if not is_ours:
            return {"profit": common}, {"profit": other + 4.0 + shift}
        return {"profit": common}, {"profit": common + 4.0 + own - 100.0}

    return pair


def all_made_up(calls: list[tuple[str, int]], shift: float = 0.0) -> dict[str, Pair]:
    return {one.name: made_up(one.name, calls, shift) for one in CONTESTANTS}


def command(
    monkeypatch: pytest.MonkeyPatch, pairs: dict[str, Pair], words: list[str], folder: Path
) -> tuple[int, str]:
    monkeypatch.setattr(precision_command, "contestants", lambda question: pairs)
    monkeypatch.setattr(precision_command, "compiling_seconds", lambda: 70.0)
    code = main([*words, "--out", str(folder)])
    return code, (folder / "precision.md").read_text(encoding="utf-8")


def test_contestants_take_turns_and_the_compiled_engine_goes_on() -> None:
    calls: list[tuple[str, int]] = []
    found = measure(all_made_up(calls), ["profit"], 3, 5)
    first, second, third, fourth, fifth = (one.name for one in CONTESTANTS)
    assert calls == [
        *((one.name, 0) for one in CONTESTANTS),  # loads what is not yet in memory
        *((name, 0) for name in (first, second, third, fourth, fifth)),
        *((name, 1) for name in (second, third, fourth, fifth, first)),
        *((name, 2) for name in (third, fourth, fifth, first, second)),
        *((first, number) for number in (3, 4)),
    ]
    evidence = found.evidence["profit"]
    assert {name: len(values) for name, values in evidence.outcomes.items()} == {
        COMPILED.sample: 5,
        THIRD.sample: 3,
        THIRD_ONE_SEED.sample: 3,
    }
    assert all(len(seconds) == 3 for seconds in evidence.seconds.values())
    pair = made_up(COMPILED.name, [])(4)
    assert evidence.outcomes[COMPILED.sample][4].tolist() == [run["profit"] for run in pair]


def test_engines_that_give_other_numbers_are_noticed() -> None:
    calls: list[tuple[str, int]] = []
    pairs = all_made_up(calls)
    assert measure(pairs, ["profit"], 3, 3).engines_agree
    pairs[SIMPY.name] = lambda number: ({"profit": 100.0}, {"profit": 104.0})
    assert not measure(pairs, ["profit"], 3, 3).engines_agree


def test_the_time_of_a_pair_is_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(float(square) ** 2 for square in range(100))
    monkeypatch.setattr(precision_work, "process_time", lambda: next(clock))
    found = measure({one.name: made_up(one.name, []) for one in CONTESTANTS}, ["profit"], 3, 3)
    assert list(found.first_seconds.values()) == [1.0, 5.0, 9.0, 13.0, 17.0]
    assert found.evidence["profit"].seconds[COMPILED.name].tolist() == [21.0, 57.0, 73.0]


def test_the_tables_say_how_soon_and_who_estimated_the_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, written = command(monkeypatch, all_made_up([]), WORDS, tmp_path)
    assert code == 0
    assert "Compiling with an empty cache took 70 s" in written
    headline = next(line for line in written.splitlines() if line.startswith("| profit"))
    assert [cell.strip() for cell in headline.split("|")][3] == COMPILED.name
    assert "agrees" in written
    assert "the same numbers, to the last bit" in written
    assert written.count("not told apart") == 0
    rows = [line for line in written.splitlines() if line.startswith("| profit")]
    last = [cell.strip() for cell in rows[-1].split("|")]
    assert last[2] == THIRD.name
    assert last[-2] == "1 (1 to 1)"


def test_implementations_that_disagree_end_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, written = command(monkeypatch, all_made_up([], shift=500.0), WORDS, tmp_path)
    assert code == 1
    assert "DIFFERS" in written


def test_means_that_disagree_end_with_1_where_differences_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def higher(name: str) -> Pair:
        pair = made_up(name, [])
        return lambda number: tuple({"profit": run["profit"] + 500.0} for run in pair(number))

    thirds = {one.name: higher(one.name) for one in (THIRD_ONE_SEED, THIRD)}
    code, written = command(monkeypatch, all_made_up([]) | thirds, WORDS, tmp_path)
    assert code == 1
    rows = [line for line in written.splitlines() if line.startswith("| profit")]
    assert [row.count("DIFFERS") for row in rows[1:4]] == [0, 1, 1]
    assert [row.count("agrees") for row in rows[1:4]] == [1, 0, 0]


def test_other_numbers_of_the_engines_end_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = all_made_up([])
    pairs[SIMPY.name] = made_up(THIRD.name, [])
    code, written = command(monkeypatch, pairs, WORDS, tmp_path)
    assert code == 1
    assert "NOT THE SAME" in written


def test_what_nobody_tells_apart_is_not_divided_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def balanced(name: str) -> Pair:
        """Swap the policies in every second pair, which ends with no difference."""
        pair = made_up(name, [])
        return lambda number: pair(number // 2)[:: (1, -1)[number % 2]]

    pairs = {one.name: balanced(one.name) for one in CONTESTANTS}
    _, written = command(monkeypatch, pairs, WORDS, tmp_path)
    rows = [line for line in written.splitlines() if line.startswith("| profit")]
    assert rows[0].count("not told apart") == 2
    assert rows[0].count(" to ") == 4  # the difference and its three factors still have intervals
    assert all(row.count("not told apart") == 3 for row in rows[4:])


def test_what_never_varies_has_no_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = {one.name: lambda number: ({"profit": 1.0}, {"profit": 2.0}) for one in CONTESTANTS}
    code, written = command(monkeypatch, pairs, WORDS, tmp_path)
    assert code == 0
    rows = [line for line in written.splitlines() if line.startswith("| profit")]
    assert rows[0].count("no spread") == 5
    assert all(row.count("no spread") == 3 for row in rows[4:])
    pairs[THIRD.name] = lambda number: ({"profit": 1.0}, {"profit": 3.0})
    assert command(monkeypatch, pairs, WORDS, tmp_path)[0] == 1


def test_a_number_of_two_pairs_is_called_the_fewest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steady(name: str) -> Pair:
        pair = made_up(name, [])
        return lambda number: (
            {"profit": pair(number)[0]["profit"] / 1e6},
            {"profit": 50.0 + pair(number)[1]["profit"] / 1e6},
        )

    pairs = {one.name: steady(one.name) for one in CONTESTANTS}
    _, written = command(monkeypatch, pairs, WORDS, tmp_path)
    assert written.count("2 (the fewest that have an interval)") == len(CONTESTANTS)


def test_a_measure_that_one_of_them_lacks_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(precision_command, "contestants", lambda question: all_made_up([]))
    with pytest.raises(SystemExit) as caught:
        main(["precision", "--measure", "ruined"])
    assert caught.value.code == 2
    assert "evenhand compiled does not measure ruined" in capsys.readouterr().err


@pytest.fixture(scope="module")
def alike():
    """Pairs of a policy with itself: both runs differ only where they share no numbers."""
    question = Question(BROADBAND, "equal", 300, 1)
    return {name: pair(1) for name, pair in contestants(question).items()}


@pytest.mark.parametrize(
    ("contestant", "shares"),
    [(COMPILED, True), (APART, False), (SIMPY, True), (THIRD_ONE_SEED, True), (THIRD, False)],
)
def test_a_policy_differs_from_itself_only_by_streams(alike, contestant, shares) -> None:
    first, other = alike[contestant.name]
    assert (first["revenue"] == other["revenue"]) == shares
    assert first["revenue"] > 0


def test_the_compared_policy_is_the_other_of_each_pair() -> None:
    question = Question(BROADBAND, "value_tiers", 300, 1)
    assert question.policies == ("equal", "value_tiers")
    for name, pair in contestants(question).items():
        first, other = pair(0)
        assert first["unfairness_between_tiers"] == 0, name  # without tiers nobody is favoured
        assert other["unfairness_between_tiers"] > 0, name


@pytest.mark.whole
def test_compiling_is_timed_with_an_empty_cache() -> None:
    assert compiling_seconds() > 5.0
