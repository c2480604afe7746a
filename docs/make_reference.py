"""Write docs/reference.md, and the tables of parameters in docs/model.md.

They are never written by hand; a test holds them to what the code declares. To renew them:

    python docs/build.py reference
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from sim.measures.definitions import MEASURES
from sim.measures.measure import Measure, answered_within
from sim.scenario.explain import Explanation, explanations
from sim.scenario.shipped import library

PAGE = Path(__file__).with_name("reference.md")
MODEL = Path(__file__).with_name("model.md")

START = """\
# Reference: keys, measures, policies

Written by `python docs/build.py reference` from what the code declares. `sim explain NAME` says the
same of one key or measure, `sim schema` gives the keys to editors. `<name>` stands for a name of
your own. A declared assumption is a default that no evidence fixes: vary it. *Plausible* is the
range of [beliefs](robust.md) about the default; about another value it is half to double of that
value, or of its odds.
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
    source += f"; plausible: {_in_full(one.plausible)}" * bool(one.plausible)
    source = source.removeprefix("; ")
    return f"`{key}`", one.default, limits, one.description + symbol, source


def _in_full(text: str) -> str:
    """Write the large numbers of a text without exponents."""
    return re.sub(r"\d+(\.\d+)?e\+\d+", lambda found: f"{float(found[0]):.0f}", text)


def _measures() -> str:
    columns = ("measure", "unit", "meaning", "formula on the tally", "over the horizon", "")
    return _table(columns, map(_measure_row, (*MEASURES.values(), answered_within("<n>"))))


def _measure_row(one: Measure) -> tuple[str, ...]:
    told = f"{one.title}: {one.source}" if one.source else one.title
    direction = DIRECTIONS[one.direction]
    return f"`{one.name}`", one.unit, told, f"`{one.formula}`", WHOLES[one.horizon], direction


def model_page() -> str:
    """Return docs/model.md as it is, its tables of parameters made anew."""
    text = MODEL.read_text(encoding="utf-8")
    listed: set[str] = set()

    def table(found: re.Match[str]) -> str:
        asked = found[1].split(", ")
        keys = [one for one in _parameters() if _under(one.key, asked) and one.key not in listed]
        listed.update(one.key for one in keys)
        columns = ("key", "symbol", "default", "unit", "source")
        return (
            f"<!-- parameters: {found[1]} -->\n{_table(columns, map(_parameter, keys))}<!-- end -->"
        )

    return re.sub(r"<!-- parameters: (.*?) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


def _parameters() -> Iterator[Explanation]:
    """Yield the keys that hold a number or a choice, not those that hold keys."""
    return (one for one in explanations() if not one.keys)


def _under(key: str, sections: Iterable[str]) -> bool:
    return any(key == section or key.startswith(f"{section}.") for section in sections)


def _parameter(one: Explanation) -> tuple[str, ...]:
    symbol = f"`{one.symbol}`" if one.symbol else ""
    return f"`{one.key}`", symbol, one.default, one.unit, one.source


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
    """Renew both pages."""
    PAGE.write_text(page(), encoding="utf-8")
    MODEL.write_text(model_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
