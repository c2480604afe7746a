"""Judge whether simulated numbers agree with theory, over all cases at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, inf, sqrt

from scipy.special import stdtr, stdtrit

from sim.stats.intervals import holm
from sim.studies.verify.cases import Case, Reading
from sim.studies.verify.run_cases import Readings

__all__ = ["LARGEST_ERROR", "LEVEL", "Finding", "judged"]

LEVEL = 0.01
"""Probability that a correct engine fails in any of all cases."""

LARGEST_ERROR = 0.01
"""Largest standard error at which a comparison is useful, as a share of the value by theory."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one case.

    Attributes
    ----------
    case : Case
    engines : tuple of str
        The engines that gave exactly these numbers, replication by replication.
    simulated, error : float
        The simulation's number and its standard error, in the case's unit.
    replications : int
    p, p_adjusted : float
        Two-sided p of no difference from theory by Student's t, and by Holm over all cases.
    """

    case: Case
    engines: tuple[str, ...]
    simulated: float
    error: float
    replications: int
    p: float
    p_adjusted: float

    @property
    def z(self) -> float:
        """The difference from theory in standard errors."""
        gap = self.simulated - self.case.theory
        return gap / self.error if self.error > 0.0 else (0.0 if gap == 0.0 else inf)

    @property
    def relative_error(self) -> float:
        """The standard error as a share of theory's number."""
        return self.error / self.case.theory

    @property
    def half_width(self) -> float:
        """Half of the 95% interval, as a share of theory's number."""
        return float(stdtrit(self.replications - 1, 0.975)) * self.relative_error

    @property
    def passed(self) -> bool:
        """Whether the simulated number agrees with theory, at the familywise level."""
        return self.p_adjusted > LEVEL


def judged(by_engine: Mapping[str, Readings]) -> tuple[Finding, ...]:
    """Judge all cases.

    A case's number is the ratio of sums over replications, and its standard error that of a ratio
    (Cochran 1977). Engines that agree exactly share one finding; if they differ, each has its own.

    Parameters
    ----------
    by_engine : mapping of str to Readings
        By engine, every case's readings.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 2.11. Wiley.
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6(2), 65-70. https://www.jstor.org/stable/4615733
    """
    findings: list[Finding] = []
    for case in next(iter(by_engine.values()), {}):
        alike: dict[tuple[Reading, ...], list[str]] = {}
        for engine, readings in by_engine.items():
            alike.setdefault(tuple(readings[case]), []).append(engine)
        findings += [_finding(case, tuple(engines), values) for values, engines in alike.items()]
    return _adjusted(findings)


def _finding(case: Case, engines: tuple[str, ...], values: Sequence[Reading]) -> Finding:
    count = len(values)
    above, below = (fsum(part) / count for part in zip(*values, strict=True))
    simulated = above / below
    squares = fsum((over - simulated * under) ** 2 for over, under in values)
    error = sqrt(squares / (count - 1) / count) / abs(below)
    gap = abs(simulated - case.theory)
    p = 2.0 * float(stdtr(count - 1, -gap / error)) if error > 0.0 else float(gap == 0.0)
    return Finding(case, engines, simulated, error, count, p, 1.0)


def _adjusted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    values = holm([one.p for one in findings])
    return tuple(
        replace(one, p_adjusted=1.0 if adjusted is None else adjusted)
        for one, adjusted in zip(findings, values, strict=True)
    )
