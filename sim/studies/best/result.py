"""The result of `sim best`: the policy found, its tables, plots and page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import CommandError
from sim.studies.best.terminal import answer_lines
from sim.studies.best.written import Written, read_written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Best", "read_best"]


@dataclass(frozen=True, slots=True)
class Best(Written):
    """The best policy found; see `Written` for what it holds."""

    def __repr__(self) -> str:
        return f"<Best in {self.folder}: {self.answer()[0]}>"

    @property
    def settings(self) -> dict[str, Any]:
        """What the policy found sets, by dotted path."""
        return dict(self.facts["settings"])

    @property
    def words(self) -> list[str]:
        """The policy found, in sentences."""
        return list(self.facts["words"])

    def answer(self) -> list[str]:
        """Return what was found, how much better it is, and how sure that is."""
        return answer_lines(self)

    def plot(self, kind: str = "candidates") -> Figure:
        """Draw ``candidates``, ``finals`` or ``differences``.

        Raises
        ------
        CommandError
            If there is no such plot.
        """
        from sim.studies.best.plots import PLOTS

        if kind not in PLOTS:
            raise CommandError(f"no plot {kind}; there are {', '.join(PLOTS)}")
        return PLOTS[kind](self)

    def build_report(self) -> Path:
        """Draw the plots and write the page; return the page."""
        from sim.studies.best.page import build_best_page

        return build_best_page(self.folder)

    def as_data(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        tables = {name: getattr(self, name).to_dicts()
                  for name in ("finals", "differences", "constraints")}  # fmt: skip
        return {
            "folder": str(self.folder),
            "answer": self.answer(),
            **self.facts,
            "yaml": self.yaml,
            **tables,
        }

    def _repr_html_(self) -> str:
        return "<br>".join(self.answer())


def read_best(folder: str | os.PathLike[str]) -> Best:
    """Open a folder of `sim best`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.

    Examples
    --------
    >>> import sim
    >>> found = sim.best("my.yaml", policies=["equal"], runs=80, out="search")
    >>> sim.read_best("search").settings == found.settings
    True
    """
    found = read_written(Path(folder))
    return Best(**{name: getattr(found, name) for name in Written.__dataclass_fields__})
