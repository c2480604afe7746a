"""The argument put to the test, as a table for the terminal and as a page with plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.errors import CommandError
from sim.report.kit.canvas import encode, write_file
from sim.report.kit.number_format import MINUS, MISSING, format_estimate
from sim.report.run.hypothesis_rows import unit_of
from sim.results.manifest import slug
from sim.scenario.shipped import argument
from sim.stats.verdicts import Verdict
from sim.studies.claims.assumption_leverage import leaning_lines
from sim.studies.claims.plots import draw_trials
from sim.studies.claims.tables import Tested, shown_value, told_turns

__all__ = ["claims_summary", "write_claims"]

_STYLES = {"supported": "green", "refuted": "red", "undecided": "bold"}

_START = """\
# The argument, put to the test

Written by `sim claims --report`; never edited. Each claim is somebody's conviction. A scenario puts
it as a comparison of measures under policies, which the same people live through with the same
luck, so that left less right is a paired difference. It is *supported* where its 95% interval lies
wholly on the claimed side of zero, *refuted* where it lies wholly on the other, *undecided* else;
[how claims are judged](hypotheses.md). What a verdict rests on are a model and its parameters, many
of them assumed: so each claim is judged again at other values of what it is thought to hang on, one
at a time, to see where the verdict turns. The scenario's own value is the bold one.
"""


def claims_summary(tested: Sequence[Tested]) -> RenderableType:
    """Lay out the verdicts for the terminal, in the order of the argument, and where they turn."""
    turning = [
        Text.assemble((f"{one.hypothesis.name} ({one.scenario})", "bold"), f"\n  {told}")
        for one in tested
        for told in ["\n  ".join(told_turns(one))]
        if told
    ]
    heading = [Text("Where verdicts turn\n", "bold")] * bool(turning)
    return Group(_table(tested), *heading, *turning)


def _table(tested: Sequence[Tested]) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("Claim", "Scenario", "Hypothesis", "Verdict"):
        table.add_column(name, overflow="fold")
    table.add_column("Difference (95%)", justify="right")
    for number, one in _by_claim(tested):
        says = f" {argument()[number].says}" if number else ""
        table.add_row(
            Text(number or "-").append(says, "dim"),
            Text(one.scenario),
            Text(one.hypothesis.name),
            Text(one.verdict.word, _STYLES[one.verdict.word]),
            Text(_plain(_difference(one))),
        )
    return table


def _plain(text: str) -> str:
    # The hyphen, since a piped Windows terminal cannot encode the true minus.
    return text.replace(MINUS, "-").replace(MISSING, "-")


def _difference(one: Tested) -> str:
    return _said(one.verdict, unit_of(one.hypothesis.read()))


def _said(verdict: Verdict, unit: str) -> str:
    found = verdict.difference
    said = format_estimate(found.mean, found.low, found.high, unit, difference=True)
    interval = f" ({said.low} to {said.high})" if said.has_interval else ""
    return f"{said.mean}{interval} {said.unit}".strip()


def _by_claim(tested: Sequence[Tested]) -> Iterator[tuple[str, Tested]]:
    """Yield every claim with each hypothesis that tests it, then those that test none."""
    for number in argument():
        yield from ((number, one) for one in tested if number in one.hypothesis.argument)
    yield from (("", one) for one in tested if not one.hypothesis.argument)


def write_claims(page: Path, tested: Sequence[Tested], *, plots: bool = True) -> Path:
    """Write the page and its plots; what it wrote there before is replaced.

    Parameters
    ----------
    page : Path
        Ends in ``.md``; the plots go into a folder beside it, of its name without that.
    tested : sequence of Tested
    plots : bool
        Whether to draw them; the tables say the same.

    Raises
    ------
    CommandError
        If it does not end so, or cannot be written.
    """
    if page.suffix != ".md":
        raise CommandError(f"{page}: a page of claims is written as .md")
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


def _drawn(tested: Sequence[Tested]) -> Iterator[tuple[str, bytes]]:
    for one in tested:
        claim = one.hypothesis.read()
        for path, trials in one.trials.items():
            figure = draw_trials(trials, path, unit_of(claim), claim.sign)
            yield _file(one, path), encode(figure, "svg")


def _file(one: Tested, path: str) -> str:
    return f"{slug(one.scenario)}-{slug(one.hypothesis.name)}-{slug(path)}.svg"


def _lines(tested: Sequence[Tested], plots: str) -> Iterator[str]:
    yield _START
    yield "| claim | who says it | scenario | hypothesis | verdict | difference (95% interval) |"
    yield "|---|---|---|---|---|---|"
    yield from (_row(number, one) for number, one in _by_claim(tested))
    yield ""
    yield from leaning_lines(tested)
    for number in argument():
        mine = [one for one in tested if number in one.hypothesis.argument]
        yield f"## {number}\n"
        yield f"> {argument()[number].text}\n>\n> {_capital(argument()[number].says)}.\n"
        yield from (line for one in mine for line in _section(one, plots))
        if not mine:
            yield "Not tested.\n"
    rest = [one for one in tested if not one.hypothesis.argument]
    yield from ["## Beside the argument\n"] * bool(rest)
    yield from (line for one in rest for line in _section(one, plots))


def _row(number: str, one: Tested) -> str:
    says = argument()[number].says if number else ""
    cells = (number, says, one.scenario, one.hypothesis.name, one.verdict.word, _difference(one))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _section(one: Tested, plots: str) -> Iterator[str]:
    said, count = _difference(one), one.verdict.difference.replications
    yield f"**{one.hypothesis.name}** (`{one.scenario}`): **{one.verdict.word}**, {said}, "
    yield f"over {count} replications.\n"
    yield f"`{one.hypothesis.claim}`\n"
    yield from [f"{one.hypothesis.because.strip()}\n"] * bool(one.hypothesis.because)
    for told, path in zip(told_turns(one), one.trials, strict=True):
        yield f"* `{path}`{told.removeprefix(path)}.\n"
        if plots:
            place = f"{plots}/{_file(one, path)}"
            yield f"  ![{one.hypothesis.name}: difference against {path}]({place})\n"
        yield from _tried(one, path)


def _tried(one: Tested, path: str) -> Iterator[str]:
    """Yield a table of the values tried, and what came of the claim at each."""
    unit = unit_of(one.hypothesis.read())
    yield f"  | {path} | verdict | difference (95% interval) |"
    yield "  |---|---|---|"
    for trial in one.trials[path]:
        value = shown_value(trial.value)
        shown = f"**{value}**" if trial.own else value
        said = (shown, trial.verdict.word, _said(trial.verdict, unit))
        yield f"  | {' | '.join(said)} |"
    yield ""
