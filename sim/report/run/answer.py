"""State the answer in two sentences, no more firmly than the evidence allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from sim.measures.measure import Measure
from sim.report.kit.catalogue import CHURN, MONEY, describe
from sim.report.kit.differences import PairedDifference, differences_of
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import MINUS, format_estimate, format_number, quoted

__all__ = ["Answer", "answer", "means_of", "ranked"]


_MOST_NAMES = 6  # of policies in a sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """The first thing that a report says.

    Attributes
    ----------
    sentences : tuple of str
        One on profit and one on churn, each with its uncertainty; fewer where a measure is missing.
    reservations : tuple of str
        Limits on what a reader may conclude.
    """

    sentences: tuple[str, ...]
    reservations: tuple[str, ...]


def answer(frames: Frames) -> Answer:
    """Say which policy made most profit and which had the lowest churn."""
    money = next((name for name in MONEY if means_of(frames, name)), "")
    measures = [name for name in (money, CHURN) if name and means_of(frames, name)]
    sentences = tuple(_sentence(frames, describe(name)) for name in measures)
    return Answer(sentences, tuple(_reservations(frames, measures)))


def means_of(frames: Frames, measure: str) -> dict[str, float]:
    """Return a measure over the whole horizon by policy, where it is known."""
    rows = frames.summary.filter(
        (pl.col("measure") == measure) & pl.col("mean").is_not_null() & pl.col("mean").is_finite()
    )
    means = dict(zip(rows["policy"].to_list(), rows["mean"].to_list(), strict=True))
    return {policy: means[policy] for policy in frames.policies if policy in means}


def ranked(frames: Frames, measure: Measure) -> list[str]:
    """Return the policies, the best by a measure first."""
    means = means_of(frames, measure.name)
    return sorted(means, key=means.__getitem__, reverse=measure.direction != "down")


def _sentence(frames: Frames, measure: Measure) -> str:
    best, *others = ranked(frames, measure)
    title = measure.title[:1].lower() + measure.title[1:]
    level = _level(frames, measure, best)
    if not others:
        return (
            f"Under {quoted(best)}, {title} was {level}; there is no other policy to compare with."
        )
    extreme, beyond = ("lowest", "less") if measure.direction == "down" else ("highest", "more")
    other = frames.reference if best != frames.reference else others[0]
    if means_of(frames, measure.name)[best] == means_of(frames, measure.name)[other]:
        return (
            f"{quoted(best)} and {quoted(other)} had the same {title} ({level}); no policy had "
            f"{beyond}."
        )
    start = f"{quoted(best)} had the {extreme} {title} ({level})"
    rows = differences_of(frames, measure.name, best)
    return _compared(start, quoted(other), rows.get(other), measure)


def _compared(start: str, other: str, row: PairedDifference | None, measure: Measure) -> str:
    if row is None or row.mean is None:
        return f"{start}; the tables do not contain its difference from {other}."
    gap = _gap(row, measure)
    if row.low is None or row.high is None:
        return (
            f"{start}, {gap} than {other}; a single replication cannot show whether this is chance."
        )
    interval = _interval(row, measure)
    if row.negligible:
        return (
            f"{start}, but the difference from {other} is too small to matter: {gap} ({interval})."
        )
    if row.significant:
        return f"{start}: {gap} than {other} ({interval})."
    return (
        f"{start}, but does not differ significantly from {other}: {gap} on average ({interval})."
    )


def _gap(row: PairedDifference, measure: Measure) -> str:
    estimate = format_estimate(row.mean, row.low, row.high, measure.unit, difference=True)
    word = "less" if estimate.mean.startswith(MINUS) else "more"
    return " ".join([estimate.mean.lstrip("+" + MINUS), *_named(estimate.unit), word])


def _named(unit: str) -> list[str]:
    # A sum of money is written bare, because "1,500,000 currency" is not English.
    return [] if unit in ("", "currency") else [unit]


def _interval(row: PairedDifference, measure: Measure) -> str:
    estimate = format_estimate(row.mean, row.low, row.high, measure.unit, difference=True)
    adjusted = "" if row.p_adjusted is None else f", adjusted p {_p(row.p_adjusted)}"
    return f"95% interval of the difference {estimate.low} to {estimate.high}{adjusted}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {format_number(value, 3)}"


def _level(frames: Frames, measure: Measure, policy: str) -> str:
    value = means_of(frames, measure.name)[policy]
    row = frames.summary.filter((pl.col("measure") == measure.name) & (pl.col("policy") == policy))
    estimate = format_estimate(value, row["low"][0], row["high"][0], measure.unit)
    return " ".join([estimate.mean, *_named(estimate.unit)]).replace(" %", "%")


def _reservations(frames: Frames, measures: list[str]) -> Iterator[str]:
    if frames.replications == 1:
        yield "One replication gives no intervals; run several."
    yield from (text for name in measures for text in _equal_rivals(frames, describe(name)))
    rivals = {frozenset(pair) for name in measures for pair in _untested(frames, describe(name))}
    for pair in sorted(rivals, key=lambda pair: [frames.policies.index(name) for name in pair]):
        first, second = sorted(pair, key=frames.policies.index)
        yield (
            f"The tables compare each policy only with {quoted(frames.reference)}, "
            f"not {quoted(first)} with {quoted(second)}."
        )


def _untested(frames: Frames, measure: Measure) -> Iterator[tuple[str, str]]:
    """Yield the best policy and its nearest rival if no row of the tables compares them."""
    best, *others = ranked(frames, measure)
    rival = next((policy for policy in others if policy != frames.reference), None)
    if best == frames.reference or rival is None:
        return
    if rival not in differences_of(frames, measure.name, best):
        yield best, rival


def _equal_rivals(frames: Frames, measure: Measure) -> Iterator[str]:
    """Name further policies that do not differ significantly from the best.

    The sentence itself names the reference, or the runner-up where the reference is best.
    """
    best, *others = ranked(frames, measure)
    named = frames.reference if best != frames.reference else next(iter(others), "")
    rows = differences_of(frames, measure.name, best)
    level = [
        quoted(other)
        for other in others
        if other != named and other in rows and not rows[other].significant
    ]
    if level and frames.replications > 1:
        title = measure.title[:1].lower() + measure.title[1:]
        yield f"{quoted(best)} does not differ significantly in {title} from {_listed(level)}."


def _listed(names: list[str]) -> str:
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} others"
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
