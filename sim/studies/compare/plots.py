"""A comparison of policies as a sentence, a table and a forest plot."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sim.report.kit.canvas import Drawing
from sim.report.kit.catalogue import describe
from sim.report.kit.differences import PairedDifference, paired_differences
from sim.report.kit.forest import Forest, draw_forest
from sim.report.kit.number_format import (
    MINUS,
    MISSING,
    decimal_places,
    display_factor,
    format_estimate,
    format_number,
    unit_label,
)
from sim.report.kit.style import Look, looks_of
from sim.report.kit.terminal import NARROW, FitWidth, plain_table
from sim.report.kit.titles import short_title, title_of
from sim.stats.ranking import Selection
from sim.studies.compare.scenario_diff import Change

__all__ = ["changes_text", "draw_pairs", "page_text", "pairs_summary", "sentence"]

_COLUMNS = ("difference", "95% interval", "p (Holm)", "pairing")
_MOST_CHANGES = 12
_MOST_NAMES = 12

_STYLES = {"better": "green", "worse": "red", "differs": "bold"}


def sentence(selection: Selection, measure: str) -> str:
    """Return a sentence that names the best policy, or says how many more replications would."""
    title = describe(measure).title.lower()
    near, share = _amount(selection.indifference, measure), f"{100 * selection.confidence:g}%"
    if len(selection.contenders) == 1 and selection.replications < 2:
        return f"There is only one policy, {selection.contenders[0]}."
    if selection.best is not None:
        return (
            f"Best by {title}: {selection.best}, or within {near} of the best, with {share} "
            f"confidence (Kim & Nelson 2001; settled after {selection.used} of "
            f"{selection.replications} replications)."
        )
    names = ", ".join(selection.contenders[:_MOST_NAMES])
    more = len(selection.contenders) - _MOST_NAMES
    names += f" and {more} more" if more > 0 else ""
    return (
        f"No policy is clearly best by {title} yet: after {selection.replications} replications it "
        f"is not certain, at {share} confidence, that {names} differ by {near}. "
        f"{selection.more} more replications are sure to settle it (Kim & Nelson 2001)."
    )


def page_text(page: int, size: int, pairs: int) -> str:
    """Say which pairs a page shows and where the others are; empty if it shows all."""
    if pairs <= size:
        return ""
    first, last = (page - 1) * size + 1, min(page * size, pairs)
    more = f"; --page {page + 1} shows the next" if last < pairs else ""
    return f"Pairs {first:,} to {last:,} of {pairs:,}{more}; --csv FILE writes them all."


def changes_text(changes: Sequence[Change], *, paired: bool) -> str:
    """Say how two runs are compared, and how their scenarios differ.

    Parameters
    ----------
    changes : sequence of Change
    paired : bool
        Whether they have the same people and random numbers.
    """
    how = (
        "Paired by replication: both runs have the same people and random numbers."
        if paired
        else "Not paired, because seed or people differ: Welch's intervals for independent runs."
    )
    listed = [f"  {_changed(one)}" for one in changes[:_MOST_CHANGES]]
    more = len(changes) - len(listed)
    listed += [f"  and {more} more"] if more > 0 else []
    heading = "They differ in:" if listed else "Nothing differs in their scenarios."
    return "\n".join([how, heading, *listed])


def _changed(one: Change) -> str:
    first, second = (text or "not set" for text in (one.first, one.second))
    return f"{one.key}: {first} -> {second}"


def draw_pairs(pairs: pl.DataFrame, *, paired: bool) -> Drawing:
    """Draw differences with their intervals, measure by measure, a row for each pair."""
    rows = list(paired_differences(pairs))
    versus = {row.versus for row in rows}
    blocks: dict[str, list[PairedDifference]] = {}
    for row in rows:
        blocks.setdefault(row.measure, []).append(row)
    looks = _looks(rows)
    if all(_plain(row.policy) == _plain(row.versus) for row in rows):
        title = "Each policy, B minus A"
        return draw_forest(Forest(title, _basis(pairs, paired), blocks, looks, _itself))
    if len(versus) == 1:
        title = f"Difference from {short_title(next(iter(versus)))}"
        return draw_forest(Forest(title, _basis(pairs, paired), blocks, looks))
    return draw_forest(Forest("Differences in pairs", _basis(pairs, paired), blocks, looks, _both))


def _looks(rows: Sequence[PairedDifference]) -> dict[str, Look]:
    """Return the look of each policy, the same in both folders."""
    names = list(dict.fromkeys(name for row in rows for name in (row.versus, row.policy)))
    looks = looks_of(list(dict.fromkeys(_plain(name) for name in names)))
    return {name: looks[_plain(name)] for name in names}


def _plain(name: str) -> str:
    return name[3:] if name.startswith(("A: ", "B: ")) else name


def _itself(row: PairedDifference) -> str:
    return title_of(_plain(row.policy))


def pairs_summary(pairs: pl.DataFrame) -> RenderableType:
    """Lay out differences for the terminal, with intervals, adjusted p, and the gain by pairing.

    A narrow terminal shows only differences and intervals.
    """
    return FitWidth(lambda width: _pairs_lines(pairs) if width < NARROW else _pairs_table(pairs))


def _pairs_lines(pairs: pl.DataFrame) -> Group:
    """Lay out differences below the names of their pairs, where both do not fit side by side."""
    lines: list[RenderableType] = []
    last = ""
    for row in paired_differences(pairs):
        if row.measure != last:
            lines += [Text(), _heading(row)]
            last = row.measure
        pair, difference, interval, *_ = _cells(row, None)
        said = Text.assemble(difference, f"  ({interval.plain})" if row.low is not None else "")
        lines += [_indented(pair, 2), _indented(said, 4)]
    return Group(*lines, Text())


def _heading(row: PairedDifference) -> Text:
    declared = describe(row.measure)
    unit = unit_label(declared.unit or row.unit, difference=True)
    return Text(declared.title, "bold").append(f" ({unit})" * bool(unit), "dim")


def _indented(text: Text, columns: int) -> Padding:
    """Indent a text, and what of it goes on in the next line."""
    text.overflow = "fold"
    return Padding(text, (0, 0, 0, columns))


def _pairs_table(pairs: pl.DataFrame) -> Table:
    table = plain_table()
    table.add_column("")
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    gains = pairs["variance_reduction"].to_list()
    last = ""
    for row, gain in zip(paired_differences(pairs), gains, strict=True):
        if row.measure != last:
            table.add_row(_heading(row))
            last = row.measure
        pair, *numbers = _cells(row, gain)
        table.add_row(_indented(pair, 2), *numbers)
    return table


def _cells(row: PairedDifference, gain: float | None) -> list[Text]:
    said = format_estimate(row.mean, row.low, row.high, describe(row.measure).unit, difference=True)
    style = _STYLES.get(row.verdict, "")
    interval = f"{said.low} to {said.high}" if said.has_interval else MISSING
    p = MISSING if row.p_adjusted is None else f"{row.p_adjusted:.3f}"
    texts = [
        _pair(row),
        said.mean + "*" * row.significant,
        interval,
        "< 0.001" if p == "0.000" else p,
        MISSING if gain is None else f"{gain:.3g}x",
    ]
    # The hyphen, since a piped Windows terminal cannot encode the true minus.
    plain = [text.replace(MINUS, "-").replace(MISSING, "-") for text in texts]
    return [Text(text, style if column == 1 else "") for column, text in enumerate(plain)]


def _pair(row: PairedDifference) -> str:
    if _plain(row.policy) == _plain(row.versus):
        return f"{_plain(row.policy)}, B minus A"
    return f"{row.policy} - {row.versus}"


def _both(row: PairedDifference) -> str:
    return f"{short_title(row.policy, 12)} {MINUS} {short_title(row.versus, 12)}"


def _amount(value: float, measure: str) -> str:
    unit = describe(measure).unit
    scaled = value * display_factor(unit)
    size = format_number(scaled, decimal_places(scaled, scaled))
    return f"{size} {unit_label(unit, difference=True)}"


def _basis(pairs: pl.DataFrame, paired: bool) -> str:
    count = max(pairs["replications"].to_list(), default=0)
    how = "paired by common random numbers" if paired else "not paired (Welch)"
    return (
        f"{count} replications, {how}; lines: 95% intervals. Each measure has its own scale.\n"
        "Filled and bold: significant (p < 0.05 after Holm's adjustment)."
    )
