"""What a mechanism is, and how several of one section are declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Mechanism", "declared"]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Something that the model lets happen, and that can be switched off.

    Attributes
    ----------
    name : str
        Its identifier.
    group : str
        The group that it belongs to; a group is switched off as a whole.
    title : str
        What happens, in a few words.
    does : str
        What it does, as a sentence.
    off : mapping of str to object
        The keys that switch it off, by dotted path with `*` for every pool, and the value that each
        then has.
    """

    name: str
    group: str
    title: str
    does: str
    off: Mapping[str, object]


def declared(
    group: str, section: str, *rows: tuple[str, str, str, tuple[str, object]]
) -> list[Mechanism]:
    """Return mechanisms of a group, each switched off by one key of a section.

    A row has the mechanism's name, its title, what it does, and the key with its value.
    """
    return [
        Mechanism(name, group, title, does, {f"{section}{key}": value})
        for name, title, does, (key, value) in rows
    ]
