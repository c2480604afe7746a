"""How a scenario that is fitted writes numbers, texts, laws of patience and short mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.studies.calibrate.patience import Patience

__all__ = ["QUANTILES", "flow", "patience_law", "quantile_law", "quoted", "rounded"]

QUANTILES = 200
"""Of patience, where no law of a scenario has its shape."""


_LAWS = ("constant", "exponential", "lognormal", "gamma", "weibull", "empirical")


def rounded(value: float) -> float:
    """Return a number with as many digits as a fit deserves."""
    return float(f"{value:.4g}")


def quoted(text: str) -> str:
    """Return text as YAML quotes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flow(value: object) -> str:
    """Return a value as YAML writes it on one line; text other than a law's name is quoted."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if value in _LAWS else quoted(value)
    return f"{value}"


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
