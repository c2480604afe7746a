"""Ties of a small world and of preferential attachment.

Ties are an array of two columns, without doubled ties and self-ties. Every draw is keyed and all
arithmetic is correctly rounded, so the same key gives the same ties on every machine.

References
----------
Watts, D. J. & Strogatz, S. H. (1998). Collective dynamics of 'small-world' networks. Nature 393,
440-442. https://doi.org/10.1038/30918
Barabasi, A.-L. & Albert, R. (1999). Emergence of scaling in random networks. Science 286, 509-512.
https://doi.org/10.1126/science.286.5439.509
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sim.core.compile import allocating, allocating_entry
from sim.core.rng import uniform
from sim.core.streams import ATTACHMENT, REWIRING, TIES

__all__ = ["Pairs", "attached", "ring"]

Pairs: TypeAlias = npt.NDArray[np.int32]  # half as wide as an index, because there may be many ties

_ATTEMPT = 24  # bits of a draw's index that count attempts; above them, the lap


@allocating_entry
def ring(count: int, half: int, rewire: float, key: int) -> Pairs:
    """Return a ring in which everybody knows `half` people on either side, partly rewired.

    Parameters
    ----------
    count : int
        People, more than 2 * half.
    half : int
        1 or more.
    rewire : float
        Probability that a tie's far end moves to a random person, 0 to 1 (Watts & Strogatz 1998).
    key : int
        The run's.

    Returns
    -------
    array, shape (count * half, 2)
        Ties i * half to (i + 1) * half - 1 start at person i.
    """
    pairs = np.empty((count * half, 2), np.int32)
    degrees = np.full(count, 2 * half)
    for tie in range(count * half):
        pairs[tie, 0] = tie // half
        pairs[tie, 1] = (tie // half + 1 + tie % half) % count
    for lap in range(half):
        for person in range(count):
            tie = person * half + lap
            moves = uniform(key, REWIRING, person, lap << _ATTEMPT) < rewire
            if moves and degrees[person] < count - 1:
                other = _stranger(pairs, person, lap, half, count, key)
                degrees[pairs[tie, 1]] -= 1
                degrees[other] += 1
                pairs[tie, 1] = other
    return pairs


@allocating
def _stranger(pairs: Pairs, person: int, lap: int, half: int, count: int, key: int) -> int:
    attempt = 1
    while True:
        other = int(uniform(key, REWIRING, person, (lap << _ATTEMPT) + attempt) * count)
        known = _starts(pairs, person, other, half) or _starts(pairs, other, person, half)
        if other != person and not known:
            return other
        attempt += 1


@allocating
def _starts(pairs: Pairs, person: int, other: int, half: int) -> bool:
    for tie in range(person * half, person * half + half):  # noqa: SIM110 (numba knows no any)
        if pairs[tie, 1] == other:
            return True
    return False


@allocating_entry
def attached(count: int, total: int, key: int) -> Pairs:
    """Return ties grown by preferential attachment (Barabasi & Albert 1999).

    People arrive one by one, in random order, and form ties to people already there in proportion
    to the ties that these have. Ties are spread evenly over newcomers, so that any total is met
    exactly: at 2.5 per newcomer, every second one brings three. The first to arrive know everybody
    before them.

    Parameters
    ----------
    count : int
        People, 1 or more.
    total : int
        Ties, 0 to count * (count - 1) / 2.
    key : int
        The run's.

    Returns
    -------
    array, shape (total, 2)
    """
    pairs = np.empty((total, 2), np.int32)
    chosen_by = np.zeros(count, np.int64)
    made = 0
    for newcomer in range(1, count):
        share = (total - made) / (count - newcomer)
        draw = uniform(key, ATTACHMENT, newcomer, 0)
        brought = min(newcomer, int(share) + int(draw < share - math.floor(share)))
        _attach(pairs, made, newcomer, brought, chosen_by, key)
        made += brought
    return _renamed(pairs, _shuffled(count, key))


@allocating
def _attach(
    pairs: Pairs, made: int, newcomer: int, brought: int, chosen_by: npt.NDArray[np.int64], key: int
) -> None:
    done = attempt = 0
    while done < brought:
        attempt += 1
        if brought == newcomer:
            other = done
        else:
            draw = uniform(key, ATTACHMENT, newcomer, attempt)
            other = _well_tied(pairs, made, draw) if made else int(draw * newcomer)
        if chosen_by[other] != newcomer:
            chosen_by[other] = newcomer
            pairs[made + done, 0] = newcomer
            pairs[made + done, 1] = other
            done += 1


@allocating
def _well_tied(pairs: Pairs, made: int, draw: float) -> int:
    """Return a random end of a random tie: a person in proportion to their ties."""
    end = int(draw * (2 * made))
    return int(pairs[end >> 1, end & 1])


@allocating
def _shuffled(count: int, key: int) -> Pairs:
    names = np.arange(count).astype(np.int32)
    for last in range(count - 1, 0, -1):
        pick = int(uniform(key, TIES, last, 0) * (last + 1))
        names[last], names[pick] = names[pick], names[last]
    return names


@allocating
def _renamed(pairs: Pairs, names: Pairs) -> Pairs:
    for tie in range(len(pairs)):
        pairs[tie, 0] = names[pairs[tie, 0]]
        pairs[tie, 1] = names[pairs[tie, 1]]
    return pairs
