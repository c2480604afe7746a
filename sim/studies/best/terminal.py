"""State what `sim best` found in about ten lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.report.kit.number_format import format_estimate
from sim.studies.best.find_best import SAME_DESK
from sim.studies.best.frontier_results import frontier_lines
from sim.studies.best.goal import title_of
from sim.studies.best.tables import SCORE
from sim.studies.best.written import YAML, Written

__all__ = ["answer_lines", "constraint_line", "headline_of", "said_difference", "sure_line"]


_OVER_WORLDS = ", on average over all plausible worlds"


def answer_lines(found: Written) -> list[str]:
    """Return what was found, how much better it is, and how sure that is."""
    return list(_lines(found, found.facts))


def _lines(found: Written, facts: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{facts['tried']} candidates from {facts['searched']} and {len(facts['given'])} given "
        f"policies tried; {facts['runs']:,} runs. The more the better: {facts['objective']}"
        f"{_OVER_WORLDS * facts['robust']}."
    )
    if facts["is_given"]:
        yield f"Nothing better was found than {facts['policy']}, a given policy. It says:"
    else:
        yield f"Best found, from {facts['policy']}:"
    yield from (f"  {line}" for line in facts["words"])
    yield from (said_difference(found, versus) for versus in _versus(found))
    yield from (constraint_line(row) for row in found.constraints.filter(policy="best").to_dicts())
    if not facts["keeps_constraints"]:
        yield "No candidate keeps all constraints: this one is the nearest to it."
    if facts["at_ends"]:
        ends = ", ".join(facts["at_ends"])
        yield f"At an end of its range, beyond which better may lie: {ends}."
    yield sure_line(found)
    if facts["frontiers"]:
        yield from frontier_lines(
            found.frontier, facts["frontiers"], facts["inequality"], facts["unit"]
        )
    yield from (f"A run failed, and its candidate is out: {text}" for text in facts["failed"][:3])
    yield f"As a scenario that runs: {found.folder / YAML}"


def _versus(found: Written) -> list[str]:
    return found.differences["versus"].unique(maintain_order=True).to_list()


def headline_of(found: Written) -> str:
    """Return in a sentence whether something better was found than what was given."""
    facts, against = found.facts, _versus(found)
    if facts["is_given"]:
        return f"Nothing better was found than {facts['policy']}, a given policy."
    if not against:
        return f"A policy was found, from {facts['policy']}."
    row = found.differences.filter(versus=against[0], measure=SCORE).row(0, named=True)
    than = _called(found, against[0])
    return {
        "better": f"A better policy was found than {than}.",
        "worse": f"What was found is worse than {than}.",
    }.get(_word(row), f"What was found is not told apart from {than}.")


def said_difference(found: Written, versus: str) -> str:
    """Return how much better the choice is than another policy, with the interval."""
    row = found.differences.filter(versus=versus, measure=SCORE).row(0, named=True)
    shown = format_estimate(row["mean"], row["low"], row["high"], row["unit"], difference=True)
    amount = f"{shown.mean} ({shown.low} to {shown.high})" if shown.has_interval else shown.mean
    word = _word(row)
    unit = "" if row["unit"] in ("", "currency") else f" {shown.unit}"
    return (
        f"Against {_called(found, versus)}: {amount}{unit}, {word}; {row['replications']} "
        f"{'plausible worlds' if found.facts['robust'] else 'paired runs'} that nothing was chosen "
        "by."
    )


def _called(found: Written, versus: str) -> str:
    if versus == found.facts["rival"] and not found.facts["is_given"]:
        return f"{versus}, the best of the given policies"
    if versus.endswith(SAME_DESK):
        return f"{versus} (so that only the policy differs)"
    return versus


def _word(row: Mapping[str, Any]) -> str:
    if row["low"] is None:
        return "without an interval"
    if row["low"] > 0:
        return "better"
    return "worse" if row["high"] < 0 else "not told apart"


def constraint_line(row: Mapping[str, Any]) -> str:
    """Return whether the choice keeps a constraint."""
    word = {"yes": "kept", "no": "not kept", "unsure": "on average kept or not, but unsure"}
    measure = str(row["constraint"]).split()[0]
    shown = format_estimate(row["mean"], row["low"], row["high"], row["unit"])
    return (
        f"Constraint {row['constraint']}: {word[row['kept']]}; "
        f"{title_of(measure).lower()} {shown.mean} ({shown.low} to {shown.high})."
    )


def sure_line(found: Written) -> str:
    """Return how surely the choice is the best of the last candidates."""
    facts = found.facts
    finals = found.finals.height
    size = format_estimate(facts["indifference"], None, None, facts["unit"]).mean
    if facts["settled"]:
        return (
            f"With probability {facts['confidence']:.0%} or more it is the best of the last "
            f"{finals} candidates, or within {size} of it (Kim & Nelson 2001)."
        )
    return (
        f"Not settled: {facts['contenders']} of the last {finals} candidates may be best by more "
        f"than {size}; about {facts['more']:,} more runs of each would tell (--runs)."
    )
