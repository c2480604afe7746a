"""Judge claims by replications: supported, refuted, negligible or undecided.

Both sides of a claim are evaluated replication by replication. The same replication has the same
people and the same random numbers under every policy, so left minus right is a paired difference
with far less variance than either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sim.measures.definitions import MEASURES
from sim.measures.expressions import Claim, Term, evaluated
from sim.stats.intervals import ALPHA, Difference, holm
from sim.stats.practical_size import NO_SIZES, PracticalSizes
from sim.stats.profit_split import ProfitSplit, profit_split
from sim.stats.shares import difference_in

__all__ = ["Verdict", "Word", "judge", "judge_all"]

Word = Literal["supported", "refuted", "negligible", "undecided"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one claim.

    Attributes
    ----------
    word : {'supported', 'refuted', 'negligible', 'undecided'}
        Negligible if the 95% interval of the difference lies entirely within the practical size on
        both sides of 0; else supported if it lies entirely on the claimed side of 0, refuted if it
        lies entirely on the other side. Where every replication differs by the same amount, the
        interval has no width and p of the exact sign test has to be below 5%.
    difference : Difference
        Left minus right, paired; p is two-sided.
    p_adjusted : float or None
        Adjusted by Holm's method over the claims that were judged together.
    worth : float or None
        The practical size that it was judged by; None if the claim has none.
    split : ProfitSplit or None
        The difference taken apart, where a claim adds customer equity to profit.
    """

    word: Word
    difference: Difference
    p_adjusted: float | None = None
    worth: float | None = None
    split: ProfitSplit | None = None


def judge(
    claim: Claim,
    values: Mapping[Term, Sequence[float]],
    sizes: PracticalSizes = NO_SIZES,
) -> Verdict:
    """Judge a claim.

    Parameters
    ----------
    claim : Claim
    values : mapping of Term to sequence of float
        Value of each of its terms, one per replication in the same order; NaN where undefined,
        which excludes the replication.
    sizes : PracticalSizes
        What differences are too small to care about.

    Returns
    -------
    Verdict
        Of this claim alone, without an adjusted p.

    Raises
    ------
    ValueError
        If terms have unequal numbers of replications.
    """
    terms = claim.terms()
    rows = [
        dict(zip(terms, row, strict=True))
        for row in zip(*(values[term] for term in terms), strict=True)
    ]
    paired = difference_in(
        _unit(claim),
        [evaluated(claim.left, row) for row in rows],
        [evaluated(claim.right, row) for row in rows],
    )
    worth = sizes.of(claim, values)
    split = profit_split(claim, rows)
    return Verdict(_word(claim, paired, worth), paired, worth=worth, split=split)


def judge_all(
    claims: Sequence[Claim],
    values: Mapping[Term, Sequence[float]],
    sizes: PracticalSizes = NO_SIZES,
) -> list[Verdict]:
    """Judge claims as one family; see `judge`."""
    verdicts = [judge(claim, values, sizes) for claim in claims]
    adjusted = holm([verdict.difference.p for verdict in verdicts])
    return [replace(verdict, p_adjusted=p) for verdict, p in zip(verdicts, adjusted, strict=True)]


def _unit(claim: Claim) -> str:
    """Return the unit of both sides if each is one measure with that unit, else none."""
    sides = [side for side in (claim.left, claim.right) if isinstance(side, Term)]
    units = {MEASURES[side.measure].unit for side in sides if side.measure in MEASURES}
    return units.pop() if len(sides) == 2 and len(units) == 1 else ""


def _word(claim: Claim, paired: Difference, worth: float | None) -> Word:
    if worth is not None and _is_within(paired, worth):
        return "negligible"
    # p < 5% exactly where Student's interval excludes 0, and is defined even where it has no width.
    # Newcombe's interval and the exact test, for outcomes of 0 and 1, both have to say so.
    if paired.mean is None or paired.p is None or paired.p >= ALPHA or _holds(paired, 0.0):
        return "undecided"
    return "supported" if (paired.mean > 0.0) == (claim.sign == ">") else "refuted"


def _is_within(paired: Difference, worth: float) -> bool:
    """Tell whether the interval lies within a practical size, on enough replications to say so."""
    low, high = paired.low, paired.high
    if low is None or high is None:
        return False
    # Replications that all agree show no spread: as many are needed as for the exact sign test.
    enough = low < high or 2.0 ** (1 - paired.replications) < ALPHA
    return enough and -worth < low and high < worth


def _holds(paired: Difference, value: float) -> bool:
    low, high = paired.low, paired.high
    return low is not None and high is not None and low < value < high
