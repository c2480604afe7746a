"""Findings, outputs and customer equity as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.studies.verify.field.equity import EquityCheck
from sim.studies.verify.field.findings import FINDINGS, OUTPUTS, Finding, registered
from sim.studies.verify.field.judgement import Judged
from sim.studies.verify.field.page import estimate_text, range_text
from sim.studies.verify.field.result import FieldResult

__all__ = ["field_text"]


def field_text(result: FieldResult) -> str:
    """Return the tables, in at most 120 columns."""
    parts = (
        *_tables("Findings", registered(FINDINGS), result.findings, result),
        *_tables("Outputs of the default company", registered(OUTPUTS), result.outputs, result),
        *_equity(result.equity),
    )
    return "\n".join(parts).rstrip()


def _tables(
    title: str, registrations: Iterable[Finding], found: Iterable[Judged], result: FieldResult
) -> Iterator[str]:
    judged = {(one.finding, one.prediction): one for one in found}
    if not judged:
        return
    counts = result.counts(registrations)
    said = ", ".join(f"{counts[word]} {word}" for word in ("hit", "miss", "undecided"))
    yield f"{title} (edition {result.edition}): {said}"
    for one in registrations:
        fitted = " (fitted)" if one.set_by else ""
        yield f"  {result.word(one.name):<10}{one.title}{fitted}"
        for prediction in one.predicts:
            here = judged[one.name, prediction.name]
            name = f"{prediction.name} {estimate_text(here.estimate)}"
            yield f"            {name}; predicted {range_text(prediction)}"
    yield ""


def _equity(checks: Iterable[EquityCheck]) -> Iterator[str]:
    rows = [f"  {one.world:<18}{one.policy:<18}{estimate_text(one.ratio)}" for one in checks]
    yield from ["Customer equity: lived on over the formula", *rows] if rows else []
