"""The page docs/validation.md, with a picture for each family: differences from theory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.kit.canvas import caption, panel, save_figure, write_file
from sim.report.kit.catalogue import ASSUMPTIONS_HEADING
from sim.report.kit.style import INK, MUTED, styled
from sim.report.kit.templating import render_markdown
from sim.scenario.explain import explanations
from sim.scenario.schema.fields import ASSUMED
from sim.studies.verify.conservation_checks import LAWS, ROUNDING, Balance
from sim.studies.verify.judge import LARGEST_ERROR, LEVEL, Finding
from sim.studies.verify.result import VerificationResult

__all__ = ["PAGE", "PICTURES", "draw_family", "write_page"]

PAGE, PICTURES = "validation.md", "validation"


def write_page(verification: VerificationResult, docs: Path) -> Path:
    """Write the page of a verification, and a picture of each family, into a folder.

    Parameters
    ----------
    verification : VerificationResult
    docs : Path
        The folder; made if need be.

    Returns
    -------
    Path
        The page, written last.
    """
    groups = [
        (family, list(findings))
        for family, findings in groupby(verification.findings, lambda one: one.case.family)
    ]
    for family, findings in groups:
        save_figure(draw_family(family.title, findings), docs / PICTURES / f"{family.name}.svg")
    context = {
        "verification": verification,
        "groups": groups,
        "laws": _laws(verification.balances),
        "scenarios": sorted({one.scenario for one in verification.balances}),
        "policies": len({(one.scenario, one.policy) for one in verification.balances}),
        "assumed": _assumed(),
        "sections": _sections(_assumed()),
        "leaning": ASSUMPTIONS_HEADING,
        "pictures": PICTURES,
        "level": LEVEL,
        "largest_error": LARGEST_ERROR,
        "rounding": ROUNDING,
        "coarsest": _coarsest(verification.findings),
    }
    text = render_markdown("sim.studies.verify", "validation.md.j2", context)
    return write_file(docs / PAGE, text.encode())


def _laws(balances: Iterable[Balance]) -> list[tuple[str, str, int, float]]:
    """Return each law that was checked, its text, the number of runs, and the largest gap."""
    held = list(balances)
    rows = []
    for law, says in LAWS.items():
        gaps = [one.gap for one in held if one.law == law]
        if gaps:
            rows.append((law, says, len(gaps), max(gaps)))
    return rows


def _assumed() -> list[str]:
    """Return the keys whose defaults are assumptions; keys that must be written have none."""
    findings = (one for one in explanations() if one.source.startswith(ASSUMED))
    return sorted(one.key for one in findings if not one.default.startswith("none: write"))


def _sections(keys: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return keys by their section, each without the name of the section."""
    depth = {"behaviour": 2}
    by_section: dict[str, list[str]] = {}
    for key in keys:
        first, *_ = words = key.split(".")
        above = depth.get(first, 1)
        by_section.setdefault(".".join(words[:above]), []).append(f"`{'.'.join(words[above:])}`")
    return list(by_section.items())


def _coarsest(findings: Iterable[Finding]) -> float:
    return max((one.relative_error for one in findings), default=0.0)


_ROW = 0.26  # inches
_LEFT, _WIDE, _RIGHT = 3.6, 4.2, 0.4
_HEAD, _FOOT = 0.5, 0.95
_RIGHT_COLOUR, _WRONG_COLOUR = "#123F86", "#CF7200"


def draw_family(title: str, findings: Sequence[Finding]) -> Figure:
    """Draw each case's difference from theory, in percent of it, with its 95% interval.

    Parameters
    ----------
    title : str
    findings : sequence of Finding
        Of one family, at least one.
    """
    with styled():
        height = _ROW * len(findings)
        figure = Figure(figsize=(_LEFT + _WIDE + _RIGHT, _HEAD + height + _FOOT))
        axes = panel(figure, _LEFT, _FOOT, _WIDE, height)
        for position, one in enumerate(findings):
            _row(axes, position, one)
        _scale(axes, findings)
        up = figure.get_size_inches()[1]
        figure.text(
            0.12 / (_LEFT + _WIDE + _RIGHT), 1.0 - 0.28 / up, title, weight="bold", color=INK
        )
        runs = sorted({one.replications for one in findings})
        span = f"{runs[0]}" if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"
        caption(figure, f"95% intervals over {span} replications; theory is the line at 0.")
    return figure


def _row(axes: Axes, position: int, one: Finding) -> None:
    gap = 100.0 * (one.simulated / one.case.theory - 1.0)
    colour = _RIGHT_COLOUR if one.passed else _WRONG_COLOUR
    axes.errorbar(
        gap,
        position,
        xerr=100.0 * one.half_width,
        fmt="o" if one.passed else "X",
        color=colour,
        elinewidth=1.6,
        capsize=2.5,
    )


def _scale(axes: Axes, findings: Sequence[Finding]) -> None:
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=0)
    axes.set_ylim(len(findings) - 0.4, -0.6)
    axes.set_yticks(range(len(findings)), [one.case.quantity for one in findings], fontsize=8.5)
    axes.tick_params(axis="y", colors=INK)
    furthest = max(abs(one.simulated / one.case.theory - 1.0) + one.half_width for one in findings)
    most = max(110.0 * furthest, 0.1)
    axes.set_xlim(-most, most)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.set_xlabel("difference of the simulation from theory, % of theory", color=MUTED)
