"""The whole model, the shipped broadband scenario, at growing sizes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.compare_model import Measured, Size, measure
from benchmarks.engines import engines
from benchmarks.model_mechanisms import MECHANISMS, mechanisms_apart
from benchmarks.model_plot import draw
from benchmarks.model_work import SCENARIO
from benchmarks.tables import machine, markdown, publish

__all__ = ["add_arguments", "run"]

PEOPLE = (10_000, 20_000, 100_000, 1_000_000)

_DEFINITION = """\
Events are needs, enquiries, services begun, contacts' ends (served, given up, closed on, refused or
withdrawn) and tellings; the work of month ends is in the time, not in the events. A run is
everything from scenario to tallies, with machine code loaded; building (people, ties, stores) is a
run of no months, in the same process. Events a second and the time of a person-month are those
beside building, and in brackets those of the whole run. Bytes are the peak memory of a process
above that of the same with 200 people, for each person more."""


_LADDER = """\
A mechanism's share is what a run takes longer once it is switched on, in ordinary runs of which
each has one mechanism more than the last: building alone (no months), months without contacts,
then with needs, enquiries and the desk, with complaints, and with tellings. A mechanism also has
the time of what it causes, such as the retries of whom a telling has angered; the cost of leaving
one out of the whole model may be another."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument(
        "--people",
        type=int,
        action="append",
        help=f"a size; give it again for another (by default {', '.join(map(str, PEOPLE))})",
    )
    parser.add_argument("--months", type=int, default=12, help="of a run, at least 1")
    parser.add_argument("--rounds", type=int, default=3, help="of each size, at least 1")
    parser.add_argument("--policy", default="equal", help="one of the scenario's or the library's")
    parser.add_argument(
        "--engine",
        action="append",
        choices=engines(),
        help="give it again for another (by default the fastest)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure every size in every engine asked for, and write a table and a plot; return 0."""
    people = sorted(arguments.people or PEOPLE)
    if people[0] < 1 or arguments.months < 1 or arguments.rounds < 1:
        arguments.refuse("--people, --months and --rounds >= 1 are required")
    sizes = [Size(e, count) for e in arguments.engine or engines()[-1:] for count in people]
    measured = measure(sizes, arguments.months, arguments.policy, arguments.rounds)
    blocks = [_subject(arguments), machine(), _costs(measured), _growth(measured)]
    blocks += [_shares(measured), _DEFINITION, _mechanisms(arguments, sizes), _LADDER]
    publish(arguments.out, "model", blocks)
    draw(measured, arguments.months, arguments.out / "model.svg")
    return 0


def _subject(arguments: argparse.Namespace) -> str:
    return (
        f"`{SCENARIO}` under `{arguments.policy}`, customers and agents in proportion to people: "
        f"{arguments.months} months, median of {arguments.rounds} rounds in turns."
    )


def _costs(measured: Sequence[Measured]) -> str:
    head = ["engine", "people", "s a run", "of it building", "events", "million events a second"]
    head += ["ns a person-month", "bytes a person"]
    return markdown(head, [_cost_row(each) for each in measured])


def _cost_row(each: Measured) -> list[str]:
    return [
        each.size.engine,
        f"{each.size.people:,}",
        f"{each.seconds:.3f}",
        f"{each.building:.3f}",
        f"{each.happened:,.0f}",
        f"{each.events_per_second / 1e6:.2f} ({each.events_per_second_in_all / 1e6:.2f})",
        f"{each.nanoseconds_per_person_month:.0f} ({_in_all(each):.0f})",
        f"{each.bytes_per_person:.0f}",
    ]


def _in_all(each: Measured) -> float:
    return each.nanoseconds_per_person_month_in_all


def _growth(measured: Sequence[Measured]) -> str:
    """Say by how much a person-month is dearer at the largest size than at the smallest."""
    lines = []
    for engine in dict.fromkeys(each.size.engine for each in measured):
        own = [each for each in measured if each.size.engine == engine]
        first, last = own[0].nanoseconds_per_person_month, own[-1].nanoseconds_per_person_month
        beside = f"{last / first:.2f}-fold" if first > 0 else "unmeasurably"
        growth = f"time a person-month grows {beside} ({_in_all(own[-1]) / _in_all(own[0]):.2f})"
        span = f"from {own[0].size.people:,} to {own[-1].size.people:,} people"
        lines.append(f"* {engine}: {growth} {span}")
    return "\n".join(lines)


def _shares(measured: Sequence[Measured]) -> str:
    """Say what the events were; they are the same in every engine."""
    largest = max(measured, key=lambda each: each.size.people).lives[0]
    shares = [f"{kind} {count / largest.happened:.0%}" for kind, count in largest.events.items()]
    return f"Of the events of {largest.people:,} people: {', '.join(shares)}."


def _mechanisms(arguments: argparse.Namespace, sizes: Sequence[Size]) -> str:
    rows = []
    for size in sizes:
        seconds = mechanisms_apart(
            size.people, arguments.months, arguments.policy, size.engine, arguments.rounds
        )
        whole = sum(seconds.values())
        shares = [f"{seconds[name] / whole:.0%}" for name in MECHANISMS]
        rows.append([size.engine, f"{size.people:,}", *shares])
    return markdown(["engine", "people", *MECHANISMS], rows)
