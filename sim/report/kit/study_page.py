"""A page of a study that has tables, plots and an answer, and no sections of its own kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import CommandError
from sim.report.kit.answer_card import AnswerCard
from sim.report.kit.canvas import write_file
from sim.report.kit.templating import render_template

__all__ = ["StudyPage", "StudySection", "StudyTable", "write_study_page"]


@dataclass(frozen=True, slots=True)
class StudyTable:
    """A table of texts.

    Attributes
    ----------
    caption : str
    head : tuple of str
    rows : tuple of tuple of str
        The first cell of each is its heading.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class StudySection:
    """A section of the page.

    Attributes
    ----------
    title : str
    texts : tuple of str
        Paragraphs, with names isolated.
    pictures : tuple
        Plots, from `sim.report.run.pictures.inline_plots`.
    tables : tuple of StudyTable
    code : str
        A text that is shown as it is; empty if there is none.
    folded : bool
        Whether only its title is shown at first.
    """

    title: str
    texts: tuple[str, ...] = ()
    pictures: tuple[Any, ...] = ()
    tables: tuple[StudyTable, ...] = ()
    code: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class StudyPage:
    """What the page shows.

    Attributes
    ----------
    title, kicker : str
        What it is about, and what is asked.
    card : AnswerCard
    answer : tuple of str
        The answer in full, in sentences with names isolated.
    facts : tuple of str
    sections : tuple of StudySection
    """

    title: str
    kicker: str
    card: AnswerCard
    answer: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    sections: Sequence[StudySection] = ()


def write_study_page(path: Path, page: StudyPage) -> Path:
    """Write the page, and return its path.

    Raises
    ------
    CommandError
        If it does not end in ``.html``, or cannot be written.
    """
    if path.suffix != ".html":
        raise CommandError(f"{path}: a page must end in .html")
    sections = {f"s{number}": one for number, one in enumerate(page.sections, start=1)}
    context = {
        "title": page.title,
        "kicker": page.kicker,
        "card": page.card,
        "answer": page.answer,
        "facts": page.facts,
        "contents": {name: section.title for name, section in sections.items()},
        "sections": sections,
        "pictures": (),
    }
    try:
        return write_file(path, render_template("study.html.j2", context).encode())
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}") from None
