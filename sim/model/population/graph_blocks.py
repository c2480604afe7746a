"""Ties inside and between blocks of people, and at random.

References
----------
Karrer, B. & Newman, M. E. J. (2011). Stochastic blockmodels and community structure in networks.
Physical Review E 83, 016107. https://doi.org/10.1103/PhysRevE.83.016107
Chen, H.-C. & Asau, Y. (1974). On generating random variates from an empirical distribution. AIIE
Transactions 6(2), 163-166. https://doi.org/10.1080/05695557408974949
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.core.compile import allocating, allocating_entry
from sim.core.rng import gamma, uniform
from sim.core.streams import DEGREE, TIES
from sim.model.hash_table import bucket_of
from sim.model.population.graph_kinds import Pairs

__all__ = ["propensities", "within_blocks"]

Floats: TypeAlias = npt.NDArray[np.float64]

_ATTEMPT = 24  # bits of a draw's index that count attempts; above them, the tie
_PATIENCE = 64  # attempts by propensity before a tie falls where there is room
_LEAST = 1e-9  # propensity, so that everybody can have ties


@allocating_entry
def propensities(count: int, cv: float, key: int) -> Floats:
    """Return each person's propensity for ties: gamma of mean 1 and the given cv (0: all alike)."""
    weights = np.ones(count)
    if cv > 0.0:
        shape = 1.0 / (cv * cv)
        for person in range(count):
            weights[person] = max(gamma(key, DEGREE, person, 0, shape) / shape, _LEAST)
    return weights


class _Scale(NamedTuple):
    """A scale on which each person has a length of their propensity, to draw people by points.

    `guide` holds, for each of as many equal steps as there are people, the first person who
    reaches into it, so that a draw takes a step or two (Chen & Asau 1974).
    """

    ends: Floats
    guide: Pairs


@allocating_entry
def within_blocks(weights: Floats, blocks: int, inside: int, outside: int, key: int) -> Pairs:
    """Return ties inside and between blocks by propensity (Karrer & Newman 2011).

    One end of a tie is drawn from all by propensity, the other from the same block, or from all
    other blocks. Doubled ties are drawn again; if that fails too often, because the most tied of a
    block know each other already, the tie is drawn from all who have room.
    One block of equal people is the random graph of Erdos and Renyi with a given number of ties.

    Parameters
    ----------
    weights : array
        Propensities, above 0; blocks are consecutive people, of sizes as equal as possible.
    blocks : int
        1 or more.
    inside, outside : int
        Numbers of ties, at most the pairs of either sort.
    key : int
        The run's.

    Returns
    -------
    array, shape (inside + outside, 2)
    """
    scale = _scale_of(weights)
    pairs = np.empty((inside + outside, 2), np.int32)
    slots = 16
    while 2 * slots < 3 * len(pairs):
        slots *= 2
    places = np.full(slots, -1, np.int32)
    for tie in range(len(pairs)):
        attempt = 0
        while True:
            one, other = _drawn(scale, blocks, tie, tie < inside, attempt, key)
            if one != other and _is_new(places, pairs, tie, one, other):
                break
            attempt += 1
    return pairs


@allocating
def _scale_of(weights: Floats) -> _Scale:
    count = len(weights)
    ends = np.empty(count)
    end = 0.0
    for person in range(count):
        end += weights[person]
        ends[person] = end
    guide = np.empty(count, np.int32)
    person = 0
    for step in range(count):
        while person < count - 1 and ends[person] <= step * (end / count):
            person += 1
        guide[step] = person
    return _Scale(ends, guide)


@allocating
def _drawn(
    scale: _Scale, blocks: int, tie: int, inside: bool, attempt: int, key: int
) -> tuple[int, int]:
    index = (tie << _ATTEMPT) + 2 * attempt
    draw = uniform(key, TIES, 0, index)
    again = uniform(key, TIES, 0, index + 1)
    count = len(scale.ends)
    by_weight = attempt < _PATIENCE
    one = _at(scale, draw * scale.ends[-1]) if by_weight else int(draw * count)
    block = one * blocks // count
    first = (block * count + blocks - 1) // blocks
    after = ((block + 1) * count + blocks - 1) // blocks
    if by_weight:
        return one, _partner(scale, first, after, inside, again)
    return one, _anybody(count, first, after, inside, again)


@allocating
def _partner(scale: _Scale, first: int, after: int, inside: bool, draw: float) -> int:
    low = scale.ends[first - 1] if first > 0 else 0.0
    high = scale.ends[after - 1]
    if inside:
        # Rounding may carry a point at the very end of a block into the next person.
        return min(max(_at(scale, low + draw * (high - low)), first), after - 1)
    point = draw * (scale.ends[-1] - (high - low))
    if point < low or after == len(scale.ends):
        return min(_at(scale, point), first - 1)
    return max(_at(scale, point + (high - low)), after)


@allocating
def _anybody(count: int, first: int, after: int, inside: bool, draw: float) -> int:
    if inside:
        return first + int(draw * (after - first))
    other = int(draw * (count - (after - first)))
    return other if other < first else other + (after - first)


@allocating
def _at(scale: _Scale, point: float) -> int:
    count = len(scale.ends)
    step = min(int(point * (count / scale.ends[-1])), count - 1)
    person = int(scale.guide[step])
    while person > 0 and scale.ends[person - 1] > point:
        person -= 1
    while person < count - 1 and scale.ends[person] <= point:
        person += 1
    return person


@allocating
def _is_new(places: Pairs, pairs: Pairs, tie: int, one: int, other: int) -> bool:
    """Add a tie to the open-addressed table of ties; return whether it was new."""
    low, high = min(one, other), max(one, other)
    place = bucket_of(low, high, len(places))
    while places[place] >= 0:
        found = places[place]
        if pairs[found, 0] == low and pairs[found, 1] == high:
            return False
        place = (place + 1) & (len(places) - 1)
    places[place] = tie
    pairs[tie, 0] = low
    pairs[tie, 1] = high
    return True
