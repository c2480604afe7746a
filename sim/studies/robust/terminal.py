"""State the answer over all plausible worlds in ten lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import display_factor, unit_label
from sim.studies.robust.known import FEW
from sim.studies.robust.per_measure import Findings

__all__ = [
    "answer_lines",
    "difference_line",
    "known_lines",
    "percent",
    "regret_line",
    "said_amount",
    "turns_on_line",
    "where_line",
    "worth_line",
]

_MOST = 3  # settings, groups and differences that are named


def answer_lines(findings: Findings, draws: int, replications: int, uncertain: int) -> list[str]:
    """Return the answer on one measure.

    Parameters
    ----------
    findings : Findings
    draws, replications, uncertain : int
        Worlds drawn, runs of each policy in each, and settings that are uncertain.
    """
    return list(_lines(findings, draws, replications, uncertain))


def _lines(one: Findings, draws: int, replications: int, uncertain: int) -> Iterator[str]:
    title = describe(one.measure).title.lower()
    yield (
        f"{draws} plausible worlds ({uncertain} uncertain settings), {replications} runs of "
        f"{one.policies.height} policies in each; expected outcomes, luck taken out."
    )
    ranked = one.policies.sort("chance_best", descending=True, maintain_order=True)
    shares = ", ".join(
        f"{row['policy']} {percent(row['chance_best'])} ±{percent(2 * row['error'])}"
        for row in ranked.iter_rows(named=True)
    )
    yield f"Best by {title}: {shares} of worlds."
    near = ", ".join(
        f"{row['policy']} {percent(row['chance_within_worth'])}"
        for row in ranked.iter_rows(named=True)
    )
    yield f"Within {worth_line(one)} of the best: {near}."
    yield from (
        difference_line(one, row) for row in one.differences.head(_MOST).iter_rows(named=True)
    )
    yield regret_line(one)
    yield turns_on_line(one)
    yield where_line(one)
    yield _worth_knowing(one)


def known_lines(known: pl.DataFrame, effective: float) -> Iterator[str]:
    """Yield how many worlds agree with what is known, and what they then show of it."""
    if known.is_empty():
        return
    shown = "; ".join(
        f"{row['measure']} {said_amount(row['measure'], row['value'])} known, "
        f"{said_amount(row['measure'], row['after_p5'])} to "
        f"{said_amount(row['measure'], row['after_p95'])} in them"
        for row in known.iter_rows(named=True)
    )
    few = " Too few for a sure answer: draw more with -n." * (effective < FEW)
    yield f"Worlds that agree with what is known count as {effective:.0f}: {shown}.{few}"


def worth_line(one: Findings) -> str:
    """Return the practical size, and what it is based on."""
    whose = "the scenario's worth" if one.worth_said else "practical size, a hundredth of its level"
    return f"{said_amount(one.measure, one.worth)} ({whose})"


def difference_line(one: Findings, row: Mapping[str, object]) -> str:
    """Return how the difference of a policy from the first is spread over worlds."""
    low, middle, high = (said_amount(one.measure, row[name], True) for name in ("p5", "p50", "p95"))
    return (
        f"{row['policy']} less {row['versus']}: {middle} in the median world, {low} to {high} in "
        f"90% of them; more in {percent(row['chance_more'])}."
    )


def regret_line(one: Findings) -> str:
    """Return what the choice gives away where another is best."""
    row = one.policies.filter(policy=one.best).row(0, named=True)
    expected = said_amount(one.measure, row["expected_regret"])
    worst = said_amount(one.measure, row["worst_regret"])
    return (
        f"Choose {one.best}: it gives away {expected} on average against the best of each world, "
        f"{worst} in the worst."
    )


def turns_on_line(one: Findings) -> str:
    """Return the settings that decide between the best policy and its rival."""
    strong = one.settings.filter(pl.col("total") > 0.01).head(_MOST)
    if strong.is_empty():
        return f"No single setting decides between {one.best} and {one.rival}."
    named = ", ".join(
        f"{row['setting']} ({percent(row['total'])})" for row in strong.iter_rows(named=True)
    )
    return (
        f"What decides between {one.best} and {one.rival}: {named} of the variance between worlds; "
        f"all settings not followed together {percent(one.rest)}."
    )


def where_line(one: Findings) -> str:
    """Return where among the plausible worlds which policy is called for."""
    if one.regions.height < 2:
        return f"No part of the plausible worlds calls clearly for another policy than {one.best}."
    parts = [
        f"{row['policy']} where {row['region']} ({percent(row['right'])} of worlds there; "
        f"{percent(row['worlds'])} of all)"
        for row in one.regions.iter_rows(named=True)
    ]
    return f"Choose {'; '.join(parts)}."


def _worth_knowing(one: Findings) -> str:
    value = said_amount(one.measure, one.evpi)
    groups = one.groups.filter(pl.col("evppi") > 2 * pl.col("error")).head(_MOST)
    named = ", ".join(
        f"{row['group']} {said_amount(one.measure, row['evppi'])} "
        f"±{said_amount(one.measure, row['error'])}"
        for row in groups.iter_rows(named=True)
    )
    alike = said_amount(one.measure, one.evpi_alike)
    start = f"Worth knowing: everything {value} (luck alone could show {alike})"
    return f"{start}; of it {named}." if named else f"{start}; no group by itself."


def percent(share: object) -> str:
    """Return a share in whole percent."""
    return f"{100 * float(share):.0f}%"  # type: ignore[arg-type]


def said_amount(measure: str, value: object, difference: bool = False) -> str:
    """Return an amount of a measure with its unit, in few digits."""
    unit = describe(measure).unit
    number = float(f"{float(value) * display_factor(unit):.2g}")  # type: ignore[arg-type]
    sign = "+" if difference else "-"
    shown = f"{number:{sign},.0f}" if abs(number) >= 10 else f"{number:{sign}g}"
    label = unit_label(unit, difference=difference)
    return shown if unit == "currency" or not label else f"{shown} {label}"
