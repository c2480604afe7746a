"""Fit what goes on in customers' minds to a dashboard's figures, by history matching."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from sim.errors import CommandError
from sim.execution.execution import Execution, ExecutionOptions
from sim.execution.selection import ScenarioSelection, Source, accepts, loadable
from sim.studies.calibrate.kpi_rows import (
    Figure,
    Meaning,
    figures_of,
    meanings_of,
    read_kpis,
)
from sim.studies.calibrate.notation import comments, write_lines
from sim.studies.calibrate.told_settings import Setting, minds_lines, settings_of
from sim.studies.robust.known import FEW
from sim.studies.robust.past_worlds import PastWorlds, past_worlds

__all__ = ["DRAWS", "Minds", "calibrate_minds", "fit_minds", "kpi_figures"]

Floats = npt.NDArray[np.float64]

DRAWS = 256
"""Worlds to weigh, unless said otherwise."""


@dataclass(frozen=True, eq=False)
class Minds:
    """What is fitted to a dashboard's figures.

    Attributes
    ----------
    path : str
    scenario : str
        The world in which they are explained.
    figures : list of Figure
    settings : list of Setting
        Every uncertain key, the best told first.
    worlds : PastWorlds
    """

    path: str
    scenario: str
    figures: list[Figure]
    settings: list[Setting]
    worlds: PastWorlds

    @property
    def told(self) -> list[Setting]:
        """The keys that the figures tell."""
        return [one for one in self.settings if one.told]

    @property
    def effective(self) -> float:
        """As how many worlds of equal weight those that agree count."""
        return self.worlds.agreement.effective

    def lines(self) -> list[str]:
        """Return what was found, for people."""
        return [*self._agreement(), *self._told(), *self._rest()]

    def _agreement(self) -> Iterator[str]:
        draws = len(self.worlds.shares)
        yield f"{draws} worlds that may agree count as {self.effective:.0f} of equal weight."
        if self.effective < FEW:
            yield f"Fewer than {FEW:.0f} are too few to trust: draw more with -n."
        for row in self.worlds.agreement.table.iter_rows(named=True):
            now = f"{row['after_p5']:.4g} to {row['after_p95']:.4g}"
            was = f"{row['before_p5']:.4g} to {row['before_p95']:.4g}"
            yield f"  {row['measure']}: measured {row['value']:.4g}; worlds {was}, now {now}"

    def _told(self) -> Iterator[str]:
        yield "Told by these figures:" if self.told else "These figures tell no key by itself."
        for one in self.told:
            yield (
                f"  {one.path}: {one.median:.3g} ({one.low:.3g} to {one.high:.3g}), before "
                f"{one.before_low:.3g} to {one.before_high:.3g}: {one.width:.0%} as wide"
            )

    def _rest(self) -> Iterator[str]:
        left = [one.path for one in self.settings if not one.told]
        minds = [path.removeprefix("behaviour.") for path in left if path.startswith("behaviour.")]
        yield f"Left as wide as before, or nearly: {len(left)} keys, {len(minds)} of behaviour:"
        yield f"  {', '.join(sorted(minds))}"

    def write(self, file: str | os.PathLike[str], command: str = "") -> Path:
        """Write the told keys as a scenario on top of the one in which they were fitted.

        Raises
        ------
        CommandError
            If the file cannot be written.
        """
        return write_lines(Path(file), self._lines(Path(file), command))

    def _lines(self, file: Path, command: str) -> Iterator[str]:
        if command:
            yield f"# {command}"
        yield from comments([*(f"{figure}." for figure in self.figures), *self.lines()])
        yield from minds_lines(self.scenario, self.told, file)

    def as_data(self) -> dict[str, Any]:
        """Return what was found as plain data."""
        return {
            "path": self.path,
            "scenario": self.scenario,
            "folder": str(self.worlds.folder),
            "effective_worlds": self.effective,
            "figures": [
                {"name": one.name, "measure": one.measure, "months": one.months,
                 "value": one.known.value, "within": one.known.within,
                 "discrepancy": one.known.model_error(), "notes": list(one.notes)}
                for one in self.figures
            ],
            "agreement": self.worlds.agreement.table.to_dicts(),
            "settings": [asdict(one) for one in self.settings],
        }  # fmt: skip


@accepts(ExecutionOptions)
def calibrate_minds(
    kpis: str | os.PathLike[str],
    scenario: Source,
    *,
    means: Iterable[str] = (),
    decimal: str | None = None,
    draws: int = DRAWS,
    **options: Unpack[ExecutionOptions],
) -> Minds:
    """Say which keys of a scenario's world a dashboard's figures tell.

    Parameters
    ----------
    kpis : path
        Rows of month, measure and value; see docs/calibration.md.
    scenario : path or Scenario
        The world in which they are explained.
    means : iterable of str
        What the dashboard's names stand for, each ``NAME=MEASURE`` or ``NAME=MEASURE:LOW:HIGH``.
    decimal : {'point', 'comma'}, optional
        Decimal mark where numbers can be read two ways.
    draws : int
        Worlds to weigh, at least 32.
    workers, cluster, engine, progress
        As of `sim.run`.

    Returns
    -------
    Minds

    Raises
    ------
    InputError
        If the file or the scenario cannot be read, a name is no measure, or no world agrees.

    Examples
    --------
    It takes minutes, so only its form is shown here.

    >>> import sim
    >>> found = sim.calibrate_minds("kpis.csv", "my.yaml", draws=64)  # doctest: +SKIP
    >>> [setting.path for setting in found.told]  # doctest: +SKIP
    ['behaviour.churn.base_per_month']
    """
    path, selection = Path(kpis), ScenarioSelection(loadable(scenario))
    figures = kpi_figures(path, selection, meanings_of(means), decimal)
    return fit_minds(path, figures, selection, Execution(**options), draws)


def kpi_figures(
    path: Path, selection: ScenarioSelection, means: Mapping[str, Meaning], decimal: str | None
) -> list[Figure]:
    """Return what a file's rows say of the measures of a scenario's world.

    Parameters
    ----------
    path : Path
        Rows of month, measure and value.
    selection : ScenarioSelection
    means : mapping of str to Meaning
        What the dashboard's names stand for.
    decimal : {'point', 'comma'}, optional
        Decimal mark where numbers can be read two ways.

    Raises
    ------
    InputError
        If the file or the scenario cannot be read, or a name is no measure.
    """
    base = selection.variations().base
    if base.known:
        raise CommandError(
            "the scenario has figures of its own under `known`; leave them out, or they count twice"
        )
    customers = base.people.customers
    if customers is None:
        raise CommandError("the scenario does not say people.customers, to which counts compare")
    return figures_of(path, read_kpis(path, decimal), means, customers)


def fit_minds(
    path: Path,
    figures: Sequence[Figure],
    selection: ScenarioSelection,
    execution: Execution,
    draws: int = DRAWS,
    command: str = "",
) -> Minds:
    """Weigh plausible worlds by a dashboard's figures, and say which keys they tell.

    Parameters
    ----------
    path : Path
        Of the figures.
    figures : sequence of Figure
        From `kpi_figures`.
    selection : ScenarioSelection
        The world in which they are explained.
    execution : Execution
    draws : int
        Worlds to weigh, at least 32.
    command : str
        As it was typed.

    Raises
    ------
    CommandError
        If no world agrees with the figures.
    """
    if draws < 32:
        raise CommandError(f"draws: must be at least 32 (got {draws})")
    known = ", ".join(f"{one.measure}: {_written(one)}" for one in figures)
    sets = [*selection.sets, f"known={{{known}}}"]
    worlds = past_worlds(replace(selection, sets=sets), execution, draws, None, command)
    if not worlds.agreement.weights.any():
        raise CommandError(_none(worlds, figures))
    settings = settings_of(worlds.beliefs.ranges, worlds.shares, worlds.agreement.weights)
    return Minds(str(path), str(selection.source), list(figures), settings, worlds)


def _written(figure: Figure) -> str:
    known = figure.known
    return (
        f"{{value: {known.value!r}, within: {known.within!r}, discrepancy: "
        f"{known.model_error()!r}}}"
    )


def _none(worlds: PastWorlds, figures: Sequence[Figure]) -> str:
    rows = worlds.agreement.table.sort("set_aside", descending=True).row(0, named=True)
    name = next(one.name for one in figures if one.measure == rows["measure"])
    return (
        f"no world drawn agrees with all of these figures; {name} sets most aside: measured "
        f"{rows['value']:.4g}, worlds show {rows['before_p5']:.4g} to {rows['before_p95']:.4g}. "
        "Look at its unit, widen the beliefs, or draw more worlds with -n"
    )
