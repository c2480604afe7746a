"""The verdicts on hypotheses as tables, and their tipping points.

A tipping point is a pair of neighbouring values of one setting between which a verdict changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from sim.results.hypothesis_tables import VERDICT, verdict_row
from sim.scenario.schema.hypotheses import Hypothesis
from sim.stats.verdicts import Verdict
from sim.studies.claims.over_worlds import OverWorlds
from sim.studies.claims.taken_apart import TakenApart

__all__ = [
    "AS_IT_IS",
    "Tested",
    "Trial",
    "claims_table",
    "parts_table",
    "settings_text",
    "tipping_point_lines",
    "tipping_points",
    "trials_table",
    "value_text",
    "values_to_try",
    "worlds_table",
]

CLAIMS = {
    "argument": pl.String,
    "scenario": pl.String,
    "name": pl.String,
    "claim": pl.String,
    **VERDICT,
    "turns": pl.String,
}
"""Columns of a row for each hypothesis; `argument` lists claims, `turns` the tipping points. low,
high and p are by itself; the adjusted ones, on which the verdict rests, over all hypotheses."""

TRIALS = {
    "scenario": pl.String,
    "name": pl.String,
    "path": pl.String,
    "value": pl.String,
    **VERDICT,
}
"""Columns of a row for each value tried: the setting, its value, and the verdict there."""


WORLDS = {
    "argument": pl.String,
    "scenario": pl.String,
    "name": pl.String,
    "worlds": pl.Int64,
    "true": pl.Float64,
    "error": pl.Float64,
    "negligible": pl.Float64,
    "p5": pl.Float64,
    "p50": pl.Float64,
    "p95": pl.Float64,
    "settings": pl.String,
}
"""Columns of a row for each hypothesis judged over plausible worlds; `settings` decide it."""


PARTS = {
    "scenario": pl.String,
    "name": pl.String,
    "policy": pl.String,
    "reference": pl.String,
    "of": pl.String,
    "part": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of a row for each part of a hypothesis's difference, policy less reference: of ``all``
that it compares, of ``profit``, or of ``customer equity``; intervals of 95%, each by itself."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A hypothesis with its verdicts.

    Attributes
    ----------
    scenario : str
        The scenario's name.
    hypothesis : Hypothesis
    verdict : Verdict
        In the scenario as it is.
    trials : mapping of str to sequence of Trial
        By dotted path: the verdict at each value tried, the scenario's own among them.
    over_worlds : OverWorlds, optional
        How likely it is over plausible worlds, if any were drawn.
    apart : TakenApart, optional
        What its difference is made of, where it has parts.
    """

    scenario: str
    hypothesis: Hypothesis
    verdict: Verdict
    trials: Mapping[str, Sequence[Trial]] = field(default_factory=dict)
    over_worlds: OverWorlds | None = None
    apart: TakenApart | None = None


def claims_table(tested: Sequence[Tested]) -> pl.DataFrame:
    """Lay out a row for each hypothesis, with the columns of `CLAIMS`."""
    rows = [
        (
            ", ".join(one.hypothesis.argument),
            one.scenario,
            one.hypothesis.name,
            one.hypothesis.claim,
            *verdict_row(one.verdict),
            "; ".join(tipping_point_lines(one)),
        )
        for one in tested
    ]
    return pl.DataFrame(rows, schema=CLAIMS, orient="row")


def trials_table(tested: Sequence[Tested]) -> pl.DataFrame:
    """Lay out a row for each value tried, with the columns of `TRIALS`."""
    rows = [
        (
            one.scenario,
            one.hypothesis.name,
            path,
            value_text(trial.value),
            *verdict_row(trial.verdict),
        )
        for one in tested
        for path, trials in one.trials.items()
        for trial in trials
    ]
    return pl.DataFrame(rows, schema=TRIALS, orient="row")


def worlds_table(tested: Sequence[Tested]) -> pl.DataFrame:
    """Lay out a row for each hypothesis judged over worlds, with the columns of `WORLDS`."""
    rows = [
        (
            ", ".join(one.hypothesis.argument),
            one.scenario,
            one.hypothesis.name,
            over.worlds,
            over.true,
            over.error,
            over.negligible,
            *over.ends,
            settings_text(over),
        )
        for one in tested
        for over in [one.over_worlds]
        if over is not None
    ]
    return pl.DataFrame(rows, schema=WORLDS, orient="row")


def parts_table(tested: Sequence[Tested]) -> pl.DataFrame:
    """Lay out a row for each part of a hypothesis that has parts, with the columns of `PARTS`."""
    rows = [
        (one.scenario, one.hypothesis.name, one.apart.policy, one.apart.reference, of, part,
         found.mean, found.low, found.high, found.p, found.replications)
        for one in tested
        if one.apart is not None
        for of, decomposition in one.apart.named()
        for part, found in decomposition.named()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=PARTS, orient="row")


def settings_text(over: OverWorlds) -> str:
    """Return what decides a claim over worlds, in words; empty if nothing does."""
    return ", ".join(f"{path} {share:.0%}" for path, share in over.settings)


def tipping_point_lines(one: Tested) -> Iterator[str]:
    """Yield for each setting the values between which the verdict changes, or that it does not."""
    for path, trials in one.trials.items():
        changes = [
            ", ".join(f"{side.verdict.word} at {value_text(side.value)}" for side in neighbours)
            for neighbours in tipping_points(trials)
        ]
        tried = ", ".join(value_text(trial.value) for trial in trials)
        yield f"{path}: " + ("; ".join(changes) or f"does not change in the range tried ({tried})")


def value_text(value: object) -> str:
    """Return a value that was tried as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10g}" if isinstance(value, (int, float)) else str(value)


AS_IT_IS = "as it is"
"""Stands for the scenario's own value where that is not a single one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim judged at one value of a setting.

    Attributes
    ----------
    value : object
        Number, text, true or false.
    verdict : Verdict
    own : bool
        Whether the scenario itself has that value.
    """

    value: object
    verdict: Verdict
    own: bool = False


def values_to_try(values: Iterable[object], own: object) -> list[object]:
    """Return the values to try, including the scenario's own.

    Parameters
    ----------
    values : iterable of object
        As the scenario lists them.
    own : object
        Its own; `AS_IT_IS` if it has no single one.

    Returns
    -------
    list of object
        Each once: numbers by size; anything else in the order given, after the scenario's own.
    """
    listed = list(values)
    if own not in listed:
        listed = [own, *listed]
    once = [value for index, value in enumerate(listed) if value not in listed[:index]]
    numbers = [one for one in once if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return [*sorted(numbers)] if len(numbers) == len(once) else once


def tipping_points(trials: Sequence[Trial]) -> list[tuple[Trial, Trial]]:
    """Return the neighbours between which the verdict changes; empty if it never does."""
    return [(a, b) for a, b in pairwise(trials) if a.verdict.word != b.verdict.word]
