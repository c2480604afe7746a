"""Judge predictions: a hit, a miss, or undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.measures.expressions import Term, evaluated
from sim.stats.intervals import Estimate, estimate
from sim.studies.verify.field.findings import Finding, Prediction

__all__ = ["Judged", "Word", "judged_findings", "overall", "word_for"]

Word = Literal["hit", "miss", "undecided"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one prediction.

    Attributes
    ----------
    finding, prediction : str
        Their names.
    estimate : Estimate
        The model's number, a mean over replications with its 95% interval.
    direction, size : str
        The words on each; empty where the finding says nothing of it.
    """

    finding: str
    prediction: str
    estimate: Estimate
    direction: Word | Literal[""]
    size: Word | Literal[""]

    @property
    def word(self) -> Word:
        """A hit only if direction and size are; a miss if either is."""
        return overall(word for word in (self.direction, self.size) if word)


def overall(words: Iterable[Word]) -> Word:
    """Return a miss if any is one, a hit if all are hits, else undecided."""
    told = set(words)
    if "miss" in told:
        return "miss"
    return "hit" if told == {"hit"} else "undecided"


def word_for(found: Estimate, low: float, high: float) -> Word:
    """Judge an estimate by a range: wholly inside is a hit, wholly outside a miss.

    The whole 95% interval has to lie there. A bound itself belongs to neither side, so that a
    number that is 0 in every replication has no direction.
    """
    if found.low is None or found.high is None:
        return "undecided"
    if low < found.low and found.high < high:
        return "hit"
    if found.high < low or found.low > high:
        return "miss"
    if found.low == found.high and found.low in (low, high):
        return "miss"
    return "undecided"


def judged_findings(
    findings: Iterable[Finding], values: Mapping[tuple[str, str], Sequence[float]]
) -> Iterator[Judged]:
    """Judge every prediction.

    Parameters
    ----------
    findings : iterable of Finding
    values : mapping
        By world and expression, its values, one a replication. Worlds that one formula names share
        their people and random numbers, replication by replication.
    """
    for one in findings:
        for prediction in one.predicts:
            yield _judged(one, prediction, values)


def _judged(
    one: Finding, prediction: Prediction, values: Mapping[tuple[str, str], Sequence[float]]
) -> Judged:
    columns: dict[Term, Sequence[float]] = {
        term: values[term.policy, " ".join(one.reads[term.measure].split())]
        for term in prediction.needed()
    }
    # Worlds may be run more often than those that they are compared with here.
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=False)]
    found = estimate(evaluated(prediction.formula().left, row) for row in rows)
    direction = "" if prediction.direction == "none" else word_for(found, *prediction.side)
    size = word_for(found, prediction.low, prediction.high) if prediction.has_size else ""
    return Judged(one.name, prediction.name, found, direction, size)
