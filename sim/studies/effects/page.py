"""The page of `sim effects`: who gains and who pays, and by whose treatment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.canvas import write_file
from sim.report.kit.number_format import isolated
from sim.report.kit.templating import render_template
from sim.report.kit.titles import isolate
from sim.report.run.pictures import Drawn, embed_plots
from sim.studies.effects.effects_by_group import PARTS, WHOLE
from sim.studies.effects.effects_files import SCENARIO, Written, read_written
from sim.studies.effects.experiments import EVERYBODY
from sim.studies.effects.outcomes import OUTCOMES
from sim.studies.effects.plots import PLOTS
from sim.studies.effects.terminal import (
    answer_lines,
    by_treatment,
    said,
    shares_line,
    shown_in,
    title_of,
)

__all__ = ["build_effects_page", "card_of_effects"]

_TITLES = {
    "groups": "Who gains and who pays",
    "parts": "Own treatment and the others\u2019",
    "experiments": "What a field experiment would have said",
    "method": "Method",
    "scenario": "Scenario",
}
Row = Mapping[str, Any]


def build_effects_page(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write the plots and then the page into a folder of `sim effects`; return the page's path.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides.
    """
    found = read_written(folder)
    left_out = {
        name for name, table in (("parts", found.parts), ("experiments", found.experiments))
        if table.is_empty()
    }  # fmt: skip
    pictures = embed_plots(folder, _drawn(found, left_out), kinds)
    titles = {name: title for name, title in _TITLES.items() if name not in left_out}
    context = _context(found) | {"pictures": pictures, "contents": titles}
    return write_file(folder / "report.html", render_template("effects.html.j2", context).encode())


def _drawn(found: Written, left_out: set[str]) -> Drawn:
    for name, draw in PLOTS.items():
        if name not in left_out:
            yield f"effects_{name}", name, partial(draw, found)


def _context(found: Written) -> dict[str, Any]:
    manifest, facts = found.manifest, found.facts
    return {
        "title": str(manifest.get("name") or "Effects on persons"),
        "policy": facts["policy"],
        "reference": facts["reference"],
        "facts": [
            " against ".join(map(isolated, _names(found))),
            f"{facts['months']} months",
            f"{manifest['replications']} replications",
            f"seed {manifest['seed']}",
        ],
        "card": card_of_effects(found),
        "answer": [isolate(line, _names(found)) for line in answer_lines(found)],
        "groups": list(_groups(found.effects)),
        "leaves": [_leaf(row) for row in found.leaves.iter_rows(named=True)],
        "parts": list(_parts(found.parts)),
        "part_names": (WHOLE, *PARTS),
        "experiments": [_experiment(row) for row in found.experiments.iter_rows(named=True)],
        "folds": facts["folds"],
        "everybody": EVERYBODY,
        "command": str(manifest.get("command") or ""),
        "scenario_text": (found.folder / SCENARIO).read_text("utf-8"),
    }


def _names(found: Written) -> tuple[str, str]:
    return found.facts["policy"], found.facts["reference"]


def card_of_effects(found: Written) -> AnswerCard:
    """Return what the policy does to all, who gains and who pays, and how sure that is."""
    by = found.facts["by"]
    effects = found.effects.filter(outcome=by)
    everyone = effects.filter(grouping="everyone").row(0, named=True)
    policy, reference = map(isolated, _names(found))
    said_all, least = said(everyone, everyone["unit"]), OUTCOMES[by].noticed
    rows = [
        AnswerRow("Who gains, who pays", shares_line(everyone)),
        *(
            AnswerRow(f"Tier {row['group']}", f"{by_treatment(found, row)}; "
                      f"{row['people']:,.0f} people.")
            for row in effects.filter(grouping="tier").iter_rows(named=True)
        ),
        AnswerRow("Too little to notice", f"Less than {least:g} for one person."),
        AnswerRow("How sure", f"95% intervals over {everyone['replications']} paired runs of one "
                  "world. For the best policy over other plausible worlds:",
                  "sim robust scenario.yaml"),
    ]  # fmt: skip
    headline = f"{policy} against {reference}: {title_of(by)} {said_all}."
    return AnswerCard(headline, tuple(rows))


def _groups(table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a table for each outcome."""
    for outcome in table["outcome"].unique(maintain_order=True):
        rows = table.filter(outcome=outcome)
        yield {
            "title": title_of(outcome),
            "rows": [_effect(row) for row in rows.iter_rows(named=True)],
        }


def _effect(row: Row) -> dict[str, str]:
    shares = ("gained", "lost", "gained_by_chance", "lost_by_chance")
    return {
        "group": " ".join(filter(None, (row["grouping"], row["group"]))),
        "people": f"{row['people']:,.0f}",
        **_shown(row, row["unit"]),
        **{name: "" if row[name] is None else f"{row[name]:.0%}" for name in shares},
    }


def _leaf(row: Row) -> dict[str, str]:
    return {"group": row["group"], "people": f"{row['people_share']:.0%}",
            **_shown(row, row["unit"])}  # fmt: skip


def _parts(table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a table for each outcome: a row a group, a column a part."""
    for outcome in table["outcome"].unique(maintain_order=True):
        of_outcome = table.filter(outcome=outcome)
        groups = of_outcome.select("grouping", "group").unique(maintain_order=True)
        rows = [
            {
                "group": " ".join(filter(None, group)),
                "cells": [
                    _shown(row, row["unit"])
                    for row in of_outcome.filter(grouping=group[0], group=group[1]).iter_rows(
                        named=True
                    )
                ],
            }
            for group in groups.iter_rows()
        ]
        yield {"title": title_of(outcome), "rows": rows}


def _experiment(row: Row) -> dict[str, str]:
    told = {what: _shown(row, row["unit"], what) for what in ("reported", "truth", "bias")}
    return {
        "kind": row["kind"],
        "outcome": title_of(row["outcome"]),
        "population": row["population"] or "by month",
        **{what: shown["mean"] for what, shown in told.items()},
        "between": told["bias"]["between"],
        "unit": told["bias"]["unit"],
        "covered": f"{row['covered']:.0%}",
    }


def _shown(row: Row, unit: str, what: str = "") -> dict[str, str]:
    shown = shown_in(row, unit, what)
    between = f"{shown.low} to {shown.high}" if shown.has_interval else ""
    return {"mean": shown.mean, "between": between, "unit": shown.unit}
