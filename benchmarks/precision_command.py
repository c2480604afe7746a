"""How soon two policies are told apart, here and in idiomatic SimPy."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from benchmarks.compare_precision import (
    FEWEST_PAIRS,
    WANTED,
    Ratio,
    efficiency,
    half_width,
    has_spread,
    is_told_apart,
    most_precise,
    noise,
    seconds_needed,
    speed,
    times_as_soon,
    whole_pairs,
)
from benchmarks.precision_agreement import LEVEL, agreement, shown
from benchmarks.precision_evidence import (
    APART,
    COMPILED,
    CONTESTANTS,
    THIRD,
    Contestant,
    Evidence,
)
from benchmarks.precision_work import Measured, Question, compiling_seconds, contestants, measure
from benchmarks.tables import machine, markdown, publish
from sim.measures.definitions import MEASURES
from sim.report.kit.number_format import display_factor, few_digits, format_estimate
from sim.stats.intervals import estimate

__all__ = ["add_arguments", "run"]

_MEASURES = ("profit", "satisfaction_mean", "churn_rate", "wait_mean", "unfairness_mean")
_FEWEST_ROUNDS = 3  # without one of them there is still a spread

_DEFINITION = f"""\
* A pair is a run under each policy. Policies are told apart when half of the 95% interval of their
  difference is {WANTED:.0%} of the difference. Pairs are computed as if the standard deviation were
  known to be what it is; there are at least {FEWEST_PAIRS}, since fewer have no interval.
* All contestants are held to one difference, that of the narrowest interval, which the first table
  names. If that interval includes 0, nobody tells the policies apart. Factors do not depend on it.
* Seconds are of the processor, with one worker, building people and computing measures included,
  and compiling not.
* Independent streams: the two runs of a pair share neither people nor random numbers. One seed for
  both: idiomatic SimPy begins both with the same seed.
* Times as soon is the product of three factors, but for rounding to whole pairs. Speed: the time of
  a pair in idiomatic SimPy, divided by that of the compiled engine, both with independent streams.
  Variance: that of a pair's difference in idiomatic SimPy, divided by that of the compiled engine,
  both with independent streams; it is 1 but for chance, since both simulate one model. Common
  random numbers: time times variance of the compiled engine with independent streams, divided by
  the same with common people and random numbers, whose history is simulated once.
* Compiling included: the time of compiling, as if it were known, is added to the compiled engine's.
* Intervals are of 95%, each by itself; those of ratios are by the jackknife.
* A gap is what idiomatic SimPy found less what the compiled engine found. Its p is of Welch's test,
  one seed before independent streams, adjusted over all gaps by Holm. Below {LEVEL:g} the
  implementations disagree."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--scenario", type=Path, default=Path("scenarios/broadband.yaml"))
    parser.add_argument(
        "--policy", default="value_tiers", help="compared with the first of the scenario"
    )
    parser.add_argument("--people", type=int, default=2_000, help="its agents as busy as before")
    parser.add_argument("--months", type=int, default=12, help="of a run")
    parser.add_argument("--rounds", type=int, default=40, help="a pair by each, in turns")
    parser.add_argument("--pairs", type=int, default=400, help="by the compiled engine in all")
    parser.add_argument(
        "--measure",
        action="append",
        help=f"give it again for another (by default {', '.join(_MEASURES)})",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, and write tables; 0 if the implementations agree, else 1."""
    _check(arguments)
    question = Question(arguments.scenario, arguments.policy, arguments.people, arguments.months)
    names = arguments.measure or list(_MEASURES)
    try:
        measured = measure(contestants(question), names, arguments.rounds, arguments.pairs)
    except ValueError as error:
        arguments.refuse(error)
    compiling = compiling_seconds()
    blocks = [_subject(arguments, question, compiling), machine()]
    tables, agrees = agreement(measured, question.policies)
    blocks += [_headline(measured.evidence, compiling), _times(measured), *tables]
    blocks += [_needs(measured.evidence), _DEFINITION]
    publish(arguments.out, "precision", blocks)
    return 0 if agrees else 1


def _check(arguments: argparse.Namespace) -> None:
    if min(arguments.people, arguments.months) < 1:
        arguments.refuse("--people and --months >= 1 are required")
    if not _FEWEST_ROUNDS <= arguments.rounds <= arguments.pairs:
        arguments.refuse(f"{_FEWEST_ROUNDS} <= --rounds <= --pairs is required")
    unknown = set(arguments.measure or ()) - set(MEASURES)
    if unknown:
        arguments.refuse(f"no such measure: {', '.join(sorted(unknown))}")


def _subject(arguments: argparse.Namespace, question: Question, compiling: float) -> str:
    first, other = question.policies
    return (
        f"`{arguments.scenario.stem}`, `{other}` against `{first}`: {arguments.people:,} people, "
        f"{arguments.months} months; {arguments.rounds} rounds, in which each contestant runs a "
        f"pair in its turn, and {arguments.pairs:,} pairs of the compiled engine in all. Compiling "
        f"with an empty cache took {few_digits(compiling)} s of the processor, once per machine "
        "and version."
    )


def _headline(evidence: Mapping[str, Evidence], compiling: float) -> str:
    head = ["measure", "difference", "estimated by", "times as soon as idiomatic SimPy"]
    head += ["compiling included", "speed", "variance", "common random numbers"]
    return markdown(head, [_headline_row(*each, compiling) for each in evidence.items()])


def _headline_row(name: str, evidence: Evidence, compiling: float) -> list[str]:
    common = most_precise(evidence)
    found = evidence.difference(common)
    start = [name, shown(name, found), common.name]
    if not has_spread(evidence):
        return [*start, *["no spread"] * 5]
    factors = (
        speed(evidence, APART, THIRD),
        noise(evidence, APART, THIRD),
        efficiency(evidence, COMPILED, APART),
    )
    return [*start, *_soon(evidence, common, compiling), *map(_ratio, factors)]


def _soon(evidence: Evidence, common: Contestant, compiling: float) -> tuple[str, str]:
    """Say how many times as soon the compiled engine is done, compiled before and not."""
    if not is_told_apart(evidence.difference(common)):
        return "not told apart", "not told apart"
    ready, not_yet = (
        times_as_soon(evidence, COMPILED, THIRD, common, before) for before in (0.0, compiling)
    )
    return _ratio(ready), _ratio(not_yet)


def _times(measured: Measured) -> str:
    evidence = next(iter(measured.evidence.values()))
    head = ["contestant", "first pair, s", "s per pair", f"times as fast as {THIRD.name}"]
    rows = [
        [
            one.name,
            few_digits(measured.first_seconds[one.name]),
            _seconds(evidence, one),
            _ratio(speed(evidence, one, THIRD)),
        ]
        for one in CONTESTANTS
    ]
    return markdown(head, rows)


def _seconds(evidence: Evidence, contestant: Contestant) -> str:
    found = estimate(evidence.seconds[contestant.name])
    shown = format_estimate(found.mean, found.low, found.high, "s")
    return f"{shown.mean} ({shown.low} to {shown.high})"


def _needs(evidence: Mapping[str, Evidence]) -> str:
    head = ["measure", "contestant", "standard deviation of a pair's difference", "pairs"]
    head += ["seconds", f"times as soon as {THIRD.name}"]
    rows = [_need_row(name, each, one) for name, each in evidence.items() for one in CONTESTANTS]
    return markdown(head, rows)


def _need_row(name: str, evidence: Evidence, contestant: Contestant) -> list[str]:
    spread, common = evidence.spread(contestant), most_precise(evidence)
    start = [name, contestant.name, few_digits(spread * display_factor(MEASURES[name].unit))]
    if not has_spread(evidence):
        return [*start, *["no spread"] * 3]
    if not is_told_apart(evidence.difference(common)):
        return [*start, *["not told apart"] * 3]
    half = half_width(evidence, common)
    pairs = whole_pairs(spread, half)
    floored = " (the fewest that have an interval)" if pairs == FEWEST_PAIRS else ""
    seconds = few_digits(seconds_needed(evidence, contestant, half))
    ratio = _ratio(times_as_soon(evidence, contestant, THIRD, common))
    return [*start, f"{pairs:,}{floored}", seconds, ratio]


def _ratio(ratio: Ratio) -> str:
    value, low, high = (few_digits(number) for number in (ratio.value, ratio.low, ratio.high))
    return f"{value} ({low} to {high})"
