"""State what `sim effects` found in about ten lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import FormattedEstimate, format_estimate
from sim.studies.effects.gainers import LEAST_REPLICATIONS
from sim.studies.effects.outcomes import OUTCOMES
from sim.studies.effects.variants import AB_TEST, ABLATIONS

__all__ = ["answer_lines", "by_treatment", "said", "shares_line", "shown_in", "title_of"]

Row = Mapping[str, Any]


def title_of(outcome: str) -> str:
    """Return the title of an outcome or a monthly measure."""
    if outcome in OUTCOMES:
        return OUTCOMES[outcome].title
    title = describe(outcome).title
    return title[0].lower() + title[1:]


def shown_in(row: Row, unit: str, what: str = "") -> FormattedEstimate:
    """Return an effect of a row as written numbers; `what` begins its columns' names."""
    mean, low, high = (row[f"{what}_{end}" if what else end] for end in ("mean", "low", "high"))
    return format_estimate(mean, low, high, unit, difference=True)


def said(row: Row, unit: str, what: str = "") -> str:
    """Return an effect of a row with its interval, as text."""
    shown = shown_in(row, unit, what)
    between = f" ({shown.low} to {shown.high})" if shown.has_interval else ""
    unit = "" if unit in ("", "index", "currency") else f" {shown.unit}"
    return f"{shown.mean}{unit}{between}"


def answer_lines(found: Any) -> list[str]:
    """Return who gains and who pays, by what, and what an experiment would have said."""
    return list(_lines(found))


def _lines(found: Any) -> Iterator[str]:
    facts, by = found.facts, found.facts["by"]
    everyone = found.effects.filter(outcome=by, grouping="everyone").row(0, named=True)
    yield (
        f"{facts['policy']} against {facts['reference']}: {everyone['people']:,.0f} customers of "
        f"the start, {everyone['replications']} replications, each person under both with the same "
        "luck."
    )
    title, effect = title_of(by), said(everyone, everyone["unit"])
    yield f"{title[0].upper()}{title[1:]}: {effect}. {shares_line(everyone)}"
    yield from _own_and_others(found, by)
    for row in found.effects.filter(outcome=by, grouping="tier").iter_rows(named=True):
        yield f"Tier {row['group']}, {row['people']:,.0f} people: {by_treatment(found, row)}."
    yield from _gainers(found)
    yield from map(_experiment, _told(found.experiments, by))


def shares_line(row: Row) -> str:
    """Return how many gain and lose, beside how many would by chance."""
    gained, lost, by_chance, lost_by_chance = (
        f"{row[name]:.0%}" for name in ("gained", "lost", "gained_by_chance", "lost_by_chance")
    )
    least = OUTCOMES[row["outcome"]].noticed
    return (
        f"{gained} gain and {lost} lose {least:g} or more; when the same policy serves one "
        f"customer a little slower, {by_chance} and {lost_by_chance} do."
    )


def _own_and_others(found: Any, by: str) -> Iterator[str]:
    parts = _parts_of(found.parts, by, "everyone", "")
    if not parts:
        return
    told = {name: said(row, row["unit"]) for name, row in parts.items()}
    share = found.facts["folds"] / found.facts["folds_in_all"]
    yield (
        f"Of {told['whole']} for the {share:.0%} who were kept out in turn, their own treatment "
        f"does {told['own']}, and that of the others {told['others']}."
    )
    ways = ", ".join(f"{name} {told[name]}" for name in (*ABLATIONS, "rest", "interaction"))
    yield f"The others' by way: {ways}."


def _parts_of(parts: pl.DataFrame, outcome: str, grouping: str, group: str) -> dict[str, Row]:
    rows = parts.filter(outcome=outcome, grouping=grouping, group=group).iter_rows(named=True)
    return {row["part"]: row for row in rows}


def by_treatment(found: Any, row: Row) -> str:
    """Return an effect on a group, by their own treatment and by that of the others."""
    parts = _parts_of(found.parts, row["outcome"], row["grouping"], row["group"])
    whole = said(row, row["unit"])
    if not parts:
        return whole
    own, others = (said(parts[name], row["unit"]) for name in ("own", "others"))
    return f"{whole}; own treatment {own}, the others' {others}"


def _gainers(found: Any) -> Iterator[str]:
    if found.leaves.height < 2:
        few = found.effects["replications"].max() < LEAST_REPLICATIONS
        yield (
            f"Groups of gainers are looked for from {LEAST_REPLICATIONS} replications on."
            if few
            else "No trait tells gainers from losers."
        )
        return
    for word, place in (("Gain most", 0), ("Gain least", -1)):
        row = found.leaves.row(place, named=True)
        yield (
            f"{word}, {row['people_share']:.0%} of customers: {row['group']}; "
            f"{said(row, row['unit'])}, measured where they were not looked for."
        )


def _told(experiments: pl.DataFrame, by: str) -> Iterator[Row]:
    """Yield the reports of an experiment on what is asked for, or on satisfaction by month."""
    names = (by, "satisfaction_mean", "profit")
    yield from experiments.filter(pl.col("outcome").is_in(names)).iter_rows(named=True)


def _experiment(row: Row) -> str:
    what = "An A/B test" if row["kind"] == AB_TEST else "A switchback"
    bias = (row["bias_low"], row["bias_high"])
    known = None not in bias and not bias[0] <= 0.0 <= bias[1]
    word = "a bias of" if known else "no bias told apart,"
    among = f" ({row['population']})" if row["population"] else ""
    return (
        f"{what} would have reported {said(row, row['unit'], 'reported')} in "
        f"{title_of(row['outcome'])}{among}, where the truth is "
        f"{said(row, row['unit'], 'truth')}: {word} {said(row, row['unit'], 'bias')}. Its own 95% "
        f"interval has the truth inside in {row['covered']:.0%} of replications."
    )
