"""What a scenario file says of patience: its law, the evidence, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.studies.calibrate.notation import QUANTILES, flow, quantile_law
from sim.studies.calibrate.patience import Patience

__all__ = ["doubtful_patience", "law_lines", "laws_lines", "pool_patience_lines", "spike_line"]


def laws_lines(patience: Patience) -> Iterator[str]:
    """Yield how the laws that were tried compare."""
    if not patience.laws:
        yield "No law tells more than one exponential for all"
        return
    best, *others = patience.laws
    apart = ", ".join(f"{one.name} by {best.loglik - one.loglik:,.1f}" for one in others)
    yield f"Log likelihood of {best.name} above {apart}"


def spike_line(patience: Patience) -> str:
    """Return what is told of who leaves at once; the patience must have such a share."""
    spike = patience.spike
    assert spike is not None  # the caller has looked
    return (
        f"{spike.spike:.1%} (+- {1.96 * spike.spike_error:.1%}) of those who have to wait leave at "
        f"once, after {60 * spike.spike_minutes:.2g} s on average"
    )


def pool_patience_lines(patience: Patience | None) -> Iterator[str]:
    """Yield the lines of a pool's patience, if it has a share who leave at once."""
    if patience is not None and patience.spike is not None:
        yield f"      # {spike_line(patience)}."
        yield f"      # Middles of {QUANTILES} equal shares of those who have to wait."
        yield from law_lines(quantile_law(patience), "      ")


def law_lines(law: dict[str, Any] | None, indent: str) -> Iterator[str]:
    """Yield the lines of a law of patience, of an empirical one so many values a line."""
    if law is None:
        return
    if law["law"] != "empirical":
        yield f"{indent}patience_minutes: {flow(law)}"
        return
    yield f"{indent}patience_minutes:"
    yield f"{indent}  law: empirical"
    values = [f"{value:g}" for value in law["values"]]
    rows = [", ".join(values[place : place + 14]) for place in range(0, len(values), 14)]
    for place, row in enumerate(rows):
        start, end = " " * 4 if place else "  values: [", "]" if row is rows[-1] else ","
        yield f"{indent}{start}{row}{end}"


def doubtful_patience(patience: Patience) -> Iterator[str]:
    """Yield which laws cannot be told apart, if there are such."""
    if patience.alike:
        names = " and ".join(f"{one.name} (mean {one.mean:.3g})" for one in patience.alike)
        best = patience.laws[0]
        yield (
            f"Cannot be told: the law of patience. {best.name} (mean {best.mean:.3g}) is written; "
            f"as likely: {names}"
        )
