"""A verification as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sim.studies.verify.conservation_checks import LAWS
from sim.studies.verify.judge import LARGEST_ERROR, LEVEL, Finding
from sim.studies.verify.result import VerificationResult

__all__ = ["as_text"]


_WIDTH = 52


_HEAD = f"{'':<{_WIDTH}}{'theory':>10}{'simulated':>11}{'s.e.':>8}{'z':>7}"


def as_text(verification: VerificationResult) -> str:
    """Return the tables and the verdict, in at most 100 columns."""
    return "\n".join(
        (
            *_cases(verification),
            *_conservation(verification),
            *_faults(verification),
            _verdict(verification),
        )
    )


def _cases(verification: VerificationResult) -> Iterator[str]:
    for family, found in groupby(verification.findings, lambda one: one.case.family):
        yield f"{family.title}"
        yield _HEAD
        yield from (f"  {_row(one, verification.engines)}" for one in found)
        yield ""


def _row(one: Finding, engines: tuple[str, ...]) -> str:
    name = one.case.quantity
    if one.engines != engines:
        name += f" ({', '.join(one.engines)})"
    numbers = (
        f"{one.case.theory:>10.5g}{one.simulated:>11.5g}{one.relative_error:>8.2%}{one.z:>+7.2f}"
    )
    return f"{name:<{_WIDTH - 2}}{numbers}  {'pass' if one.passed else 'FAIL'}"


def _conservation(verification: VerificationResult) -> Iterator[str]:
    if not verification.balances:
        return
    yield "Conservation in every scenario that ships"
    for law, says in LAWS.items():
        held = [one for one in verification.balances if one.law == law]
        if held:
            well = "pass" if all(one.passed for one in held) else "FAIL"
            yield f"  {law:<13} {says} ({len(held)})  {well}"
    yield ""


def _faults(verification: VerificationResult) -> Iterator[str]:
    yield from (f"FAIL  {fault}" for fault in verification.faults)


def _verdict(verification: VerificationResult) -> str:
    cases, engines = len(verification.findings), " and ".join(verification.engines)
    level = f"familywise level {LEVEL:.0%}, Holm"
    most = "" if verification.quick else f", standard errors up to {LARGEST_ERROR:.0%} of theory"
    state = "passed" if verification.passed else "FAILED"
    return f"{state}: {cases} numbers in {engines} ({level}{most})"
