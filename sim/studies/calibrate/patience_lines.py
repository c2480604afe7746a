"""What a scenario file says of patience: its law, the evidence, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.studies.calibrate.notation import QUANTILES, flow, plus_minus, quantile_law
from sim.studies.calibrate.patience import Patience

__all__ = ["doubtful_patience", "law_lines", "people_patience_lines", "pool_patience_lines"]


def people_patience_lines(
    patience: Patience | None, law: Any, unknown: int, *, spike_in_pool: bool
) -> Iterator[str]:
    """Yield the lines of the patience of people, or why nothing is fitted.

    Parameters
    ----------
    patience : Patience, optional
    law : mapping of str to object, optional
        What is written of it.
    unknown : int
        How many left after a wait that the log does not hold.
    spike_in_pool : bool
        Whether the share who leave at once stands with the pool.
    """
    if patience is None:
        yield from _unfitted_lines(unknown)
        return
    alike = f"{patience.exponential_mean:.3g} with one mean for all"
    yield f"  # Of {patience.waited:,} who waited {patience.left:,} left; mean {alike}."
    yield f"  # Largest distance from Kaplan-Meier: {patience.gap:.3f}."
    yield from (f"  # {line}." for line in _laws_lines(patience))
    if spike_in_pool:
        yield f"  # {_spike_line(patience)}: desk.pools.frontline."
    flat = ", ".join(f"{name}: {value}" for name, value in law.items())
    yield f"  patience_minutes: {{{flat}}}  # {plus_minus(patience.mean_error)}"


def _unfitted_lines(unknown: int) -> Iterator[str]:
    if unknown:
        yield f"  # patience_minutes: not known, since the log lacks the waits of {unknown:,} who"
        yield "  # left; without the key, the assumed patience holds."
    else:
        yield "  patience_minutes: unlimited  # almost nobody left"


def _laws_lines(patience: Patience) -> Iterator[str]:
    """Yield how the laws that were tried compare."""
    if not patience.laws:
        yield "No law tells more than one exponential for all"
        return
    best, *others = patience.laws
    apart = ", ".join(f"{one.name} by {best.loglik - one.loglik:,.1f}" for one in others)
    yield f"Log likelihood of {best.name} above {apart}"


def _spike_line(patience: Patience) -> str:
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
        yield f"      # {_spike_line(patience)}."
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
