"""Write docs/validation.md and its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from sim.report.canvas import save_figure, write_file
from sim.report.leaning import HEADING as LEANING
from sim.scenario import explanations
from sim.scenario.keys import ASSUMED
from sim.verification.books import LAWS, ROUNDING, Balance
from sim.verification.judging import LARGEST_ERROR, LEVEL, Finding
from sim.verification.pictures import draw_family

if TYPE_CHECKING:
    from sim.verification.verifying import Verification

__all__ = ["PAGE", "PICTURES", "write_page"]

PAGE, PICTURES = "validation.md", "validation"


def write_page(verification: Verification, docs: Path) -> Path:
    """Write the page of a verification, and a picture of each family, into a folder.

    Parameters
    ----------
    verification : Verification
    docs : Path
        The folder; made if need be.

    Returns
    -------
    Path
        The page, written last.
    """
    groups = [
        (family, list(found))
        for family, found in groupby(verification.findings, lambda one: one.case.family)
    ]
    for family, found in groups:
        save_figure(draw_family(family.title, found), docs / PICTURES / f"{family.name}.svg")
    text = _template().render(
        verification=verification,
        groups=groups,
        laws=_laws(verification.balances),
        scenarios=sorted({one.scenario for one in verification.balances}),
        policies=len({(one.scenario, one.policy) for one in verification.balances}),
        assumed=_assumed(),
        sections=_sections(_assumed()),
        leaning=LEANING,
        pictures=PICTURES,
        level=LEVEL,
        largest_error=LARGEST_ERROR,
        rounding=ROUNDING,
        coarsest=_coarsest(verification.findings),
    )
    return write_file(docs / PAGE, text.encode())


def _template() -> Any:
    source = (files("sim.verification") / "validation.md.j2").read_text("utf-8")
    made = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return made.from_string(source)


def _laws(balances: Iterable[Balance]) -> list[tuple[str, str, int, float]]:
    """Return each law that was held, what it says, to how many runs, and the largest gap."""
    held = list(balances)
    rows = []
    for law, says in LAWS.items():
        gaps = [one.gap for one in held if one.law == law]
        if gaps:
            rows.append((law, says, len(gaps), max(gaps)))
    return rows


def _assumed() -> list[str]:
    """Return the keys whose defaults no evidence fixes; what must be written has none."""
    found = (one for one in explanations() if one.source == ASSUMED)
    return sorted(one.key for one in found if not one.default.startswith("none: write"))


def _sections(keys: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return keys by the section that they stand in, each by what follows."""
    depth = {"behaviour": 2}
    told: dict[str, list[str]] = {}
    for key in keys:
        first, *_ = words = key.split(".")
        above = depth.get(first, 1)
        told.setdefault(".".join(words[:above]), []).append(f"`{'.'.join(words[above:])}`")
    return list(told.items())


def _coarsest(findings: Iterable[Finding]) -> float:
    return max((one.relative_error for one in findings), default=0.0)
