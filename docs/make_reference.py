"""Write docs/reference.md.

It is never written by hand; a test holds it to what the code declares. To renew it:

    python docs/make_reference.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from sim.measures import MEASURES
from sim.measures.definitions import Measure
from sim.scenario import Explanation, explanations, library

PAGE = Path(__file__).with_name("reference.md")

START = """\
# Reference: keys, measures, policies

Written by `python docs/make_reference.py` from what the code declares. `sim explain NAME` says the
same of one key or measure, `sim schema` gives the keys to editors. `<name>` stands for a name of
your own. A declared assumption is a default that no evidence fixes: vary it.
"""

DIRECTIONS = {"up": "more is better", "down": "less is better", "none": ""}
WHOLES = {
    "sum": "sum of months",
    "ratio": "from the months' sums",
    "mean": "mean of months",
    "last": "last month's",
}


def page() -> str:
    """Return the whole page."""
    parts = [START, *_key_sections(), "## Measures\n", _measures(), "## Policies\n", _policies()]
    return "\n".join(parts)


def _key_sections() -> Iterator[str]:
    for title, keys in groupby(explanations(), _section):
        listed = list(keys)
        rows = [_key_row(one, title) for one in listed if one.key != title]
        yield f"## `{title}`\n" if title else "## On top\n"
        yield from (_head(one) for one in listed if one.key == title)
        yield _table(("key", "default", "unit, range", "meaning", "source"), rows)


def _section(one: Explanation) -> str:
    """Return the section under which a key is listed; a lone key on top has none."""
    parts = one.key.split(".")
    if parts[0] == "behaviour":
        return ".".join(parts[:2])
    return parts[0] if len(parts) > 1 or one.keys else ""


def _head(one: Explanation) -> str:
    switch = " `none` switches it off." if "`none`" in one.kind else ""
    return f"{one.description}{switch}\n"


def _key_row(one: Explanation, title: str) -> tuple[str, ...]:
    key = one.key.removeprefix(f"{title}.") if title else one.key
    kind = "" if one.kind in ("number", "section", one.default) else one.kind
    limits = "; ".join(part for part in (kind, one.unit, one.range) if part)
    symbol = f" (`{one.symbol}`)" if one.symbol else ""
    source = "" if one.default.startswith("none: write it") else one.source
    return f"`{key}`", one.default, limits, one.description + symbol, source


def _measures() -> str:
    columns = ("measure", "unit", "meaning", "formula on the tally", "over the horizon", "")
    return _table(columns, map(_measure_row, MEASURES.values()))


def _measure_row(one: Measure) -> tuple[str, ...]:
    told = f"{one.title}: {one.source}" if one.source else one.title
    direction = DIRECTIONS[one.direction]
    return f"`{one.name}`", one.unit, told, f"`{one.formula}`", WHOLES[one.horizon], direction


def _policies() -> str:
    rows = [(f"`{name}`", policy.describe) for name, policy in library().items()]
    return _table(("policy", "who argues for it"), rows)


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    # Outside code a bare <name> would vanish as a tag of HTML.
    shown = text if text.startswith("`") else text.replace("<", "&lt;")
    return shown.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Renew the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
