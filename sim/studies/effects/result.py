"""The result of `sim effects`: effects on persons, their parts, who gains and who pays."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import CommandError
from sim.studies.effects.effects_files import TABLES, Written, read_written
from sim.studies.effects.terminal import answer_lines

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Effects", "read_effects"]


@dataclass(frozen=True, slots=True)
class Effects(Written):
    """The effects of a policy on persons; see `Written` for what it holds."""

    def __repr__(self) -> str:
        return f"<Effects in {self.folder}: {self.answer()[0]}>"

    def answer(self) -> list[str]:
        """Return who gains and who pays, by what, and what an experiment would have said."""
        return answer_lines(self)

    def plot(self, kind: str = "groups") -> Figure:
        """Draw ``groups``, ``parts`` or ``experiments``.

        Raises
        ------
        CommandError
            If there is no such plot.
        """
        from sim.studies.effects.plots import PLOTS

        if kind not in PLOTS:
            raise CommandError(f"no plot {kind}; there are {', '.join(PLOTS)}")
        return PLOTS[kind](self)

    def build_report(self) -> Path:
        """Draw the plots and write the page; return the page."""
        from sim.studies.effects.page import build_effects_page

        return build_effects_page(self.folder)

    def as_data(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        tables = {name: getattr(self, name).to_dicts() for name in TABLES}
        return {"folder": str(self.folder), "answer": self.answer(), **self.facts, **tables}

    def _repr_html_(self) -> str:
        return "<br>".join(self.answer())


def read_effects(folder: str | os.PathLike[str]) -> Effects:
    """Open a folder of `sim effects`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.

    Examples
    --------
    >>> import sim
    >>> found = sim.effects("my.yaml", "value_tiers", months=2, replications=2, folds=0, out="own")
    >>> sim.read_effects("own").effects.equals(found.effects)
    True
    """
    found = read_written(Path(folder))
    return Effects(**{name: getattr(found, name) for name in Written.__dataclass_fields__})
