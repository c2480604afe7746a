"""A plausible range of one key, and the law by which values in it are drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

__all__ = ["Law", "Range"]

Law = Literal["uniform", "log", "logit", "normal", "lognormal"]

_NORMAL = NormalDist()
_LEAST_SHARE = 1e-12  # the ends of a law without ends
_EDGE = 0.025
"""Between these quantiles of a law without ends lies what its range is said to be."""


@dataclass(frozen=True, slots=True)
class Range:
    """What values an uncertain key may have.

    Attributes
    ----------
    path : str
        Dotted path.
    own : float
        The scenario's own value.
    basis : str
        Where the range comes from.
    least, most : float
        The key's own bounds.
    step : int
        Values are multiples of it; 0 for any number.
    law : {'uniform', 'log', 'logit', 'normal', 'lognormal'}
        Uniform in the value, its logarithm or the logarithm of its odds; normal; or lognormal.
    first, second : float
        Ends of the first three laws; mean and standard deviation of a normal; median and
        coefficient of variation of a lognormal.
    """

    path: str
    own: float
    basis: str
    least: float
    most: float
    step: int = 0
    law: Law = "uniform"
    first: float = 0.0
    second: float = 1.0

    def with_law(self, law: Law, first: float, second: float) -> Range:
        """Return the same key with another law."""
        return replace(self, law=law, first=first, second=second)

    @property
    def low(self) -> float:
        """The lower end; of a law without ends the value that 2.5 percent lie below."""
        return self.at(0.0 if self.law in ("uniform", "log", "logit") else _EDGE)

    @property
    def high(self) -> float:
        """The upper end; of a law without ends the value that 2.5 percent lie above."""
        return self.at(1.0 if self.law in ("uniform", "log", "logit") else 1 - _EDGE)

    @property
    def group(self) -> str:
        """What the key belongs to: its section, or of behaviour the part."""
        parts = self.path.split(".")
        return ".".join(parts[:2]) if parts[0] == "behaviour" else parts[0]

    def at(self, share: float) -> float:
        """Return the value at a share, 0 to 1, of the way up the law, to 12 digits."""
        value = min(max(self._at(share), self.least), self.most)
        if not self.step:
            return float(f"{value:.12g}")
        lowest = math.ceil(self.least / self.step) if self.least > -1e12 else -(10**12)
        return max(round(value / self.step), lowest, 1 if self.own > 0 else lowest) * self.step

    def _at(self, share: float) -> float:
        a, b = self.first, self.second
        if self.law == "uniform":
            return a + share * (b - a)
        if self.law == "log":
            return math.copysign(math.exp(_between(math.log(abs(a)), math.log(abs(b)), share)), a)
        if self.law == "logit":
            return 1 / (1 + math.exp(-_between(_logit(a), _logit(b), share)))
        if self.law == "normal":
            low, high = (_NORMAL.cdf((end - a) / b) for end in (self.least, self.most))
            return a + b * _quantile(_between(low, high, share))
        return a * math.exp(math.sqrt(math.log1p(b * b)) * _quantile(share))

    def widened(self, factor: float) -> Range:
        """Return a range that is wider by a factor, in the scale of its law, within the bounds."""
        a, b = self.first, self.second
        if self.law == "uniform":
            ends = _stretched(a, b, factor)
            a, b = max(ends[0], self.least), min(ends[1], self.most)
        elif self.law == "log":
            low, high = (math.exp(end) for end in _stretched(
                math.log(abs(a)), math.log(abs(b)), factor))  # fmt: skip
            a, b = math.copysign(low, a), math.copysign(high, a)
        elif self.law == "logit":
            a, b = (1 / (1 + math.exp(-end)) for end in _stretched(_logit(a), _logit(b), factor))
        else:
            b *= factor
        return replace(self, first=a, second=b)


def _between(a: float, b: float, share: float) -> float:
    return a + share * (b - a)


def _quantile(share: float) -> float:
    return _NORMAL.inv_cdf(min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE))


def _stretched(a: float, b: float, factor: float) -> tuple[float, float]:
    centre, half = (a + b) / 2, factor * (b - a) / 2
    return centre - half, centre + half


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
