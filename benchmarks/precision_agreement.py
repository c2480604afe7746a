"""Whether both implementations agree: on differences, on means under each policy, to the bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.precision_evidence import (
    COMPILED,
    SAMPLES,
    THIRD,
    THIRD_ONE_SEED,
    Contestant,
    Evidence,
)
from benchmarks.precision_work import Measured
from benchmarks.tables import markdown
from sim.measures.definitions import MEASURES
from sim.report.kit.number_format import format_estimate, format_p
from sim.stats.intervals import Difference, Estimate, estimate, holm, unpaired_difference

__all__ = ["LEVEL", "agreement", "gap", "level_gap", "shown"]

LEVEL = 0.01
"""Of all gaps together, as where the engines are compared with theory."""

_THIRD = (THIRD_ONE_SEED, THIRD)
_POLICIES = (0, 1)

P = float | None


def agreement(measured: Measured, policies: tuple[str, str]) -> tuple[list[str], bool]:
    """Compare what both implementations found, and both engines.

    Parameters
    ----------
    measured : Measured
    policies : tuple of str
        The first and the other.

    Returns
    -------
    tables : list of str
        Of differences, of means under each policy, and a sentence on the engines.
    agrees : bool
        Whether no gap is significant, and the engines gave the same numbers.
    """
    p_values = _p_values(measured.evidence)
    same = "the same" if measured.engines_agree else "NOT THE SAME"
    engines = f"In every round both engines of Evenhand gave {same} numbers, to the last bit."
    tables = [_differences(measured.evidence, p_values)]
    tables += [_levels(measured.evidence, p_values, policies), engines]
    agrees = all(map(_is_chance, (p for each in p_values.values() for p in each)))
    return tables, agrees and measured.engines_agree


def gap(evidence: Evidence, other: Contestant) -> Difference:
    """Return the difference that one of `SAMPLES` found less that of the compiled engine."""
    return unpaired_difference(_by_pair(evidence, other), _by_pair(evidence, COMPILED))


def level_gap(evidence: Evidence, policy: int) -> Difference:
    """Return the mean that idiomatic SimPy found under a policy less that of the compiled engine.

    Parameters
    ----------
    evidence : Evidence
    policy : int
        0 for the first policy, 1 for the other.
    """
    theirs = _levels_of(evidence, _THIRD, policy)
    return unpaired_difference(theirs, _levels_of(evidence, (COMPILED,), policy))


def shown(name: str, found: Difference | Estimate) -> str:
    """Write an estimate of a measure, or of a difference of it, with its interval and unit."""
    text = format_estimate(
        found.mean,
        found.low,
        found.high,
        MEASURES[name].unit,
        difference=isinstance(found, Difference),
    )
    return f"{text.mean} ({text.low} to {text.high}) {text.unit}"


def _levels_of(evidence: Evidence, samples: Sequence[Contestant], policy: int) -> list[float]:
    """Return all outcomes of some of `SAMPLES` under a policy, each from a run of its own seed."""
    columns = [evidence.outcomes[one.sample][:, policy] for one in samples]
    return list(np.concatenate(columns).tolist())


def _by_pair(evidence: Evidence, contestant: Contestant) -> list[float]:
    first, other = evidence.outcomes[contestant.sample].T
    return list((other - first).tolist())


def _p_values(evidence: Mapping[str, Evidence]) -> dict[str, list[P]]:
    """Return p of each gap by measure, adjusted together: two of differences, two of means."""
    found = [
        _p_of(one)
        for each in evidence.values()
        for one in (
            *(gap(each, contestant) for contestant in _THIRD),
            *(level_gap(each, policy) for policy in _POLICIES),
        )
    ]
    adjusted = iter(holm(found))
    return {name: [next(adjusted) for _ in (*_THIRD, *_POLICIES)] for name in evidence}


def _p_of(found: Difference) -> P:
    """Return p of a gap; without any spread, whatever differs does not do so by chance."""
    return 0.0 if found.p is None and found.mean else found.p


def _differences(evidence: Mapping[str, Evidence], p_values: Mapping[str, list[P]]) -> str:
    head = ["difference", *(one.name for one in SAMPLES), "p of a gap", "verdict"]
    rows = [
        [
            name,
            *(shown(name, each.difference(one)) for one in SAMPLES),
            *_verdict(*p_values[name][:2]),
        ]
        for name, each in evidence.items()
    ]
    return markdown(head, rows)


def _levels(
    evidence: Mapping[str, Evidence], p_values: Mapping[str, list[P]], policies: tuple[str, str]
) -> str:
    head = ["mean", COMPILED.name, "idiomatic SimPy, all runs", "p of a gap", "verdict"]
    rows = [
        [
            f"{name}, {policies[policy]}",
            shown(name, estimate(_levels_of(each, (COMPILED,), policy))),
            shown(name, estimate(_levels_of(each, _THIRD, policy))),
            *_verdict(p_values[name][2 + policy]),
        ]
        for name, each in evidence.items()
        for policy in _POLICIES
    ]
    return markdown(head, rows)


def _verdict(*p_values: P) -> tuple[str, str]:
    agrees = all(map(_is_chance, p_values))
    return ", ".join(map(format_p, p_values)), "agrees" if agrees else "DIFFERS"


def _is_chance(p: P) -> bool:
    return p is None or p >= LEVEL
