"""The result of `sim robust`: the answer, its tables, plots and page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import CommandError
from sim.studies.robust.analysed import Worlds, read_worlds
from sim.studies.robust.per_measure import TABLES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Robust", "read_robust"]


@dataclass(frozen=True, slots=True)
class Robust(Worlds):
    """Policies compared over all plausible worlds; see `Worlds` for what it holds."""

    def __repr__(self) -> str:
        return (
            f"<Robust: {self.points.height} plausible worlds, {', '.join(self.sweep.policies)}; "
            f"in {self.folder}>"
        )

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
        return PLOTS[kind](self.of(measure))

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
            "known": self.known.to_dicts(),
            "answer": {name: self.answer(name) for name in self.findings},
            **{name: self.table(name).to_dicts() for name in TABLES if name != "draws"},
        }

    def _repr_html_(self) -> str:
        return "<br>".join(self.answer()) + self.policies._repr_html_()


def read_robust(folder: str | os.PathLike[str]) -> Robust:
    """Open a folder of `sim robust`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.

    Examples
    --------
    >>> import sim
    >>> found = sim.robust("my.yaml", draws=32, out="worlds")
    >>> sim.read_robust("worlds").policies.equals(found.policies)
    True
    """
    return read_worlds(folder, Robust)
