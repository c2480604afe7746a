"""The result of `sim robust`: its folder, its tables, and the answer."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import threadpool_limits

from sim.errors import CommandError, ResultsError
from sim.results.atomic import write_whole
from sim.results.tables import encode
from sim.scenario.beliefs import Beliefs
from sim.studies.robust.decision import decision_of
from sim.studies.robust.findings import TABLES, Findings, find, is_more_better
from sim.studies.robust.study import outcomes, shares_of_draws
from sim.studies.robust.terminal import answer_lines
from sim.studies.sweep.folder import SweepResults, open_sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Robust", "leader", "read_robust", "write_tables"]

Floats = npt.NDArray[np.float64]

_FACTS = "robust.json"
_LEAST = 16  # worlds for an analysis


@dataclass(frozen=True, slots=True)
class Robust:
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
    """

    folder: Path
    sweep: SweepResults = field(repr=False)
    findings: Mapping[str, Findings] = field(repr=False)
    settled: bool
    off: Mapping[str, str] = field(repr=False)

    @property
    def policies(self) -> pl.DataFrame:
        """How likely each policy is best, or nearly; and its regret."""
        return self._table("policies")

    @property
    def differences(self) -> pl.DataFrame:
        """How each policy's expected difference from the first is spread over worlds."""
        return self._table("differences")

    @property
    def settings(self) -> pl.DataFrame:
        """What each setting decides, and what knowing it would be worth."""
        return self._table("settings")

    @property
    def groups(self) -> pl.DataFrame:
        """What knowing all settings of a group would be worth."""
        return self._table("groups")

    @property
    def regions(self) -> pl.DataFrame:
        """Which policy to choose in which part of the plausible worlds."""
        return self._table("regions")

    @property
    def draws(self) -> pl.DataFrame:
        """Each world's weight, and each policy's expected difference and regret in it."""
        return self._table("draws")

    @property
    def points(self) -> pl.DataFrame:
        """The value of every uncertain setting in each world."""
        return self.sweep.points

    def _table(self, name: str) -> pl.DataFrame:
        tables: list[pl.DataFrame] = [getattr(one, name) for one in self.findings.values()]
        return pl.concat(tables)

    def answer(self, measure: str | None = None) -> list[str]:
        """Return the answer in about ten lines.

        Parameters
        ----------
        measure : str, optional
            By default the first.
        """
        found = self._of(measure)
        lines = answer_lines(
            found,
            found.draws["draw"].n_unique(),
            int(self.sweep.manifest["replications"]),
            len(self.sweep.paths) - 1,
        )
        return [*lines, self._state()]

    def _state(self) -> str:
        if self.settled:
            return "The answer has settled: half the worlds say the same."
        return "The answer has not settled; draw more worlds with -n."

    def _of(self, measure: str | None) -> Findings:
        if measure is None:
            return next(iter(self.findings.values()))
        if measure not in self.findings:
            raise CommandError(f"no measure {measure}; there are {', '.join(self.findings)}")
        return self.findings[measure]

    def plot(self, kind: str = "chances", measure: str | None = None) -> Figure:
        """Draw ``chances``, ``differences``, ``settings`` or ``knowing``.

        Raises
        ------
        CommandError
            If there is no such plot or measure.
        """
        from sim.studies.robust.plots import PLOTS

        if kind not in PLOTS:
            raise CommandError(f"no plot {kind}; there are {', '.join(PLOTS)}")
        return PLOTS[kind](self._of(measure))

    def build_report(self) -> Path:
        """Draw the plots and write the page; return the page."""
        from sim.studies.robust.page import build_robust_page

        return build_robust_page(self.folder)

    def as_data(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "folder": str(self.folder),
            "settled": self.settled,
            "off": dict(self.off),
            "answer": {name: self.answer(name) for name in self.findings},
            **{name: self._table(name).to_dicts() for name in TABLES if name != "draws"},
        }

    def _repr_html_(self) -> str:
        return "<br>".join(self.answer()) + self.policies._repr_html_()


def leader(sweep: SweepResults, measure: str) -> tuple[str, float]:
    """Return the best policy so far, and the largest standard error of a chance of being best."""
    shares, runs = _numbers(sweep, measure)
    with threadpool_limits(1):
        decision = decision_of(shares, runs, larger=is_more_better(measure))
    chances = decision.best_in()
    errors = [decision.share(chance)[1] for chance in chances.T]
    return sweep.policies[decision.best], max(errors)


def _findings_of(sweep: SweepResults, measure: str, beliefs: Beliefs) -> Findings:
    shares, runs = _numbers(sweep, measure)
    # One thread, for the sums of several are not the same every time.
    with threadpool_limits(1):
        return find(measure, sweep.policies, beliefs, shares, runs, _worth(sweep))


def _numbers(sweep: SweepResults, measure: str) -> tuple[Floats, Floats]:
    """Return where the draws with a number under every policy lie, and the numbers."""
    draws, runs = outcomes(sweep, measure)
    if len(draws) < _LEAST:
        raise CommandError(f"{measure} has a value in {len(draws)} worlds only; draw more with -n")
    return shares_of_draws(sweep)[draws], runs


def _worth(sweep: SweepResults) -> dict[str, float]:
    import yaml

    return dict((yaml.safe_load(sweep.scenario) or {}).get("worth") or {})


def write_tables(
    sweep: SweepResults, measures: Sequence[str], beliefs: Beliefs, settled: bool
) -> None:
    """Analyse the runs and write the tables into the folder."""
    found = [_findings_of(sweep, name, beliefs) for name in measures]
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


def read_robust(folder: str | os.PathLike[str]) -> Robust:
    """Open a folder of `sim robust`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.
    """
    path = Path(folder)
    sweep = open_sweep(path)
    try:
        facts = json.loads((path / _FACTS).read_text())
        tables = {name: _read(path, name) for name in TABLES}
    except (OSError, ValueError) as error:
        raise ResultsError(f"{folder} is not a finished folder of sim robust.") from error
    findings = {
        one["measure"]: Findings(**one, **_of_measure(tables, one["measure"]))
        for one in facts["measures"]
    }
    return Robust(path, sweep, findings, facts["settled"], facts["off"])


def _of_measure(tables: Mapping[str, pl.DataFrame], measure: str) -> dict[str, Any]:
    return {name: table.filter(measure=measure) for name, table in tables.items()}


def _read(folder: Path, name: str) -> pl.DataFrame:
    if name == "draws":
        return pl.read_parquet(folder / "robust.parquet")
    content = (folder / f"robust_{name}.csv").read_bytes()
    table = pl.read_csv(BytesIO(content), infer_schema_length=None)
    return table.with_columns(pl.col(pl.String).fill_null(""))
