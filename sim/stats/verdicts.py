"""Judge claims by replications: supported, refuted, negligible or undecided.

Both sides of a claim are evaluated replication by replication. The same replication has the same
people and the same random numbers under every policy, so left minus right is a paired difference
with far less variance than either side.

Claims that stand on one page are one family: the interval that decides each is Bonferroni's, so
that all of a page's intervals cover together with 95%. No verdict of the page is wrong then, with
the same probability: none supported or refuted whose difference is on the other side of 0, and none
negligible whose difference matters. This is so whatever the dependence between claims, of which
many share their runs. Multipliers that use the dependence (the maximum of t by bootstrap or sign
flips) cannot be estimated from as few replications as claims are judged on, and Holm's steps reject
a little more, but have no interval of finite ends that agrees with every word.

References
----------
Dunn (1961), Multiple comparisons among means, Journal of the American Statistical Association
56(293), doi:10.1080/01621459.1961.10482090.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sim.measures.definitions import MEASURES
from sim.measures.expressions import Claim, Term, evaluated
from sim.stats.intervals import ALPHA, Difference, level_of_each
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
        Negligible if the adjusted interval of the difference lies entirely within the practical
        size on both sides of 0; else supported if it lies entirely on the claimed side of 0,
        refuted if it lies entirely on the other side. Where every replication differs by the same
        amount, the interval has no width and the adjusted p of the exact sign test has to be below
        5%.
    difference : Difference
        Left minus right, paired; p is two-sided. Its 95% interval is of this claim by itself.
    adjusted : Difference
        The same, with an interval that covers together with those of all claims judged with it, 95%
        in all; p is multiplied by the number of claims, at most 1.
    alone : {'supported', 'refuted', 'negligible', 'undecided'}
        What the word would be if this claim were the only one.
    worth : float or None
        The practical size that it was judged by; None if the claim has none.
    split : ProfitSplit or None
        The difference taken apart, where a claim adds customer equity to profit.
    """

    word: Word
    difference: Difference
    adjusted: Difference
    alone: Word
    worth: float | None = None
    split: ProfitSplit | None = None


def judge(
    claim: Claim,
    values: Mapping[Term, Sequence[float]],
    sizes: PracticalSizes = NO_SIZES,
    family: int = 1,
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
    family : int
        How many claims are judged together, this one among them.

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
    alone, adjusted = (_difference(claim, rows, count) for count in (1, family))
    worth = sizes.of(claim, values)
    words = (_word(claim, adjusted, worth, family), _word(claim, alone, worth, 1))
    return Verdict(words[0], alone, adjusted, words[1], worth, profit_split(claim, rows))


def judge_all(
    claims: Sequence[Claim],
    values: Mapping[Term, Sequence[float]],
    sizes: PracticalSizes = NO_SIZES,
) -> list[Verdict]:
    """Judge claims as one family; see `judge`."""
    return [judge(claim, values, sizes, len(claims)) for claim in claims]


def _difference(claim: Claim, rows: Sequence[Mapping[Term, float]], family: int) -> Difference:
    """Return left less right, with interval and p as one of a family."""
    paired = difference_in(
        _unit(claim),
        [evaluated(claim.left, row) for row in rows],
        [evaluated(claim.right, row) for row in rows],
        confidence=1 - level_of_each(family),
    )
    return replace(paired, p=None if paired.p is None else min(1.0, family * paired.p))


def _unit(claim: Claim) -> str:
    """Return the unit of both sides if each is one measure with that unit, else none."""
    sides = [side for side in (claim.left, claim.right) if isinstance(side, Term)]
    units = {MEASURES[side.measure].unit for side in sides if side.measure in MEASURES}
    return units.pop() if len(sides) == 2 and len(units) == 1 else ""


def _word(claim: Claim, paired: Difference, worth: float | None, family: int) -> Word:
    if worth is not None and _is_within(paired, worth, family):
        return "negligible"
    # p < 5% exactly where Student's interval excludes 0, and is defined even where it has no width.
    # Newcombe's interval and the exact test, for outcomes of 0 and 1, both have to say so.
    if paired.mean is None or paired.p is None or paired.p >= ALPHA or _holds(paired, 0.0):
        return "undecided"
    return "supported" if (paired.mean > 0.0) == (claim.sign == ">") else "refuted"


def _is_within(paired: Difference, worth: float, family: int) -> bool:
    """Tell whether the interval lies within a practical size, on enough replications to say so."""
    low, high = paired.low, paired.high
    if low is None or high is None:
        return False
    # Replications that all agree show no spread: as many are needed as for the exact sign test.
    enough = low < high or 2.0 ** (1 - paired.replications) < level_of_each(family)
    return enough and -worth < low and high < worth


def _holds(paired: Difference, value: float) -> bool:
    low, high = paired.low, paired.high
    return low is not None and high is not None and low < value < high
