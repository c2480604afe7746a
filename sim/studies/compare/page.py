"""The page of `sim compare`: which policy is best, by how much, and every pair that is shown."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.catalogue import describe
from sim.report.kit.differences import PairedDifference, paired_differences
from sim.report.kit.number_format import MISSING, format_estimate, format_p, isolated
from sim.report.kit.study_page import StudyPage, StudySection, StudyTable, write_study_page
from sim.report.kit.titles import isolate
from sim.report.run.pictures import inline_plots
from sim.studies.compare.plots import changes_text, draw_pairs, sentence

if TYPE_CHECKING:
    from sim.studies.compare.api import Comparison

__all__ = ["write_compare_page"]

_MOST_PAIRS = 3  # on the first screen
_HEAD = ("Measure", "Pair", "Difference", "95% interval", "Unit", "Adjusted p", "Verdict")


def write_compare_page(path: Path, found: Comparison, page: int = 1, command: str = "") -> Path:
    """Write a comparison as a page; return its path.

    Parameters
    ----------
    path : Path
        Ends in ``.html``.
    found : Comparison
    page : int
        Of pairs, as `Comparison.page` counts them.
    command : str
        What makes the page again; empty if that is not known.

    Raises
    ------
    CommandError
        If it does not end in ``.html``, cannot be written, or there is no such page of pairs.
    """
    pairs = found.page(page)
    names = _names(pairs)
    facts = (f"{found.selection.replications} replications",
             "paired by common random numbers" if found.paired else "not paired")  # fmt: skip
    said = StudyPage(
        title="Policies compared",
        kicker="Pair by pair",
        card=_card(found, names),
        answer=(isolate(sentence(found.selection, found.measure), names),),
        facts=facts,
        sections=tuple(_sections(found, pairs, page, command)),
    )
    return write_study_page(path, said)


def _names(pairs: pl.DataFrame) -> list[str]:
    return list(dict.fromkeys([*pairs["policy"], *pairs["versus"]]))


def _card(found: Comparison, names: list[str]) -> AnswerCard:
    title, best = describe(found.measure).title.lower(), found.selection.best
    headline = (
        f"{best} is best by {title}."
        if best is not None
        else f"No policy is clearly best by {title} yet."
    )
    of_measure = found.pairs.filter(measure=found.measure)
    largest = of_measure.sort(pl.col("mean").abs(), descending=True, nulls_last=True)
    rows = [
        *(
            AnswerRow(_pair(row), f"{_amount(row)}: {row.verdict or 'not significant'}.")
            for row in paired_differences(largest.head(_MOST_PAIRS))
        ),
        AnswerRow("How sure", "Intervals are of one world. For other plausible worlds, and for "
                  "what the answer depends on:", "sim robust scenario.yaml"),
    ]  # fmt: skip
    if found.changes is None and not largest.is_empty():
        policy = shlex.quote(str(largest["policy"][0]))
        told = "For each person\u2019s gain or loss:"
        rows.append(AnswerRow("Who gains, who pays", told, f"sim effects scenario.yaml {policy}"))
    named = tuple(AnswerRow(isolate(row.term, names), row.text, row.command) for row in rows)
    return AnswerCard(isolate(headline, names), named, found.implausible)


def _sections(
    found: Comparison, pairs: pl.DataFrame, page: int, command: str
) -> list[StudySection]:
    draw = partial(draw_pairs, pairs, paired=found.paired)
    where = found.page_line(page)
    sections = [
        StudySection(
            "Differences",
            (where,) if where else (),
            tuple(inline_plots([("differences", "", draw)])),
        ),
        StudySection("All numbers", tables=(_table(pairs),), folded=True),
    ]
    if found.changes is not None:
        told = changes_text(found.changes, paired=found.paired)
        sections.append(StudySection("How the two runs differ", code=told))
    if command:
        sections.append(StudySection("How to make this page again", code=command, folded=True))
    return sections


def _table(pairs: pl.DataFrame) -> StudyTable:
    rows = tuple(_row(row) for row in paired_differences(pairs))
    return StudyTable("Differences of all pairs that are shown", _HEAD, rows)


def _row(row: PairedDifference) -> tuple[str, ...]:
    said = format_estimate(row.mean, row.low, row.high, describe(row.measure).unit, difference=True)
    interval = f"{said.low} to {said.high}" if said.has_interval else MISSING
    return (
        describe(row.measure).title,
        f"{isolated(row.policy)} less {isolated(row.versus)}",
        said.mean,
        interval,
        said.unit,
        format_p(row.p_adjusted),
        row.verdict or "not significant",
    )


def _pair(row: PairedDifference) -> str:
    return f"{row.policy} less {row.versus}"


def _amount(row: PairedDifference) -> str:
    said = format_estimate(row.mean, row.low, row.high, describe(row.measure).unit, difference=True)
    unit = "" if said.unit in ("", "currency") else f" {said.unit}"
    return f"{said.mean}{unit}" + (f" ({said.low} to {said.high})" if said.has_interval else "")
