"""Write docs/answer.md: the question of the title, put to every company that ships.

Each file of docs/answers/ says what of a company's policy may move. `sim best` searches for the
best and draws the frontier against inequality; `sim robust` says in how many plausible worlds the
policy found is better than equal treatment; `sim effects` says who gains and who pays. To renew it:

    python docs/build.py answer

Finished runs stay in the folder that is named, so it can be stopped and goes on:

    python docs/make_answer.py --keep FOLDER
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sim
from sim.report.kit.number_format import MISSING, format_estimate
from sim.results.difference_tables import values_of
from sim.scenario.reading.load import load
from sim.stats.intervals import Difference, difference
from sim.studies.best.frontier_results import frontier_lines

PAGE = Path(__file__).with_name("answer.md")
FILES = sorted(Path(__file__).with_name("answers").glob("*.yaml"))
RUNS, WORLDS, REPLICATIONS, FOLDS = 100, 32, 4, 2
PAIRS = 10
GIVEN = ("equal", "spenders_first")
PLACEBO = "placebo best by load"

START = f"""\
# Should all customers be treated equally? One answer for each company

Written by `python docs/build.py answer` from the companies of `docs/answers/`; do not edit it. In
each, those who spend most may be served first: how many of them, and whether before all others or
with a head start. Nothing else differs: no money, no privilege, no agent more. So what the best
policy earns, it earns by letting some wait less and others more.

* **What it costs to be equal**: `sim best --frontier`, {RUNS} runs of the search and about as many
  for the frontier; the objective is discounted profit and what the customers are then worth.
  Differences are paired, on random numbers that the search never saw.
* **Whether it is whom one chooses**: the same against the placebo, as many others who make contact
  about as often, {PAIRS} pairs.
* **How sure**: `sim robust` with {WORLDS} plausible worlds, two runs of each policy in each: in how
  many the policy found brings more discounted profit than equal treatment. This leaves out what
  customers are worth at the end.
* **Who pays**: `sim effects`, {REPLICATIONS} replications, with {FOLDS} of fifty folds of the
  people kept out in turn.

These are answers of a model about companies that are made up. The table says what unequal treatment
buys there, not what it buys you: put your own numbers in, as [the tutorial](tutorial.md) shows.
"""


@dataclass(frozen=True)
class Answer:
    """What was found for one company.

    Attributes
    ----------
    name, title : str
        Of the scenario.
    best : sim.Best
    chosen : Difference or None
        The policy found less its placebo; it and what follows are None where nothing better than
        equal treatment was found.
    robust : sim.Robust or None
    effects : sim.Effects or None
    """

    name: str
    title: str
    best: Any
    chosen: Difference | None
    robust: Any
    effects: Any


def answer_of(file: Path, folder: Path) -> Answer:
    """Return the answer for one company; what is finished in the folder is not run again."""
    best = sim.best(file, runs=RUNS, frontier=True, policies=list(GIVEN), out=folder / "best")
    title = load(file).name
    if best.facts["policy"] == "equal":
        return Answer(file.stem, title, best, None, None, None)
    found = folder / "best" / "best.yaml"
    both = ["equal", "best"]
    robust = sim.robust(found, policies=both, draws=WORLDS, out=folder / "robust")
    effects = folder / "effects"
    known = sim.read_effects(effects) if (effects / "effects.json").exists() else None
    persons = known or sim.effects(
        found, "best", reference="equal", replications=REPLICATIONS, folds=FOLDS, out=effects
    )
    chosen = _against_placebo(found, folder / "placebo", load(found))
    return Answer(file.stem, title, best, chosen, robust, persons)


def _against_placebo(file: Path, folder: Path, scenario: Any) -> Difference:
    """Return what the policy found brings more than its placebo, in the objective."""
    ran = sim.run(file, policies=["best", PLACEBO], replications=PAIRS, out=folder)
    values = values_of(ran.results.tables["replications"])
    weight = (1 + scenario.company.discount_rate_per_year) ** (-scenario.months / 12)
    worth = {
        name: [
            profit + weight * equity
            for profit, equity in zip(
                rows["profit_discounted"], rows["customer_equity"], strict=True
            )
        ]
        for name, rows in values.items()
    }
    return difference(worth["best"], worth[PLACEBO])


def page_of(answers: Sequence[Answer]) -> str:
    """Return the page."""
    return "\n".join([START, *_summary(answers), "", *_each(answers)]).rstrip() + "\n"


def _summary(answers: Sequence[Answer]) -> Iterator[str]:
    words = [_price(one)["word"] for one in answers]
    counts = {word: words.count(word) for word in ("costs", "free", "pays", "undecided")}
    yield "## The answer"
    yield ""
    yield (
        f"Of {len(answers)} companies, equality costs something in {counts['costs']}, is free in "
        f"{counts['free']}, pays in {counts['pays']}, and in {counts['undecided']} the runs do not "
        "tell."
    )
    found = [one.chosen for one in answers if one.chosen is not None]
    told = sum(one.low is not None and one.low > 0.0 for one in found)
    sure = sorted(_chance(one) for one in answers if one.robust is not None)
    yield (
        f"In {told} of {len(found)} it matters that those come first who spend most, and not as "
        f"many others. In {sure[0]:.0%} to {sure[-1]:.0%} of the plausible worlds of a company the "
        "policy found brings more profit than equal treatment. By intervals that exclude 0 the "
        f"top tier gains satisfaction in {_moved(answers, 0, 1.0)}, and the rest lose some in "
        f"{_moved(answers, 1, -1.0)}."
    )
    yield ""
    yield (
        "| company | equality | the best policy brings more than equal treatment | and more than "
        "its placebo | more profit in plausible worlds | satisfaction of the top tier | of the "
        "rest |"
    )
    yield "|---|---|---|---|---|---|---|"
    yield from map(_row, answers)


def _moved(answers: Sequence[Answer], tier: int, sign: float) -> int:
    """Return in how many companies a tier's interval of satisfaction lies on one side of 0."""
    rows = [
        one.effects.effects.filter(outcome="satisfaction", grouping="tier").row(tier, named=True)
        for one in answers
        if one.effects is not None
    ]
    return sum(min(sign * row["low"], sign * row["high"]) > 0.0 for row in rows)


def _row(one: Answer) -> str:
    price = _price(one)
    mean, low, high = price["amount"]
    shown = format_estimate(mean, low, high, one.best.facts["unit"], difference=True)
    between = f" ({shown.low} to {shown.high})" if shown.has_interval else ""
    cells = [f"[{one.title}](#{_anchor(one.title)})", _WORDS[price["word"]], shown.mean + between]
    return "| " + " | ".join([*cells, _placebo(one), _sure(one), *_tiers(one)]) + " |"


def _placebo(one: Answer) -> str:
    if one.chosen is None:
        return MISSING
    found = one.chosen
    shown = format_estimate(found.mean, found.low, found.high, "currency", difference=True)
    return f"{shown.mean} ({shown.low} to {shown.high})" if shown.has_interval else shown.mean


_WORDS = {
    "costs": "**costs**",
    "free": "is free",
    "pays": "**pays**",
    "undecided": "undecided",
}


def _price(one: Answer) -> dict[str, Any]:
    return dict(one.best.facts["frontiers"][0])


def _anchor(title: str) -> str:
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -")
    return kept.replace(" ", "-")


def _sure(one: Answer) -> str:
    if one.robust is None:
        return MISSING
    return f"{_chance(one):.0%}"


def _chance(one: Answer) -> float:
    found = one.robust.of("profit_discounted").differences
    return float(found.filter(policy="best").row(0, named=True)["chance_more"])


def _tiers(one: Answer) -> list[str]:
    if one.effects is None:
        return [MISSING, MISSING]
    rows = one.effects.effects.filter(outcome="satisfaction", grouping="tier")
    return [_effect(row) for row in rows.iter_rows(named=True)]


def _effect(row: dict[str, Any]) -> str:
    shown = format_estimate(row["mean"], row["low"], row["high"], row["unit"], difference=True)
    return f"{shown.mean} ({shown.low} to {shown.high})" if shown.has_interval else shown.mean


def _each(answers: Sequence[Answer]) -> Iterator[str]:
    for one in answers:
        yield f"## {one.title}"
        yield ""
        yield f"The company is `{one.name}`; `sim best docs/answers/{one.name}.yaml --frontier`."
        yield ""
        if one.best.facts["policy"] == "equal":
            yield "Nothing better than equal treatment was found."
        else:
            yield "The best policy found:"
            yield ""
            yield from (f"* {line}" for line in one.best.facts["words"])
        yield ""
        yield from _told(one)
        yield ""


def _told(one: Answer) -> Iterator[str]:
    facts = one.best.facts
    lines = frontier_lines(
        one.best.frontier, facts["frontiers"], facts["inequality"], facts["unit"]
    )
    yield from (f"* {line.strip()}" for line in lines[1:])
    if one.robust is not None:
        yield from (f"* {line}" for line in one.robust.answer()[:4])
    if one.effects is not None:
        yield from (f"* {line}" for line in one.effects.answer()[1:])


def main(words: Sequence[str] | None = None) -> int:
    """Answer for all companies, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="where finished runs are, and stay")
    parser.add_argument("--only", nargs="*", help="names of companies; the page is then printed")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as place:
        folder = asked.keep or Path(place)
        chosen = [file for file in FILES if not asked.only or file.stem in asked.only]
        answers = [answer_of(file, folder / file.stem) for file in chosen]
        text = page_of(answers)
    if asked.only:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
