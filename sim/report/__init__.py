"""From a results folder to what a person reads: plots, a page and a table for the terminal.

Nothing here knows the model: a report is made from the tables of a results folder and the
declarations of the measures, so it can be made again at any time on any machine.
Drawing and templates are imported only when used, so that the command line starts quickly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.catalogue import CORE_PLOTS, KEY_MEASURES
from sim.report.folder import frames_of
from sim.report.story import date, parting, told

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import RenderableType

    from sim.results import Results, Tested

__all__ = [
    "CORE_PLOTS",
    "KEY_MEASURES",
    "build",
    "claims_summary",
    "date",
    "parting",
    "plot",
    "print_to_pdf",
    "save",
    "summary_table",
    "told",
    "verdicts_table",
    "write_claims",
    "write_plots",
]


def build(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write ``plots/`` and ``report.html`` into a folder of results or of a sweep.

    Parameters
    ----------
    folder : Path
        What `sim.run` or `sim.sweep` wrote.
    kinds : sequence of {'png', 'svg', 'pdf'}
        As what the plots are written for print besides: PNG with 300 dots an inch, and PDF.

    Returns
    -------
    Path
        The page. It is written last and at once, so that it never stands beside missing plots.

    Raises
    ------
    ResultsError
        If it is no such folder, or is damaged or of another version.
    CommandError
        If there is no such kind of file.
    """
    from sim.report.canvas import check_kinds
    from sim.report.page import build_page
    from sim.report.sweep_page import build_sweep_page
    from sim.results import is_sweep

    check_kinds(kinds)
    return (build_sweep_page if is_sweep(folder) else build_page)(folder, kinds)


def print_to_pdf(browser: str | None = None) -> Callable[[Path], Path]:
    """Find a browser, and give what prints a page by it to a PDF of the same name.

    Parameters
    ----------
    browser : str, optional
        Its name or path; by default the first that is installed of Chromium and its kin.

    Raises
    ------
    CommandError
        If there is none. What is given raises RunError if the browser fails.
    """
    from sim.report.printing import browser_of, print_page

    found = browser_of(browser)
    return lambda page: print_page(page, found)


def plot(
    folder: Path | Results,
    measure: str,
    *,
    policies: Sequence[str] = (),
    by: str = "",
    over: str = "",
    versus: str = "",
) -> Figure:
    """Draw one measure, or one of the report's own plots.

    Parameters
    ----------
    folder : Path or Results
        A results folder, by its path or opened.
    measure : str
        A column of ``monthly.parquet``, or the name of a plot in `CORE_PLOTS`.
    policies : sequence of str
        Only these; each keeps its look. By default all.
    by : {'', 'tier', 'decile', 'pool', 'need'}
        Split by this.
    over : {'', 'months', 'horizon'}
        Over months, or over the whole horizon; by default the latter by decile only.
    versus : str
        Paired differences from this policy, in place of the values themselves.

    Returns
    -------
    matplotlib.figure.Figure
        Not tied to pyplot; `save` writes it so that the same results give the same bytes.

    Raises
    ------
    CommandError
        If the results have no such measure, plot, policy or split.
    """
    from sim.report.plots import draw_named
    from sim.report.view import view_of

    frames = frames_of(folder)
    return draw_named(frames, measure, view_of(frames, policies, versus, by, over))


def write_plots(
    folder: Path,
    measures: Sequence[str],
    kinds: Sequence[str] = ("png",),
    out: Path | None = None,
    *,
    policies: Sequence[str] = (),
    by: str = "",
    over: str = "",
    versus: str = "",
) -> list[Path]:
    """Draw measures and write each as files; nothing is written if one cannot be drawn.

    Parameters
    ----------
    folder : Path
        A results folder.
    measures : sequence of str
        As of `plot`.
    kinds : sequence of {'png', 'svg', 'pdf'}
        A PNG has 300 dots an inch.
    out : Path, optional
        Where to; by default ``plots`` in the results folder.
    policies, by, over, versus
        As of `plot`; a view that is not the report's has them in the files' names.

    Returns
    -------
    list of Path
        The files, measure by measure.

    Raises
    ------
    CommandError
        As `plot`; or if there is no such kind of file, or it cannot be written.
    """
    from sim.report.canvas import check_kinds, save_figure
    from sim.report.plots import draw_named
    from sim.report.view import file_name, view_of

    check_kinds(kinds)
    frames = frames_of(folder)
    view = view_of(frames, policies, versus, by, over)
    figures = {name: draw_named(frames, name, view) for name in dict.fromkeys(measures)}
    place = folder / "plots" if out is None else out
    return [
        save_figure(figure, place / f"{file_name(name, view)}.{kind}")
        for name, figure in figures.items()
        for kind in dict.fromkeys(kinds)
    ]


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as the file's ending says: ``.png``, ``.svg`` or ``.pdf``.

    Raises
    ------
    CommandError
        If the ending is another.
    """
    from sim.report.canvas import save_figure

    return save_figure(figure, path)


def summary_table(source: Path | Results) -> RenderableType:
    """Lay out the key measures by policy for the terminal; prints nothing.

    Parameters
    ----------
    source : Path or Results
        A results folder, by its path or opened.
    """
    from sim.report.terminal import summary

    return summary(frames_of(source))


def verdicts_table(source: Path | Results) -> RenderableType | None:
    """Lay out the verdicts on the scenario's hypotheses for the terminal; None if it has none.

    Parameters
    ----------
    source : Path or Results
        A results folder, by its path or opened.
    """
    from sim.report.hypotheses import verdicts

    return verdicts(frames_of(source))


def claims_summary(tested: Sequence[Tested]) -> RenderableType:
    """Lay out claims with their verdicts and where they turn for the terminal.

    Parameters
    ----------
    tested : sequence of Tested
        Hypotheses with what came of them.
    """
    from sim.report.claims import summary

    return summary(tested)


def write_claims(page: Path, tested: Sequence[Tested]) -> Path:
    """Write a page of claims, with plots in a folder of its name beside it; return the page.

    Parameters
    ----------
    page : Path
        Ends in ``.md``.
    tested : sequence of Tested

    Raises
    ------
    CommandError
        If it does not, or cannot be written.
    """
    from sim.report.claims import write_page

    return write_page(page, tested)
