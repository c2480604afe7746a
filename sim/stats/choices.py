"""Choose between policies where they are compared in several places, such as points of a sweep.

A place is any setting in which all policies ran with common random numbers. All pairs of policies
at all places are one family: p values are adjusted by Holm's method, and intervals by Bonferroni's.
The probability that any difference of the family is wrongly called one is at most 5%, and so is the
probability that any is wrongly called negligible, although the data chose where to look.

References
----------
Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
Statistics 6(2), 65-70, https://www.jstor.org/stable/4615733.
Law & Kelton (2000), Simulation modeling and analysis, 3rd ed., section 9.4.1 (how many replications
a precision takes).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import floor, fsum, isfinite, log2, sqrt
from typing import Literal, TypeVar

from scipy.special import ndtri, stdtrit

from sim.stats.intervals import ALPHA, ROUNDING, Difference, holm, level_of_each
from sim.stats.shares import difference_in

__all__ = [
    "Choice",
    "Comparison",
    "Outcome",
    "Policies",
    "choose",
    "compare_in",
    "replications_to_decide",
]

Word = Literal["more", "less", "negligible", "undecided"]
Outcome = Literal["choose", "no difference", "undecided"]
Policies = Mapping[str, Sequence[float]]
"""By policy: one value per replication in the same order, NaN where undefined."""
Pair = tuple[str, str]
Place = TypeVar("Place", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A paired difference between two policies at one place, as one of a family.

    Attributes
    ----------
    difference : Difference
        The first policy minus the second; its interval covers together with all others of the
        family (Bonferroni).
    p_adjusted : float or None
        Two-sided, adjusted over the family (Holm).
    word : {'more', 'less', 'negligible', 'undecided'}
        Negligible if the interval lies within the practical size on both sides of 0; else more or
        less if the adjusted p is below 5%.
    spread : float or None
        Standard deviation of the paired differences; None with fewer than two replications.
    needed : int or None
        About how many replications in all would decide; None where it is decided or nothing tells.
    """

    difference: Difference
    p_adjusted: float | None
    word: Word
    spread: float | None = None
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What to choose at one place.

    Attributes
    ----------
    outcome : {'choose', 'no difference', 'undecided'}
        Whether some policies are to be chosen, all are within the practical size of the best, or
        the replications do not tell.
    chosen : tuple of str
        The best policy, and those within the practical size of it; empty where undecided.
    best, rival : str or None
        The policies with the best mean and with the next best of those not chosen; where all are
        or nothing is chosen, with the next best of all.
    comparison : Comparison or None
        The best less the rival.
    replications : int
        Replications in which every policy's value is defined.
    needed : int or None
        About how many replications in all would decide; None where it is decided or nothing tells.
    pairs : mapping of (str, str) to Comparison
        Every policy with every later one.
    """

    outcome: Outcome
    chosen: tuple[str, ...] = ()
    best: str | None = None
    rival: str | None = None
    comparison: Comparison | None = None
    replications: int = 0
    needed: int | None = None
    pairs: Mapping[Pair, Comparison] = field(default_factory=dict, repr=False)

    @property
    def more(self) -> int | None:
        """About how many replications more would decide."""
        return None if self.needed is None else max(1, self.needed - self.replications)


def choose(
    places: Mapping[Place, Policies], unit: str, worth: float | None, *, larger: bool
) -> dict[Place, Choice]:
    """Choose a policy at each place.

    Parameters
    ----------
    places : mapping to mapping of str to sequence of float
        The values of each policy at each place.
    unit : str
        Of the values.
    worth : float or None
        The practical size: differences within it do not matter. None if there is none.
    larger : bool
        Whether more is better.

    Notes
    -----
    The best policy is the one with the best mean; the data chose it, so the family holds all
    pairs. It is chosen, with those whose difference from it is negligible, if it is better than
    all others.
    """
    known = {place: _defined(values) for place, values in places.items()}
    pairs = {place: list(combinations(values, 2)) for place, values in known.items()}
    judged = compare_in(known, pairs, unit, worth)
    return {place: _choice(values, judged[place], larger) for place, values in known.items()}


def compare_in(
    places: Mapping[Place, Policies],
    pairs: Mapping[Place, Sequence[Pair]],
    unit: str,
    worth: float | None,
) -> dict[Place, dict[Pair, Comparison]]:
    """Compare pairs of policies at each place, all as one family.

    Parameters
    ----------
    places : mapping to mapping of str to sequence of float
    pairs : mapping to sequence of (str, str)
        The pairs of each place.
    unit, worth
        As of `choose`.
    """
    tests = [(place, pair) for place, some in pairs.items() for pair in some]
    level = level_of_each(len(tests))
    apart = [
        difference_in(unit, places[place][one], places[place][other], confidence=1 - level)
        for place, (one, other) in tests
    ]
    adjusted = holm([difference.p for difference in apart])
    judged: dict[Place, dict[Pair, Comparison]] = {place: {} for place in pairs}
    for (place, pair), difference, p in zip(tests, apart, adjusted, strict=True):
        one, other = (places[place][name] for name in pair)
        judged[place][pair] = _compared(difference, p, _spread(one, other), worth, level)
    return judged


def replications_to_decide(
    mean: float, spread: float, replications: int, worth: float | None, level: float = ALPHA
) -> int | None:
    """Return about how many replications decide whether a difference matters, and which way.

    Parameters
    ----------
    mean, spread : float
        Of the paired differences so far, in any unit.
    replications : int
        So far; at least 2.
    worth : float or None
        The practical size, in the same unit; None if there is none.
    level : float
        Two-sided level of the interval that has to decide.

    Returns
    -------
    int or None
        The smallest number, at least `replications`, whose interval excludes 0 or lies within the
        practical size, if mean and spread stay as they are: half of its width, t * spread / sqrt(n)
        with t the quantile of Student's distribution with n - 1 degrees of freedom, is at most the
        larger of abs(mean) and worth - abs(mean) (Law & Kelton 2000, section 9.4.1). Differences
        without spread take as many as the exact sign test does. None where no number is enough.

    Notes
    -----
    An estimate: the mean of further replications may differ. It is largest where the difference is
    half of the practical size.
    """
    margin = max(abs(mean), (worth or 0.0) - abs(mean))
    if margin <= 0:
        return None
    if spread <= ROUNDING * max(abs(mean), margin):
        return max(replications, floor(1 - log2(level)) + 1)
    return _first_within(spread, margin, level, max(replications, 2))


def _first_within(spread: float, margin: float, level: float, least: int) -> int:
    """Return the smallest number of replications with half an interval of at most a margin."""

    def is_enough(count: int) -> bool:
        return float(stdtrit(count - 1, 1 - level / 2)) * spread / sqrt(count) <= margin

    # The normal quantile is below Student's, so no smaller number is enough.
    low = max(least, floor((float(ndtri(1 - level / 2)) * spread / margin) ** 2))
    if is_enough(low):
        return low
    high = 2 * low
    while not is_enough(high):
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _compared(
    difference: Difference,
    p_adjusted: float | None,
    spread: float | None,
    worth: float | None,
    level: float,
) -> Comparison:
    word = _word(difference, p_adjusted, worth, level)
    needed = None
    if word == "undecided" and spread is not None and difference.mean is not None:
        count = difference.replications
        needed = replications_to_decide(difference.mean, spread, count, worth, level)
    return Comparison(difference, p_adjusted, word, spread, needed)


def _word(
    difference: Difference, p_adjusted: float | None, worth: float | None, level: float
) -> Word:
    if worth is not None and _is_within(difference, worth, level):
        return "negligible"
    if difference.mean is None or p_adjusted is None or p_adjusted >= ALPHA:
        return "undecided"
    return "more" if difference.mean > 0 else "less"


def _is_within(difference: Difference, worth: float, level: float) -> bool:
    """Tell whether the interval lies within a practical size, on enough replications to say so."""
    low, high = difference.low, difference.high
    if low is None or high is None:
        return False
    # Replications that all agree show no spread: as many are needed as for the exact sign test.
    enough = low < high or 2.0 ** (1 - difference.replications) < level
    return enough and -worth < low and high < worth


def _choice(values: Policies, pairs: Mapping[Pair, Comparison], larger: bool) -> Choice:
    count = len(next(iter(values.values()), ()))
    if len(values) < 2 or not count:
        return Choice("undecided", replications=count, pairs=pairs)
    sign = 1.0 if larger else -1.0
    ranked = sorted(values, key=lambda name: -sign * fsum(values[name]))
    best, *others = ranked
    against = {other: _directed(pairs, best, other) for other in others}
    alike = [other for other in others if against[other].word == "negligible"]
    open_ones = [other for other in others if against[other].word == "undecided"]
    if open_ones:
        needed = [against[other].needed for other in open_ones]
        enough = None if None in needed else max(one for one in needed if one is not None)
        return Choice("undecided", (), best, open_ones[0], against[open_ones[0]], count, enough,
                      pairs)  # fmt: skip
    rest = [other for other in others if other not in alike]
    rival = (rest or others)[0]
    chosen = tuple(name for name in values if name == best or name in alike)
    outcome: Outcome = "choose" if rest else "no difference"
    return Choice(outcome, chosen, best, rival, against[rival], count, None, pairs)


def _directed(pairs: Mapping[Pair, Comparison], one: str, other: str) -> Comparison:
    """Return the comparison of one policy less another, whichever way it was made."""
    if (one, other) in pairs:
        return pairs[one, other]
    turned = pairs[other, one]
    words: dict[Word, Word] = {"more": "less", "less": "more"}
    return Comparison(
        _turned(turned.difference), turned.p_adjusted, words.get(turned.word, turned.word),
        turned.spread, turned.needed,
    )  # fmt: skip


def _turned(difference: Difference) -> Difference:
    mean, low, high = (
        None if end is None else -end for end in (difference.mean, difference.high, difference.low)
    )
    return Difference(mean, low, high, difference.p, difference.replications)


def _defined(values: Policies) -> dict[str, list[float]]:
    """Keep the replications in which every policy's value is defined."""
    rows = [row for row in zip(*values.values(), strict=True) if all(map(isfinite, row))]
    return {name: [row[place] for row in rows] for place, name in enumerate(values)}


def _spread(values: Sequence[float], versus: Sequence[float]) -> float | None:
    apart = [one - other for one, other in zip(values, versus, strict=True)
             if isfinite(one) and isfinite(other)]  # fmt: skip
    if len(apart) < 2:
        return None
    mean = fsum(apart) / len(apart)
    return sqrt(fsum((value - mean) ** 2 for value in apart) / (len(apart) - 1))
