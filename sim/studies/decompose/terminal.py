"""A decomposition as a table and a few sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from sim.report.kit.catalogue import PART_TITLES, describe
from sim.report.kit.number_format import format_estimate, unit_label
from sim.report.kit.terminal import plain_signs, plain_table
from sim.stats.intervals import ALPHA
from sim.studies.decompose.api import MONEY, Decomposed, unit_of

__all__ = ["explanation", "parts_table"]


def parts_table(found: Decomposed) -> RenderableType:
    """Lay out each measure's parts with their 95% intervals; a star where one excludes 0."""
    table = plain_table()
    table.add_column(f"{found.policy} - {found.reference}")
    for name in ("difference", "95% interval"):
        table.add_column(name, justify="right")
    last = ""
    for row in found.table.iter_rows(named=True):
        measure = row["measure"]
        if measure != last:
            title = MONEY.capitalize() if measure == MONEY else describe(measure).title
            unit = unit_label(unit_of(measure), difference=True)
            table.add_row(Text(title, "bold").append(f" ({unit})" * bool(unit), "dim"))
            last = measure
        said = format_estimate(
            row["mean"], row["low"], row["high"], unit_of(measure), difference=True
        )
        star = "*" * (row["p"] is not None and row["p"] < ALPHA)
        interval = f"{said.low} to {said.high}" if said.has_interval else "-"
        table.add_row(
            f"  {PART_TITLES[row['part']]}", plain_signs(said.mean + star), plain_signs(interval)
        )
    return table


def explanation(found: Decomposed) -> Iterator[str]:
    """Yield what the parts mean."""
    first = next(iter(found.found.values()))
    count = first.whole.replications
    yield (
        f"{count} replications, paired; intervals of 95%, each by itself; *: p < {ALPHA:g}. What "
        "everybody gets, the favours alone and the interaction add up to all together."
    )
    if first.selection is None:
        yield "There is no placebo of this policy, so what choosing adds is not known."
    else:
        yield (
            "Choosing these people is all together less the placebo: the same for as many others "
            "who make contact about as often. It cuts across the parts."
        )
