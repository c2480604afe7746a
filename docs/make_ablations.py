"""Write docs/ablations.md from docs/mechanisms.yaml and the mechanisms that the model declares.

It is never written by hand; a test holds it to both, and another holds the model to it. To renew
it:

    python docs/build.py ablations
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.measures.definitions import BLOCKS, MEASURES
from sim.scenario.mechanisms import MECHANISMS

PAGE = Path(__file__).with_name("ablations.md")
TABLE = yaml.safe_load(Path(__file__).with_name("mechanisms.yaml").read_text("utf-8"))

START = """\
# What each mechanism changes, and what it leaves alone

Written by `python docs/build.py ablations` from `sim/scenario/mechanisms.py`, which says what
switches each mechanism off, and `docs/mechanisms.yaml`, which says what that changes. Each
mechanism is put to work in a small world in which nothing else is on but a plain queue and what it
needs.
Then it is switched off there, with the same people and the same random numbers. A test holds the
model to both halves: what must change does, and every measure that is named neither as changing nor
as following is the same in every month, to the last bit. `sim explain` takes the identifiers.
"""

GRID = """\
## At a glance

**x**: some of these measures must change. o: some may follow. Empty: all are the same to the last
bit.
"""


@dataclass(frozen=True)
class Ablation:
    """Something that happens in the model, and what changes when it is switched off.

    Attributes
    ----------
    name : str
        What happens, in words.
    mechanism : str
        The identifier of a mechanism of the model; empty for what a policy or a pool says.
    group : str
        The heading under which it is told.
    beside, without : dict
        By path: what must be on for it to be at work, and what switches it off.
    changes, may : tuple of str
        The words for what must change, and for what may follow.
    """

    name: str
    mechanism: str
    group: str
    beside: dict[str, Any]
    without: dict[str, Any]
    changes: tuple[str, ...]
    may: tuple[str, ...]


def ablations() -> Iterator[Ablation]:
    """Yield every ablation, in the order of the file."""
    for group, rows in TABLE["mechanisms"].items():
        for row in rows:
            mechanism = MECHANISMS[row["mechanism"]] if "mechanism" in row else None
            yield Ablation(
                mechanism.title if mechanism else row["name"],
                mechanism.name if mechanism else "",
                group,
                row.get("with", {}),
                dict(mechanism.off) if mechanism else row["without"],
                tuple(row["changes"]),
                tuple(row.get("may", ())),
            )


def measures(words: Iterable[str]) -> set[str]:
    """Return the measures that words stand for: a measure's own name, a block's or a set's.

    Raises
    ------
    KeyError
        If a word is none of these.
    """
    found: set[str] = set()
    for word in words:
        block = [one.name for one in BLOCKS.get(word, ())]
        found |= set(TABLE["sets"].get(word) or block or [MEASURES[word].name])
    return found


def page() -> str:
    """Return the whole page."""
    listed = list(ablations())
    groups = dict.fromkeys(one.group for one in listed)
    told = (
        (f"## {group}\n", _told(one for one in listed if one.group == group)) for group in groups
    )
    return "\n".join([START, GRID, _grid(listed), *(part for pair in told for part in pair)])


def _grid(listed: Iterable[Ablation]) -> str:
    rows = [(one.name, *(_mark(one, block) for block in BLOCKS)) for one in listed]
    return _table(("", *BLOCKS), rows)


def _mark(one: Ablation, block: str) -> str:
    inside = {measure.name for measure in BLOCKS[block]}
    if inside & measures(one.changes):
        return "**x**"
    return "o" if inside & measures(one.may) else ""


def _told(listed: Iterable[Ablation]) -> str:
    columns = (
        "mechanism",
        "identifier",
        "switched off by",
        "at work beside",
        "must change",
        "may follow",
    )
    return _table(columns, map(_row, listed))


def _row(one: Ablation) -> tuple[str, ...]:
    must = measures(one.changes)
    follows = [word for word in one.may if measures([word]) - must]
    return (
        one.name,
        f"`{one.mechanism}`" if one.mechanism else "",
        _settings(one.without),
        _settings(one.beside) or "the plain queue",
        ", ".join(f"`{name}`" for name in MEASURES if name in must),
        ", ".join(word if word in BLOCKS else _names(word) for word in follows),
    )


def _names(word: str) -> str:
    return ", ".join(f"`{name}`" for name in MEASURES if name in measures([word]))


def _settings(values: dict[str, Any]) -> str:
    return "; ".join(f"`{path}: {_written(value)}`" for path, value in values.items())


def _written(value: Any) -> str:
    """Return a value as a scenario file has it, on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("...\n").strip()


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Renew the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
