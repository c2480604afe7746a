"""Draw the page's plots, write them into ``plots/``, and make them part of the page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from markupsafe import Markup

from sim.execution.garbage import keeping_garbage
from sim.report.kit.canvas import NARROW, Drawing, encode, narrow, write_file
from sim.report.kit.catalogue import CORE_PLOTS, Plot
from sim.report.kit.frames import Frames
from sim.report.kit.inline_svg import inline_parts, inline_svg
from sim.report.kit.style import Look, styled
from sim.report.kit.view import View, policies_to_draw
from sim.report.run.plots import draw

__all__ = ["Drawn", "Picture", "embed_plots", "inline_plots", "report_pictures"]

_FITTING = ("why", "waterfall", "differences")
"""Kinds of plots whose narrow blocks stand side by side where a page is wide."""

_OTHER_KINDS = ("pdf", "png")

Drawn = Iterable[tuple[str, str, Callable[[], Drawing]]]
"""File names without ending, the section of the page, and what draws the plot."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot in the page.

    Attributes
    ----------
    name, section, title : str
        File name without ending, the section of the page, and a title in plain words.
    vectors : tuple of Markup
        The picture itself; where it is too wide for a phone, a narrow one too.
    caption : str
        What it is based on.
    wide : bool
        Whether it takes the full width of the page.
    files : tuple of (str, str)
        Format and relative address of each of its files.
    folded : bool
        Whether it is shown only on demand.
    key : mapping of str to Look
        The policies that the page names above it, each with its line.
    """

    name: str
    section: str
    title: str
    vectors: tuple[Markup, ...]
    caption: str
    wide: bool
    files: tuple[tuple[str, str], ...]
    folded: bool = False
    key: Mapping[str, Look] = field(default_factory=dict)


def report_pictures(folder: Path, frames: Frames, kinds: Sequence[str] = ()) -> list[Picture]:
    """Draw the report's plots into ``plots/`` of a results folder and return them for the page."""
    drawable = policies_to_draw(frames)
    alone = len(frames.policies) < 2
    plots = [plot for plot in CORE_PLOTS if not (alone and plot.compares)]
    drawn = ((plot.name, plot.section, partial(_draw, frames, plot, drawable)) for plot in plots)
    folded = {plot.name for plot in plots if plot.folded and not alone}
    return embed_plots(folder, drawn, kinds, folded)


def _draw(frames: Frames, plot: Plot, policies: tuple[str, ...]) -> Drawing:
    """Draw a plot as the page shows it: in a format that fits a phone too, where there is one."""
    view = View() if plot.kind == "why" else View(policies)
    single = plot.kind == "lines" and len(plot.measures) == 1
    with narrow() if single or plot.kind in _FITTING else nullcontext():
        return draw(frames, plot, view)


def embed_plots(
    folder: Path, drawn: Drawn, kinds: Sequence[str] = (), folded: Collection[str] = ()
) -> list[Picture]:
    """Write plots into ``plots/`` of a folder and return them for its page.

    Parameters
    ----------
    folder : Path
    drawn : iterable of (str, str, callable)
        The file name without ending, the section of the page, and what draws the plot: once, and
        again for a phone where it is too wide for one.
    kinds : sequence of {'png', 'svg', 'pdf'}
        Formats to write besides SVG. Where a plot has a file in one already, it is written again,
        so that no file shows other numbers than the page.
    folded : collection of str
        The plots that the page shows only on demand, by name.
    """
    with styled(), keeping_garbage():
        return [
            _embedded(
                folder / "plots" / name, section, draw_it, kinds, f"p{number}", name in folded
            )
            for number, (name, section, draw_it) in enumerate(drawn)
        ]


def inline_plots(drawn: Drawn, prefix: str = "p") -> list[Picture]:
    """Draw plots for a page that has no folder for their files; see `embed_plots`.

    Parameters
    ----------
    drawn : iterable of (str, str, callable)
    prefix : str
        What the ids within begin with: another for each call on a page.
    """
    with styled(), keeping_garbage():
        return [
            _inlined(name, section, draw_it, f"{prefix}{number}")
            for number, (name, section, draw_it) in enumerate(drawn)
        ]


def _inlined(name: str, section: str, draw_it: Callable[[], Drawing], prefix: str) -> Picture:
    figure = draw_it()
    vectors = tuple(_vectors(prefix, figure, encode(figure, "svg"), draw_it)) if figure.axes else ()
    key = figure.key if figure.cells else {}
    return Picture(name, section, figure.title, vectors, figure.caption, figure.wide, (), key=key)


def _embedded(
    path: Path,
    section: str,
    draw_it: Callable[[], Drawing],
    kinds: Sequence[str],
    prefix: str,
    folded: bool,
) -> Picture:
    """Write a plot as SVG and in further formats, and return it for the page."""
    figure = draw_it()
    files = {kind: path.with_name(f"{path.name}.{kind}") for kind in ("svg", *_OTHER_KINDS)}
    vector = encode(figure, "svg")
    write_file(files["svg"], vector)
    others = [kind for kind in _OTHER_KINDS if kind in kinds or files[kind].exists()]
    for kind in others:
        write_file(files[kind], encode(figure, kind))
    named = tuple((kind.upper(), f"plots/{files[kind].name}") for kind in ("svg", *others))
    # Where there is nothing to draw, the title says so.
    vectors = tuple(_vectors(prefix, figure, vector, draw_it)) if figure.axes else ()
    key = figure.key if figure.cells else {}
    return Picture(
        path.name, section, figure.title, vectors, figure.caption, figure.wide, named, folded, key
    )


def _vectors(
    prefix: str, figure: Drawing, vector: bytes, draw_it: Callable[[], Drawing]
) -> Iterator[Markup]:
    fits = bool(figure.cells) or figure.get_figwidth() <= NARROW
    yield _inline(prefix, figure, vector, "" if fits else "spacious")
    if not fits:
        with narrow():
            slim = draw_it()
        yield _inline(f"{prefix}n", slim, encode(slim, "svg"), "slim")


def _inline(prefix: str, figure: Drawing, vector: bytes, kind: str) -> Markup:
    alt = figure.description or figure.title
    if not figure.cells:
        return inline_svg(vector, prefix, alt, 72 * figure.head, 72 * figure.foot, kind)
    up = figure.get_figheight()
    boxes = [
        (72 * left, 72 * (up - low - high), 72 * wide, 72 * high)
        for left, low, wide, high in figure.cells
    ]
    return inline_parts(vector, prefix, alt, boxes, figure.columns, kind)
