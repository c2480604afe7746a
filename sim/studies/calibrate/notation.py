"""How a scenario that is fitted is written: numbers, texts, laws of patience, lines, the file."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.errors import CommandError
from sim.studies.calibrate.patience import Patience

__all__ = [
    "QUANTILES",
    "command_lines",
    "comments",
    "flow",
    "patience_law",
    "plus_minus",
    "quantile_law",
    "quoted",
    "rounded",
    "week_lines",
    "write_lines",
]

QUANTILES = 200
"""Of patience, where no law of a scenario has its shape."""


_PLAIN = ("constant", "exponential", "lognormal", "gamma", "weibull", "empirical", "none")
_WIDTH = 98  # columns of a comment


def rounded(value: float) -> float:
    """Return a number with as many digits as a fit deserves."""
    return float(f"{value:.4g}")


def plus_minus(error: float) -> str:
    """Return half of a 95% interval, from a standard error."""
    return f"+- {1.96 * error:.2g}"


def quoted(text: str) -> str:
    """Return text as YAML quotes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flow(value: object) -> str:
    """Return a value as YAML writes it on one line; text is quoted but for `none` and laws."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if value in _PLAIN else quoted(value)
    return f"{value}"


def comments(lines: Iterable[str], indent: str = "") -> Iterator[str]:
    """Yield lines as comments of a file, long ones broken and indented."""
    for line in lines:
        mark = f"{indent}# {'  ' * line.startswith('  ')}"
        yield from textwrap.wrap(
            line.strip(), _WIDTH, initial_indent=mark, subsequent_indent=f"{mark}  ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def command_lines(command: str) -> Iterator[str]:
    """Yield a command as comments; a long one goes on after a backslash, before a flag."""
    line, quotes = "", 0
    for part in re.split(r" (?=-)", command):
        if line and quotes % 2 == 0 and len(f"# {line} {part} \\") > _WIDTH:
            yield f"# {line} \\"
            line = f"  {part}"
        else:
            line += f" {part}" if line else part
        quotes += part.count("'")
    yield f"# {line}"


def quantile_law(patience: Patience) -> dict[str, Any]:
    """Return a law of patience as the middles of equal shares of people, which any law has."""
    minutes = patience.best.quantiles(QUANTILES).tolist()
    return {"law": "empirical", "values": [float(f"{one:.3g}") for one in minutes]}


def patience_law(patience: Patience) -> dict[str, Any]:
    """Return the patience of all attempts of a class, as a need or a pool writes it."""
    if patience.spike is not None or patience.cv > 0.0:
        return quantile_law(patience)
    if patience.attempt_cv is None:
        return {"law": "exponential", "mean": rounded(patience.mean)}
    cv = rounded(patience.attempt_cv)
    return {"law": patience.law, "mean": rounded(patience.mean), "cv": cv}


def week_lines(weights: list[float]) -> Iterator[str]:
    """Yield the lines of `desk.opening`, one for each day."""
    for day in range(7):
        hours = ", ".join(f"{weight:g}" for weight in weights[24 * day : 24 * day + 24])
        start, end = ("    [" if day == 0 else "     "), ("]" if day == 6 else ",")
        yield f"{start}{hours}{end}"


def write_lines(file: Path, lines: Iterable[str]) -> Path:
    """Write the lines of a file; raise CommandError if it cannot be written."""
    try:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None
    return file
