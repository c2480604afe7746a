"""The answer in two sentences, said no more firmly than the differences allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from sim.measures.definitions import Measure
from sim.report.kit.catalogue import CHURN, MONEY, describe
from sim.report.kit.differences import Contrast, between
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import MINUS, number, quantity, quoted

__all__ = ["Answer", "answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the results say first.

    Attributes
    ----------
    sentences : tuple of str
        One on money and one on churn, each with its uncertainty; fewer where a measure is missing.
    reservations : tuple of str
        What a reader must not conclude.
    """

    sentences: tuple[str, ...]
    reservations: tuple[str, ...]


def answer(frames: Frames) -> Answer:
    """Say which policy made the most money and which kept its customers best."""
    money = next((name for name in MONEY if _means(frames, name)), "")
    asked = [name for name in (money, CHURN) if name and _means(frames, name)]
    sentences = tuple(_sentence(frames, describe(name)) for name in asked)
    return Answer(sentences, tuple(_reservations(frames, asked)))


def _means(frames: Frames, measure: str) -> dict[str, float]:
    rows = frames.summary.filter(
        (pl.col("measure") == measure) & pl.col("mean").is_not_null() & pl.col("mean").is_finite()
    )
    found = dict(zip(rows["policy"].to_list(), rows["mean"].to_list(), strict=True))
    return {policy: found[policy] for policy in frames.policies if policy in found}


def _ranked(frames: Frames, measure: Measure) -> list[str]:
    means = _means(frames, measure.name)
    return sorted(means, key=means.__getitem__, reverse=measure.direction != "down")


def _sentence(frames: Frames, measure: Measure) -> str:
    best, *others = _ranked(frames, measure)
    title = measure.title[:1].lower() + measure.title[1:]
    had = _level(frames, measure, best)
    if not others:
        return (
            f"Under {quoted(best)} the {title} was {had}; there is no other policy to compare with."
        )
    extreme, beyond = ("lowest", "lower") if measure.direction == "down" else ("highest", "higher")
    other = frames.reference if best != frames.reference else others[0]
    if _means(frames, measure.name)[best] == _means(frames, measure.name)[other]:
        return (
            f"{quoted(best)} and {quoted(other)} had the same {title} ({had}); none was {beyond}."
        )
    start = f"{quoted(best)} had the {extreme} {title} ({had})"
    return _compared(start, quoted(other), between(frames, measure.name, best, other), measure)


def _compared(start: str, other: str, row: Contrast | None, measure: Measure) -> str:
    if row is None or row.mean is None:
        return f"{start}; its difference from {other} is not in the tables."
    gap = _gap(row, measure)
    if row.low is None or row.high is None:
        return f"{start}, {gap} than {other}; a single replication cannot tell this from luck."
    interval = _interval(row, measure)
    if row.apart:
        return f"{start}: {gap} than {other} ({interval})."
    return f"{start}, but cannot be told apart from {other}: on average {gap} ({interval})."


def _gap(row: Contrast, measure: Measure) -> str:
    said = quantity(row.mean, row.low, row.high, measure.unit, difference=True)
    word = "less" if said.mean.startswith(MINUS) else "more"
    return " ".join([said.mean.lstrip("+" + MINUS), *_named(said.unit), word])


def _named(unit: str) -> list[str]:
    # "Profit of 1,500,000 currency" is no English; a bare sum of money is.
    return [] if unit in ("", "currency") else [unit]


def _interval(row: Contrast, measure: Measure) -> str:
    said = quantity(row.mean, row.low, row.high, measure.unit, difference=True)
    adjusted = "" if row.p_adjusted is None else f", adjusted p {_p(row.p_adjusted)}"
    return f"95% interval of the difference {said.low} to {said.high}{adjusted}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {number(value, 3)}"


def _level(frames: Frames, measure: Measure, policy: str) -> str:
    value = _means(frames, measure.name)[policy]
    row = frames.summary.filter((pl.col("measure") == measure.name) & (pl.col("policy") == policy))
    said = quantity(value, row["low"][0], row["high"][0], measure.unit)
    return " ".join([said.mean, *_named(said.unit)]).replace(" %", "%")


def _reservations(frames: Frames, asked: list[str]) -> Iterator[str]:
    if frames.replications == 1:
        yield "One replication says nothing about luck; run several for intervals."
    yield from (text for name in asked for text in _level_rivals(frames, describe(name)))
    rivals = {frozenset(pair) for name in asked for pair in _untested(frames, describe(name))}
    for pair in sorted(rivals, key=lambda pair: [frames.policies.index(name) for name in pair]):
        first, second = sorted(pair, key=frames.policies.index)
        yield (
            f"The tables compare each policy with {quoted(frames.reference)} only, "
            f"not {quoted(first)} with {quoted(second)}."
        )


def _untested(frames: Frames, measure: Measure) -> Iterator[tuple[str, str]]:
    """Give the best policy and its nearest rival where no row of the tables compares them."""
    best, *others = _ranked(frames, measure)
    rival = next((policy for policy in others if policy != frames.reference), None)
    if best == frames.reference or rival is None:
        return
    if between(frames, measure.name, best, rival) is None:
        yield best, rival


def _level_rivals(frames: Frames, measure: Measure) -> Iterator[str]:
    """Name the policies, beside the one compared with, that luck alone may have put below the best.

    The reference, or where it is best the runner-up, stands in the sentence itself.
    """
    best, *others = _ranked(frames, measure)
    told = frames.reference if best != frames.reference else next(iter(others), "")
    rows = {other: between(frames, measure.name, best, other) for other in others if other != told}
    level = [quoted(other) for other, row in rows.items() if row is not None and not row.apart]
    if level and frames.replications > 1:
        title = measure.title[:1].lower() + measure.title[1:]
        yield f"By {title}, {quoted(best)} cannot be told apart from {_listed(level)}."


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
