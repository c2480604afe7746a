"""Say in few words what a run's results advise, by how much, how surely, and who gains and pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report.kit.answer_card import AnswerCard, AnswerRow
from sim.report.kit.catalogue import CHURN, MONEY, describe
from sim.report.kit.differences import PairedDifference, differences_of
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import format_estimate, format_number, quoted
from sim.report.run.answer import means_of, ranked
from sim.report.run.group_tables import GroupDifference, group_differences
from sim.report.run.waterfall import components_of
from sim.stats.practical_size import worth_or_share

__all__ = ["answer_card", "chosen_and_rival"]

_FELT = ("satisfaction_mean", "wait_mean")
"""By what customers gain or lose: the first of these that differs for some group."""

_MOST_PARTS = 2  # of a difference in profit in a sentence
_DECILES = "10 could spend most; 95% sure of all deciles together"


def answer_card(frames: Frames, warnings: Sequence[str] = ()) -> AnswerCard | None:
    """Return what stands on a run's first screen; None without money to choose by.

    Parameters
    ----------
    frames : Frames
    warnings : sequence of str
        What is implausible about the run.
    """
    money = _money(frames)
    if not money:
        return None
    best, rival = chosen_and_rival(frames)
    row = differences_of(frames, money, best).get(rival)
    headline = _headline(frames, money, best, rival, row)
    return AnswerCard(headline, tuple(_rows(frames, money, best, rival, row)), tuple(warnings))


def chosen_and_rival(frames: Frames) -> tuple[str, str]:
    """Return the policy with most money, and what it is compared with; empty where there is none.

    That is the reference, or where that has most itself, the policy with most of the others.
    """
    money = _money(frames)
    best, *others = ranked(frames, describe(money)) if money else [""]
    if best != frames.reference:
        return best, frames.reference
    return best, next(iter(others), "")


def _money(frames: Frames) -> str:
    return next((name for name in MONEY if means_of(frames, name)), "")


def _headline(
    frames: Frames, money: str, best: str, rival: str, row: PairedDifference | None
) -> str:
    title = describe(money).title.lower()
    if not rival:
        return f"Only {quoted(best)} was run: there is nothing to choose between."
    if row is None or row.low is None:
        return f"{quoted(best)} had the highest {title}; one run cannot show whether by chance."
    if row.negligible:
        return f"{quoted(best)} or {quoted(rival)}: they differ by too little to care about."
    if not row.significant:
        return f"No policy is surely best. {quoted(best)} had the highest {title}."
    level = _level_with(frames, money, best)
    if level:
        others = f"{len(level)} others" if len(level) > 1 else quoted(level[0])
        return f"{quoted(best)} had the highest {title}; {others} may have as much."
    return f"{quoted(best)} is best by {title}."


def _level_with(frames: Frames, money: str, best: str) -> list[str]:
    """Return the policies that do not differ significantly from the best."""
    rows = differences_of(frames, money, best)
    return [name for name, row in rows.items() if not row.significant]


def _rows(
    frames: Frames, money: str, best: str, rival: str, row: PairedDifference | None
) -> Iterator[AnswerRow]:
    if row is not None:
        yield AnswerRow(describe(money).title, _by_how_much(frames, money, row))
        if means_of(frames, CHURN):
            churn = differences_of(frames, CHURN, best).get(rival)
            yield from [AnswerRow(describe(CHURN).title, f"{_amount(churn)}.")] if churn else []
        yield from _why(frames, best, rival)
    yield AnswerRow("How sure", _how_sure(frames), _command("robust"))
    if row is not None:
        yield from _who(frames, best, rival)


def _by_how_much(frames: Frames, money: str, row: PairedDifference) -> str:
    start = f"{_amount(row)} against {quoted(row.versus)}"
    level = means_of(frames, money).get(frames.reference, 0.0)
    least, said = worth_or_share(frames.worth, money, level)
    if least is None:
        return f"{start}."
    size = format_number(least, 0)
    whose = "" if said else " (1% of the level, as the scenario has no worth)"
    return f"{start}. Less than {size} is too little to care about{whose}."


def _amount(row: PairedDifference) -> str:
    """Write a difference with its unit and interval."""
    unit = describe(row.measure).unit
    said = format_estimate(row.mean, row.low, row.high, unit, difference=True)
    named = "" if said.unit in ("", "currency") else f" {said.unit}"
    interval = f" ({said.low} to {said.high})" if said.has_interval else ""
    return f"{said.mean}{named}{interval}"


def _why(frames: Frames, best: str, rival: str) -> Iterator[AnswerRow]:
    """Yield the largest parts of the difference in profit, with their intervals."""
    parts = sorted(components_of(frames, best, rival), key=lambda part: -abs(part[1].mean or 0.0))
    if parts:
        told = ", ".join(
            f"{describe(measure).title.lower()} {_amount(part)}"
            for measure, part in parts[:_MOST_PARTS]
        )
        yield AnswerRow("Why", f"Largest parts of the difference in profit: {told}.")


def _how_sure(frames: Frames) -> str:
    runs = f"{frames.replications} run{'' if frames.replications == 1 else 's'}"
    return (
        f"95% intervals over {runs} of one world. For other plausible worlds, and for what the "
        "answer depends on:"
    )


def _command(verb: str) -> str:
    return f"sim {verb} scenario.yaml"


def _who(frames: Frames, best: str, rival: str) -> Iterator[AnswerRow]:
    """Yield which value deciles are surely better or worse off, by what they feel."""
    policy = best if best != frames.reference else rival
    column = [name for name in frames.policies if name != frames.reference].index(policy)
    tables = group_differences(frames, "decile", _FELT, together=True)
    for table in tables:
        up, down = _moved(table.rows, column)
        if up or down:
            told = [f"up in {_deciles(up)}"] * bool(up) + [f"down in {_deciles(down)}"] * bool(down)
            text = f"{table.title} under {quoted(policy)}: {', '.join(told)} ({_DECILES})."
            yield AnswerRow("Who gains, who pays", text)
            return
    if tables:
        text = f"No value decile is surely better or worse off ({_DECILES})."
        yield AnswerRow("Who gains, who pays", text)


def _moved(
    rows: Sequence[tuple[str, tuple[GroupDifference, ...]]], column: int
) -> tuple[list[str], list[str]]:
    """Return the groups in which a measure surely rose, and in which it surely fell."""
    sure = [(group, cells[column]) for group, cells in rows if cells[column].excludes_zero]
    up = [group for group, cell in sure if cell.estimate.mean.startswith("+")]
    return up, [group for group, cell in sure if group not in up]


def _deciles(groups: Sequence[str]) -> str:
    """Write ``deciles 1, 2, 3, 7`` as ``deciles 1 to 3 and 7``."""
    if not all(group.isdigit() for group in groups):
        return ", ".join(groups)
    spans: list[list[int]] = []
    for number in sorted(map(int, groups)):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    told = [
        f"{span[0]} to {span[-1]}" if len(span) > 2 else " and ".join(map(str, span))
        for span in spans
    ]
    return f"decile{'s' if len(groups) > 1 else ''} {', '.join(told)}"
