"""The runs of `sim robust` analysed, written into tables, and read back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import threadpool_limits

from sim.errors import CommandError, ResultsError
from sim.results.atomic import write_whole
from sim.results.tables import encode
from sim.scenario.plausible import Beliefs
from sim.scenario.schema.beliefs import Known
from sim.studies.robust.decision import decision_of
from sim.studies.robust.draw_runs import PAST, outcomes, shares_of_draws
from sim.studies.robust.known import KNOWN, Agreement, agreement_of
from sim.studies.robust.per_measure import TABLES, Findings, find, is_more_better
from sim.studies.robust.terminal import answer_lines, known_lines
from sim.studies.sweep.folder import SweepResults, open_sweep

__all__ = ["Worlds", "leader", "past_figures", "read_worlds", "write_tables"]

Floats = npt.NDArray[np.float64]
T = TypeVar("T", bound="Worlds")

_FACTS, _KNOWN = "robust.json", "robust_known.csv"
_LEAST = 16  # worlds for an analysis


@dataclass(frozen=True, slots=True)
class Worlds:
    """Policies compared over all plausible worlds.

    Attributes
    ----------
    folder : Path
    sweep : SweepResults
        The runs.
    findings : mapping of str to Findings
        By measure.
    settled : bool
        Whether the answer settled before the last world was drawn.
    off : mapping of str to str
        Assumed keys that were not drawn, and why.
    known : polars.DataFrame
        Each known figure, and how worlds spread about it before and after it counts; empty where
        nothing is known.
    """

    folder: Path
    sweep: SweepResults = field(repr=False)
    findings: Mapping[str, Findings] = field(repr=False)
    settled: bool
    off: Mapping[str, str] = field(repr=False)
    known: pl.DataFrame = field(repr=False)

    @property
    def policies(self) -> pl.DataFrame:
        """How likely each policy is best, or nearly; and its regret."""
        return self.table("policies")

    @property
    def differences(self) -> pl.DataFrame:
        """How each policy's expected difference from the first is spread over worlds."""
        return self.table("differences")

    @property
    def settings(self) -> pl.DataFrame:
        """What each setting decides, and what knowing it would be worth."""
        return self.table("settings")

    @property
    def groups(self) -> pl.DataFrame:
        """What knowing all settings of a group would be worth."""
        return self.table("groups")

    @property
    def regions(self) -> pl.DataFrame:
        """Which policy to choose in which part of the plausible worlds."""
        return self.table("regions")

    @property
    def draws(self) -> pl.DataFrame:
        """Each world's weight, and each policy's expected difference and regret in it."""
        return self.table("draws")

    @property
    def points(self) -> pl.DataFrame:
        """The value of every uncertain setting in each world."""
        return self.sweep.points

    def table(self, name: str) -> pl.DataFrame:
        """Return one of `TABLES`, of all measures."""
        tables: list[pl.DataFrame] = [getattr(one, name) for one in self.findings.values()]
        return pl.concat(tables)

    def answer(self, measure: str | None = None) -> list[str]:
        """Return the answer in about ten lines.

        Parameters
        ----------
        measure : str, optional
            By default the first.
        """
        found = self.of(measure)
        lines = answer_lines(
            found,
            found.draws["draw"].n_unique(),
            int(self.sweep.manifest["replications"]),
            len(self.sweep.paths) - 1,
        )
        return [lines[0], *known_lines(self.known, self.effective), *lines[1:], self._state()]

    @property
    def effective(self) -> float:
        """As how many worlds of equal weight those that agree with what is known count."""
        first = next(iter(self.findings.values()))
        weights = first.draws.filter(policy=first.best)["weight"].to_numpy()
        return float(1 / (weights**2).sum())

    def _state(self) -> str:
        if self.settled:
            return "The answer has settled: half the worlds say the same."
        return "The answer has not settled; draw more worlds with -n."

    def of(self, measure: str | None) -> Findings:
        """Return what is found for a measure, by default the first."""
        if measure is None:
            return next(iter(self.findings.values()))
        if measure not in self.findings:
            raise CommandError(f"no measure {measure}; there are {', '.join(self.findings)}")
        return self.findings[measure]


def leader(sweep: SweepResults, measure: str, figures: Mapping[str, Known]) -> tuple[str, float]:
    """Return the best policy so far, and the largest standard error of a chance of being best."""
    shares, runs, draws = _numbers(sweep, measure)
    with threadpool_limits(1):
        agreement = _agreement(sweep, figures)
        weights = None if agreement is None else agreement.weights[draws]
        decision = decision_of(shares, runs, weights, larger=is_more_better(measure))
    chances = decision.best_in()
    errors = [decision.share(chance)[1] for chance in chances.T]
    return sweep.policies[decision.best], max(errors)


def _findings_of(
    sweep: SweepResults, measure: str, beliefs: Beliefs, agreement: Agreement | None
) -> Findings:
    shares, runs, draws = _numbers(sweep, measure)
    weights = None if agreement is None else agreement.weights[draws]
    # One thread, for the sums of several are not the same every time.
    with threadpool_limits(1):
        return find(measure, sweep.policies, beliefs, shares, runs, _worth(sweep), weights)


def _numbers(sweep: SweepResults, measure: str) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Return where the draws with a number under every policy lie, the numbers, and which."""
    draws, runs = outcomes(sweep, measure)
    if len(draws) < _LEAST:
        raise CommandError(f"{measure} has a value in {len(draws)} worlds only; draw more with -n")
    return shares_of_draws(sweep)[draws], runs, draws


def past_figures(
    past: SweepResults, figures: Mapping[str, Known]
) -> tuple[Floats, dict[str, Floats]]:
    """Return where the draws lie, and what they show of each known figure: NaN if nothing.

    Raises
    ------
    CommandError
        If a figure has no value in a world, so that nothing can be said of it.
    """
    shares, runs = shares_of_draws(past), {}
    for name in figures:
        draws, values = outcomes(past, name)
        if len(draws) < len(shares):
            raise CommandError(f"known.{name}: has no value in some of the worlds drawn")
        runs[name] = values[:, 0]
    return shares, runs


def _agreement(sweep: SweepResults, figures: Mapping[str, Known]) -> Agreement | None:
    """Return how well worlds agree with what is known; None where nothing is.

    Raises
    ------
    CommandError
        If no world does.
    """
    if not figures:
        return None
    found = agreement_of(figures, *past_figures(open_sweep(sweep.folder / PAST), figures))
    if not found.weights.any():
        raise CommandError(
            "known: no world drawn agrees with all of these figures; widen the beliefs, allow the "
            f"model a larger discrepancy, or look at {sweep.folder / PAST}"
        )
    return found


def _worth(sweep: SweepResults) -> dict[str, float]:
    import yaml

    return dict((yaml.safe_load(sweep.scenario) or {}).get("worth") or {})


def write_tables(
    sweep: SweepResults,
    measures: Sequence[str],
    beliefs: Beliefs,
    figures: Mapping[str, Known],
    settled: bool,
) -> None:
    """Analyse the runs and write the tables into the folder."""
    with threadpool_limits(1):
        agreement = _agreement(sweep, figures)
    known = pl.DataFrame(schema=KNOWN) if agreement is None else agreement.table
    write_whole(sweep.folder / _KNOWN, encode(_plain(known), _KNOWN))
    found = [_findings_of(sweep, name, beliefs, agreement) for name in measures]
    for name in TABLES:
        table = pl.concat([getattr(one, name) for one in found])
        file = "robust.parquet" if name == "draws" else f"robust_{name}.csv"
        write_whole(sweep.folder / file, encode(_plain(table), file))
    facts = {
        "measures": [{**_scalars(one)} for one in found],
        "settled": settled,
        "off": dict(beliefs.off),
    }
    write_whole(sweep.folder / _FACTS, (json.dumps(facts, indent=1) + "\n").encode())


def _scalars(found: Findings) -> dict[str, Any]:
    return {
        name: value for name, value in vars(found).items() if not isinstance(value, pl.DataFrame)
    }


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    """Round to 9 digits, which hides no difference and spares the last bits of a solver."""
    return table.with_columns(pl.col(pl.Float64).round_sig_figs(9))


def read_worlds(folder: str | os.PathLike[str], kind: type[T]) -> T:
    """Open a folder of `sim robust`, as a kind of `Worlds`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.
    """
    path = Path(folder)
    sweep = open_sweep(path)
    try:
        facts = json.loads((path / _FACTS).read_text("utf-8"))
        tables = {name: _read(path, name) for name in TABLES}
    except (OSError, ValueError) as error:
        raise ResultsError(f"{folder} is not a finished folder of sim robust.") from error
    findings = {
        one["measure"]: Findings(**one, **_of_measure(tables, one["measure"]))
        for one in facts["measures"]
    }
    known = pl.read_csv(path / _KNOWN, schema=KNOWN)
    return kind(path, sweep, findings, facts["settled"], facts["off"], known)


def _of_measure(tables: Mapping[str, pl.DataFrame], measure: str) -> dict[str, Any]:
    return {name: table.filter(measure=measure) for name, table in tables.items()}


def _read(folder: Path, name: str) -> pl.DataFrame:
    if name == "draws":
        return pl.read_parquet(folder / "robust.parquet")
    content = (folder / f"robust_{name}.csv").read_bytes()
    table = pl.read_csv(BytesIO(content), infer_schema_length=None)
    return table.with_columns(pl.col(pl.String).fill_null(""))
