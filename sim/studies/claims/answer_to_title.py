"""What the verdicts say together, in a few lines, and what each says over plausible worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite

from sim.report.kit.number_format import format_estimate
from sim.report.run.hypothesis_rows import unit_of
from sim.studies.claims.tables import Tested, settings_text

__all__ = ["LIKELY", "answer_lines", "chance_text", "worlds_sentence"]

LIKELY = 0.9
"""A claim is likely true if its chance is at least this, and likely false if at most 1 less it."""

_OF_MONEY = {
    "supported": "Supported",
    "refuted": "Refuted",
    "negligible": "Makes no difference worth caring about",
    "undecided": "Undecided",
}


def answer_lines(tested: Sequence[Tested]) -> Iterator[str]:
    """Yield what the verdicts say together: how many of each, and those about what pays."""
    words: Counter[str] = Counter(one.verdict.word for one in tested)
    counts = ", ".join(f"{words[word]} {word}" for word in _OF_MONEY if words[word])
    yield "## The answer\n"
    yield f"Should all customers be treated equally? Of {len(tested)} comparisons: {counts}."
    yield from _decided_alone(tested)
    yield from _likely(tested)
    yield ""
    money = [one for one in tested if one.verdict.split is not None]
    if not money:
        return
    yield (
        "What the company is worth, profit and its customers' future together, was compared in "
        f"{len(money)} of them:\n"
    )
    for word, heading in _OF_MONEY.items():
        named = [_named(one) for one in money if one.verdict.word == word]
        if named:
            yield f"* **{heading}**: {'; '.join(named)}."
    yield ""


def _decided_alone(tested: Sequence[Tested]) -> Iterator[str]:
    verdicts = [one.verdict for one in tested]
    alone: Counter[str] = Counter(one.alone for one in verdicts if one.word == "undecided")
    counts = ", ".join(f"{alone[word]} {word}" for word in _OF_MONEY if word in alone)
    if set(alone) - {"undecided"}:
        yield (
            f"Had each of the {alone.total()} undecided been the only comparison: {counts}. "
            "Among so many, some of these would be luck."
        )


def _likely(tested: Sequence[Tested]) -> Iterator[str]:
    chances = [one.over_worlds.true for one in tested if one.over_worlds is not None]
    known = [chance for chance in chances if isfinite(chance)]
    if not known:
        return
    true = sum(chance >= LIKELY for chance in known)
    false = sum(chance <= 1 - LIKELY for chance in known)
    yield (
        f"Over all that is assumed, {true} of {len(known)} are likely true (a chance of at least "
        f"{LIKELY:.0%}), {false} likely false, and {len(known) - true - false} turn on what nobody "
        "has measured."
    )


def _named(one: Tested) -> str:
    claims = ", ".join((*one.hypothesis.argument, f"`{one.scenario}`"))
    chance = chance_text(one)
    return f"{one.hypothesis.name} ({claims}{f', true in {chance} of worlds' if chance else ''})"


def chance_text(one: Tested) -> str:
    """Return how likely a hypothesis is true over plausible worlds; empty if that is not known."""
    over = one.over_worlds
    return f"{over.true:.0%}" if over is not None and isfinite(over.true) else ""


def worlds_sentence(one: Tested) -> str:
    """Return what was found over plausible worlds, in two sentences; empty if none were drawn."""
    over = one.over_worlds
    if over is None:
        return ""
    if not isfinite(over.true):
        return (
            f"It has a value in {over.worlds} of the plausible worlds drawn: too few to judge it."
        )
    unit = unit_of(one.hypothesis.read())
    low, middle, high = over.ends
    said = format_estimate(middle, low, high, unit, difference=True)
    small = "" if over.negligible is None else f", and negligible with {over.negligible:.0%}"
    settings = settings_text(over)
    return (
        f"Over {over.worlds} plausible worlds it is true with a chance of {over.true:.0%} "
        f"(standard error {over.error:.1%}){small}; the middle 90% of expected differences lie "
        f"between {said.low} and {said.high} {said.unit}".rstrip()
        + (f". It turns on {settings}." if settings else ". No setting was seen to decide it.")
    )
