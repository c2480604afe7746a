"""Draw plots by name: those of the report, and any measure by month, by group or as differences."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure

from sim.errors import CommandError
from sim.report.kit.bands import bands
from sim.report.kit.canvas import Drawing, blank, caption, is_narrow, panel, save_figure
from sim.report.kit.catalogue import CORE_PLOTS, Plot, check_formats, describe
from sim.report.kit.figure_grid import name_width, panel_grid
from sim.report.kit.forest import draw_differences
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.labels import describe_values, label_of
from sim.report.kit.lines import draw_lines, label_line_ends, share_scale
from sim.report.kit.style import Look, styled
from sim.report.kit.titles import short_title, title_of
from sim.report.kit.view import View, caption_text, checked_view, file_name, looks_in
from sim.report.run.cascade_plot import draw_cascades
from sim.report.run.first_screen import chosen_and_rival
from sim.report.run.gains_plots import draw_deciles, draw_tiers
from sim.report.run.lorenz_plot import draw_lorenz
from sim.report.run.small_multiples import draw_by_group, draw_changes, draw_over_horizon
from sim.report.run.waterfall import draw_waterfall
from sim.results.read import Results

__all__ = ["draw", "draw_named", "plot", "write_plots"]

Bands = Mapping[str, pl.DataFrame]


def draw_named(frames: Frames, name: str, view: View = View()) -> Drawing:  # noqa: B008 - frozen
    """Draw a plot of the report by its name, or any measure.

    Raises
    ------
    CommandError
        If the results have neither (the message suggests the nearest names), or not what the view
        asks for.
    """
    report_plots = {plot.name: plot for plot in CORE_PLOTS}
    if name in report_plots and (name not in frames.measures or view == View()):
        return draw(frames, report_plots[name], view)
    if name not in frames.measures and not _in_groups(frames, name, view):
        near = difflib.get_close_matches(name, dict.fromkeys([*frames.measures, *report_plots]))
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise CommandError(f"no measure or plot '{name}' in these results{hint}")
    return draw(frames, Plot(name, "", (name,)), view)


def draw(frames: Frames, plot: Plot, view: View = View()) -> Drawing:  # noqa: B008 - frozen
    """Draw a plot.

    Parameters
    ----------
    frames : Frames
    plot : Plot
        The plot to draw; it says so where the results have no numbers.
    view : View
        Which policies, split by what, and compared with which policy.

    Raises
    ------
    CommandError
        If this kind of plot does not support the view.
    """
    if plot.kind != "lines" and (view.by or view.over):
        raise CommandError(
            f"{plot.name} cannot be split or drawn over time: leave out --by and --over"
        )
    with styled():
        return _DRAW_BY_KIND[plot.kind](frames, plot, view)


def _in_groups(frames: Frames, name: str, view: View) -> bool:
    return bool(view.by) and name in frames.group(view.by).columns


def _lines(frames: Frames, plot: Plot, view: View) -> Drawing:
    if view.by:
        return draw_by_group(frames, plot.measures[0], view)
    if not view.months:
        return draw_over_horizon(frames, plot.measures, view)
    looks = looks_in(frames, view)
    data = {name: bands(frames.monthly, name, versus=view.versus) for name in plot.measures}
    if all(table.is_empty() for table in data.values()):
        return blank(f"{_title(plot, view)}: these results contain no numbers to draw.")
    draw_lines_of = _single if len(data) == 1 and not is_narrow() else _panels
    figure = draw_lines_of(frames, plot, data, looks, view)
    figure.description = _alternative(frames, figure.title, data, looks, view)
    units = [describe(name).unit for name in plot.measures]
    caption(figure, caption_text(frames, view, "band: pointwise 95% interval", units))
    return figure


def _title(plot: Plot, view: View) -> str:
    title = plot.title or describe(plot.measures[0]).title
    return f"{title}, difference from {title_of(view.versus)}" if view.versus else title


def _single(
    frames: Frames, plot: Plot, data: Bands, looks: Mapping[str, Look], view: View
) -> Drawing:
    [(measure, table)] = data.items()
    height = max(2.35, 0.17 * len(looks))
    figure = Drawing(4.15 + name_width(looks), height + 1.3, _title(plot, view))
    axes = panel(figure, 0.72, 0.74, 3.0, height)
    label = label_of(measure, versus=view.versus)
    if view.versus:
        label = replace(label, unit=f"{label.unit}, difference from {short_title(view.versus)}")
    lines = draw_lines(axes, frames, table, label, looks)
    label_line_ends(axes, lines, looks, height)
    return figure


def _panels(
    frames: Frames, plot: Plot, data: Bands, looks: Mapping[str, Look], view: View
) -> Drawing:
    figure, panels = panel_grid(_title(plot, view), looks, len(data), plot.columns)
    for axes, (measure, table) in zip(panels, data.items(), strict=True):
        draw_lines(axes, frames, table, label_of(measure, versus=view.versus), looks)
    if plot.share_y:
        for start in range(0, len(data), plot.columns):
            share_scale(panels[start : start + plot.columns])
    return figure


def _alternative(
    frames: Frames, title: str, data: Bands, looks: Mapping[str, Look], view: View
) -> str:
    """Describe what the lines show, with the last value of each."""
    months = f"{frames.months:,} month{'' if frames.months == 1 else 's'}"
    lasts = [
        describe_values(
            table.filter(month=frames.months), label_of(name, versus=view.versus), looks
        )
        for name, table in data.items()
    ]
    words = " ".join(f"In the last month, {text}" for text in lasts if text)
    return f"{title} over {months}, a line for each policy. {words}".strip()


def _differences(frames: Frames, plot: Plot, view: View) -> Drawing:
    return draw_differences(frames, view, plot.measures)


def _why(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw the components of the difference between the best policy and its rival."""
    best, rival = chosen_and_rival(frames)
    chosen = View(view.policies or (best,), view.versus or rival)
    return draw_waterfall(frames, plot, chosen)


_DRAW_BY_KIND: Mapping[str, Callable[[Frames, Plot, View], Drawing]] = {
    "lines": _lines,
    "changes": draw_changes,
    "why": _why,
    "deciles": draw_deciles,
    "tiers": draw_tiers,
    "lorenz": draw_lorenz,
    "cascades": draw_cascades,
    "waterfall": draw_waterfall,
    "differences": _differences,
}


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
        Only these policies, each in its usual look; by default all.
    by : {'', 'tier', 'decile', 'pool', 'need', 'agent'}
        Split by this.
    over : {'', 'months', 'horizon'}
        By month or over the whole horizon; by default by month, except by decile.
    versus : str
        Draw paired differences from this policy instead of values.

    Returns
    -------
    matplotlib.figure.Figure
        Independent of pyplot; `save_figure` writes it so that equal results give equal bytes.

    Raises
    ------
    CommandError
        If the results have no such measure, plot, policy or split.
    """
    frames = frames_of(folder)
    return draw_named(frames, measure, checked_view(frames, policies, versus, by, over))


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
    """Draw measures and write each to files; nothing is written if one cannot be drawn.

    Parameters
    ----------
    folder : Path
        A results folder.
    measures : sequence of str
        As for `plot`.
    kinds : sequence of {'png', 'svg', 'pdf'}
        File formats; a PNG has 300 dots per inch.
    out : Path, optional
        Folder to write to; by default ``plots`` in the results folder.
    policies, by, over, versus
        As for `plot`; file names include them.

    Returns
    -------
    list of Path
        The files, measure by measure.

    Raises
    ------
    CommandError
        As for `plot`; or if a format is unknown, or a file cannot be written.
    """
    check_formats(kinds)
    frames = frames_of(folder)
    view = checked_view(frames, policies, versus, by, over)
    figures = {name: draw_named(frames, name, view) for name in dict.fromkeys(measures)}
    folder_out = folder / "plots" if out is None else out
    return [
        save_figure(figure, folder_out / f"{file_name(name, view)}.{kind}")
        for name, figure in figures.items()
        for kind in dict.fromkeys(kinds)
    ]
