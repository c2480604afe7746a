"""The page of `sim best`: the policy found, how much better it is, and how it was found."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.canvas import write_file
from sim.report.kit.frames import YAML_LOADER
from sim.report.kit.number_format import MISSING, format_estimate
from sim.report.kit.templating import render_template
from sim.report.kit.titles import isolate
from sim.report.run.pictures import Drawn, embed_plots
from sim.studies.best.frontier_results import STAFFING
from sim.studies.best.goal import title_of
from sim.studies.best.plots import PLOTS
from sim.studies.best.tables import SCORE
from sim.studies.best.terminal import (
    answer_lines,
    constraint_line,
    headline_of,
    said_difference,
    sure_line,
)
from sim.studies.best.written import SCENARIO, Written, read_written

__all__ = ["build_best_page", "card_of_best"]

_TITLES = {
    "differences": "How much better it is",
    "frontier": "The price of fairness",
    "candidates": "How it was found",
    "levers": "What moves the objective",
    "finals": "The last candidates",
    "method": "Method",
    "scenario": "Scenario",
}


def build_best_page(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write the plots and then the page into a folder of `sim best`, and return the page's path.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides.
    """
    found = read_written(folder)
    pictures = embed_plots(folder, _drawn(found), kinds)
    titles = {name: title for name, title in _TITLES.items()
              if name != "frontier" or not found.frontier.is_empty()}  # fmt: skip
    context = _context(found) | {"pictures": pictures, "contents": titles}
    return write_file(folder / "report.html", render_template("best.html.j2", context).encode())


def _drawn(found: Written) -> Drawn:
    for name, draw in PLOTS.items():
        if name == "frontier" and found.frontier.is_empty():
            continue
        yield f"best_{name}", name, partial(draw, found)


def _context(found: Written) -> dict[str, Any]:
    manifest, facts = found.manifest, found.facts
    return {
        "title": str(manifest.get("name") or "The best policy"),
        "facts": [
            f"{len(facts['levers'])} keys may move",
            f"{facts['tried']} candidates",
            f"{len(facts['given'])} given policies",
            f"{facts['runs']:,} runs",
            f"seed {manifest['seed']}",
        ],
        "card": card_of_best(found),
        "answer": [isolate(line, _names(found)) for line in answer_lines(found)[:-1]],
        "yaml": found.yaml,
        "comparisons": list(_comparisons(found)),
        "frontier": list(map(_frontier_row, found.frontier.iter_rows(named=True))),
        "inequality": title_of(facts["inequality"]),
        "left_out": list(facts["left_out"].items()),
        "refused": facts["refused"],
        "levers": [(path, str(lever)) for path, lever in facts["levers"].items()],
        "confidence": f"{facts['confidence']:.0%}",
        "command": str(manifest.get("command") or ""),
        "scenario_text": (found.folder / SCENARIO).read_text("utf-8"),
    }


def _names(found: Written) -> list[str]:
    return [*found.facts["given"], found.facts["policy"], *found.differences["versus"]]


def _found_name(found: Written) -> str:
    """Return how the policy found is called in ``best.yaml``, as a shell reads it."""
    return shlex.quote(next(iter(yaml.load(found.yaml, YAML_LOADER)["policies"])))


def card_of_best(found: Written) -> AnswerCard:
    """Return what was found, how much better it is, and how sure that is."""
    facts, names = found.facts, _names(found)
    against = found.differences["versus"].unique(maintain_order=True).to_list()
    kept = found.constraints.filter(policy="best").to_dicts()
    rows = [
        AnswerRow("The policy", " ".join(facts["words"])),
        *(AnswerRow("By how much", said_difference(found, versus)) for versus in against),
        *(AnswerRow("Constraint", constraint_line(row)) for row in kept),
        AnswerRow("How sure", sure_line(found)),
        _other_worlds(bool(facts["robust"])),
        AnswerRow("Who gains, who pays", "For each person\u2019s gain or loss:",
                  f"sim effects best.yaml {_found_name(found)}"),
    ]  # fmt: skip
    named = [
        AnswerRow(row.term, isolate(row.text, names), row.command)
        for row in rows
        if not (facts["robust"] and row.term == "In other worlds")
    ]
    return AnswerCard(isolate(headline_of(found), names), tuple(named))


def _other_worlds(robust: bool) -> AnswerRow:
    """Return the row on plausible worlds: that they were searched, or how to do so."""
    if robust:
        return AnswerRow("In other worlds", "It is best on average over plausible worlds.")
    return AnswerRow("In other worlds", "For the best on average over plausible worlds:",
                     "sim best scenario.yaml --robust")  # fmt: skip


def _comparisons(found: Written) -> Iterator[dict[str, Any]]:
    """Yield a table of differences for each policy that the choice is compared with."""
    for versus in found.differences["versus"].unique(maintain_order=True):
        rows = found.differences.filter(versus=versus).iter_rows(named=True)
        yield {"versus": versus, "rows": [_row(row, found.facts["objective"]) for row in rows]}


def _frontier_row(row: dict[str, Any]) -> dict[str, str]:
    apart = format_estimate(
        row["less_equal"], row["less_equal_low"], row["less_equal_high"], "", difference=True
    )
    words = [row["role"], "knee" * row["knee"], "" if row["undominated"] else "dominated"]
    return {
        "staffing": STAFFING[row["staffing"]],
        "policy": row["settings"] or row["policy"],
        "inequality": f"{row['inequality']:.3g}",
        "gini_wait": MISSING if row["gini_wait"] is None else f"{row['gini_wait']:.3f}",
        "apart": "0" if row["role"] == "equal" else apart.mean,
        "between": "" if row["role"] == "equal" else f"{apart.low} to {apart.high}",
        "note": ", ".join(word for word in words if word),
    }


def _row(row: dict[str, Any], objective: str) -> dict[str, str]:
    own = format_estimate(row["best"], None, None, row["unit"])
    apart = format_estimate(row["mean"], row["low"], row["high"], row["unit"], difference=True)
    name = row["measure"]
    title = f"Objective: {objective}" if name == SCORE else title_of(name)
    between = f"{apart.low} to {apart.high}" if apart.has_interval else ""
    return {"title": title, "own": own.mean, "mean": apart.mean, "between": between,
            "unit": apart.unit}  # fmt: skip
