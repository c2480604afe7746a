"""How far a story goes on a small graph, exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations

from sim.theory._domain import require_count, require_non_negative, require_share

__all__ = [
    "cascade_reached_mean",
    "independent_cascade_reached_mean",
    "told_mean",
]

_MOST_PEOPLE = 8
_MOST_TIES = 20


def told_mean(mean: float, ties: int) -> float:
    """Return the mean of the number told, capped by the number of ties, E[min(K, ties)].

    K is the mean m, rounded up or down by chance so that its mean is m: ``min(m, ties)``.

    Parameters
    ----------
    mean : float
        Mean m of K before the cap, >= 0; infinite tells everybody.
    ties : int
        Number of ties, >= 0.

    Returns
    -------
    float
        People told, 0 to ``ties``.

    Raises
    ------
    ValueError
        Unless ``mean >= 0`` and ``ties >= 0``.
    """
    require_count("ties", ties, 0)
    if mean != math.inf:
        require_non_negative("mean", mean)
    return min(mean, float(ties))


def cascade_reached_mean(
    neighbours: Sequence[Sequence[int]], origin: int, retell: float, told: float
) -> float:
    """Return the mean number whom a story reaches on a small graph, its origin not counted.

    The origin tells, and each whom the story reaches tells with probability `retell`; who tells
    tells ``min(K, ties)`` neighbours, all sets of so many being equally likely and K `told`
    rounded up or down by chance.
    Whom the story reaches does not depend on the order of tellings (live edges: Kempe, Kleinberg
    and Tardos 2003), so people are let tell one after another and every outcome is weighed.

    Parameters
    ----------
    neighbours : sequence of sequences of int
        Whom each person knows, 2 to 8 people.
    origin : int
        Whose story it is, 0 to people - 1.
    retell : float
        Probability that a hearer tells it on, 0 to 1.
    told : float
        Mean of K, >= 0; infinite tells all neighbours.

    Returns
    -------
    float
        People, 0 to all but one.

    Raises
    ------
    ValueError
        Unless there are 2 to 8 people and the numbers are in their ranges.

    References
    ----------
    Kempe, D., Kleinberg, J. & Tardos, E. (2003). Maximizing the spread of influence through a
    social network. Proceedings of KDD 2003, 137-146. doi:10.1145/956750.956769
    """
    people = len(neighbours)
    require_share("retell", retell)
    if not 2 <= people <= _MOST_PEOPLE:
        raise ValueError(f"2 <= len(neighbours) <= {_MOST_PEOPLE} is required, got {people}")
    if not 0 <= origin < people:
        raise ValueError(f"0 <= origin < {people} is required, got {origin!r}")
    sets = [_told_sets(tuple(known), told) for known in neighbours]

    @cache
    def reached(heard: frozenset[int], waiting: frozenset[int]) -> float:
        """Return the mean number of hearers at last; `waiting` have yet to decide to tell."""
        if not waiting:
            return float(len(heard) - 1)
        teller = min(waiting)
        rest = waiting - {teller}
        return (1.0 - retell) * reached(heard, rest) + retell * tells(teller, heard, rest)

    def tells(teller: int, heard: frozenset[int], rest: frozenset[int]) -> float:
        total = 0.0
        for hearers, chance in sets[teller]:
            new = hearers - heard
            total += chance * reached(heard | new, rest | new)
        return total

    return tells(origin, frozenset({origin}), frozenset())


def independent_cascade_reached_mean(
    ties: Sequence[tuple[int, int]], people: int, origin: int, chance: float
) -> float:
    """Return the mean number whom an independent cascade reaches, its origin not counted.

    Each tie carries the story with the same probability, independently; whom it reaches are those
    tied to the origin by ties that do. All 2^ties outcomes are weighed.

    Parameters
    ----------
    ties : sequence of pairs of int
        Who knows whom, at most 20.
    people : int
        Number of people, >= 2.
    origin : int
        Whose story it is, 0 to people - 1.
    chance : float
        Probability that a tie carries it, 0 to 1.

    Returns
    -------
    float
        People, 0 to ``people - 1``.

    Raises
    ------
    ValueError
        Unless there are at most 20 ties and the numbers are in their ranges.

    References
    ----------
    Kempe, D., Kleinberg, J. & Tardos, E. (2003). Maximizing the spread of influence through a
    social network. Proceedings of KDD 2003, 137-146. doi:10.1145/956750.956769
    """
    require_count("people", people, 2)
    require_share("chance", chance)
    if len(ties) > _MOST_TIES:
        raise ValueError(f"len(ties) <= {_MOST_TIES} is required, got {len(ties)}")
    if not 0 <= origin < people:
        raise ValueError(f"0 <= origin < {people} is required, got {origin!r}")
    total = 0.0
    for count in range(len(ties) + 1):
        weight = chance**count * (1.0 - chance) ** (len(ties) - count)
        total += weight * sum(_component(kept, origin) - 1 for kept in combinations(ties, count))
    return total


def _at_least(mean: float, count: int) -> float:
    return min(max(mean - (count - 1), 0.0), 1.0) if count else 1.0


def _told_sets(known: tuple[int, ...], told: float) -> list[tuple[frozenset[int], float]]:
    """Return the sets of neighbours who may be told, each with its probability."""
    found: list[tuple[frozenset[int], float]] = []
    for count in range(len(known) + 1):
        more = _at_least(told, count + 1) if count < len(known) else 0.0
        each = (_at_least(told, count) - more) / math.comb(len(known), count)
        found += [(frozenset(one), each) for one in combinations(known, count) if each > 0.0]
    return found


def _component(ties: Sequence[tuple[int, int]], origin: int) -> int:
    """Return how many people are tied to the origin, itself counted."""
    found = {origin}
    grows = True
    while grows:
        before = len(found)
        for one, other in ties:
            if (one in found) != (other in found):
                found |= {one, other}
        grows = len(found) > before
    return len(found)
