"""The page of `sim robust`: the answer, what decides, where, and what is worth knowing."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.canvas import write_file
from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import few_digits
from sim.report.kit.templating import render_template
from sim.report.kit.titles import isolate
from sim.report.run.pictures import Drawn, embed_plots
from sim.studies.robust.analysed import Worlds, read_worlds
from sim.studies.robust.per_measure import Findings
from sim.studies.robust.plots import PLOTS
from sim.studies.robust.terminal import (
    difference_line,
    percent,
    regret_line,
    said_amount,
    turns_on_line,
    where_line,
    worth_line,
)

__all__ = ["build_robust_page", "card_of_robust"]

_TITLES = {
    "chances": "Which policy is best",
    "differences": "How much it matters",
    "settings": "What decides",
    "knowing": "What is worth knowing",
    "beliefs": "What was uncertain",
    "method": "Method",
    "scenario": "Scenario",
}
_MOST_ROWS = 15


def build_robust_page(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write the plots and then the page into a folder of `sim robust`, and return the page's path.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides.
    """
    result = read_worlds(folder, Worlds)
    pictures = embed_plots(folder, _drawn(result), kinds)
    context = _context(result) | {"pictures": pictures, "contents": _TITLES}
    return write_file(folder / "report.html", render_template("robust.html.j2", context).encode())


def _drawn(result: Worlds) -> Drawn:
    for measure, found in result.findings.items():
        for name, draw in PLOTS.items():
            yield f"robust_{name}_{measure}", name, partial(draw, found)


def _context(result: Worlds) -> dict[str, Any]:
    manifest = result.sweep.manifest
    first = next(iter(result.findings.values()))
    return {
        "title": str(manifest.get("name") or "Plausible worlds"),
        "facts": [
            f"{result.points.height} plausible worlds",
            f"{len(result.sweep.paths) - 1} uncertain settings",
            f"{len(result.sweep.policies)} policies",
            f"{manifest['replications']} runs in each world",
            f"seed {manifest['seed']}",
        ],
        "card": card_of_robust(result),
        "answer": [
            isolate(line, result.sweep.policies)
            for name in result.findings
            for line in result.answer(name)
        ],
        "failed": result.sweep.failed["point"].n_unique(),
        "refused": manifest["robust"]["refused"],
        "widen": manifest["robust"]["widen"],
        "policies": list(map(_policy_row, first.policies.iter_rows(named=True))),
        "settings": _settings(first),
        "known": list(map(_known_row, result.known.iter_rows(named=True))),
        "effective": f"{result.effective:.0f}",
        "beliefs": _beliefs(first),
        "off": list(result.off.items()),
        "measure": describe(first.measure).title,
        "command": str(manifest.get("command") or ""),
        "scenario_text": result.sweep.scenario,
    }


def card_of_robust(result: Worlds) -> AnswerCard:
    """Return what to choose, by how much, how sure that is and what it depends on."""
    one = next(iter(result.findings.values()))
    names = one.policies["policy"].to_list()
    row = one.policies.filter(policy=one.best).row(0, named=True)
    chance, near = (percent(row[name]) for name in ("chance_best", "chance_within_worth"))
    title = describe(one.measure).title.lower()
    against = one.best if one.best in one.differences["policy"] else one.rival
    rows = [
        AnswerRow(
            "How sure",
            f"Best in {chance} ±{percent(2 * row['error'])} of plausible worlds, and in {near} "
            f"within {worth_line(one)} of the best.",
        ),
        *(
            AnswerRow("By how much", difference_line(one, each))
            for each in one.differences.filter(policy=against).iter_rows(named=True)
        ),
        AnswerRow("If it is wrong", regret_line(one)),
        AnswerRow("It depends on", turns_on_line(one)),
        AnswerRow("Where", where_line(one)),
        AnswerRow("Who gains, who pays", "For each person\u2019s gain or loss:",
                  f"sim effects scenario.yaml {shlex.quote(against)}"),
    ]  # fmt: skip
    headline = f"{one.best} is best by {title} in {chance} of plausible worlds."
    named = [AnswerRow(row.term, isolate(row.text, names), row.command) for row in rows]
    return AnswerCard(isolate(headline, names), tuple(named))


def _policy_row(row: dict[str, Any]) -> dict[str, str]:
    shown = {name: percent(row[name]) for name in ("chance_best", "chance_within_worth")}
    amounts = ("mean_difference", "expected_regret", "regret_95", "worst_regret")
    shown |= {name: said_amount(row["measure"], row[name]) for name in amounts}
    return {"policy": row["policy"], **shown}


def _known_row(row: dict[str, Any]) -> dict[str, str]:
    names = ("value", "within", "discrepancy", "before_p5", "before_p95", "after_p5", "after_p95")
    shown = {name: said_amount(row["measure"], row[name]) for name in names}
    title = describe(row["measure"]).title
    return {"title": title, "set_aside": percent(row["set_aside"]), **shown}


def _settings(found: Findings) -> list[dict[str, str]]:
    telling = found.settings.filter((pl.col("total") > 0) | (pl.col("evppi") > 0))
    return [
        {
            "setting": row["setting"],
            "range": f"{few_digits(row['low'])} to {few_digits(row['high'])}",
            "first": percent(row["first"]),
            "total": percent(row["total"]),
            "evppi": said_amount(row["measure"], row["evppi"]),
            "error": said_amount(row["measure"], row["error"]),
            "low": row["best_if_low"],
            "high": row["best_if_high"],
        }
        for row in telling.head(_MOST_ROWS).iter_rows(named=True)
    ]


def _beliefs(found: Findings) -> list[tuple[str, str, str, str]]:
    rows = found.settings.sort("setting").iter_rows(named=True)
    return [
        (
            row["setting"],
            few_digits(row["own"], 4),
            f"{few_digits(row['low'])} to {few_digits(row['high'])}",
            row["basis"],
        )
        for row in rows
    ]
