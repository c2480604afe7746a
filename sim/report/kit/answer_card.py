"""The first thing that a page says: what to choose, by how much, how sure, who gains and pays."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AnswerCard", "AnswerRow"]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One of the things that one wants to know before one decides.

    Attributes
    ----------
    term : str
        What it is, in a word or two.
    text : str
        The answer, in a sentence or two.
    command : str
        What to type to be told more; empty if nothing.
    """

    term: str
    text: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """What fits the first screen, also of a phone.

    Attributes
    ----------
    headline : str
        What to choose, or that it cannot be said.
    rows : tuple of AnswerRow
    warnings : tuple of str
        What is implausible, so that the answer may be about a company that does not exist.
    """

    headline: str
    rows: tuple[AnswerRow, ...] = ()
    warnings: tuple[str, ...] = ()
