"""What a verification finds: the record that is printed and written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.studies.verify.conservation_checks import Balance
from sim.studies.verify.judge import LARGEST_ERROR, Finding

__all__ = ["VerificationResult"]


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What a verification finds.

    Attributes
    ----------
    engines : tuple of str
        Those that ran.
    quick : bool
        Whether it was quick, with larger standard errors.
    seed : int
    findings : tuple of Finding
        One for each case, or one for each engine where engines differ.
    balances : tuple of Balance
        One for each law, scenario, policy and engine.
    """

    engines: tuple[str, ...]
    quick: bool
    seed: int
    findings: tuple[Finding, ...]
    balances: tuple[Balance, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults, a sentence each; empty if there are none."""
        return tuple(self._faults())

    @property
    def passed(self) -> bool:
        """Whether there are no faults."""
        return not self.faults

    def _faults(self) -> Iterator[str]:
        for one in self.findings:
            name = f"{one.case.family.title}: {one.case.quantity}"
            if not one.passed:
                says = f"theory says {one.case.theory:.6g}, {' and '.join(one.engines)}"
                yield f"{name}: {says} {one.simulated:.6g}, {one.z:+.1f} standard errors away."
            if set(one.engines) != set(self.engines):
                yield f"{name}: only {' and '.join(one.engines)} gives {one.simulated!r}."
            if not self.quick and one.relative_error > LARGEST_ERROR:
                yield f"{name}: a standard error of {one.relative_error:.1%} is too large to judge."
        for balance in self.balances:
            if not balance.passed:
                where = f"{balance.scenario}, {balance.policy}, {balance.engine}"
                yield f"{where}: {balance.law} does not balance, by {balance.gap:.2g}."
