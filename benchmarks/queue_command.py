"""One queue in this project's engines, in its peers, and in C, in turns."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.compare_queue import Check, Round, checks, play, ratios, timed
from benchmarks.queue_contestants import (
    BASELINE,
    LIMIT,
    NAMES,
    NOTES,
    absent,
    present,
    version_of,
)
from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_HOUR,
    ARRIVALS_PER_MONTH,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    Contestant,
)
from benchmarks.tables import machine, markdown, publish

__all__ = ["add_arguments", "run"]

Played = Mapping[str, Sequence[Round]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--arrivals", type=int, default=10 * ARRIVALS_PER_MONTH, help="in a run")
    parser.add_argument("--rounds", type=int, default=5, help="of each contestant, at least 2")
    parser.add_argument(
        "--only",
        action="append",
        choices=NAMES,
        help="a contestant; give it again for another",
    )


def run(arguments: argparse.Namespace) -> int:
    """Time the contestants, hold them to theory; 0 if all agree with it, else 1."""
    _check(arguments)
    wanted = arguments.only or NAMES
    contestants = {name: runs for name, runs in present().items() if name in wanted}
    reasons = {name: reason for name, reason in absent().items() if name in wanted}
    if not contestants:
        arguments.refuse("; ".join(f"{name}: {reason}" for name, reason in reasons.items()))
    first = _first_calls(contestants)
    played = play(contestants, arguments.arrivals, arguments.rounds)
    found = {name: checks(rounds) for name, rounds in played.items()}
    notes = {name: note for name, note in NOTES.items() if name in played}
    blocks = [_subject(arguments), machine(), _times(played, first), _answers(found)]
    blocks += _listed("Notes", notes) + _listed("Absent", reasons)
    publish(arguments.out, "queue", blocks)
    return 0 if all(check.agrees for each in found.values() for check in each) else 1


def _check(arguments: argparse.Namespace) -> None:
    if arguments.arrivals < ARRIVALS_PER_MONTH:
        arguments.refuse(f"--arrivals >= {ARRIVALS_PER_MONTH} (a month) is required")
    if arguments.rounds < 2:
        arguments.refuse("--rounds >= 2 is required: one run has no standard error")


def _first_calls(contestants: Mapping[str, Contestant]) -> dict[str, float]:
    """Time first calls apart: they compile, load, and open what is opened once."""
    print("First calls, which compile and load:", flush=True)
    seconds = {}
    for name, contestant in contestants.items():
        seconds[name] = timed(contestant, ARRIVALS_PER_MONTH, 0).seconds
        print(f"  {name:18}{seconds[name]:9.3f} s for {ARRIVALS_PER_MONTH:,}", flush=True)
    return seconds


def _subject(arguments: argparse.Namespace) -> str:
    first, rest = ARRIVALS_PER_HOUR
    return (
        f"M/M/{AGENTS}+M with two classes, {first:g} and {rest:g} arrivals an hour, service "
        f"{SERVICE_MINUTES:g} min, patience {PATIENCE_MINUTES:g} min: {arguments.arrivals:,} "
        f"arrivals a run, {arguments.rounds} rounds in turns. This project runs whole months; "
        "costs are per arrival."
    )


def _times(played: Played, first: Mapping[str, float]) -> str:
    head = ["contestant", "first call, s", "median s", "best s", "us/arrival"]
    head += [f"times as fast as {BASELINE}", f"times {LIMIT}'s time"]
    return markdown(head, [_time_row(name, played, first[name]) for name in played])


def _time_row(name: str, played: Played, first: float) -> list[str]:
    rounds = played[name]
    seconds = [each.seconds for each in rounds]
    cost = median(each.microseconds_per_arrival for each in rounds)
    return [
        f"{name} {version_of(name)}".rstrip(),
        f"{first:.2f}",
        f"{median(seconds):.3f}",
        f"{min(seconds):.3f}",
        f"{cost:.3f}",
        _spread(ratios(rounds, played[BASELINE]) if BASELINE in played else ()),
        _spread(ratios(played[LIMIT], rounds) if LIMIT in played else ()),
    ]


def _spread(found: Sequence[float]) -> str:
    """Give a ratio's median and range over the rounds; nothing beside an absent contestant."""
    if not found:
        return "-"
    return f"{median(found):.2f} ({min(found):.2f} to {max(found):.2f})"


def _answers(found: Mapping[str, Sequence[Check]]) -> str:
    head = ["against theory", "measure", "theory", "mean", "standard error", "verdict"]
    rows = [_answer_row(name, check) for name, each in found.items() for check in each]
    return markdown(head, rows)


def _answer_row(name: str, check: Check) -> list[str]:
    numbers = [f"{number:.5f}" for number in (check.exact, check.mean, check.error)]
    return [name, check.label, *numbers, "agrees" if check.agrees else "DIFFERS"]


def _listed(title: str, words: Mapping[str, str]) -> list[str]:
    lines = [f"* {name}: {each}" for name, each in words.items()]
    return [f"{title}:\n\n" + "\n".join(lines)] if lines else []
