"""The verdicts on the argument, as a table for the terminal and as a page with plots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.errors import CommandError
from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.canvas import encode, write_file
from sim.report.kit.catalogue import PART_TITLES
from sim.report.kit.number_format import (
    MINUS,
    MISSING,
    FormattedEstimate,
    format_estimate,
)
from sim.report.kit.study_page import StudyPage, StudySection, StudyTable, write_study_page
from sim.report.kit.terminal import plain_table
from sim.report.run.hypothesis_rows import span_text, unit_of
from sim.report.run.pictures import inline_plots
from sim.results.manifest import slug
from sim.scenario.shipped import argument
from sim.stats.intervals import Difference, level_of_each
from sim.stats.verdicts import Verdict
from sim.studies.claims.answer_to_title import answer_lines, chance_text, worlds_sentence
from sim.studies.claims.assumption_leverage import leverage_lines
from sim.studies.claims.plots import draw_map, draw_trials
from sim.studies.claims.tables import Tested, tipping_point_lines, value_text
from sim.studies.claims.taken_apart import TakenApart

__all__ = ["claims_summary", "write_claims"]

_STYLES = {"supported": "green", "refuted": "red", "negligible": "dim", "undecided": "bold"}

_START = """\
# The argument, put to the test

This page is written by `sim claims --report`; do not edit it. Each claim is a belief that somebody
holds. A scenario states it as a comparison of measures under policies. All policies meet the same
people with the same random numbers, so the left side minus the right side is a paired difference.
A claim is *supported* if the interval of this difference lies wholly on the claimed side of zero,
*refuted* if it lies wholly on the other side, *negligible* if it lies within the practical size,
and *undecided* otherwise; see [how claims are judged](hypotheses.md).

{together}

A verdict depends on a model and its settings, many of which
are assumptions. So each claim is judged again at other values of the settings that it may depend
on, one setting at a time, to find where the verdict changes. The scenario's own value is in bold.
"""


def _start(count: int) -> str:
    """Return how the page judges so many comparisons."""
    level = 100 * (1 - level_of_each(count))
    of_all = (
        f"The {count} comparisons of the page are judged by intervals that cover together: 95%\n"
        f"for all of them, so {level:.4g}% for each (Bonferroni), at other values of a setting\n"
        "too. The 95% interval of each by itself stands beside, with its verdict if another."
    )
    return _START.format(together=of_all if count > 1 else "The interval is of 95%.")


def claims_summary(tested: Sequence[Tested]) -> RenderableType:
    """Lay out the verdicts for the terminal by claim, and the settings that change them."""
    changing = [
        Text.assemble((f"{one.hypothesis.name} ({one.scenario})", "bold"), f"\n  {lines}")
        for one in tested
        for lines in ["\n  ".join(tipping_point_lines(one))]
        if lines
    ]
    heading = [Text("Where verdicts change\n", "bold")] * bool(changing)
    return Group(_table(tested), *heading, *changing)


def _table(tested: Sequence[Tested]) -> Table:
    table = plain_table()
    for name in ("Claim", "Scenario", "Hypothesis", "Verdict"):
        table.add_column(name)
    table.add_column("Difference (95% for all)", justify="right")
    over = any(one.over_worlds for one in tested)
    if over:
        table.add_column("True in", justify="right")
    for number, one in _by_claim(tested):
        says = f" {argument()[number].says}" if number else ""
        table.add_row(
            Text(number or "-").append(says, "dim"),
            Text(one.scenario),
            Text(one.hypothesis.name),
            Text(one.verdict.word, _STYLES[one.verdict.word]),
            Text(_plain(_difference(one))).append(_plain("\n".join(["", *_details(one)])), "dim"),
            *[Text(chance_text(one) or "-")] * over,
        )
    return table


def _details(one: Tested) -> Iterator[str]:
    yield f"By itself {_alone(one.verdict, unit_of(one.hypothesis.read()))}."
    yield from filter(None, [_split(one)])


def _plain(text: str) -> str:
    # The hyphen, since a piped Windows terminal cannot encode the true minus.
    return text.replace(MINUS, "-").replace(MISSING, "-")


def _difference(one: Tested) -> str:
    return _said(one.verdict, unit_of(one.hypothesis.read()))


def _said(verdict: Verdict, unit: str) -> str:
    said = _formatted(verdict.adjusted, unit)
    interval = f" ({span_text(said)})" if said.has_interval else ""
    return f"{said.mean}{interval} {said.unit}".strip()


def _alone(verdict: Verdict, unit: str) -> str:
    """Return the interval of a comparison by itself, and its verdict if that is another."""
    span = span_text(_formatted(verdict.difference, unit))
    return span if verdict.alone == verdict.word else f"{span}: {verdict.alone}"


def _formatted(difference: Difference, unit: str) -> FormattedEstimate:
    return format_estimate(difference.mean, difference.low, difference.high, unit, difference=True)


def _split(one: Tested) -> str:
    """Return how much of the difference is profit and how much customer equity, as a sentence."""
    split = one.verdict.split
    if split is None:
        return ""
    profit, equity = (_parts(part) for part in (split.profit, split.equity))
    return f"Of this, profit {profit}, and customer equity {equity}."


def _parts(part: Difference) -> str:
    said = _formatted(part, "currency")
    return f"{said.mean} ({span_text(said)})" if said.has_interval else said.mean


def _by_claim(tested: Sequence[Tested]) -> Iterator[tuple[str, Tested]]:
    """Yield every claim with each hypothesis that tests it, then hypotheses that test none."""
    for number in argument():
        yield from ((number, one) for one in tested if number in one.hypothesis.argument)
    yield from (("", one) for one in tested if not one.hypothesis.argument)


def write_claims(page: Path, tested: Sequence[Tested], *, plots: bool = True) -> Path:
    """Write the page and its plots, in place of earlier ones.

    Parameters
    ----------
    page : Path
        Ends in ``.md``, or in ``.html`` for a page like those of the other studies. The plots go
        into a folder of the same name without the suffix, or into the page.
    tested : sequence of Tested
    plots : bool
        Whether to draw them; the tables say the same.

    Raises
    ------
    CommandError
        If it ends in neither, or cannot be written.
    """
    if page.suffix == ".html":
        return write_study_page(page, _as_study_page(tested, plots=plots))
    if page.suffix != ".md":
        raise CommandError(f"{page}: the page of claims must end in .md or .html")
    folder = page.with_suffix("")
    try:
        for old in folder.glob("*.svg"):
            old.unlink()
        for name, content in _drawn(tested) if plots else ():
            write_file(folder / name, content)
        lines = _lines(tested, folder.name if plots else "")
        return write_file(page, "\n".join(lines).encode())
    except OSError as error:
        raise CommandError(f"{page}: cannot be written: {error.strerror}") from None


_HEADINGS = ("Claim", "Scenario", "Hypothesis", "Verdict", "Difference (95% for all)", "By itself")


def _as_study_page(tested: Sequence[Tested], *, plots: bool) -> StudyPage:
    """Return the page in HTML: the answer, a table of all claims, and each claim folded."""
    over = any(one.over_worlds for one in tested)
    first, *further = [_bare(line) for line in answer_lines(tested) if _bare(line)]
    mapped = [("map", "", partial(draw_map, [*_by_claim(tested)]))]
    drawn = inline_plots(mapped) if plots and _is_mapped(tested) else []
    rows = tuple(tuple(_cells(number, one, over=over)) for number, one in _by_claim(tested))
    table = StudyTable("All claims", _HEADINGS + ("True in",) * over, rows)
    sections = [StudySection("The verdicts", pictures=tuple(drawn), tables=(table,))]
    sections += [_claim_section(number, one, plots=plots) for number, one in _by_claim(tested)]
    sections.append(StudySection("How they are judged", (_bare(_start(len(tested))),), folded=True))
    worlds = AnswerRow(
        "How sure",
        "Verdicts are of one world each. For the share of plausible worlds where a claim is true:",
        "sim claims --worlds 64",
    )
    card = AnswerCard(first, () if over else (worlds,))
    facts = (f"{len(tested)} hypotheses",)
    kicker = "The argument, put to the test"
    return StudyPage("Claims and verdicts", kicker, card, tuple(further), facts, sections)


def _bare(markdown: str) -> str:
    """Return a line of the Markdown page without its marks."""
    if markdown.startswith("## "):
        return ""
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)|^# .*", r"\1", markdown)
    bare = bare.replace("**", "").replace("`", "")
    return " ".join(bare.removeprefix("* ").split())


def _claim_section(number: str, one: Tested, *, plots: bool) -> StudySection:
    claim = one.hypothesis.read()
    drawn = [
        ("trials", "", partial(draw_trials, trials, path, unit_of(claim), claim.sign))
        for path, trials in one.trials.items()
    ]
    texts = [_bare(line) for line in tipping_point_lines(one)]
    texts += [worlds_sentence(one)] * bool(one.over_worlds)
    texts += [one.hypothesis.because.strip()] * bool(one.hypothesis.because)
    title = f"{number} {one.hypothesis.name}: {one.verdict.word}".strip()
    pictures = tuple(inline_plots(drawn, prefix=slug(title))) if plots else ()
    return StudySection(
        title, (*filter(None, texts),), pictures, code=one.hypothesis.claim, folded=True
    )


_MAP = "map.svg"


def _drawn(tested: Sequence[Tested]) -> Iterator[tuple[str, bytes]]:
    if _is_mapped(tested):
        yield _MAP, encode(draw_map([*_by_claim(tested)]), "svg")
    for one in tested:
        claim = one.hypothesis.read()
        for path, trials in one.trials.items():
            figure = draw_trials(trials, path, unit_of(claim), claim.sign)
            yield _file(one, path), encode(figure, "svg")


def _is_mapped(tested: Sequence[Tested]) -> bool:
    return any(chance_text(one) for one in tested)


def _file(one: Tested, path: str) -> str:
    return f"{slug(one.scenario)}-{slug(one.hypothesis.name)}-{slug(path)}.svg"


_HEAD = (
    "| claim | who holds it | scenario | hypothesis | verdict | difference (95% for all) "
    "| by itself |"
)


def _lines(tested: Sequence[Tested], plots: str) -> Iterator[str]:
    yield _start(len(tested))
    yield from answer_lines(tested)
    if plots and _is_mapped(tested):
        yield f"![Map of the claims: chance of being true against size]({plots}/{_MAP})\n"
    over = any(one.over_worlds for one in tested)
    yield _HEAD + " true in |" * over
    yield "|---|---|---|---|---|---|---|" + "---|" * over
    yield from (_row(number, one, over=over) for number, one in _by_claim(tested))
    yield ""
    yield from leverage_lines(tested)
    for number in argument():
        mine = [one for one in tested if number in one.hypothesis.argument]
        yield f"## {number}\n"
        yield f"> {argument()[number].text}\n>\n> {_capital(argument()[number].says)}.\n"
        yield from (line for one in mine for line in _section(one, plots))
        if not mine:
            yield "No hypothesis tests this claim.\n"
    rest = [one for one in tested if not one.hypothesis.argument]
    yield from ["## Hypotheses outside the argument\n"] * bool(rest)
    yield from (line for one in rest for line in _section(one, plots))


def _cells(number: str, one: Tested, *, over: bool) -> Iterator[str]:
    """Yield the claim with who holds it, its test and the verdict."""
    says = argument()[number].says if number else ""
    yield f"{number} {says}".strip()
    yield from (one.scenario, one.hypothesis.name, one.verdict.word, _difference(one))
    yield _alone(one.verdict, unit_of(one.hypothesis.read()))
    yield from [chance_text(one)] * over


def _row(number: str, one: Tested, *, over: bool) -> str:
    says = argument()[number].says if number else ""
    cells = [number, says, *list(_cells(number, one, over=over))[1:]]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _section(one: Tested, plots: str) -> Iterator[str]:
    said, count = _difference(one), one.verdict.difference.replications
    alone = _alone(one.verdict, unit_of(one.hypothesis.read()))
    yield f"**{one.hypothesis.name}** (`{one.scenario}`): **{one.verdict.word}**, {said}, "
    known = [f"over {count} replications (by itself {alone}).", _split(one)]
    yield " ".join(filter(None, known)) + "\n"
    yield from _made_of(one.apart) if one.apart else ()
    yield from [f"{worlds_sentence(one)}\n"] * bool(one.over_worlds)
    yield f"`{one.hypothesis.claim}`\n"
    yield from [f"{one.hypothesis.because.strip()}\n"] * bool(one.hypothesis.because)
    for lines, path in zip(tipping_point_lines(one), one.trials, strict=True):
        yield f"* `{path}`{lines.removeprefix(path)}.\n"
        if plots:
            place = f"{plots}/{_file(one, path)}"
            yield f"  ![{one.hypothesis.name}: difference against {path}]({place})\n"
        yield from _tried(one, path)


def _made_of(apart: TakenApart) -> Iterator[str]:
    """Yield a table of the parts of a difference."""
    found = {of: dict(decomposition.named()) for of, decomposition in apart.named()}
    yield (
        f"[What it is made of](experiments.md#what-a-policy-is-made-of): `{apart.policy}` less "
        f"`{apart.reference}`, in currency, with 95% intervals, each by itself.\n"
    )
    yield f"| | {' | '.join('difference' if of == 'all' else of for of in found)} |"
    yield "|---|" + "---|" * len(found)
    for part in found["all"]:
        cells = [PART_TITLES[part], *(_parts(each[part]) for each in found.values())]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _tried(one: Tested, path: str) -> Iterator[str]:
    """Yield a table of the values tried, with the verdict at each."""
    unit = unit_of(one.hypothesis.read())
    yield f"  | {path} | verdict | difference | by itself (95%) |"
    yield "  |---|---|---|---|"
    for trial in one.trials[path]:
        value = value_text(trial.value)
        label = f"**{value}**" if trial.own else value
        verdict = trial.verdict
        said = (label, verdict.word, _said(verdict, unit), _alone(verdict, unit))
        yield f"  | {' | '.join(said)} |"
    yield ""
